package forward

import (
	"testing"

	network "scaleadvise/advisor/shape"
)

func TestOfPass(t *testing.T) {
	walk := func(c network.Class) func(network.Request) ([]network.Pass, error) {
		return func(network.Request) ([]network.Pass, error) {
			l := network.Layers{}
			l.Add(c, network.Work{MACs: 4e9, Elements: 2e6, Kernels: 50})
			l.Each(1e6)
			l.Pass.Params, l.Pass.Times, l.Pass.Input, l.Pass.Name = 25e6, 1, "224x224", "model"
			return []network.Pass{l.Pass}, nil
		}
	}
	for class, want := range map[network.Class]string{network.Convolution: "vision-cnn", network.Depthwise: "vision-cnn", network.Linear: "vision-transformer"} {
		m := &network.Model{Name: "mine", Kind: "vision", Walk: walk(class)}
		c, err := m.At(network.Request{})
		if err != nil {
			t.Fatal(err)
		}
		got := OfPass(m, c.Passes[0])
		if (got != Model{Name: "mine", Kind: want, ParamsM: 25, GMACs: 4, ActivationsM: 2, Input: "224x224", Operators: 50}) {
			t.Errorf("%s: %+v", class, got)
		}
	}
	for m, want := range map[*network.Model]string{
		{Kind: "vision", Subkind: "detection"}: "detector", {Kind: "encoder", Subkind: "reranker"}: "reranker",
		{Kind: "encoder", Subkind: "seq2seq"}: "encoder", {Kind: "diffusion"}: "diffusion",
	} {
		if got := OfPass(m, network.Pass{Name: "encoder"}).Kind; got != want {
			t.Errorf("%s %s is a %s, want %s", m.Kind, m.Subkind, got, want)
		}
	}
}
