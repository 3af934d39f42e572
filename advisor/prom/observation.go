package prom

import (
	"time"

	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// Observation is what was read from a running service.
type Observation struct {
	Source   string // where it was read: an address without secrets, or a file
	Profiles []string
	Selector Selector
	Span     Span

	Traits  workload.Set // each with its query as origin
	Facts   []Fact       // observed quantities that are not traits
	Unknown []Unknown    // traits that stay unknown
	NoLoad  bool         // the counters exist but did not move

	Served  float64 // 1/s, the highest hour of the last week in which no request waited; 0 where that is not known
	Demand  Series  // requests per second; no values where nothing was read
	Linear  bool    // the observed growth is by the same amount every month
	Scaling []workload.ScalePoint

	Warnings []string
}

// Fact is an observed quantity that is not a trait of a plan.
type Fact struct {
	Name  string // "latency_p99"
	Title string // "p99 of latency in the busiest hour"
	Value float64
	Kind  unit.Kind
	Text  string // in place of a value
	Query string

	AtLeast, AtMost float64 // the lowest and the highest value that a percentile of a histogram may have
}

// Unknown is a trait that the metrics do not show, with a way to supply it.
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
	Profiles []string // by id; empty or "auto" detects them

	MaxSeries int    // limit on the series of the requests' metric; 0 for DefaultMaxSeries
	Recording string // a recorded rate of requests per second, read in place of counters; "" for none

	// Model and GPU find a name in the catalog; ok is false for an unknown one.
	Model func(name string) (id string, ok bool)
	GPU   func(name string) (id string, ok bool)
}

// DefaultMaxSeries is the number of series of the requests' metric that are read unless more are allowed:
// the server evaluates each at every step of the history.
const DefaultMaxSeries = 20_000

// DefaultHistory is four weeks: the shortest that separates a weekly pattern from a trend.
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
