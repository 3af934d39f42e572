package engine

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestTablesLoad(t *testing.T) {
	if err := check(table, measured); err != nil {
		t.Fatal(err)
	}
	for _, name := range Names() {
		if e, err := Named(name); err != nil || e.Name != name {
			t.Errorf("%s: %v, %v", name, e.Name, err)
		}
	}
	if e, err := Named(""); err != nil || e.Name != Default {
		t.Errorf("without a name: %v, %v", e.Name, err)
	}
	if _, err := Named("llama.cpp"); err == nil || !strings.Contains(err.Error(), "vllm, trtllm, sglang") {
		t.Errorf("an engine that --engine does not take: %v", err)
	}
}

// TestARowWithoutAFieldDoesNotLoad zeroes every field of every row, one at a time and
// whatever its depth.
func TestARowWithoutAFieldDoesNotLoad(t *testing.T) {
	cleared := 0
	for i := range table {
		for _, path := range fields(reflect.TypeFor[Engine](), nil) {
			rows := slices.Clone(table)
			row := reflect.ValueOf(&rows[i]).Elem().FieldByIndex(path)
			row.SetZero()
			if check(rows, measured) == nil {
				t.Errorf("%s loads without %s", table[i].Name, reflect.TypeFor[Engine]().FieldByIndex(path).Name)
			}
			cleared++
		}
	}
	for i := range measured {
		for _, path := range fields(reflect.TypeFor[Known](), nil) {
			rows := slices.Clone(measured)
			reflect.ValueOf(&rows[i]).Elem().FieldByIndex(path).SetZero()
			if check(table, rows) == nil {
				t.Errorf("%s loads without %s", measured[i].Name, reflect.TypeFor[Known]().FieldByIndex(path).Name)
			}
		}
	}
	if want := len(table) * 20; cleared < want {
		t.Errorf("%d fields were cleared, expected %d or more", cleared, want)
	}
}

// fields are the paths of the fields of a struct and of the structs in it.
func fields(t reflect.Type, path []int) [][]int {
	var all [][]int
	for i := range t.NumField() {
		if _, optional := t.Field(i).Tag.Lookup("zero"); optional {
			continue
		}
		own := append(slices.Clone(path), i)
		all = append(all, own)
		if f := t.Field(i); f.Type.Kind() == reflect.Struct {
			all = append(all, fields(f.Type, own)...)
		}
	}
	return all
}

func TestFaultyRowsAreRefused(t *testing.T) {
	change := map[string]func(e *Engine){
		"reserve without a share":    func(e *Engine) { e.Memory = ShareOfDevice{ContextGiB: 1} },
		"reserve without rows":       func(e *Engine) { e.Memory = Fixed{} },
		"reserve of large parts":     func(e *Engine) { e.Memory = Fixed{{FromGiB: 100, GiB: 3}} },
		"batching of large parts":    func(e *Engine) { e.Batching = []Batching{{FromGiB: 100, PrefillTokens: 1, Requests: 1}} },
		"batching without requests":  func(e *Engine) { e.Batching = []Batching{{PrefillTokens: 1}} },
		"an empty spelling":          func(e *Engine) { e.Spellings = []string{""} },
		"the name of another engine": func(e *Engine) { e.Name = "tgi" },
		"a version without a name":   func(e *Engine) { e.Earlier = []Earlier{{Since: "0.1", Source: "its code"}} },
	}
	for name, do := range change {
		rows := slices.Clone(table)
		do(&rows[0])
		if check(rows, measured) == nil {
			t.Errorf("%s was loaded", name)
		}
	}
}

func TestSpellings(t *testing.T) {
	for form, want := range map[string]string{
		"nmvllm": "vllm", "nimtrtllm": "trtllm", "tensorrt": "trtllm", "sglang05": "sglang", "turbomind": "lmdeploy", "hftgi": "tgi", "llamacpp": "llamacpp",
	} {
		if got, ok := Spelled(form); !ok || got != want {
			t.Errorf("%s is %q", form, got)
		}
	}
	if got, ok := Spelled("unheardof"); ok {
		t.Errorf("an unknown spelling is %q", got)
	}
}

// TestReserves holds what each engine leaves unused against its formula, by hand.
func TestReserves(t *testing.T) {
	for _, test := range []struct {
		name                         string
		device, weights, activations float64
		gpus                         int
		reserve, more                float64
	}{
		{"vllm", 80, 20, 3, 1, 6.4 + 1.2, 3},    // 0.08 of the device, context and graphs
		{"trtllm", 80, 20, 3, 1, 0.5 + 5.65, 3}, // a tenth of 80 − 0.5 − 20 − 3, and the context
		{"trtllm", 20, 30, 3, 1, 0.5, 3},        // nothing is left
		{"sglang", 80, 20, 3, 2, 13.25 - 3, 3},  // 13 + 2/8, activations within
		{"sglang", 16, 12, 4, 1, 0, 3.645},      // activations fill the reserve
		{"sglang", 180, 20, 4, 8, 22.5, 4},
	} {
		e, err := Named(test.name)
		if err != nil {
			t.Fatal(err)
		}
		reserve, more := e.Memory.Keep(test.device, test.weights, test.activations, test.gpus)
		if math.Abs(reserve-test.reserve) > 1e-12 || math.Abs(more-test.more) > 1e-12 {
			t.Errorf("%s on %g GiB: reserve %g and activations %g, want %g and %g", test.name, test.device, reserve, more, test.reserve, test.more)
		}
	}
}

