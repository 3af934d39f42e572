package advice

import "fmt"

// Squeeze is an argument of the engine for which a replica needs more accelerators than the model does. The
// zero value is none.
type Squeeze struct {
	Argument string  // with its value, "gpu-memory-utilization=0.2"
	Change   string  // an order: "Raise gpu-memory-utilization"
	Enough   string  // "0.25 or more"; "" where the engine's default is what suffices
	Usual    string  // "0.92", the engine's default; "" where that is no one number
	Replica  string  // that holds the model without it, "1 × H100"
	Needed   float64 // GiB on each of its accelerators with the argument, and what is usable there
	Usable   float64
	Assumed  bool // the number of accelerators of today's replica was not named
	Fits     bool // today's replica holds the model
}

// Given reports whether there is one.
func (s Squeeze) Given() bool { return s.Argument != "" }

// Remedy is what to do about it: "Raise gpu-memory-utilization to 0.25 or more".
func (s Squeeze) Remedy() string {
	switch {
	case s.Enough == "":
		return s.Change
	case s.Usual != "":
		return fmt.Sprintf("%s to %s (default %s)", s.Change, s.Enough, s.Usual)
	}
	return s.Change + " to " + s.Enough
}
