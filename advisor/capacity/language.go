package capacity

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// language is what a space knows of a model that writes tokens.
type language struct {
	shape    llm.Shape
	lengths  llm.Lengths
	evidence *llm.Evidence
}

// generates reports whether the model writes tokens and its service is predicted.
func (s *Space) generates() bool { return s.language != nil }

// RequestTokens is how many tokens a request reads and writes, means; ok is false for a
// model without tokens.
func (s *Space) RequestTokens() (input, output float64, ok bool) {
	if !s.generates() {
		return 0, 0, false
	}
	return s.language.lengths.Input.Mean, s.language.lengths.Output.Mean, true
}

// perRequest is how many tokens a request reads and writes, mean.
func (l *language) perRequest() float64 { return l.lengths.Input.Mean + l.lengths.Output.Mean }

// speak settles what language models need: the shape of the model and the lengths of its
// requests. A service that the user measured needs neither.
func (s *Space) speak() error {
	if s.Model.Kind != "llm" || s.measuredByUser() {
		return nil
	}
	copied := *s.Workload
	copied.Generates()
	s.Workload = &copied
	shape, err := llm.ShapeOf(s.Model)
	if err != nil {
		return s.Workload.Fault("model", err)
	}
	lengths, err := lengthsOf(s.Workload)
	if err != nil {
		return err
	}
	if err := s.holds(lengths, float64(shape.MaxContext)); err != nil {
		return err
	}
	s.language = &language{shape: shape, lengths: lengths, evidence: llm.Learn()}
	return nil
}

// holds holds lengths against the longest context of the model, 0 where it is unknown: the
// mean must fit, and where the longest do not a note says so.
func (s *Space) holds(l llm.Lengths, most float64) error {
	tooLong := func(in, out float64) string {
		return fmt.Sprintf("%s tokens in and %s out are more than the %s that %s can hold",
			unit.Format(unit.Count, math.Round(in)), unit.Format(unit.Count, math.Round(out)), unit.Format(unit.Count, most), s.Model.Name)
	}
	switch in, out := max(l.Input.Mean, l.Input.P99), max(l.Output.Mean, l.Output.P99); {
	case most <= 0 || in+out <= most:
	case l.Input.Mean+l.Output.Mean > most:
		return s.Workload.Fault("input_tokens", errors.New(tooLong(l.Input.Mean, l.Output.Mean)+"; shorten them"))
	default:
		s.note("the longest requests (p99) do not fit: " + tooLong(in, out) + "; engines cut or refuse them")
	}
	return nil
}

// lengthsOf are the tokens of requests, which decide everything and which nobody can guess.
func lengthsOf(w *workload.Workload) (llm.Lengths, error) {
	t := w.LLM
	if t.Input.Mid == 0 || t.Output.Mid == 0 {
		return llm.Lengths{}, fmt.Errorf("%s writes tokens, and the work of a request is that of its tokens: add --input-tokens 1024 --output-tokens 256 "+
			"(means, p50/p90/p99, or a trace such as requests.csv; in a plan: workload.tokens)", w.Model)
	}
	return llm.Lengths{
		Input: tokens(t.Input, t.InputLengths, t.InputSeen), Output: tokens(t.Output, t.OutputLengths, t.OutputSeen),
	}, nil
}

func tokens(mean unit.Interval, p unit.Percentiles, seen []float64) llm.Tokens {
	if len(seen) > 0 {
		return llm.Observed(seen)
	}
	if t := llm.Spread(p); t.Mean > 0 {
		return t
	}
	return llm.Tokens{Mean: mean.Mid}
}

// split is how many accelerators one replica of the base spans: as many as were named, else
// the fewest that hold the model and one request; the most there are where none do.
func (s *Space) split(a catalog.Accelerator) (int, error) {
	most := a.MaxPerNode
	if most == 0 {
		most = 8 // of a machine that nobody described
	}
	sizes := llm.ValidTP(s.language.shape, most)
	if g := s.Workload.GPUsPerReplica; g > 0 {
		if a.MaxPerNode > 0 && g > a.MaxPerNode || slices.Contains(sizes, g) {
			return g, nil
		}
		return 0, s.Workload.Fault("gpus_per_replica", fmt.Errorf("%s cannot be split over %d accelerators: its attention heads do not divide evenly; it takes %s",
			s.Model.Name, g, wholes(sizes)))
	}
	for _, g := range sizes {
		if m, err := s.setup(Hardware{a, g}, Variant{Precision: s.baselinePrecision()}).Memory(s.language.lengths); err == nil && m.Fits {
			return g, nil
		}
	}
	return sizes[len(sizes)-1], nil
}

func wholes(numbers []int) string {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = strconv.Itoa(n)
	}
	return strings.Join(words, ", ")
}

// setup is one replica of a form of the model on hardware.
func (s *Space) setup(h Hardware, v Variant) llm.Setup {
	w := s.Workload.LLM
	cache := w.KVPrecision
	if v.applies(cacheInFP8) {
		cache = "fp8"
	}
	return llm.Setup{
		Shape: s.language.shape, Accelerator: h.Accelerator, GPUs: h.PerReplica, Precision: v.Precision, KVPrecision: cache,
		Engine: w.Engine, PrefixHit: w.PrefixHit,
	}
}
