package simulate

import (
	"fmt"
	"math"

	"scaleadvise/advisor/unit"
)

// leastBeyond is how many requests a run should see beyond the percentile of its goal before it
// says anything of it.
const leastBeyond = 100

// leastMemories is how many times what the queues remember a replication must last.
const leastMemories = 10

// judge sets the verdict. Where nothing can be certified the reasons say why.
func (r *Result) judge(settles, known bool) {
	s := r.Spec
	if load := s.load(); load >= 1 && s.Scaler == nil && s.Fleet.Scheduler == nil && !s.bounded() {
		r.Stable = false
		r.deny("%.4g/s arrive and %.4g/s can be served: the queue grows without bound, whatever a short run shows", s.Traffic.Mean(), s.Fleet.Saturation())
	} else if r.overrun(settles) {
		r.Stable = false
		r.deny("the queue was still growing at the end of the run")
	}
	if r.Partial {
		r.deny("it was stopped before its end")
	}
	if r.Stable && !s.Scenario() {
		r.checkLength(settles, known)
	}
	if beyond := (1 - r.percentile()) * float64(r.Requests); r.Stable && beyond < leastBeyond {
		r.deny("%s requests are too few to know the %.4g %% that take longest: it takes %s", amount(float64(r.Requests)), 100*(1-r.percentile()), amount(math.Round(leastBeyond/(1-r.percentile()))))
	}
	if r.Verdict == "" {
		r.compare()
	}
}

func (r *Result) deny(format string, args ...any) {
	r.Verdict = CannotCertify
	r.Reasons = append(r.Reasons, fmt.Sprintf(format, args...))
}

// overrun reports whether replications ended with more waiting than they could have worked off
// in a small part of their time, or with a little where times were still growing.
func (r *Result) overrun(settles bool) bool {
	part := 0.1
	if !settles {
		part = 0.01
	}
	for _, run := range r.runs {
		if run.swamped || run.backlog > part*run.length*r.Spec.Fleet.Saturation() {
			return true
		}
	}
	return false
}

// checkLength refuses runs too short for a steady state.
func (r *Result) checkLength(settles, known bool) {
	each, memory := r.Duration/float64(r.Replications), r.Spec.memory()
	if w := r.Spec.Traffic.Window; r.Spec.Traffic.Dispersion > 1 {
		memory = math.Max(memory, w)
	}
	switch {
	case each < leastMemories*memory:
		r.deny("a run of %s is too short: at this load the queues remember %s, and it takes %d times that", span(each), span(memory), leastMemories)
	case !settles:
		r.deny("the first half of the run is too short to warm up; let it last longer")
	case !known:
		r.deny("the run is too short for its result to be significant; let it last longer")
	}
}

func amount(n float64) string { return unit.Format(unit.Count, n) }

func span(seconds float64) string { return unit.Format(unit.Duration, seconds) }

// compare holds the share of requests within each bound against the one promised.
func (r *Result) compare() {
	once := r.Spec.Scenario() && r.Replications == 1
	var breaks, unsure []string
	for _, k := range r.Kept {
		switch {
		case once && k.Share.Value < k.Asked, !once && k.Share.High < k.Asked:
			breaks = append(breaks, fmt.Sprintf("%.4g %% of the requests keep %s, %.4g %% required", 100*k.Share.Value, k.Bound, 100*k.Asked))
		case !once && !(k.Share.Low >= k.Asked):
			unsure = append(unsure, fmt.Sprintf("it is too close to call: %.4g %% to %.4g %% of the requests keep %s, %.4g %% required; let it last longer",
				100*k.Share.Low, 100*math.Min(k.Share.High, 1), k.Bound, 100*k.Asked))
		}
	}
	switch {
	case len(breaks) > 0:
		r.Verdict, r.Reasons = Fails, breaks
	case len(unsure) > 0:
		r.Verdict, r.Reasons = CannotCertify, unsure
	default:
		r.Verdict = Holds
	}
}
