package advisor

import (
	"fmt"
	"math"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/simulate"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// arrivals is what came, in words.
func arrivals(s Simulated, spec simulate.Spec) string {
	t := spec.Traffic
	mean := unit.Format(unit.Rate, t.Mean())
	if r := s.Recording; r != nil {
		return recorded(r, t)
	}
	words := "Poisson"
	if t.Dispersion > 1 {
		words = fmt.Sprintf("bursts with index of dispersion %.3g", t.Dispersion)
		if t.Window > 0 {
			words += " over " + unit.Format(unit.Duration, t.Window)
		}
	}
	if t.Profile != nil {
		return fmt.Sprintf("%s, %s on average and %s at the peak of a day of %s", words, mean,
			unit.Format(unit.Rate, t.Mean()*t.Profile.PeakToMean()), unit.Format(unit.Duration, t.Profile.Length()))
	}
	return words + ", " + mean
}

// asRecorded is how far the speed of a replay may be off and, in the digits shown, still be that
// of the recording.
const asRecorded = 0.0005

// recorded says how a recording is replayed.
func recorded(r *simulate.Recording, t simulate.Traffic) string {
	mean := unit.Format(unit.Rate, t.Mean())
	if r.Profile != nil {
		words := "Poisson within each window of the trace"
		if t.Dispersion > 1 {
			words = "bursts within each window of the trace"
		}
		return fmt.Sprintf("%s, %s on average and %s in the busiest window; the trace has %s on average", words, mean,
			unit.Format(unit.Rate, t.Mean()*t.Profile.PeakToMean()), unit.Format(unit.Rate, r.Rate))
	}
	words := fmt.Sprintf("%s requests of the trace, %s on average", unit.Format(unit.Count, float64(r.Trace.Requests())), mean)
	switch speed := t.Mean() / r.Rate; {
	case speed > 1+asRecorded:
		words += fmt.Sprintf(", replayed %.3g times as fast as recorded", speed)
	case speed < 1-asRecorded:
		words += fmt.Sprintf(", replayed %.3g times as slow as recorded", 1/speed)
	}
	return words
}

// simulationAssumptions are those of the deployment, and of the day where its shape is not given.
func simulationAssumptions(d deployment, s Simulated, r *simulate.Result) []advice.Assumption {
	var out []advice.Assumption
	shaped := s.Diurnal && s.Recording == nil && d.Workload.PeakToMean <= 1
	for _, x := range assumptions(d.question) {
		switch x.Trait {
		case "peak_to_mean": // said below with the value used
			if shaped {
				continue
			}
		case "cloud", "replica_availability", "growth", "zones":
			continue
		case "replicas":
			if !d.declared {
				continue
			}
		case "gpu":
			if d.declared {
				continue
			}
		}
		out = append(out, x)
	}
	if shaped {
		out = append(out, advice.Assumption{Trait: "peak_to_mean", Flag: "--peak-to-mean", Value: float64(workload.UsualPeakToMean), Reason: "the usual shape of a day"})
	}
	if d.Workload.ColdStart == 0 && (len(r.Spec.Events) > 0 || r.Spec.Scaler != nil) {
		out = append(out, advice.Assumption{Trait: "cold_start", Flag: "--cold-start", Value: float64(0), Unit: "s", Reason: "how long a replica takes to start was not given"})
	}
	return out
}

// simulationNext is where to go from the outcome.
func simulationNext(d deployment, s Simulated, a *advice.Simulation) []string {
	if s.Recording != nil || len(s.Events) > 0 || s.Autoscale != nil || d.Workload.RequireDemand() != nil {
		return nil
	}
	given := given(d.question)
	switch a.Result.Verdict {
	case simulate.Holds:
		return []string{"scaleadvise simulate " + given + " --event replica-loss@5min/5min"}
	case simulate.Fails:
		return []string{"scaleadvise advise " + given}
	}
	if !a.Result.Stable {
		return []string{"scaleadvise advise " + given}
	}
	return nil
}

// autoscaled is what the autoscaler saved and what the ramp of demand needs.
func autoscaled(d deployment, s Simulated, r *simulate.Result) *advice.Autoscaled {
	if r.Scaling == nil {
		return nil
	}
	x, scaler := r.Scaling, r.Spec.Scaler
	a := &advice.Autoscaled{
		MeanReplicas: x.Replicas, MostReplicas: x.Most, StaticReplicas: x.Static, Ramp: x.Ramp, Lead: x.Lead,
		Target: s.Autoscale.Share, RoomFor: 1 / math.Max(1, x.Ramp),
	}
	if h := d.plan.Hosting; h.Priced && h.ReplicasPerInstance > 0 {
		each := h.USDPerHour * unit.HoursPerMonth / float64(h.ReplicasPerInstance)
		a.CostPerMonth, a.StaticPerMonth = each*a.MeanReplicas, each*float64(max(a.StaticReplicas, scaler.Min))
	}
	return a
}
