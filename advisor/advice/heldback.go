package advice

import "scaleadvise/advisor/unit"

// HeldBack is an argument of the engine, or its default, with which a replica carries much less than it could.
// The zero value is none.
type HeldBack struct {
	Argument  string  // with its value: "max-num-seqs=1", "the default OLLAMA_NUM_PARALLEL=1"
	Change    string  // an order: "Raise max-num-seqs"
	To        string  // the value to take: "the engine's default of 256"; "" where it is to be left out
	QPS       float64 // 1/s that one replica carries with it
	Otherwise float64 // and with that value, or without it
}

// Given reports whether there is one.
func (h HeldBack) Given() bool { return h.Argument != "" }

// Without says what it is compared with: "with the engine's default of 256".
func (h HeldBack) Without() string {
	if h.To == "" {
		return "without it"
	}
	return "with " + h.To
}

// Remedy is what to do about it: "Raise max-num-seqs to the engine's default of 256".
func (h HeldBack) Remedy() string {
	if h.To == "" {
		return h.Change
	}
	return h.Change + ", up to " + h.To + ","
}

// String says what a replica carries with it and otherwise.
func (h HeldBack) String() string {
	return "with " + h.Argument + ", one replica carries " + unit.Format(unit.Rate, h.QPS) + "; " + h.Without() + ", " + unit.Format(unit.Rate, h.Otherwise)
}
