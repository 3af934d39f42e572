package forward

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"

	"scaleadvise/advisor/pattern"
)

// Model is what a prediction needs to know about a model. A zero means unknown.
type Model struct {
	Name         string
	Kind         string  // vision-cnn, vision-transformer, detector, segmenter, encoder, embedding, reranker, speech, diffusion, recommender, tree or other
	ParamsM      float64 // 10^6 parameters
	ReadM        float64 // those that a pass reads, where rows of tables are looked up or layers run more than once; 0 is all
	GMACs        float64 // of one input, 10^9 multiply-adds
	ActivationsM float64 // of one input, 10^6 elements that its layers output
	Input        string  // shape of one input: "224x224", "384 tokens"
	Operators    int     // layers that one pass starts one after another: convolutions, projections, attentions
	Hidden       int     // width of an encoder's layers
}

// Classes of operations. A class names what most of the work is.
const (
	classDense     = "dense"     // plain convolutions
	classDepthwise = "depthwise" // depthwise and grouped convolutions: little work per byte
	classAttention = "attention" // matrix products of transformers
)

var (
	depthwise = pattern.Of(`mobile|efficientn|efficientd|mnas|fbnet|lcnet|tinynet|ghost|regnet|resnext|convnext|shuffle|hardcore|spnas|mixnet|xception|rexnet|nfnet|rep(vit|ghost)|edgenext|fastvit|gernet|semnas|inception_next|poolformer|visformer|dw|lite|gpunet|caformer|convformer|starnet`)
	attention = pattern.Of(`vit|deit|beit|swin|bert|dino|siglip|hiera|cait|coat|xcit|eva|clip|mixer|pit_|volo|levit|twins|tnt|crossvit|nest|sequencer|mlp`)
	pooling   = pattern.Of(`pool|convform|caform`)
)

// class names the class of operations of a model.
func class(kind, name string) string {
	name = strings.ToLower(name)
	switch kind {
	case "encoder", "embedding", "reranker":
		return classAttention
	case "vision-transformer":
		if pooling.MatchString(name) {
			return classDepthwise
		}
		return classAttention
	case "detector", "segmenter", "diffusion", "speech", "recommender", "tree", "other":
		return kind
	}
	switch {
	case attention.MatchString(name):
		return classAttention
	case depthwise.MatchString(name):
		return classDepthwise
	}
	return classDense
}

var (
	publishers = map[string]bool{"google": true, "microsoft": true, "nvidia": true, "facebook": true, "hustvl": true, "timm": true,
		"cross-encoder": true, "sentence-transformers": true, "apple": true, "openai": true, "ultralytics": true}
	joiners    = strings.NewReplacer("-", "", "_", "", " ", "")
	familyWord = pattern.Of(`^[a-z]+(v\d)?`)
	// trained is what timm writes behind a dot: on which images, and how, weights were trained.
	trained = pattern.Of(`\.[a-z0-9_]*in\d+k[a-z0-9_]*$`)
)

// plain is a model's name without publisher, framework and separators.
func plain(name string) string {
	name = strings.TrimPrefix(unpublished(name), "tf_")
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '/' || r == '.' {
			return r
		}
		return -1
	}, name)
}

// unpublished is a name in lower case without the publisher before the slash and timm's word for
// its weights, which cost the same whatever they were trained on.
func unpublished(name string) string {
	name = strings.ToLower(name)
	if strings.Contains(name, ".") {
		name = trained.ReplaceAllString(name, "")
	}
	if before, after, ok := strings.Cut(name, "/"); ok && publishers[before] {
		return after
	}
	return name
}

// family is the word that architectures of one design share: "efficientnet", "yolov8".
func family(name string) string {
	name, _, _ = strings.Cut(unpublished(name), "/")
	name = joiners.Replace(strings.TrimPrefix(name, "tf_"))
	if word := familyWord.FindString(name); word != "" {
		return word
	}
	return name
}

var (
	tokens = pattern.Of(`(\d+) tokens`)
	chain  = pattern.Of(`\d+(?:\s*x\s*\d+)+`)
	digits = pattern.Of(`\d+`)
)

