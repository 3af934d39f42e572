package hub

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/llm"
)

// TestConfigsOfTheCatalogue: testdata/config holds what the config.json of models of the
// catalogue say of their shape. Each must give the catalogue's shape and, counted from it,
// the published number of parameters within 1 %.
func TestConfigsOfTheCatalogue(t *testing.T) {
	files, err := filepath.Glob("testdata/config/*.json")
	if err != nil || len(files) < 25 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		id := strings.TrimSuffix(filepath.Base(file), ".json")
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		read, err := ReadConfig(context.Background(), bytes.NewReader(text), file, id)
		if err != nil {
			t.Error(err)
			continue
		}
		got, err := llm.ShapeOf(read.Model)
		if err != nil {
			t.Error(err)
			continue
		}
		same(t, got, shape(t, id))
	}
}

func same(t *testing.T, got, want llm.Shape) {
	t.Helper()
	if got.Params/want.Params < 0.99 || got.Params/want.Params > 1.01 {
		t.Errorf("%s: %.4g parameters; published %.4g", want.Name, got.Params, want.Params)
	}
	if want.Experts > 0 && math.Abs(got.ExpertParams/want.ExpertParams-1) > 0.001 {
		t.Errorf("%s: %.6g parameters of experts; want %.6g", want.Name, got.ExpertParams, want.ExpertParams)
	}
	for _, tokens := range []float64{1, 100, 3000, 50000, 1e6} {
		if got.Held(tokens) != want.Held(tokens) {
			t.Errorf("%s: %g elements of %g tokens; want %g", want.Name, got.Held(tokens), tokens, want.Held(tokens))
		}
	}
	if got.StateBytes() != want.StateBytes() {
		t.Errorf("%s: a state of %g B; want %g", want.Name, got.StateBytes(), want.StateBytes())
	}
	// What is left must agree to the letter, but for what the files do not say.
	got.Params, got.ActiveParams, got.Embedding, got.ExpertParams, got.MaxContext, got.Attention = want.Params, want.ActiveParams, want.Embedding, want.ExpertParams, want.MaxContext, want.Attention
	got.KVHeads, got.Vocab = want.KVHeads, want.Vocab
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %+v\nwant %+v", want.Name, got, want)
	}
}

// plain is a small model; faults replace a part of it.
const plain = `{"architectures":["LlamaForCausalLM"],"model_type":"llama","hidden_size":64,"intermediate_size":256,"num_attention_heads":8,
"num_hidden_layers":2,"num_key_value_heads":2,"vocab_size":1000,"max_position_embeddings":4096,"tie_word_embeddings":false}`

func TestConfigByHand(t *testing.T) {
	read, err := ReadConfig(context.Background(), strings.NewReader(plain), "config.json", "tiny")
	if err != nil {
		t.Fatal(err)
	}
	m := read.Model
	attention, gated := 64*64*2+2*64*16, 3*64*256
	if want := float64(2*1000*64+2*(attention+gated)) / 1e9; math.Abs(m.ParamsB/want-1) > 1e-12 || m.KVElementsPerToken != 2*2*2*8 || m.ID != "tiny" {
		t.Errorf("%+v; want %g", m, want)
	}
}

func TestConfigVariants(t *testing.T) {
	for _, test := range []struct {
		name, old, new string
		held           float64 // of 10000 tokens
	}{
		{"a key and a value of each head", `"num_key_value_heads":2,`, ``, 2 * 2 * 64 * 10000},
		{"null is none", `"num_key_value_heads":2`, `"num_key_value_heads":null`, 2 * 2 * 64 * 10000},
		{"wider heads", `"vocab_size"`, `"head_dim":32,"vocab_size"`, 2 * 2 * 2 * 32 * 10000},
		{"a window everywhere", `"vocab_size"`, `"sliding_window":1000,"vocab_size"`, 2 * 32 * 1000},
		{"a window switched off", `"vocab_size"`, `"sliding_window":1000,"use_sliding_window":false,"vocab_size"`, 2 * 32 * 10000},
		{"a window of the whole context", `"vocab_size"`, `"sliding_window":4096,"vocab_size"`, 2 * 32 * 10000},
		{"from the second layer on", `"vocab_size"`, `"sliding_window":1000,"use_sliding_window":true,"max_window_layers":1,"vocab_size"`, 32*1000 + 32*10000},
		{"by name", `"vocab_size"`, `"sliding_window":1000,"layer_types":["full_attention","sliding_attention"],"vocab_size"`, 32*1000 + 32*10000},
		{"every second", `"vocab_size"`, `"sliding_window":1000,"sliding_window_pattern":2,"vocab_size"`, 32*1000 + 32*10000},
		{"multi-query", `"model_type":"llama"`, `"model_type":"gpt_bigcode","multi_query":true`, 2 * 16 * 10000},
		{"floats that are whole", `"num_hidden_layers":2`, `"num_hidden_layers":2.0`, 2 * 32 * 10000},
		{"an unknown type", `"llama"`, `"nobody_knows"`, 2 * 32 * 10000},
	} {
		text := strings.Replace(plain, test.old, test.new, 1)
		read, err := ReadConfig(context.Background(), strings.NewReader(text), "config.json", "tiny")
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		s, err := llm.ShapeOf(read.Model)
		if err != nil || s.Held(10000) != test.held {
			t.Errorf("%s: %g, %v; want %g", test.name, s.Held(10000), err, test.held)
		}
	}
}

