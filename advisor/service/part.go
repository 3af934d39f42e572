package service

import "math"

// What a MIG instance reaches of the accelerator's saturated rate, over its share of the
// multiprocessors: the median of MLPerf Inference v0.7 to v3.0, closed, over 93 runs of one
// instance (A100 1.01, A30 1.04), and the central 90 %.
const (
	partRate     = 1.02
	partRateLow  = 0.86 / partRate
	partRateHigh = 1.12 / partRate
)

// What a slice of an accelerator's time loses when all its neighbours work: no public
// measurement is known, so a tenth is assumed. Neighbours that idle leave it more, which
// nothing promises.
const sliceLoss = 0.9

// PartShare returns the share of the whole accelerator's saturated rate that a part reaches,
// and the source: a MIG instance with a share of its multiprocessors, or a slice of its time.
func PartShare(compute float64, timeSliced bool) (share float64, source string) {
	if timeSliced {
		return compute * sliceLoss, "its slice of the time less a tenth for switching, with every neighbour at work: assumed, and no public measurement is known"
	}
	return math.Min(compute*partRate, 1), "its share of the multiprocessors × 1.02: MLPerf Inference v0.7 to v3.0, closed, one MIG instance over the whole"
}

// AloneOnPart returns the time of one request alone on a part that reaches a share of the
// whole's rate, s. A MIG instance takes as long as the whole would for one that keeps all of
// it busy: of time t, the whole busy for the fraction u of what it sustains, t·(1 + u/share),
// and no more than t/share. A slice of time waits for its neighbours: t/share.
func (m Model) AloneOnPart(share float64, timeSliced bool) float64 {
	if timeSliced {
		return m.Alone() / share
	}
	return m.Alone() * math.Min(1+1/(m.Alone()*m.Saturation()*share), 1/share)
}

// OnPart returns the model on a part of the accelerator. maxBatch is the largest batch that the
// part's memory holds, 0 for as many as the whole.
func (m Model) OnPart(compute float64, timeSliced bool, maxBatch int) Model {
	share, _ := PartShare(compute, timeSliced)
	low, high := partRateLow, math.Min(partRateHigh, 1/share)
	if timeSliced {
		low, high = 1, 1/sliceLoss
	}
	if m.MaxBatch > maxBatch && maxBatch > 0 {
		m.MaxBatch = maxBatch
	}
	one, rate := m.AloneOnPart(share, timeSliced), m.Saturation()*share
	m.Basis = weaker(m.Basis)
	m.SpreadLow, m.SpreadHigh = m.SpreadLow*low, m.SpreadHigh*high
	if m.MaxBatch <= 1 {
		m.Alpha, m.Beta = m.Alone()/share, 0
		return m
	}
	b := float64(m.MaxBatch)
	full := b / rate
	m.Beta = math.Max(full-one, 0) / (b - 1)
	m.Alpha = math.Max(full-b*m.Beta, 0)
	return m
}

// weaker is the basis of what was carried over from a part to the whole or back.
func weaker(basis string) string {
	if basis == Roofline {
		return Roofline
	}
	return Transferred
}
