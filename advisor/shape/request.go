package shape

import (
	"cmp"
	"fmt"
	"strings"
)

// Request is the size of one request to a model. A zero is omitted.
type Request struct {
	Tokens        int
	OutputTokens  int
	Width, Height int     // pixels of an image
	Audio         float64 // s
	Steps         int     // of denoising
	Items         int     // rows, candidates, images: inputs per request
}

// Dimension is one quantity of a request.
type Dimension string

const (
	Tokens       Dimension = "tokens"
	OutputTokens Dimension = "output tokens"
	Image        Dimension = "an image size"
	Audio        Dimension = "an audio length"
	Steps        Dimension = "denoising steps"
)

// flags are those that give a dimension, with an example.
var flags = map[Dimension]string{
	Tokens: "--input-tokens 128", OutputTokens: "--output-tokens 64", Image: "--image-size 224x224",
	Audio: "--audio-length 30s", Steps: "--steps 30",
}

// of is a dimension of a request, 0 where it is left out.
func (r Request) of(d Dimension) float64 {
	switch d {
	case Tokens:
		return float64(r.Tokens)
	case OutputTokens:
		return float64(r.OutputTokens)
	case Image:
		return float64(max(r.Width, r.Height))
	case Audio:
		return r.Audio
	case Steps:
		return float64(r.Steps)
	}
	return 0
}

// or fills in what is left out. A width alone is that of a square.
func (r Request) or(usual Request) Request {
	if r.Width == 0 && r.Height == 0 {
		r.Width, r.Height = usual.Width, usual.Height
	}
	return Request{
		Tokens: cmp.Or(r.Tokens, usual.Tokens), OutputTokens: cmp.Or(r.OutputTokens, usual.OutputTokens),
		Width: cmp.Or(r.Width, r.Height), Height: cmp.Or(r.Height, r.Width),
		Audio: cmp.Or(r.Audio, usual.Audio), Steps: cmp.Or(r.Steps, usual.Steps), Items: cmp.Or(r.Items, usual.Items, 1),
	}
}

// ContradictionError is a request with a dimension that the model does not have.
type ContradictionError struct {
	Model     string
	Dimension Dimension
	Uses      []Dimension
}

func (e *ContradictionError) Error() string {
	if len(e.Uses) == 0 {
		return fmt.Sprintf("%s is a model of fixed inputs and takes no %s; leave it out", e.Model, bare(e.Dimension))
	}
	var takes, give []string
	for _, d := range e.Uses {
		takes, give = append(takes, string(d)), append(give, flags[d])
	}
	return fmt.Sprintf("%s takes %s, not %s; give %s instead", e.Model, strings.Join(takes, " and "), e.Dimension, strings.Join(give, " and "))
}

func bare(d Dimension) string { return strings.TrimPrefix(strings.TrimPrefix(string(d), "an "), "a ") }

// accepts refuses a request with a dimension that the model does not have, and one of no size.
func (m *Model) accepts(r Request) error {
	for _, d := range []Dimension{Tokens, OutputTokens, Image, Audio, Steps} {
		switch v := r.of(d); {
		case v == 0:
		case !m.Has(d):
			return &ContradictionError{Model: m.Name, Dimension: d, Uses: m.Uses}
		case v < 0 || v > most[d]:
			return fmt.Errorf("%s: %g of %s is out of range: expected 1 to %g", m.Name, v, bare(d), most[d])
		}
	}
	return nil
}

// most is the largest value of a dimension that is no slip of the hand.
var most = map[Dimension]float64{Tokens: 1 << 21, OutputTokens: 1 << 21, Image: 1 << 16, Audio: 86400, Steps: 1e4}

// Has reports whether a dimension of a request changes what the model does.
func (m *Model) Has(d Dimension) bool {
	for _, u := range m.Uses {
		if u == d {
			return true
		}
	}
	return false
}
