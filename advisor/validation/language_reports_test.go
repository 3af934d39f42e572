package validation

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// spoken is a language model on two replicas of two accelerators each.
func spoken() *workload.Workload {
	return &workload.Workload{
		Model: "llama-3.1-70b", GPU: "h100", GPUsPerReplica: 2, Replicas: 2, Precision: "fp8", Dispersion: 1,
		LLM: workload.LLM{Input: unit.Exact(512), Output: unit.Exact(128), Engine: "vllm"},
	}
}

func languageReport(strategy string) string {
	return fmt.Sprintf(`{"benchmarks":[{"config":{"strategy":{"type_":%q}},"metrics":{
"requests_per_second":{"successful":{"mean":2}},"request_concurrency":{"successful":{"mean":8.5}},
"request_latency":{"successful":{"mean":4.25,"median":4}},"inter_token_latency_ms":{"successful":{"median":20}},
"prompt_token_count":{"successful":{"mean":1000}},"output_token_count":{"successful":{"mean":200}}}}]}`, strategy)
}

func TestGuidellmOfLanguageModels(t *testing.T) {
	for strategy, want := range map[string]string{
		"poisson":     "1000 in, 200 out, 2/s: end to end time 4.25 s, 1000 in, 200 out, 2/s: inter token time 0.02 s",
		"concurrent":  "1000 in, 200 out, 8.5 in flight: end to end time 4.25 s, 1000 in, 200 out, 8.5 in flight: inter token time 0.02 s, 1000 in, 200 out, 8.5 in flight: output throughput 400 tokens/s",
		"synchronous": "1000 in, 200 out, 1 in flight: end to end time 4.25 s, 1000 in, 200 out, 1 in flight: inter token time 0.02 s, 1000 in, 200 out, 1 in flight: output throughput 400 tokens/s",
		"throughput":  "1000 in, 200 out, at maximum load: output throughput 400 tokens/s",
	} {
		v, err := judgeReport(t, languageReport(strategy), spoken())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, one := range v.Worst {
			what, ok := strings.CutPrefix(one.What, "llama-3.1-70b on 4 × nvidia-h100-sxm TP 2 fp8 vllm, ")
			if !ok {
				t.Errorf("%s: %s", strategy, one.What)
			}
			got = append(got, fmt.Sprintf("%s %g %s", what, one.Measured, one.Unit))
		}
		if diff := cmp.Diff(want, strings.Join(got, ", ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", strategy, diff)
		}
	}
}

// TestVegetaOfLanguageModels: its report knows the mean time of a request only; the lengths
// come from the traits.
func TestVegetaOfLanguageModels(t *testing.T) {
	v, err := judgeReport(t, vegetaReport, spoken())
	if err != nil || v.Used != 1 || math.Abs(v.Worst[0].Measured-0.015) > 1e-12 || !strings.Contains(v.Worst[0].What, "512 in, 128 out, 50/s: end to end time") {
		t.Fatalf("%+v, %v", v, err)
	}
	if !strings.Contains(strings.Join(v.Warnings, " "), "even distances") {
		t.Errorf("warnings %q", v.Warnings)
	}
	behind := strings.Replace(vegetaReport, `"throughput":49.9`, `"throughput":20`, 1)
	if v, err = judgeReport(t, behind, spoken()); err != nil || v.Worst[0].Measured != 20 || v.By[0].Group != "request-throughput" {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestLanguageReportsThatSayNothing(t *testing.T) {
	for change, want := range map[string]string{
		`"mean":8.5=>"mean":0`:  "does not say which (request_concurrency)",
		`"mean":2}=>"mean":0}`:  "counts no successful requests",
		`"mean":200=>"mean":0`:  "",
		`"mean":4.25=>"mean":0`: "",
	} {
		from, to, _ := strings.Cut(change, "=>")
		v, err := judgeReport(t, strings.Replace(languageReport("concurrent"), from, to, 1), spoken())
		switch {
		case want == "" && (err != nil || v.Used != 3):
			t.Errorf("%s: %+v, %v", change, v, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: %v; want %s", change, err, want)
		}
	}
	w := spoken()
	w.LLM.Output = unit.Interval{}
	if _, err := judgeReport(t, strings.Replace(languageReport("concurrent"), `"mean":200`, `"mean":0`, 1), w); err == nil || !strings.Contains(err.Error(), "add --input-tokens and --output-tokens") {
		t.Errorf("no lengths: %v", err)
	}
}
