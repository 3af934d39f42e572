package validation

import (
	"testing"

	"scaleadvise/advisor/llm/step"
)

// informed knows batches and requests always under way each as well as it says: a request
// takes 1 s in batches and 2 s otherwise, within a factor.
type informed struct{ batches, closed float64 }

func (s informed) Predict(q step.Question) (step.Prediction, error) {
	mid, factor := 2.0, s.closed
	if q.Load == step.Batches {
		mid, factor = 1, s.batches
	}
	r := step.Range{Mid: mid, Low: mid / factor, High: mid * factor}
	return step.Prediction{E2E: r, OutputRate: r, QPS: r, Basis: step.Transferred}, nil
}

func TestHowRequestsCameWhereNobodySaysSo(t *testing.T) {
	for _, c := range []struct {
		batches, closed float64
		guessed         bool
		want            float64
	}{
		{1.2, 1.2, true, 1},
		{1.5, 1.3, true, 1}, // narrower, not clearly
		{1.5, 1.2, true, 2}, // ln 1.2 is 0.45 of ln 1.5
		{1.2, 1.5, true, 1},
		{1.5, 1.2, false, 1}, // the row says batches
	} {
		l := newLanguages(embedded(t), func(string, string) predictor { return informed{c.batches, c.closed} })
		q := eight()
		q.Batches, q.BatchesGuessed = true, c.guessed
		if p, err := l.ask(q); err != nil || p.Value != c.want {
			t.Errorf("%+v: %v, %v", c, p.Value, err)
		}
	}
}
