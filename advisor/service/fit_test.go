package service

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/stat"
)

var (
	update = flag.Bool("update", false, "write fitted/")
	again  = flag.Bool("fit", false, "with -update: tune the coefficients again, in a minute or two")
)

// beginning is where the fit sets out from: round numbers, all variances of ln rate.
func beginning() Coefficients {
	rate := RateKernel{Years: 6, Facts: 1.5, Drift: .004, DriftKin: .002, Own: .05, Family: .04, Generation: .05, Kind: .04, Like: .3,
		XOwn: .05, XFamily: .1, XGeneration: .3, XLike: .5, XKind: .3, XBenchmark: .01, XModel: .04, XModelKind: .03, XPrecision: .004,
		Noise: .08, Submitters: .3, Freedom: 1}
	return Coefficients{Rate: rate, Alone: rate, Share: ShareKernel{Own: .05, Family: .1, Generation: .6, Kind: .3, Any: 1.3,
		Benchmark: .005, Model: .004, ModelKind: .02, AnyTask: .015, Batches: 1.2, Length: 1.4, Bound: .15, Count: .06,
		Noise: .12, Submitters: .5, Loose: 2.5, Freedom: .4}}
}

// free are the coefficients that pairs left out say something about. The variances of an
// accelerator's level are not among them: they are set so that intervals for accelerators
// left out altogether hold nine in ten (Accuracy, "new accelerator").
func (k *RateKernel) free() []*float64 {
	return []*float64{&k.Freedom, &k.Noise, &k.XModel, &k.XModelKind, &k.XBenchmark, &k.XPrecision, &k.XOwn, &k.XFamily,
		&k.XGeneration, &k.XLike, &k.XKind, &k.Facts, &k.Years, &k.Drift, &k.Submitters}
}

func (k *ShareKernel) free() []*float64 {
	return []*float64{&k.Generation, &k.Any, &k.Model, &k.Batches, &k.Bound, &k.Count}
}

// weigh sets robust weights and prior means.
func (e *Evidence) weigh() {
	e.Means.Rate = roundTo3(robust(&e.Rate, e.rates, e.Rate.Freedom))
	e.Means.Alone = roundTo3(robust(&e.Alone, e.alone, e.Alone.Freedom))
	e.Means.Share = roundTo3(robust(&e.Share, e.shares, e.Share.Freedom))
}

// tune fits the coefficients by cross-validation over pairs of accelerator and model.
func (e *Evidence) tune() {
	descend(e.Rate.free(), 3, func() float64 {
		e.Means.Rate = robust(&e.Rate, e.rates, e.Rate.Freedom)
		return loss(e.TryRates())
	})
	descend(e.Alone.free(), 2, func() float64 {
		e.Means.Alone = robust(&e.Alone, e.alone, e.Alone.Freedom)
		return loss(e.TryAlone())
	})
	descend(e.Share.free(), 1, func() float64 {
		e.Means.Share = robust(&e.Share, e.shares, e.Share.Freedom)
		return loss(e.TryShares())
	})
}

// conform sets the quantiles of the errors that cross-validation finds.
func (e *Evidence) conform() {
	e.Errors = map[string]Errors{}
	for what, trials := range map[string][]Trial{"rate": e.TryRates(), "alone": e.TryAlone(), "share": e.TryShares()} {
		out := evenTails
		if what == "share" {
			out = shareTails
		}
		e.Errors[what+" gpu"] = errorsOf(trials, true, out)
		e.Errors[what+" other"] = errorsOf(trials, false, out)
		if what != "alone" { // too few say how long one request takes to tell models apart
			e.ofModels(what, trials, out)
		}
	}
}

