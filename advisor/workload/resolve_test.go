package workload

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/unit"
)

func resolve(t *testing.T, traits string) *Workload {
	t.Helper()
	w, err := Resolve(layer(t, origin.Flag, traits), nil, "test")
	if err != nil {
		t.Fatalf("%s: %v", traits, err)
	}
	return w
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-12*math.Abs(b) }

func TestDemand(t *testing.T) {
	for _, c := range []struct {
		traits           string
		peak, mean, most float64
		ratio            float64
	}{
		{"qps=5000", 5000, 0, 5000, 1},
		{"qps=5000 peak_to_mean=3", 15000, 5000, 15000, 3},
		{"users=2M requests_per_user=20/day", 2e6 * 20 / 86400 * 3, 2e6 * 20.0 / 86400, 2e6 * 20 / 86400 * 3, 3},
		{"users=200 requests_per_user=20/day peak_to_mean=5", 200 * 20 / 86400.0 * 5, 200 * 20 / 86400.0, 200 * 20 / 86400.0 * 5, 5},
		{"users=100..300 requests_per_user=1..3/s peak_to_mean=2..4", 200 * 2 * 3, 400, 300 * 3 * 4, 3},
		{"", 0, 0, 0, 1},
	} {
		w := resolve(t, c.traits)
		if !near(w.Peak.Mid, c.peak) || !near(w.Mean, c.mean) || !near(w.Peak.High, c.most) || w.PeakToMean != c.ratio {
			t.Errorf("%s: peak %v, mean %v, ratio %v", c.traits, w.Peak, w.Mean, w.PeakToMean)
		}
	}
}

func TestRequireDemand(t *testing.T) {
	if err := resolve(t, "gpu=a10").RequireDemand(); err == nil || !strings.Contains(err.Error(), "--qps 5000") {
		t.Errorf("got %v", err)
	}
	for _, traits := range []string{"qps=5", "users=5 requests_per_user=1/s"} {
		if err := resolve(t, traits).RequireDemand(); err != nil {
			t.Errorf("%s: %v", traits, err)
		}
	}
}

func TestBounds(t *testing.T) {
	for _, c := range []struct {
		traits              string
		latency, percentile float64
		tokens              float64
	}{
		{"qps=1", 0.1, 0.99, 0.99},
		{"qps=1 p99=80ms", 0.08, 0.99, 0.99},
		{"qps=1 p99=80ms latency_percentile=99", 0.08, 0.99, 0.99},
		{"qps=1 latency=50ms", 0.05, 0.99, 0.99},
		{"qps=1 latency=50ms latency_percentile=95", 0.05, 0.95, 0.95},
		{"qps=1 ttft=1s", 0.1, 0.99, 0.99},
		{"qps=1 ttft=1s latency_percentile=90", 0.1, 0.99, 0.90},
		{"qps=1 p99=80ms tpot=40ms latency_percentile=90", 0.08, 0.99, 0.90},
		{"qps=1 input_tokens=100", 0.1, 0.99, 0.99},
	} {
		w := resolve(t, c.traits)
		if w.Latency != c.latency || w.Percentile != c.percentile || w.LLM.Percentile != c.tokens {
			t.Errorf("%s: %v at %v, tokens at %v", c.traits, w.Latency, w.Percentile, w.LLM.Percentile)
		}
	}
}

// Every default is listed, in table order, with a reason and its flag.
func TestDefaultsSayWhy(t *testing.T) {
	for _, traits := range []string{"qps=5", "users=5 requests_per_user=1/s service_time=4s", "qps=5 input_tokens=100", "latency=5ms", ""} {
		w := resolve(t, traits)
		var names []string
		for _, r := range w.Traits {
			names = append(names, r.Spec.Name)
			o := r.Value.Origin
			if given := strings.Contains(" "+traits, " "+r.Spec.Name+"="); given == r.Assumed() {
				t.Errorf("%q: %s assumed: %v", traits, r.Spec.Name, r.Assumed())
			}
			if r.Assumed() && (o.Reason == "" || o.Name != "--"+r.Spec.Flag || r.Value.Text == "") {
				t.Errorf("%q: the default of %s is %+v", traits, r.Spec.Name, r.Value)
			}
		}
		order := slices.DeleteFunc(slices.Clone(tableOrder()), func(n string) bool { return !slices.Contains(names, n) })
		if !slices.Equal(names, order) {
			t.Errorf("%q: traits are listed as %q", traits, names)
		}
	}
}

