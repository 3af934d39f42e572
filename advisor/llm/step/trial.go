package step

import (
	"fmt"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/engine"
	"scaleadvise/advisor/llm"
)

// Trial is a measurement as a question with its answer.
type Trial struct {
	Row      catalog.LLMMeasurement
	Question Question

	Seconds float64 // s of what the load measures: see outcome
	First   float64 // s, mean time to the first token; 0 not measured

	hardware hardware
	replicas float64
	bare     bool
}

// Mixture reports whether the model is a mixture of experts.
func (t *Trial) Mixture() bool { return t.Question.Setup.Shape.Experts > 0 }

// Use returns the kind of load: batch, closed, maximum, open or read.
func (t *Trial) Use() string { return t.Question.use() }

// Work returns the same with the kind of model: "batch, dense", "closed, mixture".
func (t *Trial) Work() string { return t.Question.work() }

// Trials returns the measurements that a fit learns from, and that predictions are compared with: weak ones,
// those with only a percentile and those whose weights exceed the memory are left out. The error is about a
// row for which the catalogue lacks facts.
func Trials(c *catalog.Catalog, rows []catalog.LLMMeasurement) ([]Trial, error) {
	shapes := map[string]llm.Shape{}
	var trials []Trial
	for _, row := range rows {
		if row.Weak {
			continue
		}
		shape, ok := shapes[row.Model]
		if !ok {
			m, _ := c.Model(row.Model)
			s, err := llm.ShapeOf(m)
			if err != nil {
				return nil, fmt.Errorf("llm_measurements.csv, row %d: %w", row.ID, err)
			}
			shape, shapes[row.Model] = s, s
		}
		t, ok, err := trialOf(c, row, shape)
		if err != nil {
			return nil, fmt.Errorf("llm_measurements.csv, row %d: %w", row.ID, err)
		}
		if ok {
			trials = append(trials, t)
		}
	}
	return trials, nil
}

// loads are the loads of the catalogue.
var loads = map[string]Load{
	catalog.LoadBatch: Batches, catalog.LoadClosed: Closed, catalog.LoadMaximum: Maximum, catalog.LoadOpen: Open,
}

// What is taken for lengths that a row leaves out, tokens: ShareGPT's means, as the
// benchmarks of vLLM and LMDeploy draw from it.
const usualInput, usualOutput = 247, 233

func trialOf(c *catalog.Catalog, row catalog.LLMMeasurement, shape llm.Shape) (Trial, bool, error) {
	part, ok := c.Accelerator(row.Accelerator)
	if !ok {
		return Trial{}, false, fmt.Errorf("no accelerator %q", row.Accelerator)
	}
	t := Trial{Row: row, hardware: hardwareOf(part), bare: row.Input == 0 && row.Load != catalog.LoadBatch}
	t.Question = Question{
		Setup: llm.Setup{Shape: shape, Accelerator: part, GPUs: row.TensorParallel, Groups: row.DataParallel, Precision: row.Precision, KVPrecision: row.KVPrecision, Engine: row.Engine},
		Count: row.Count, Load: loads[row.Load], Concurrency: row.Concurrency, Rate: row.Rate, Input: row.Input, Output: row.Output,
	}
	t.measured()
	var err error
	t.replicas, err = t.Question.whole(t.hardware)
	return t, t.Seconds > 0 && t.possible(), err
}

// possible reports whether the weights fit into all memory there is; where they do not, the row is not
// of what it says.
func (t *Trial) possible() bool {
	s := &t.Question.Setup
	weights, err := s.Shape.WeightBytes(s.Precision)
	return err == nil && weights <= float64(t.Question.Count)*t.hardware.memory || engine.Measured(s.Engine).Weights == engine.WeightsOnHost
}

// measured fills what the row says of the load: the time to the first token and that of the
// others where both are known.
func (t *Trial) measured() {
	r := &t.Row
	each := r.TPOTMS / 1e3
	if r.Statistic == "" && r.TTFTMS > 0 {
		t.First = r.TTFTMS / 1e3
	}
	byRate := 0.0
	if r.OutputTPS > 0 {
		byRate = r.Concurrency * r.Output / r.OutputTPS
	}
	switch {
	case r.Load == catalog.LoadMaximum:
		if r.OutputTPS > 0 {
			t.Seconds = 1 / r.OutputTPS
		}
	case r.Load == catalog.LoadOpen:
		if r.Statistic == "" {
			t.Seconds = each
		}
		// A short run does not reach the rate that it offers.
		if reached := r.OutputTPS / max(1, r.Output); reached > 0 {
			t.Question.Rate = min(t.Question.Rate, reached)
		}
	case r.Output <= 1:
		t.Seconds = t.First
	case t.First > 0 && each > 0:
		t.Seconds = t.First + r.Output*each
	case r.E2EMS > 0:
		t.Seconds = r.E2EMS / 1e3
	case byRate > 0:
		t.Seconds = byRate
	case each > 0:
		t.Seconds = r.Output * each
	}
}

// kind is what decides the coefficients of the trial.
func (t *Trial) kind() kind { return t.Question.kind(t.hardware) }

// ask is what the steps' model says of the load.
func (t *Trial) ask(s *Step) outcome {
	return t.askWith(s.of(t.kind()))
}

func (t *Trial) askWith(c Coefficients) outcome {
	k, err := clockOf(&t.Question.Setup, t.hardware, c)
	if err != nil {
		return outcome{}
	}
	if q := &t.Question; q.Load == Open { // what was measured says by itself how many were under way
		return k.seen(q.Rate/t.replicas, q.Input, q.Output, t.Seconds)
	}
	return k.ask(&t.Question, t.replicas)
}
