package validation

import (
	"strings"

	"scaleadvise/advisor/advice"
)

// inquiry is what one row asks.
type inquiry interface {
	// answer is the prediction, or the reason why there is none.
	answer(Predictor) (Prediction, error)
	// judgement is what was measured, before anything is predicted.
	judgement() advice.Judgement
	// group is where the row belongs when rows are grouped by what they are, not by a column.
	group(by grouping) string
	// assumptions are what stands for facts that the row leaves open, as the end of a
	// sentence that begins "in 3 rows".
	assumptions() []string
}

// inquiry reads a row. The error is the reason to skip it.
func (c cells) inquiry(n *namer) (inquiry, error) {
	if c.aboutForward() {
		return c.forwardQuestion(n)
	}
	language, err := c.aboutLanguage(n)
	switch {
	case err != nil:
		return nil, err
	case language:
		return c.languageQuestion(n)
	case c.text(colKnownQPS) != "" || strings.EqualFold(c.text(colRuntime), tuned):
		return c.question(n)
	case !c.has(colRuntime) && n.spellsBenchmark(c.text(colModel)):
		q, err := c.question(n)
		q.Assumed = colRuntime + " is blank and the model is spelled as MLPerf spells it: " + tuned + " is assumed, its tuned runs"
		return q, err
	}
	return c.plainQuestion(n)
}

// judged is a prediction beside what was measured.
func judged(q inquiry, p Prediction) advice.Judgement {
	one := q.judgement()
	one.Predicted, one.Low, one.High, one.Basis = p.Value, p.Low, p.High, p.Basis
	return one
}

// answer implements inquiry.
func (q Question) answer(p Predictor) (Prediction, error) { return predict(p, q) }

// judgement implements inquiry.
func (q Question) judgement() advice.Judgement {
	return advice.Judgement{What: describe(q), Measured: q.MeasuredQPS, Unit: "1/s"}
}

// assumptions implements inquiry.
func (q Question) assumptions() []string {
	if q.Assumed == "" {
		return nil
	}
	return []string{q.Assumed}
}

// group implements inquiry.
func (q Question) group(by grouping) string {
	switch by {
	case byKind:
		return q.Kind
	case byLoad:
		if q.BoundS > 0 {
			return loadOpen
		}
		return loadMaximum
	}
	return kindOf(q)
}
