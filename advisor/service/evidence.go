package service

import (
	"math"
	"slices"

	"scaleadvise/advisor/catalog"
)

// Evidence predicts hardware and models that were never measured together from the catalogue's measurements.
type Evidence struct {
	Coefficients
	catalog              *catalog.Catalog
	rates, alone, shares []cell
	out                  hidden
	orders               *orders
}

// Without returns the evidence without any measurement of a model on an accelerator (catalogue
// ids, or names in the source); an empty model holds out all of the accelerator.
func (e *Evidence) Without(accelerator, model string) *Evidence {
	less := *e
	less.out, less.orders = hidden{accelerator, model}, new(orders)
	return &less
}

// guess is a prediction on the scale that was fitted.
type guess struct {
	value, sd, low, high float64
	from                 []*cell
}

// query is a task on an accelerator with the software of a date; a year of 0 is that when the
// accelerator was measured.
func (e *Evidence) query(accelerator string, t task, year float64) *cell {
	q := &cell{place: placeOf(e.catalog, accelerator), task: t, weight: 1, year: year}
	if year > 0 {
		return q
	}
	var years []float64
	for i := range e.rates {
		if c := &e.rates[i]; c.accelerator == accelerator && !e.out.hides(c) {
			for range c.rows {
				years = append(years, c.year)
			}
		}
	}
	if len(years) == 0 {
		q.year = e.newest()
		return q
	}
	slices.Sort(years)
	q.year = years[len(years)/2]
	return q
}

// newest is the latest year of any cell.
func (e *Evidence) newest() (year float64) {
	for i := range e.rates {
		year = math.Max(year, e.rates[i].year)
	}
	return year
}

func (e *Evidence) rate(q *cell) guess { return e.rateWith(q, nil) }

// rateWith predicts ln of the saturated rate of one accelerator, from own cells as well.
func (e *Evidence) rateWith(q *cell, own []cell) guess {
	return e.carried("rate", &e.Rate, with(e.rates, own), e.Means.Rate, q)
}

// aloneAt predicts ln of the latency of one request alone.
func (e *Evidence) aloneAt(q *cell) guess { return e.aloneWith(q, nil) }

func (e *Evidence) aloneWith(q *cell, own []cell) guess {
	return e.carried("alone", &e.Alone, with(e.alone, own), e.Means.Alone, q)
}

// with is the cells and own ones after them; the shared cells stay as they are.
func with(cells, own []cell) []cell {
	if len(own) == 0 {
		return cells
	}
	return append(slices.Clip(cells), own...)
}

func (e *Evidence) carried(what string, k *RateKernel, cells []cell, mean float64, q *cell) guess {
	near := around(k, cells, e.out, q)
	value, variance := krige(k, near, mean, q)
	return e.guess(what, q, value, variance, near)
}

// share predicts the stretched share of saturation.
func (e *Evidence) share(q *cell) guess {
	near := closest(&e.Share, e.shares, e.out, q)
	value, variance := krige(&e.Share, near, e.Means.Share, q)
	return e.guess("share", q, value, variance, near)
}

// z90 is the normal score of the central 90 %.
const z90 = 1.645

// guess adds the interval: what the neighbours leave open, a normal error of the kriging
// variance, and what cross-validation found beyond that, independent of it.
func (e *Evidence) guess(what string, q *cell, value, variance float64, from []*cell) guess {
	sd := math.Sqrt(variance)
	class := "other"
	if q.place.kind == "gpu" {
		class = "gpu"
	}
	err, own := e.Errors[what+" "+class+" "+q.model]
	if !own {
		err = e.Errors[what+" "+class]
	}
	return guess{value, sd, value - math.Hypot(z90*sd, err.Low), value + math.Hypot(z90*sd, err.High), from}
}

// excess is the part of an error beyond what the kriging variance explains, with its sign:
// an error is inside the interval exactly where its excess is between the fitted ones.
func (g guess) excess(measured float64) float64 {
	r := measured - g.value
	return math.Copysign(math.Sqrt(math.Max(r*r-z90*z90*g.sd*g.sd, 0)), r)
}
