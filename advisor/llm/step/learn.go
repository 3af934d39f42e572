package step

import (
	_ "embed" // the tables below
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"

	"scaleadvise/advisor/catalog"
)

//go:generate go run ../../../cmd/fit .

// coefficientsJSON and seriesPacked are made from the measurements by the command above.
//
//go:embed fitted/coefficients.json
var coefficientsJSON []byte

//go:embed fitted/series.tsv.gz
var seriesPacked []byte

// seriesTSV is the table of series; "" where it is damaged.
var seriesTSV = sync.OnceValue(func() string {
	text, _ := catalog.Unpack("series.tsv", seriesPacked)
	return text
})

// shipped is the evidence of the measurements that ship, read once.
var shipped = sync.OnceValues(func() (*Evidence, error) {
	e := &Evidence{}
	if err := e.UnmarshalJSON(coefficientsJSON); err != nil {
		return nil, fmt.Errorf("fitted/coefficients.json: %w", err)
	}
	return e, e.read(seriesTSV())
})

// Learn returns the evidence from the embedded measurements, read from precomputed tables in about a
// millisecond. With a damaged table the evidence has only the model of steps.
func Learn() *Evidence {
	e, err := shipped()
	if err != nil {
		return &Evidence{Errors: map[string]Errors{}}
	}
	return e
}

// fitted is coefficients.json: values, not logarithms.
type fitted struct {
	Step struct {
		All      map[string]float64
		Families map[string]map[string]float64 // factors
		Engines  map[string]map[string]float64
		Mixtures map[string]map[string]float64
	}
	Kernels Kernels
	Errors  map[string]Errors
}

// digits are those that the fitted file keeps of a number.
const digits = 5

// Rounded rounds a number to the digits of the fitted file.
func Rounded(v float64) float64 {
	v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', digits, 64), 64)
	return v
}

// MarshalJSON writes everything but the series.
func (e *Evidence) MarshalJSON() ([]byte, error) {
	f := fitted{Kernels: e.Kernels, Errors: e.Errors}
	f.Step.All = map[string]float64{}
	for i, name := range coefficientNames {
		f.Step.All[name] = Rounded(math.Exp(e.Step.All[i]))
	}
	f.Step.Families = factors(e.Step.Families, byFamily)
	f.Step.Engines = factors(e.Step.Engines, byEngine)
	f.Step.Mixtures = factors(e.Step.Mixtures, byMixture)
	return json.MarshalIndent(f, "", "\t")
}

func factors(levels deviations, of []int) map[string]map[string]float64 {
	all := map[string]map[string]float64{}
	for name, values := range levels {
		all[name] = map[string]float64{}
		for i, v := range values {
			all[name][coefficientNames[of[i]]] = Rounded(math.Exp(v))
		}
	}
	return all
}

// UnmarshalJSON reads what MarshalJSON writes.
func (e *Evidence) UnmarshalJSON(text []byte) error {
	var f fitted
	if err := json.Unmarshal(text, &f); err != nil {
		return err
	}
	for i, name := range coefficientNames {
		v, ok := f.Step.All[name]
		if !ok || !(v > 0) {
			return fmt.Errorf("%s is missing or not above 0", name)
		}
		e.Step.All[i] = math.Log(v)
	}
	e.Step.Families, e.Step.Engines = logarithms(f.Step.Families, byFamily), logarithms(f.Step.Engines, byEngine)
	e.Step.Mixtures = logarithms(f.Step.Mixtures, byMixture)
	e.Kernels, e.Errors = f.Kernels, f.Errors
	return nil
}

func logarithms(levels map[string]map[string]float64, of []int) deviations {
	all := make(deviations, len(levels))
	for name, values := range levels {
		v := make([]float64, len(of))
		for i, c := range of {
			if factor := values[coefficientNames[c]]; factor > 0 {
				v[i] = math.Log(factor)
			}
		}
		all[name] = v
	}
	return all
}

// seriesHeader is the first line of series.tsv. Samples are batch, input and output in
// hundredths of log units, value and weight in thousandths, and rows; by semicolons.
const seriesHeader = "accelerator\tfamily\tmodel\tengine\tuse\tbits\tcache\tmixture\tbare\tgrouped\tgpus\tshape\tsamples\n"

