// Package queue is the mathematics of waiting: how long requests take on a server under a
// load, the largest load within a bound on that, how throughput scales with servers, and
// how many losses an availability allows. Rates and seconds come in, probabilities and
// seconds go out; there is no I/O.
package queue
