// Package loadtest reads the reports of load tools and derives the service that they drove.
//
// In: a stream, recognised by its content: vegeta, k6, hey, wrk, wrk2, ghz, Locust, perf_analyzer,
// genai-perf, aiperf, guidellm, vllm bench serve, ApacheBench, as text, CSV or JSON, of one run or of
// several. Out: the Runs, each a rate, latencies and how requests were sent, in seconds and per second; and
// from them, by Fit, the Service of one replica: its time alone, its saturated rate, its batches or parallel
// requests, and whether saturation was reached at all. Where it was not, the measured rate is a lower bound.
//
// A format is a row of documents (JSON), tables (CSV) or screens (text).
package loadtest
