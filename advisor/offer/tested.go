package offer

import (
	"cmp"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/llm/step"
	"scaleadvise/advisor/loadtest"
)

// stepsOf returns the evidence about the times of a language model's steps, with the load tests of the
// workload.
func stepsOf(o *Offers) (*step.Evidence, error) {
	known, tested := step.Learn(), o.Workload.LLM.Tested
	if tested == nil {
		return known, nil
	}
	a, ok := o.Catalog.Accelerator(tested.Accelerator)
	if !ok {
		_, _, err := o.Catalog.ResolveAccelerator(tested.Accelerator)
		return known, o.Workload.Fault("measured_on", err)
	}
	size, err := testedSize(o, a, tested.PerReplica)
	if err != nil {
		return known, err
	}
	q := step.Question{Setup: o.Setup(Hardware{a, size}, plain(releasedPrecision(o))), Count: size}
	var all []step.Observation
	for _, r := range tested.Runs {
		q.Input, q.Output = cmp.Or(r.Input, o.Language.Lengths.Input.Mean), cmp.Or(r.Output, o.Language.Lengths.Output.Mean)
		if t, ok := observed(q, r); ok {
			all = append(all, t)
		}
	}
	calibrated, err := known.Calibrated(all)
	if err != nil {
		return known, o.Workload.Fault("load_test", err)
	}
	return calibrated, nil
}

// testedSize returns how many accelerators the tested replica spanned: as many as were said, else as
// today's would.
func testedSize(o *Offers, a catalog.Accelerator, said int) (int, error) {
	if said > 0 {
		return said, nil
	}
	return split(o, a)
}

// observed returns what a run shows of the replica that a question is about; ok is false where it does
// not say what load there was.
func observed(q step.Question, r loadtest.Run) (t step.Observation, ok bool) {
	t = step.Observation{Question: q, E2E: r.Latency.Middle(), TTFT: r.TTFT.Middle(), TPOT: r.TPOT.Middle(), QPS: r.QPS}
	switch {
	case r.Loop == loadtest.Maximum:
		t.Question.Load = step.Maximum
	case r.Loop == loadtest.Open:
		t.Question.Load, t.Question.Rate = step.Open, cmp.Or(r.QPS, r.Offered)
	default:
		all := cmp.Or(t.E2E, t.TTFT+t.TPOT*(q.Output-1))
		t.Question.Load, t.Question.Concurrency = step.Closed, cmp.Or(r.InFlight, r.Clients, r.QPS*all) // the last by Little's law
		if r.Clients == 1 {
			t.Question.Concurrency = 1
		}
	}
	return t, t.Question.Load != step.Closed || t.Question.Concurrency > 0
}
