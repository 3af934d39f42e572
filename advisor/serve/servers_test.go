package serve

import (
	"math"
	"strings"
	"testing"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/example"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/service"
	"scaleadvise/advisor/workload"
)

func TestEachServerIsMadeOnce(t *testing.T) {
	s := serversOf(t, map[string]string{"qps": "1", "gpu": "a10"})
	v := s.offers.Variants(s.base.Accelerator, false)[0]
	one, again := s.Of(s.base.Hardware, v), s.Of(s.base.Hardware, v)
	two := s.Of(offer.Hardware{Accelerator: s.base.Accelerator, PerReplica: 2}, v)
	if one != again || two == one || two.Copies != 2 || one.Copies != 1 {
		t.Errorf("%p %p, copies %d and %d", one, again, one.Copies, two.Copies)
	}
	// Two accelerators side by side are as two replicas of one.
	if a, b := two.Sustainable(1), one.Sustainable(2); a != b {
		t.Errorf("a replica of two sustains %v, two of one %v", a, b)
	}
}

// TestGivenBeatsMeasuredBeatsTransferred: where the service comes from.
func TestGivenBeatsMeasuredBeatsTransferred(t *testing.T) {
	for _, c := range []struct {
		flags map[string]string
		gpu   string
		basis string
	}{
		{map[string]string{"gpu": "a10", "model": "bert-large", "runtime": "mlperf"}, "a10", service.Measured},
		{map[string]string{"gpu": "a10", "model": "bert-large"}, "a10", service.Transferred},
		{map[string]string{"gpu": "rtx-4090", "model": "resnet50"}, "rtx-4090", service.Transferred},
		{map[string]string{"gpu": "a10", "model": "bert-large", "service_time": "9ms"}, "a10", service.Given},
		{map[string]string{"gpu": "a10", "model": "bert-large", "service_time": "9ms"}, "l4", service.Transferred},
		{map[string]string{"model": "bert-large", "gpu": "l4", "measured": "t4:300/s,9ms"}, "t4", service.Given},
		{map[string]string{"model": "bert-large", "gpu": "l4", "measured": "t4:300/s,9ms"}, "l4", service.Transferred},
	} {
		c.flags["qps"] = "1"
		s := serversOf(t, c.flags)
		a, _, err := s.offers.Catalog.ResolveAccelerator(c.gpu)
		if err != nil {
			t.Fatal(err)
		}
		r := s.Of(offer.Hardware{Accelerator: a, PerReplica: 1}, s.offers.Variants(a, false)[0])
		if r.Service.Basis != c.basis {
			t.Errorf("%v on %s: %q, want %q (%+v)", c.flags, c.gpu, r.Service.Basis, c.basis, r.Excuse)
		}
	}
}

// TestAGivenServiceIsOfOneReplica: what was measured of two accelerators is not taken apart,
// and four are two of it.
func TestAGivenServiceIsOfOneReplica(t *testing.T) {
	s := serversOf(t, example.Fixed(map[string]string{"gpus_per_replica": "2"}))
	v := s.offers.Variants(s.base.Accelerator, false)[0]
	on := func(g int) *Server { return s.Of(offer.Hardware{Accelerator: s.base.Accelerator, PerReplica: g}, v) }
	if two, four := on(2), on(4); two.Saturation(1) != 10 || four.Saturation(1) != 20 || four.Copies != 2 {
		t.Errorf("two accelerators saturate at %v, four at %v", two.Saturation(1), four.Saturation(1))
	}
	if one := on(1); one.Service.Basis == service.Given {
		t.Errorf("one accelerator is given what two were measured at: %+v", one.Service)
	}
}

// TestOptimizationsSpeedUpTheService: int8 of a given service, by the catalog's factor.
func TestOptimizationsSpeedUpTheService(t *testing.T) {
	s := serversOf(t, example.Fixed(map[string]string{"precision": "fp16", "allow_optimization": "int8"}))
	plain := s.Of(s.base.Hardware, s.offers.Variants(s.base.Accelerator, false)[0])
	v := s.offers.Variants(s.base.Accelerator, true)[0]
	fast := s.Of(s.base.Hardware, v)
	if got := fast.Saturation(1) / plain.Saturation(1); math.Abs(got-v.Gain.Mid) > 1e-9 || got <= 1 {
		t.Errorf("%v times as fast, the gain is %v", got, v.Gain.Mid)
	}
	if low, high := fast.Spread(); low >= 1 || high <= 1 {
		t.Errorf("a published gain is certain: %v to %v", low, high)
	}
}

