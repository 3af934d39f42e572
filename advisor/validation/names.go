package validation

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/forward"
	"scaleadvise/advisor/pattern"
)

// mostNames bounds how many different spellings are remembered.
const mostNames = 4096

// namer finds what names mean, each spelling once: a table repeats few names many times.
type namer struct {
	known        *catalog.Catalog
	unlisted     []string // hardware that was measured and is not in the catalogue
	accelerators map[string]hardware
	models       map[string]named
}

type hardware struct {
	id     string
	listed bool
	err    error
}

type named struct {
	model     catalog.Model
	benchmark string
	err       error
}

func newNamer(c *catalog.Catalog) *namer {
	return &namer{
		known: c, unlisted: c.Unlisted(),
		accelerators: map[string]hardware{}, models: map[string]named{},
	}
}

// hardware is the catalogue id that a name means, or the name in the measurements of hardware
// outside the catalogue.
func (n *namer) hardware(name string) (id string, listed bool, err error) {
	h, ok := n.accelerators[name]
	if !ok {
		h = n.lookUp(name)
		if len(n.accelerators) < mostNames {
			n.accelerators[name] = h
		}
	}
	return h.id, h.listed, h.err
}

func (n *namer) lookUp(name string) hardware {
	a, _, err := n.known.ResolveAccelerator(name)
	if err == nil {
		return hardware{id: a.ID, listed: true}
	}
	for _, other := range n.unlisted {
		if strings.EqualFold(squeezed(other), squeezed(name)) {
			return hardware{id: other}
		}
	}
	return hardware{id: name, err: err}
}

// squeezed is a name without the white space that spellings differ in.
func squeezed(name string) string { return strings.Join(strings.Fields(name), " ") }

// model finds the model that a name means, and the benchmark where it names one.
func (n *namer) model(name string) (m catalog.Model, benchmark string, err error) {
	found, ok := n.models[name]
	if !ok {
		found.model, found.err = n.known.ResolveModel(name)
		if found.err == nil {
			found.benchmark = n.benchmark(name, found.model.ID)
		}
		if len(n.models) < mostNames {
			n.models[name] = found
		}
	}
	return found.model, found.benchmark, found.err
}

// benchmark is the name of the benchmark of a model that a name spells ("BERT_99.9"), "" where
// it spells none: a benchmark says more than its model, namely the accuracy target.
func (n *namer) benchmark(name, modelID string) string {
	form := letters(name)
	for _, m := range n.known.MeasurementsOf(modelID) {
		if letters(m.Benchmark) == form {
			return m.Benchmark
		}
	}
	return ""
}

// measured finds the model that a name means, in the catalogue or in the measurements of ordinary
// models.
func (n *namer) measured(name string) (catalog.Model, error) {
	m, _, err := n.model(name)
	if err == nil {
		return m, nil
	}
	if e, failed := forward.Shipped(); failed == nil {
		if m, ok := e.Named(name); ok {
			return m, nil
		}
	}
	return m, err
}

// spellsBenchmark reports whether a name is a benchmark's, letter by letter.
func (n *namer) spellsBenchmark(name string) bool {
	_, benchmark, err := n.model(name)
	return err == nil && name != "" && strings.EqualFold(benchmark, name)
}

// year is the date of the software of a row: that of its round of MLPerf where the model took
// part in it, else the one that it states; 0 for neither.
func (n *namer) year(modelID, round, date string) float64 {
	if round == "" {
		return catalog.YearOf(date)
	}
	for _, m := range n.known.MeasurementsOf(modelID) {
		if strings.EqualFold(m.Round, round) {
			return m.Year()
		}
	}
	return catalog.YearOf(date)
}

// letters is a name without case and separators.
func letters(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// memorySize is the memory in the name of an accelerator, and slice the mark of a part of one,
// whose memory says nothing of the whole.
var (
	memorySize = pattern.Of(`\b(\d{1,4})[\s-]?gi?b\b`)
	slice      = pattern.Of(`\bmig\b`)
)

// memoryIn is the memory that the name of an accelerator states, GiB: 24 for "unnamed 24GB card".
func memoryIn(name string) float64 {
	name = strings.ToLower(name)
	at := memorySize.FindStringSubmatch(name)
	if at == nil || slice.MatchString(name) {
		return 0
	}
	v, err := strconv.ParseFloat(at[1], 64)
	if err != nil {
		return 0
	}
	return v
}

// class is the precision class that a word means; "" where it leaves it open.
func class(word string) (string, error) {
	if p, ok := catalog.SpelledPrecision(word); ok {
		return p, nil
	}
	return "", fmt.Errorf("%s is %s; it is one of %s", colPrecision, quoted(word), strings.Join(catalog.Precisions(), ", "))
}
