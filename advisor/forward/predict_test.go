package forward

import (
	"reflect"
	"sync"
	"testing"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/memo"
)

func BenchmarkShipped(b *testing.B) {
	models, _ := modelsTable()
	cells, _ := catalog.Unpack("fitted/cells.bin", cellsPacked)
	for b.Loop() {
		if _, err := read(Coefficients{Typical: shipped(b).Typical}, namesJSON, models, []byte(cells)); err != nil {
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

// TestAskedBefore: what was asked before, and by whom, changes no prediction.
func TestAskedBefore(t *testing.T) {
	e := shipped(t)
	list := questions(e)
	parts := []Hardware{find(t, "nvidia-l4", 0), find(t, "nvidia-t4", 0), find(t, "nvidia-h200", 0), find(t, "aws-inferentia2", 0)}
	var all sync.WaitGroup
	for range 2 { // more questions than are kept
		for _, q := range list {
			all.Go(func() { _, _ = e.PredictAll(q, parts) })
		}
	}
	all.Wait()
	for i, q := range list[:12] {
		fresh := *e
		for _, h := range parts[:1+i%len(parts)] {
			q.Hardware = h
			got, err := e.Predict(q)
			want, errFresh := fresh.indexed().Predict(q)
			if err != nil || errFresh != nil {
				t.Fatal(err, errFresh)
			}
			if got.cite, want.cite = nil, nil; !reflect.DeepEqual(got, want) {
				t.Errorf("%s %s on %s: %+v, asked first %+v", q.Model.Name, q.Runtime, h.ID, got, want)
			}
		}
	}
}

// BenchmarkCurves is what a question costs that compares the accelerators of a vendor.
func BenchmarkCurves(b *testing.B) {
	e := shipped(b)
	for _, name := range []string{"densenet169", "resnet50", "vit_base_patch16_224"} {
		m, _ := e.Facts(name, "224x224")
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				fresh := *e // which no question was asked before
				fresh.tasks = new(memo.Recent[asking, *task])
				if _, err := fresh.solveCurves(Question{Model: m, Runtime: "pytorch", Precision: "fp16"}, "nvidia", 0); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
