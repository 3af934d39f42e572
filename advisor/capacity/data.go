package capacity

// DataAt is the bytes held after the given seconds: size + growth × t, of which growth
// fills at most the retention (DESIGN §5.8): what is older is dropped.
func (s *Space) DataAt(seconds float64) float64 {
	d := s.Workload.Data
	if d.Retention > 0 && seconds > d.Retention {
		return d.Growth * d.Retention
	}
	return d.Size + d.Growth*seconds
}

// jobSeconds is how long the batch job takes on n replicas: bytes ÷ (rate of one × n ×
// efficiency), where the efficiency is the scalability law's.
func (s *Space) jobSeconds(n int, bytes float64) float64 {
	efficiency := 1.0
	if s.USL != nil {
		efficiency = s.USL.Relative(float64(n))
	}
	return bytes / (s.Workload.Data.JobRate * float64(n) * efficiency)
}
