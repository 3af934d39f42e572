package report

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"unicode"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/simulate"
)

// simulated runs a small simulation, so that its numbers are what such a run gives.
func simulated(t *testing.T, change func(*simulate.Spec)) *advice.Simulation {
	t.Helper()
	s := simulate.Spec{
		Fleet: simulate.Fleet{
			Station:  simulate.Station{Alpha: 0.002, Beta: 0.002, MaxBatch: 8, Workers: 1},
			Replicas: 4, Units: 1, Balancing: simulate.Random, Zones: 2, ColdStart: 10,
		},
		Traffic: simulate.Traffic{Rate: 800}, Goal: simulate.Goal{Latency: 0.1, Percentile: 0.99},
		Length: 50, Replications: 2, Seed: 1,
	}
	if change != nil {
		change(&s)
	}
	r, err := simulate.Run(context.Background(), s, nil)
	if err != nil {
		t.Fatal(err)
	}
	e := server{n: 4, name: "A10", precision: "fp16", each: 300, p99: 20, usd: 700}.evaluation()
	return &advice.Simulation{
		Workload: advice.Summary{Name: "shop", LatencySeconds: s.Goal.Latency, Percentile: 0.99, TTFT: s.Goal.TTFT, TPOT: s.Goal.TPOT, TokenPercent: 0.99},
		Plan:     e, Result: r, Arrivals: "Poisson, 800/s", Utilize: 0.7, Wall: 0.5,
		Errors: []advice.Compared{
			{Name: "p99", Unit: "s", Formula: 0.02, Simulated: r.P99Interval, Differs: true},
			{Name: "busy", Unit: "fraction", Formula: 0.9, Simulated: simulate.Estimate{Value: r.Busy, Low: math.NaN(), High: math.NaN()}},
		},
		Warnings: []string{"something"}, Assumptions: []advice.Assumption{{Trait: "model", Flag: "--model", Value: "x", Reason: "y"}}, Next: []string{"scaleadvise advise --qps 800"},
	}
}

// simulations are what every format must render.
func simulations(t *testing.T) map[string]*advice.Simulation {
	odd := "<script>|`\x1b[31m\n\u202e"
	hostile := simulated(t, nil)
	hostile.Workload.Name, hostile.Arrivals, hostile.Plan.AcceleratorName, hostile.Warnings = odd, odd, odd, []string{odd}
	hostile.Result.Reasons = []string{odd}
	interrupted, cancel := context.WithCancel(context.Background())
	cancel()
	partial := simulated(t, nil)
	partial.Result, _ = simulate.Run(interrupted, partial.Result.Spec, nil)
	autoscaled := simulated(t, func(s *simulate.Spec) {
		k := simulate.Kubernetes(2, 8, 250)
		s.Scaler, s.Length = &k, 300
	})
	autoscaled.Scaling = &advice.Autoscaled{MeanReplicas: 3.4, MostReplicas: 5, StaticReplicas: 5, CostPerMonth: 2400, StaticPerMonth: 3600, Ramp: 1.5, Lead: 55, Target: 0.7, RoomFor: 0.66}
	return map[string]*advice.Simulation{
		"holds": simulated(t, func(s *simulate.Spec) { s.Goal.Latency = 1 }), "fails": simulated(t, func(s *simulate.Spec) { s.Goal.Latency = 0.004 }),
		"unstable": simulated(t, func(s *simulate.Spec) { s.Traffic.Rate = 9000; s.Length = 3 }),
		"short":    simulated(t, func(s *simulate.Spec) { s.Length = 2 }),
		"lost":     simulated(t, func(s *simulate.Spec) { s.Events = []simulate.Event{{Kind: simulate.ZoneLoss, At: 10, For: 10}} }),
		"refusing": simulated(t, func(s *simulate.Spec) { s.Clients.QueueLimit = 1; s.Traffic.Rate = 3000 }),
		"partial":  partial, "autoscaled": autoscaled, "hostile": hostile, "empty": {Result: &simulate.Result{}},
	}
}

