package advisor

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"scaleadvise/advisor/intake"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// cuts are the shares of the requests, the shortest first, at which sizes that no one named are told
// apart.
var cuts = []float64{0.5, 0.85, 0.97}

// sizesSeen are the sizes of a language model's prompts where their lengths are known as a
// distribution: of percentiles or of a trace. nil where they are not, or hardly differ.
func sizesSeen(w *ways) []intake.Sized {
	lengths := w.question.Workload.LLM
	t := llm.Spread(lengths.InputLengths)
	if len(lengths.InputSeen) > 0 {
		t = llm.Observed(lengths.InputSeen)
	}
	const alike = 0.3 // variation below which sizes make little difference
	if t.CV < alike || !w.space.Offers.Generates() {
		return nil
	}
	cells := t.Cells()
	var out []intake.Sized
	share, tokens, sum, cut := 0.0, 0.0, 0.0, 0
	for i, c := range cells {
		share, tokens, sum = share+c.Share, tokens+c.Share*c.Tokens, sum+c.Share
		if last := i == len(cells)-1; !last && (cut == len(cuts) || sum < cuts[cut]) {
			continue
		}
		for cut < len(cuts) && sum >= cuts[cut] {
			cut++
		}
		size := plan.Size{Share: share, Input: fmt.Sprint(math.Round(tokens / share)), Origin: w.Origin}
		one, ok := sizeOf(w, size)
		if !ok {
			return nil
		}
		out = append(out, one)
		share, tokens = 0, 0
	}
	return out
}

// sizeOf is a size as the case that it alone would be.
func sizeOf(w *ways, size plan.Size) (intake.Sized, bool) {
	changes := workload.Set{}
	if err := workload.ParseSet("input_tokens", size.Input, origin.Origin{Kind: origin.Default}, changes); err != nil {
		return intake.Sized{}, false
	}
	c, err := w.Case.With(changes)
	return intake.Sized{Size: size, Case: c}, err == nil
}

// apartBySize lists what replicas carry of each size of a service whose sizes no one named. The sizes
// of a kind of hardware are scaled so that together they come to what it carries of all requests as
// they arrive, since long ones among short ones take more than their mean.
func apartBySize(ctx context.Context, pool *pool, w *ways) {
	sizes := sizesSeen(w)
	if len(sizes) < 2 {
		return
	}
	w.Sizes, w.unasked = sizes, true
	w.sizes = waysBySize(ctx, pool, w)
	whole := map[string]float64{}
	for _, r := range search.Rates(ctx, w.space, pool.market(w.space.Offers), nil) {
		key := kindKey(r.Way)
		whole[key] = math.Max(whole[key], r.QPS)
	}
	for key, rate := range whole {
		load := 0.0
		for _, z := range w.sizes {
			if c, ok := z.kinds[key]; ok && c.qps > 0 {
				load += z.share / c.qps
			}
		}
		scale := 1.0
		if load > 0 && rate > 0 {
			scale = math.Min(1, rate*load)
		}
		for i := range w.sizes {
			if c, ok := w.sizes[i].kinds[key]; ok {
				c.qps, c.most = c.qps*scale, c.most*scale
				w.sizes[i].kinds[key] = c
			}
		}
	}
}

// kindKey names a kind of replica on a kind of machine.
func kindKey(w search.Way) string {
	return w.Machine.Cloud + "/" + w.Machine.Type + "/" + w.Accelerator.ID + fmt.Sprint("/", w.PerReplica)
}

// mixes adds the divisions of a service's requests by size over two kinds of hardware that cost less,
// by their share of machines, than all of them on one kind.
func (p *problem) mixes(service int, w *ways) {
	mixed := &problem{services: p.services, pool: p.pool, names: map[string]int{}, quotas: p.quotas}
	mixed.offered = make([]choices, len(p.services))
	mixed.Services = slices.Clone(p.Services)
	mixed.Services[service].Options = nil
	mixed.bySize(service, w)
	least := math.Inf(1)
	for _, runs := range p.offered[service] {
		least = math.Min(least, shareUSD(runs))
	}
	var cheaper [][]run
	for _, runs := range mixed.offered[service] {
		if len(runs) > 1 && shareUSD(runs) < least && byLength(runs) {
			cheaper = append(cheaper, runs)
		}
	}
	slices.SortStableFunc(cheaper, func(a, b []run) int { return cmp.Compare(shareUSD(a), shareUSD(b)) })
	const most = 24
	for _, runs := range cheaper[:min(len(cheaper), most)] {
		p.option(service, runs)
	}
}

// byLength words a division by one length, below which prompts go to one kind of hardware; false
// where it is none that a load balancer can make so.
func byLength(runs []run) bool {
	for i := range runs {
		r := &runs[i]
		falling := slices.IsSortedFunc(r.parts, func(a, b float64) int { return cmp.Compare(b, a) })
		divided := 0
		for _, part := range r.parts {
			if part > 1e-9 && part < 1-1e-9 {
				divided++
			}
		}
		switch {
		case divided > 1:
			return false
		case falling:
			r.requests = "shortest " + unit.Format(unit.Fraction, r.share) + " of prompts"
		case slices.IsSorted(r.parts):
			r.requests = "longest " + unit.Format(unit.Fraction, r.share) + " of prompts"
		default:
			return false
		}
	}
	return true
}

// mixed notes what dividing requests by length saves, which no one asked for.
func mixed(p *problem, s *solution) {
	for i, w := range p.services {
		if !w.unasked || s.Choice[i] == none || p.runs(i, s.Choice[i])[0].parts == nil {
			continue
		}
		least := math.Inf(1)
		for _, runs := range p.offered[i] {
			if runs[0].parts == nil {
				least = math.Min(least, shareUSD(runs))
			}
		}
		text := fmt.Sprintf("%s: the load balancer divides its requests by the length of their prompts", w.Name)
		if !math.IsInf(least, 1) {
			text += fmt.Sprintf("; on one kind of hardware the machines for it cost %s", unit.Format(unit.Money, math.Round(least)))
		}
		s.notes = append(s.notes, text)
	}
}

// shareUSD is what runs cost a month by their share of machines that are rented.
func shareUSD(runs []run) float64 {
	sum := 0.0
	for _, r := range runs {
		per := max(r.Machine.PerInstance, 1)
		sum += math.Ceil(float64(r.Replicas)/float64(per)) * r.Machine.USDPerHour * unit.HoursPerMonth
	}
	return sum
}