func tableOrder() (names []string) {
	for _, s := range Specs() {
		names = append(names, s.Name)
	}
	return names
}

func TestDefaultsAreThose(t *testing.T) {
	for traits, want := range map[string]string{
		"qps=5":                           "peak_to_mean=1 burstiness=1 growth=0%/month model=bert-large p99=100ms replica_availability=99.5% zones=1 balancing=random cloud=aws,gcp,azure,oci pricing=on-demand objective=stability stay=cloud,vendor,engine",
		"users=5 requests_per_user=1/day": "peak_to_mean=3 burstiness=1 growth=0%/month model=bert-large p99=100ms replica_availability=99.5% zones=1 balancing=random cloud=aws,gcp,azure,oci pricing=on-demand objective=stability stay=cloud,vendor,engine",
		"qps=5 service_time=9ms model=x":  "peak_to_mean=1 burstiness=1 growth=0%/month service_cv=0 concurrency=1 p99=100ms replica_availability=99.5% zones=1 balancing=random cloud=aws,gcp,azure,oci pricing=on-demand objective=stability stay=cloud,vendor,engine",
		"qps=5 replica_qps=9 latency=5ms": "peak_to_mean=1 burstiness=1 growth=0%/month model=bert-large service_cv=0 latency_percentile=99 replica_availability=99.5% zones=1 balancing=random cloud=aws,gcp,azure,oci pricing=on-demand objective=stability stay=cloud,vendor,engine",
		"ttft=1s":                         "burstiness=1 growth=0%/month model=bert-large kv_precision=fp16 engine=vllm prefix_hit=0 p99=100ms latency_percentile=99 replica_availability=99.5% zones=1 balancing=random cloud=aws,gcp,azure,oci pricing=on-demand objective=stability stay=cloud,vendor,engine",
	} {
		assumed := Set{}
		for _, r := range resolve(t, traits).Traits {
			if r.Assumed() {
				assumed[r.Spec.Name] = r.Value
			}
		}
		if got := texts(assumed); got != want {
			t.Errorf("%s:\n got %s\nwant %s", traits, got, want)
		}
	}
}

func TestEverythingReachesTheWorkload(t *testing.T) {
	w := resolve(t, "qps=1 burstiness=1.4@1s growth=5..8%/month horizon=6mo model=resnet50 service_time=9ms service_cv=0.3 concurrency=4 batch_time=16:85ms,1:9ms "+
		"max_batch=32 replica_qps=900 measured=t4:850/s,9ms scaling_data=s.csv precision=int8 kv_precision=fp8 engine=sglang input_tokens=300/900/2000 output_tokens=128 prefix_hit=30% "+
		"latency=100ms latency_percentile=95 ttft=500ms tpot=40ms availability=99.9% replica_availability=99% zones=3 gpu=a10 gpus_per_replica=2 replicas=4 balancing=least-loaded "+
		"cold_start=3min max_replicas=16 max_gpu=h100 allow_gpu=a10,l4 budget=20000/month cloud=aws region=us-east-1 pricing=spot allow_optimization=int8 objective=cost "+
		"data_size=2TB data_growth=40GB/day retention=365d job_window=6h job_rate=120MB/s")
	want := &Workload{
		Name: "test", Peak: unit.Exact(1), PeakToMean: 1, Dispersion: 1.4, Window: 1,
		Growth: unit.Interval{Mid: 0.065, Low: 0.05, High: 0.08}, Horizon: 6 * month, Model: "resnet50", Precision: "int8",
		Service: Service{Time: unit.Exact(0.009), CV: 0.3, Concurrency: 4, Batch: []Point{{1, 0.009}, {16, 0.085}}, MaxBatch: 32,
			QPS: unit.Exact(900), Elsewhere: []Elsewhere{{"t4", 850, 0.009}}, ScalingFile: "s.csv"},
		Latency: 0.1, Percentile: 0.95, Availability: 0.999, ReplicaAvailability: 0.99, Zones: 3,
		GPU: "a10", GPUsPerReplica: 2, Replicas: 4, Balancing: "least-loaded", LeastLoaded: true, ColdStart: 180,
		MaxReplicas: 16, MaxGPU: "h100", AllowGPU: []string{"a10", "l4"}, Budget: 20000, Clouds: []string{"aws"}, Region: "us-east-1",
		Pricing: "spot", Prices: []string{"spot"}, Stay: []string{"cloud", "vendor", "engine"}, AllowOptimization: []string{"int8"}, ObjectiveCost: true,
		Data: Data{Size: 2e12, Growth: 40e9 / 86400.0, Retention: 365 * 86400, JobWindow: 21600, JobRate: 1.2e8},
		LLM: LLM{Input: unit.Interval{Mid: 300, Low: 300, High: 2000}, Output: unit.Exact(128), PrefixHit: 0.3, TTFT: 0.5, TPOT: 0.04,
			Percentile: 0.95, KVPrecision: "fp8", Engine: "sglang", InputLengths: unit.Percentiles{P50: 300, P90: 900, P99: 2000}},
	}
	if diff := difference(want, w); diff != "" {
		t.Errorf("the workload differs:\n%s", diff)
	}
	if len(w.Traits) < 45 || !w.Service.Given() || !w.Data.Given() {
		t.Errorf("%d traits, service given: %v, data given: %v", len(w.Traits), w.Service.Given(), w.Data.Given())
	}
}

