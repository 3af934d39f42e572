package shape

import (
	"errors"
	"fmt"
	"math"
	"strings"
)

// Figures is a model of which only sizes are known, for one request of the usual shape.
type Figures struct {
	Name, Kind string
	Params     float64
	GMACs      float64 // 10^9 multiply-adds
	Source     string
}

// The most that a model can have.
const (
	mostParams = 1e14
	mostGMACs  = 1e9
)

// Kinds returns the kinds of ordinary model, sorted.
func Kinds() []string {
	return []string{"diffusion", "encoder", "recommender", "speech", "tree", "vision"}
}

// Described returns the model that figures describe. Its cost follows the request as that of its
// kind does: with the pixels of an image, the tokens of a text, the seconds of audio.
func (f Figures) Described() (*Model, error) {
	switch {
	case math.IsNaN(f.Params) || f.Params < 0 || f.Params > mostParams:
		return nil, fmt.Errorf("%g parameters are out of range: expected a number such as 110M", f.Params)
	case math.IsNaN(f.GMACs) || f.GMACs < 0 || f.GMACs > mostGMACs:
		return nil, fmt.Errorf("%g × 10^9 multiply-adds are out of range: expected a number such as 11", f.GMACs)
	case f.Params == 0 && f.GMACs == 0:
		return nil, errors.New("neither parameters nor multiply-adds; give --params 110M, --gmacs 11, or both")
	}
	usual, ok := usualOf[f.Kind]
	if !ok {
		return nil, fmt.Errorf("unknown kind of model %q: expected %s", f.Kind, strings.Join(Kinds(), ", "))
	}
	m := &Model{Name: f.Name, Kind: f.Kind, Params: f.Params, Source: f.Source, Uses: usual.uses, Usual: usual.request}
	if f.GMACs == 0 {
		m.Notes = append(m.Notes, "no --gmacs: the work of a request is guessed from the parameters, as models of its kind have it")
	}
	m.Walk = f.walk(usual)
	return m, nil
}

// usual is what requests of a kind have, and one of them.
type usual struct {
	uses    []Dimension
	request Request
	class   Class
}

var usualOf = map[string]usual{
	"diffusion":   {[]Dimension{Image, Steps}, Request{Width: 1024, Height: 1024, Steps: 30}, Convolution},
	"encoder":     {[]Dimension{Tokens}, Request{Tokens: 128}, Linear},
	"recommender": {nil, Request{}, Linear},
	"speech":      {[]Dimension{Audio}, Request{Audio: 30}, Linear},
	"tree":        {nil, Request{}, Lookup},
	"vision":      {[]Dimension{Image}, Request{Width: 224, Height: 224}, Convolution},
}

// walk is the work of figures, of another size by proportion.
func (f Figures) walk(u usual) func(Request) ([]Pass, error) {
	return func(r Request) ([]Pass, error) {
		p := Pass{Name: "model", Times: 1, Params: f.Params, Input: r.Input(u.uses)}
		p.Work[u.class].MACs = f.GMACs * 1e9 * r.extent(u.uses) / u.request.extent(u.uses)
		if f.Kind == "diffusion" {
			p.Name, p.Times = "denoiser", float64(r.Steps)
		}
		return []Pass{p}, nil
	}
}

// extent is the size of the input of one pass.
func (r Request) extent(uses []Dimension) float64 {
	size := 1.0
	for _, d := range uses {
		switch d {
		case Tokens:
			size *= float64(r.Tokens)
		case Image:
			size *= float64(r.Width) * float64(r.Height)
		case Audio:
			size *= r.Audio
		}
	}
	return size
}

// Input describes the part of a request that a model uses: "384 tokens", "224x224", "30 s of audio".
func (r Request) Input(uses []Dimension) string {
	var words []string
	for _, d := range uses {
		switch d {
		case Tokens:
			words = append(words, fmt.Sprintf("%d tokens", r.Tokens))
		case Image:
			words = append(words, fmt.Sprintf("%dx%d", r.Width, r.Height))
		case Audio:
			words = append(words, fmt.Sprintf("%g s of audio", r.Audio))
		}
	}
	if len(words) == 0 {
		return "one row"
	}
	return strings.Join(words, ", ")
}
