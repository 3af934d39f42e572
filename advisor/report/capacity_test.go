package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"unicode"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/serve"
)

// servedCapacity is a deployment with a curve in round numbers.
func servedCapacity() *advice.Capacity {
	a := &advice.Capacity{
		Workload: advice.Summary{Model: "bert-large", ModelName: "BERT-large", ModelAssumed: true, LatencySeconds: 0.1, Percentile: 0.99},
		Verdict:  advice.Sustains, SLOAssumed: true, Served: true,
		Accelerator: "nvidia-a10", AcceleratorName: "A10", PerReplica: 1, Replicas: 2, Precision: "fp16",
		SustainableQPS: 800, LowQPS: 700, HighQPS: 900, SaturationQPS: 1000,
		Service: advice.ServiceModel{Basis: "measured", Alpha: 0.002, Beta: 0.002, MaxBatch: 32, Concurrency: 1, Derate: 0.8, Servers: 2, Alone: 0.004},
		Memory:  advice.Memory{Known: true, Fits: true, Weights: 0.6, Activations: 0.56, Usable: 21.8},
		Scaling: &advice.Scaling{Sigma: 0.02, Kappa: 0.0001, Lambda: 500, R2: 0.998, Peaks: true, PeakN: 99, PeakQPS: 12_500, Verdict: "retrograde"},
		Assumptions: []advice.Assumption{
			{Trait: "p99", Flag: "--p99", Value: 0.1, Unit: "s", Reason: "no bound was given"},
		},
		Warnings: []string{"latency alone was not measured on this accelerator"},
		Sources:  []string{"MLPerf Inference v1.1, closed"},
		Traits:   []advice.Trait{{Name: "gpu", Value: "a10", Low: 0, High: 0, Origin: "--gpu"}},
		Next:     []string{"scaleadvise capacity --gpu a10 --replicas 2 --qps 560"},
	}
	for i := 1; i <= 20; i++ {
		a.Curve = append(a.Curve, pointAt(float64(i)*48, a.SaturationQPS))
	}
	a.Point = pointAt(800, a.SaturationQPS)
	return a
}

func pointAt(qps, saturation float64) serve.Response {
	u := qps / saturation
	tail := 0.004 + 0.024*u/(1-u)
	return serve.Response{QPS: qps, Stable: true, P50: tail / 3, P95: tail / 1.5, P99: tail, WaitP99: tail - 0.004, PWait: u, Batch: 1 + 10*u, Utilization: qps / 800, Busy: math.Sqrt(u)}
}

func capacities() map[string]*advice.Capacity {
	unstable := servedCapacity()
	unstable.Verdict, unstable.Asked = advice.Unstable, true
	unstable.Excuse = &candidate.Excuse{Code: candidate.Unstable, Text: "more arrives than it can ever work off: it saturates at 1,000/s"}
	inf := math.Inf(1)
	unstable.Point = serve.Response{QPS: 1200, P50: inf, P95: inf, P99: inf, WaitP99: inf, PWait: 1, Batch: 32, Utilization: 1.5, Busy: 1}
	given := servedCapacity()
	given.Accelerator, given.AcceleratorName, given.Precision, given.Memory = "", "", "", advice.Memory{Fits: true}
	given.Workload.Model, given.Workload.ModelName, given.Scaling, given.Replicas = "", "", nil, 1
	given.Service = advice.ServiceModel{Basis: "given", Alpha: 0.004, MaxBatch: 1, Concurrency: 2, Servers: 1, Alone: 0.004}
	given.Verdict, given.Asked, given.Point = advice.Holds, true, pointAt(0, 1000)
	large := &advice.Capacity{
		Workload: servedCapacity().Workload, Verdict: advice.TooLarge, Accelerator: "nvidia-t4", AcceleratorName: "T4", Replicas: 1, PerReplica: 1,
		Excuse: &candidate.Excuse{Code: candidate.Memory, Text: "54.1 GiB of weights and workspace, 14.6 GiB usable"},
		Memory: advice.Memory{Known: true, Weights: 48.7, Activations: 5.4, Usable: 14.6, Deficit: 39.5},
	}
	hostile := servedCapacity()
	hostile.AcceleratorName, hostile.Warnings = "A10|\n<script>\x1b[31m", []string{"a|b\nc"}
	hostile.Workload.Name = "x\u202ey"
	return map[string]*advice.Capacity{
		"served": servedCapacity(), "unstable": unstable, "given": given, "large": large, "hostile": hostile, "empty": {},
	}
}

