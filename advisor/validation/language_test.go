package validation

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// languageHeader names the columns of the rows below.
const languageHeader = "accelerator,accelerator_count,model,precision,engine,tensor_parallel,input_tokens,output_tokens,concurrency," +
	"measured_qps,measured_output_tps,measured_ttft_ms,measured_tpot_ms,measured_e2e_ms,known_max_qps,bound_ms"

// readLanguage reads one row.
func readLanguage(t testing.TB, n *namer, row string) (inquiry, error) {
	t.Helper()
	header, err := newColumns(strings.Split(languageHeader, ","))
	if err != nil {
		t.Fatal(err)
	}
	cut, _ := split(row, ',')
	return cells{header, cut}.inquiry(n)
}

func TestLanguageRows(t *testing.T) {
	n := newNamer(embedded(t))
	h100 := LanguageQuestion{
		Accelerator: "nvidia-h100-sxm", Listed: true, Count: 4, TensorParallel: 4, Model: "llama-3.1-70b", Precision: "fp8", Engine: "vllm",
		Input: 1024, Output: 128, Concurrency: 32,
	}
	with := func(change func(*LanguageQuestion)) LanguageQuestion {
		q := h100
		change(&q)
		return q
	}
	batch := func(change func(*LanguageQuestion)) LanguageQuestion {
		return with(func(q *LanguageQuestion) {
			q.Batches, q.BatchesGuessed = true, true
			change(q)
		})
	}
	for row, want := range map[string]LanguageQuestion{
		// What is filled says what is judged.
		"H100-SXM-80GB,4,llama-3.1-70b,fp8,vllm,4,1024,128,32,,,,,9000,,": batch(func(q *LanguageQuestion) { q.Aspect, q.Measured = EndToEndTime, 9 }),
		"h100,4,llama-3.1-70b,fp8,vllm,4,1024,128,32,,,500,20,,,":         with(func(q *LanguageQuestion) { q.Aspect, q.Measured = EndToEndTime, 0.5+128*0.02 }),
		"h100,4,llama-3.1-70b,fp8,vllm,4,1024,128,32,,99,500,20,8000,,":   with(func(q *LanguageQuestion) { q.Aspect, q.Measured = EndToEndTime, 8 }),
		"h100,4,llama-3.1-70b,fp8,vllm,4,1024,128,32,,,,20,,,":            with(func(q *LanguageQuestion) { q.Aspect, q.Measured = InterTokenTime, 0.02 }),
		"h100,4,llama-3.1-70b,fp8,vllm,4,1024,128,32,,,500,,,,":           batch(func(q *LanguageQuestion) { q.Aspect, q.Measured = FirstTokenTime, 0.5 }),
		"h100,4,llama-3.1-70b,fp8,vllm,4,1024,128,32,,1200,,,,,":          batch(func(q *LanguageQuestion) { q.Aspect, q.Measured = OutputThroughput, 1200 }),
		"h100,4,llama-3.1-70b,fp8,vllm,4,1024,128,32,9,,,,,,":             batch(func(q *LanguageQuestion) { q.Aspect, q.Measured = RequestThroughput, 9 }),
		// What drives the system.
		"h100,4,llama-3.1-70b,fp8,vllm,4,1024,128,,,1200,,20,9000,,":  with(func(q *LanguageQuestion) { q.Concurrency, q.Aspect, q.Measured = 0, OutputThroughput, 1200 }),
		"h100,4,llama-3.1-70b,fp8,vllm,4,1024,128,inf,,1200,,,,,":     with(func(q *LanguageQuestion) { q.Concurrency, q.Aspect, q.Measured = 0, OutputThroughput, 1200 }),
		"h100,4,llama-3.1-70b,fp8,vllm,4,1024,128,,2.5,,,20,,,":       with(func(q *LanguageQuestion) { q.Concurrency, q.Rate, q.Aspect, q.Measured = 0, 2.5, InterTokenTime, 0.02 }),
		"h100,4,llama-3.1-70b,fp8,vllm,4,1024,128,,2.5,300,500,20,,,": with(func(q *LanguageQuestion) { q.Concurrency, q.Rate, q.Aspect, q.Measured = 0, 2.5, EndToEndTime, 3.06 }),
		"h100,4,llama-3.1-70b,fp8,vllm,4,1024,128,11.3,2.5,,,20,,,":   with(func(q *LanguageQuestion) { q.Concurrency, q.Aspect, q.Measured = 11.3, InterTokenTime, 0.02 }),
		// What may stay blank.
		"h100,,llama-3.1-70b,fp8,vllm,4.0,1024,128,32,,,,,9000,,": batch(func(q *LanguageQuestion) { q.Aspect, q.Measured = EndToEndTime, 9 }),
		"h100,,llama-3.1-70b,fp8,vllm,,1024,128,32,,,,,9000,,":    batch(func(q *LanguageQuestion) { q.Count, q.TensorParallel, q.Aspect, q.Measured = 0, 0, EndToEndTime, 9 }),
		"h100,8,llama-3.1-70b,unspecified,,4,1024,128,32,,,,,9000,,": batch(func(q *LanguageQuestion) {
			q.Count, q.Precision, q.Engine, q.Aspect, q.Measured = 8, "", "", EndToEndTime, 9
		}),
		"h100,4,llama-3.1-70b,16bit,nm-vllm,4,,128,32,,,,,9000,,": batch(func(q *LanguageQuestion) {
			q.Precision, q.Input, q.NoInput, q.Aspect, q.Measured = "fp16", usualInput, true, EndToEndTime, 9
		}),
		"h100,4,llama-3.1-70b,fp8,vllm,4,1024,,32,,,500,20,,,": with(func(q *LanguageQuestion) {
			q.Output, q.NoOutput, q.Aspect, q.Measured = usualOutput, true, InterTokenTime, 0.02
		}),
		"h100,4,llama-3.1-70b,fp8,vllm,4,1024,0,1,,,500,,,,": batch(func(q *LanguageQuestion) {
			q.BatchesGuessed = false
			q.Output, q.Concurrency, q.Aspect, q.Measured = 0, 1, FirstTokenTime, 0.5
		}),
		"h100,4,llama-3.1-70b,fp8,vllm,4,0,128,1,,,,9,,,": batch(func(q *LanguageQuestion) {
			q.BatchesGuessed = false
			q.Input, q.Concurrency, q.Aspect, q.Measured = 0, 1, InterTokenTime, 0.009
		}),
		"h100,4,mixtral-8x7b,q4_k_m,llama.cpp,4,1024,128,32,,,,,9000,,": batch(func(q *LanguageQuestion) {
			q.Model, q.Mixture, q.Precision, q.Engine, q.Aspect, q.Measured = "mixtral-8x7b", true, "int4", "llamacpp", EndToEndTime, 9
		}),
		"unnamed-24GB-GPU,1,llama-3.1-70b,fp8,vllm,1,1024,128,32,,,,,9000,,": batch(func(q *LanguageQuestion) {
			q.Accelerator, q.Listed, q.MemoryGiB, q.Count, q.TensorParallel, q.Aspect, q.Measured = "unnamed-24GB-GPU", false, 24, 1, 1, EndToEndTime, 9
		}),
		"h100,4,llama-3.1-70b,fp8,some engine 2,4,1024,128,32,,,,,9000,7,100": {},
	} {
		got, err := readLanguage(t, n, row)
		if want == (LanguageQuestion{}) {
			if err == nil || !strings.Contains(err.Error(), "are about models that answer in one step") {
				t.Errorf("%s: %v, %v", row, got, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", row, err)
			continue
		}
		if diff := cmp.Diff(want, got, near()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row, diff)
		}
	}
}

// TestLanguageReasons: a bad row says what is wrong with it.
func TestLanguageReasons(t *testing.T) {
	n := newNamer(embedded(t))
	for row, reason := range map[string]string{
		"h100,4,llama-9-70b,fp8,vllm,4,1024,128,32,,,,,9000,,":                `unknown model "llama-9-70b"`,
		"nosuch,4,llama-3.1-70b,fp8,vllm,4,1024,128,32,,,,,9000,,":            `unknown accelerator "nosuch"`,
		"Inferentia,4,llama-3.1-70b,fp8,vllm,4,1024,128,32,,,,,9000,,":        "",
		"h100,4,llama-3.1-70b,fp9,vllm,4,1024,128,32,,,,,9000,,":              `precision is "fp9"; it is one of`,
		"h100,4,llama-3.1-70b,fp8,vllm,8,1024,128,32,,,,,9000,,":              "tensor_parallel is 8 and accelerator_count is 4",
		"h100,0,llama-3.1-70b,fp8,vllm,,1024,128,32,,,,,9000,,":               "name the accelerator",
		"h100,4,llama-3.1-70b,fp8,vllm,4.5,1024,128,32,,,,,9000,,":            `tensor_parallel is "4.5"; a whole number`,
		"h100,4,llama-3.1-70b,fp8,vllm,4,many,128,32,,,,,9000,,":              `input_tokens is "many", which is not a number`,
		"h100,4,llama-3.1-70b,fp8,vllm,4,1024,-1,32,,,,,9000,,":               `output_tokens is "-1"; a number of tokens`,
		"h100,4,llama-3.1-70b,fp8,vllm,4,1024,128,0,,,,,9000,,":               `concurrency is "0"; it must be above zero`,
		"h100,4,llama-3.1-70b,fp8,vllm,4,1024,128,32,,,,,0,,":                 `measured_e2e_ms is "0"; it must be above zero`,
		"h100,4,llama-3.1-70b,fp8,vllm,4,1024,128,32,,,,,NaN,,":               `measured_e2e_ms is "NaN"; a finite number`,
		"h100,4,llama-3.1-70b,fp8,vllm,4,1024,128,32,,,,,,,":                  "are blank: nothing to compare with",
		"h100,4,llama-3.1-70b,fp8,vllm,4,1024,,32,,,,,9000,,":                 "measured_e2e_ms is given and output_tokens is blank",
		"h100,4,llama-3.1-70b,fp8,vllm,4,,128,32,,,500,,,,":                   "measured_ttft_ms is given and input_tokens is blank",
		"h100,4,llama-3.1-70b,fp8,vllm,4,1024,128,,,,500,,,,":                 "at maximum load times grow with the queue",
		"h100,4,llama-3.1-70b,fp8,vllm,4,1024,128,,,,,20,,,":                  "state how many requests were in flight",
		"h100,4,llama-3.1-70b,fp8,vllm,4,1024,0,32,,500,,,,,":                 "output_tokens is 0",
		"h100,4,resnet50,fp8,vllm,4,1024,128,32,,,,,9000,,":                   "resnet-50 is not a language model",
		"h100,4,llama-3.1-70b,fp8,vllm,4,1024,128,,900,,,,,,130":              "are about models that answer in one step",
		"nobody's card with 24 gb,1,llama-3.1-70b,fp8,,1,9,9,3,,,,,9000,,":    "",
		"an engine of tomorrow on h100,4,llama-3.1-70b,,,,9,9,3,,,,,9000,,":   "unknown accelerator",
		"h100,4,llama-3.1-70b,fp8,engine of tomorrow,4,9,9,3,,,,,9000,,":      "",
		"h100,4,,fp8,vllm,4,1024,128,32,,,,,9000,,":                           "no model named",
		",4,llama-3.1-70b,fp8,vllm,4,1024,128,32,,,,,9000,,":                  "no accelerator named",
		"h100,4,llama-3.1-70b,fp8,vllm,4,1e400,128,32,,,,,9000,,":             `input_tokens is "1e400"; a finite number`,
		"MIG 1g.10gb,4,llama-3.1-70b,fp8,vllm,4,1024,128,32,,,,,9000,,":       "is a MIG slice",
		"h100,4,llama-3.1-70b,fp8,vllm,4,1024,128,32,,,,,9000,100,":           "are about models that answer in one step",
		"h100,4,llama-3.1-70b,fp8,vllm,4,1024,128,\"1,000\",,,,,9000,,":       `concurrency is "1,000", which is not a number`,
		"h100,2000000,llama-3.1-70b,fp8,vllm,4,1024,128,32,,,,,9000,,":        `accelerator_count is "2000000"; a whole number`,
		"h100,4,Meta-Llama-3.1-70B-Instruct,bfloat16,,4,1e3,1e2,32,,,,,9e3,,": "",
	} {
		_, err := readLanguage(t, n, row)
		switch {
		case reason == "" && err != nil:
			t.Errorf("%s: %v", row, err)
		case reason != "" && (err == nil || !strings.Contains(err.Error(), reason)):
			t.Errorf("%s: %v; want %s", row, err, reason)
		}
	}
}

// TestGroupings: rows group by what they are where no column has the name.
func TestGroupings(t *testing.T) {
	text := languageHeader + ",load\n" +
		"h100,4,llama-3.1-70b,fp8,vllm,4,1024,128,32,,,,,9000,,,night\n" +
		"h100,4,mixtral-8x7b,fp8,vllm,4,1024,128,,2,,,20,,,,night\n" +
		"h100,4,mixtral-8x7b,fp8,vllm,4,1024,128,,,900,,,,,,day\n" +
		"t4,1,resnet50,int8,,,,,,900,,,,,1000,15,day\n" +
		"t4,1,resnet50,int8,,,,,,100,,,,,,,day\n"
	for by, want := range map[string]string{
		"":           "end-to-end-time inter-token-time output-throughput saturated-throughput server-from-saturation",
		"kind":       "dense mixture-of-experts vision",
		" Load":      "day night",
		"prediction": "end-to-end-time inter-token-time output-throughput saturated-throughput server-from-saturation",
	} {
		var names []string
		for _, g := range mustJudge(t, text, by).By {
			names = append(names, g.Group)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%q: %s; want %s", by, got, want)
		}
	}
	plain := strings.Replace(text, ",load\n", ",team\n", 1)
	var names []string
	for _, g := range mustJudge(t, plain, "load").By {
		names = append(names, g.Group)
	}
	if got := strings.Join(names, " "); got != "batches maximum-load open-loop" {
		t.Errorf("load: %s", got)
	}
}

// TestTogether: whether requests came as batches shows in what was measured, unless the row
// says it.
func TestTogether(t *testing.T) {
	n := newNamer(embedded(t))
	header, err := newColumns(strings.Split("accelerator,model,input_tokens,output_tokens,concurrency,measured_output_tps,measured_ttft_ms,measured_tpot_ms,measured_e2e_ms,load", ","))
	if err != nil {
		t.Fatal(err)
	}
	for measured, want := range map[string][2]bool{
		"8,,,,900,":          {true, true},
		"8,90,,,,":           {true, true},
		"8,90,,,900,Static":  {true, false},
		"8,,9,9,,batches":    {true, false},
		"8,,9,9,,":           {false, false},
		"8,,,9,900,":         {false, false},
		"8,,9,,,":            {true, true},
		"1,,,9,,":            {true, false},
		"1,,,,900,":          {true, false},
		"1,,9,9,,":           {false, false},
		"8,,,,900,closed":    {false, false},
		"8,,,,900,night":     {true, true},
		",90,,,,batches":     {false, false},
		"8,,,,900,open loop": {true, true},
	} {
		cut, _ := split("h100,llama-3.1-8b,512,128,"+measured, ',')
		q, err := cells{header, cut}.languageQuestion(n)
		if got := [2]bool{q.Batches, q.BatchesGuessed}; err != nil || got != want {
			t.Errorf("%s: %v, %v; want %v", measured, got, err, want)
		}
	}
}

// TestAssumptionsAreTold: what stands for open facts is a warning, counted over rows.
func TestAssumptionsAreTold(t *testing.T) {
	v := mustJudge(t, languageHeader+`
h100,4,llama-3.1-70b,fp8,vllm,4,1024,128,32,,,,,9000,,
h100,4,llama-3.1-70b,fp8,vllm,,1024,128,32,,,,,9000,,
my 80GB card,4,llama-3.1-70b,fp8,vllm,4,,128,32,,,20,20,,,
h100,4,llama-3.1-70b,fp8,vllm,4,1024,128,32,,,20,20,,,
`, "")
	var got []string
	for _, w := range v.Warnings {
		words := strings.Fields(w)
		got = append(got, strings.Join(words[:5], " "))
	}
	want := []string{"in 1 row tensor_parallel is", "in 1 row the catalog", "in 1 row the tokens", "in 2 rows there is"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s\n%s", diff, strings.Join(v.Warnings, "\n"))
	}
}

// TestMixedUnits: each row is judged in its own unit.
func TestMixedUnits(t *testing.T) {
	v := mustJudge(t, languageHeader+"\nh100,4,llama-3.1-70b,fp8,vllm,4,1024,128,,,900,,,,,\nh100,4,llama-3.1-70b,fp8,vllm,4,1024,128,32,,,,,9000,,\nt4,1,resnet50,int8,,,,,,900,,,,,1000,15\n", "")
	units := map[int]string{}
	for _, one := range v.Worst {
		units[one.Line] = one.Unit
	}
	if diff := cmp.Diff(map[int]string{2: "tokens/s", 3: "s", 4: "1/s"}, units); diff != "" {
		t.Error(diff)
	}
}

// TestEngines: an engine is told by its mark, whatever stands around it.
func TestEngines(t *testing.T) {
	for spelling, want := range map[string]string{
		"": "", "unspecified": "", "vLLM 0.10.0, RHEL 9.6": "vllm", "nm-vllm": "vllm", "TensorRT 10.2.0, CUDA 12.4": "trtllm",
		"tensorrt-llm(pytorch)": "trtllm", "nim-trtllm": "trtllm", "SGLang": "sglang", "lmdeploy-turbomind": "lmdeploy",
		"llama.cpp": "llamacpp", "deepspeed-mii": "deepspeed", "TGI 2.0": "tgi", "exllamav2": "exllamav2", "Mine": "mine",
	} {
		if got := engineOf(spelling); got != want {
			t.Errorf("%q is %q; want %q", spelling, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"vllm", "trtllm", "sglang", "llamacpp", "lmdeploy", "deepspeed", "tgi"}).Draw(t, "engine")
		version := rapid.StringMatching(`[ -]?[0-9]\.[0-9]{1,2}`).Draw(t, "version")
		if got := engineOf(strings.ToUpper(name) + version); got != name {
			t.Fatalf("%s%s is %s", name, version, got)
		}
	})
}