// Series renders the deviations of the measurements from the model of steps, as series.tsv.
func (e *Evidence) Series() string {
	var b strings.Builder
	b.WriteString(seriesHeader)
	for i := range e.series {
		s := &e.series[i]
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\t%s\t%d\t%d\t%t\t%t\t%t\t%.0f\t", s.partID, s.familyName, s.modelID, s.engineName, s.useName, s.bits, s.cache, s.mixture, s.bare, s.grouped, math.Exp(s.gpus))
		for j, v := range s.shape {
			fmt.Fprintf(&b, "%s%d", comma(j), hundredths(v))
		}
		b.WriteByte('\t')
		for j, p := range s.samples {
			if j > 0 {
				b.WriteByte(';')
			}
			fmt.Fprintf(&b, "%d,%d,%d,%d,%d,%d", hundredths(p.batch), hundredths(p.input), hundredths(p.output), thousandths(p.value), thousandths(p.weight), p.rows)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func comma(i int) string {
	if i == 0 {
		return ""
	}
	return ","
}

func hundredths(v float64) int  { return int(math.Round(v * 100)) }
func thousandths(v float64) int { return int(math.Round(v * 1000)) }

// read parses series.tsv.
func (e *Evidence) read(text string) error {
	body, ok := strings.CutPrefix(text, seriesHeader)
	if !ok {
		return fmt.Errorf("fitted/series.tsv: the header is not %s", strings.TrimSpace(seriesHeader))
	}
	e.names = map[string]int{}
	e.series = make([]series, 0, strings.Count(body, "\n"))
	for line := range strings.Lines(body) {
		s, err := parseSeries(strings.TrimSuffix(line, "\n"))
		if err != nil {
			return fmt.Errorf("fitted/series.tsv: %q: %w", line, err)
		}
		e.add(s)
	}
	return nil
}

// add interns the names of a series and appends it.
func (e *Evidence) add(s series) {
	intern := func(name string) int {
		id, ok := e.names[name]
		if !ok {
			id = len(e.names)
			e.names[name] = id
		}
		return id
	}
	s.features.accelerator, s.family, s.model = intern(s.partID), intern(s.familyName), intern(s.modelID)
	s.engine, s.use, s.layers = intern(s.engineName), intern(s.useName), splitsLayers(s.engineName)
	e.series = append(e.series, s)
}

// parseSeries reads one line.
func parseSeries(line string) (s series, err error) {
	r := strings.Split(line, "\t")
	if len(r) != strings.Count(seriesHeader, "\t")+1 {
		return s, fmt.Errorf("%d columns", len(r))
	}
	s.partID, s.familyName, s.modelID, s.engineName, s.useName = r[0], r[1], r[2], r[3], r[4]
	var n [3]int
	if err := wholes(r[5]+","+r[6]+","+r[10], n[:]); err != nil {
		return s, err
	}
	if n[2] < 1 {
		return s, fmt.Errorf("%d GPUs", n[2])
	}
	s.bits, s.cache, s.mixture, s.bare, s.grouped, s.gpus = int8(n[0]), int8(n[1]), r[7] == "true", r[8] == "true", r[9] == "true", math.Log(float64(n[2]))
	var facts [shapeFacts]int
	if err := wholes(r[11], facts[:]); err != nil {
		return s, err
	}
	for i, v := range facts {
		s.shape[i] = float64(v) / 100
	}
	s.samples = make([]sample, 0, strings.Count(r[12], ";")+1)
	for text := range strings.SplitSeq(r[12], ";") {
		var v [6]int
		if err := wholes(text, v[:]); err != nil {
			return s, err
		}
		if v[4] < 1 || v[5] < 1 {
			return s, fmt.Errorf("a sample of weight %d, of %d measurements", v[4], v[5])
		}
		at := spot{float64(v[0]) / 100, float64(v[1]) / 100, float64(v[2]) / 100}
		s.samples = append(s.samples, sample{at, float64(v[3]) / 1000, v[5], float64(v[4]) / 1000})
	}
	return s, nil
}

// mostWhole is far above the logarithms and counts that a series holds.
const mostWhole = 1e6

// wholes reads whole numbers with commas between them.
func wholes(text string, into []int) error {
	for i := range into {
		var word string
		word, text, _ = strings.Cut(text, ",")
		v, err := strconv.Atoi(word)
		if err != nil {
			return err
		}
		if v > mostWhole || v < -mostWhole {
			return fmt.Errorf("%d is out of all proportion", v)
		}
		into[i] = v
	}
	return nil
}
