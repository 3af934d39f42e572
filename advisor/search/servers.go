package search

import (
	"math"
	"sort"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/serve"
)

// every visits each server of the hardware that is offered and that any cloud asked about rents, and of the base,
// but for those that are passed by before they are made.
func every(s *Space, optimized bool, pass func(offer.Hardware, offer.Variant) bool, visit func(*serve.Server)) {
	all := s.Choices()
	if !offered(all, s.Base.Hardware) {
		all = append([]offer.Hardware{s.Base.Hardware}, all...)
	}
	anywhere := offer.Everywhere(s.Offers)
	for _, h := range all {
		if h.Kind() != s.Base.Kind() && len(anywhere.Hosting(h)) == 0 {
			continue
		}
		for _, v := range s.Variants(h.Accelerator, optimized) {
			if pass != nil && pass(h, v) {
				continue
			}
			if r := s.Servers.Of(h, v); r.Serves() {
				visit(r)
			}
		}
	}
}

func offered(all []offer.Hardware, h offer.Hardware) bool {
	for _, a := range all {
		if a.Kind() == h.Kind() {
			return true
		}
	}
	return false
}

// FastestAlone returns the shortest time in seconds that one request alone takes on any
// hardware that is offered and rented; 0 when nothing can serve.
func FastestAlone(s *Space) float64 {
	fastest := math.Inf(1)
	for _, optimized := range []bool{false, true} {
		slower := func(h offer.Hardware, v offer.Variant) bool { return serve.Quickest(s.Servers, h, v) >= fastest }
		every(s, optimized, slower, func(r *serve.Server) { fastest = math.Min(fastest, r.Alone) })
	}
	if math.IsInf(fastest, 1) {
		return 0
	}
	return fastest
}

// Strong is the hardware whose replicas carry the most load.
type Strong struct {
	offer.Hardware
	Name string
	QPS  float64 // 1/s, with the base's number of replicas
}

// Strongest finds the hardware on which the base's number of replicas carries the most,
// plain or optimized. Hardware is visited by saturated throughput, which bounds capacity, and
// solved only where it may carry more than the best before. ok is false when nothing serves.
func Strongest(s *Space, optimized bool) (best Strong, ok bool) {
	var all []*serve.Server
	every(s, optimized, nil, func(r *serve.Server) {
		if len(s.Hosting(r.Hardware)) > 0 || r.Kind() == s.Base.Kind() {
			all = append(all, r)
		}
	})
	n := s.Base.Replicas
	sort.SliceStable(all, func(i, j int) bool { return all[i].Saturation(n) > all[j].Saturation(n) })
	for _, r := range all {
		if ok && r.Saturation(n) <= best.QPS {
			break
		}
		if r.Excuse != nil || ok && r.Short(n, best.QPS) {
			continue
		}
		if q := r.Sustainable(n); q > best.QPS {
			best, ok = Strong{r.Hardware, offer.ShortName(r.Accelerator), q}, true
		}
	}
	return best, ok
}

// CapacityOf returns what n replicas of an evaluated plan's kind carry, 1/s; 0 for none.
func CapacityOf(s *Space, e candidate.Evaluation, n int) float64 {
	if t, ok := trialOf(s, e, Demand{}); ok {
		return t.sustainable(n)
	}
	return 0
}

// Replica describes each replica of an evaluated plan; ok is false where nothing serves.
func Replica(s *Space, e candidate.Evaluation) (v serve.Replica, ok bool) {
	r, ok := serverOf(s, e)
	if !ok {
		return serve.Replica{}, false
	}
	return s.Servers.Replica(r, e.Replicas, e.DemandQPS)
}
