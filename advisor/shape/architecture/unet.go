package architecture

import (
	"strings"

	"scaleadvise/advisor/shape"
)

// unet is a network of residual blocks and attention that narrows an image and widens it
// again (Rombach et al. 2022).
type unet struct {
	in, out          float64
	widths           []float64
	attends, rises   []bool // stages with attention, going down and up
	depths           []float64
	heads            []float64
	layers, context  float64
	added            float64 // width of what is added to the time, 0 where nothing is
	linear           bool
	captions, latent float64 // tokens of the text; pixels that one of the latent image stands for
}

func readUNet(c *config) denoiser {
	widths := c.list(mostWidth, []float64{320, 640, 1280, 1280}, "block_out_channels")
	u := unet{
		in: c.whole(mostWidth, 4, "in_channels"), out: c.whole(mostWidth, 4, "out_channels"), widths: widths,
		attends: attending(c, "down_block_types", len(widths), false), rises: attending(c, "up_block_types", len(widths), true),
		depths: stages(c.list(mostLayers, repeat(1, len(widths)), "transformer_layers_per_block"), len(widths)),
		heads:  stages(c.list(mostWidth, repeat(8, len(widths)), "attention_head_dim"), len(widths)),
		layers: c.whole(mostLayers, 2, "layers_per_block"), context: c.whole(mostWidth, 1280, "cross_attention_dim"),
		linear: c.truth("use_linear_projection", false), captions: 77, latent: 8,
	}
	if c.word("addition_embed_type") == "text_time" {
		u.added = c.need(mostWidth, "projection_class_embeddings_input_dim")
	}
	return denoiser{part: whole(u.pass), side: u.latent * c.whole(mostSide, 64, "sample_size"), guided: 2, captions: int(u.captions)}
}

// stages makes a list as long as there are stages.
func stages(list []float64, n int) []float64 {
	for len(list) < n {
		list = append(list, list[len(list)-1])
	}
	return list[:n]
}

// attending are the stages with attention: by default all but the deepest.
func attending(c *config, key string, n int, up bool) []bool {
	out := make([]bool, n)
	names := c.words(key)
	for i := range out {
		out[i] = i < n-1
		if up {
			out[i] = i > 0
		}
		if i < len(names) {
			out[i] = strings.Contains(names[i], "CrossAttn")
		}
	}
	return out
}

// pass is one step over one latent image.
func (u unet) pass(r shape.Request) shape.Pass {
	l := &shape.Layers{}
	at := shape.Grid{Width: float64(r.Width), Height: float64(r.Height)}.Over(u.latent)
	time := 4 * u.widths[0]
	l.Linear(1, u.widths[0], time)
	l.Linear(1, time, time)
	if u.added > 0 {
		l.Linear(1, u.added, time)
		l.Linear(1, time, time)
	}
	l.Convolve(at.Pixels(), shape.Kernel{Area: 9, In: u.in, Out: u.widths[0], Bias: true})
	grids := u.fall(l, at, time)
	u.middle(l, grids[len(grids)-1], time)
	u.rise(l, grids, time)
	l.Norm(at.Pixels(), u.widths[0])
	l.Each(at.Pixels() * u.widths[0])
	l.Convolve(at.Pixels(), shape.Kernel{Area: 9, In: u.widths[0], Out: u.out, Bias: true})
	return pass(l, "denoiser", r.Input(ofImage), 0)
}

// fall adds the stages going down and returns the extent of each.
func (u unet) fall(l *shape.Layers, at shape.Grid, time float64) []shape.Grid {
	var grids []shape.Grid
	before := u.widths[0]
	for i, width := range u.widths {
		grids = append(grids, at)
		for range int(u.layers) {
			residue(l, at, before, width, time)
			u.attend(l, u.attends[i], at, i)
			before = width
		}
		if i+1 < len(u.widths) {
			at = at.Over(2)
			l.Convolve(at.Pixels(), shape.Kernel{Area: 9, In: width, Out: width, Bias: true})
		}
	}
	return grids
}

func (u unet) middle(l *shape.Layers, at shape.Grid, time float64) {
	last := len(u.widths) - 1
	residue(l, at, u.widths[last], u.widths[last], time)
	u.attend(l, true, at, last)
	residue(l, at, u.widths[last], u.widths[last], time)
}

// rise adds the stages going up, each residual block of which also reads one going down.
func (u unet) rise(l *shape.Layers, grids []shape.Grid, time float64) {
	last := len(u.widths) - 1
	before := u.widths[last]
	for i := last; i >= 0; i-- {
		width, skip := u.widths[i], u.widths[max(i-1, 0)]
		for j := range int(u.layers) + 1 {
			from := width
			if j == int(u.layers) {
				from = skip
			}
			l.Add(shape.Movement, shape.Work{Elements: grids[i].Pixels() * (before + from), Kernels: 1})
			residue(l, grids[i], before+from, width, time)
			u.attend(l, u.rises[last-i], grids[i], i)
			before = width
		}
		if i > 0 {
			l.Convolve(grids[i-1].Pixels(), shape.Kernel{Area: 9, In: width, Out: width, Bias: true})
		}
	}
}

