package offer

import (
	"errors"
	"fmt"
	"math"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/engine"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// layout checks the data-parallel copies and the spread of experts in the engine's arguments against the
// model. Copies of a whole model are replicas, and must be stated as such.
func layout(w *workload.Workload, shape llm.Shape, n *names) error {
	a, e := w.LLM.Arguments, w.LLM.Engine
	row, err := engine.Named(e)
	if err != nil {
		return w.Fault("engine", err)
	}
	copies := int(a.Copies)
	apart := shape.Experts == 0 || row.Together && !a.Attention
	switch {
	case copies > 1 && apart:
		why := shape.Name + " has no experts to divide among them"
		if shape.Experts > 0 {
			why = "without enable-dp-attention " + row.Name + " divides nothing among them"
		}
		return w.Fault("engine_arg", fmt.Errorf("each of the %d data-parallel copies is a replica (%s): say so by --replicas, with --gpus-per-replica for one copy", copies, why))
	case a.Attention && copies < 2:
		return w.Fault("engine_arg", errors.New("attention is data-parallel over how many groups? say dp-size=8 too"))
	case a.Experts && shape.Experts == 0:
		n.note(shape.Name + " has no experts to spread: expert parallelism changes nothing")
	case a.Experts:
		n.note("experts kept whole on an accelerator each (expert parallelism) are assumed to be as fast as experts split over all of them: published pairs within a machine differ by -2 to +8 %")
	}
	return nil
}

// divisible returns the fault of data-parallel groups that do not divide a replica, or of which each spans machines.
func divisible(o *Offers, h Hardware) error {
	copies, each := int(o.Workload.LLM.Arguments.Copies), h.PerReplica/max(o.Workload.LLM.Stages, 1)
	most := max(mostPerMachine(o, h.Accelerator), h.Accelerator.Domain())
	switch {
	case copies < 2:
		return nil
	case each%copies != 0:
		return o.Workload.Fault("engine_arg", fmt.Errorf("%d data-parallel groups do not divide the %d accelerators of a replica; --gpus-per-replica counts those of all groups", copies, each))
	case most == 0 || each/copies <= most:
		return nil
	}
	return o.Workload.Fault("engine_arg", fmt.Errorf("each of %d data-parallel groups spans several machines of %d accelerators, and its attention goes through the network at every layer: take %d groups or more", copies, most, each/most))
}

// slot returns the tokens that an engine reserves for each request, whatever its length; 0 for its own.
func slot(w *workload.Workload) float64 {
	row, err := engine.Named(w.LLM.Engine)
	if err != nil || row.Admission != engine.ReservesOutput || row.Context == 0 && !row.Divides {
		return 0
	}
	if row.Divides {
		return math.Floor(w.LLM.Arguments.MaxContext / math.Max(w.LLM.Arguments.Requests, 1))
	}
	return math.Max(w.LLM.Arguments.MaxContext, row.Context)
}

// longestRequest returns how many tokens a request may have in total, 0 without a limit, and what sets the
// limit.
func longestRequest(w *workload.Workload, m catalog.Model) (float64, string) {
	most, a := float64(m.MaxContext), w.LLM.Arguments
	row, err := engine.Named(w.LLM.Engine)
	if err != nil {
		return most, m.Name
	}
	told, holder := a.MaxContext, m.Name+" with "+row.Name+"'s "+row.Arguments.MaxContext
	if row.Divides && a.Requests > 1 {
		told, holder = slot(w), fmt.Sprintf("each of %.0f slots of %s (%s over %s)", a.Requests, row.Name, row.Arguments.MaxContext, row.Arguments.Requests)
	}
	if told > 0 && (most == 0 || told < most) {
		return told, holder
	}
	return most, m.Name
}

// noteContext notes where requests exceed what an engine takes of them that is not told otherwise.
func noteContext(w *workload.Workload, l llm.Lengths, n *names) {
	row, err := engine.Named(w.LLM.Engine)
	told := w.LLM.Arguments.MaxContext
	if row.Divides && w.LLM.Arguments.Requests > 1 {
		told = slot(w)
	}
	if total := l.Input.Mean + l.Output.Mean; err == nil && told == 0 && row.Context > 0 && total > row.Context {
		n.note(fmt.Sprintf("%s limits a request to %s tokens unless configured otherwise: --engine-arg %s=%.0f or more", row.Title, unit.Format(unit.Count, row.Context), row.Arguments.MaxContext, math.Ceil(total/1024)*1024))
	}
}