// extent is the size of an input: tokens, or the pixels of an image; 0 where unknown.
func extent(input string) float64 {
	if m := tokens.FindStringSubmatch(input); m != nil {
		return atof(m[1])
	}
	a, b := Sides(input)
	return a * b
}

// Sides returns the sides of the image in the words for an input, "1 image 3x224x224", "640x640x3"; of a
// clip the frames stand before them. They are 0 where the words have none.
func Sides(input string) (a, b float64) {
	sides := []float64{0, 0}
	for _, d := range digits.Regexp().FindAllString(chain.FindString(input), -1) {
		if v := atof(d); v >= 16 {
			sides = append(sides, v)
		}
	}
	if n := len(sides); n >= 4 {
		return sides[n-2], sides[n-1]
	}
	return 0, 0
}

func atof(s string) float64 {
	v, _ := strconv.ParseFloat(s, 64)
	return v
}

// shape is a model by its logarithms, with what was not stated put in from models of its
// class.
type shape struct {
	gmacs, activations, params float64
	operators                  float64
	counted                    bool // its operations are stated
}

// Regression is ln of a figure, linear in the logarithms of others: an intercept, then a slope for each.
type Regression []float64

func (r Regression) at(x ...float64) float64 {
	v := r[0]
	for i, slope := range r[1:] {
		v += slope * x[i]
	}
	return v
}

// Typical is what models of a class are usually like: how operations follow from parameters and the size of
// an input, activations from operations and parameters, and the mean of what may be unknown.
type Typical struct {
	GMACs, Activations Regression
	Operators          Regression // how many layers follow from operations, parameters and activations
	Params, Extent     float64    // ln
}

// size is ln of the size of an input.
func (t Typical) size(input string) float64 {
	if x := extent(input); x > 0 {
		return math.Log(x)
	}
	return t.Extent
}

// shapeOf completes the facts of a model.
func (c *Coefficients) shapeOf(m described) shape {
	t, ok := c.Typical[m.class]
	if !ok {
		t = c.Typical[anyClass]
	}
	s := shape{params: t.Params, counted: m.GMACs > 0}
	if read := cmp.Or(m.ReadM, m.ParamsM); read > 0 {
		s.params = math.Log(read)
	}
	if s.counted {
		s.gmacs = math.Log(m.GMACs)
	} else {
		s.gmacs = t.GMACs.at(s.params, t.size(m.Input))
	}
	s.activations = t.Activations.at(s.gmacs, s.params)
	if m.ActivationsM > 0 {
		s.activations = math.Log(m.ActivationsM)
	}
	s.operators = t.depth(m, s)
	return s
}

// anyClass is the class whose regressions stand in for those of classes too rare.
const anyClass = "any"

// described is a model with what follows from its name, kind and input.
type described struct {
	Model
	plain, class, family string
	key                  string // name and size of input, however that is spelled
}

func describe(m Model) described {
	d := described{Model: m, plain: plain(m.Name), class: class(m.Kind, m.Name), family: family(m.Name)}
	d.key = d.plain + "|" + m.Input
	if x := extent(m.Input); x > 0 {
		d.key = d.plain + "|" + ftoa(x)
	}
	return d
}

// described is describe, once for the models that were asked about last.
func (e *Evidence) described(m Model) described {
	return e.descriptions.Beside(m, 4*recent, func() described { return describe(m) })
}

// line renders a model as a line of models.tsv.
func (m described) line() string {
	return strings.Join([]string{m.Name, m.Kind, m.Input, ftoa(m.ParamsM), ftoa(m.GMACs), ftoa(m.ActivationsM), m.plain, m.class, m.family, m.key, strconv.Itoa(m.Operators)}, "\t") + "\n"
}

func ftoa(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }

func parseModel(line string) (described, error) {
	var r [11]string
	n := 0
	for field := range strings.SplitSeq(line, "\t") {
		if n < len(r) {
			r[n] = field
		}
		n++
	}
	if n != len(r) {
		return described{}, fmt.Errorf("%q is not a model", line)
	}
	return described{Model{Name: r[0], Kind: r[1], Input: r[2], ParamsM: atof(r[3]), GMACs: atof(r[4]), ActivationsM: atof(r[5]), Operators: int(atof(r[10]))}, r[6], r[7], r[8], r[9]}, nil
}
