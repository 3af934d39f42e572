package advisor

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"scaleadvise/advisor/intake"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/unit"
)

// sizedWays are the ways in which one size of a service's requests may be served alone.
type sizedWays struct {
	name           string
	share          float64
	space          *search.Space
	kinds          map[string]carried // by machine and kind of replica
	measured       map[string]float64 // what one replica carries by accelerator, 1/s; empty where that is predicted
	prompt, answer llm.Tokens         // zero for models without
}

// carried is what one replica of a way is planned to carry of a size, and what it does at most, 1/s.
type carried struct {
	search.Way
	qps, most float64
}

// waysBySize lists for each size what one replica carries of it on each kind of hardware: as it was
// measured, else as it is predicted.
func waysBySize(ctx context.Context, pool *pool, w *ways, sizes []intake.Sized) []sizedWays {
	var out []sizedWays
	for i, z := range sizes {
		l := z.Case.Workload.LLM
		one := sizedWays{
			name: sizeName(z.Input, z.Output, i), share: z.Share, space: w.space, kinds: map[string]carried{}, measured: map[string]float64{},
			prompt: llm.Said(l.Input, l.InputLengths, l.InputSeen), answer: llm.Said(l.Output, l.OutputLengths, l.OutputSeen),
		}
		if q, err := settle(Input{Workload: z.Case.Workload, Catalog: z.Case.Catalog, Rules: w.question.Rules}, w.question.Options); err == nil {
			one.space = q.space
			if space, err := search.In(q.space, offer.Home(w.space.Offers)); err == nil {
				one.space = space
			}
		}
		for _, m := range z.Measured {
			if a, _, err := w.question.Catalog.ResolveAccelerator(m.Accelerator); err == nil {
				one.measured[a.ID] = m.QPS
			}
		}
		for _, c := range search.Rates(ctx, one.space, pool.market(w.space.Offers), one.measured) {
			key := kindKey(c.Way)
			if old, ok := one.kinds[key]; !ok || c.QPS > old.qps {
				one.kinds[key] = carried{c.Way, c.QPS, c.Capacity}
			}
		}
		out = append(out, one)
	}
	return out
}

func sizeName(input, output string, i int) string {
	switch {
	case input != "" && output != "":
		return input + " in, " + output + " out"
	case input != "":
		return input + " in"
	case output != "":
		return output + " out"
	}
	return fmt.Sprint("size ", i+1)
}

// measured reports whether it was measured what a replica carries of the sizes.
func (d *division) measured() bool { return len(d.sizes) > 0 && len(d.sizes[0].measured) > 0 }

// measuredSizes are the ways in which a service runs of which it was measured what one replica carries of each
// size. Without a bound on latency that adds up; with one the queue of what each kind of hardware gets says
// how many replicas it takes.
func (w *ways) measuredSizes(ctx context.Context, pool *pool) {
	d := &division{sizes: waysBySize(ctx, pool, w, w.Sizes)}
	if w.question.Workload.Latency == 0 {
		w.measures = d
		return
	}
	w.mixes = w.bySizes(ctx, pool, d)
}

// bySizes are divisions of a service's requests by the sizes that its fleet names, those that cost least by
// their machines: what sizes come to together points at them, then each kind of hardware is sized for the
// requests that it would get.
func (w *ways) bySizes(ctx context.Context, pool *pool, d *division) (out [][]run) {
	const most = 32
	p := w.byItself(pool)
	p.bySize(0, w, d)
	all := p.offered[0]
	if len(w.ways) > 0 { // all on one kind are among them
		all = slices.DeleteFunc(all, func(runs []run) bool { return len(runs) == 1 })
	}
	slices.SortStableFunc(all, func(a, b []run) int { return cmp.Compare(p.usd(a), p.usd(b)) })
	for _, runs := range all[:min(len(all), most)] {
		if ctx.Err() != nil {
			return nil
		}
		out = append(out, w.sizedFor(d, runs)...)
	}
	return out
}

