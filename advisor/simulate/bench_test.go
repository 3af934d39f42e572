package simulate

import (
	"context"
	"testing"

	"scaleadvise/advisor/llm"
)

// benchmark reports requests a second on one core.
func benchmark(b *testing.B, s Spec) {
	const requests = 1_000_000
	length := requests / s.Traffic.Rate
	b.ReportAllocs()
	for b.Loop() {
		newEngine(context.Background(), s, length, 0, new(sheets), nil).run()
	}
	b.ReportMetric(requests*float64(b.N)/b.Elapsed().Seconds(), "requests/s")
}

func loaded(f Fleet, load, dispersion float64) Spec {
	return Spec{Fleet: f, Traffic: Traffic{Rate: load * f.Saturation(), Dispersion: dispersion}, Goal: Goal{Latency: 0.1, Percentile: 0.99}}
}

func BenchmarkBatches(b *testing.B) {
	benchmark(b, loaded(Fleet{Station: Station{Alpha: 1e-3, Beta: 1e-3, MaxBatch: 16, Workers: 1, Work: 1.1}, Replicas: 14, Units: 1, Balancing: Random}, 0.8, 1))
}

func BenchmarkWorkers(b *testing.B) {
	benchmark(b, loaded(Fleet{Station: Station{Beta: 1e-2, MaxBatch: 1, Workers: 4, CV: 0.3}, Replicas: 8, Units: 1, Balancing: Random}, 0.8, 1))
}

func BenchmarkLeastLoadedBursts(b *testing.B) {
	benchmark(b, loaded(Fleet{Station: Station{Alpha: 1e-3, Beta: 1e-3, MaxBatch: 16, Workers: 1}, Replicas: 64, Units: 1, Balancing: LeastLoaded}, 0.8, 4))
}

func BenchmarkRetries(b *testing.B) {
	s := loaded(Fleet{Station: Station{Beta: 1e-2, MaxBatch: 1, Workers: 4}, Replicas: 8, Units: 1, Balancing: PowerOfTwo}, 0.9, 1)
	s.Clients = Clients{QueueLimit: 20, Timeout: 0.1, Retries: 2, Backoff: 0.01}
	benchmark(b, s)
}

// linear is a timing with a fixed time for each kind of work and a time for each token.
type linear struct {
	start, token, attention float64 // of prompts: s, s/token, s/token per token attended to
	step, request, held     float64 // of decoding: s, s/request, s/token held
}

func (t linear) Prefill(tokens, context float64) float64 {
	return t.start + tokens*(t.token+t.attention*context)
}

func (t linear) Decode(batch, context float64) float64 {
	return t.step + batch*(t.request+t.held*context)
}

// seventy is about a model of 70 billion parameters on four accelerators.
func seventy() Fleet {
	return Fleet{
		Station: Station{MaxBatch: 1, Workers: 1}, Replicas: 1, Units: 1,
		Scheduler: &Scheduler{
			Timing:   linear{3e-3, 4e-5, 1e-10, 15e-3, 5e-5, 1e-8},
			Lengths:  llm.Lengths{Input: llm.Tokens{Mean: 512, CV: 0.8}, Output: llm.Tokens{Mean: 200, CV: 1}},
			Accepted: 1, Requests: 256, Budget: 8192, Cache: 200_000, Evicts: true, Saturation: 20,
		},
	}
}

// BenchmarkLanguageModel reports steps a second on one core.
func BenchmarkLanguageModel(b *testing.B) {
	s := Spec{Fleet: seventy(), Traffic: Traffic{Rate: 14}, Goal: Goal{TTFT: 1}}
	b.ReportAllocs()
	steps := int64(0)
	for b.Loop() {
		e := newEngine(context.Background(), s, 10_000, 0, new(sheets), nil)
		e.run()
		steps += e.batching.admitted[0].step
	}
	b.ReportMetric(float64(steps)/b.Elapsed().Seconds(), "steps/s")
}
