package forward

import (
	"math"
	"strings"

	"scaleadvise/advisor/catalog"
)

// Of returns a model of the catalogue, with what measurements state of it where the catalogue
// does not.
func (e *Evidence) Of(m catalog.Model) Model { return of(m, e.Facts) }

// of is Of, given what is stated of a model by its name and an input.
func of(m catalog.Model, facts func(name, input string) (Model, bool)) Model {
	own := Model{Name: m.ID, Kind: kindOfModel(m), ParamsM: m.ParamsB * 1e3, GMACs: m.GFLOPs / 2, ActivationsM: m.ActivationsM,
		Input: m.Input, Operators: operatorsIn(m), Hidden: m.Hidden, ReadM: readOf(m)}
	for _, name := range append([]string{m.ID, m.Name}, m.Aliases...) {
		known, ok := facts(name, own.Input)
		if !ok || own.GMACs > 0 && extent(known.Input) != extent(own.Input) {
			continue
		}
		own.Name = known.Name
		return own.with(known)
	}
	return own
}

// usualTable is how many rows the table of tokens has of the encoders that were measured: their parameters
// count it.
const usualTable = 30522

// readOf is how many 10^6 parameters a pass of a model reads. The table of tokens of a multilingual encoder
// outweighs its layers, and so do those of a recommender, but a pass looks up rows of them alone; layers
// that share their weights are read again. What is multiplied once a token is a parameter.
func readOf(m catalog.Model) float64 {
	tokens := extent(m.Input)
	switch {
	case m.Kind == "recommender" && m.GFLOPs > 0 && m.Layers == 0:
		return math.Min(m.GFLOPs/2*1e3, m.ParamsB*1e3)
	case m.Kind != "encoder" || m.Subkind == "seq2seq" || m.GFLOPs == 0 || m.Layers == 0 || m.Hidden == 0 || tokens == 0:
		return 0
	}
	attention := 2 * tokens * tokens * float64(m.Hidden) * float64(m.Layers)
	return readBy(m.GFLOPs/2*1e9-attention, tokens, m.Hidden)
}

// readBy is what the layers of an encoder read, of width hidden, by the multiply-adds of weights that a text takes.
// It is rounded to no more digits than tables are written with.
func readBy(linear, tokens float64, hidden int) float64 {
	return math.Round((linear/tokens+usualTable*float64(hidden))/1e5) / 10
}

// Named returns the model that was measured under a name, where the catalogue has none: its size
// and its operations are known from there.
func (e *Evidence) Named(name string) (catalog.Model, bool) {
	known, ok := e.Facts(name, "")
	if !ok {
		known, ok = e.Facts(catalog.Untagged(name), "")
	}
	if !ok || known.GMACs == 0 {
		return catalog.Model{}, false
	}
	kind, sub := known.Kind, ""
	switch known.Kind {
	case "embedding", "reranker":
		kind, sub = "encoder", known.Kind
	case "detector":
		kind, sub = "vision", "detection"
	case "segmenter":
		kind, sub = "vision", "segmentation"
	case "vision-cnn", "vision-transformer":
		kind, sub = "vision", "classification"
	}
	return catalog.Model{ID: strings.ToLower(known.Name), Name: known.Name, Kind: kind, Subkind: sub, ParamsB: known.ParamsM / 1e3, ActiveParamsB: known.ParamsM / 1e3,
		GFLOPs: 2 * known.GMACs, ActivationsM: known.ActivationsM, Input: known.Input, Operators: known.Operators, Hidden: known.Hidden, Source: "measurements of ordinary models"}, true
}

// kindOfModel is the kind of a model of the catalogue as measurements call it.
func kindOfModel(m catalog.Model) string {
	sub := strings.ToLower(m.Subkind)
	switch m.Kind {
	case "encoder":
		for _, kind := range []string{"embedding", "reranker"} {
			if strings.Contains(sub, kind) {
				return kind
			}
		}
		return "encoder"
	case "vision":
		switch {
		case strings.Contains(sub, "segment"):
			return "segmenter"
		case strings.Contains(sub, "detect"):
			return "detector"
		case attention.MatchString(m.ID):
			return "vision-transformer"
		}
		return "vision-cnn"
	case "speech", "diffusion", "recommender", "tree":
		return m.Kind
	}
	return "other"
}

// At returns the model with inputs of another size. Convolutions and projections grow with the
// pixels or tokens, attention between tokens with their square: of a layer of width h and s
// tokens 12·h²·s and 2·h·s² multiply-adds.
func (m Model) At(input string) Model {
	old, now := extent(m.Input), extent(input)
	if old == 0 || now == 0 || old == now {
		m.Input = input
		return m
	}
	grown := now / old
	maps, products := m.attended(old)
	m.ActivationsM = (m.ActivationsM-maps)*grown + maps*grown*grown
	m.GMACs += products * (grown - 1)
	if class(m.Kind, m.Name) == classAttention && m.Kind != "vision-transformer" {
		h := float64(m.Hidden)
		if h == 0 {
			h = usualHidden
		}
		grown *= (6*h + now) / (6*h + old)
	}
	m.GMACs *= grown
	m.Input = input
	return m
}

// usualHidden is the width of an encoder that does not state it.
const usualHidden = 768

// attended returns how many 10^6 elements the maps of attention of a transformer of equal blocks over the patches of
// an image have, and the 10^9 multiply-adds of its products: both grow with the square of the patches. They are 0 for
// other models, and where its blocks are not known. Of L blocks of width w over n patches it has 12·L·w²
// parameters, takes as many multiply-adds for each patch, and attends with w/64 heads.
func (m Model) attended(pixels float64) (maps, products float64) {
	blocks := float64((m.Operators - 2) / operatorsOfPatches)
	if m.Kind != "vision-transformer" || m.ParamsM == 0 || blocks < 1 {
		return 0, 0
	}
	patches := m.GMACs * 1e3 / m.ParamsM
	for _, side := range []float64{8, 14, 16, 32} {
		if n := pixels / (side * side); n < patches*1.01 && patches < 1.15*n {
			width := math.Sqrt(m.ParamsM * 1e6 / 12 / blocks)
			return math.Min(blocks*width/64*n*n/1e6, m.ActivationsM/2), math.Min(2*blocks*width*n*n/1e9, m.GMACs/2)
		}
	}
	return 0, 0
}
