package catalog

import (
	"math"
	"slices"

	"scaleadvise/advisor/stat"
)

// Aggregate summarizes the measurements of one model on one accelerator in one precision class. A zero means
// not measured.
type Aggregate struct {
	Model, Accelerator, Precision string

	QPS     float64 // 1/s of one accelerator at saturation: the median over Rows, weighted by age
	QPSLow  float64 // 5th and 95th percentile of the same: the spread between
	QPSHigh float64 // submitters and rounds; equal to QPS where there is only one row
	Rows    []Measurement
	Rounds  int // distinct dates of Rows

	AloneS    float64 // s, one request at a time: the median of the medians over AloneRows
	AloneRows []Measurement

	// ServerShare is the median over LimitRows of the rate sustained under BoundS at Percentile, divided by
	// the saturated throughput of the same system.
	ServerShare float64
	BoundS      float64 // s
	Percentile  float64 // 0.99
	LimitRows   []Measurement
}

// serverPercentile is the percentile that MLPerf's Server scenario bounds.
const serverPercentile = 0.99

// Measured aggregates the rows of one model (an id), accelerator (an id, or the name in
// the source) and precision class; false when none is usable.
//
// Slices (MIG) are left out, and so are rows served through Triton and rows of untuned reference
// implementations where others exist. A round weighs half as much as one a year younger. Over these rows of
// GPUs, with each round left out in turn, the median of the others then misses a row's throughput by 3.5 %
// at the median and 16.5 % at the 90th percentile (2.3 % and 17.3 % from v3.1 on); with equal weights by 3.8
// % and 17.5 % (2.6 % and 24.9 %), with the newest row only by 3.5 % and 18.8 %.
func (c *Catalog) Measured(modelID, acceleratorID, precision string) (Aggregate, bool) {
	key := [3]string{modelID, acceleratorID, precision}
	if a, ok := c.aggregates.Load(key); ok {
		return a.(Aggregate), a.(Aggregate).usable()
	}
	a := c.aggregate(modelID, acceleratorID, precision)
	c.aggregates.Store(key, a)
	return a, a.usable()
}

// usable reports whether anything was measured.
func (a Aggregate) usable() bool { return len(a.Rows)+len(a.AloneRows) > 0 }

// aggregate makes what Measured keeps.
func (c *Catalog) aggregate(modelID, acceleratorID, precision string) Aggregate {
	all := c.MeasurementsOf(modelID)
	var rows []*Measurement
	for i := range all {
		if m := &all[i]; m.Accelerator == acceleratorID && m.Precision == precision && !m.MIG {
			rows = append(rows, m)
		}
	}
	a := Aggregate{Model: modelID, Accelerator: acceleratorID, Precision: precision}
	a.throughput(rows)
	a.alone(rows)
	a.limit(rows)
	return a
}

// throughput fills QPS and its spread.
func (a *Aggregate) throughput(rows []*Measurement) {
	a.Rows = direct(rows, func(m *Measurement) bool { return m.OfflineQPS > 0 })
	qps := values(a.Rows, (*Measurement).PerAccelerator)
	a.QPS, a.QPSLow, a.QPSHigh = a.Typical(), stat.Quantile(qps, 0.05), stat.Quantile(qps, 0.95)
	a.QPSLow, a.QPSHigh = math.Min(a.QPSLow, a.QPS), math.Max(a.QPSHigh, a.QPS)
	dates := map[string]bool{}
	for i := range a.Rows {
		dates[a.Rows[i].Date] = true
	}
	a.Rounds = len(dates)
}

// Years in which the weight of a run halves: with the age of its software where today's is
// asked about, and with the distance from a date where that of a date is.
const (
	softwareAges = 1
	sameSoftware = 0.25
)

// Typical returns the median throughput of one accelerator over Rows, 1/s, weighted by how new
// they are; 0 for no rows.
func (a Aggregate) Typical() float64 { return a.qpsNear(newest(a.Rows), softwareAges) }

