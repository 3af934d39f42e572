package step

import (
	"errors"
	"math"

	"scaleadvise/advisor/llm"
)

// Load is how requests reach a system.
type Load int

// The loads.
const (
	Closed  Load = iota // Concurrency requests in progress at all times
	Batches             // Concurrency requests together, the next ones when all are complete
	Maximum             // more requests waiting than the engine admits
	Open                // Rate requests a second, regardless of responses
)

// Question is a system with language models and the load on it.
type Question struct {
	// Setup is one replica. GPUs 0 stands for the fewest that hold the weights; where the weights need more
	// than GPUs, a replica spans as many times more as they need (data-parallel attention with experts
	// spread, or a pipeline). An unknown engine or precision stands for the average one.
	Setup llm.Setup

	Count       int // accelerators of the whole system, 0 as for GPUs; those beyond one replica are further replicas, which share the load
	Load        Load
	Concurrency float64 // of the whole system
	Rate        float64 // 1/s, of the whole system
	Input       float64 // tokens; 0 is unknown, except in batches, where it means none
	Output      float64
}

// Range is a quantity and the central 90 % of its measurements.
type Range struct{ Mid, Low, High float64 }

// Prediction answers a Question.
type Prediction struct {
	E2E, TTFT, TPOT Range // s, means; of a batch the time of its last token, at maximum load 0
	OutputRate      Range // tokens/s of the whole system
	QPS             Range // 1/s, the same in requests

	Replicas int
	Basis    string // "measured", "transferred" or "roofline"
	Sources  []string
	Warnings []string
}

// mostGPUs is how many accelerators a replica spans at most where nothing says how many there
// are: those of one machine.
const mostGPUs = 8

// farAbove is more than any length or load; beyond it numbers overflow.
const farAbove = 1e12

// errLengths says which lengths have no answer.
var errLengths = errors.New("tokens, concurrency and rate must be from 0 to 10^12, and a batch needs tokens; give input and output")

// whole completes a question: the accelerators of one replica, and what stands for lengths of 0.
func (q *Question) whole(h hardware) (replicas float64, err error) {
	for _, v := range []float64{q.Input, q.Output, q.Concurrency, q.Rate} {
		if !(v >= 0) || v > farAbove {
			return 0, errLengths
		}
	}
	if q.Load == Batches && q.Input+q.Output == 0 {
		return 0, errLengths
	}
	if q.Input == 0 && q.Load != Batches {
		q.Input = usualInput
	}
	if q.Output == 0 && q.Load != Batches {
		q.Output = usualOutput
	}
	q.Input, q.Output = max(q.Input, 1), max(q.Output, 1)
	weights, err := q.Setup.Shape.WeightBytes(q.Setup.Precision)
	if err != nil {
		return 0, err
	}
	n := max(1, q.Setup.GPUs)
	most := max(q.Count, n)
	if q.Count == 0 && q.Setup.GPUs == 0 {
		most = mostGPUs
	}
	stages := max(1, q.Setup.Stages)
	for weights > float64(n*stages)*h.memory && 2*n*stages <= most {
		n *= 2
	}
	q.Count = max(q.Count, n*stages)
	q.Setup.GPUs = n
	return max(1, math.Round(float64(q.Count)/float64(n*stages))), nil
}

// load is the kind of a load as the coefficients of engines know it.
func (q *Question) load() string {
	switch q.Load {
	case Batches:
		return "batch"
	case Maximum:
		return "maximum"
	}
	return "closed"
}

// use is the kind of work as the corrections know it: a batch that yields one token only
// reads.
func (q *Question) use() string {
	switch {
	case q.Load == Open:
		return "open"
	case q.Output <= 1:
		return "read"
	}
	return q.load()
}

// work is the kind of work with the kind of model, by which errors differ.
func (q *Question) work() string {
	if q.Setup.Shape.Experts > 0 {
		return q.use() + ", mixture"
	}
	return q.use() + ", dense"
}

// outcome is what the times of steps make of a load on one replica: the seconds that the
// load is measured in (of a request; of a token where the load is open or at maximum) and
// the requests under way.
type outcome struct{ seconds, batch, first float64 }

// ask works out the load on one replica, without correction.
func (k *Clock) ask(q *Question, replicas float64) outcome {
	switch q.Load {
	case Batches:
		return k.together(max(1, q.Concurrency/replicas), q.Input, q.Output)
	case Maximum:
		return k.full(q.Input, q.Output, replicas)
	case Open:
		return k.arriving(q.Rate/replicas, q.Input, q.Output, 1)
	}
	return k.under(max(1, q.Concurrency/replicas), q.Input, q.Output)
}
