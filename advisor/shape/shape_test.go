package shape

import (
	"errors"
	"strings"
	"testing"
)

func TestFigures(t *testing.T) {
	m, err := Figures{Name: "mine", Kind: "encoder", Params: 110e6, GMACs: 11}.Described()
	if err != nil {
		t.Fatal(err)
	}
	c, err := m.At(Request{})
	if err != nil || c.MACs() != 11e9 || c.Passes[0].Input != "128 tokens" || c.Passes[0].Params != 110e6 {
		t.Errorf("%+v, %v", c, err)
	}
	if c, _ := m.At(Request{Tokens: 256}); c.MACs() != 22e9 {
		t.Errorf("twice the tokens take %g multiply-adds, want 22e9", c.MACs())
	}
	for _, f := range []Figures{{Kind: "encoder"}, {Kind: "vision", Params: -1}, {Kind: "vision", GMACs: 1e12}, {Kind: "graph", GMACs: 1}} {
		if _, err := f.Described(); err == nil {
			t.Errorf("%+v was described", f)
		}
	}
	d, err := Figures{Name: "mine", Kind: "diffusion", GMACs: 400}.Described()
	if err != nil {
		t.Fatal(err)
	}
	if c, _ := d.At(Request{Width: 512, Steps: 10}); c.MACs() != 1000e9 {
		t.Errorf("10 steps at 512x512 take %g multiply-adds, want 1e12: a quarter of the pixels of 1024x1024", c.MACs())
	}
}

func TestContradictions(t *testing.T) {
	m, err := Figures{Name: "bert", Kind: "encoder", GMACs: 11}.Described()
	if err != nil {
		t.Fatal(err)
	}
	_, err = m.At(Request{Width: 640})
	var contradiction *ContradictionError
	if !errors.As(err, &contradiction) || err.Error() != "bert takes tokens, not an image size; give --input-tokens 128 instead" {
		t.Errorf("an image on a text model: %v", err)
	}
	for _, r := range []Request{{Tokens: -1}, {Tokens: 1 << 30}} {
		if _, err := m.At(r); err == nil || !strings.Contains(err.Error(), "out of range") {
			t.Errorf("%+v: %v", r, err)
		}
	}
}

func TestLayers(t *testing.T) {
	l := Layers{}
	l.Linear(2, 3, 5)
	l.Convolve(4, Kernel{Area: 9, In: 2, Out: 6, Groups: 2})
	if l.Params != 15+5+54 || l.MACs() != 30+216 || l.Activations() != 10+24 || l.Kernels() != 2 {
		t.Errorf("%+v", l.Pass)
	}
	twice := Layers{}
	twice.Apply(2, func(l *Layers) { l.Linear(2, 3, 5) })
	shared := Layers{}
	shared.Share(2, func(l *Layers) { l.Linear(2, 3, 5) })
	if twice.MACs() != 60 || twice.Params != 40 || shared.MACs() != 60 || shared.Params != 20 {
		t.Errorf("%+v, %+v", twice.Pass, shared.Pass)
	}
}
