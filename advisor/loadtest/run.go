package loadtest

import (
	"cmp"
	"math"
	"slices"
)

// Run is what a tool measured at one load. Times are seconds, rates per second; 0 is not stated.
type Run struct {
	Tool  string
	Place string // place within the file: "line 12", "benchmarks[2]"; "" for the whole file
	Model string // as the tool names it

	Loop     Loop
	Offered  float64 // requests sent per second, in an open loop
	Even     bool    // sent at even intervals
	Clients  float64 // concurrent requests, in a closed loop
	InFlight float64 // requests in flight, mean, where the tool counted them
	Batch    float64 // samples per request; 0 stands for one
	Ramped   bool    // the load changed during the run

	Duration         float64
	Requests, Failed float64
	QPS              float64 // samples answered successfully per second
	Latency          Distribution

	// Of language models: mean tokens of a request, time to the first token, and time of each token after it.
	Input, Output float64
	TTFT, TPOT    Distribution
}

// Loop is how a tool sends requests.
type Loop int

const (
	Unsaid  Loop = iota
	Open         // at a rate, regardless of responses
	Closed       // each after the response to the one before
	Maximum      // as fast as they are accepted
)

// Distribution is the distribution of times, s. 0 is not stated.
type Distribution struct {
	Mean, SD, Min, Max float64
	Percentiles        []Percentile // ascending
}

// Percentile is the time below which a share of requests stayed.
type Percentile struct{ At, Seconds float64 }

// Percentile returns the time at a share, 0 where the tool did not report it.
func (d Distribution) Percentile(at float64) float64 {
	for _, p := range d.Percentiles {
		if math.Abs(p.At-at) < 1e-9 {
			return p.Seconds
		}
	}
	return 0
}

// Middle returns the mean, or the median where no mean was reported.
func (d Distribution) Middle() float64 { return cmp.Or(d.Mean, d.Percentile(0.5)) }

// with adds a percentile that was said.
func (d Distribution) with(at, seconds float64) Distribution {
	if seconds != 0 && at > 0 && at < 1 {
		d.Percentiles = append(slices.Clip(d.Percentiles), Percentile{at, seconds})
		slices.SortFunc(d.Percentiles, func(a, b Percentile) int { return cmp.Compare(a.At, b.At) })
	}
	return d
}

// in is the distribution in seconds of one in a unit of that many.
func (d Distribution) in(unit float64) Distribution {
	d.Mean, d.SD, d.Min, d.Max = d.Mean*unit, d.SD*unit, d.Min*unit, d.Max*unit
	d.Percentiles = slices.Clone(d.Percentiles)
	for i := range d.Percentiles {
		d.Percentiles[i].Seconds *= unit
	}
	return d
}

// size is the samples of one request.
func (r Run) size() float64 { return cmp.Or(r.Batch, 1) }

// end2end is the middle of the time of a request: as measured, or first token and the rest.
func (r Run) end2end() float64 {
	if m := r.Latency.Middle(); m != 0 || r.TTFT.Middle() == 0 {
		return m
	}
	return r.TTFT.Middle() + r.TPOT.Middle()*math.Max(r.Output-1, 0)
}

// FailedShare returns the share of requests that failed.
func (r Run) FailedShare() float64 {
	if r.Requests <= 0 {
		return 0
	}
	return r.Failed / r.Requests
}

// inFlight is how many samples the service works on or holds waiting, mean: as counted, or by
// Little's law, or the number of clients where no rate was said.
func (r Run) inFlight() float64 {
	if r.InFlight > 0 {
		return r.InFlight * r.size()
	}
	if n := r.QPS * r.end2end(); n > 0 {
		return n
	}
	return r.Clients * r.size()
}
