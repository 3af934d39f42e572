package serve

import (
	"maps"
	"testing"

	"scaleadvise/advisor/example"

	"pgregory.net/rapid"
)

func TestLanguageLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := example.Chat(map[string]string{
			"gpu":   rapid.SampledFrom([]string{"a100", "h100", "h200", "mi300x"}).Draw(t, "gpu"),
			"model": rapid.SampledFrom([]string{"llama-3.1-8b", "llama-3.1-70b", "qwen3-32b", "mixtral-8x7b"}).Draw(t, "model"),
			"ttft":  "2s", "tpot": "100ms",
		})
		plain := plainOf(t, f)
		if plain.Sustainable(1) > plain.Saturation(1)*(1+1e-9) {
			t.Fatalf("sustains %v, above saturation %v", plain.Sustainable(1), plain.Saturation(1))
		}
		for name, more := range map[string]map[string]string{
			"a shared prefix": {"prefix_hit": "50%"},
			"looser bounds":   {"ttft": "3s", "tpot": "150ms"},
			"shorter prompts": {"input_tokens": "512"},
		} {
			h := maps.Clone(f)
			h["gpus_per_replica"] = map[int]string{1: "1", 2: "2", 4: "4", 8: "8"}[plain.PerReplica]
			maps.Copy(h, more)
			if got := plainOf(t, h).Sustainable(1); got < plain.Sustainable(1)*(1-1e-3) {
				t.Fatalf("%s: sustains %v, %v without", name, got, plain.Sustainable(1))
			}
		}
	})
}

// TestSustainedRatesKeepTheirBounds: what is sustained keeps the bounds, has a steady state,
// and so does less; a curve is of one deployment, so that nothing on it becomes quicker as
// the load grows.
func TestSustainedRatesKeepTheirBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := example.Chat(map[string]string{
			"model": rapid.SampledFrom([]string{"llama-3.1-8b", "llama-3.1-70b", "qwen3-32b"}).Draw(t, "model"), "gpu": rapid.SampledFrom([]string{"h100", "h200", "b200"}).Draw(t, "gpu"),
			"input_tokens": rapid.SampledFrom([]string{"64", "1024", "300/900/2000"}).Draw(t, "in"), "output_tokens": rapid.SampledFrom([]string{"2", "100", "600"}).Draw(t, "out"),
			"ttft": rapid.SampledFrom([]string{"400ms", "2s"}).Draw(t, "ttft"), "tpot": rapid.SampledFrom([]string{"20ms", "50ms"}).Draw(t, "tpot"),
			"balancing": rapid.SampledFrom([]string{"random", "least-loaded"}).Draw(t, "balancing"),
		})
		s, n := plainOf(t, f), rapid.SampledFrom([]int{1, 3}).Draw(t, "replicas")
		limit, b := s.Sustainable(n), s.Conditions.Bounds
		if limit == 0 {
			t.Skip("nothing is sustained")
		}
		for _, share := range []float64{0.3, 0.6, 0.8, 1} {
			if r := s.At(n, share*limit); !r.Stable || !r.Met || r.TTFT > b.TTFT*1.001 || r.TPOT > b.TPOT*1.001 {
				t.Errorf("at %g of %g/s: stable %v, TTFT %g of %g, TPOT %g of %g", share, limit, r.Stable, r.TTFT, b.TTFT, r.TPOT, b.TPOT)
			}
		}
		if f["output_tokens"] == "2" {
			return // the tail of so few steps is known to a few tenths only, and may fall
		}
		last := 0.0
		for _, share := range []float64{0.1, 0.5, 0.9, 1} {
			r := s.Along(n, share*limit)
			if r.TTFT < 0.9*last {
				t.Errorf("the first token comes after %g s at %g/s and after %g s at less", r.TTFT, r.QPS, last)
			}
			last = r.TTFT
		}
		if s.End(n) < limit || s.End(n) > s.Saturation(n)*(1+1e-9) {
			t.Errorf("the curve ends at %v, between %v sustained and %v at saturation", s.End(n), limit, s.Saturation(n))
		}
	})
}

// TestSlotsAreAChoice: a tight bound on a token closes slots, a wide one opens all with which
// the KV cache is seldom full.
func TestSlotsAreAChoice(t *testing.T) {
	under := func(tpot string) *Server {
		return plainOf(t, example.Chat(map[string]string{"model": "llama-3.1-8b", "ttft": "20s", "tpot": tpot}))
	}
	wide, tight := under("500ms"), under("12ms")
	admitted := int(wide.Memory.Tokens.Admitted())
	if wide.Slots() > admitted || wide.Slots() < admitted*9/10 || tight.Slots() >= wide.Slots() || tight.Slots() < 1 {
		t.Errorf("%d slots under a wide bound and %d under a tight one, of %d", wide.Slots(), tight.Slots(), admitted)
	}
	if tight.Sustainable(1) >= wide.Sustainable(1) || tight.Saturation(1) != wide.Saturation(1) {
		t.Errorf("tight sustains %v and wide %v; saturation knows no bound: %v, %v", tight.Sustainable(1), wide.Sustainable(1), tight.Saturation(1), wide.Saturation(1))
	}
	if classic := plainOf(t, example.Fixed(nil)); classic.Slots() != 0 {
		t.Errorf("a classic model has %d slots", classic.Slots())
	}
}

