package architecture

import (
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"scaleadvise/advisor/shape"
)

// opening is a folder of one file.
func opening(text string) Open {
	return func(file string) (io.ReadCloser, error) {
		if file != "config.json" {
			return nil, fs.ErrNotExist
		}
		return io.NopCloser(strings.NewReader(text)), nil
	}
}

const bertBase = `{"architectures":["BertModel"],"model_type":"bert","hidden_size":768,"num_hidden_layers":12,"num_attention_heads":12,"intermediate_size":3072,"vocab_size":30522}`

func TestRefused(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"", "empty; give the config.json"},
		{"\x00\x01", "binary, not JSON"},
		{"null", "null, not an object"},
		{"[]", "is a JSON array"},
		{"{\n\"a\": }", "not JSON at line 2, column 7"},
		{bertBase + "x", "config.json:1:162: text after the end"},
		{`{"a":`, "ends before the object does"},
		{`{}`, "no model_type; give the config.json of transformers"},
		{`{"model_type":"brt"}`, `unknown architecture "brt"; the nearest that are known are bart, bert; or`},
		{`{"model_type":"zzzzzz","architectures":["ZModel"]}`, "known are those of BERT, DistilBERT,"},
		{`{"model_type":"zzzzzz","architectures":["ZModel"]}`, "--params 110M --gmacs 11"},
		{`{"architecture":"resnet50.a1_in1k","num_classes":1000}`, `names "resnet50.a1_in1k" and not its layers`},
		{`{"model_type":"bert","hidden_size":768}`, "no vocab_size; it is not a complete config.json"},
		{strings.Replace(bertBase, "768", "-1", 1), "hidden_size: -1 is out of range"},
		{strings.Replace(bertBase, "768", "1e300", 1), "hidden_size: 1e+300 is out of range"},
		{strings.Replace(bertBase, "768", `"wide"`, 1), "hidden_size: expected a number, such as 768"},
		{strings.Replace(bertBase, `_heads":12`, `_heads":13`, 1), "13 heads do not divide a width of 768"},
		{strings.NewReplacer(":768", ":262144", `layers":12`, `layers":4096`, "3072", "262144", `_heads":12`, `_heads":16`).Replace(bertBase), "one of the widths and layers cannot be right"},
		{`{"model_type":"swin","depths":[2,2],"num_heads":[3]}`, "num_heads: 1 stages, but depths has 2"},
		{`{"_class_name":"SanaTransformer2DModel"}`, "known are DiTTransformer2DModel, FluxTransformer2DModel"},
		{`{"_class_name":"StableDiffusionPipeline","unet":["diffusers","UNet2DConditionModel"]}`, "names the part unet, which cannot be read"},
		{`{"_class_name":"StableDiffusionPipeline"}`, "no denoiser that is known"},
		{`{"_class_name":"XPipeline","transformer":["diffusers","NewTransformer"]}`, `unknown architecture "NewTransformer"`},
		{strings.Repeat(" ", maxConfig+1), "larger than 4 MiB"},
	} {
		_, err := Read(opening(test.text), "config.json", "mine")
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%.60q: %v; want %q", test.text, err, test.want)
		}
	}
	if _, err := Read(opening(""), "none.json", "mine"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

func TestLanguageModelsAreLeftToTokens(t *testing.T) {
	for _, text := range []string{
		`{"model_type":"llama","architectures":["LlamaForCausalLM"],"num_hidden_layers":2}`,
		`{"model_type":"qwen3","num_hidden_layers":2}`,
		`{"model_type":"newest","architectures":["NewestForCausalLM"],"num_hidden_layers":2}`,
		`{"model_type":"gemma3","text_config":{}}`,
	} {
		if _, err := Read(opening(text), "config.json", "mine"); !errors.Is(err, ErrLanguage) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestTooManyTokens(t *testing.T) {
	m, err := Read(opening(bertBase), "config.json", "mine")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.At(shape.Request{Tokens: 513}); err == nil || !strings.Contains(err.Error(), "reads at most 512 tokens, not 513") {
		t.Errorf("%v", err)
	}
	if _, err := m.At(shape.Request{Width: 640, Height: 640}); err == nil || !strings.Contains(err.Error(), "takes tokens, not an image size") {
		t.Errorf("%v", err)
	}
}

// TestSentenceTransformers: a folder with modules.json is an embedding, also of a decoder.
func TestSentenceTransformers(t *testing.T) {
	files := map[string]string{
		"m/modules.json": `[{"idx":0,"path":"","type":"sentence_transformers.models.Transformer"},{"path":"1_Pooling","type":"sentence_transformers.models.Pooling"}]`,
		"m/config.json":  `{"model_type":"qwen3","architectures":["Qwen3ForCausalLM"],"hidden_size":1024,"num_hidden_layers":28,"num_attention_heads":16,"num_key_value_heads":8,"head_dim":128,"intermediate_size":3072,"vocab_size":151669}`,
	}
	m, err := Read(func(file string) (io.ReadCloser, error) {
		if text, ok := files[file]; ok {
			return io.NopCloser(strings.NewReader(text)), nil
		}
		return nil, fs.ErrNotExist
	}, "m", "mine")
	if err != nil || m.Subkind != "embedding" || math.Abs(m.Params/595.78e6-1) > 0.01 {
		t.Errorf("%+v, %v", m, err)
	}
}

// TestLargerRequestsCostMore, in every dimension that a family has.
func TestLargerRequestsCostMore(t *testing.T) {
	for _, row := range published(t) {
		m, err := Read(opening(row[4]), "config.json", row[0])
		if err != nil {
			t.Fatal(err)
		}
		small := shape.Request{Tokens: 16, OutputTokens: 4, Width: 224, Height: 224, Audio: 20}
		large := shape.Request{Tokens: 48, OutputTokens: 12, Width: 448, Height: 448, Audio: 70}
		for _, d := range m.Uses {
			a, b := only(small, d), only(large, d)
			less, err := m.At(a)
			more, err2 := m.At(b)
			if err := errors.Join(err, err2); err != nil || more.MACs() <= less.MACs() {
				t.Errorf("%s: %s: %g multiply-adds, then %g, %v", row[0], d, less.MACs(), more.MACs(), err)
			}
		}
	}
}

// only is a request of one dimension.
func only(r shape.Request, d shape.Dimension) shape.Request {
	switch d {
	case shape.Tokens:
		return shape.Request{Tokens: r.Tokens}
	case shape.OutputTokens:
		return shape.Request{OutputTokens: r.OutputTokens}
	case shape.Image:
		return shape.Request{Width: r.Width, Height: r.Height}
	}
	return shape.Request{Audio: r.Audio}
}

// FuzzRead: whatever stands in a file, there is a model whose cost is finite, or an error of
// one line for each fault.
func FuzzRead(f *testing.F) {
	f.Add([]byte(bertBase))
	text, err := os.ReadFile("testdata/published.tsv")
	if err != nil {
		f.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if cells := strings.Split(strings.TrimSpace(line), "\t"); len(cells) == 5 {
			f.Add([]byte(cells[4]))
		}
	}
	files, _ := filepath.Glob("testdata/*.json")
	for _, file := range files {
		if text, err := os.ReadFile(file); err == nil {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := Read(opening(string(text)), "config.json", "mine")
		if err != nil {
			return
		}
		c, err := m.At(shape.Request{})
		if err != nil {
			t.Fatalf("the usual request: %v", err)
		}
		for _, v := range []float64{m.Params, c.MACs(), c.Activations(), c.Peak()} {
			if math.IsNaN(v) || math.IsInf(v, 0) || v < 0 {
				t.Fatalf("%+v: %g", m, v)
			}
		}
	})
}
