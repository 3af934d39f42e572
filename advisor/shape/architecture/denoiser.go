package architecture

import "scaleadvise/advisor/shape"

// joint is a transformer over the latent image and the text at once.
type joint struct {
	width, heads, head     float64
	both, single           float64 // layers with weights for each side; layers with the same for both
	dual                   float64 // layers with a second attention of the image alone
	patch, channels        float64 // of the latent image
	text, pooled, captions float64 // width of the text's tokens, width of its summary, tokens
	guided                 bool    // a guidance scale is an input
}

func (j joint) rows(r shape.Request) float64 {
	return max(1, shape.Grid{Width: float64(r.Width), Height: float64(r.Height)}.Over(latentPixels*j.patch).Pixels())
}

// latentPixels is the side of what one latent pixel stands for.
const latentPixels = 8

// pass is one step.
func (j joint) pass(r shape.Request) shape.Pass {
	l := &shape.Layers{}
	rows, width := j.rows(r), j.width
	cells := j.channels * j.patch * j.patch
	l.Linear(rows, cells, width)
	l.Linear(j.captions, j.text, width)
	j.conditions(l)
	l.Apply(j.both, func(l *shape.Layers) { j.layer(l, rows) })
	l.Apply(j.dual, func(l *shape.Layers) {
		l.Linear(1, width, 3*width)
		j.side(l, rows, rows)
	})
	l.Apply(j.single, func(l *shape.Layers) { j.merged(l, rows+j.captions) })
	if j.single == 0 { // the last layer leaves the text as it is
		l.Params -= (4*width + 1) * width // of its modulation
		l.Params -= width*width + width + 8*width*width + 5*width
	}
	l.Linear(1, width, 2*width)
	l.Linear(rows, width, cells)
	return pass(l, "denoiser", r.Input(ofImage), width)
}

// conditions adds time, text and guidance to one vector.
func (j joint) conditions(l *shape.Layers) {
	inputs := []float64{256, j.pooled}
	if j.guided {
		inputs = append(inputs, 256)
	}
	for _, in := range inputs {
		l.Linear(1, in, j.width)
		l.Linear(1, j.width, j.width)
	}
}

// layer has weights for each side, which attend to each other.
func (j joint) layer(l *shape.Layers, rows float64) {
	all := rows + j.captions
	for _, side := range []float64{rows, j.captions} {
		l.Linear(1, j.width, 6*j.width)
		j.side(l, side, all)
		l.Each(side * j.width)
		l.Linear(side, j.width, 4*j.width)
		l.Each(side * 4 * j.width)
		l.Linear(side, 4*j.width, j.width)
		l.Each(side * j.width)
	}
}

func (j joint) side(l *shape.Layers, rows, keys float64) {
	block{width: j.width, heads: j.heads, head: j.head}.attention(l, rows, rows, keys)
	l.Each(rows * j.width)
}

// merged has the same weights for both sides, attention and feed-forward network side by side.
func (j joint) merged(l *shape.Layers, rows float64) {
	l.Linear(1, j.width, 3*j.width)
	l.Each(rows * j.width)
	l.Linear(rows, j.width, 3*j.width)
	l.Attend(j.heads, rows, rows, j.head)
	l.Linear(rows, j.width, 4*j.width)
	l.Each(rows * 4 * j.width)
	l.Linear(rows, 5*j.width, j.width)
	l.Each(rows * j.width)
}

func readSD3(c *config) denoiser {
	j := joint{heads: c.whole(mostWidth, 18, "num_attention_heads"), head: c.whole(mostWidth, 64, "attention_head_dim"), both: c.whole(mostLayers, 18, "num_layers"),
		patch: c.whole(mostSide, 2, "patch_size"), channels: c.whole(mostWidth, 16, "in_channels"),
		text: c.whole(mostWidth, 4096, "joint_attention_dim"), pooled: c.whole(mostWidth, 2048, "pooled_projection_dim"), captions: 333}
	j.width = j.heads * j.head
	if layers, ok := c.keys["dual_attention_layers"].([]any); ok {
		j.dual = float64(min(len(layers), int(j.both)))
	}
	return denoiser{part: whole(j.pass), side: latentPixels * c.whole(mostSide, 128, "sample_size"), guided: 2, captions: 256}
}

func readFlux(c *config) denoiser {
	j := joint{heads: c.whole(mostWidth, 24, "num_attention_heads"), head: c.whole(mostWidth, 128, "attention_head_dim"),
		both: c.whole(mostLayers, 19, "num_layers"), single: c.whole(mostLayers, 38, "num_single_layers"),
		patch: 2, channels: max(1, c.whole(mostWidth, 64, "in_channels")/4), text: c.whole(mostWidth, 4096, "joint_attention_dim"),
		pooled: c.whole(mostWidth, 768, "pooled_projection_dim"), captions: 512, guided: c.truth("guidance_embeds", false)}
	j.width = j.heads * j.head
	return denoiser{part: whole(j.pass), side: 1024, guided: 1, captions: 512}
}

// readDiT reads a transformer over the latent image that is told the class, or attends to the
// text (DiT, Peebles and Xie 2023; PixArt).
func readDiT(c *config) denoiser {
	d := dit{block: block{heads: c.whole(mostWidth, 16, "num_attention_heads"), head: c.whole(mostWidth, 72, "attention_head_dim")},
		layers: c.whole(mostLayers, 28, "num_layers"), patch: c.whole(mostSide, 2, "patch_size"), in: c.whole(mostWidth, 4, "in_channels")}
	d.width, d.out = d.heads*d.head, c.whole(mostWidth, 2*d.in, "out_channels")
	d.ffn = 4 * d.width
	if c.word("norm_type") == "ada_norm_single" || c.has("caption_channels") {
		d.captions, d.text = 120, c.whole(mostWidth, 4096, "caption_channels")
	} else {
		d.classes = c.whole(mostTable, 1000, "num_embeds_ada_norm")
	}
	return denoiser{part: whole(d.pass), side: latentPixels * c.whole(mostSide, 32, "sample_size"), guided: 2, captions: 120}
}

type dit struct {
	block
	layers, patch, in, out  float64
	captions, text, classes float64
}

func (d dit) pass(r shape.Request) shape.Pass {
	l := &shape.Layers{}
	rows := max(1, shape.Grid{Width: float64(r.Width), Height: float64(r.Height)}.Over(latentPixels*d.patch).Pixels())
	l.Convolve(rows, shape.Kernel{Area: d.patch * d.patch, In: d.in, Out: d.width, Bias: true})
	if d.captions > 0 {
		l.Linear(1, 256, d.width)
		l.Linear(1, d.width, d.width)
		l.Linear(1, d.width, 6*d.width)
		l.Linear(d.captions, d.text, d.width)
		l.Linear(d.captions, d.width, d.width)
	}
	l.Apply(d.layers, func(l *shape.Layers) {
		if d.captions == 0 {
			l.Linear(1, 256, d.width)
			l.Linear(1, d.width, d.width)
			l.Table(1, d.classes+1, d.width)
			l.Linear(1, d.width, 6*d.width)
		}
		d.attention(l, rows, rows, rows)
		if d.captions > 0 {
			d.attention(l, rows, d.captions, d.captions)
			l.Params += 6 * d.width
		}
		d.feedForward(l, rows)
		l.Each(2 * rows * d.width)
	})
	l.Linear(1, d.width, 2*d.width)
	l.Linear(rows, d.width, d.patch*d.patch*d.out)
	return pass(l, "denoiser", r.Input(ofImage), d.width)
}
