package forward

import (
	"testing"

	"scaleadvise/advisor/catalog"
)

// TestDepth: layers are started one after another, so that of two models of one design the one with nearly twice
// as many layers and no less work takes clearly longer for one input on a GPU without a compiler.
func TestDepth(t *testing.T) {
	if testing.Short() {
		t.Skip("arithmetic that shares no memory; make test runs it")
	}
	const deeper, slower = 1.8, 1.25
	e := shipped(t)
	models, parts := everyModel(t, e, false), several(t)
	q := Question{Runtime: "pytorch", Precision: "fp16", Mode: catalog.ModeLatency, Batch: 1}
	pairs := 0
	for _, a := range models {
		for _, b := range models {
			if extent(a.Input) != extent(b.Input) || operatorsOf(a.Model, a.class) == 0 || operatorsOf(b.Model, b.class) < deeper*operatorsOf(a.Model, a.class) || !e.noMore(a, b) {
				continue
			}
			pairs++
			for _, h := range parts {
				if h.Kind != "gpu" {
					continue
				}
				q.Hardware, q.Model = h, a.Model
				shallow, err := e.Predict(q)
				if err != nil {
					t.Fatal(err)
				}
				q.Model = b.Model
				deep, err := e.Predict(q)
				if err != nil {
					t.Fatal(err)
				}
				if deep.Seconds < slower*shallow.Seconds && !deep.own && !shallow.own {
					t.Errorf("%s: %s with %g layers takes %.3g s, %s with %g layers %.3g s", h.ID, a.Name, operatorsOf(a.Model, a.class), shallow.Seconds,
						b.Name, operatorsOf(b.Model, b.class), deep.Seconds)
				}
			}
		}
	}
	if pairs < 20 {
		t.Errorf("only %d pairs", pairs)
	}
}

// TestLayersOfNames: a number in the name of a network of convolutions is its layers unless it stands for a width,
// an amount of work, a size of images or a version.
func TestLayersOfNames(t *testing.T) {
	for name, want := range map[string]float64{
		"resnet152.a1_in1k": 152, "timm/resnet18": 18, "microsoft/resnet-50": 50, "tv_resnet101": 101, "resnetv2_50": 0, "res2net101_26w_4s": 101, "vgg16_bn": 16,
		"wide_resnet50_2": 50, "se-resnext101-32x4d": 0, "densenet121": 121, "mobilenetv3_large_100": 0, "mobilenetv2_140": 0, "regnetx_160": 0, "ghostnet_100": 0,
		"inception_v3": 0, "hrnet_w18": 0, "lambda_resnet26rpt_256": 26,
	} {
		if got := operatorsOf(Model{Name: name}, classDense); got != want {
			t.Errorf("%s: %g, want %g", name, got, want)
		}
	}
}
