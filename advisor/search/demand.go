package search

import (
	"math"
	"sort"

	"scaleadvise/advisor/candidate"
)

// Demand is the load that candidates are judged against, requests per second.
type Demand struct {
	Peak float64 // expected peak
	Mean float64 // 0 when unknown
	Data float64 // B of data held at that time, 0 for none
}

// jobTied reports whether a job over data has a window and the rate of a replica of today's hardware,
// which says nothing of other hardware: a job waits for disks and networks as often as for processors.
// Requests beside it come first where no hardware was named: New says what is taken then.
func jobTied(s *Space) bool {
	return givesJob(s) && (s.Base.Known || s.Workload.JobAlone())
}

// givesJob reports whether a job over data has a window and a rate.
func givesJob(s *Space) bool {
	d := s.Workload.Data
	return d.JobWindow > 0 && d.JobRate > 0 && d.Given()
}

// unknownJob returns the excuse of other hardware where the job's rate is known only on today's.
func unknownJob() *candidate.Excuse {
	return &candidate.Excuse{Code: candidate.Unknown, Text: "how fast the job is on other hardware is not known"}
}

// jobSeconds returns how long the batch job takes on n replicas: bytes ÷ (rate of one × n ×
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

// JobLate returns when the batch job on n replicas outgrows its window, in seconds from now: 0 where it
// did; ok is false where that is not in sight, or there is no such job.
func JobLate(s *Space, n int) (seconds float64, ok bool) {
	if !givesJob(s) || n <= 0 {
		return 0, false
	}
	d := s.Workload.Data
	return d.Late(d.JobWindow / jobSeconds(s, n, 1))
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

// MaxReplicas bounds every search: a larger answer would be a matter of design, not of sizing.
const MaxReplicas = 100_000

// largest returns the most replicas worth trying.
func largest(s *Space) int {
	if peak, _, ok := scalingPeak(s); ok {
		return max(int(math.Floor(peak)), 1)
	}
	return MaxReplicas
}

// scalingPeak returns where the scalability law stops helping.
func scalingPeak(s *Space) (n, qps float64, ok bool) {
	if s.USL == nil {
		return 0, 0, false
	}
	return s.USL.Peak()
}
