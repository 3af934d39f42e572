package advisor

import (
	"fmt"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/engine"
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// holder is an argument that a replica may carry less with.
type holder struct {
	text, change, to string
	free             func(w *workload.Workload) // leaves it out, or to the value that is compared with
}

// heldBack returns the argument of the engine, or its default for requests at once, with which one replica of
// today carries so much less than it could that more are needed.
func heldBack(q question) advice.HeldBack {
	one, ok := search.OneReplica(q.space, false)
	if !ok || !q.space.Generates() || q.planned.Peak > 0 && one.QPS >= q.planned.Peak {
		return advice.HeldBack{}
	}
	all := holders(q)
	if len(all) == 0 {
		return advice.HeldBack{}
	}
	share := threshold(q.Rules, fact.HeldBack)
	with, free := carriedAlone(q, nil), carriedAlone(q, all)
	if !(with < share*free) {
		return advice.HeldBack{}
	}
	for _, h := range all {
		if len(all) > 1 {
			free = carriedAlone(q, []holder{h})
		}
		if with < share*free {
			return advice.HeldBack{Argument: h.text, Change: h.change, To: h.to, QPS: with, Otherwise: free}
		}
	}
	return advice.HeldBack{}
}

// carriedAlone returns what one replica of today carries within the bounds, 1/s, without some arguments, by the
// formulas alone; 0 where it serves nothing.
func carriedAlone(q question, without []holder) float64 {
	w := *q.Workload
	for _, h := range without {
		h.free(&w)
	}
	in, o := q.Input, q.Options
	in.Workload, o.Known = &w, nil
	other, err := settle(in, o)
	if err != nil {
		return 0
	}
	one, _ := search.OneReplica(search.From(other.space, q.space.Base), false)
	return one.QPS
}

// holders lists what was given, and the engine's default for requests at once where that is small.
func holders(q question) (all []holder) {
	w, base := q.Workload, q.space.Base.Accelerator
	row, err := engine.Named(w.LLM.Engine)
	if err != nil {
		return nil
	}
	usual := usualLimits{row.On(base.Name, llm.DeviceGiB(base)), engine.Share(row.Memory), 0}
	if t, ok := search.Tokens(q.space); ok && usual.Requests <= workload.FewAtOnce {
		usual.room = t.Room
	}
	for _, t := range w.Traits {
		if t.Spec.Name != "engine_arg" {
			continue
		}
		for _, word := range t.Value.Words {
			if h, ok := usual.holder(w, row.Name, strings.TrimSuffix(strings.TrimSpace(word), "=")); ok {
				all = append(all, h)
			}
		}
	}
	if w.LLM.Arguments.Requests == 0 && usual.room > usual.Requests {
		name := strings.TrimLeft(row.Arguments.Requests, "-")
		h := usual.requests(name, float64(usual.Requests))
		h.text = "the default " + h.text
		all = append(all, h)
	}
	return all
}

// usualLimits are the engine's defaults on today's accelerator.
type usualLimits struct {
	engine.Batching
	share float64 // of memory; 0 where that is no one number
	room  int     // requests that memory holds at once, where the default number is small; else 0
}

// holder takes an argument as it was given; ok is false for one that holds nothing back.
func (u usualLimits) holder(w *workload.Workload, engineName, word string) (h holder, ok bool) {
	name, _, _ := strings.Cut(strings.TrimLeft(word, "-"), "=")
	leave := holder{text: strings.TrimLeft(word, "-"), change: "Leave out " + name}
	if of, _, _ := engine.StatesPrecision(word); of == engine.OfActivations && w.Assumed("precision") && w.LLM.Activations == w.Precision {
		leave.free = func(w *workload.Workload) { w.Precision, w.LLM.Activations = "", "" }
		return leave, w.Precision != ""
	}
	var s engine.Settings
	if _, err := s.Set(engineName, word); err != nil {
		return holder{}, false
	}
	switch {
	case s.Requests > 0:
		return u.requests(name, s.Requests), true
	case s.PrefillTokens > 0:
		return limit(name, s.PrefillTokens, u.PrefillTokens, func(w *workload.Workload) { w.LLM.Arguments.PrefillTokens = 0 }), true
	case s.MemoryShare > 0:
		return limit(name, s.MemoryShare, u.share, func(w *workload.Workload) { w.LLM.Arguments.MemoryShare = 0 }), true
	case s.Eager:
		leave.free = func(w *workload.Workload) { w.LLM.Arguments.Eager = false }
	case s.Prompts == engine.Whole:
		leave.free = func(w *workload.Workload) { w.LLM.Arguments.Prompts = 0 }
	case s.Prefixes == engine.DropsPrefixes:
		leave.free = func(w *workload.Workload) { w.LLM.Arguments.Prefixes = 0 }
	}
	return leave, leave.free != nil
}

// requests is a limit on requests at once: it is compared with the engine's default, or where that is small with
// as many as memory holds.
func (u usualLimits) requests(name string, value float64) holder {
	if u.room <= u.Requests {
		return limit(name, value, float64(u.Requests), func(w *workload.Workload) { w.LLM.Arguments.Requests = 0 })
	}
	h := limit(name, value, float64(u.room), func(w *workload.Workload) { w.LLM.Arguments.Requests = float64(u.room) })
	h.to = fmt.Sprintf("the %d that memory holds", u.room)
	return h
}

// limit is an argument with a number, and the number that the engine has where it is not given; 0 where that is no
// one number.
func limit(name string, value, usual float64, free func(w *workload.Workload)) holder {
	h := holder{text: fmt.Sprintf("%s=%.12g", name, value), change: "Leave out " + name, free: free}
	switch {
	case usual > value:
		h.change = "Raise " + name
	case usual > 0:
		h.change = "Lower " + name
	}
	if usual > 0 {
		h.to = "the engine's default of " + unit.Format(unit.Count, usual)
	}
	return h
}
