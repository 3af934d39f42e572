package forward

import (
	"cmp"
	"math"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/pattern"
)

// Hardware is what executes a forward pass. A zero means unknown.
type Hardware struct {
	ID           string // the same for all names of one device
	Name         string
	Vendor       string  `json:",omitempty"`
	Kind         string  // gpu, igpu, npu, cpu or edge
	Processor    string  `json:",omitempty"` // the catalogue's id of the family that the cores are of
	Workers      int     `json:",omitempty"` // that have as many cores each and share the processor's bandwidth
	Cores        float64 `json:",omitempty"` // of a processor: cores used by the pass
	FP32         float64 `json:",omitempty"` // dense, 10^12/s
	FP16         float64 `json:",omitempty"`
	INT8         float64 `json:",omitempty"` // of the faster 8-bit format
	BandwidthGBs float64 `json:",omitempty"`
	MemoryGiB    float64 `json:",omitempty"`
	Year         int     `json:",omitempty"`
	Estimated    bool    `json:",omitempty"` // rates follow from clock and width of units alone
}

// peak is the dense rate of a class of precision in 10^12/s; 0 where unknown.
func (h Hardware) peak(precision string) float64 {
	switch precision {
	case precisionInt8:
		return cmp.Or(h.INT8, h.FP16, h.FP32)
	case precisionHalf, precisionAutocast:
		return cmp.Or(h.FP16, h.FP32)
	case precisionTF32:
		return cmp.Or(h.FP16/2, h.FP32)
	case precisionUnstated:
		return max(h.FP32, h.FP16, h.INT8)
	}
	return cmp.Or(h.FP32, h.FP16/2)
}

// rated reports whether the roofline of the hardware is known.
func (h Hardware) rated(precision string) bool { return h.peak(precision) > 0 && h.BandwidthGBs > 0 }

// With returns the hardware with a given number of cores at work: rates follow the cores, bandwidth until
// a few of them fill it.
func (h Hardware) With(cores float64) Hardware {
	if cores <= 0 || h.Cores <= 0 || cores == h.Cores {
		return h
	}
	share := cores / h.Cores
	h.FP32, h.FP16, h.INT8 = h.FP32*share, h.FP16*share, h.INT8*share
	h.BandwidthGBs = math.Min(h.BandwidthGBs*math.Max(share, 1), coreBandwidth*cores)
	h.Cores = cores
	return h
}

// coreBandwidth is what one core draws from memory at most, 10^9 B/s.
const coreBandwidth = 15

// OfAccelerator returns an accelerator of the catalogue.
func OfAccelerator(a catalog.Accelerator) Hardware {
	return Hardware{ID: a.ID, Name: a.Name, Vendor: a.Vendor, Kind: kindOf(a), FP32: a.FP32TFLOPS,
		FP16: math.Max(a.FP16TFLOPS, a.BF16TFLOPS), INT8: math.Max(a.INT8TOPS, a.FP8TFLOPS), BandwidthGBs: a.BandwidthGBs, MemoryGiB: a.MemoryGiB, Year: a.Year}
}

func kindOf(a catalog.Accelerator) string {
	id := a.ID
	switch {
	case a.CPU:
		return "cpu"
	case strings.Contains(id, "jetson"):
		return "edge"
	case a.Vendor == "apple":
		return "igpu"
	case a.Vendor == "nvidia", a.Vendor == "amd" && !strings.Contains(id, "xdna"), a.Vendor == "intel" && !strings.Contains(id, "gaudi"):
		return "gpu"
	}
	return "npu"
}

// OfProcessor returns a number of cores of a processor family; 0 stands for those of one socket.
func OfProcessor(p catalog.Processor, cores float64) Hardware {
	socket := float64(p.CoresPerSocket)
	h := Hardware{ID: "cpu-" + cmp.Or(p.CoresOf, p.ID), Name: p.Name, Kind: "cpu", Processor: cmp.Or(p.CoresOf, p.ID), Cores: socket, FP32: p.FP32GFLOPS * socket / 1e3,
		FP16: cmp.Or(p.BF16GFLOPS, p.FP32GFLOPS) * socket / 1e3, INT8: p.INT8GOPS * socket / 1e3, BandwidthGBs: p.BandwidthGBs}
	return h.With(cores)
}

// WorkerOf returns what each of some workers has that share the cores of a processor, and its bandwidth.
func WorkerOf(p catalog.Processor, cores float64, workers int) Hardware {
	one := OfProcessor(p, cores/float64(workers))
	one.BandwidthGBs = math.Min(one.BandwidthGBs, OfProcessor(p, cores).BandwidthGBs/float64(workers))
	one.Workers = workers
	return one
}

