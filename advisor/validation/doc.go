// Package validation holds predictions against measurements.
//
// In: a stream of measurements and a Predictor. The stream is a CSV file with columns by
// name, or the JSON report of a load tool, which package loadtest reads; gzip is unpacked;
// which it is shows in its first bytes. Out: an advice.Validation: how large the
// errors are, whether they lean to one side, how often the 90 % interval held the measurement
// and how wide it was, over all rows and by groups, with a reason for each row that could not
// be judged.
//
// A row of the CSV about a model that answers in one step asks one of two questions. With
// known_max_qps, the saturated throughput of the whole system, it asks what Poisson rate keeps
// a percentile of latency within bound_ms. Without, it asks for the saturated throughput
// itself, from the catalogue. A row of MLPerf's tuned runs may date its software, by round or
// by date; blank is today's. A report of a load test asks for the latencies at the rate it
// offered; what was tested comes from the workload. On a language model, each benchmark in
// guidellm's report asks what a row would.
//
// # Ordinary models on ordinary stacks
//
// A row asks for forward passes of a model that writes no tokens, unless its runtime is mlperf:
// MLPerf's tuned runs, asked as above. A blank runtime is pytorch, but for a file without that
// column whose model is spelled as a benchmark of MLPerf.
//
// A row that names its system and says no more is predicted as capacity predicts it, by the
// same code: accelerator (or a machine, with all its accelerators or vCPUs) × accelerator_count,
// model, runtime (with the server in front of it: triton+tensorrt), precision (blank: 16 bit where
// the hardware has matrix units for it), batch (the largest; blank: as many as memory holds, no more
// than rates rise with), input (blank: the usual request), bound_ms. What one row then repeats is solved once.
//
// A row that says more is a run as it was published: mode, cores, model_kind, params_m, gmacs,
// activations_m, measured_latency_ms, and for hardware that the catalogue lacks peak_tflops
// (dense, at 16 bit), bandwidth_gbs, memory_gib. Its blank precision is not known where a mode
// is given: frameworks are taken to run at 32 bit, as those runs do. Judged is measured_qps, inputs a second
// of the whole system, else measured_latency_ms, of one batch; behind a server concurrency is
// its clients; with bound_ms it is the rate of requests coming at random that keeps percentile
// within it, batch then being the largest. What a row says of a model goes before what the catalogue and measurements know
// of it.
//
// # Language models
//
// A row is about a language model where the model is one, or where a column that only those
// have is filled. What of the measured is filled says what is judged, times before throughput:
//
//   - measured_e2e_ms, or measured_ttft_ms + output_tokens × measured_tpot_ms where both are
//     filled: the time of a whole request. Its parts are not judged beside it, for how it
//     splits between them is the scheduler's choice.
//   - measured_tpot_ms alone: the time between tokens; measured_ttft_ms alone: the time to the
//     first.
//   - measured_output_tps: output tokens a second of the whole system. At maximum load it goes
//     before times, which grow with the queue there.
//   - measured_qps and none of these: requests a second of the whole system at saturation.
//
// Concurrency is the number of requests under way in the whole system at all times (closed
// loop). Where measured_tpot_ms is blank they are taken to come as batches instead, each sent
// when the one before is complete: who keeps a number of requests under way measures the time
// between tokens, who times batches has only their end. Where far more is known of requests always
// under way on such a system (an interval at most 0.6 as wide, on a log scale), they are taken to
// be that. A column load says it outright, closed or batch; what was read into the rows is counted in the warnings. Where concurrency is blank,
// measured_qps beside a time is the rate that was driven (open loop: requests come at that rate
// whatever is under way); where that is blank too, or concurrency is "inf", the load is the
// largest there can be. Times are compared with the mean.
//
// accelerator_count above tensor_parallel means further replicas, which share the load evenly;
// where the weights fit no single one of them package llm spreads one over several. A blank
// accelerator_count is tensor_parallel. A blank tensor_parallel is the size that serves most at
// maximum load, and the fewest accelerators that hold the weights under other loads; that many
// are there where both are blank. Weights larger than the memory of all accelerators together
// are a reason to skip the row, unless the engine can keep layers in the memory of the host.
// Blank lengths of requests are those of ShareGPT, with an interval from a quarter to four times
// as long; where the row judges one length's time they are a reason to skip it. Of an
// accelerator that the catalogue does not know but whose name states its memory ("unnamed 24GB
// card") the prediction is the middle over the accelerators of that memory, and the interval
// reaches over all of theirs.
//
// Memory is bounded: a row is judged when it is read, lines have a greatest length and files a
// greatest number of rows.
//
// Errors are relative, (predicted − measured) ÷ measured: the median of their sizes and their
// 90th percentile (MdAPE and the like, Hyndman and Koehler, "Another look at measures of
// forecast accuracy", 2006), the median of the signed ones as bias, and the interval's empirical
// coverage. The interval's high ÷ low says how sharp it is: a wide interval covers anything.
package validation
