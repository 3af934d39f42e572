package prom

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// equalCounts is how near the requests of models lie that are steps of one ensemble: each takes
// every request once.
const equalCounts = 0.02

// oneModel finds the model to read where a metric tells of several: the ensemble, of which the
// others are steps, or else the one with most requests, since two models are two services.
// counts are requests by model, spent the time that they took where that is known; whole reports an ensemble.
func oneModel(label string, counts, spent map[string]float64, base Selector) (m matcher, word string, whole bool) {
	names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	most, least := counts[names[0]], counts[names[len(names)-1]]
	if len(spent) == len(counts) && least >= (1-equalCounts)*most && most > 0 {
		all := slices.MaxFunc(names, func(a, b string) int { return cmp.Compare(spent[a], spent[b]) })
		steps := slices.DeleteFunc(slices.Sorted(slices.Values(names)), func(n string) bool { return n == all })
		m = matcher{label, "=", all}
		return m, fmt.Sprintf("%s is an ensemble of %s, each of which counts every request; they are counted once (%s)", all, some(steps), m), true
	}
	m = matcher{label, "=", names[0]}
	others := names[1:]
	return m, fmt.Sprintf("%d models are served, which are %d services: %s, with the most requests, is read here; --selector '%s' reads another (%s)",
		len(names), len(names), names[0], base.and(matcher{label, "=", others[0]}), some(others)), false
}

// besideIt says what share of the requests to the servers of one model is for others that they serve too;
// "" where servers have one model each.
func besideIt(all []Sample, label string, one matcher) string {
	its, sum, others := map[string]bool{}, 0.0, 0.0
	at := func(s Sample) string { // pods of one name in two clusters are two
		return s.Labels.key([]string{"cluster", "namespace", "exported_namespace"}) + serverOf(s.Labels)
	}
	for _, s := range all {
		if serverOf(s.Labels) != "" && s.Labels[label] == one.value {
			its[at(s)], sum = true, sum+s.Value
		}
	}
	for _, s := range all {
		if its[at(s)] && s.Labels[label] != one.value {
			others += s.Value
		}
	}
	if others == 0 {
		return ""
	}
	return fmt.Sprintf("; its servers serve others too, and %.0f %% of their requests come on top of what is read", 100*others/(sum+others))
}

// byLabel sums samples by one label; without it they are left out.
func byLabel(all []Sample, label string) map[string]float64 {
	out := map[string]float64{}
	for _, s := range all {
		if v := s.Labels[label]; v != "" {
			out[v] += s.Value
		}
	}
	return out
}

// modelLabel is the label that names the model, "" where none does.
func (o *observer) modelLabel() string { return o.read["model"].metric.Label }

// ofMachines are quantities of accelerators, which know no model.
var ofMachines = []string{"utilization", "memory_used", "memory_free", "accelerators", "gpu"}

// ofPrompts are quantities that servers of prefill tell, where they run apart.
var ofPrompts = []string{"prefix_hit", "ttft"}

// narrowed applies what the labels of the requests say to every metric of the service.
func (o *observer) narrowed(l layout) {
	for name, r := range o.read {
		r.without, r.by = l.without, l.by
		if !o.serving(name) {
			r.by = nil
			o.read[name] = r
			continue
		}
		narrow := l.narrow
		if len(l.prefill) > 0 && slices.Contains(ofPrompts, name) {
			narrow = slices.Concat(slices.DeleteFunc(slices.Clone(narrow), func(m matcher) bool { return m.name == l.prefill[0].name }), l.prefill)
		}
		r.own = slices.Concat(r.own, narrow)
		o.read[name] = r
	}
}

// serving reports whether a quantity is read from the service, and not from its machines.
func (o *observer) serving(name string) bool {
	return o.read[name].serves && !slices.Contains(ofMachines, name)
}

// sinceItServes narrows the means of a week to the model that serves now, where another did within it: the lengths
// of its prompts and answers are not those of the one before.
func (o *observer) sinceItServes(ctx context.Context, all []Sample, label string) error {
	var now []string
	for name := range byLabel(all, label) {
		now = append(now, name)
	}
	r := o.read["model"]
	if len(now) != 1 || r.metric.Query != "" || o.file != "" {
		return nil
	}
	span := Span{From: o.span.To.Add(-recent), To: o.span.To}
	names, err := o.from.Values(ctx, label, span, r.of(r.seriesName()))
	var server *ServerError
	if errors.As(err, &server) {
		return nil
	}
	if err != nil || !slices.Contains(names, now[0]) || len(names) < 2 {
		return err
	}
	one, narrowed := matcher{label, "=", now[0]}, false
	for _, name := range []string{"input_tokens", "output_tokens", "prefix_hit"} {
		r, ok := o.read[name]
		if !ok || !r.serves || r.metric.Query != "" {
			continue
		}
		known, err := o.existing(ctx, []string{slices.Concat(r.selector, r.own, Selector{one}).among([]string{r.seriesName()})})
		if err != nil {
			return err
		}
		if known[r.seriesName()] {
			r.own, narrowed = slices.Concat(r.own, Selector{one}), true
			o.read[name] = r
		}
	}
	if narrowed {
		before := slices.DeleteFunc(slices.Sorted(slices.Values(names)), func(n string) bool { return n == now[0] })
		o.warn("%s serves now, and within the last week %s did: lengths of prompts and answers are those of the model that serves now", now[0], some(before))
	}
	return nil
}
