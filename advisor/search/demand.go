package search

import (
	"math"
	"sort"
)

// Demand is what candidates are judged against, requests per second.
type Demand struct {
	Peak float64 // expected
	Mean float64 // 0 when unknown
	Data float64 // B held then, 0 when none
}

// jobSeconds is how long the batch job takes on n replicas: bytes ÷ (rate of one × n ×
// efficiency), where the efficiency is the scalability law's.
func jobSeconds(s *Space, n int, bytes float64) float64 {
	efficiency := 1.0
	if s.USL != nil {
		efficiency = s.USL.Relative(float64(n))
	}
	return bytes / (s.Workload.Data.JobRate * float64(n) * efficiency)
}

// JobHours returns how long the batch job over the data takes on n replicas, hours; 0
// without a job rate.
func JobHours(s *Space, n int, bytes float64) float64 {
	if s.Workload.Data.JobRate <= 0 || n <= 0 {
		return 0
	}
	return jobSeconds(s, n, bytes) / 3600
}

// ReplicasForJob returns the fewest replicas that finish the job within its window; 0
// without a window or rate, or where no number up to the largest does.
func ReplicasForJob(s *Space, bytes float64) int {
	d := s.Workload.Data
	if d.JobRate <= 0 || d.JobWindow <= 0 {
		return 0
	}
	largest := largest(s)
	n := 1 + sort.Search(largest, func(i int) bool { return jobSeconds(s, i+1, bytes) <= d.JobWindow })
	if n > largest {
		return 0
	}
	return n
}

// MaxReplicas bounds every search: beyond it the answer is a design, not a number.
const MaxReplicas = 100_000

// largest is the most replicas worth trying.
func largest(s *Space) int {
	if peak, _, ok := scalingPeak(s); ok {
		return max(int(math.Floor(peak)), 1)
	}
	return MaxReplicas
}

// scalingPeak is where the scalability law stops helping.
func scalingPeak(s *Space) (n, qps float64, ok bool) {
	if s.USL == nil {
		return 0, 0, false
	}
	return s.USL.Peak()
}
