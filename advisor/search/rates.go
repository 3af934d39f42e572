package search

import (
	"context"

	"scaleadvise/advisor/offer"
)

// Rate is what one replica of a way carries.
type Rate struct {
	Way
	QPS      float64 // 1/s that is planned for, with the headroom left free
	Capacity float64 // 1/s
}

// Rates lists the rate that one replica carries on each kind of machine, at the confidence asked for and
// with the headroom left free; without a bound on latency, as measured, and only for accelerators that were
// measured.
func Rates(ctx context.Context, s *Space, market Market, measured map[string]float64) []Rate {
	var all []Rate
	add := func(h offer.Hardware, v offer.Variant, machines []offer.Hosting, qps func(offer.Hosting) (planned, most float64)) {
		for _, m := range machines {
			if q, most := qps(m); q > 0 && m.PerInstance > 0 {
				all = append(all, Rate{Way{Hardware: h, Variant: v, Machine: m, Replicas: 1, Cap: m.PerInstance}, q, most})
			}
		}
	}
	answers := func(h offer.Hardware, v offer.Variant, machines []offer.Hosting) {
		server := s.Servers.Of(h, v)
		if server.Excuse != nil || ctx.Err() != nil {
			return
		}
		add(h, v, machines, func(m offer.Hosting) (float64, float64) {
			t := trial{space: s, server: server, hosting: m, n: 1, demand: Demand{Peak: 1}, confidence: s.options.Confidence}
			return t.sustainable(1) / t.sized(0).wanted(), t.sustainable(1)
		})
	}
	visit := func(h offer.Hardware, machines []offer.Hosting) {
		if len(measured) > 0 {
			switch q := measured[h.Accelerator.ID]; {
			case q == 0 || h.PerReplica != 1:
			case s.Workload.Latency > 0:
				answers(h, offer.Variant{Demand: 1}, machines)
			default:
				add(h, offer.Variant{Demand: 1}, machines, func(offer.Hosting) (float64, float64) { return q * (1 - s.Workload.Headroom), q })
			}
			return
		}
		for _, optimized := range []bool{false, true} {
			for _, v := range s.Variants(h.Accelerator, optimized) {
				answers(h, v, machines)
			}
		}
	}
	for _, t := range market.There {
		visit(t.Hardware, []offer.Hosting{t.Machine})
	}
	for _, h := range measuredToo(s, measured) {
		if market.rents(h) {
			visit(h, offer.Machines(s.Offers, h))
		}
	}
	return all
}

// measuredToo returns the hardware that may be rented, including what was measured with other software.
func measuredToo(s *Space, measured map[string]float64) []offer.Hardware {
	all := rentable(s)
	for _, a := range s.Catalog.Accelerators() {
		if h := (offer.Hardware{Accelerator: a, PerReplica: 1}); measured[a.ID] > 0 && !offered(all, h) {
			all = append(all, h)
		}
	}
	return all
}

// Spread adds the replicas that may be lost to those of a way, and limits the replicas on one machine
// accordingly; ok is false where the promise cannot be kept.
func Spread(s *Space, w Way, n int) (Way, bool) {
	w.Replicas = n
	if s.Workload.Availability == 0 {
		return w, true
	}
	w.Cap = 1
	for total := n; total <= n+mostLost; total++ {
		losses, ok := LossesToSurvive(s, total)
		if ok && total-losses >= n {
			w.Replicas = total
			return w, true
		}
	}
	return w, false
}

// mostLost bounds the replicas that are added to survive losses.
const mostLost = 1000
