package forward

import (
	"errors"
	"fmt"
	"math"

	"scaleadvise/advisor/catalog"
)

// Curve is a service model: a batch of b ≤ MaxBatch takes Alpha + Beta·b seconds, through
// the time of a request alone and that of a full batch.
type Curve struct {
	Alpha, Beta           float64 // s
	MaxBatch              int
	SpreadLow, SpreadHigh float64 // central 90 % of the saturated rate, over its middle
	Alone, Full           Prediction
	called                bool // with the rows of one request at a time: see call
}

// Saturation returns the inputs a second of full batches back to back.
func (c Curve) Saturation() float64 { return c.Full.Batch / c.Full.Seconds }

// Basis returns the weaker basis of its two ends.
func (c Curve) Basis() string {
	for _, basis := range []string{Roofline, Transferred} {
		if c.Alone.Basis == basis || c.Full.Basis == basis {
			return basis
		}
	}
	return Measured
}

// ErrMemory reports that the weights alone exceed the memory.
var ErrMemory = errors.New("the weights do not fit into its memory")

// usualBatch is the largest batch that a GPU is given unasked: beyond it rates hardly rise.
const usualBatch = 64

// Curve returns the service model of a question, ignoring its mode and batch. 0 for the largest batch leaves
// it to memory and usage: one input at a time except on a GPU.
func (e *Evidence) Curve(q Question, largest int) (Curve, error) {
	q, err := e.complete(q)
	if err != nil {
		return Curve{}, err
	}
	fits, err := e.fitting(q, e.shapeOf(e.described(q.Model)))
	if err != nil {
		return Curve{}, err
	}
	c := Curve{MaxBatch: min(largestOn(q.Hardware.Kind, largest), fits)}
	q.Mode, q.Batch = catalog.ModeLatency, 1
	if c.Alone, err = e.Predict(q); err != nil {
		return Curve{}, err
	}
	c.Full = c.Alone
	if c.MaxBatch > 1 {
		q.Mode, q.Batch = catalog.ModeBatch, float64(c.MaxBatch)
		if c.Full, err = e.Predict(q); err != nil {
			return Curve{}, err
		}
	}
	return c.line(), nil
}

// Largest returns the largest batch of the curve of a question.
func (e *Evidence) Largest(q Question, largest int) (int, error) {
	q, err := e.complete(q)
	if err != nil {
		return 0, err
	}
	fits, err := e.fitting(q, e.shapeOf(e.described(q.Model)))
	return min(largestOn(q.Hardware.Kind, largest), fits), err
}

// line draws the line. A full batch takes no less than a request alone, and no more than
// as many requests one after another: kriging does not know that by itself.
func (c Curve) line() Curve {
	b := float64(c.MaxBatch)
	c.Full = c.Full.moved(math.Min(math.Max(c.Full.Seconds, c.Alone.Seconds), b*c.Alone.Seconds))
	if c.Beta = c.Alone.Seconds; c.MaxBatch > 1 {
		c.Beta = (c.Full.Seconds - c.Alone.Seconds) / (b - 1)
	}
	c.Alpha = math.Max(c.Alone.Seconds-c.Beta, 0)
	c.SpreadLow, c.SpreadHigh = c.Full.Seconds/c.Full.High, c.Full.Seconds/c.Full.Low
	return c
}

// fitting is the largest batch of a complete question that memory holds: weights, and of
// every input the widest layers that are alive at once.
func (e *Evidence) fitting(q Question, s shape) (int, error) {
	if q.Hardware.MemoryGiB == 0 {
		return math.MaxInt32, nil
	}
	room := q.Hardware.MemoryGiB*usable*(1<<30) - math.Max(math.Exp(s.params), q.Model.ParamsM)*1e6*weightWidth(q.Precision)
	if room <= 0 {
		return 0, fmt.Errorf("%s on %s: %w", q.Model.Name, q.Hardware.Name, ErrMemory)
	}
	return int(math.Max(1, math.Min(room/(math.Exp(s.activations)*1e6*width(q.Precision)*alive), math.MaxInt32))), nil
}

const (
	usable = 0.9 // of the memory: the runtime takes the rest
	alive  = 0.5 // of the activations of a pass, while others are freed or reused
)

// weightWidth is the bytes of a weight: autocast keeps them at 32 bit.
func weightWidth(precision string) float64 {
	if precision == precisionAutocast {
		return 4
	}
	return width(precision)
}
