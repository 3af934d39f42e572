package advisor

import (
	"context"
	"math"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/fleet"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/simulate"
)

// The hour that is replayed, s: requests come at the peak planned for, and a machine is lost after
// ten minutes and does not come back.
const (
	busiestHour = 3600
	lostAfter   = 600
)

// SimulateFleet plans a fleet and runs each service through its busiest hour, in which the machine
// with most of its replicas is lost. That a service fails is an answer.
func SimulateFleet(ctx context.Context, in Together, o Options) (*advice.FleetSimulation, error) {
	p, s, err := together(ctx, in, o)
	if err != nil {
		return nil, err
	}
	out := &advice.FleetSimulation{Name: in.Fleet.Name, Holds: len(s.without) == 0}
	ctx, done := o.Limit.of(ctx)
	defer done()
	for i := range p.services {
		if s.Choice[i] == none {
			out.Without = append(out.Without, p.services[i].Name)
			continue
		}
		for n := range p.runs(i, s.Choice[i]) {
			one, err := busiest(ctx, p, s, i, n)
			if err != nil {
				return nil, err
			}
			out.Services = append(out.Services, one)
			if one.Result == nil || one.Promised && one.Result.Verdict != simulate.Holds {
				out.Holds = false
			}
		}
	}
	return out, nil
}

// busiest runs one service through its hour, of several kinds of hardware the replicas of one with their
// requests.
func busiest(ctx context.Context, p *problem, s *solution, i, n int) (advice.SimulatedService, error) {
	w, r := &p.services[i], p.runs(i, s.Choice[i])[n]
	out := advice.SimulatedService{Name: w.Name, Requests: r.requests}
	q, err := w.part(r)
	if err != nil {
		return out, err
	}
	plan := search.Run(q.space, r.Way, r.demand)
	out.Runs, out.Replicas, out.Machine = plan.Words(), plan.Replicas, r.Machine.Type
	out.Lost, out.Promised = worstHost(s, i, n, r), w.question.Workload.Availability > 0
	replica, ok := q.space.Servers.Replica(search.Server(q.space, r.Way), plan.Replicas, plan.DemandQPS)
	if !ok {
		out.Reason = errIdle.Error()
		return out, nil
	}
	d := deployment{question: q, plan: plan, replica: replica}
	what := Simulated{Length: busiestHour, Replications: hours(plan.DemandQPS)}
	if out.Lost < plan.Replicas {
		what.Events = []simulate.Event{{Kind: simulate.ReplicaLoss, At: lostAfter, Count: out.Lost}}
	}
	spec, err := specify(d, what)
	if err != nil {
		return out, ofService(w.Service, err)
	}
	spec.Whole = true
	out.Result, err = simulate.Run(ctx, spec, &simulate.Meter{})
	return out, err
}

// hours is in how many such hours there are enough requests to know the slowest of a hundred.
func hours(rate float64) int {
	const enough, most = 10_500, 1000
	return int(math.Min(most, math.Ceil(enough/(rate*busiestHour))))
}

// worstHost is the most replicas of a service's run that stand on one machine.
func worstHost(s *solution, service, part int, r run) int {
	most := 0
	for _, h := range s.Hosts {
		n := 0
		for _, at := range h.Placed {
			if at.Service == service && at.Part == part {
				n += replicasIn(at, r)
			}
		}
		most = max(most, n)
	}
	return most
}

// replicasIn is how many replicas a placement holds: full machines of its own are placed whole.
func replicasIn(at fleet.Placement, r run) int {
	if r.Exclusive {
		return min(at.Replicas*r.Cap, r.Replicas)
	}
	return at.Replicas
}
