package onnx

import (
	"cmp"
	"fmt"
	"slices"

	"scaleadvise/advisor/pattern"
	"scaleadvise/advisor/shape"
)

// role is what an axis of an input stands for.
type role int

const (
	other    role = iota // one, unless the file says how many
	batched              // inputs that are worked through together
	tokened              // tokens of a text
	wide                 // pixels
	high                 // pixels
	latentX              // pixels of a latent image
	latentY              //
	framed               // frames of sound, 100 a second
	sampled              // samples of sound, 16,000 a second
	vanished             // what came before: nothing
)

// Rates of sound.
const (
	framesPerSecond  = 100
	samplesPerSecond = 16000
	latentPixels     = 8
)

var (
	byBatch  = pattern.Of(`(?i)batch|^n$|^b$|^bs$`)
	byHeight = pattern.Of(`(?i)height|^h$`)
	byWidth  = pattern.Of(`(?i)width|^w$`)
	byPast   = pattern.Of(`(?i)past`)
	byTokens = pattern.Of(`(?i)seq|token|text|^s$|^t$|length`)

	ofSound  = pattern.Of(`(?i)audio|wav|speech|input_values|signal|pcm`)
	ofFrames = pattern.Of(`(?i)feature|mel|spec|audio|fbank`)
	ofLatent = pattern.Of(`(?i)^sample$|latent`)
	ofCache  = pattern.Of(`(?i)past_key|past_value|past\.\d|kv_cache`)
	ofText   = pattern.Of(`(?i)ids|mask|token|text|position|segment`)
	ofEmbeds = pattern.Of(`(?i)embed|hidden|states`)
)

func isInteger(elem int) bool { return elem == int64Type || elem == int32Type || elem == boolType }

// channels reports whether a dimension is that of the colours of an image.
func channels(a axis) bool { return a.size == 1 || a.size == 3 || a.size == 4 }

// roles are those of the axes of an input, by its type, its rank and its name.
func (p port) roles() []role {
	list := make([]role, len(p.dims))
	if len(list) > 0 {
		list[0] = batched
	}
	switch rank := len(p.dims); {
	case rank == 4 && ofLatent.MatchString(p.name):
		list[2], list[3] = latentY, latentX
	case rank == 4 && channels(p.dims[3]) && !channels(p.dims[1]):
		list[1], list[2] = high, wide
	case rank == 4:
		list[2], list[3] = high, wide
	case rank == 3 && ofEmbeds.MatchString(p.name):
		list[1] = tokened
	case rank == 3 && ofFrames.MatchString(p.name):
		list[2] = framed
	case rank == 2 && (ofSound.MatchString(p.name) && !isInteger(p.elem) || p.dims[1].size >= samplesPerSecond/2):
		list[1] = sampled
	case rank == 2 && isInteger(p.elem) && (ofText.MatchString(p.name) || p.dims[1].size == 0):
		list[1] = tokened
	}
	for i, a := range p.dims {
		if a.size == 0 && a.name != "" {
			list[i] = byName(a.name, list[i])
		}
	}
	return list
}

// byName is what the name of a dynamic axis says.
func byName(name string, or role) role {
	switch {
	case byBatch.MatchString(name):
		return batched
	case byPast.MatchString(name):
		return vanished
	case or == framed || or == sampled || or == latentX || or == latentY:
		return or
	case byHeight.MatchString(name):
		return high
	case byWidth.MatchString(name):
		return wide
	case byTokens.MatchString(name) && or == other:
		return tokened
	}
	return or
}

// size is what a request makes of an axis.
func (r role) size(q shape.Request) int64 {
	switch r {
	case tokened:
		return int64(q.Tokens)
	case wide:
		return int64(q.Width)
	case high:
		return int64(q.Height)
	case latentX:
		return int64(q.Width / latentPixels)
	case latentY:
		return int64(q.Height / latentPixels)
	case framed:
		return int64(q.Audio * framesPerSecond)
	case sampled:
		return int64(q.Audio * samplesPerSecond)
	case vanished:
		return 0
	}
	return 1
}

