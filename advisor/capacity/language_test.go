package capacity

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/workload"
)

func talk(more map[string]string) map[string]string {
	f := map[string]string{
		"qps": "12", "model": "llama-3.1-70b", "gpu": "h100", "input_tokens": "1024", "output_tokens": "256", "ttft": "500ms", "tpot": "40ms",
	}
	maps.Copy(f, more)
	return f
}

func refused(t *testing.T, flags map[string]string) string {
	t.Helper()
	set := workload.Set{}
	for name, raw := range flags {
		if err := workload.ParseSet(name, raw, origin.Origin{Kind: origin.Flag, Name: "--" + name}, set); err != nil {
			t.Fatal(err)
		}
	}
	w, err := workload.Resolve(set, nil, "")
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	if _, err = New(w, c, Options{Confidence: 0.9}); err == nil {
		t.Fatalf("%v is taken", flags)
	}
	return err.Error()
}

func TestFewestAcceleratorsThatHoldTheModel(t *testing.T) {
	for _, c := range []struct {
		more map[string]string
		want int
	}{
		{nil, 2}, // 131 GiB of weights on 71 GiB each
		{map[string]string{"precision": "fp8"}, 1}, // 66 GiB
		{map[string]string{"gpu": "h200"}, 2},      // 125 GiB usable: weights fit one only without a request
		{map[string]string{"gpu": "mi300x"}, 1},    // 192 GB
		{map[string]string{"gpus_per_replica": "8"}, 8},
		{map[string]string{"model": "llama-3.1-8b"}, 1},
	} {
		if s := spaceOf(t, talk(c.more)); s.Base.PerReplica != c.want {
			t.Errorf("%v: %d accelerators a replica, want %d", c.more, s.Base.PerReplica, c.want)
		}
	}
}

func TestWhatALanguageModelCannotDo(t *testing.T) {
	for want, flags := range map[string]map[string]string{
		"attention heads do not divide evenly; it takes 1, 2, 4, 8": talk(map[string]string{"gpus_per_replica": "3"}),
		"a machine holds at most 8":                                 talk(map[string]string{"gpus_per_replica": "16"}),
		"add --input-tokens 1024 --output-tokens 256":               {"qps": "1", "model": "llama-3.1-70b", "gpu": "h100"},
		"are more than the":                                         talk(map[string]string{"input_tokens": "140k"}),
		"give --prefix-hit":                                         talk(map[string]string{"allow_optimization": "prefix-caching"}),
	} {
		if got := refused(t, flags); !strings.Contains(got, want) {
			t.Errorf("%q, want %q in it", got, want)
		}
	}
}

func TestTooLittleMemoryIsSaidWithWhatIsNeeded(t *testing.T) {
	s := spaceOf(t, talk(map[string]string{"gpus_per_replica": "1"}))
	_, e := s.At(Demand{Peak: 12})
	if e == nil || e.Code != candidate.Memory || e.NearMiss.Needed < 130 || e.NearMiss.Value > 75 {
		t.Errorf("%+v, want the memory of 131 GiB of weights against that of one H100", e)
	}
	if m := s.Sustained().Memory; m.Fits || m.Deficit < 55 {
		t.Errorf("%+v, want a deficit of 60 GiB or so", m)
	}
}

func TestFormsOfALanguageModel(t *testing.T) {
	forms := func(more map[string]string) []string {
		s := spaceOf(t, talk(more))
		var out []string
		for _, v := range s.variants(s.Base.Accelerator, true) {
			out = append(out, v.Precision+" "+strings.Join(v.Optimizations, "+"))
		}
		slices.Sort(out)
		return out
	}
	for _, c := range []struct {
		more map[string]string
		want []string
	}{
		{nil, []string{"fp16 fp8-kv", "fp8 fp8", "fp8 fp8+fp8-kv"}},
		{map[string]string{"kv_precision": "fp8"}, []string{"fp8 fp8"}},
		{map[string]string{"gpu": "a100"}, nil},
		{map[string]string{"gpu": "a100", "allow_optimization": "int4"}, []string{"int4 int4"}},
		{map[string]string{"gpu": "a100", "allow_optimization": "speculative-decoding"}, []string{"fp16 speculative-decoding"}},
		{map[string]string{"model": "deepseek-r1", "gpu": "h200", "gpus_per_replica": "8"}, []string{"fp8 fp8-kv"}},
	} {
		if got := forms(c.more); !slices.Equal(got, c.want) {
			t.Errorf("%v: %q, want %q", c.more, got, c.want)
		}
	}
}

func TestServiceMeasuredByTheUserHasNoTokens(t *testing.T) {
	s := spaceOf(t, map[string]string{"qps": "1", "model": "llama-3.1-70b", "gpu": "h100", "replica_qps": "9", "p99": "10s"})
	if s.generates() || s.Workload.Latency != 10 {
		t.Error("a measured service was taken apart into tokens")
	}
}

func TestLanguageLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := talk(map[string]string{
			"gpu":   rapid.SampledFrom([]string{"a100", "h100", "h200", "mi300x"}).Draw(t, "gpu"),
			"model": rapid.SampledFrom([]string{"llama-3.1-8b", "llama-3.1-70b", "qwen3-32b", "mixtral-8x7b"}).Draw(t, "model"),
			"ttft":  "2s", "tpot": "100ms",
		})
		base := spaceOf(t, f)
		g := base.Base.PerReplica
		plain := base.Sustained()
		if plain.QPS > plain.Saturation*(1+1e-9) {
			t.Fatalf("sustains %v, above saturation %v", plain.QPS, plain.Saturation)
		}
		for name, more := range map[string]map[string]string{
			"a shared start":  {"prefix_hit": "50%"},
			"looser bounds":   {"ttft": "3s", "tpot": "150ms"},
			"shorter prompts": {"input_tokens": "512"},
		} {
			h := maps.Clone(f)
			h["gpus_per_replica"] = map[int]string{1: "1", 2: "2", 4: "4", 8: "8"}[g]
			maps.Copy(h, more)
			if got := spaceOf(t, h).Sustained(); got.QPS < plain.QPS*(1-1e-3) {
				t.Fatalf("%s: sustains %v, %v without", name, got.QPS, plain.QPS)
			}
		}
	})
}

func BenchmarkLanguageSpace(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		s := spaceOf(b, talk(nil))
		for _, strategy := range candidate.Strategies() {
			s.Best(Query{Strategy: strategy, Demand: Demand{Peak: 12}})
			s.Best(Query{Strategy: strategy, Optimized: true, Demand: Demand{Peak: 12}})
		}
	}
}
