package search

import (
	"math"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/serve"
)

// host returns what the machine lets one replica serve.
func (t trial) host() offer.HostLimit {
	return offer.HostLimitOf(t.space.Offers, t.server.Hardware, t.hosting)
}

// sustainable returns the rate that n replicas sustain on their machines, 1/s: that of the accelerators,
// limited to what the machines let through.
func (t trial) sustainable(n int) float64 {
	if n <= 0 {
		return 0
	}
	t.effort.spend()
	return math.Min(t.server.Sustainable(n), float64(n)*t.host().QPS)
}

// fewestHosted returns how many replicas a trial must have for its machines to be expected to let the load through
// to them. What runs today may turn out to need less of its machines; a purchase must not rely on that.
func fewestHosted(t trial) int {
	limit := t.host().Expected
	if t.runsToday() || math.IsInf(limit, 1) || limit <= 0 {
		return 1
	}
	return int(math.Min(math.Ceil(t.peak()/limit*(1-rounding)), MaxReplicas))
}

// letsThrough returns the load that the machines of what is bought are expected to let through, 1/s.
func letsThrough(t trial) float64 {
	if t.runsToday() {
		return math.Inf(1)
	}
	return float64(t.n) * t.host().Expected
}

// letThrough tests that the machines of what is bought are expected to let the load through.
func letThrough(t trial) *candidate.Excuse {
	if t.n >= fewestHosted(t) {
		return nil
	}
	limit := t.host()
	got := float64(t.n) * limit.Expected
	bound := "its " + limit.By + " is expected to let "
	if limit.By == "vCPUs" {
		bound = "its vCPUs are expected to let "
	}
	return candidate.Missed(candidate.Throughput, bound+percent(got/t.peak())+" of the load through", "capacity_qps", "1/s", got, t.peak())
}

// rounding is the allowance for rounding errors of a quotient.
const rounding = 1e-9

// boundBy names the resource of the machine that limits a trial; "" where it is the accelerator.
func (t trial) boundBy() string {
	limit := t.host()
	if float64(t.n)*limit.QPS >= t.server.Sustainable(t.n) {
		return ""
	}
	if limit.By == "vCPUs" {
		return "its vCPUs are the limit"
	}
	return "its " + limit.By + " is the limit"
}

// highest returns the upper end of a capacity: the machine bounds it too.
func (t trial) highest(capacity, by float64) float64 {
	return math.Max(math.Min(capacity*by, float64(t.n)*t.host().QPS), capacity)
}

// finite replaces +Inf, which stands for no limit, by 0.
func finite(v float64) float64 {
	if math.IsInf(v, 0) {
		return 0
	}
	return v
}

// recordSustainable notes the rate that a number of replicas sustains on their machines.
func recordSustainable(t trial, v derivation.Value, n serve.Count) {
	limit := t.host().QPS
	if !(float64(n.N)*limit < t.server.Sustainable(n.N)) {
		t.server.RecordSustainable(t.log, v, n)
		return
	}
	if !t.log.Recording() {
		return
	}
	h := t.space.Host
	name := v.Name + "_of_accelerators"
	t.server.RecordSustainable(t.log, derivation.Figure(name, v.Title+" by the accelerators alone", t.server.Sustainable(n.N), "1/s"), n)
	t.log.Given(derivation.Stated("host_qps", "rate that the machine lets one replica serve", limit, "1/s", "catalog: "+t.hosting.Cloud+" "+t.hosting.Type,
		"its "+t.host().By+" over what a request takes of them at least: "+h.Work))
	t.log.Step(v, "min("+name+", "+n.Replicas+" * host_qps)", "what reaches the accelerators bounds what they do")
}

// Roomier returns the cheapest machine that lets the demand through to the accelerators of a
// plan, as many of it as the plan has; ok is false where none does.
func Roomier(s *Space, e candidate.Evaluation, d Demand) (machine string, usd float64, ok bool) {
	t, known := trialOf(s, e, d)
	if !known {
		return "", 0, false
	}
	h, ok := offer.Roomier(s.Offers, t.server.Hardware, t.hosting, t.peak()/float64(t.n))
	return h.Type, h.Cost(t.n), ok
}

// InSmaller returns the cloud that rents the accelerators of a plan on machines with fewer of them, and
// what that costs, US dollars a month; "" where none does for less than the plan costs.
func InSmaller(s *Space, e *candidate.Evaluation) (cloud string, usd float64) {
	if e == nil || !e.Priced || e.Rented == 0 {
		return "", 0
	}
	server, ok := serverOf(s, *e)
	if !ok {
		return "", 0
	}
	return offer.InSmaller(s.Offers, server.Hardware, e.Replicas, hostingOf(s, server.Hardware, *e).Instance, e.CostPerMonth)
}

// HostOfBase returns the rate that the machines of the base are expected to let through to its accelerators at a
// demand, 1/s, the resource that limits it, and the type of machine; ok is false where no limit is known.
func HostOfBase(s *Space, d Demand) (qps float64, by, machine string, ok bool) {
	t, known := onMachines(s, d)
	if !known {
		return 0, "", "", false
	}
	limit := t.host()
	qps = limit.Expected * float64(t.n)
	return qps, limit.By, t.hosting.Cloud + " " + t.hosting.Type, !math.IsInf(qps, 1)
}

// shareOf returns the share of one accelerator that a replica owns; 0 where it owns whole ones.
func shareOf(t trial) float64 {
	if p := t.server.Accelerator.Part; p != nil {
		return p.Compute * float64(t.server.PerReplica)
	}
	return 0
}
