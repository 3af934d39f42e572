package architecture

import "scaleadvise/advisor/shape"

// textTower reads the text side of CLIP and its kin.
func textTower(c *config, vocab, width, positions float64) text {
	t := text{
		block:  block{width: c.whole(mostWidth, width, "hidden_size"), heads: c.whole(mostWidth, width/64, "num_attention_heads")},
		layers: c.whole(mostLayers, 12, "num_hidden_layers"), vocab: c.whole(mostTable, vocab, "vocab_size"),
		positions: c.whole(mostTable, positions, "max_position_embeddings"),
	}
	t.ffn = c.whole(mostWidth, 4*t.width, "intermediate_size")
	t.embedding, t.longest, t.usual = t.width, t.positions, t.positions
	c.divides(t.width, t.heads)
	return t
}

// imageTower reads the image side of CLIP.
func imageTower(c *config) patches {
	p := vit(c, 224, 32)
	p.unbiasedPatches, p.before = true, true
	return p
}

// towers is a model of two sides that meet in one space. A request is an image, and a text
// where it has tokens.
func towers(image, words func(shape.Request) shape.Pass, fixed float64, usual shape.Request) network {
	return network{usual: usual, tied: -fixed, walk: func(r shape.Request) []shape.Pass {
		if r.Tokens == 0 {
			return []shape.Pass{image(r)}
		}
		return []shape.Pass{image(r), words(r)}
	}}
}

// projected adds a projection to a common space.
func projected(p shape.Pass, out float64) shape.Pass {
	l := &shape.Layers{Pass: p}
	if out > 0 {
		l.Product(1, float64(p.Hidden), out, false)
	}
	return l.Pass
}

func readCLIP(c *config) network {
	t, p := textTower(c.in("text_config"), 49408, 512, 77), imageTower(c.in("vision_config"))
	space := c.whole(mostWidth, 512, "projection_dim")
	return towers(
		func(r shape.Request) shape.Pass { return projected(p.pass("image tower", r), space) },
		func(r shape.Request) shape.Pass { return projected(t.pass("text tower", float64(r.Tokens), r), space) },
		1, shape.Request{Width: int(p.width), Height: int(p.height)})
}

func readTextTower(c *config) network {
	t := textTower(c, 49408, 512, 77)
	return projectedTower(c, t)
}

func projectedTower(c *config, t text) network {
	space := 0.0
	if c.builds("WithProjection") {
		space = c.whole(mostWidth, 512, "projection_dim")
	}
	n := t.network()
	n.walk = func(r shape.Request) []shape.Pass {
		return []shape.Pass{projected(t.pass("text tower", float64(r.Tokens), r), space)}
	}
	return n
}

func readImageTower(c *config) network { return imageTower(c).network() }

// readSigLIP reads towers whose image side pools by attention.
func readSigLIP(c *config) network {
	words, image := c.in("text_config"), c.in("vision_config")
	t, p := textTower(words, 32000, 768, 64), vit(image, 224, 16)
	t.ffn, p.ffn = words.whole(mostWidth, 4*t.width, "intermediate_size"), image.whole(mostWidth, 4*p.block.width, "intermediate_size")
	t.unnormalized, t.pooled = true, true
	p.more, p.fixed = 0, p.block.width // the query that pools
	p.end = func(l *shape.Layers, rows float64) {
		b := p.block
		b.attention(l, 1, rows, rows)
		b.feedForward(l, 1)
		l.Norm(1, b.width)
	}
	return towers(
		func(r shape.Request) shape.Pass { return p.pass("image tower", r) },
		func(r shape.Request) shape.Pass { return closed(t.pass("text tower", float64(r.Tokens), r)) },
		2, shape.Request{Width: int(p.width), Height: int(p.height)})
}

// closed adds the normalization at the end of a tower.
func closed(p shape.Pass) shape.Pass {
	l := &shape.Layers{Pass: p}
	l.Norm(1, float64(p.Hidden))
	return l.Pass
}
