package architecture

import (
	"math"

	"scaleadvise/advisor/shape"
)

// Whisper reads windows of 30 s and writes some 3.5 tokens for each second of speech.
const (
	window          = 30.0
	framesPerSecond = 100
	tokensPerSecond = 3.5
)

func readWhisper(c *config) network {
	width := c.need(mostWidth, "d_model")
	encoder := block{width: width, heads: c.whole(mostWidth, 6, "encoder_attention_heads"), ffn: c.whole(mostWidth, 4*width, "encoder_ffn_dim")}
	decoder := block{width: width, heads: c.whole(mostWidth, 6, "decoder_attention_heads"), ffn: c.whole(mostWidth, 4*width, "decoder_ffn_dim")}
	mels, heard := c.whole(mostWidth, 80, "num_mel_bins"), c.whole(mostTable, window*framesPerSecond/2, "max_source_positions")
	p := pair{encoder: encoder, decoder: decoder, layers: c.need(mostLayers, "encoder_layers"), written: c.need(mostLayers, "decoder_layers"),
		vocab: c.need(mostTable, "vocab_size"), closed: true}
	positions := c.whole(mostTable, 448, "max_target_positions")
	c.divides(width, encoder.heads)
	encoderPass := func() shape.Pass {
		l := &shape.Layers{}
		l.Convolve(2*heard, shape.Kernel{Area: 3, In: mels, Out: width, Bias: true})
		l.Each(2 * heard * width)
		l.Convolve(heard, shape.Kernel{Area: 3, In: width, Out: width, Bias: true})
		l.Each(heard * width)
		l.Params += heard * width // positions
		l.Apply(p.layers, func(l *shape.Layers) {
			encoder.over(l, heard)
			l.Params -= width // no bias of keys
		})
		p.end(l, heard, encoder)
		l.Apply(p.written, func(l *shape.Layers) { // keys and values for the decoder
			l.Product(heard, width, width, false)
			l.Linear(heard, width, width)
		})
		return pass(l, "encoder", "30 s of audio", width)
	}
	walk := func(r shape.Request) []shape.Pass {
		windows := math.Max(1, math.Ceil(r.Audio/window))
		tokens := float64(r.OutputTokens)
		if tokens == 0 {
			tokens = math.Ceil(tokensPerSecond * r.Audio)
		}
		step := p.step("decoder step", tokens/windows, heard)
		step.Times = tokens
		step.Params += positions*width - p.written*width // no bias of keys
		encoder := encoderPass()
		encoder.Times = windows
		return []shape.Pass{encoder, step}
	}
	return network{usual: shape.Request{Audio: window}, walk: walk}
}

// Defaults of wav2vec 2.0: seven convolutions that leave 50 frames of a second.
var (
	frameKernels = []float64{10, 3, 3, 3, 3, 2, 2}
	frameStrides = []float64{5, 2, 2, 2, 2, 2, 2}
)

// readWav2Vec reads convolutions over samples, then a transformer over their frames.
func readWav2Vec(c *config) network {
	w := wav2vec{
		block:   block{width: c.whole(mostWidth, 768, "hidden_size"), heads: c.whole(mostWidth, 12, "num_attention_heads")},
		layers:  c.whole(mostLayers, 12, "num_hidden_layers"),
		widths:  c.list(mostWidth, repeat(512, 7), "conv_dim"),
		kernels: c.list(mostWidth, frameKernels, "conv_kernel"),
		strides: c.list(mostWidth, frameStrides, "conv_stride"),
		biased:  c.truth("conv_bias", false), everywhere: c.word("feat_extract_norm") == "layer",
		span: c.whole(mostWidth, 128, "num_conv_pos_embeddings"), groups: c.whole(mostWidth, 16, "num_conv_pos_embedding_groups"),
		rate: 16000,
	}
	w.ffn = c.whole(mostWidth, 4*w.width, "intermediate_size")
	if len(w.widths) != len(w.kernels) || len(w.widths) != len(w.strides) {
		c.fail("conv_dim, conv_kernel and conv_stride: %d, %d and %d layers, must be as many", len(w.widths), len(w.kernels), len(w.strides))
		return network{}
	}
	if c.builds("ForCTC") {
		w.vocab = c.whole(mostTable, 32, "vocab_size")
	}
	c.divides(w.width, w.heads)
	return network{usual: shape.Request{Audio: 10}, walk: func(r shape.Request) []shape.Pass { return []shape.Pass{w.pass(r)} }}
}

type wav2vec struct {
	block
	layers, span, groups, vocab float64
	rate                        float64 // samples a second
	widths, kernels, strides    []float64
	biased, everywhere          bool // convolutions with biases; normalized each, not the first alone
}

func (w wav2vec) pass(r shape.Request) shape.Pass {
	l := &shape.Layers{}
	frames, before := r.Audio*w.rate, 1.0
	for i, out := range w.widths {
		frames = math.Max(1, math.Floor((frames-w.kernels[i])/w.strides[i])+1)
		l.Convolve(frames, shape.Kernel{Area: w.kernels[i], In: before, Out: out, Bias: w.biased})
		if i == 0 || w.everywhere {
			l.Norm(frames, out)
		}
		l.Each(frames * out)
		before = out
	}
	l.Norm(frames, before)
	l.Linear(frames, before, w.width)
	l.Convolve(frames, shape.Kernel{Area: w.span, In: w.width, Out: w.width, Groups: w.groups, Bias: true})
	l.Params += w.span + w.width // weight normalization, and what stands for masked frames
	l.Each(frames * w.width)
	l.Apply(w.layers, func(l *shape.Layers) { w.over(l, frames) })
	l.Norm(frames, w.width)
	if w.vocab > 0 {
		l.Linear(frames, w.width, w.vocab)
	}
	return pass(l, "model", r.Input(ofSound), w.width)
}