func TestSimulations(t *testing.T) {
	for name, a := range simulations(t) {
		for _, format := range SimulationFormats() {
			var out bytes.Buffer
			if err := WriteSimulation(&out, format, a, Options{Width: 80}); err != nil {
				t.Fatalf("%s in %s: %v", name, format, err)
			}
			text := out.String()
			for _, r := range text {
				if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
					t.Errorf("%s in %s: %U", name, format, r)
				}
			}
			if strings.Contains(text, "NaN") || strings.Contains(text, "Inf") {
				t.Errorf("%s in %s: a number that is none in\n%s", name, format, text)
			}
			if !strings.HasSuffix(text, "\n") || strings.HasSuffix(text, "\n\n") {
				t.Errorf("%s in %s ends with %q", name, format, text[max(0, len(text)-10):])
			}
			if format == "table" {
				for _, l := range strings.Split(text, "\n") {
					if width(l) > 80 {
						t.Errorf("%s: %d columns in %q", name, width(l), l)
					}
				}
			}
			full := errors.New("disk full")
			if err := WriteSimulation(broke{full}, format, a, Options{}); !errors.Is(err, full) {
				t.Errorf("%s in %s: the writer's error became %v", name, format, err)
			}
		}
	}
}

// TestSimulationDocument: the keys that scripts read, in their units.
func TestSimulationDocument(t *testing.T) {
	a := simulations(t)["holds"]
	var out bytes.Buffer
	if err := WriteSimulation(&out, "json", a, Options{}); err != nil {
		t.Fatal(err)
	}
	var d map[string]any
	if err := json.Unmarshal(out.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"requests", "duration_s", "warmup_s", "stable", "verdict", "p50_ms", "p95_ms", "p99_ms", "p999_ms", "p99_low_ms", "p99_high_ms",
		"wait_mean_ms", "wait_p99_ms", "ttft_p99_ms", "tpot_p99_ms", "utilization", "busy", "goodput_qps", "rejected", "slo_attainment", "requests_per_wall_second", "series"} {
		if _, ok := d[key]; !ok {
			t.Errorf("no key %s", key)
		}
	}
	if d["schema"] != "urn:scaleadvise:simulation:v1" || d["verdict"] != "holds" || d["duration_s"] != 100.0 {
		t.Errorf("schema %v, verdict %v, duration %v", d["schema"], d["verdict"], d["duration_s"])
	}
	if got, want := d["p99_ms"].(float64), a.Result.P99*1e3; math.Abs(got-want) > 1e-6 {
		t.Errorf("p99 of %g ms, want %g", got, want)
	}
	if got, want := d["requests_per_wall_second"].(float64), float64(a.Result.Requests)/0.5; got != want {
		t.Errorf("%g requests a second of the clock, want %g", got, want)
	}
}

// TestSimulationSeries: a row for each window, and its numbers.
func TestSimulationSeries(t *testing.T) {
	a := simulations(t)["lost"]
	var out bytes.Buffer
	if err := WriteSimulation(&out, "csv", a, Options{}); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil || len(rows) != len(a.Result.Series)+1 {
		t.Fatalf("%d rows for %d windows, %v", len(rows), len(a.Result.Series), err)
	}
	if got := strings.Join(rows[0], ","); got != "time_s,rate_qps,goodput_qps,p50_ms,p99_ms,ttft_p99_ms,queue,busy,replicas,rejected,slo_attainment" {
		t.Error(got)
	}
}

func TestSimulationTitles(t *testing.T) {
	all := simulations(t)
	for name, want := range map[string]string{
		"holds":    "4 × A10 fp16 holds 800/s within p99 1 s: p99 ",
		"fails":    "4 × A10 fp16 does not hold 800/s",
		"unstable": "Not certified, unstable: ",
		"short":    "Not certified: ",
		"partial":  "Partial, stopped before its end: ",
	} {
		a := all[name]
		a.Workload.LatencySeconds = a.Result.Spec.Goal.Latency
		if got := simulationTitle(a); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %q, want %q…", name, got, want)
		}
	}
}