// TestExcuses: why hardware, an engine or a bound rules a server out.
func TestExcuses(t *testing.T) {
	for _, c := range []struct {
		flags map[string]string
		want  string
	}{
		{example.Chat(map[string]string{"gpu": "a100", "precision": "fp8", "engine": "trtllm"}), candidate.CannotRun},
		{example.Chat(map[string]string{"gpu": "h100", "precision": "fp4", "engine": "sglang"}), candidate.CannotRun},
		{example.Chat(map[string]string{"gpu": "h100", "precision": "fp4"}), ""}, // unpacked at each step
		{example.Chat(map[string]string{"gpu": "t4", "precision": "fp4"}), candidate.CannotRun},
		{example.Chat(map[string]string{"gpu": "mi300x", "engine": "trtllm"}), candidate.CannotRun},
		{example.Chat(map[string]string{"gpus_per_replica": "1"}), candidate.Memory},
		{example.Chat(map[string]string{"gpu": "l4"}), candidate.SlowAlone},
		{example.Chat(map[string]string{"precision": "fp8", "ttft": "2s", "tpot": "100ms"}), ""},
		{example.Fixed(nil), ""},
		{example.Fixed(map[string]string{"p99": "100ms"}), ""},
		{example.Fixed(map[string]string{"p99": "99ms"}), candidate.SlowAlone},
		{example.Fixed(map[string]string{"allow_gpu": "a10"}), candidate.NotAllowed},
	} {
		got := ""
		if e := plainOf(t, c.flags).Excuse; e != nil {
			got = e.Code
		}
		if got != c.want {
			t.Errorf("%v: excuse %q, want %q", c.flags, got, c.want)
		}
	}
}

// TestTooLittleMemoryIsSaidWithWhatIsNeeded: 30 billion parameters on a T4 of 14.57 GiB.
func TestTooLittleMemoryIsSaidWithWhatIsNeeded(t *testing.T) {
	facts := &workload.ModelFacts{Name: "bert-huge", Kind: "encoder", Params: 30e9}
	o := offersOf(t, map[string]string{"qps": "1", "gpu": "t4"}, facts)
	r := New(o, o.Starts[0], Options{Confidence: 0.9}).Of(o.Starts[0].Hardware, o.Variants(o.Starts[0].Accelerator, false)[0])
	want := 30e9*2/(1<<30)*1.1 + 0.5
	if e := r.Excuse; e == nil || e.Code != candidate.Memory || math.Abs(e.NearMiss.Needed-want) > 1e-6 || e.NearMiss.Value > 15 {
		t.Errorf("%+v, want %v GiB", e, want)
	}
	if r.Serves() || r.Sustainable(1) != 0 || r.Saturation(1) != 0 {
		t.Error("a model that does not fit serves")
	}
	l := plainOf(t, example.Chat(map[string]string{"gpus_per_replica": "1"}))
	if e := l.Excuse; e == nil || e.NearMiss.Needed < 130 || e.NearMiss.Value > 75 || strings.Contains(e.Text, "on each") {
		t.Errorf("%+v, want 131 GiB of weights against those of one H100", e)
	}
}

// TestSlowAloneNamesTheBound: what one request alone takes, and what was allowed.
func TestSlowAloneNamesTheBound(t *testing.T) {
	e := plainOf(t, example.Fixed(map[string]string{"p99": "50ms"})).Excuse
	if e == nil || e.NearMiss.Needed != 50 || e.NearMiss.Value != 100 || e.NearMiss.Trait != "latency_alone" || e.Text != "100 ms alone, the bound is 50 ms" {
		t.Errorf("%+v", e)
	}
	token := plainOf(t, example.Chat(map[string]string{"ttft": "2s", "tpot": "5ms"})).Excuse
	if token == nil || token.NearMiss.Trait != "tpot_alone" || token.NearMiss.Needed != 5 || token.NearMiss.Value <= 5 {
		t.Errorf("%+v", token)
	}
}

// TestExplainedAddsWarningsOnly: the numbers of a service are those that comparisons use.
func TestExplainedAddsWarningsOnly(t *testing.T) {
	s := serversOf(t, map[string]string{"qps": "1", "gpu": "l40s", "model": "bert-large"})
	r := s.Of(s.base.Hardware, s.offers.Variants(s.base.Accelerator, false)[0])
	full := s.Explained(r, 1)
	if full.Saturation() != r.Service.Saturation() || full.Alpha != r.Service.Alpha || full.SpreadLow != r.Service.SpreadLow {
		t.Errorf("explained as another service: %+v, %+v", full, r.Service)
	}
	if len(s.Sources(r)) == 0 {
		t.Error("nothing says where the service comes from")
	}
}
