package architecture

import (
	"math"

	"scaleadvise/advisor/shape"
)

// patches is a vision transformer: an image cut into squares, each of them a token.
type patches struct {
	block
	layers, patch, channels float64
	width, height           float64 // pixels of the images that it was made for
	more                    float64 // tokens besides the patches
	fixed                   float64 // parameters that no other layer counts
	positions               bool    // a table of positions
	unbiasedPatches         bool
	before, pooled          bool // a normalization before the layers; a layer over the first token
	labels                  float64
	perLayer                float64 // parameters of each layer besides its matrices
	end                     func(l *shape.Layers, rows float64)
}

func (p patches) tokens(width, height float64) float64 {
	return max(1, math.Floor(width/p.patch)) * max(1, math.Floor(height/p.patch))
}

// pass is one run over one image.
func (p patches) pass(name string, r shape.Request) shape.Pass {
	l := &shape.Layers{}
	cut := p.tokens(float64(r.Width), float64(r.Height))
	rows := cut + p.more
	l.Convolve(cut, shape.Kernel{Area: p.patch * p.patch, In: p.channels, Out: p.block.width, Bias: !p.unbiasedPatches})
	l.Params += p.fixed
	if p.positions {
		l.Params += (p.tokens(p.width, p.height) + p.more) * p.block.width
		l.Each(rows * p.block.width)
	}
	if p.before {
		l.Norm(rows, p.block.width)
	}
	l.Apply(p.layers, func(l *shape.Layers) {
		p.over(l, rows)
		l.Params += p.perLayer
	})
	p.finish(l, rows)
	return pass(l, name, r.Input(ofImage), p.block.width)
}

func (p patches) finish(l *shape.Layers, rows float64) {
	l.Norm(rows, p.block.width)
	if p.end != nil {
		p.end(l, rows)
	}
	if p.pooled {
		l.Linear(1, p.block.width, p.block.width)
	}
	if p.labels > 0 {
		l.Linear(1, p.block.width, p.labels)
	}
}

func (p patches) network() network {
	return network{usual: shape.Request{Width: int(p.width), Height: int(p.height)}, walk: func(r shape.Request) []shape.Pass {
		return []shape.Pass{p.pass("model", r)}
	}}
}

// vit reads a configuration with ViT's keys and defaults.
func vit(c *config, side, patch float64) patches {
	p := patches{
		block:  block{width: c.whole(mostWidth, 768, "hidden_size"), heads: c.whole(mostWidth, 12, "num_attention_heads")},
		layers: c.whole(mostLayers, 12, "num_hidden_layers"), patch: c.whole(mostSide, patch, "patch_size"), channels: c.whole(mostWidth, 3, "num_channels"),
		positions: true, more: 1,
	}
	p.ffn = c.whole(mostWidth, max(1, c.number(4, "mlp_ratio")*p.block.width), "intermediate_size")
	if !c.has("intermediate_size") && !c.has("mlp_ratio") {
		p.ffn = 4 * p.block.width
	}
	p.width, p.height = c.sides(side, "image_size")
	p.fixed = p.block.width // the token that stands for the whole image
	c.divides(p.block.width, p.heads)
	return p
}

func readViT(c *config) network {
	p := vit(c, 224, 16)
	classifies := c.builds("ForImageClassification", "ForImageClassificationWithTeacher")
	if classifies {
		p.labels = c.labels()
	}
	switch kind := c.word("model_type"); kind {
	case "deit":
		p.more, p.fixed = 2, 2*p.block.width
		p.pooled = !classifies
		if c.builds("WithTeacher") {
			p.labels *= 2
		}
	case "dinov2", "dinov2_with_registers", "dinov3_vit":
		p.fixed = 2 * p.block.width // and one for what is masked
		p.perLayer = 2 * p.block.width
		if kind != "dinov2" {
			registers := c.count(mostTable, 4, "num_register_tokens")
			p.more, p.fixed = p.more+registers, p.fixed+registers*p.block.width
		}
		if p.positions = kind != "dinov3_vit"; !p.positions {
			p.perLayer -= p.block.width // keys without a bias; positions are rotations
			p.gated = c.truth("use_gated_mlp", false)
		}
		if c.truth("use_swiglu_ffn", false) {
			p.gated, p.ffn = true, 8*math.Floor((math.Trunc(p.ffn*2/3)+7)/8)
		}
		if classifies {
			p.labels *= 2 // the first token and the mean of the patches
		}
	case "beit", "data2vec-vision":
		p.positions = c.truth("use_absolute_position_embeddings", false)
		table := 0.0
		if c.truth("use_relative_position_bias", false) {
			window := p.width / p.patch
			table = ((2*window-1)*(2*window-1) + 3) * p.heads
		}
		p.perLayer = 2*p.block.width - p.block.width + table // scales of layers, no bias of keys, positions
	default:
		p.pooled = !classifies
	}
	return p.network()
}

