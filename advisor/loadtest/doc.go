// Package loadtest reads what load tools write and says what it tells of the service they drove.
//
// In: a stream, recognised by its content: vegeta, k6, hey, wrk, wrk2, ghz, Locust,
// perf_analyzer, genai-perf, aiperf, guidellm, vllm bench serve, ApacheBench, as text, CSV or
// JSON, of one run or of several. Out: the Runs, each a rate, latencies and how requests were
// sent, in seconds and per second; and from them, by Fit, the Service of one replica: its time
// alone, its saturated rate, its batches or parallel requests, and whether saturation was
// reached at all. Where it was not, the measured rate is the least that the service carries.
//
// A format is a row of documents (JSON), tables (CSV) or screens (text).
package loadtest
