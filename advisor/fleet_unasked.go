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
	if len(all) == 0 {
		return
	}
	whole := map[string]float64{}
	for _, r := range search.Rates(ctx, w.space, pool.market(w.space.Offers), nil) {
		key := kindKey(r.Way)
		whole[key] = math.Max(whole[key], r.QPS)
	}
	for _, d := range all {
		if d.sizes = waysBySize(ctx, pool, w, sizesBy(w, d.prompts, d.answers)); len(d.sizes) > 1 {
			d.scale(whole)
			w.divisions = append(w.divisions, d)
		}
	}
}

// scale has the sizes of a kind of hardware together come to what it carries of all requests as they
// arrive, since long ones among short ones take more than their mean.
func (d *division) scale(whole map[string]float64) {
	for key, rate := range whole {
		load := 0.0
		for _, z := range d.sizes {
			if c, ok := z.kinds[key]; ok && c.qps > 0 {
				load += z.share / c.qps
			}
		}
		scale := 1.0
		if load > 0 && rate > 0 {
			scale = math.Min(1, rate*load)
		}
		for i := range d.sizes {
			if c, ok := d.sizes[i].kinds[key]; ok {
				c.qps, c.most = c.qps*scale, c.most*scale
				d.sizes[i].kinds[key] = c
			}
		}
	}
}

// kindKey names a kind of replica on a kind of machine.
func kindKey(w search.Way) string {
	return w.Machine.Cloud + "/" + w.Machine.Type + "/" + w.Accelerator.ID + fmt.Sprint("/", w.PerReplica)
}

// mixes adds the divisions of a service's requests by size over two kinds of hardware that cost clearly
// less, by their machines, than all of them on one kind; those that need the length of an answer also
// than those that do not.
func (p *problem) mixes(service int, w *ways) {
	least := p.least(service)
	for i := range w.divisions {
		d := &w.divisions[i]
		mixed := &problem{services: p.services, pool: p.pool, names: map[string]int{}, quotas: p.quotas}
		mixed.offered = make([]choices, len(p.services))
		mixed.Services = slices.Clone(p.Services)
		mixed.Services[service].Options = nil
		mixed.bySize(service, w, d)
		near := least * (1 - threshold(w.question.Rules, fact.NearCost))
		var cheaper [][]run
		for _, runs := range mixed.offered[service] {
			if len(runs) > 1 && mixed.usd(runs) < near && d.word(runs) {
				cheaper = append(cheaper, runs)
			}
		}
		slices.SortStableFunc(cheaper, func(a, b []run) int { return cmp.Compare(mixed.usd(a), mixed.usd(b)) })
		const most = 24
		for _, runs := range cheaper[:min(len(cheaper), most)] {
			p.option(service, runs)
		}
		if len(cheaper) > 0 {
			least = math.Min(least, mixed.usd(cheaper[0]))
		}
	}
}

// least is what the machines of a service's cheapest option cost.
func (p *problem) least(service int) float64 {
	least := math.Inf(1)
	for _, runs := range p.offered[service] {
		least = math.Min(least, p.usd(runs))
	}
	return least
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
		per := max(r.Machine.PerInstance, 1)
		left := (r.Replicas + per - 1) / per
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
