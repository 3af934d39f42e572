package architecture

import (
	"maps"
	"math"

	"scaleadvise/advisor/shape"
)

// usualCaption is how many tokens describe an image.
const usualCaption = 16

// readBLIP reads a vision transformer with a decoder of text that attends to its patches (Li et
// al. 2022).
func readBLIP(c *config) network {
	if names := c.words("architectures"); len(names) > 0 && !c.builds("ForConditionalGeneration") {
		c.fail("architectures: %s is not known; of BLIP the one that describes an image is (BlipForConditionalGeneration); or export the model to ONNX and give --model-file", clip(names[0]))
	}
	image, words := vit(c.in("vision_config"), 384, 16), c.in("text_config")
	width := words.whole(mostWidth, 768, "hidden_size")
	b := block{width: width, heads: words.whole(mostWidth, 12, "num_attention_heads"), norms: 3}
	b.ffn = words.whole(mostWidth, 4*width, "intermediate_size")
	c.divides(width, b.heads)
	layers, vocab := words.whole(mostLayers, 12, "num_hidden_layers"), words.whole(mostTable, 30524, "vocab_size")
	positions := words.whole(mostTable, 512, "max_position_embeddings")
	see := func(r shape.Request) shape.Pass {
		l := &shape.Layers{Pass: image.pass("image encoder", r)}
		rows := image.tokens(float64(r.Width), float64(r.Height)) + image.more
		l.Apply(layers, func(l *shape.Layers) { // keys and values for the decoder
			l.Linear(rows, image.block.width, width)
			l.Linear(rows, image.block.width, width)
		})
		return l.Pass
	}
	write := func(r shape.Request) shape.Pass {
		rows := image.tokens(float64(r.Width), float64(r.Height)) + image.more
		l := &shape.Layers{}
		l.Table(1, vocab, width)
		l.Table(1, positions, width)
		l.Norm(1, width)
		l.Apply(layers, func(l *shape.Layers) {
			b.attention(l, 1, 1, float64(r.OutputTokens+1)/2)
			l.Linear(1, width, width) // queries of the image
			l.Attend(b.heads, 1, rows, width/b.heads)
			l.Linear(1, width, width)
			b.feedForward(l, 1)
			b.normalize(l, 1)
		})
		l.Linear(1, width, width)
		l.Norm(1, width)
		l.Linear(1, width, vocab)
		p := pass(l, "decoder step", "one token", width)
		p.Times = float64(r.OutputTokens)
		return p
	}
	return network{
		usual: shape.Request{Width: int(image.width), Height: int(image.height), OutputTokens: usualCaption},
		walk:  func(r shape.Request) []shape.Pass { return []shape.Pass{see(r), write(r)} },
	}
}

// piece is the length of sound that CLAP hears at once, s; longer ones are heard in pieces.
const piece = 10.0

// readCLAP reads a tower that sees the spectrum of a sound in shifted windows, and one of text (Wu
// et al. 2023).
func readCLAP(c *config) network {
	sound, words := c.in("audio_config"), c.in("text_config")
	s := swin{
		depths: sound.list(mostLayers, []float64{2, 2, 6, 2}, "depths"), heads: sound.list(mostWidth, []float64{4, 8, 16, 32}, "num_attention_heads"),
		width: sound.whole(mostWidth, 96, "patch_embeds_hidden_size"), window: sound.whole(mostSide, 8, "window_size"),
		patch: sound.whole(mostSide, 4, "patch_size"), channels: 1, ratio: max(1, sound.number(4, "mlp_ratio")),
	}
	if len(s.heads) != len(s.depths) {
		c.fail("audio_config.num_attention_heads: %d stages, but depths has %d", len(s.heads), len(s.depths))
		return network{}
	}
	if sound.truth("enable_fusion", false) {
		c.note("what fuses several pieces of a long sound is left out; it is a small part of the work")
	}
	side, mels := sound.whole(mostSide, 256, "spec_size"), sound.whole(mostWidth, 64, "num_mel_bins")
	space := c.whole(mostWidth, 512, "projection_dim")
	t := bert(&config{file: words.file, path: words.path, keys: withDefaults(words.keys, map[string]any{
		"vocab_size": 50265.0, "max_position_embeddings": 514.0, "type_vocab_size": 1.0,
	}), faults: c.faults, notes: c.notes})
	t.pooled = true
	into := func(p shape.Pass) shape.Pass {
		l := &shape.Layers{Pass: p}
		l.Linear(1, float64(p.Hidden), space)
		l.Linear(1, space, space)
		return l.Pass
	}
	return network{usual: shape.Request{Audio: piece}, tied: -2, walk: func(r shape.Request) []shape.Pass {
		heard := s.pass(shape.Request{Width: int(side), Height: int(side)})
		heard.Name, heard.Input = "audio tower", "10 s of audio"
		heard.Times = max(1, math.Ceil(r.Audio/piece))
		heard.Params += 2 * mels // normalization of the spectrum
		if r.Tokens == 0 {
			return []shape.Pass{into(heard)}
		}
		return []shape.Pass{into(heard), into(t.pass("text tower", float64(r.Tokens), r))}
	}}
}

// withDefaults adds keys that an object leaves out.
func withDefaults(keys, defaults map[string]any) map[string]any {
	all := map[string]any{}
	for _, from := range []map[string]any{defaults, keys} {
		maps.Copy(all, from)
	}
	return all
}