// readYOLOS reads a vision transformer with tokens that find objects.
func readYOLOS(c *config) network {
	p := vit(c, 512, 16)
	found := c.whole(mostTable, 100, "num_detection_tokens")
	p.more, p.fixed = found+1, (found+1)*p.block.width
	if c.truth("use_mid_position_embeddings", true) {
		p.fixed += (p.layers - 1) * (p.tokens(p.width, p.height) + p.more) * p.block.width
	}
	labels := c.labels()
	p.end = func(l *shape.Layers, _ float64) {
		for _, out := range []float64{labels + 1, 4} {
			l.Linear(found, p.block.width, p.block.width)
			l.Linear(found, p.block.width, p.block.width)
			l.Linear(found, p.block.width, out)
		}
	}
	return p.network()
}

// readSwin reads attention in shifted windows, over stages of ever fewer and wider tokens (Liu
// et al. 2021).
func readSwin(c *config) network {
	depths := c.list(mostLayers, []float64{2, 2, 6, 2}, "depths")
	heads := c.list(mostWidth, []float64{3, 6, 12, 24}, "num_heads")
	if len(heads) != len(depths) {
		c.fail("num_heads: %d stages, but depths has %d", len(heads), len(depths))
		return network{}
	}
	s := swin{
		depths: depths, heads: heads, width: c.whole(mostWidth, 96, "embed_dim"), window: c.whole(mostSide, 7, "window_size"),
		patch: c.whole(mostSide, 4, "patch_size"), channels: c.whole(mostWidth, 3, "num_channels"), ratio: max(1, c.number(4, "mlp_ratio")),
		continuous: c.word("model_type") == "swinv2",
	}
	if c.builds("ForImageClassification") {
		s.labels = c.labels()
	}
	width, height := c.sides(224, "image_size")
	return network{usual: shape.Request{Width: int(width), Height: int(height)}, walk: func(r shape.Request) []shape.Pass {
		return []shape.Pass{s.pass(r)}
	}}
}

type swin struct {
	depths, heads                         []float64
	width, window, patch, channels, ratio float64
	continuous                            bool // positions from a small network (version 2)
	labels                                float64
}

func (s swin) pass(r shape.Request) shape.Pass {
	l := &shape.Layers{}
	at := shape.Grid{Width: float64(r.Width), Height: float64(r.Height)}.Over(s.patch)
	width := s.width
	l.Convolve(at.Pixels(), shape.Kernel{Area: s.patch * s.patch, In: s.channels, Out: width, Bias: true})
	l.Norm(at.Pixels(), width)
	for i, depth := range s.depths {
		l.Apply(depth, func(l *shape.Layers) { s.layer(l, at.Pixels(), width, s.heads[i]) })
		if i+1 < len(s.depths) {
			at = at.Over(2)
			merged := 4 * width
			if s.continuous {
				merged = 2 * width // normalized after the product
			}
			l.Norm(at.Pixels(), merged)
			l.Product(at.Pixels(), 4*width, 2*width, false)
			width *= 2
		}
	}
	l.Norm(at.Pixels(), width)
	l.Pool(width)
	if s.labels > 0 {
		l.Linear(1, width, s.labels)
	}
	return pass(l, "model", r.Input(ofImage), width)
}

// layer is attention within windows and a feed-forward network.
func (s swin) layer(l *shape.Layers, rows, width, heads float64) {
	b := block{width: width, heads: heads, ffn: s.ratio * width, keys: func(float64) float64 { return s.window * s.window }}
	b.over(l, rows)
	l.Add(shape.Movement, shape.Work{Elements: 4 * rows * width, Kernels: 4}) // windows apart and together again
	if !s.continuous {
		l.Params += (2*s.window - 1) * (2*s.window - 1) * heads
		return
	}
	l.Params += heads - width // a temperature for each head, no bias of keys
	l.Linear((2*s.window-1)*(2*s.window-1), 2, 512)
	l.Product((2*s.window-1)*(2*s.window-1), 512, heads, false)
}
