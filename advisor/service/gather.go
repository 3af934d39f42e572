package service

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/stat"
)

// gather condenses the catalogue's measurements to cells: saturated rates of one
// accelerator, latencies alone, and shares of saturation under a bound. Slices are left
// out; so are rows through Triton and reference implementations where others exist.
func gather(c *catalog.Catalog) (rates, alone, shares []cell) { return gatherRows(c, c.Measurements()) }

func gatherRows(c *catalog.Catalog, rows []catalog.Measurement) (rates, alone, shares []cell) {
	b := builder{catalog: c, places: map[string]place{}}
	for _, m := range rows {
		if m.MIG || m.Benchmark == "" {
			continue
		}
		b.row(m)
	}
	return collect(b.rates), collect(b.alone), collect(b.shares)
}

// builder sorts rows into cells.
type builder struct {
	catalog              *catalog.Catalog
	places               map[string]place
	rates, alone, shares []sample
}

// sample is one row on its way into a cell.
type sample struct {
	key   string
	spare bool // through Triton, or a reference implementation: kept only where nothing better is
	cell
}

func (b *builder) row(m catalog.Measurement) {
	p, ok := b.places[m.Accelerator]
	if !ok {
		p = placeOf(b.catalog, m.Accelerator)
		b.places[m.Accelerator] = p
	}
	s := sample{spare: m.Triton || m.Reference, cell: cell{place: p, task: taskOf(b.catalog, m), year: m.Year(), weight: 1}}
	s.key = m.Model + "|" + m.Benchmark + "|" + m.Accelerator + "|" + m.Date + "|" + strconv.FormatBool(s.half)
	if m.OfflineQPS > 0 {
		s.value = math.Log(m.PerAccelerator())
		b.rates = append(b.rates, s)
	}
	if m.SingleP50MS > 0 {
		s.value = math.Log(m.SingleP50MS / 1e3)
		b.alone = append(b.alone, s)
	}
	if m.ServerQPS > 0 && m.OfflineQPS > 0 && (m.ServerP99MS == 0 || m.ServerP99MS >= leastFilled*m.BoundMS) {
		b.shares = append(b.shares, shareSample(s, m))
	}
}

// leastFilled is the share of the bound below which a run's p99 says nothing about its
// limit; looseFilled that below which it says less.
const (
	leastFilled = 0.3
	looseFilled = 0.8
)

func shareSample(s sample, m catalog.Measurement) sample {
	s.count = math.Log(float64(max(m.Count, 1)))
	s.batches = math.Log(m.PerAccelerator() * m.BoundMS / 1e3)
	s.value = stretch(m.ServerQPS / m.OfflineQPS)
	switch {
	case m.ServerP99MS == 0:
		s.room = unstated
	case m.ServerP99MS < looseFilled*m.BoundMS:
		s.room = loose
	}
	s.key = fmt.Sprintf("%s|%s|%s|%d|%.0f|%t", m.Model, m.Benchmark, m.Accelerator, m.Count, 1.5*s.batches, s.half)
	return s
}

// collect makes one cell of the samples that share a key: medians.
func collect(samples []sample) []cell {
	slices.SortStableFunc(samples, func(a, b sample) int { return cmp.Compare(a.key, b.key) })
	var out []cell
	for i := 0; i < len(samples); {
		j := i
		for j < len(samples) && samples[j].key == samples[i].key {
			j++
		}
		out = append(out, median(best(samples[i:j])))
		i = j
	}
	return out
}

// best leaves out the rows that are kept only for want of better ones.
func best(group []sample) []sample {
	plain := slices.DeleteFunc(slices.Clone(group), func(s sample) bool { return s.spare })
	if len(plain) > 0 {
		return plain
	}
	return group
}

func median(group []sample) cell {
	out := group[0].cell
	values, batches := make([]float64, len(group)), make([]float64, len(group))
	out.room = loose
	for i, s := range group {
		values[i], batches[i] = s.value, s.batches
		out.room = min(out.room, s.room)
	}
	out.value, out.batches, out.rows = stat.Median(values), stat.Median(batches), len(group)
	return out
}

// Shares of saturation are learned as y = −ln(ceiling − share): errors that matter are
// ratios of the rate, and near saturation small differences are noise, which a logit
// would blow up.
const (
	ceiling  = 1.1
	topShare = 1.06 // a share above comes from two unlike runs of one system
)

func stretch(share float64) float64 {
	return -math.Log(ceiling - math.Min(math.Max(share, 0.02), topShare))
}

// unstretch is the share of a stretched value, held to what a queue can do: 0 to 1.
func unstretch(y float64) float64 {
	return math.Min(math.Max(ceiling-math.Exp(-y), 0), 1)
}
