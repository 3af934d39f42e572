// Package prom reads the traits of a running service from its metrics.
//
// In: a server that speaks the HTTP API of Prometheus (through Caller, which holds the connection and its
// credentials), or a file: what a server exposes at /metrics, or the saved answer of a query_range;
// profiles, which map the metrics of a serving system to quantities; Options with the clock, the selector
// and the length of history. Out: an Observation: traits with the query of each, facts that are not traits,
// and the traits that stay unknown with a way to supply them; or an error where nothing could be read.
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
//	against    observations compared with the bounds of a workload
//	saved, exposition   the same from files
//
// The load on the server is kept low: it aggregates everything itself, histories are queried in parts of
// days, in shorter ones where a server refuses, at most four calls run at once, an answer has at most 64
// MiB, and a failure is retried twice with growing pauses. Answers are decoded as they arrive. Nothing here
// opens a connection, a file or a clock.
//
// Mathematics: the peak of a week is the highest rate that three windows in a row held (of
// windows longer than ten minutes, one), as the upper median of the weeks; growth is Sen's slope between days whole weeks apart
// (forecast.FitGrowth); dispersion is variance over mean of counts, by second differences
// (von Neumann 1941); the service curve follows Sakasegawa's approximation (1977); quantiles
// of histograms are those of Prometheus' histogram_quantile.
package prom
