package offer

import (
	"math"
	"testing"

	"scaleadvise/advisor/example"
)

// TestConversation: three turns of 100 tokens with answers of 50 read 100, 250 and 400 tokens, of
// which the two later ones find 150 and 300.
func TestConversation(t *testing.T) {
	o := offersOf(t, example.Chat(map[string]string{"input_tokens": "100", "output_tokens": "50", "turns": "3"}))
	l := o.Language
	if mean, hit := l.Lengths.Input.Mean, l.Talk.Hit; math.Abs(mean-250) > 1e-9 || math.Abs(hit-450.0/750) > 1e-9 || l.Talk.Sessions.Context != 300 {
		t.Errorf("%g tokens, %g of them found, %g left behind", mean, hit, l.Talk.Sessions.Context)
	}
	if p := l.Lengths.Input; !(p.P50 == 250 && p.P99 > 350 && p.P99 <= 400) {
		t.Errorf("%+v", p)
	}
	if w := o.Workload; math.Abs(w.LLM.PrefixHit-0.6) > 1e-3 || !w.Assumed("prefix_hit") || w.LLM.ThinkTime != 60 {
		t.Errorf("%g found, %g s", w.LLM.PrefixHit, w.LLM.ThinkTime)
	}
	spread := offersOf(t, example.Chat(map[string]string{"input_tokens": "50/200/600", "output_tokens": "50", "turns": "3"})).Language
	if want := 2*spread.Talk.Added + 50; math.Abs(spread.Lengths.Input.Mean/want-1) > 1e-9 {
		t.Errorf("%g tokens, want %g", spread.Lengths.Input.Mean, want)
	}
}

// TestPrefixCachingIsALever where an engine does not keep prefixes by itself.
func TestPrefixCachingIsALever(t *testing.T) {
	for engine, arguments := range map[string]string{"vllm": "no-enable-prefix-caching", "sglang": "disable-radix-cache", "lmdeploy": ""} {
		flags := example.Chat(map[string]string{"turns": "4", "engine": engine, "gpu": "h100"})
		if arguments != "" {
			flags["engine_arg"] = arguments
		}
		o := offersOf(t, flags)
		a, _ := o.Accelerator("h100-sxm5-80gb")
		if got := o.Setup(Hardware{a, 1}, o.Variants(a, false)[0]).PrefixHit; got != 0 {
			t.Errorf("%s finds %g as it is", engine, got)
		}
		for _, v := range o.Variants(a, true) {
			if got := o.Setup(Hardware{a, 1}, v).PrefixHit; !v.applies(prefixCaching) || got != SharedPrefix(o) || got == 0 {
				t.Errorf("%s, %v finds %g", engine, v.Optimizations, got)
			}
		}
	}
	on := offersOf(t, example.Chat(map[string]string{"turns": "4", "engine": "lmdeploy", "engine_arg": "enable-prefix-caching"}))
	if cachesPrefixes(on) {
		t.Error("it is on already")
	}
}