// bySize adds the options of a service whose requests are told apart by size: all sizes on one kind
// of hardware, or divided over two of them. Requests of a size may be divided too; the load of a
// replica is the sum of what its requests take of it, as in Griggs et al. 2024 (Mélange).
func (p *problem) bySize(service int, w *ways, d *division) {
	var keys []string
	for _, z := range d.sizes {
		for key := range z.kinds {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	for i, a := range keys {
		if n, ok := d.load(w.planned.Peak, a, nil); ok {
			p.sizedOption(service, w, d, a, "", n, 0, nil)
		}
		for _, b := range keys[i+1:] {
			p.pairs(service, w, d, a, b)
		}
	}
}

// load is how many replicas of a kind all of some shares of the sizes need; ok is false where it
// cannot serve one of them.
func (d *division) load(peak float64, key string, shares []float64) (int, bool) {
	sum := 0.0
	for i, z := range d.sizes {
		part := 1.0
		if shares != nil {
			part = shares[i]
		}
		if part == 0 {
			continue
		}
		c, ok := z.kinds[key]
		if !ok || c.qps <= 0 {
			return 0, false
		}
		sum += part * z.share * peak / c.qps
	}
	return int(math.Ceil(sum - 1e-9)), true
}

// mostOfKind bounds the replicas of the first kind of a pair that are tried.
const mostOfKind = 400

// pairs adds the divisions of the sizes over two kinds of hardware that are worth looking at: for
// each number of replicas of the first, it takes the requests for which it is better than the
// second, as far as they fill it.
func (p *problem) pairs(service int, w *ways, d *division, a, b string) {
	order := make([]int, len(d.sizes))
	worth := make([]float64, len(d.sizes))
	for i, z := range d.sizes {
		order[i], worth[i] = i, ratio(z.kinds[a].qps, z.kinds[b].qps)
	}
	slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(worth[y], worth[x]) })
	fewest := math.MaxInt
	for n := 1; n <= mostOfKind; n++ {
		shares, left := make([]float64, len(d.sizes)), float64(n)
		for _, i := range order {
			rate := d.sizes[i].kinds[a].qps
			if rate <= 0 {
				continue
			}
			load := d.sizes[i].share * w.planned.Peak / rate
			shares[i] = math.Min(1, left/load)
			if left -= shares[i] * load; left <= 0 {
				break
			}
		}
		rest := make([]float64, len(shares))
		for i := range rest {
			rest[i] = math.Max(0, 1-shares[i])
			if rest[i] < 1e-12 {
				rest[i] = 0
			}
		}
		others, ok := d.load(w.planned.Peak, b, rest)
		if !ok {
			continue
		}
		if others == 0 {
			return
		}
		if others < fewest {
			fewest = others
			p.sizedOption(service, w, d, a, b, n, others, shares)
		}
	}
}

// ratio compares what two kinds carry of a size.
func ratio(a, b float64) float64 {
	if b <= 0 {
		return math.Inf(1)
	}
	return a / b
}

// sizedOption adds an option with replicas of one or two kinds, and the machines that each may
// lose.
func (p *problem) sizedOption(service int, w *ways, d *division, a, b string, n, others int, shares []float64) {
	var runs []run
	for _, one := range []struct {
		key string
		n   int
	}{{a, n}, {b, others}} {
		if one.key == "" || one.n == 0 {
			continue
		}
		way := anyOf(d, one.key)
		spread, ok := search.Spread(w.space, way, one.n)
		if !ok {
			return
		}
		share, names, parts := 0.0, "", make([]float64, len(d.sizes))
		for i, z := range d.sizes {
			part := 1.0
			switch {
			case shares != nil && one.key == a:
				part = shares[i]
			case shares != nil:
				part = 1 - shares[i]
			}
			parts[i] = part
			if share += part * z.share; part > 1e-9 {
				names = listed2(names, z.name, part)
			}
		}
		if shares == nil {
			names = ""
		}
		runs = append(runs, run{spread, w.space, scaled(w.planned, share), names, share, parts, d, nil})
	}
	p.option(service, runs)
}

func listed2(names, name string, part float64) string {
	if part < 1-1e-9 {
		name = unit.Format(unit.Fraction, part) + " of " + name
	}
	if names == "" {
		return name
	}
	return names + "; " + name
}

func anyOf(d *division, key string) search.Way {
	for _, z := range d.sizes {
		if c, ok := z.kinds[key]; ok {
			return c.Way
		}
	}
	return search.Way{}
}

// split adds options of a service that stand partly on machines that are owned and partly on
// rented ones with the same accelerator, where the owned ones are too few.
func (p *problem) split(service int, w *ways) {
	for _, mine := range w.ways {
		m, ok := p.names[mine.Machine.Cloud+"/"+mine.Machine.Type]
		if !ok || mine.Machine.USDPerHour > 0 || mine.Exclusive {
			continue
		}
		room := 0
		for _, s := range p.Machines[m].Stocks {
			if s.Owned {
				room += s.Most * mine.Cap
			}
		}
		for _, theirs := range w.ways {
			if theirs.Machine.USDPerHour > 0 && theirs.Kind() == mine.Kind() && theirs.Variant.Key() == mine.Variant.Key() && !theirs.Exclusive && theirs.Cap <= mine.Cap {
				p.splitOver(service, w, mine, theirs, room)
			}
		}
	}
}

func (p *problem) splitOver(service int, w *ways, mine, theirs search.Way, room int) {
	total := max(mine.Replicas, theirs.Replicas)
	for n := min(room, total-1); n >= 1; n /= 2 {
		a, b := mine, theirs
		a.Replicas, b.Replicas = n, total-n
		share := float64(n) / float64(total)
		p.option(service, []run{
			{Way: a, space: w.space, demand: scaled(w.planned, share), share: share},
			{Way: b, space: w.space, demand: scaled(w.planned, 1-share), share: 1 - share},
		})
	}
}

func scaled(d search.Demand, share float64) search.Demand {
	d.Peak, d.Mean = d.Peak*share, d.Mean*share
	return d
}
