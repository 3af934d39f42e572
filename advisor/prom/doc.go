// Package prom reads the traits of a running service from its metrics.
//
// In: a server that speaks the HTTP API of Prometheus (through Caller, which holds the
// connection and its credentials), or a file: what a server exposes at /metrics, or the saved
// answer of a query_range; profiles, which say in which metrics a serving system tells what;
// Options with the clock, the selector and the length of history. Out: an Observation: traits
// with the query of each, facts that are no traits, and what stays unknown with what would
// fill it; or an error where nothing could be told.
//
// The order of stages, each a file:
//
//	choose     which profiles and which of their metrics exist, and have values now
//	around     which servers count the requests (targets), of which model (models), and since when
//	observe    three rounds of queries: names and scrapes, histories, the busiest and the quietest hour
//	demand     rates → mean, peak of a week, growth
//	bursts     the dispersion of arrivals
//	things     model, replicas, accelerators, tokens
//	latency    percentiles, overload, the scalability law
//	service    how long the work takes, from batches or from latency over load (curve)
//	against    what was seen, held against the bounds of a workload
//	saved, exposition   the same from files
//
// Servers are treated gently: everything is aggregated by the server, histories are asked for in parts of days, and
// in shorter ones where a server refuses, four calls are under way at once, an answer has at most 64 MiB, a
// failure is tried again twice with growing pauses. Answers are decoded while they arrive.
// Nothing here opens a connection, a file or a clock.
//
// Mathematics: the peak of a week is the highest rate that three windows in a row held (of
// windows longer than ten minutes, one), as the upper median of the weeks; growth is Sen's slope between days whole weeks apart
// (forecast.FitGrowth); dispersion is variance over mean of counts, by second differences
// (von Neumann 1941); the service curve follows Sakasegawa's approximation (1977); quantiles
// of histograms are those of Prometheus' histogram_quantile.
package prom