// ofModels sets the quantiles of models of which many trials on GPUs say how far off they are, drawn to those of
// all models where few say so: some models are predicted worse than others.
func (e *Evidence) ofModels(what string, trials []Trial, out tails) {
	const enough, few = 40, 40
	of := map[string][]Trial{}
	for _, t := range trials {
		if t.Kind == "gpu" {
			of[t.Row.Model] = append(of[t.Row.Model], t)
		}
	}
	all := e.Errors[what+" gpu"]
	for model, own := range of {
		if len(own) < enough {
			continue
		}
		q, n := errorsOf(own, true, out), float64(len(own))
		blend := func(own, all float64) float64 { return math.Round((n*own+few*all)/(n+few)*1e3) / 1e3 }
		e.Errors[what+" gpu "+model] = Errors{blend(q.Low, all.Low), blend(q.High, all.High), len(own)}
	}
}

// repeats sets what a round differs by from the others of its model, accelerator and precision,
// drawn to the pooled spread where few say so.
func (e *Evidence) repeats() {
	const few, nine = 10, 0.925
	e.Rounds = map[string]float64{}
	for _, model := range e.catalog.MeasuredModels() {
		var far []float64
		for _, p := range e.catalog.MeasuredPairs(model) {
			a, _ := e.catalog.Measured(model, p.Accelerator, p.Precision)
			for _, m := range a.Rows {
				if rate := ofOtherRounds(a.Rows, m.Date); rate > 0 {
					far = append(far, math.Abs(math.Log(m.PerAccelerator()/rate)))
				}
			}
		}
		slices.Sort(far)
		n := float64(len(far))
		e.Rounds[model] = roundTo3((n*stat.Quantile(far, nine) + few*pooledSpread) / (n + few))
	}
}

// ofOtherRounds is the throughput of one accelerator by the rows of other dates; 0 for none.
func ofOtherRounds(rows []catalog.Measurement, date string) float64 {
	rest := catalog.Aggregate{Rows: slices.DeleteFunc(slices.Clone(rows), func(m catalog.Measurement) bool { return m.Date == date })}
	return rest.Typical()
}

// TestLowerBounds: a run with room left and below its like weighs less than one at its
// limit there; above its like it weighs no less.
func TestLowerBounds(t *testing.T) {
	weight := func(value float64, left room) float64 {
		cells := make([]cell, 9)
		for i := range cells {
			cells[i].value, cells[i].rows = 0.5, 3
		}
		cells[0].value, cells[0].room = value, left
		k := beginning().Share
		robust(&k, cells, k.Freedom)
		return cells[0].weight
	}
	if low, full := weight(0.2, loose), weight(0.2, atLimit); low >= full/2 {
		t.Errorf("below its like a lower bound weighs %v, a run at its limit %v", low, full)
	}
	if low, full := weight(0.8, loose), weight(0.8, atLimit); low < full {
		t.Errorf("above its like a lower bound weighs %v, a run at its limit %v", low, full)
	}
}

// TestFitIsFresh: the committed tables are what the committed measurements give. With
// -update it writes them, with -fit after tuning the coefficients again (a minute or two).
func TestFitIsFresh(t *testing.T) {
	c := embedded(t)
	e := evidenceOf(c)
	e.Coefficients = Learn(c).Coefficients
	e.rates, e.alone, e.shares = gather(c)
	if *update && *again {
		e.Coefficients = beginning()
		e.tune()
	}
	e.weigh()
	e.repeats()
	e.conform()
	coefficients, err := json.MarshalIndent(e.Coefficients, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"fitted/coefficients.json": string(coefficients) + "\n", "fitted/cells.tsv.gz": e.write()} {
		packed := strings.HasSuffix(name, ".gz")
		if *update {
			text := []byte(want)
			if packed {
				text = pack(t, want)
			}
			if err := os.WriteFile(name, text, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		got := string(text)
		if packed {
			if got, err = catalog.Unpack(name, text); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s is stale; go generate ./advisor/service makes it again\n%.2000s", name, diff)
		}
	}
}

// pack is a text as the binary carries it.
func pack(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