// QPSAt returns the saturated throughput of one accelerator, 1/s, with the software of a date:
// the median over Rows, weighted by how near they are. A year of 0 is that of QPS.
func (a Aggregate) QPSAt(year float64) float64 {
	if year == 0 {
		return a.QPS
	}
	return a.qpsNear(year, sameSoftware)
}

// qpsNear is the median throughput of Rows whose weights halve with every half-life, in
// years, between them and a date.
func (a Aggregate) qpsNear(year, halfLife float64) float64 {
	values, weights := make([]float64, len(a.Rows)), make([]float64, len(a.Rows))
	for i := range a.Rows {
		values[i], weights[i] = a.Rows[i].PerAccelerator(), 1
		if date := a.Rows[i].Year(); date > 0 && year > 0 {
			weights[i] = math.Exp2(-math.Abs(year-date) / halfLife)
		}
	}
	return stat.WeightedMedian(values, weights)
}

// newest is the latest date of some rows, in years; 0 where none has one.
func newest(rows []Measurement) (year float64) {
	for i := range rows {
		year = math.Max(year, rows[i].Year())
	}
	return year
}

// alone fills AloneS.
func (a *Aggregate) alone(rows []*Measurement) {
	a.AloneRows = direct(rows, func(m *Measurement) bool { return m.SingleP50MS > 0 })
	a.AloneS = stat.Quantile(values(a.AloneRows, func(m *Measurement) float64 { return m.SingleP50MS / 1000 }), 0.5)
}

// limit fills ServerShare from the runs at their limit under the bound that most of them had.
func (a *Aggregate) limit(rows []*Measurement) {
	points := direct(rows, func(m *Measurement) bool { return m.AtLimit() && m.OfflineQPS > 0 })
	if len(points) == 0 {
		return
	}
	bound := commonest(values(points, func(m *Measurement) float64 { return m.BoundMS }))
	a.LimitRows = slices.DeleteFunc(points, func(m Measurement) bool { return m.BoundMS != bound })
	a.ServerShare = stat.Quantile(values(a.LimitRows, func(m *Measurement) float64 { return m.ServerQPS / m.OfflineQPS }), 0.5)
	a.BoundS, a.Percentile = bound/1000, serverPercentile
}

// direct keeps the rows that have what is asked: those of tuned systems, where there are
// none those through Triton, where there are none those of reference implementations.
// MLPerf lists one run under both accuracy targets of a benchmark where it meets both: it
// counts once.
func direct(rows []*Measurement, has func(*Measurement) bool) []Measurement {
	var tuned, triton, reference []Measurement
	for _, m := range rows {
		switch {
		case !has(m):
		case m.Reference:
			reference = appendRun(reference, m)
		case m.Triton:
			triton = appendRun(triton, m)
		default:
			tuned = appendRun(tuned, m)
		}
	}
	for _, kept := range [][]Measurement{tuned, triton} {
		if len(kept) > 0 {
			return kept
		}
	}
	return reference
}

// appendRun appends a row unless its run is in the list.
func appendRun(rows []Measurement, m *Measurement) []Measurement {
	for i := range rows {
		o := &rows[i]
		if o.OfflineQPS == m.OfflineQPS && o.ServerQPS == m.ServerQPS && o.SingleP50MS == m.SingleP50MS &&
			o.Round == m.Round && o.Submitter == m.Submitter && o.System == m.System {
			return rows
		}
	}
	return append(rows, *m)
}

// values is one number of every row, sorted.
func values(rows []Measurement, of func(*Measurement) float64) []float64 {
	v := make([]float64, len(rows))
	for i := range rows {
		v[i] = of(&rows[i])
	}
	slices.Sort(v)
	return v
}

// commonest is the value that occurs most often among sorted values, the smaller of equals.
func commonest(sorted []float64) (value float64) {
	best := 0
	for i := 0; i < len(sorted); {
		j := i
		for j < len(sorted) && sorted[j] == sorted[i] {
			j++
		}
		if j-i > best {
			best, value = j-i, sorted[i]
		}
		i = j
	}
	return value
}