func capacityIn(t *testing.T, format string, a *advice.Capacity, o Options) string {
	t.Helper()
	var out bytes.Buffer
	if err := WriteCapacity(&out, format, a, o); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestCapacityGolden(t *testing.T) {
	all := capacities()
	for _, name := range []string{"served", "unstable", "given", "large"} {
		golden(t, "capacity-"+name+".txt", capacityIn(t, "table", all[name], Options{}))
		golden(t, "capacity-"+name+".json", capacityIn(t, "json", all[name], Options{}))
	}
	golden(t, "capacity-40.txt", capacityIn(t, "table", all["served"], Options{Width: 40}))
	golden(t, "capacity-80.txt", capacityIn(t, "table", all["served"], Options{Width: 80}))
	golden(t, "capacity-ascii.txt", capacityIn(t, "table", all["served"], Options{ASCII: true}))
	golden(t, "capacity-explain.txt", capacityIn(t, "table", all["served"], Options{Explain: true}))
	golden(t, "capacity-served.md", capacityIn(t, "markdown", all["served"], Options{}))
	golden(t, "capacity-served.csv", capacityIn(t, "csv", all["served"], Options{}))
}

// TestCapacityPromises holds every format to what all formats promise.
func TestCapacityPromises(t *testing.T) {
	full := errors.New("disk full")
	for name, a := range capacities() {
		for _, f := range CapacityFormats() {
			out := capacityIn(t, f, a, Options{})
			if !strings.HasSuffix(out, "\n") || strings.HasSuffix(out, "\n\n") {
				t.Errorf("%s in %s ends with %q", name, f, out[max(0, len(out)-10):])
			}
			if i := strings.IndexFunc(out, func(r rune) bool { return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) }); i >= 0 {
				t.Errorf("%s in %s holds %q", name, f, out[i:i+1])
			}
			for _, word := range []string{"NaN", "+Inf", ": Inf", " Inf ", "<nil>"} {
				if strings.Contains(out, word) {
					t.Errorf("%s in %s says %s", name, f, word)
				}
			}
			if err := WriteCapacity(broke{full}, f, a, Options{}); !errors.Is(err, full) {
				t.Errorf("%s in %s: the writer's error became %v", name, f, err)
			}
		}
	}
	if err := WriteCapacity(&bytes.Buffer{}, "xml", servedCapacity(), Options{}); err == nil || !strings.Contains(err.Error(), "table, json, yaml, markdown, csv") {
		t.Errorf("an unknown format gave %v", err)
	}
	if err := WriteCapacity(&bytes.Buffer{}, "json", nil, Options{}); err == nil {
		t.Error("no capacity gave no error")
	}
}

func TestCapacityFitsTheScreen(t *testing.T) {
	for name, a := range capacities() {
		for _, n := range []int{40, 60, 80, 100} {
			for _, l := range strings.Split(capacityIn(t, "table", a, Options{Width: n, Explain: true}), "\n") {
				if width(l) > n && !strings.Contains(l, "--") { // a flag is never broken
					t.Errorf("%s at %d columns: %d in %q", name, n, width(l), l)
				}
			}
			for _, r := range capacityIn(t, "table", a, Options{Width: n, ASCII: true}) {
				if r > unicode.MaxASCII && name != "hostile" {
					t.Errorf("%s at %d columns: %q is not ASCII", name, n, r)
				}
			}
		}
	}
}

func TestCapacityYAMLIsTheJSON(t *testing.T) {
	for name, a := range capacities() {
		var fromJSON, fromYAML any
		if err := json.Unmarshal([]byte(capacityIn(t, "json", a, Options{})), &fromJSON); err != nil {
			t.Fatal(err)
		}
		if err := yaml.Load([]byte(capacityIn(t, "yaml", a, Options{})), &fromYAML); err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(fromYAML)
		if err != nil {
			t.Fatal(err)
		}
		want, _ := json.Marshal(fromJSON)
		if string(again) != string(want) {
			t.Errorf("%s: YAML %s, JSON %s", name, again, want)
		}
	}
}
