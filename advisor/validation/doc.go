// Package validation holds predictions against measurements.
//
// In: a stream of measurements and a Predictor. The stream is a CSV file with columns by
// name, the JSON report of vegeta (`vegeta report -type=json`), or that of guidellm; gzip is
// unpacked; which it is shows in its first bytes. Out: an advice.Validation: how large the
// errors are, whether they lean to one side, how often the 90 % interval held the measurement
// and how wide it was, over all rows and by groups, with a reason for each row that could not
// be judged.
//
// A row of the CSV asks one of two questions. With known_max_qps, the saturated throughput of
// the whole system, it asks what Poisson rate keeps a percentile of latency within bound_ms.
// Without, it asks for the saturated throughput itself, from the catalogue. A report of a load
// test asks for the latencies at the rate it offered; what was tested comes from the workload.
//
// Memory is bounded: a row is judged when it is read, lines have a greatest length and files a
// greatest number of rows.
//
// Errors are relative, (predicted − measured) ÷ measured: the median of their sizes and their
// 90th percentile (MdAPE and the like, Hyndman and Koehler, "Another look at measures of
// forecast accuracy", 2006), the median of the signed ones as bias, and the interval's empirical
// coverage. The interval's high ÷ low says how sharp it is: a wide interval covers anything.
package validation
