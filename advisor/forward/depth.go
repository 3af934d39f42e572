package forward

import (
	"math"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/pattern"
)

// usualOperators is how many layers the usual model starts one after another: those that launches are stated
// for.
const usualOperators = 60

// What a block of a transformer starts: of an encoder query, key, value, attention, output and two layers
// forward; of an image model, whose query, key and value are one, two fewer.
const (
	operatorsOfBlock   = 7
	operatorsOfPatches = 5
)

// numbered is the number in the names of networks of convolutions that are called after how many layers they
// have (He et al. 2016): "resnet152", "densenet-121", "seresnet33ts". A number behind an
// underscore is a width or an amount of work.
var numbered = pattern.Of(`(?:^|_)[a-z]{3,}(?:\dnet)?-?([1-9]\d\d?)(?:[a-z_.\-]|$)`)

// ofProjections is how much less a layer of a transformer launches than a convolution with its normalization and
// its activation: of BERT some 11 kernels follow from seven layers of a block, of ResNet-50 170 from 54.
const ofProjections = 0.7

// operatorsOf is how many layers a pass of a model starts one after another, as many as start what it does were
// all convolutions; 0 where that is not known.
func operatorsOf(m Model, class string) float64 {
	switch {
	case m.Operators > 0 && (class == classAttention || class == "speech"):
		return ofProjections * float64(m.Operators)
	case m.Operators > 0:
		return float64(m.Operators)
	case class == classDense || class == classDepthwise:
		if found := numbered.FindStringSubmatch(unpublished(m.Name)); found != nil {
			return atof(found[1])
		}
	}
	return 0
}

// operatorsIn is how many layers a pass of a model of the catalogue starts, where a pass is one through all of its
// layers.
func operatorsIn(m catalog.Model) int {
	if m.Operators > 0 || m.Kind != "encoder" || m.Subkind == "seq2seq" {
		return m.Operators
	}
	return m.Layers * operatorsOfBlock
}

// operatorsByName are those of the models of the catalogue, by all their plain names.
func operatorsByName(c *catalog.Catalog) map[string]int {
	all := map[string]int{}
	for _, m := range c.Models() {
		if n := operatorsIn(m); n > 0 {
			for _, name := range append([]string{m.ID, m.Name}, m.Aliases...) {
				all[plain(name)] = n
			}
		}
	}
	return all
}

// depth completes ln of the operators of a model: by what the figures of its class say of them where they are
// not known. Of a transformer of equal blocks they follow from its figures (layers × width² parameters, those
// times the places of an input the work, layers × width × places activations).
func (t Typical) depth(m described, s shape) float64 {
	if n := operatorsOf(m.Model, m.class); n > 0 {
		return math.Log(n)
	}
	if len(t.Operators) == 0 {
		return math.Log(usualOperators)
	}
	return t.Operators.at(s.gmacs, s.params, s.activations)
}