func TestConfigFaults(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 20000)
	for _, test := range []struct {
		text, want string
		faults     int // 0 is one
	}{
		{"", "empty", 0},
		{"  \n", "empty", 0},
		{"\x00\x01GGUF", "binary", 0},
		{"\xff\xfe{", "binary", 0},
		{strings.Repeat(" ", maxConfig+1), "larger than 4 MiB", 0},
		{"hidden_size: 4096", "not JSON at line 1, column 2", 0},
		{"{\n \"a\": NaN}", "not JSON at line 2", 0},
		{`{"a": 1`, "it ends before", 0},
		{deep, "not JSON", 0},
		{`[1]`, "is a JSON array, not an object", 0},
		{`null`, "null, not an object", 0},
		{plain + `{}`, "text after the end", 0},
		{`{}`, "no num_hidden_layers", 4},
		{strings.Replace(plain, `"hidden_size":64,`, ``, 1), "no hidden_size, nor n_embd", 0},
		{strings.Replace(plain, `"vocab_size":1000,`, ``, 1), "no vocab_size", 0},
		{strings.Replace(plain, `"intermediate_size":256,`, ``, 1), "no intermediate_size", 0},
		{strings.Replace(plain, `:64`, `:-64`, 1), "hidden_size is -64; it must be a whole number", 0},
		{strings.Replace(plain, `:64`, `:64.5`, 1), "hidden_size is 64.5", 0},
		{strings.Replace(plain, `:64`, `:"64"`, 1), `hidden_size is "64"`, 0},
		{strings.Replace(plain, `:64`, `:1e999`, 1), "hidden_size is 1e999", 0},
		{strings.Replace(plain, `:64`, `:100000000`, 1), "hidden_size is 100000000", 0},
		{strings.Replace(plain, `"num_hidden_layers":2`, `"num_hidden_layers":0`, 1), "num_hidden_layers is 0; it must be a whole number from 1", 0},
		{strings.Replace(plain, `heads":8`, `heads":7`, 1), "hidden_size 64 is not a multiple of 7 heads", 0},
		{strings.Replace(plain, `"num_key_value_heads":2`, `"num_key_value_heads":3`, 1), "8 attention heads are not a multiple of 3 KV heads", 0},
		{strings.Replace(plain, `"num_key_value_heads":2`, `"num_key_value_heads_per_layer":[2]`, 1), "has 1 layers of 2", 0},
		{strings.Replace(plain, `"vocab_size"`, `"num_experts":8,"vocab_size"`, 1), "no num_experts_per_tok", 0},
		{strings.Replace(plain, `"vocab_size"`, `"num_experts":8,"num_experts_per_tok":9,"vocab_size"`, 1), "passes 9 experts of 8", 0},
		{strings.Replace(plain, `"vocab_size"`, `"kv_lora_rank":8,"vocab_size"`, 1), "no qk_rope_head_dim", 3},
		{strings.Replace(plain, `"vocab_size"`, `"layer_types":["linear_attention","full_attention"],"vocab_size"`, 1), "no linear_num_key_heads", 5},
		{strings.Replace(plain, `"vocab_size"`, `"mamba_d_state":16,"vocab_size"`, 1), "has mamba_d_state: layers of that kind are not understood", 0},
		{strings.Replace(plain, `LlamaForCausalLM`, `BertForMaskedLM`, 1), "writes no tokens", 0},
		{strings.Replace(plain, `"vocab_size"`, `"is_encoder_decoder":true,"vocab_size"`, 1), "an encoder with a decoder", 0},
	} {
		_, err := ReadConfig(context.Background(), strings.NewReader(test.text), "config.json", "x")
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "config.json: ") && !strings.HasPrefix(err.Error(), "config.json:2:") {
			t.Errorf("%.60q: %v; want %q", test.text, err, test.want)
			continue
		}
		if lines := strings.Split(err.Error(), "\n"); len(lines) > max(1, test.faults) || len(lines[0]) > 200 {
			t.Errorf("%.60q: more than is wrong: %v", test.text, err)
		}
	}
	broken := errors.New("the disk is gone")
	if _, err := ReadConfig(context.Background(), io.MultiReader(strings.NewReader("{"), failing{broken}), "config.json", "x"); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	huge := strings.NewReplacer(`:64,`, `:1048576,`, `layers":2`, `layers":2000`, `:256`, `:1048576`).Replace(plain)
	if _, err := ReadConfig(context.Background(), strings.NewReader(huge), "config.json", "x"); err == nil || !strings.Contains(err.Error(), "cannot be right") {
		t.Errorf("%v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestReleasedPrecision(t *testing.T) {
	for text, want := range map[string]string{
		`{"quant_method":"fp8"}`: "fp8", `{"quant_method":"mxfp4"}`: "mxfp4", `{"quant_method":"awq","bits":4}`: "int4", `{"quant_method":"gptq","bits":8}`: "int8",
		`{"quant_method":"modelopt","quant_algo":"NVFP4"}`: "fp4", `{"quant_method":"bitsandbytes","load_in_4bit":true}`: "int4", `{"quant_method":"x"}`: "", `{}`: "",
		`{"quant_method":"compressed-tensors","config_groups":{"g":{"weights":{"num_bits":8,"type":"float"}}}}`: "fp8",
		`{"quant_method":"compressed-tensors","config_groups":{"g":{"weights":{"num_bits":8,"type":"int"}}}}`:   "int8",
	} {
		read, err := ReadConfig(context.Background(), strings.NewReader(strings.Replace(plain, `"vocab_size"`, `"quantization_config":`+text+`,"vocab_size"`, 1)), "c", "x")
		if err != nil || read.Model.Released != want || len(read.Notes) != 1 {
			t.Errorf("%s: %q, %q, %v; want %q", text, read.Model.Released, read.Notes, err, want)
		}
	}
}

// FuzzReadConfig: whatever stands in the file, there is a model whose memory is finite, or
// an error.
func FuzzReadConfig(f *testing.F) {
	f.Add([]byte(plain))
	f.Add([]byte(`{"text_config":{"num_hidden_layers":1}}`))
	files, _ := filepath.Glob("testdata/config/*.json")
	for _, file := range files {
		if text, err := os.ReadFile(file); err == nil {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		read, err := ReadConfig(context.Background(), bytes.NewReader(text), "config.json", "x")
		if err != nil {
			return
		}
		s, err := llm.ShapeOf(read.Model)
		if err != nil {
			t.Fatal(err)
		}
		m, err := llm.Setup{Shape: s, GPUs: 2, Accelerator: catalog.Accelerator{MemoryGiB: 80}}.Memory(fixed(1000, 100))
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range []float64{s.Params, s.ActiveParams, s.ExpertParams, s.Held(1e6), m.Weights, m.Deficit} {
			if math.IsNaN(x) || math.IsInf(x, 0) || s.Params <= 0 || s.ActiveParams > s.Params {
				t.Fatalf("%+v %+v", s, m)
			}
		}
	})
}

// shape is that of a model of the catalogue.
func shape(t testing.TB, id string) llm.Shape {
	t.Helper()
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	m, ok := c.Model(id)
	if !ok {
		t.Fatalf("no model %s", id)
	}
	s, err := llm.ShapeOf(m)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// fixed are requests that all have the same lengths.
func fixed(input, output float64) llm.Lengths {
	return llm.Lengths{Input: llm.Tokens{Mean: input}, Output: llm.Tokens{Mean: output}}
}
