package search

import (
	"fmt"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/serve"
	"scaleadvise/advisor/unit"
)

// Derive evaluates a plan once more and records how each of its numbers is computed. The log has the traits
// and the demand planned for (planned). The number of replicas is derived too, unless it is fixed: declared,
// or today's. The result equals e, since it is computed by the same functions.
func Derive(s *Space, e candidate.Evaluation, d Demand, fixed bool, log *derivation.Log) candidate.Evaluation {
	t, ok := trialOf(s, e, d)
	if !ok || !t.server.Serves() {
		return e
	}
	t.log = log
	recordGivens(t)
	s.Servers.Record(t.server, log)
	recordReplicas(t, fixed)
	out := evaluate(t)
	complete(t, &out)
	out.ExpectedReplicas, out.ReplicasLow, out.ReplicasHigh = e.ExpectedReplicas, e.ReplicasLow, e.ReplicasHigh
	return out
}

// Sources of the recorded methods.
const (
	binomialTail = "binomial tail of instances down at once, each independently; a whole zone where the promise needs it"
	listPrice    = "whole instances at the list price, a month of 730 h; egress, storage, load balancer, support and tax are not in it"
	marginMethod = "quantile of sampled demand over sampled capacity: 512 stratified draws, common to all candidates"
	fewestMethod = "search over the number of replicas; capacity grows with it up to the scalability law's peak"
)

// recordGivens notes what the plan is made of.
func recordGivens(t trial) {
	w, o, h := t.space.Workload, t.space.options, t.hosting
	given := func(name, title string, v float64, unit, from, reason string) {
		t.log.Given(derivation.Stated(name, title, v, unit, from, reason))
	}
	given("confidence", "probability with which it must hold", o.Confidence, "fraction", "--confidence", "90 % unless it is given")
	given("seed", "seed of the samples", float64(o.Seed), "", "--seed", "the same seed gives the same answer")
	split := "a classic model is not split: each accelerator serves on its own"
	if t.space.Generates() {
		split = "the accelerators of a replica hold the model together"
	}
	if !w.HeadroomGiven {
		given("headroom", "share of its limit that what is bought leaves free", w.Headroom, "fraction", "rules: headroom.ceiling", "the wait grows steeply beyond it")
	}
	given("zone_availability", "share of time that a zone is up", o.ZoneAvailability, "fraction", "rules: single-zone", "what clouds commit to in one zone")
	given("servers", "servers in a replica", float64(t.server.Copies), "", "plan", split)
	if h.PerInstance == w.MostOn {
		given("per_instance", "replicas on an instance", float64(h.PerInstance), "", "plan", "the scheduler puts no more on one")
	} else {
		given("per_instance", "replicas on an instance", float64(h.PerInstance), "", "catalog: "+h.Cloud+" "+h.Type, h.Source)
	}
	if each := h.Each(t.n); each > 0 {
		given("usd_per_hour", "price of an instance", each, "USD/h", "catalog: "+h.Cloud+" "+h.Type, h.AsOf+", "+h.Source)
	}
	given("hours_per_month", "hours of a month", unit.HoursPerMonth, "h", "default", "what clouds bill a month as")
	given("percentile", "percentile of the bound", t.server.Conditions.Bounds.E2EPercentile, "fraction", "--latency-percentile", "p99 unless it is given")
	if w.Latency == 0 {
		given("bound", "bound on latency", 0, "s", "default", "none was given")
	}
	given("dispersion", "dispersion of arrivals", w.Dispersion, "", "--burstiness", "1 is Poisson")
	given("window", "window of the dispersion", w.Window, "s", "--burstiness", "0 where none was given")
	given("balancing", "how requests are balanced", float64(serve.BalancingOf(w.Balancing)), "", "--balancing", "0 at random, 1 to the least loaded, 2 round-robin, 3 the less loaded of two")
	if left := t.server.Variant.Demand; left != 1 {
		given("demand_factor", "what optimizations leave of the demand", left, "fraction", "catalog: optimizations", "")
	}
}

// recordReplicas notes how many there are: as sized, or as they are today.
func recordReplicas(t trial, fixed bool) {
	if !t.log.Recording() {
		return
	}
	need := t.need()
	n := derivation.Figure("replicas", "replicas", float64(t.n), "")
	if sized, ok := smallest(t); fixed || !ok || sized != t.n {
		recordKeptCount(t, n)
		return
	}
	t.log.Given(derivation.Stated("tried", "number of replicas tried", float64(t.n), "", "search", "the first that is enough"))
	wanted := t.wanted()
	all, left := recordTried(t, "these", "tried")
	check := "replicas <= tried && all_of_these >= wanted && carried_by_these >= need"
	allBut, less := recordTried(t.sized(t.n-1), "one_less", "(tried - 1)")
	if (less < need || allBut < wanted) && left >= need && all >= wanted {
		// Else redundancy or the job over the data asks for more than the load.
		check += " && max(wanted - all_of_one_less, need - carried_by_one_less) > 0"
	}
	t.log.Search(n, "the fewest replicas that carry what is wanted, and what is needed after the losses they must survive, and finish the job over the data in time", check, fewestMethod)
}

// recordKeptCount notes a number of replicas that the load did not set.
func recordKeptCount(t trial, n derivation.Value) {
	today := t.space.Base.Replicas
	t.log.Given(derivation.Stated("replicas_before", "replicas before", float64(today), "", "--replicas", "one unless it is given"))
	if t.n == today {
		t.log.Step(n, "replicas_before", "the number of replicas stays as it is")
		return
	}
	t.log.Search(n, "the number of replicas that comes nearest to what is needed", "replicas >= 1", fewestMethod)
}

