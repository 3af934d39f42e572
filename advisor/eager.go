package advisor

import (
	"context"

	"scaleadvise/advisor/search"
)

// noFaster holds a deployment whose kernels are launched one by one to what the same sustains with recorded CUDA
// graphs: each of its steps takes at least as long, and only the scatter of simulations can say otherwise.
func noFaster(ctx context.Context, q question, in Input, o Options) (question, error) {
	w := *in.Workload
	w.LLM.Arguments.Eager = false
	in.Workload = &w
	recorded, err := settle(in, o)
	if err != nil {
		return q, err
	}
	if recorded, _, _, err = calibrated(ctx, recorded); err != nil {
		return q, err
	}
	most := search.Sustain(recorded.space, search.Demand{}).QPS
	found := search.Sustain(q.space, search.Demand{})
	if found.QPS <= most || most == 0 {
		return q, nil
	}
	plan, _ := search.Judge(q.space, search.Demand{Peak: found.QPS})
	server, ok := search.ServerOf(q.space, plan)
	if ok {
		q.space = held(q, plan, shareOf(server, plan, most))
	}
	return q, nil
}