func TestContradictions(t *testing.T) {
	for _, c := range []struct{ traits, want string }{
		{"qps=5 users=5", "plan.yaml:2:3: workload.users: contradicts workload.qps (plan.yaml:1:3), which also says the demand"},
		{"qps=5 requests_per_user=5/s", "contradicts workload.qps"},
		{"users=5", "add --requests-per-user, such as 20/day (in a plan: workload.requests_per_user)"},
		{"requests_per_user=5/s", "add --users"},
		{"peak_to_mean=3", "needs a demand; add --qps"},
		{"p99=1s latency=1s", "contradicts slo.p99 (plan.yaml:1:3), which also bounds the latency"},
		{"latency_percentile=95", "needs a bound; add --latency"},
		{"p99=1s latency_percentile=95", "contradicts slo.p99 (plan.yaml:1:3), which says 99"},
		{"retention=1y", "add --data-size"}, {"job_window=1h", "add --data-size"}, {"job_rate=1MB/s", "add --data-size"},
		{"service_cv=0.3", "needs --service-time, such as 9ms, or --replica-qps"}, {"concurrency=4", "needs --service-time"},
		{"batch_time=4:9ms,4:8ms", "two times for a batch of 4"},
		{"batch_time=4:9ms,8:8ms", "a larger batch is never faster"},
		{"batch_time=1:9ms service_time=10ms", "contradicts measured.batch_time (plan.yaml:1:3)"},
		{"batch_time=1:9ms service_time=8ms", "contradicts measured.batch_time"},
		{"batch_time=16:9ms service_time=10ms", "contradicts measured.batch_time"},
		{"qps=1e15 growth=100%/month horizon=10y", "grows beyond 1e+15/s"},
		{"users=1e12 requests_per_user=1000/s peak_to_mean=3", "the peak is beyond 1e+15/s"},
	} {
		_, err := Resolve(layer(t, origin.Plan, c.traits), nil, "")
		var fault *TraitError
		if err == nil || !strings.Contains(err.Error(), c.want) || !errors.As(err, &fault) {
			t.Errorf("%s: %v\nwant %q", c.traits, err, c.want)
		} else if strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: more than one error: %v", c.traits, err)
		}
	}
}

func TestAllContradictionsAreReported(t *testing.T) {
	_, err := Resolve(layer(t, origin.Flag, "qps=5 users=5 p99=1s latency=1s concurrency=2"), nil, "")
	if err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("got %v", err)
	}
}

func TestWhatIsNoContradiction(t *testing.T) {
	for _, traits := range []string{
		"batch_time=1:9ms service_time=9ms", "batch_time=1:9ms service_time=8..10ms", "batch_time=1:9ms,2:9ms", "batch_time=16:85ms service_time=9ms",
		"data_growth=40GB/day retention=1y job_window=1h", "max_replicas=3 replicas=4", "replicas=4", "service_cv=0.3 measured=t4:850/s", "service_time=9ms concurrency=4", "horizon=6mo", "availability=50%",
	} {
		resolve(t, traits)
	}
}

