// Package validation compares predictions with measurements.
//
// In: a stream of measurements and a Predictor. The stream is a CSV file with columns by name, or the JSON
// report of a load tool, which package loadtest reads; gzip is unpacked; the first bytes tell which it is.
// Out: an advice.Validation: how large the errors are, whether they are biased, how often the 90 % interval
// held the measurement and how wide it was, over all rows and by groups, with a reason for each row that
// could not be judged.
//
// A row of the CSV about a model that answers in one step asks one of two questions. With known_max_qps, the
// saturated throughput of the whole system, it asks what Poisson rate keeps a percentile of latency within
// bound_ms. Without, it asks for the saturated throughput itself, from the catalogue. A row of MLPerf's
// tuned runs may date its software, by round or by date; blank means today's. A report of a load test asks
// for the latencies at the rate it offered; what was tested comes from the workload. On a language model,
// each benchmark in guidellm's report asks what a row would.
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
// A row that says more is a published run: mode, cores, model_kind, params_m, gmacs, activations_m,
// measured_latency_ms, and for hardware that the catalogue lacks peak_tflops (dense, at 16 bit),
// bandwidth_gbs, memory_gib. Its blank precision is not known where a mode is given: frameworks are taken to
// run at 32 bit, as those runs do. What is judged is measured_qps, inputs a second of the whole system, else
// measured_latency_ms, of one batch; behind a server, concurrency is the number of its clients; with
// bound_ms it is the rate of requests coming at random that keeps percentile within it, batch then being the
// largest. What a row says about a model takes precedence over the catalogue and the measurements.
//
// # Language models
//
// A row is about a language model where the model is one, or where a column that only those have is filled.
// The measured column that is filled decides what is judged, times before throughput:
//
//   - measured_e2e_ms, or measured_ttft_ms + output_tokens × measured_tpot_ms where both are
//     filled: the time of a whole request. Its parts are not judged separately, since the
//     scheduler decides how the time splits between them.
//   - measured_tpot_ms alone: the time between tokens; measured_ttft_ms alone: the time to the
//     first.
//   - measured_output_tps: output tokens a second of the whole system. At maximum load it takes
//     precedence over times, which grow with the queue there.
//   - measured_qps and none of these: requests a second of the whole system at saturation.
//
// Concurrency is the number of requests in progress in the whole system at all times (closed loop). Where
// measured_tpot_ms is blank they are taken to come as batches instead, each sent when the one before is
// complete: a closed loop usually reports the time between tokens, a run of batches only their end. Where
// far more is known about a closed loop on such a system (an interval at most 0.6 times as wide, on a log
// scale), that is assumed in place of batches. A column load states it, closed or batch; the warnings count
// the rows for which it was assumed. Where concurrency is blank, measured_qps beside a time is the offered
// rate (open loop: requests arrive at that rate regardless of how many are in progress); where that is blank
// too, or concurrency is "inf", the load is the maximum. Times are compared with the mean.
//
// accelerator_count above tensor_parallel means further replicas, which share the load evenly; where the
// weights fit no single one of them package llm spreads one over several. A blank accelerator_count is
// tensor_parallel. A blank tensor_parallel is the size that serves most at maximum load, and the fewest
// accelerators that hold the weights under other loads; where both are blank, the system has that many.
// Weights larger than the memory of all accelerators together are a reason to skip the row, unless the
// engine can keep layers in the memory of the host. Blank lengths of requests are those of ShareGPT, with an
// interval from a quarter to four times as long; where the row judges one length's time they are a reason to
// skip it. For an accelerator that the catalogue does not know but whose name states its memory ("unnamed
// 24GB card") the prediction is the middle over the accelerators with that memory, and the interval spans
// all of theirs.
//
// Memory is bounded: a row is judged when it is read, and the length of lines and the number of rows are
// limited.
//
// Errors are relative, (predicted − measured) ÷ measured: the median and the 90th percentile of their
// absolute values (MdAPE and the like, Hyndman and Koehler, "Another look at measures of forecast accuracy",
// 2006), the median of the signed ones as bias, and the interval's empirical coverage. The interval's high ÷
// low says how sharp it is: a wide interval covers anything.
package validation
