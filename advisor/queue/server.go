package queue

import "math"

// Load is a stream of requests.
type Load struct {
	Rate float64 // requests per second

	// Dispersion is the index of dispersion of counts: variance over mean of the number of requests in a
	// window. 1 is Poisson; values below, 0 included, count as 1.
	Dispersion float64

	// Window is the length of that window in seconds; 0 means the limit of long windows.
	Window float64
}

// Server is anything that serves a stream of requests.
type Server interface {
	// Saturation returns the largest rate that is served without a bound on latency, requests per second; 0
	// when the server's parameters are invalid.
	Saturation() float64

	// At returns how the server answers under a load.
	At(Load) Result
}

// Sharer is a server that can share the load with identical ones, each request going to the one with the
// fewest.
type Sharer interface {
	Server

	// Shared returns n such servers with one queue.
	Shared(n int) Server
}

// Thin returns the index of dispersion of a stream of which each request is kept with
// probability 1/n, as random balancing over n servers does: 1 + (d−1)/n (Cox and Isham,
// Point Processes, 1980, 4.3).
func Thin(dispersion float64, n int) float64 {
	if !(dispersion > 1) || n < 1 {
		return 1
	}
	return 1 + (dispersion-1)/float64(n)
}

// damped returns the dispersion that acts on a queue with a relaxation time in seconds.
//
// What matters is the dispersion over the queue's own time scale (Fendick and Whitt, Measurements and
// approximations to describe the offered traffic, Proc. IEEE 1989). One that was measured over a longer
// window is scaled down like that of a slowly varying rate, whose excess over Poisson grows linearly with
// the window (Cox and Lewis, The Statistical Analysis of Series of Events, 1966).
func (l Load) damped(relaxation float64) float64 {
	excess := l.Dispersion - 1
	if !(excess > 0) {
		return 1
	}
	if l.Window > relaxation {
		excess *= relaxation / l.Window
	}
	return 1 + excess
}

// usable reports whether a queue can be evaluated under the load.
func (l Load) usable() bool {
	return l.Rate >= 0 && !math.IsInf(l.Rate, 1) && !math.IsInf(l.Dispersion, 1)
}

// nothingOf is the share of saturation below which a load counts as none.
const nothingOf = 1e-9
