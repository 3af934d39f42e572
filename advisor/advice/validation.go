package advice

// Validation is the result of comparing predictions with measurements.
type Validation struct {
	Source  string // the file, as named; "" when unknown
	Counts  string // what the numbers in Line count: "line" of a table, "measurement" of a report
	Rows    int    // measurements read
	Used    int    // measurements that were judged
	Skipped []SkippedRow
	Untold  int // number of skipped rows that are not in Skipped

	Score            // over all rows used
	GroupedBy string // column, or "prediction" where none was asked for
	By        []GroupScore
	Worst     []Judgement // the largest errors, largest first

	Partial  bool // time ran out before all measurements were judged
	Warnings []string
}

// SkippedRow is a measurement that could not be judged.
type SkippedRow struct {
	Line   int // from 1, of what Validation.Counts says
	Reason string
}

// Score sums up the errors of predictions. With an error of (predicted − measured) ÷ measured,
// a fraction:
type Score struct {
	N                   int
	MdAPE               float64 // median of the absolute errors
	P90APE              float64 // 90th percentile of the same
	Bias                float64 // median of the signed errors: 0.02 is 2 % too high in the middle
	Coverage90          float64 // share of measurements inside the 90 % interval, ends included
	MedianIntervalRatio float64 // median of the interval's high ÷ low; +Inf where most have no upper end
}

// GroupScore is the score of the rows with one value in the column that groups them.
type GroupScore struct {
	Group string
	Score
}

// Judgement is one measurement and its prediction, both in Unit.
type Judgement struct {
	Line      int
	What      string // what was predicted, of which system
	Predicted float64
	Low, High float64 // the central 90 %; High is +Inf where the load may be unstable
	Measured  float64
	Unit      string // "1/s", "tokens/s" or "s"
	Basis     string // of the prediction
}