// ofDevice is a device that measurements were made on.
func ofDevice(c *catalog.Catalog, d catalog.Device, kind string, cores float64) Hardware {
	if a, ok := c.Accelerator(d.Accelerator); ok {
		h := OfAccelerator(a)
		h.Kind = kind
		return h
	}
	h := Hardware{ID: d.ID, Name: d.Name, Kind: kind, Cores: d.Cores, FP32: d.FP32TFLOPS, FP16: d.FP16TFLOPS,
		INT8: d.INT8TOPS, BandwidthGBs: d.BandwidthGBs, Estimated: strings.Contains(d.Source, "estimate")}
	if kind != "cpu" && kind != "edge" {
		return h
	}
	return h.With(cores)
}

// Find returns the hardware of a name: an accelerator of the catalogue, a family of
// processors, a machine, or a device as measurements spell it; with a given number of cores at work,
// where they are stated.
func Find(c *catalog.Catalog, name string, cores float64) (Hardware, bool) {
	if d, ok := device(name); ok {
		return ofDevice(c, d, d.Kind, cores), true
	}
	if h, ok := ofMachine(name, cores); ok {
		return h, true
	}
	if a, _, err := c.ResolveAccelerator(name); err == nil && !a.CPU {
		return OfAccelerator(a), true
	}
	if p, ok := catalog.FindProcessor(name); ok {
		return OfProcessor(p, cores), true
	}
	for word := range strings.FieldsSeq(name) {
		if h, ok := ofMachine(word, cores); ok {
			return h, true
		}
	}
	return Hardware{}, false
}

// device finds hardware that was measured, by its name or by the processor that a name ends
// in: "c6g.2xlarge / Neoverse-N1".
func device(name string) (catalog.Device, bool) {
	devices, err := catalog.Devices()
	if err != nil {
		return catalog.Device{}, false
	}
	for _, d := range devices {
		if strings.EqualFold(d.Name, strings.TrimSpace(name)) {
			return d, true
		}
	}
	part := processorIn(name)
	at, most := -1, 0.0
	for i, d := range devices {
		if part != "" && processorIn(d.Name) == part && d.Cores > most {
			at, most = i, d.Cores
		}
	}
	if at < 0 {
		return catalog.Device{}, false
	}
	return devices[at], true
}

// processorIn is the processor in the name of a machine, behind the last slash; "" where
// there is none.
func processorIn(name string) string {
	i := strings.LastIndex(name, "/ ")
	if i < 0 {
		return ""
	}
	return strings.ToLower(strings.Join(strings.Fields(name[i+1:]), " "))
}

// ofMachine is a rented machine by its type.
func ofMachine(kind string, cores float64) (Hardware, bool) {
	m, ok := catalog.FindMachine(kind)
	if !ok {
		return Hardware{}, false
	}
	p, ok := catalog.FindProcessor(m.Processor)
	return OfProcessor(p, cmp.Or(cores, m.Cores)), ok
}

// words that tell the kind of hardware by its name, the first that fits.
var kindWords = []struct {
	kind  string
	words *pattern.Text
}{
	{"igpu", pattern.Of(`\bigpu\b|^apple m\d`)},
	{"npu", pattern.Of(`\bnpu\b|hailo|snapdragon|\bqcs\d|qualcomm|\btpu\b|inferentia|trainium|gaudi|cloud ai`)},
	{"edge", pattern.Of(`jetson|raspberry|odroid|khadas|firefly|\brk\d{4}`)},
	{"cpu", pattern.Of(`\bcpu\b|xeon|epyc|\bcore (i\d|ultra)|ryzen|graviton|neoverse|cortex|celeron|pentium|\batom\b|altra|threadripper`)},
}

// Kind guesses the kind of hardware from its name; gpu where nothing speaks against it.
func Kind(name string) string {
	name = strings.ToLower(name)
	for _, k := range kindWords {
		if k.words.MatchString(name) {
			return k.kind
		}
	}
	return "gpu"
}

// Described returns hardware that the catalogue lacks, from given figures:
// the dense rate at 16 bit in 10^12/s (at 32 bit where it has no faster one), bandwidth in
// 10^9 B/s, memory in GiB and the cores at work; 0 where unknown. Its other rates are in
// proportion, as they usually are in hardware of its kind.
func Described(name string, peak, bandwidth, memory, cores float64) Hardware {
	h := Hardware{ID: strings.ToLower(strings.TrimSpace(name)), Name: name, Kind: Kind(name), Cores: cores, BandwidthGBs: bandwidth, MemoryGiB: memory, Estimated: true}
	full, byte8 := 1.0, 2.0
	if h.Kind == "gpu" {
		full = 0.25
	}
	h.FP32, h.FP16, h.INT8 = peak*full, peak, peak*byte8
	return h
}
