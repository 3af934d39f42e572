package offer

import (
	"errors"
	"fmt"
	"strconv"

	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// Front is the inference server that takes requests and hands them to the runtime of an ordinary model.
// Measured times of forward passes do not include it.
type Front struct {
	Name     string        // as --server names it
	Title    string        // as its makers write it
	Handling unit.Interval // s of CPU time on one vCPU for each request
	PerByte  unit.Interval // s of CPU time on one vCPU for each byte of decoded input that it passes on
	Kept     unit.Interval // share of the bare queue's rate within a latency bound that remains with it
	Batches  bool          // it collects requests into batches
	Basis    string        // source of the figures
}

// tensors is what a server takes of the machine for each byte of decoded input that comes as a
// tensor over gRPC, s of a vCPU: OpenVINO Model Server against the same runtime without it, 2.9 ns of a
// core (0.4 to 5.3) over 34 pairs of at least 150 a second, OpenVINO 2024.1; a vCPU gets
// through 1/1.6 of what a core does.
var tensors = unit.Interval{Low: 0.6e-9, Mid: 4.6e-9, High: 8.5e-9}

// all of the rate of the bare queue.
var allKept = unit.Interval{Low: 1, Mid: 1, High: 1}

// fronts are the servers that are known. The share that Triton keeps is that of MLPerf Inference, closed
// division: rates under a bound on p99 with Triton over those of the same round, submitter and system
// without, of vision models and BERT (a median of 0.91 over 133 pairs); without a bound it keeps all.
// Figures called assumed have no public measurement, and wide ranges for that reason.
var fronts = []Front{
	{Name: workload.None, Title: "no server", Kept: allKept, Batches: true, Basis: "no server stands in front of the runtime"},
	{Name: "triton", Title: "Triton", Handling: unit.Interval{Low: 0.05e-3, Mid: 0.2e-3, High: 1e-3}, PerByte: tensors, Kept: unit.Interval{Low: 0.7, Mid: 0.91, High: 0.98}, Batches: true,
		Basis: "MLPerf Inference closed, Triton against the same system without it (133 pairs); its CPU time as OpenVINO Model Server's"},
	{Name: "ovms", Title: "OpenVINO Model Server", Handling: unit.Interval{Low: 0.05e-3, Mid: 0.2e-3, High: 1e-3}, PerByte: tensors, Kept: allKept, Batches: true,
		Basis: "OpenVINO 2024.1, its model server against the same runtime without it (34 pairs)"},
	{Name: "tf-serving", Title: "TensorFlow Serving", Handling: unit.Interval{Low: 0.05e-3, Mid: 0.3e-3, High: 1.5e-3}, PerByte: tensors, Kept: allKept, Batches: true,
		Basis: "assumed, as OpenVINO Model Server's"},
	{Name: "torchserve", Title: "TorchServe", Handling: unit.Interval{Low: 1e-3, Mid: 3e-3, High: 8e-3}, Kept: allKept, Batches: true,
		Basis: "assumed: a Java front end and a Python worker handle each request; no public measurement with and without it is known"},
	{Name: "fastapi", Title: "FastAPI", Handling: unit.Interval{Low: 0.5e-3, Mid: 1.5e-3, High: 5e-3}, Kept: allKept,
		Basis: "assumed: Python handles each request; no public measurement with and without it is known"},
}

// unnamed stands for a server that was not named: its handling is that of any server.
var unnamed = Front{Handling: handling, Kept: allKept, Batches: true}

// frontOf returns the server that was named.
func frontOf(w *workload.Workload) Front {
	for _, f := range fronts {
		if f.Name == w.Server {
			return f
		}
	}
	return unnamed
}

var (
	errEngineServes = errors.New("the engine of a language model serves it: leave it out, and name the engine with --engine")
	errInProcess    = errors.New("MLPerf's tuned runs have no server in front but their own; leave it out, or name another --runtime")
)

// settleFront checks the server that was named, and applies what it implies.
func settleFront(w *workload.Workload, p *Pass, generates bool, n *names) error {
	switch {
	case w.Server == "":
		return nil
	case generates:
		return w.Fault("server", errEngineServes)
	case w.Runtime == workload.TunedRuntime:
		return w.Fault("server", errInProcess)
	case p == nil:
		n.note("the measurement of the service includes its server: --server changes nothing")
		return nil
	}
	if f := p.Front; !f.Batches && p.MaxBatch == 0 {
		p.MaxBatch = 1
		w.Ordinary("max_batch", "1", f.Title+" forms no batches itself")
	}
	return nil
}

// settleHostTime sets the time that a named server makes a request take of the machine.
func settleHostTime(o *Offers) {
	if o.Pass == nil || o.Host == nil || !o.Host.Assumed {
		return
	}
	why := "most of it for " + o.Host.Work + ", before and after the accelerator's part of a request"
	if o.Workload.Server != "" {
		why = fmt.Sprintf("most of it for %s; what %s takes: %s", o.Host.Work, o.Pass.Front.Title, o.Pass.Front.Basis)
	}
	o.Workload.Ordinary("host_time", strconv.FormatFloat(o.Host.CPU.Mid*1e3, 'g', 3, 64)+"ms", why)
}
