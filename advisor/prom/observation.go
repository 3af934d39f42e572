package prom

import (
	"time"

	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// Observation is what was read of a running service.
type Observation struct {
	Source   string // where it was read: an address without secrets, or a file
	Profiles []string
	Selector Selector
	Span     Span

	Traits  workload.Set // each with its query as origin
	Facts   []Fact       // what was seen and is no trait
	Unknown []Unknown    // traits that stay unknown
	NoLoad  bool         // the counters are there and stood still

	Latency float64 // s, mean of a request over the last week; 0 where it is not told
	Served  float64 // 1/s, the most of an hour of the last week in which no request waited; 0 where that is not told
	Demand  Series  // requests per second; no values where nothing was read
	Linear  bool    // the growth among the traits is by the same amount every month
	Scaling []workload.ScalePoint

	Warnings []string
}

// Fact is a quantity that was seen and is no trait of a plan.
type Fact struct {
	Name  string // "latency_p99"
	Title string // "p99 of latency in the busiest hour"
	Value float64
	Kind  unit.Kind
	Text  string // instead of a value
	Query string

	AtLeast float64 // what a percentile of a histogram is at the least
}

// Unknown is a trait that the metrics do not tell, and what would fill it.
type Unknown struct {
	Trait  string
	Why    string
	Remedy string
}

// Options are the caller's choices.
type Options struct {
	Now      time.Time
	History  time.Duration
	Selector Selector
	Profiles []string // by id; empty or "auto" probes

	MaxSeries int    // of the requests' metric that are read; 0 for DefaultMaxSeries
	Recording string // a recorded rate of requests per second, read in place of counters; "" for none

	// Model and GPU find a name in the catalog; ok is false for one that is not there.
	Model func(name string) (id string, ok bool)
	GPU   func(name string) (id string, ok bool)
}

// DefaultMaxSeries is how many series of the requests' metric are read without being asked to: a
// server looks at each at every step of the history.
const DefaultMaxSeries = 20_000

// DefaultHistory is four weeks: the least that shows a weekly pattern and a trend apart.
const DefaultHistory = 28 * 24 * time.Hour

// The distances of points. Five minutes smooth the scrapes and keep the peaks; an hour is
// enough for what changes with the load.
const (
	fine    = 5 * time.Minute
	coarse  = time.Hour
	recent  = 7 * 24 * time.Hour // what is a mean over now
	current = time.Hour          // what is now, of what comes and goes with the load

	presently = 15 * time.Minute // what is now, of servers
)
