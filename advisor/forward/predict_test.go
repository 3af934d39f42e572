package forward

import "testing"

func BenchmarkShipped(b *testing.B) {
	for b.Loop() {
		if _, err := read(Coefficients{Typical: shipped(b).Typical}, namesJSON, modelsTSV, cellsBin); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPredict(b *testing.B) {
	e := shipped(b)
	h, q := e.peers[0], Question{}
	for _, p := range e.peers {
		if p.ID == "nvidia-h200" {
			h = p
		}
	}
	q = Question{Model: Model{Name: "some-net", Kind: "vision-cnn", ParamsM: 25, GMACs: 4.1}, Hardware: h, Runtime: "pytorch", Precision: "fp16"}
	for b.Loop() {
		if _, err := e.Predict(q); err != nil {
			b.Fatal(err)
		}
	}
}
