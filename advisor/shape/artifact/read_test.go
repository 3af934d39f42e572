package artifact

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
)

const twoTrees = `[{"nodeid":0,"children":[{"leaf":1},{"leaf":2}]},{"nodeid":0,"leaf":1}]`

func TestRecognized(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "empty; give an ONNX file",
		"\x80\x04\x95rest":        "a Python pickle, which is code and is not run; export it: skl2onnx writes ONNX",
		"\x78\x9cabc":             "a compressed joblib dump",
		"PK\x03\x04archive/data":  "a PyTorch checkpoint or another archive; export it to ONNX",
		"\x89HDF\r\n":             "convert it to ONNX (tf2onnx)",
		"\x1c\x00\x00\x00TFL3":    "a TensorFlow Lite model",
		"GGUF\x03":                "--model-config",
		"<?xml version=\"1.0\"?>": "an OpenVINO model",
		"binf\x00":                `save it as JSON: booster.save_model("model.json")`,
		"{L\x00\x00":              "XGBoost's UBJ model",
		"\x10\x00\x00\x00\x00\x00\x00\x00{\"__metadata__\"": "weights (safetensors)",
		"{}":                    "JSON without trees",
		"neither this nor that": "not an ONNX model",
		"  \n{\"learner\":{}}":  "JSON without trees",
	} {
		_, err := Read(context.Background(), strings.NewReader(text), "m.bin", "m")
		if err == nil || !strings.HasPrefix(err.Error(), "m.bin: ") || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// stream hides that a reader can seek.
type stream struct{ io.Reader }

func TestTrees(t *testing.T) {
	packed := &bytes.Buffer{}
	z := gzip.NewWriter(packed)
	if _, err := io.WriteString(z, twoTrees); err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	light := "tree\nversion=v4\nmax_feature_idx=3\n\nTree=0\nleft_child=-1\nright_child=-2\n\nTree=1\nnum_leaves=1\n"
	for name, r := range map[string]io.Reader{
		"file": strings.NewReader(twoTrees), "stream": stream{strings.NewReader(twoTrees)}, "packed": packed, "lines before": strings.NewReader("\n\n" + twoTrees),
		"LightGBM": strings.NewReader(light), "LightGBM, as a stream": stream{strings.NewReader(light)},
	} {
		m, err := Read(context.Background(), r, "m.json", "m")
		if err != nil || m.Trees.Trees != 2 || m.Trees.Leaves != 3 {
			t.Errorf("%s: %+v, %v", name, m, err)
		}
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Read(ctx, strings.NewReader(twoTrees), "m.json", "m"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