// signature is what the inputs of a graph ask of a request.
type signature struct {
	ports []port
	roles [][]role
	uses  []shape.Dimension
	usual shape.Request
	batch int64 // inputs that the file is made for at once
	cache bool  // it keeps what it wrote: a decoder of tokens
	times bool  // it is told a time: it denoises
}

// signatureOf reads the inputs that no weight fills.
func signatureOf(g *graph) signature {
	s := signature{batch: 1}
	for _, p := range g.inputs {
		if _, filled := g.weights[p.name]; filled {
			continue
		}
		roles := p.roles()
		s.ports, s.roles = append(s.ports, p), append(s.roles, roles)
		s.cache = s.cache || ofCache.MatchString(p.name)
		s.times = s.times || p.name == "timestep" || p.name == "t"
		// Of three axes without a meaning the first may as well be time.
		if len(p.dims) > 1 && p.dims[0].size > 1 && roles[0] == batched && (len(p.dims) != 3 || roles[1] != other || roles[2] != other) {
			s.batch = max(s.batch, p.dims[0].size)
		}
		for i, r := range roles {
			s.use(r, p.dims[i].size)
		}
	}
	s.usual.Tokens = s.orUsual(shape.Tokens, s.usual.Tokens, 128)
	s.usual.Width, s.usual.Height = s.orUsual(shape.Image, s.usual.Width, s.side()), s.orUsual(shape.Image, s.usual.Height, s.side())
	if slices.Contains(s.uses, shape.Audio) && s.usual.Audio == 0 {
		s.usual.Audio = 30
	}
	return s
}

// side is that of a usual image.
func (s *signature) side() int {
	if s.times {
		return 512
	}
	return 224
}

func (s *signature) orUsual(d shape.Dimension, v, or int) int {
	if !slices.Contains(s.uses, d) {
		return 0
	}
	return cmp.Or(v, or)
}

// use notes that a dimension of the request matters, and what the file fixes it to.
func (s *signature) use(r role, fixed int64) {
	n := int(min(fixed, mostDim))
	var d shape.Dimension
	switch r {
	case tokened:
		d, s.usual.Tokens = shape.Tokens, max(s.usual.Tokens, n)
	case wide:
		d, s.usual.Width = shape.Image, max(s.usual.Width, n)
	case high:
		d, s.usual.Height = shape.Image, max(s.usual.Height, n)
	case latentX:
		d, s.usual.Width = shape.Image, max(s.usual.Width, n*latentPixels)
	case latentY:
		d, s.usual.Height = shape.Image, max(s.usual.Height, n*latentPixels)
	case framed:
		d, s.usual.Audio = shape.Audio, max(s.usual.Audio, float64(n)/framesPerSecond)
	case sampled:
		d, s.usual.Audio = shape.Audio, max(s.usual.Audio, float64(n)/samplesPerSecond)
	default:
		return
	}
	if !slices.Contains(s.uses, d) {
		s.uses = append(s.uses, d)
	}
}

// bind gives every input the shape that a request has. What the file fixes otherwise is a
// contradiction.
func (s signature) bind(into *scope, q shape.Request) error {
	for i, p := range s.ports {
		v := value{known: p.told, elem: p.elem}
		for k, a := range p.dims {
			size := s.roles[i][k].size(q)
			switch r := s.roles[i][k]; {
			case a.size == 0:
			case r == other || r == batched || r == vanished || size == a.size:
				size = a.size
			default:
				return fmt.Errorf("the input %s is fixed to %s, the request has %d; export the model with dynamic axes, or give the size that it is fixed to",
					clip(p.name), written(p.dims), size)
			}
			v.dims = append(v.dims, size)
		}
		if err := checked(v.dims, "input", p.name); err != nil {
			return err
		}
		into.set([]byte(p.name), v)
	}
	return nil
}

// written writes the axes of an input: "1x3x224x224".
func written(dims []axis) string {
	text := ""
	for i, a := range dims {
		if i > 0 {
			text += "x"
		}
		if a.size == 0 {
			text += "?"
			continue
		}
		text += fmt.Sprint(a.size)
	}
	return text
}