// residue is a residual block of two convolutions that is told the time.
func residue(l *shape.Layers, at shape.Grid, in, out, time float64) {
	l.Norm(at.Pixels(), in)
	l.Each(at.Pixels() * in)
	l.Convolve(at.Pixels(), shape.Kernel{Area: 9, In: in, Out: out, Bias: true})
	if time > 0 {
		l.Linear(1, time, out)
	}
	l.Norm(at.Pixels(), out)
	l.Each(at.Pixels() * out)
	l.Convolve(at.Pixels(), shape.Kernel{Area: 9, In: out, Out: out, Bias: true})
	if in != out {
		l.Convolve(at.Pixels(), shape.Kernel{Area: 1, In: in, Out: out, Bias: true})
	}
	l.Each(at.Pixels() * out)
}

// attend adds the transformer of a stage: attention within the image, attention to the text
// and a gated feed-forward network.
func (u unet) attend(l *shape.Layers, is bool, at shape.Grid, stage int) {
	if !is {
		return
	}
	width, rows := u.widths[stage], at.Pixels()
	heads := u.heads[stage]
	l.Norm(rows, width)
	l.Linear(rows, width, width)
	l.Apply(u.depths[stage], func(l *shape.Layers) {
		for _, context := range []float64{0, u.context} {
			from, keys := width, rows
			if context > 0 {
				from, keys = context, u.captions
			}
			l.Norm(rows, width)
			l.Product(rows, width, width, false)
			l.Product(keys, from, width, false)
			l.Product(keys, from, width, false)
			l.Attend(heads, rows, keys, width/heads)
			l.Linear(rows, width, width)
			l.Each(rows * width)
		}
		l.Norm(rows, width)
		l.Linear(rows, width, 8*width)
		l.Each(rows * 4 * width)
		l.Linear(rows, 4*width, width)
		l.Each(rows * width)
	})
	l.Linear(rows, width, width)
	l.Each(rows * width)
}

// autoencoder is between an image and the latent one that is denoised.
type autoencoder struct {
	widths             []float64
	layers, latent, in float64
}

// readAutoencoder reads the network that turns the latent image into one of pixels. Its other
// half takes memory and does not run.
func readAutoencoder(c *config) part {
	a := autoencoder{widths: c.list(mostWidth, []float64{128, 256, 512, 512}, "block_out_channels"), layers: c.whole(mostLayers, 2, "layers_per_block"),
		latent: c.whole(mostWidth, 4, "latent_channels"), in: c.whole(mostWidth, 3, "in_channels")}
	p := whole(a.decode)
	p.params += a.encoderParams()
	return p
}

func (a autoencoder) decode(r shape.Request) shape.Pass {
	l := &shape.Layers{}
	last := len(a.widths) - 1
	full := shape.Grid{Width: float64(r.Width), Height: float64(r.Height)}
	at := full.Over(float64(int(1) << last))
	l.Convolve(at.Pixels(), shape.Kernel{Area: 1, In: a.latent, Out: a.latent, Bias: true})
	l.Convolve(at.Pixels(), shape.Kernel{Area: 9, In: a.latent, Out: a.widths[last], Bias: true})
	a.middle(l, at)
	before := a.widths[last]
	for i := last; i >= 0; i-- {
		at = full.Over(float64(int(1) << i))
		if i < last { // enlarged, then smoothed
			l.Convolve(at.Pixels(), shape.Kernel{Area: 9, In: before, Out: before, Bias: true})
		}
		for range int(a.layers) + 1 {
			residue(l, at, before, a.widths[i], 0)
			before = a.widths[i]
		}
	}
	l.Norm(at.Pixels(), before)
	l.Convolve(at.Pixels(), shape.Kernel{Area: 9, In: before, Out: a.in, Bias: true})
	return pass(l, "image decoder", r.Input(ofImage), 0)
}

// middle is two residual blocks around attention of one head.
func (a autoencoder) middle(l *shape.Layers, at shape.Grid) {
	width := a.widths[len(a.widths)-1]
	residue(l, at, width, width, 0)
	l.Norm(at.Pixels(), width)
	block{width: width, heads: 1}.attention(l, at.Pixels(), at.Pixels(), at.Pixels())
	residue(l, at, width, width, 0)
}

func (a autoencoder) encoderParams() float64 {
	l := &shape.Layers{}
	at := shape.Grid{Width: 1, Height: 1}
	l.Convolve(1, shape.Kernel{Area: 9, In: a.in, Out: a.widths[0], Bias: true})
	before := a.widths[0]
	for i, width := range a.widths {
		for range int(a.layers) {
			residue(l, at, before, width, 0)
			before = width
		}
		if i+1 < len(a.widths) {
			l.Convolve(1, shape.Kernel{Area: 9, In: width, Out: width, Bias: true})
		}
	}
	a.middle(l, at)
	l.Norm(1, before)
	l.Convolve(1, shape.Kernel{Area: 9, In: before, Out: 2 * a.latent, Bias: true})
	l.Convolve(1, shape.Kernel{Area: 1, In: 2 * a.latent, Out: 2 * a.latent, Bias: true})
	return l.Params
}
