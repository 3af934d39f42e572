package open

import (
	"testing"

	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/queue"
)

// fast8b and slow70b are plausible machines: an 8B model on a fast accelerator, a 70B model on
// two slower ones.
var (
	fast8b  = Machine{Timing: linear{0.004, 30e-6, 1e-9, 0.007, 20e-6, 40e-9}, MaxRequests: 256}
	slow70b = Machine{Timing: linear{0.02, 220e-6, 4e-9, 0.045, 300e-6, 200e-9}, MaxRequests: 24}
)

var chat = llm.Lengths{Input: llm.Tokens{Mean: 1000, CV: 1}, Output: llm.Tokens{Mean: 200, CV: 1}}

func BenchmarkServe(b *testing.B) {
	for range b.N {
		Replicas{Machine: fast8b, N: 1}.Serve(chat)
	}
}

func BenchmarkAt(b *testing.B) {
	s := Replicas{Machine: fast8b, N: 1}.Serve(chat)
	l := queue.Load{Rate: 0.8 * s.Saturation()}
	for b.Loop() {
		s.At(l)
	}
}

func BenchmarkResponse(b *testing.B) {
	s := Replicas{Machine: fast8b, N: 1}.Serve(chat)
	l := queue.Load{Rate: 0.8 * s.Saturation()}
	for b.Loop() {
		s.At(l).Response()
	}
}

func BenchmarkSustainable(b *testing.B) {
	s := Replicas{Machine: fast8b, N: 1}.Serve(chat)
	for b.Loop() {
		s.Sustainable(queue.Load{}, Bounds{TTFT: 0.5, TPOT: 0.03})
	}
}

func BenchmarkLeastLoaded(b *testing.B) {
	s := Replicas{Machine: fast8b, N: 64, LeastLoaded: true}.Serve(chat)
	l := queue.Load{Rate: 0.9 * s.Saturation()}
	for b.Loop() {
		s.At(l)
	}
}

// BenchmarkManyReplicas is of more levels than can be looked at.
func BenchmarkManyReplicas(b *testing.B) {
	m := fast8b
	m.MaxRequests = 1e6
	s := Replicas{Machine: m, N: 10000, LeastLoaded: true}.Serve(chat)
	for b.Loop() {
		s.Sustainable(queue.Load{}, Bounds{TTFT: 5, TPOT: 30})
	}
}
