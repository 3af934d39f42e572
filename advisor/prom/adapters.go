package prom

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// settleModel settles which model is read where several are served.
func (o *observer) settleModel(ctx context.Context, all []Sample) error {
	label := o.modelLabel()
	counts := byLabel(all, label)
	if label == "" || len(counts) < 2 {
		return o.sinceItServes(ctx, all, label)
	}
	if o.profiles[0].OneModel {
		if all, counts = o.withAdapters(all, label, counts); len(counts) < 2 {
			return nil
		}
	}
	spent := map[string]float64{}
	if name := o.read["latency"].spentIn(); name != "" {
		r := o.read["latency"]
		found, err := o.from.Instant(ctx, fmt.Sprintf("sum by (%s) (%s)", labelWord(label), r.of(name)), o.span.To)
		var server *ServerError
		if err != nil && !errors.As(err, &server) {
			return err
		}
		spent = byLabel(found, label)
	}
	m, word, whole := oneModel(label, counts, spent, o.Selector)
	o.narrowed(layout{by: o.read["replicas"].by, without: o.read["requests"].without, narrow: Selector{m}})
	if !whole {
		word += besideIt(all, label, m)
	}
	o.warn("%s", word)
	o.only(all, m)
	return nil
}

// only counts the servers, and takes the machines, of those that serve what a matcher leaves.
func (o *observer) only(all []Sample, m matcher) {
	fits := Selector{m}.test()
	kept := slices.DeleteFunc(slices.Clone(all), func(s Sample) bool { return !fits(s.Labels) })
	if o.kept = kept; len(o.pods) > 0 {
		o.pods = podsOf(kept)
	}
	if o.servers == 0 {
		return
	}
	seen := map[string]bool{}
	for _, s := range kept {
		seen[s.Labels.key(o.read["replicas"].apart())] = true
	}
	o.servers = len(seen)
}

// withAdapters takes the names that one server has as one model, of an engine that holds no more: LoRA adapters
// of it, or other names for it. It returns what is left to choose from: nothing more where all that serves is one model,
// or where the one with the most requests has several names, which is then read.
func (o *observer) withAdapters(all []Sample, label string, counts map[string]float64) ([]Sample, map[string]float64) {
	groups := apartByModel(together(all, label, counts, o.file != ""), o.Options.Model)
	if len(groups) == len(counts) {
		return all, counts
	}
	names := groups[0]
	if len(names) == 1 { // the others have adapters
		return all, counts
	}
	o.adapters = o.base(names)
	text := fmt.Sprintf("%s are served by the same servers, each of which holds one model: they are LoRA adapters or other names of %s, and their requests are added up", some(o.adapters), o.adapters[0])
	if len(groups) > 1 {
		quoted := make([]string, len(names))
		for i, name := range names {
			quoted[i] = regexp.QuoteMeta(name)
		}
		m := matcher{label, "=~", strings.Join(quoted, "|")}
		o.narrowed(layout{by: o.read["replicas"].by, without: o.read["requests"].without, narrow: Selector{m}})
		o.only(all, m)
		others := slices.Concat(groups[1:]...)
		text += fmt.Sprintf("; apart from them %s are served, which are services of their own; --selector '%s' reads one of those", some(others), o.Selector.and(matcher{label, "=", others[0]}))
	}
	o.warn("%s", text)
	return nil, nil
}

// base puts the name of the model itself first: the one that the catalog knows, or else that with the most requests.
func (o *observer) base(names []string) []string {
	if o.Options.Model == nil {
		return names
	}
	i := slices.IndexFunc(names, func(name string) bool { _, ok := o.Options.Model(name); return ok })
	if i < 0 {
		return names
	}
	return slices.Insert(slices.Delete(slices.Clone(names), i, i+1), 0, names[i])
}

// together groups the names that share a server, those with the most requests first.
func together(all []Sample, label string, counts map[string]float64, page bool) (groups [][]string) {
	most := func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) }
	group := map[string]int{}
	names := slices.SortedFunc(maps.Keys(counts), most)
	for i, name := range names {
		group[name] = i
	}
	on := map[string]string{} // a name on each server
	for _, s := range all {
		name, server := s.Labels[label], serverOf(s.Labels)
		if name == "" || server == "" && !page { // a page is that of one server
			continue
		}
		server += s.Labels.key(slices.Concat(workers, []string{"cluster", "namespace", "exported_namespace", "instance", "exported_instance"}))
		other, seen := on[server]
		if on[server] = name; !seen || group[other] == group[name] {
			continue
		}
		from, to := max(group[other], group[name]), min(group[other], group[name])
		for n, g := range group {
			if g == from {
				group[n] = to
			}
		}
	}
	at := map[int]int{}
	for _, name := range names {
		i, seen := at[group[name]]
		if !seen {
			i = len(groups)
			at[group[name]], groups = i, append(groups, nil)
		}
		groups[i] = append(groups[i], name)
	}
	sum := func(names []string) (n float64) {
		for _, name := range names {
			n += counts[name]
		}
		return n
	}
	slices.SortStableFunc(groups, func(a, b []string) int { return cmp.Compare(sum(b), sum(a)) })
	return groups
}

// apartByModel splits the groups in which the catalog knows several models: no server of an engine that holds one model has
// two of them, and which of the two the other names belong to is not known.
func apartByModel(groups [][]string, find func(string) (string, bool)) (apart [][]string) {
	if find == nil {
		return groups
	}
	for _, names := range groups {
		at, own := map[string]int{}, [][]string(nil)
		for _, name := range names {
			id, known := find(name)
			i, seen := at[id]
			if known && seen {
				own[i] = append(own[i], name)
				continue
			}
			if known {
				at[id] = len(own)
			}
			own = append(own, []string{name})
		}
		if len(at) < 2 {
			own = [][]string{names}
		}
		apart = append(apart, own...)
	}
	return apart
}
