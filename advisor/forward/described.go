package forward

import network "scaleadvise/advisor/shape"

// OfPass returns the model of one pass over one input of a model that was described by its layers.
func OfPass(m *network.Model, p network.Pass) Model {
	name := m.Name
	if p.Name != "model" {
		name += " " + p.Name
	}
	one := Model{
		Name: name, Kind: kindOfPass(m), ParamsM: p.Params / 1e6, GMACs: p.MACs() / 1e9,
		Input: p.Input, Operators: p.Fused(), Hidden: p.Hidden,
	}
	if tokens := extent(p.Input); m.Kind == "encoder" && p.Name == "model" && p.Hidden > 0 && tokens > 0 {
		one.ReadM = readBy(p.Work[network.Linear].MACs, tokens, p.Hidden)
	}
	if m.Kind == "vision" { // measurements of other kinds do not state theirs, and are learned from without
		one.ActivationsM = p.Activations() / 1e6
	}
	return one
}

// kindOfPass is the kind of a described model as measurements call it. Which operations most
// of the work of an image model is tells a transformer from convolutions.
func kindOfPass(m *network.Model) string {
	switch m.Kind {
	case "vision":
		switch m.Subkind {
		case "detection":
			return "detector"
		case "segmentation":
			return "segmenter"
		case "transformer":
			return "vision-transformer"
		}
		return ofWork(m)
	case "encoder":
		if m.Subkind == "embedding" || m.Subkind == "reranker" {
			return m.Subkind
		}
		return "encoder"
	}
	return m.Kind
}

// ofWork tells a vision transformer from a network of convolutions by where its multiply-adds
// are.
func ofWork(m *network.Model) string {
	c, err := m.At(network.Request{})
	if err != nil || len(c.Passes) == 0 {
		return "vision-cnn"
	}
	w := c.Passes[0].Work
	if w[network.Linear].MACs+w[network.Attention].MACs > w[network.Convolution].MACs+w[network.Depthwise].MACs {
		return "vision-transformer"
	}
	return "vision-cnn"
}