// recordTried notes what a number of replicas carries, all of them and after the losses.
func recordTried(t trial, suffix, number string) (all, left float64) {
	quiet := t
	quiet.log = nil
	after, lost, _ := quiet.afterLosses()
	w, all := t.space.Workload, quiet.sustainable(quiet.n)
	instances, losses, remaining, copies := "instances_of_"+suffix, "losses_of_"+suffix, "copies_left_of_"+suffix, "copies_of_"+suffix
	t.log.Step(derivation.Figure(copies, "servers in that many", float64(t.n*t.server.Copies), ""), number+" * servers", serve.Independent)
	recordLeft(t, derivation.Figure("all_of_"+suffix, "what that many carry, all of them up", all, "1/s"),
		serve.Count{N: t.n, Copies: copies, Replicas: "(" + copies + " / servers)", Kept: "kept_by_" + suffix})
	t.log.Step(derivation.Figure(instances, "instances of that many", float64(t.hosting.InstancesFor(t.n)), ""), instancesOf(t, number), listPrice)
	if w.Availability == 0 {
		t.log.Given(derivation.Stated(losses, "replicas that must be able to fail", 0, "", "default", "no availability was asked for"))
	} else {
		t.log.Step(derivation.Figure(losses, "replicas that must be able to fail", float64(lost), ""), lossesOf(t, number, instances), binomialTail)
	}
	t.log.Step(derivation.Figure(remaining, "servers left after the losses", float64((t.n-lost)*t.server.Copies), ""), "("+number+" - "+losses+") * servers", serve.Independent)
	recordLeft(t, derivation.Figure("carried_by_"+suffix, "what that many carry after their losses", after, "1/s"),
		serve.Count{N: t.n - lost, Copies: remaining, Replicas: "(" + remaining + " / servers)", Kept: "kept_of_" + suffix})
	return all, after
}

// recordLeft notes what the replicas carry that losses leave.
func recordLeft(t trial, v derivation.Value, n serve.Count) {
	if n.N <= 0 {
		t.log.Step(v, "0 * "+n.Copies, "nothing is left")
		return
	}
	recordSustainable(t, v, n)
}

// lossesOf returns the formula of the replicas that must be able to fail; spot machines that may be
// reclaimed have a name of their own.
func lossesOf(t trial, replicas, instances string) string {
	losses := "max(losses_of(" + instances + ", replica_availability, availability), zone_losses(" + instances + ", zones, zone_availability, availability))"
	if spot := t.hosting.SpotMachines(t.n); spot > 0 {
		name := "spot_losses_of_" + instances
		works := spotWorks(t.space, t.hosting)
		t.log.Given(derivation.Stated(name, "spot machines that may be reclaimed at once", float64(takenBack(t.space, t.hosting, t.n)), "", "catalog: "+t.hosting.Cloud+" "+t.hosting.Type,
			fmt.Sprintf("of %d spot machines those of one zone, where zones have them %.4g %% of the time", spot, 100*works)))
		losses = "max(" + losses + ", " + name + ")"
	}
	fullest := "per_instance"
	if t.hosting.Zones >= 2 && t.hosting.PerInstance > 1 {
		fullest = "min(per_instance, ceil(" + replicas + " / zones))"
	}
	return "min(" + replicas + ", " + fullest + " * " + losses + ")"
}

// instancesOf returns the formula of the instances that a number of replicas takes: one in each zone at
// least.
func instancesOf(t trial, replicas string) string {
	packed := "ceil(" + replicas + " / per_instance)"
	if t.hosting.Zones < 2 || t.hosting.PerInstance <= 1 {
		return packed
	}
	return "max(" + packed + ", min(" + replicas + ", zones))"
}

// allReplicas returns the replicas of a trial as formulas name them.
func allReplicas(t trial) serve.Count {
	return serve.Count{N: t.n, Copies: "copies", Replicas: "replicas", Kept: "kept"}
}

// recordCapacity notes what all replicas carry, and what is left after the losses.
func recordCapacity(t trial, capacity, after float64, lost int) {
	if !t.log.Recording() {
		return
	}
	t.log.Step(derivation.Figure("copies", "servers in all replicas", float64(t.n*t.server.Copies), ""), "replicas * servers", serve.Independent)
	t.server.RecordSaturation(t.log, derivation.Figure("saturation_qps", "saturation of the plan", t.server.Saturation(t.n), "1/s"), allReplicas(t))
	recordSustainable(t, derivation.Figure("capacity_qps", "capacity", capacity, "1/s"), allReplicas(t))
	recordLosses(t, lost)
	t.log.Step(derivation.Figure("replicas_left", "replicas left after the losses", float64(t.n-lost), ""), "replicas - losses", binomialTail)
	left := serve.Count{N: t.n - lost, Copies: "replicas_left", Replicas: "replicas_left", Kept: "kept_after_losses"}
	if left.N > 0 {
		left.Copies = "copies_left"
		t.log.Step(derivation.Figure("copies_left", "servers left after the losses", float64(left.N*t.server.Copies), ""), "replicas_left * servers", serve.Independent)
	}
	recordLeft(t, derivation.Figure("capacity_after_losses", "capacity after the losses", after, "1/s"), left)
}

// recordLosses notes how many replicas may be down at once.
func recordLosses(t trial, lost int) {
	t.log.Step(derivation.Figure("instances", "instances", float64(t.hosting.InstancesFor(t.n)), ""), instancesOf(t, "replicas"), listPrice)
	if t.space.Workload.Availability == 0 {
		t.log.Given(derivation.Stated("losses", "replicas that must be able to fail", 0, "", "default", "no availability was asked for"))
		return
	}
	t.log.Step(derivation.Figure("losses", "replicas that must be able to fail", float64(lost), ""), lossesOf(t, "replicas", "instances"), binomialTail)
}