// TestTokens: a token keeps a key and a value in 80 layers of 8 heads of 128 numbers of two
// bytes.
func TestTokens(t *testing.T) {
	s := plainOf(t, example.Chat(nil))
	k := s.Tokens(2)
	if want := 2. * 80 * 8 * 128 * 2; k.KVBytesPerToken != want {
		t.Errorf("a token keeps %v bytes, want %v", k.KVBytesPerToken, want)
	}
	if want := 1280. * 2 * 80 * 8 * 128 * 2 / (1 << 30); k.KVGiBPerRequest < want*0.99 || k.KVGiBPerRequest > want*1.01 {
		t.Errorf("a request of 1,280 tokens keeps %v GiB, want %v", k.KVGiBPerRequest, want)
	}
	alone := s.At(1, 0)
	if k.TTFTAlone < alone.TTFT || k.TPOTAlone < alone.TPOT || k.Concurrency != s.Slots() {
		t.Errorf("%+v; one request alone: %+v", k, alone)
	}
	if one := s.Tokens(1); k.Knee < 1.9*one.Knee || k.Knee > 2.1*one.Knee {
		t.Errorf("the knee of two lies at %v, of one at %v", k.Knee, one.Knee)
	}
}

// TestBurstsSpreadOverReplicas: several replicas together carry more of a burst than each of
// them alone.
func TestBurstsSpreadOverReplicas(t *testing.T) {
	s := plainOf(t, example.Chat(map[string]string{"burstiness": "3@1s", "ttft": "2s"}))
	if one, four := s.Sustainable(1), s.Sustainable(4); four <= 4*one {
		t.Errorf("four sustain %v, one %v", four, one)
	}
	smooth := plainOf(t, example.Chat(map[string]string{"ttft": "2s"}))
	if one, four := smooth.Sustainable(1), smooth.Sustainable(4); four != 4*one {
		t.Errorf("four sustain %v, one %v; Poisson arrivals split into such", four, one)
	}
}

// TestReplica: what a simulation runs is what the formulas were asked about.
func TestReplica(t *testing.T) {
	s := serversOf(t, example.Chat(nil))
	r := s.Of(s.base.Hardware, s.offers.Variants(s.base.Accelerator, false)[0])
	v, ok := s.Replica(r, 3, 0.5*r.Sustainable(3))
	if !ok || v.Language == nil || v.Copies != 1 || v.Scaled != 1 || v.Language.Slots < r.Slots() || v.Language.Lengths.Input.Mean != 1024 {
		t.Errorf("%+v", v)
	}
	over, _ := s.Replica(r, 3, 2*r.Sustainable(3))
	if over.Language.Slots < v.Language.Slots {
		t.Errorf("%d slots beyond what is sustained, %d within", over.Language.Slots, v.Language.Slots)
	}
	c := serversOf(t, example.Fixed(nil))
	if v, ok := c.Replica(c.Of(c.base.Hardware, c.offers.Variants(c.base.Accelerator, false)[0]), 2, 1); !ok || v.Language != nil || v.Service.Alpha+v.Service.Beta != 0.1 {
		t.Errorf("%+v, %v", v, ok)
	}
	if _, ok := c.Replica(&Server{}, 1, 1); ok {
		t.Error("nothing runs where nothing serves")
	}
}

// TestSolutionsChangeNothing holds servers that share what they solve against those that
// solve all anew, while what the solutions depend on changes from one to the next.
func TestSolutionsChangeNothing(t *testing.T) {
	classic := map[string]string{"qps": "900", "model": "bert-large", "gpu": "a10", "latency": "50ms"}
	for name, c := range map[string]struct {
		flags   map[string]string
		changes []map[string]string
	}{
		"classic":  {classic, []map[string]string{{}, {"latency": "20ms"}, {"latency_percentile": "95"}, {"burstiness": "2@1s"}, {"burstiness": "2@1s", "balancing": "least-loaded"}, {"model": "resnet50"}}},
		"language": {example.Chat(nil), []map[string]string{{}, {"ttft": "300ms"}, {"tpot": "30ms"}, {"output_tokens": "100"}, {"kv_precision": "fp8"}, {"prefix_hit": "0.5"}, {"engine": "sglang"}, {"burstiness": "2@1s"}, {"model": "llama-3.1-8b"}}},
	} {
		shared := &Solutions{}
		for range 2 {
			for _, change := range c.changes {
				flags := maps.Clone(c.flags)
				maps.Copy(flags, change)
				alone := plainOf(t, flags)
				o := offersOf(t, flags, nil)
				with := New(o, o.Starts[0], Options{Confidence: 0.9, Known: shared}).Of(o.Starts[0].Hardware, o.Variants(o.Starts[0].Accelerator, false)[0])
				for _, n := range []int{1, 3} {
					a, b := alone.At(n, 0.7*alone.Sustainable(n)), with.At(n, 0.7*with.Sustainable(n))
					if a != b {
						t.Errorf("%s, %v: alone %+v\nwith shared solutions %+v", name, change, a, b)
					}
				}
			}
		}
	}
}