func TestBatchingByDevice(t *testing.T) {
	for _, test := range []struct {
		name, device string
		memory       float64
		tokens       float64
		requests     int
	}{
		{"vllm", "NVIDIA A100 SXM4 80GB", 79, 2048, 256}, {"vllm", "NVIDIA H100", 79, 8192, 1024}, {"vllm", "NVIDIA H100", 69.9, 2048, 256},
		{"vllm", "NVIDIA H20", 94, 8192, 1024}, {"vllm", "NVIDIA A800 SXM4 80GB", 79, 8192, 1024}, {"vllm@0.9", "NVIDIA H20", 94, 8192, 1024},
		{"sglang", "", 19.9, 2048, 2048}, {"sglang", "", 20, 4096, 2048}, {"sglang", "", 60, 8192, 2048}, {"sglang", "", 160, 16384, 2048},
		{"vllm", "NVIDIA B200", 160, 16384, 1024}, {"lmdeploy", "NVIDIA A800 SXM4 80GB", 79, 8192, 256},
		{"trtllm", "NVIDIA T4", 16, 8192, 2048},
	} {
		e, err := Named(test.name)
		if err != nil {
			t.Fatal(err)
		}
		if b := e.On(test.device, test.memory); b.PrefillTokens != test.tokens || b.Requests != test.requests {
			t.Errorf("%s on %s, %g GiB: %+v", test.name, test.device, test.memory, b)
		}
	}
}

// TestVersions holds what versions change by default, and that what is not known of one is said.
func TestVersions(t *testing.T) {
	on := func(name, device string, memory float64) (Engine, Batching) {
		e, err := Named(name)
		if err != nil {
			t.Fatal(err)
		}
		return e, e.On(device, memory)
	}
	for name, want := range map[string]struct {
		requests int
		reserve  float64 // GiB of 80
		prefixes Prefixes
		whole    float64
		assumes  string
		title    string
	}{
		"vllm":         {1024, 6.4 + 1.2, KeepsPrefixes, 0, "", "vLLM 0.21 to 0.33"},
		"vllm@0.33.2":  {1024, 6.4 + 1.2, KeepsPrefixes, 0, "", "vLLM 0.21 to 0.33"},
		"vllm@0.20":    {1024, 8.5, KeepsPrefixes, 0, "measurements of any version", "vLLM 0.8 to 0.20"},
		"vllm@0.6.3":   {256, 8.5, DropsPrefixes, 32768, "measurements of any version", "vLLM 0.6 and 0.7, engine V0"},
		"vllm@0.2":     {256, 8.5, DropsPrefixes, 32768, "that of vLLM 0.6 and 0.7, engine V0 is assumed", "vLLM 0.6 and 0.7, engine V0"},
		"vllm@0.40":    {1024, 7.6, KeepsPrefixes, 0, "that of vLLM 0.21 to 0.33 is assumed", "vLLM 0.21 to 0.33"},
		"sglang@0.4.9": {2048, 10, KeepsPrefixes, 0, "measurements of any version", "SGLang 0.4.7 to 0.4.10"},
		"sglang@0.4.3": {2048, 9.6, KeepsPrefixes, 0, "measurements of any version", "SGLang 0.4 to 0.4.6"},
		"lmdeploy@0.6": {512, 16.4, DropsPrefixes, 0, "that of LMDeploy, TurboMind is assumed", "LMDeploy, TurboMind"},
	} {
		e, b := on(name, "NVIDIA H100", 80)
		reserve, _ := e.Memory.Keep(80, 0, 0, 1)
		if b.Requests != want.requests || math.Abs(reserve-want.reserve) > 1e-9 || e.Prefixes != want.prefixes || e.Whole != want.whole || e.Title != want.title {
			t.Errorf("%s: %d requests, %g GiB kept, prefixes %d, whole to %g, %s; want %+v", name, b.Requests, reserve, e.Prefixes, e.Whole, e.Title, want)
		}
		if got := Assumes(name); (got == "") != (want.assumes == "") || !strings.HasSuffix(got, want.assumes) {
			t.Errorf("%s assumes %q", name, got)
		}
	}
}

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"vLLM": "vllm", "TensorRT-LLM": "trtllm", "llama.cpp": "llamacpp", "vllm@v0.6.3.post1": "vllm@0.6.3", "llama.cpp@b6000": "llamacpp@6000", "Text Generation Inference@3": "tgi@3",
	} {
		if got, err := Parse(text); err != nil || got != want {
			t.Errorf("%s is %q, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "vlm", "myvllm", "deepspeed", "@1", "vllm@", "vllm@latest", "vllm@1..2", "vllm@v0", "vllm@99999999999999999999999"} {
		if got, err := Parse(text); err == nil {
			t.Errorf("%q is %q", text, got)
		}
	}
	if _, err := Parse("vllm@newest"); err == nil || !strings.Contains(err.Error(), "vllm@0.33") {
		t.Errorf("a version that is none: %v", err)
	}
}
