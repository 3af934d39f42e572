package service

import (
	"math"
	"strings"

	"scaleadvise/advisor/catalog"
)

// place is hardware as the predictors see it.
type place struct {
	accelerator string // catalogue id, or the name in the source
	family      string // the part's own name without its form: "a100"
	generation  string // architecture, by the vendor's way of naming
	kind        string // gpu, npu or cpu
	// facts are logarithms of bandwidth, arithmetic and power; NaN is unknown.
	facts [3]float64
}

// task is work as the predictors see it.
type task struct {
	benchmark string // as MLPerf names it: model and accuracy target
	model     string // catalogue id
	kind      string // of model
	half      bool   // fp16 class
}

// cell is one thing learned: what systems of one kind reached at one task.
type cell struct {
	place
	task
	year    float64 // of publication
	count   float64 // ln accelerators (shares only)
	batches float64 // ln requests of saturated work within the bound, per accelerator (shares only)
	value   float64 // ln rate, ln s or transformed share
	rows    int     // measurements behind it
	room    room    // that its runs left below the bound (shares only)
	weight  float64 // robust weight, 1 = as good as its rows
}

// room is what the p99 of runs under a bound says of their limit.
type room int

const (
	atLimit  room = iota
	unstated      // no p99: some of such runs had room left
	loose         // room left: a lower bound
)

// placeOf describes an accelerator by id or by the name in a source.
func placeOf(c *catalog.Catalog, name string) place {
	a, ok := c.Accelerator(name)
	if !ok {
		a.Name = name
	}
	p := place{accelerator: name, kind: kindOf(a), facts: factsOf(a)}
	p.family, p.generation = familyOf(a.Name)
	return p
}

// kindOf tells GPUs from processors and from everything else.
func kindOf(a catalog.Accelerator) string {
	for _, word := range []string{"NVIDIA", "AMD", "GPU", "Graphics", "Mali", "Arc "} {
		if strings.Contains(a.Name, word) && !strings.HasPrefix(a.Name, "CPU") && !a.CPU {
			return "gpu"
		}
	}
	if a.CPU || strings.HasPrefix(a.Name, "CPU") {
		return "cpu"
	}
	return "npu"
}

// factsOf is the logarithm of the facts that throughput follows; NaN where unknown.
func factsOf(a catalog.Accelerator) [3]float64 {
	// Eight-bit work runs at the fastest of these: int8 was cut to next to nothing on
	// some parts whose eight-bit format is FP8, and half precision does half as much.
	ops := max(a.INT8TOPS, a.FP8TFLOPS, 2*a.FP16TFLOPS, 2*a.BF16TFLOPS)
	return [3]float64{logOf(a.BandwidthGBs), logOf(ops), logOf(a.TDPW)}
}

func logOf(v float64) float64 {
	if v > 0 {
		return math.Log(v)
	}
	return math.NaN()
}

// architectures are the words by which a name states its generation where the letters of
// its part do not.
var architectures = map[string]string{"ada": "l", "blackwell": "b", "titan": "t", "quadro": "t"}

// familyOf reads a part's family and generation from its name: vendors letter their parts
// by architecture (T4; A2, A10, A100; L4, L40S; H100, H200, GH200; B200, GB200).
func familyOf(name string) (family, generation string) {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == ' ' || r == '-' || r == '(' || r == ')' || r == ',' || r == ':' })
	if len(words) == 0 {
		return name, name
	}
	for _, w := range words {
		if g, ok := architectures[w]; ok {
			return "rtx", g
		}
	}
	if words[0] == "cpu" || words[0] == "qualcomm" {
		return strings.Join(words[:min(2, len(words))], " "), words[0]
	}
	for _, w := range words {
		letters := strings.TrimRight(strings.TrimSuffix(w, "s"), "0123456789x")
		if n := len(letters); n > 0 && n <= 2 && len(w) > n && w[n] >= '0' && w[n] <= '9' {
			if n == 2 && letters[0] == 'g' {
				letters = letters[1:]
			}
			return strings.TrimSuffix(w, "g"), letters
		}
	}
	if words[0] == "nvidia" && len(words) > 1 {
		return words[1], words[1]
	}
	return words[0], words[0]
}

// taskOf describes a benchmark's work.
func taskOf(c *catalog.Catalog, m catalog.Measurement) task {
	known, _ := c.Model(m.Model)
	return task{benchmark: m.Benchmark, model: m.Model, kind: known.Kind, half: half(m.Precision)}
}
