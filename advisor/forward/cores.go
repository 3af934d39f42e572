package forward

import (
	"cmp"
	"math"
	"slices"

	"scaleadvise/advisor/catalog"
)

// sizes are the numbers of cores at which the time of a pass on a processor is predicted; between
// them it is interpolated, so that it falls as cores are added wherever they are counted from. More
// cores than the last make no pass faster: hardly any run of one request at a time shows that.
var sizes = []float64{0.5, 1, 2, 4, 8, 16}

// onCores returns the time of a batch on cores of a processor. None is slower than fewer cores, or as many of
// an older processor of its vendor: rates of one vendor's processors are alike, and kriging, which never saw
// most of them, takes a higher clock for more than it is. Nor is a compiled graph slower than the same one
// run operation by operation: where predictions from runs on other processors say so, both are what lies
// between.
func (e *Evidence) onCores(q Question) (Prediction, error) {
	one, err := e.inLine(q)
	other, ok := map[string]string{"pytorch": "torch-compile", "torch-compile": "pytorch"}[q.Runtime]
	if err != nil || !ok || q.Model.Kind == "tree" {
		return one, err
	}
	twin := q
	twin.Runtime = other
	two, err := e.inLine(twin)
	if err != nil {
		return one, err
	}
	if eager := q.Runtime == "pytorch"; eager && two.Seconds > one.Seconds || !eager && two.Seconds < one.Seconds {
		one = one.moved(math.Sqrt(one.Seconds * two.Seconds))
	}
	return one.within(e.least(q, e.shapeOf(e.described(q.Model)), q.Hardware, one)), nil
}

// inLine is the time in order with those on fewer cores and on older processors.
func (e *Evidence) inLine(q Question) (Prediction, error) {
	own := q.Hardware
	upTo, _ := slices.BinarySearch(sizes, own.Cores)
	cores := sizes[:min(upTo+1, len(sizes))]
	parts := []Hardware{own}
	workers := max(own.Workers, 1)
	line := upToYear(own.Processor)
	for _, c := range cores {
		for _, p := range line {
			parts = append(parts, WorkerOf(p, c*float64(workers), workers))
		}
	}
	all, err := e.onParts(q, ranking{parts: parts, above: make([]bool, len(parts)*len(parts))})
	if err != nil {
		return Prediction{}, err
	}
	if err := e.inOrder(q, ranking{parts: parts, above: make([]bool, len(parts)*len(parts))}, all); err != nil {
		return Prediction{}, err
	}
	times := make([]float64, len(cores))
	for i := range cores {
		times[i] = all[1+i*len(line)].Seconds
		for _, p := range all[1+i*len(line) : 1+(i+1)*len(line)] {
			times[i] = math.Min(times[i], p.Seconds)
		}
		if i > 0 {
			times[i] = math.Min(times[i], times[i-1])
		}
	}
	one := all[0].moved(along(cores, times, own.Cores))
	one.Sources, one.Nearest = one.cite()
	return one, nil
}

// along interpolates in the logarithms of both, as far as the ends.
func along(xs, ys []float64, x float64) float64 {
	i, found := slices.BinarySearch(xs, x)
	switch {
	case found || i == 0:
		return ys[i]
	case i == len(xs):
		return ys[i-1]
	}
	at := math.Log(x/xs[i-1]) / math.Log(xs[i]/xs[i-1])
	return math.Exp((1-at)*math.Log(ys[i-1]) + at*math.Log(ys[i]))
}

// upToYear lists the processors of a vendor up to one, by their year.
func upToYear(id string) []catalog.Processor {
	all, err := catalog.Processors()
	own, ok := catalog.FindProcessor(id)
	if err != nil || !ok {
		return nil
	}
	var line []catalog.Processor
	for _, p := range all {
		if p.CoresOf == "" && p.ID == cmp.Or(own.CoresOf, own.ID) || p.CoresOf == "" && p.Vendor() == own.Vendor() && p.Year > 0 && p.Year < own.Year {
			line = append(line, p)
		}
	}
	return line
}
