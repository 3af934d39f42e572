package report

import "scaleadvise/advisor/advice"

// validationSchema names the shape of the document. Keys are added to it, never renamed or
// removed.
const validationSchema = "urn:scaleadvise:validation:v1"

// validationDoc is a validation as machines read it. Errors, bias and coverage are fractions.
// A pointer is null where there is no such number: an interval without an upper end.
type validationDoc struct {
	Schema              string         `json:"schema"`
	Source              string         `json:"source"`
	Rows                int            `json:"rows"`
	Used                int            `json:"used"`
	Skipped             []skippedDoc   `json:"skipped"`
	SkippedNotListed    int            `json:"skipped_not_listed"`
	MdAPE               *float64       `json:"mdape"`
	P90APE              *float64       `json:"p90_ape"`
	Bias                *float64       `json:"bias"`
	Coverage90          *float64       `json:"coverage90"`
	MedianIntervalRatio *float64       `json:"median_interval_ratio"`
	GroupedBy           string         `json:"grouped_by"`
	By                  []groupDoc     `json:"by"`
	Worst               []judgementDoc `json:"worst"`
	Partial             bool           `json:"partial"` // time ran out before all measurements were judged
	Warnings            []string       `json:"warnings"`
	stamped
}

type skippedDoc struct {
	Line   int    `json:"line"`
	Reason string `json:"reason"`
}

type groupDoc struct {
	Group               string   `json:"group"`
	N                   int      `json:"n"`
	MdAPE               *float64 `json:"mdape"`
	P90APE              *float64 `json:"p90_ape"`
	Bias                *float64 `json:"bias"`
	Coverage90          *float64 `json:"coverage90"`
	MedianIntervalRatio *float64 `json:"median_interval_ratio"`
}

// judgementDoc is one measurement; its keys name the unit, so that requests a second, latencies
// and output tokens a second have their own, and those of the other kinds are null.
type judgementDoc struct {
	Line         int      `json:"line"`
	What         string   `json:"what"`
	Basis        string   `json:"basis"`
	Error        *float64 `json:"error"`
	PredictedQPS *float64 `json:"predicted_qps"`
	LowQPS       *float64 `json:"low_qps"`
	HighQPS      *float64 `json:"high_qps"`
	MeasuredQPS  *float64 `json:"measured_qps"`
	PredictedMS  *float64 `json:"predicted_ms"`
	LowMS        *float64 `json:"low_ms"`
	HighMS       *float64 `json:"high_ms"`
	MeasuredMS   *float64 `json:"measured_ms"`

	PredictedOutputTPS *float64 `json:"predicted_output_tps"`
	LowOutputTPS       *float64 `json:"low_output_tps"`
	HighOutputTPS      *float64 `json:"high_output_tps"`
	MeasuredOutputTPS  *float64 `json:"measured_output_tps"`
}

func newValidation(v *advice.Validation) validationDoc {
	return validationDoc{
		Schema: validationSchema, Source: clean(v.Source), Rows: v.Rows, Used: v.Used,
		Skipped: each(v.Skipped, newSkipped), SkippedNotListed: v.Untold,
		MdAPE: number(v.MdAPE), P90APE: number(v.P90APE), Bias: number(v.Bias),
		Coverage90: number(v.Coverage90), MedianIntervalRatio: number(v.MedianIntervalRatio),
		GroupedBy: clean(v.GroupedBy), By: each(v.By, newGroup), Worst: each(v.Worst, newJudgement),
		Partial:  v.Partial,
		Warnings: cleanAll(v.Warnings),
	}
}

func newSkipped(s advice.SkippedRow) skippedDoc { return skippedDoc{s.Line, clean(s.Reason)} }

func newGroup(g advice.GroupScore) groupDoc {
	return groupDoc{
		clean(g.Group), g.N, number(g.MdAPE), number(g.P90APE), number(g.Bias),
		number(g.Coverage90), number(g.MedianIntervalRatio),
	}
}

func newJudgement(j advice.Judgement) judgementDoc {
	d := judgementDoc{Line: j.Line, What: clean(j.What), Basis: clean(j.Basis), Error: number(j.Predicted/j.Measured - 1)}
	switch j.Unit {
	case "s":
		d.PredictedMS, d.LowMS, d.HighMS, d.MeasuredMS = millis(j.Predicted), millis(j.Low), millis(j.High), millis(j.Measured)
	case "tokens/s":
		d.PredictedOutputTPS, d.LowOutputTPS, d.HighOutputTPS, d.MeasuredOutputTPS = number(j.Predicted), number(j.Low), number(j.High), number(j.Measured)
	default:
		d.PredictedQPS, d.LowQPS, d.HighQPS, d.MeasuredQPS = number(j.Predicted), number(j.Low), number(j.High), number(j.Measured)
	}
	return d
}