func TestFault(t *testing.T) {
	w, err := Resolve(layer(t, origin.Plan, "qps=5 gpu=zz9"), nil, "")
	if err != nil {
		t.Fatal(err)
	}
	unknown := errors.New(`unknown accelerator "zz9"`)
	for name, want := range map[string]string{
		"gpu":    `plan.yaml:2:3: deploy.gpu: unknown accelerator "zz9"`,
		"model":  `--model: unknown accelerator "zz9"`, // defaulted
		"zones":  `--zones: unknown accelerator "zz9"`,
		"nosuch": `unknown accelerator "zz9"`,
	} {
		if got := w.Fault(name, unknown); got.Error() != want || !errors.Is(got, unknown) {
			t.Errorf("%s: %v, want %s", name, got, want)
		}
	}
}

// Traits of tokens warn where the model has none, each as it was written.
func TestNoteClassic(t *testing.T) {
	for traits, want := range map[string]string{
		"qps=5": "", "qps=5 ttft=1s model=resnet50": "--ttft has no effect: resnet50 is not a language model and has no tokens",
		"tpot=1s input_tokens=5": "--input-tokens, --tpot have no effect: bert-large is not a language model and has no tokens",
	} {
		w := resolve(t, traits)
		before := len(w.Warnings)
		w.NoteClassic("vision")
		if got := strings.Join(w.Warnings[before:], "|"); got != want {
			t.Errorf("%s: %q, want %q", traits, got, want)
		}
	}
}

func TestWarnings(t *testing.T) {
	for _, c := range []struct{ traits, want string }{
		{"p99=2h", "a latency bound of 2 h is longer than 1 h"}, {"tpot=2h", "a latency bound of 2 h"}, {"qps=2G", "a peak of 2,000,000,000/s"},
		{"growth=150%/month horizon=1mo", "growth of 150 %/month"}, {"availability=99.999995%", "availability of 99.999995 %"},
		{"growth=8%/month", "add --horizon"}, {"growth=-8%/month", "add --horizon"}, {"horizon=30y", "a horizon of 30 years"}, {"burstiness=2", "1.4@1s"},
		{"qps=5", ""}, {"p99=1h", ""}, {"qps=1G", ""}, {"growth=100%/month horizon=1mo", ""}, {"availability=99.99999%", ""}, {"burstiness=2@1s", ""},
	} {
		got := strings.Join(resolve(t, c.traits).Warnings, "|")
		if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: warnings %q, want %q", c.traits, got, c.want)
		}
	}
}

func TestFactsOfAModel(t *testing.T) {
	facts := &ModelFacts{Name: "mine", Kind: "llm", Params: 7e9, Origin: origin.Origin{Kind: origin.Plan, File: "plan.yaml", Line: 3, Column: 5}}
	w, err := Resolve(nil, facts, "")
	if err != nil || w.Model != "mine" || w.ModelAssumed || w.Facts != facts || w.Latency != 0 {
		t.Errorf("a model by its facts: %+v, %v", w, err)
	}
	w, err = Resolve(layer(t, origin.Plan, "model=mine-v2"), facts, "")
	if err != nil || w.Model != "mine-v2" || w.Facts != facts {
		t.Errorf("facts with an id: %+v, %v", w, err)
	}
	w, err = Resolve(layer(t, origin.Flag, "model=resnet50"), facts, "")
	if err != nil || w.Model != "resnet50" || w.Facts != nil || !strings.Contains(w.Warnings[0], "plan.yaml:3:5") {
		t.Errorf("a flag over facts: %+v, %v", w, err)
	}
}

func TestResolveLeavesItsInput(t *testing.T) {
	s := layer(t, origin.Flag, "qps=5")
	if _, err := Resolve(s, nil, ""); err != nil || len(s) != 1 {
		t.Errorf("%v, the layer has %d traits", err, len(s))
	}
}

// More users never mean less peak, and no number that leaves is anything but finite.
func TestDemandIsMonotoneAndFinite(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		users := rapid.Float64Range(1, 1e9).Draw(rt, "users")
		more := users * rapid.Float64Range(1, 10).Draw(rt, "factor")
		low, high := peakOf(t, users), peakOf(t, more)
		if low.Mid > high.Mid || math.IsInf(high.High, 0) || math.IsNaN(high.Mid) {
			rt.Errorf("%v users: %v, %v users: %v", users, low, more, high)
		}
	})
}

func peakOf(t *testing.T, users float64) unit.Interval {
	return resolve(t, "requests_per_user=20/day users="+unit.Format(unit.Count, users)).Peak
}
