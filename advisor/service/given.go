package service

import (
	"errors"
	"fmt"
	"math"

	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// assumedBatch is the largest batch where the user measured batches but stated no limit
// beyond the largest of them, and 1 is all that was measured: serving stacks' own default.
const assumedBatch = 32

// FromGiven returns the service model of what the user measured of one replica. A service
// time alone means no batching. The error names the traits that contradict each other.
func FromGiven(s workload.Service) (Model, error) { return GivenTo(s, nil) }

// GivenTo does as FromGiven, and records the computation.
func GivenTo(s workload.Service, log *derivation.Log) (Model, error) {
	m, err := fromGiven(s, log)
	if err == nil {
		m.recordGiven(s)
	}
	return m, err
}

func fromGiven(s workload.Service, log *derivation.Log) (Model, error) {
	m := Model{Log: log, Basis: Given, CV: s.CV, MaxBatch: 1, Concurrency: max(s.Concurrency, 1), Derate: 1, Knee: 1, SpreadLow: 1, SpreadHigh: 1,
		Sources: []string{"measured by the user"}}
	if err := checkGiven(s); err != nil {
		return m, err
	}
	switch {
	case len(s.Batch) > 0:
		return fromPoints(m, s)
	case s.QPS.Mid > 0 && s.Time.Mid > 0:
		return fromRateAndTime(m, s)
	case s.QPS.Mid > 0:
		return fromRate(m, s), nil
	case s.Time.Mid > 0:
		m.Alpha = s.Time.Mid
		return m.spread(inverse(s.Time)), nil
	}
	return m, errors.New("nothing was measured: give --service-time, --batch-time or --replica-qps")
}

// checkGiven refuses values no server can have, and traits that exclude each other.
func checkGiven(s workload.Service) error {
	for _, q := range []struct {
		flag string
		v    float64
	}{{"service-time", s.Time.Mid}, {"replica-qps", s.QPS.Mid}, {"service-cv", s.CV}, {"max-batch", float64(s.MaxBatch)}, {"concurrency", float64(s.Concurrency)}} {
		if q.v < 0 || math.IsNaN(q.v) || math.IsInf(q.v, 0) {
			return fmt.Errorf("--%s must be a positive number, not %v", q.flag, q.v)
		}
	}
	for _, p := range s.Batch {
		if p.Batch < 1 || !(p.Seconds > 0) || math.IsInf(p.Seconds, 0) {
			return fmt.Errorf("--batch-time %d:%gs: a batch holds at least 1 and takes longer than 0 s", p.Batch, p.Seconds)
		}
	}
	if s.Concurrency > 1 && (len(s.Batch) > 0 || s.MaxBatch > 1) {
		return errors.New("--concurrency means parallel servers without batching; it contradicts --batch-time and --max-batch: give one or the other")
	}
	return nil
}

// fromPoints fits s(b) = α + β·b by least squares with α, β ≥ 0 over the batch points,
// the service time (a batch of 1) and the saturated rate (a batch of MaxBatch).
func fromPoints(m Model, s workload.Service) (Model, error) {
	points := append([]workload.Point(nil), s.Batch...)
	largest := 1
	for _, p := range points {
		largest = max(largest, p.Batch)
	}
	if s.MaxBatch > 0 && s.MaxBatch < largest {
		return m, fmt.Errorf("--max-batch %d is below --batch-time %d:…; raise the one or drop the other", s.MaxBatch, largest)
	}
	m.MaxBatch = max(s.MaxBatch, largest)
	if s.Time.Mid > 0 {
		points = append(points, workload.Point{Batch: 1, Seconds: s.Time.Mid})
	}
	if s.QPS.Mid > 0 {
		points = append(points, workload.Point{Batch: m.MaxBatch, Seconds: float64(m.MaxBatch) / s.QPS.Mid})
	}
	if err := growing(points); err != nil {
		return m, err
	}
	m.Alpha, m.Beta = fitLine(points)
	m.MaxBatch = max(m.MaxBatch, 1)
	if len(points) == 1 {
		m.Warnings = append(m.Warnings, "one batch time alone does not separate the cost of a request from that of a batch: assumed proportional to the batch; give --service-time or a second --batch-time")
	}
	return m.spread(given(s)), nil
}

// growing refuses points where the larger batch is served clearly faster as a whole, or
// the same batch takes two clearly different times: one of them must be wrong.
func growing(points []workload.Point) error {
	const tolerance = 1.05 // repeats of one measurement differ by a few per cent
	for _, a := range points {
		for _, b := range points {
			if a.Batch <= b.Batch && a.Seconds > b.Seconds*tolerance {
				return fmt.Errorf("a batch of %d takes %.4g ms but one of %d takes %.4g ms; correct --batch-time, --service-time or --replica-qps",
					a.Batch, a.Seconds*1e3, b.Batch, b.Seconds*1e3)
			}
		}
	}
	return nil
}

// fitLine is the least-squares line through the points with both coefficients held at
// or above zero (the active-set solution of two variables). One point, or points of one
// size, give a line through the origin.
func fitLine(points []workload.Point) (alpha, beta float64) {
	var n, sb, ss, sbb, sbs float64
	for _, p := range points {
		b := float64(p.Batch)
		n, sb, ss, sbb, sbs = n+1, sb+b, ss+p.Seconds, sbb+b*b, sbs+b*p.Seconds
	}
	det := n*sbb - sb*sb
	if det <= 1e-12*n*sbb {
		return 0, sbs / sbb
	}
	beta = (n*sbs - sb*ss) / det
	alpha = (ss - beta*sb) / n
	switch {
	case beta < 0:
		return ss / n, 0
	case alpha < 0:
		return 0, sbs / sbb
	}
	return alpha, beta
}

// fromRateAndTime is a replica with a saturated rate and a time alone: parallel servers
// or batches explain why the rate exceeds one request after the other.
func fromRateAndTime(m Model, s workload.Service) (Model, error) {
	x, s1 := s.QPS.Mid, s.Time.Mid
	together := x * s1 // requests in service at saturation, were each as slow as alone
	const tolerance = 0.98
	if s.Concurrency > 0 {
		if together > float64(m.Concurrency)/tolerance {
			return m, fmt.Errorf("--replica-qps %.4g/s needs %.3g requests in service at --service-time %.4g ms, but --concurrency is %d; raise it, or give --max-batch where requests are batched",
				x, together, s1*1e3, m.Concurrency)
		}
		m.Alpha = float64(m.Concurrency) / x
		return m.spread(given(s)), nil
	}
	if together*tolerance <= 1 && s.MaxBatch <= 1 {
		m = fromRate(m, s)
		m.Alpha = math.Max(m.Alpha, s1)
		return m, nil
	}
	m.MaxBatch = s.MaxBatch
	if m.MaxBatch == 0 {
		m.MaxBatch = batchFor(together)
		m.Warnings = append(m.Warnings, fmt.Sprintf("the largest batch was not given: %d assumed; --max-batch sets it", m.MaxBatch))
		if m.CV > 0 {
			m.Warnings = append(m.Warnings, fmt.Sprintf("the time of a whole batch is assumed to vary by --service-cv %g, as if its requests were slow together; "+
				"where they vary independently more is sustained: simulate with --max-batch, or measure a batch with --batch-time", m.CV))
		}
	}
	if together > float64(m.MaxBatch)/tolerance {
		return m, fmt.Errorf("--replica-qps %.4g/s needs batches of %.3g or more at --service-time %.4g ms, but --max-batch is %d; raise it or correct the measurements",
			x, together, s1*1e3, m.MaxBatch)
	}
	m.Alpha, m.Beta = through(x, s1, m.MaxBatch)
	if m.Alpha == 0 {
		m.Warnings = append(m.Warnings, "one request alone is no slower than its share of a full batch: batching does not help")
	}
	return m.spread(given(s)), nil
}

// batchFor is four times the requests in service, in whole requests and at least assumedBatch:
// large enough that the measured rate is reached with batches that are not yet all overhead. It
// grows with the rate in small steps, so that a faster replica is not taken for one that makes
// its requests wait for much larger batches.
func batchFor(together float64) int {
	const largest = 1024
	return int(math.Min(math.Max(assumedBatch, math.Ceil(4*together)), largest))
}

// OneByOne returns a measurement without the batches that were only inferred from its rate and
// its time: a replica that serves one request after the other in that time. ok is false where the
// rate needs no batches, or what forms them was stated.
func OneByOne(s workload.Service) (one workload.Service, ok bool) {
	if len(s.Batch) > 0 || s.MaxBatch > 0 || s.Concurrency > 0 || !(s.Time.Mid > 0) {
		return s, false
	}
	m, err := FromGiven(s)
	s.QPS = unit.Interval{}
	return s, err == nil && m.MaxBatch > 1
}

// through is the line that a batch of b takes b/x and one request alone takes s1, held
// at α, β ≥ 0 (β = 1/X − α/B, α = s₁ − β).
func through(x, s1 float64, b int) (alpha, beta float64) {
	n := float64(b)
	if b <= 1 || s1 <= 1/x {
		return 0, 1 / x
	}
	alpha = (s1 - 1/x) / (1 - 1/n)
	alpha = math.Min(alpha, n/x)
	return alpha, math.Max(1/x-alpha/n, 0)
}

// fromRate is a replica of which only the saturated rate is known.
func fromRate(m Model, s workload.Service) Model {
	m.Alpha = float64(m.Concurrency) / s.QPS.Mid
	if s.MaxBatch > 1 {
		m.MaxBatch, m.Alpha, m.Beta = s.MaxBatch, 0, 1/s.QPS.Mid
	}
	if s.Time.Mid == 0 {
		m.Warnings = append(m.Warnings, "only the saturated rate was given: latency is that of requests served one after the other; give --service-time for a better curve")
	}
	return m.spread(given(s))
}

// given is the range of capacity the user stated: the rate's, else the time's.
func given(s workload.Service) unit.Interval {
	if s.QPS.Mid > 0 {
		return s.QPS
	}
	return inverse(s.Time)
}

// inverse is the rate of a time.
func inverse(t unit.Interval) unit.Interval {
	if !(t.Mid > 0 && t.Low > 0 && t.High > 0) {
		return unit.Exact(1)
	}
	return unit.Interval{Mid: 1 / t.Mid, Low: 1 / t.High, High: 1 / t.Low}
}

// Repeatability is the relative difference, up or down, within which 90 % of repeats of a single measurement
// fall: the median over 1,459 pairs of runs of one model on one machine that timm's benchmarks repeat.
// Headroom covers it: no plan is sized for it in addition.
const Repeatability = 1.05

// Range returns the central 90 % of capacity over the expected capacity, as it is shown: that of the model
// or, for a single measurement of the user, the scatter of repeats.
func (m Model) Range() (low, high float64) {
	switch {
	case m.SpreadLow <= 0 || m.SpreadHigh <= 0:
		return 1, 1
	case m.Once():
		return 1 / Repeatability, Repeatability
	}
	return m.SpreadLow, m.SpreadHigh
}

// Once reports whether the user measured it once, or did not state how measurements differ.
func (m Model) Once() bool { return m.Basis == Given && m.SpreadLow == 1 && m.SpreadHigh == 1 }

// spread takes over the ratio range of a rate.
func (m Model) spread(rate unit.Interval) Model {
	if rate.Mid > 0 && rate.Low > 0 && rate.High >= rate.Mid {
		m.SpreadLow, m.SpreadHigh = rate.Low/rate.Mid, rate.High/rate.Mid
	}
	return m
}
