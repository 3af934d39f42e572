package search

import (
	"slices"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/engine"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/serve"
)

// Judge returns how the base's number of replicas of the base hardware fares at a demand, in
// the baseline precision; the excuse is nil when it holds.
func Judge(s *Space, d Demand) (candidate.Evaluation, *candidate.Excuse) {
	t, ok := baseTrial(s, d, false)
	if !ok {
		return candidate.Evaluation{}, unknownPrecision()
	}
	t, excuse := cheapestHosting(t)
	return evaluate(t), excuse
}

// JudgeOn returns how an evaluated deployment, on its machines, fares at another demand.
func JudgeOn(s *Space, e candidate.Evaluation, d Demand) (candidate.Evaluation, *candidate.Excuse) {
	t, ok := trialOf(s, e, d)
	if !ok {
		return candidate.Evaluation{}, unknownPrecision()
	}
	return evaluate(t), judge(t)
}

func unknownPrecision() *candidate.Excuse {
	return &candidate.Excuse{Code: candidate.Unknown, Text: "nothing is known about this precision"}
}

// cheapestHosting returns the trial on the cheapest instances on which it holds, as far as a plan of that
// size would be bought on them: no one rents machines of eight to avoid a ninth small one. Else it is the
// trial on the cheapest of all. Which machines are rented is not known.
func cheapestHosting(t trial) (best trial, excuse *candidate.Excuse) {
	best, excuse = t, judge(t)
	least := best
	for _, o := range t.space.Hosting(t.server.Hardware) {
		other := t
		other.hosting = o
		failed := judge(other)
		if other.cost() < least.cost() {
			least = other
		}
		if (failed == nil) != (excuse == nil) {
			if failed == nil {
				best, excuse = other, nil
			}
		} else if other.cost() < best.cost() {
			best, excuse = other, failed
		}
	}
	if excuse == nil && best.cost() > least.cost()*notably {
		if n, ok := smallest(least); ok && least.sized(n).cost()*notably < best.cost() && judge(least.sized(n)) == nil {
			return least, judge(least)
		}
	}
	return best, excuse
}

// notably is the ratio of two costs above which the cheaper machines are assumed to be rented.
const notably = 1.1

// baseTrial returns the base deployment, plain or with its best optimization.
func baseTrial(s *Space, d Demand, optimized bool) (best trial, ok bool) {
	options := s.Hosting(s.Base.Hardware)
	if len(options) == 0 {
		options = []offer.Hosting{offer.Unpriced()}
	}
	for _, v := range s.Variants(s.Base.Accelerator, optimized) {
		server := s.Servers.Of(s.Base.Hardware, v)
		t := trial{space: s, server: server, hosting: options[0], n: s.Base.Replicas, demand: d, confidence: s.options.Confidence}
		if !ok || server.Sustainable(1) > best.server.Sustainable(1) || !best.server.Serves() {
			best, ok = t, true
		}
	}
	return best, ok
}

// onMachines returns the base's replicas in the baseline precision on the machines that are taken to be rented
// for a demand: the cheapest on which it holds.
func onMachines(s *Space, d Demand) (t trial, ok bool) {
	if t, ok = baseTrial(s, d, false); ok && t.server.Serves() && s.Host != nil {
		t, _ = cheapestHosting(t)
	}
	return t, ok
}

// Sustainable returns the rate that the base's replicas sustain on their machines, 1/s.
func Sustainable(s *Space) float64 {
	t, ok := onMachines(s, Demand{})
	if !ok || !t.server.Serves() {
		return 0
	}
	return t.sustainable(t.n)
}

// BaseReplica returns the server of one base replica in its baseline precision; ok is false
// where there is none, or nothing serves.
func BaseReplica(s *Space) (r *serve.Server, ok bool) {
	t, ok := baseTrial(s, Demand{}, false)
	return t.server, ok && t.server.Serves()
}

// OneReplica describes one base replica, plain or with its best optimization. ok is false
// when the base has no such variant.
func OneReplica(s *Space, optimized bool) (candidate.Server, bool) {
	t, ok := baseTrial(s, Demand{}, optimized)
	if !ok {
		return candidate.Server{Basis: "none", Fits: true}, false
	}
	r := t.server
	v := candidate.Server{
		Basis: "none", Fits: fits(r),
		Weights: r.Memory.Weights, Needed: r.Memory.Needed, Usable: r.Memory.Usable, Optimizations: r.Variant.Optimizations,
	}
	if r.Serves() {
		v.Basis, v.Alone, v.SlowAlone = r.Service.Basis, r.Alone, serve.SlowAlone(r)
		v.MaxBatch, v.CV = r.Service.MaxBatch, r.Service.CV
		v.QPS, v.Saturation = r.Sustainable(1), r.Saturation(1)
	}
	return v, true
}

// fits reports whether a server's memory holds the model: a given service already runs, and so it fits.
func fits(r *serve.Server) bool { return r.Excuse == nil || r.Excuse.Code != candidate.Memory }

// Tokens describes the base replicas of a language model; ok is false for a model without
// tokens and where nothing is known about it.
func Tokens(s *Space) (serve.Tokens, bool) {
	if !s.Generates() {
		return serve.Tokens{}, false
	}
	t, ok := baseTrial(s, Demand{}, false)
	if !ok {
		return serve.Tokens{}, false
	}
	return t.server.Tokens(t.n), true
}

// RequestsArgument returns the engine's argument for the requests at once; "" where it has none.
func RequestsArgument(s *Space) string {
	e, err := engine.Named(s.Workload.LLM.Engine)
	if err != nil {
		return ""
	}
	return e.Arguments.Requests
}

// ReplicasWanted returns how many replicas of the base hardware in the baseline precision
// the demand needs, whatever the limits; 0 when no number suffices.
func ReplicasWanted(s *Space, d Demand) int {
	t, ok := baseTrial(s, d, false)
	if !ok {
		return 0
	}
	if n, ok := smallest(t); ok {
		return n
	}
	return 0
}

// Weaker reports whether a plan's replica is a weaker machine than the base's: by what it
// saturates at, or by its matrix rate where the base cannot serve.
func Weaker(s *Space, e candidate.Evaluation) bool {
	base, ok := baseTrial(s, Demand{}, false)
	if ok && base.server.Serves() && e.SaturationQPS > 0 {
		return e.SaturationQPS/float64(e.Replicas) < base.server.Saturation(1)
	}
	a, _ := s.Accelerator(e.Accelerator)
	return offer.Strength(a)*float64(e.PerReplica) < offer.Strength(s.Base.Accelerator)*float64(s.Base.PerReplica)
}

// NotAdmitted lists the optimizations known for this kind of model that the base lacks and
// that neither a measurement nor --allow-optimization admits.
func NotAdmitted(s *Space) []string {
	one, _ := OneReplica(s, false)
	return s.Offers.NotAdmitted(s.Base.Accelerator, one.MaxBatch)
}

// ofToday returns those of some ways to rent today's replicas that cost no more than the machines on
// which they are taken to stand.
func ofToday(s *Space, options []offer.Hosting, d Demand) []offer.Hosting {
	t, ok := baseTrial(s, d, false)
	if !ok || !s.Base.Known || len(options) < 2 {
		return options
	}
	t, _ = cheapestHosting(t)
	most := t.cost()
	return slices.DeleteFunc(slices.Clone(options), func(h offer.Hosting) bool {
		t.hosting = h
		return t.cost() > most
	})
}
