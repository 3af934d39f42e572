package advisor

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/fleet"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/unit"
)

// apartBySize lists what replicas carry of each size of a language model's requests where no one named
// sizes and their lengths are known as a distribution: of prompts and, in small fleets, of answers and of
// both.
func apartBySize(ctx context.Context, pool *pool, w *ways, small bool) {
	l := w.question.Workload.LLM
	if !w.space.Offers.Generates() {
		return
	}
	fine, coarse := []float64{0.5, 0.85, 0.97}, []float64{0.5, 0.9}
	prompts, answers := lengthsOf(l.InputLengths, l.InputSeen, fine...), lengthsOf(l.OutputLengths, l.OutputSeen, fine...)
	if w.byPrompt = answers != nil && !small; w.byPrompt {
		answers = nil
	}
	var all []division
	if prompts != nil {
		all = append(all, division{prompts: prompts})
	}
	if answers != nil {
		all = append(all, division{answers: answers})
	}
	if prompts != nil && answers != nil {
		all = append(all, division{prompts: lengthsOf(l.InputLengths, l.InputSeen, coarse...), answers: lengthsOf(l.OutputLengths, l.OutputSeen, coarse...)})
	}
	for _, d := range all {
		if d.sizes = waysBySize(ctx, pool, w, sizesBy(w, d.prompts, d.answers)); len(d.sizes) > 1 {
			w.mixes = append(w.mixes, w.mixed(ctx, pool, &d)...)
		}
	}
}

// kindKey names a kind of replica on a kind of machine.
func kindKey(w search.Way) string {
	return w.Machine.Cloud + "/" + w.Machine.Type + "/" + w.Accelerator.ID + fmt.Sprint("/", w.PerReplica)
}

// mixed are the divisions of a service's requests by size over two kinds of hardware that cost clearly
// less, by their machines, than all of them on one kind, and than divisions that need to know less. What
// sizes come to together points at them; then each kind is sized for the requests that it would get.
func (w *ways) mixed(ctx context.Context, pool *pool, d *division) [][]run {
	p := w.byItself(pool)
	least := math.Inf(1)
	for _, way := range w.ways {
		p.option(0, []run{{Way: way, space: w.space, demand: w.planned, share: 1}})
	}
	for _, runs := range slices.Concat(p.offered[0], w.mixes) {
		least = math.Min(least, p.usd(runs))
	}
	p.offered[0] = nil
	p.bySize(0, w, d)
	near := least * (1 - threshold(w.question.Rules, fact.NearCost))
	var out [][]run
	for _, runs := range d.pointers(p) {
		if ctx.Err() != nil {
			return nil
		}
		for _, sized := range w.sizedFor(d, runs) {
			if p.machines(sized); p.usd(sized) < near {
				out = append(out, sized)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b []run) int { return cmp.Compare(p.usd(a), p.usd(b)) })
	return out
}

// byItself is the problem of a service alone, without a way to run it.
func (w *ways) byItself(pool *pool) *problem {
	p := &problem{services: []ways{*w}, pool: pool, names: map[string]int{}, quotas: pool.places()}
	p.offered, p.Services = make([]choices, 1), make([]fleet.Service, 1)
	return p
}

// pointers are the divisions that cost least by what their sizes come to together and that a load balancer
// can make.
func (d *division) pointers(p *problem) [][]run {
	const most = 16
	all := slices.DeleteFunc(slices.Clone(p.offered[0]), func(runs []run) bool { return len(runs) != 2 || !d.word(runs) })
	slices.SortStableFunc(all, func(a, b []run) int { return cmp.Compare(p.usd(a), p.usd(b)) })
	return all[:min(len(all), most)]
}

// sizedFor are the ways in which one or two kinds of hardware hold each its part of the requests.
func (w *ways) sizedFor(d *division, runs []run) [][]run {
	out := [][]run{nil}
	for _, r := range runs {
		q, err := d.question(w, r)
		if err != nil {
			return nil
		}
		var longer [][]run
		for _, way := range search.Again(q.space, r.Way, q.planned) {
			one := run{Way: way, space: q.space, demand: q.planned, requests: r.requests, share: r.share, parts: r.parts, by: d, of: q}
			for _, before := range out {
				longer = append(longer, append(slices.Clone(before), one))
			}
		}
		out = longer
	}
	return out
}

// question is a service with the requests of a run only, the same for all hardware.
func (d *division) question(w *ways, r run) (*question, error) {
	key := fmt.Sprint(r.parts)
	if q := d.questions[key]; q != nil {
		return q, nil
	}
	q, err := w.part(r)
	if err != nil {
		return nil, err
	}
	if d.questions == nil {
		d.questions = map[string]*question{}
	}
	d.questions[key] = &q
	return &q, nil
}

// mixed notes what dividing requests by length saves, which no one asked for.
func mixed(p *problem, s *solution) {
	if slices.ContainsFunc(p.services, func(w ways) bool { return w.byPrompt }) {
		s.notes = append(s.notes, fmt.Sprintf("beyond %d services requests are divided over hardware by the length of prompts only, not of answers; plan the largest by themselves", fleet.Small))
	}
	type divided struct {
		names []string
		usd   float64
	}
	all := map[string]*divided{}
	var order []string
	for i, w := range p.services {
		if s.Choice[i] == none || len(w.Sizes) > 0 || p.runs(i, s.Choice[i])[0].by == nil {
			continue
		}
		by := p.runs(i, s.Choice[i])[0].by.dividedBy()
		if all[by] == nil {
			all[by], order = &divided{}, append(order, by)
		}
		all[by].names = append(all[by].names, w.Name)
		all[by].usd += p.unmixed(i)
	}
	for _, by := range order {
		d := all[by]
		text := fmt.Sprintf("%s: the load balancer divides requests by %s", fewNames(d.names), by)
		if !math.IsInf(d.usd, 1) {
			text += fmt.Sprintf(". On one kind of hardware the machines for it would cost %s", unit.Format(unit.Money, math.Round(d.usd)))
		}
		s.notes = append(s.notes, text)
	}
}

// fewNames lists names, of many the first.
func fewNames(names []string) string {
	const most = 6
	if len(names) > most+1 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}

// unmixed is what the machines of a service's cheapest option on one kind of hardware cost.
func (p *problem) unmixed(service int) float64 {
	least := math.Inf(1)
	for _, runs := range p.offered[service] {
		if runs[0].by == nil {
			least = math.Min(least, p.usd(runs))
		}
	}
	return least
}

// usd is what the machines of runs cost a month by themselves, from the cheapest stock on; +Inf where
// there are not as many.
func (p *problem) usd(runs []run) float64 {
	sum := 0.0
	for _, r := range runs {
		left := r.Machine.InstancesFor(r.Replicas)
		if m, ok := p.names[r.Machine.Cloud+"/"+r.Machine.Type]; ok && m >= 0 {
			for _, stock := range p.Machines[m].Stocks {
				n := left
				if stock.Most != fleet.Unlimited {
					n = min(n, stock.Most)
				}
				sum, left = sum+float64(n)*stock.USD, left-n
			}
		}
		if left > 0 {
			return math.Inf(1)
		}
	}
	return sum
}
