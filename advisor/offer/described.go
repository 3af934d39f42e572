package offer

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"strconv"

	"scaleadvise/advisor/forward"
	"scaleadvise/advisor/shape"
	"scaleadvise/advisor/workload"
)

// traitOf are the traits that give the dimensions of a request.
var traitOf = map[shape.Dimension]string{
	shape.Tokens: "input_tokens", shape.OutputTokens: "output_tokens", shape.Image: "image_size", shape.Audio: "audio_length_s", shape.Steps: "steps",
}

// asked returns the request that the traits give; what they leave out is zero.
func asked(w *workload.Workload) shape.Request {
	return shape.Request{
		Tokens: int(math.Round(w.LLM.Input.Mid)), OutputTokens: int(math.Round(w.LLM.Output.Mid)),
		Width: w.Request.Width, Height: w.Request.Height, Audio: w.Request.Audio, Steps: w.Request.Steps, Items: w.Request.Items,
	}
}

// describedParts returns the passes of a request of a model that was described by its layers, with
// the traits that it assumes settled.
func describedParts(w *workload.Workload) ([]Part, error) {
	m := w.Described
	cost, err := m.At(asked(w))
	var contradiction *shape.ContradictionError
	switch {
	case errors.As(err, &contradiction):
		return nil, w.Fault(traitOf[contradiction.Dimension], err)
	case err != nil:
		return nil, err
	}
	reason := "the usual request of " + m.Name
	for _, d := range m.Uses {
		w.Ordinary(traitOf[d], written(cost.Request, d), reason)
	}
	w.Ordinary("items", "1", "one request brings one input")
	var parts []Part
	for _, p := range cost.Passes {
		parts = append(parts, Part{forward.OfPass(m, p), p.Times})
	}
	return parts, nil
}

// written returns a dimension of a request as its trait is written; "" where it has none.
func written(r shape.Request, d shape.Dimension) string {
	whole := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	switch d {
	case shape.Tokens:
		return whole(r.Tokens)
	case shape.OutputTokens:
		return whole(r.OutputTokens)
	case shape.Image:
		return fmt.Sprintf("%dx%d", r.Width, r.Height)
	case shape.Audio:
		return strconv.FormatFloat(r.Audio, 'g', -1, 64) + "s"
	}
	return whole(r.Steps)
}

// doubt returns the factor by which the interval of a described model is wider for operators that were not
// understood: each share of its operators may cost as much as the rest together.
func doubt(m *shape.Model) float64 {
	if m == nil || m.Unknown == 0 {
		return 1
	}
	return 1 + 2*float64(m.Unknown)/float64(cmp.Or(max(m.Operators, m.Unknown), 1))
}
