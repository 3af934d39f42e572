package offer

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/engine"
	"scaleadvise/advisor/llm"
)

// Squeeze is an argument of the engine for which a replica needs more accelerators than the model does.
type Squeeze struct {
	Hardware         // that holds the model without it: fewer accelerators of today's kind
	Argument string  // with its value, "gpu-memory-utilization=0.2"
	Change   string  // what to do about it, an order: "Raise gpu-memory-utilization"
	Enough   string  // what suffices: "0.25 or more"; "" where leaving it out is all that does
	Usual    string  // the engine's default: "0.92"; "" where that is no one number
	Needed   float64 // GiB on each accelerator of Hardware with it, and what is usable
	Usable   float64
	Fits     bool // the replica of today holds the model with it, by its larger number of accelerators
}

// setting is an argument that memory depends on.
type setting struct {
	name, verb string
	given      bool
	value      float64 // 0 for a switch
	usual      float64 // the engine's default; 0 where that is no one number
	put        func(s *engine.Settings, value float64)
	next       func(value float64) float64 // the next value that takes less memory from the cache; 0 where there is none
	beyond     string                      // how the values that suffice go on: "or more"
}

// settingsOf lists those of an engine that were given.
func settingsOf(e engine.Engine, a catalog.Accelerator, s engine.Settings) []setting {
	limits := e.On(a.Name, llm.DeviceGiB(a))
	name := func(argument string) string { return strings.TrimLeft(argument, "-") }
	halved := func(v float64) float64 { return math.Floor(v / 2) }
	all := []setting{
		{name(e.Arguments.MemoryShare), "Raise", s.MemoryShare > 0, s.MemoryShare, engine.Share(e.Memory), func(s *engine.Settings, v float64) { s.MemoryShare = v }, hundredth, "or more"},
		{name(e.Arguments.Requests), "Lower", s.Requests > 0, s.Requests, float64(limits.Requests), func(s *engine.Settings, v float64) { s.Requests = v }, halved, "or fewer"},
		{name(e.Arguments.PrefillTokens), "Lower", s.PrefillTokens > 0, s.PrefillTokens, limits.PrefillTokens, func(s *engine.Settings, v float64) { s.PrefillTokens = v }, halved, "or fewer"},
		{name(e.Arguments.MaxContext), "Lower", s.MaxContext > 0, s.MaxContext, 0, func(s *engine.Settings, v float64) { s.MaxContext = v }, thousands, "or fewer"},
		{"no-enable-chunked-prefill", "Leave out", s.Prompts == engine.Whole, 0, 0, func(s *engine.Settings, _ float64) { s.Prompts = 0 }, func(float64) float64 { return 0 }, ""},
	}
	return slices.DeleteFunc(all, func(one setting) bool { return !one.given })
}

// hundredth returns the next share of memory in whole percent.
func hundredth(v float64) float64 {
	if v = math.Floor(v*100+1.000001) / 100; v < 1 {
		return v
	}
	return 0
}

// thousands returns a shorter context, 1/16 less and in steps of 1,024 tokens.
func thousands(v float64) float64 { return math.Floor(v*15/16/1024) * 1024 }

// Squeezed returns the argument of the engine for which a replica of today needs more accelerators than the
// model does, or does not hold the model at all; ok is false where none does.
func Squeezed(o *Offers) (found Squeeze, ok bool) {
	if !o.Generates() || !o.Starts[0].Known {
		return Squeeze{}, false
	}
	row, err := engine.Named(o.Workload.LLM.Engine)
	given := settingsOf(row, o.Starts[0].Accelerator, o.Workload.LLM.Arguments)
	if err != nil || len(given) == 0 {
		return Squeeze{}, false
	}
	today := o.Starts[0].Hardware
	fits := holds(o, today)
	for _, one := range given {
		if h, fewer := smallest(o, today, fits, []setting{one}); fewer && (!ok || h.PerReplica < found.PerReplica) {
			found, ok = one.squeeze(o, h, fits), true
		}
	}
	if ok || len(given) < 2 {
		return found, ok
	}
	h, fewer := smallest(o, today, fits, given)
	found = squeezed(o, h, fits, joined(given, setting.text))
	found.Change = "Leave out " + joined(given, func(s setting) string { return s.name })
	return found, fewer
}

// squeezed is an argument as what keeps the model from hardware that holds it otherwise.
func squeezed(o *Offers, h Hardware, fits bool, argument string) Squeeze {
	m, _ := o.Memory(h, plain(releasedPrecision(o)))
	return Squeeze{Hardware: h, Argument: argument, Needed: m.Needed, Usable: m.Usable, Fits: fits}
}

// squeeze says it of the one argument.
func (s setting) squeeze(o *Offers, h Hardware, fits bool) Squeeze {
	q := squeezed(o, h, fits, s.text())
	q.Change = s.verb + " " + s.name
	if s.usual > 0 {
		q.Usual = fmt.Sprintf("%.4g", s.usual)
	}
	for v := s.next(s.value); v > 0; v = s.next(v) {
		if holds(with(o, func(a *engine.Settings) { s.put(a, v) }), h) {
			q.Enough = fmt.Sprintf("%.12g %s", v, s.beyond)
			break
		}
	}
	return q
}

// text is the argument with its value.
func (s setting) text() string {
	if s.value == 0 {
		return s.name
	}
	return fmt.Sprintf("%s=%.12g", s.name, s.value)
}

func joined(all []setting, text func(setting) string) string {
	words := make([]string, len(all))
	for i, s := range all {
		words[i] = text(s)
	}
	return strings.Join(words, " and ")
}

// smallest returns the fewest accelerators that hold the model without some arguments, fewer than hold it
// with them.
func smallest(o *Offers, today Hardware, fits bool, without []setting) (Hardware, bool) {
	other := with(o, func(a *engine.Settings) {
		for _, s := range without {
			s.put(a, 0)
		}
	})
	for g := 1; g <= today.PerReplica; g++ {
		h := Hardware{today.Accelerator, g}
		if g == today.PerReplica && fits {
			break
		}
		if g < today.PerReplica && !o.Language.Shape.Divides(g) || holds(o, h) {
			continue
		}
		if holds(other, h) {
			return h, true
		}
	}
	return Hardware{}, false
}

// holds reports whether a replica holds the model and one request in the precision of today.
func holds(o *Offers, h Hardware) bool {
	m, err := o.Memory(h, plain(releasedPrecision(o)))
	return err == nil && m.Fits
}

// with returns the same offers with other arguments of the engine.
func with(o *Offers, change func(a *engine.Settings)) *Offers {
	w := *o.Workload
	change(&w.LLM.Arguments)
	other := &Offers{settled: o.settled, lists: o.lists}
	other.Workload = &w
	return other
}
