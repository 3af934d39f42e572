package service

import (
	"cmp"
	"math"
	"slices"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/stat"
)

// Trial is one measured row predicted without any measurement of its model on its
// accelerator.
type Trial struct {
	Row       catalog.Measurement
	Kind      string // gpu, npu or cpu
	Measured  float64
	Predicted float64
	Low, High float64 // central 90 %
	score     float64 // error beyond what the kriging variance explains, on the scale fitted
}

// TryRates predicts the saturated rate of every row of whole accelerators.
func (e *Evidence) TryRates() []Trial {
	return e.try(offline, rateTrial(once((*Evidence).rate)))
}

// TryNew predicts the same with every measurement of the accelerator held out.
func (e *Evidence) TryNew() []Trial {
	predict := once((*Evidence).rate)
	return e.try(offline, rateTrial(func(l *Evidence, m catalog.Measurement) guess {
		return predict(l.Without(m.Accelerator, ""), m)
	}))
}

func offline(m catalog.Measurement) bool { return m.OfflineQPS > 0 }

func rateTrial(predict func(*Evidence, catalog.Measurement) guess) func(*Evidence, catalog.Measurement) Trial {
	return func(l *Evidence, m catalog.Measurement) Trial {
		s, measured := predict(l, m), m.PerAccelerator()
		return Trial{Measured: measured, Predicted: math.Exp(s.value), Low: math.Exp(s.low), High: math.Exp(s.high), score: s.excess(math.Log(measured))}
	}
}

// TryAlone predicts the latency alone of every row that has one.
func (e *Evidence) TryAlone() []Trial {
	predict := once((*Evidence).aloneAt)
	return e.try(func(m catalog.Measurement) bool { return m.SingleP50MS > 0 }, func(l *Evidence, m catalog.Measurement) Trial {
		s := predict(l, m)
		measured := m.SingleP50MS / 1e3
		return Trial{Measured: measured, Predicted: math.Exp(s.value), Low: math.Exp(s.low), High: math.Exp(s.high), score: s.excess(math.Log(measured))}
	})
}

// TryShares predicts the share of saturation of every row that ran at its limit, or whose
// source does not say how near it was.
func (e *Evidence) TryShares() []Trial {
	return e.try(func(m catalog.Measurement) bool {
		return m.ServerQPS > 0 && m.OfflineQPS > 0 && (m.ServerP99MS == 0 || m.ServerP99MS >= looseFilled*m.BoundMS)
	}, func(l *Evidence, m catalog.Measurement) Trial {
		q := l.query(m.Accelerator, taskOf(l.catalog, m), 0)
		q.count, q.batches = math.Log(float64(max(m.Count, 1))), math.Log(m.PerAccelerator()*m.BoundMS/1e3)
		s := l.share(q)
		measured := m.ServerQPS / m.OfflineQPS
		return Trial{Measured: measured, Predicted: unstretch(s.value), Low: unstretch(s.low), High: unstretch(s.high), score: s.excess(stretch(measured))}
	})
}

// once remembers predictions that depend on the row's accelerator and benchmark alone.
func once(predict func(*Evidence, *cell) guess) func(*Evidence, catalog.Measurement) guess {
	seen := map[[4]string]guess{}
	return func(e *Evidence, m catalog.Measurement) guess {
		key := [4]string{m.Accelerator, m.Model, m.Benchmark, m.Precision}
		g, ok := seen[key]
		if !ok {
			g = predict(e, e.query(m.Accelerator, taskOf(e.catalog, m), 0))
			seen[key] = g
		}
		return g
	}
}

// try predicts the rows that qualify, pair by pair.
func (e *Evidence) try(qualifies func(catalog.Measurement) bool, predict func(*Evidence, catalog.Measurement) Trial) []Trial {
	var out []Trial
	for _, m := range e.catalog.Measurements() {
		if m.MIG || m.Reference || m.Benchmark == "" || !qualifies(m) {
			continue
		}
		t := predict(e.Without(m.Accelerator, m.Model), m)
		t.Row, t.Kind = m, placeOf(e.catalog, m.Accelerator).kind
		out = append(out, t)
	}
	return out
}

// Score is the accuracy over trials.
type Score struct {
	N                     int
	Median, P90, Bias     float64 // of the absolute relative error; Bias is the median of the signed one
	Coverage90, Sharpness float64 // share inside the interval; median of the upper end over the lower one
}

// Sum sums up the trials.
func Sum(trials []Trial) Score {
	if len(trials) == 0 {
		return Score{}
	}
	size, signed, width := make([]float64, len(trials)), make([]float64, len(trials)), make([]float64, len(trials))
	inside := 0
	for i, t := range trials {
		signed[i] = t.Predicted/t.Measured - 1
		size[i], width[i] = math.Abs(signed[i]), t.High/t.Low
		if t.Low <= t.Measured && t.Measured <= t.High {
			inside++
		}
	}
	slices.SortFunc(size, cmp.Compare[float64])
	return Score{len(trials), stat.Quantile(size, 0.5), stat.Quantile(size, 0.9), stat.Median(signed), float64(inside) / float64(len(trials)), stat.Median(width)}
}
