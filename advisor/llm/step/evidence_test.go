package step

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/llm"
)

func trials(t testing.TB) []Trial {
	t.Helper()
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	rows, err := catalog.LLMMeasurements()
	if err != nil {
		t.Fatal(err)
	}
	all, err := Trials(c, rows)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestErrorsOfWhatIsLeftOut keeps the errors of cross-validation below what is promised.
func TestErrorsOfWhatIsLeftOut(t *testing.T) {
	if testing.Short() {
		t.Skip("arithmetic that shares no memory; make test runs it")
	}
	all := trials(t)
	e := Learn()
	for name, apart := range map[string]Apart{"rows": e.RowsApart, "series": e.SeriesApart, "pairs": e.PairsApart} {
		groups := map[string][]float64{}
		inside := 0
		misses := e.Misses(all, apart)
		for _, m := range misses {
			if m.Off >= -m.Low && m.Off <= m.High {
				inside++
			}
			g := m.Trial.Use()
			if g == "batch" || g == "closed" {
				g = map[bool]string{true: "mixture", false: "dense"}[m.Trial.Mixture()]
			}
			sign := -1.0
			if g == "maximum" {
				sign = 1
			}
			groups[g] = append(groups[g], math.Abs(math.Expm1(sign*m.Error)))
		}
		for _, bound := range []struct {
			group string
			p     float64
			most  float64
		}{{"dense", 0.5, 0.10}, {"dense", 0.9, 0.30}, {"mixture", 0.5, 0.18}, {"maximum", 0.5, 0.12}, {"open", 0.5, 0.15}} {
			v := groups[bound.group]
			slices.Sort(v)
			if got := v[int(bound.p*float64(len(v)))]; got > bound.most {
				t.Errorf("%s left out: %s: error at %g is %.3f, more than %g", name, bound.group, bound.p, got, bound.most)
			}
		}
		if share := float64(inside) / float64(len(misses)); share < 0.85 || share > 0.95 {
			t.Errorf("%s left out: %.3f of the measurements lie in the interval of 90 %%", name, share)
		}
	}
}

func TestWithoutForgetsAPair(t *testing.T) {
	a, s := known(t, "nvidia-h100-sxm", "llama-3-70b")
	q := Question{
		Setup: llm.Setup{Shape: s, Accelerator: a, GPUs: 4, Precision: "fp16", Engine: "vllm"},
		Count: 4, Load: Batches, Concurrency: 16, Input: 512, Output: 512,
	}
	e := Learn()
	with, err := e.Predict(q)
	if err != nil {
		t.Fatal(err)
	}
	without, err := e.Without(Pair{a.ID, s.Name}).Predict(q)
	if err != nil {
		t.Fatal(err)
	}
	if with.Basis != Measured || without.Basis == Measured {
		t.Errorf("bases are %s with the pair and %s without", with.Basis, without.Basis)
	}
	width := func(p Prediction) float64 { return p.E2E.High / p.E2E.Low }
	if width(without) <= width(with) {
		t.Errorf("knowing less narrows the interval: %g with, %g without", width(with), width(without))
	}
}

func TestSeriesReadBack(t *testing.T) {
	e := Learn()
	again := &Evidence{}
	if err := again.read(e.Series()); err != nil {
		t.Fatal(err)
	}
	if a, b := e.Series(), again.Series(); a != b {
		t.Error("what is written and read is not what was written")
	}
	if len(again.series) == 0 {
		t.Error("no series")
	}
}

func TestDamagedSeriesAreRefused(t *testing.T) {
	line := strings.Split(seriesTSV(), "\n")[1]
	for _, text := range []string{"", seriesHeader + "x\n", strings.Replace(seriesTSV(), "\t1\t", "\t0\t", 1), strings.Replace(seriesTSV(), "true", "true\tx", 1), seriesHeader + line[:len(line)-3] + "\n"} {
		if err := (&Evidence{}).read(text); err == nil {
			t.Errorf("%.60q was read", text)
		}
	}
}

func FuzzSeries(f *testing.F) {
	f.Add(strings.Join(strings.SplitAfter(seriesTSV(), "\n")[:4], ""))
	f.Fuzz(func(t *testing.T, text string) {
		e := &Evidence{}
		if e.read(text) != nil {
			return
		}
		a, s := known(t, "nvidia-h100-sxm", "llama-3.1-8b")
		e.Kernels = Learn().Kernels
		e.Step = Prior()
		if p, err := e.Predict(Question{Setup: llm.Setup{Shape: s, Accelerator: a}, Count: 1, Concurrency: 4, Input: 100, Output: 100}); err == nil && !(p.E2E.Mid > 0) {
			t.Errorf("%q leads to %g s", text, p.E2E.Mid)
		}
	})
}

// TestKrigingByHand compares with two measurements of one series, solved by hand.
func TestKrigingByHand(t *testing.T) {
	e := &Evidence{Kernels: Kernels{Dense: Kernel{Batch: 1, Tokens: 1, GPUs: 1, Facts: 1, Own: 1, Noise: 0.1}}, names: map[string]int{}}
	e.add(series{partID: "p", modelID: "m", engineName: "e", useName: "u", samples: []sample{
		{spot{0, 5, 5}, 1, 1, 1}, {spot{math.Sqrt2, 5, 5}, 0, 1, 1},
	}})
	at := spot{0, 5, 5}
	c := e.around(&e.series[0].features, at, false, hiding{})
	// k = [[1.01, 0.5], [0.5, 1.01]], v = [1, 0.5], values [1, 0].
	det := 1.01*1.01 - 0.25
	want := (1*1.01 - 0.5*0.5) / det
	variance := 1 - (1.01*1-0.5*0.5*2+1.01*0.25)/det
	if got := c.at(&at); math.Abs(got-want) > 1e-9 {
		t.Errorf("correction %g; by hand %g", got, want)
	}
	if got := c.deviation(&at); math.Abs(got-math.Sqrt(variance+0.01)) > 1e-9 {
		t.Errorf("deviation %g; by hand %g", got, math.Sqrt(variance+0.01))
	}
}

// TestFitFindsWhatMadeTheTimes fits trials whose times come from known coefficients.
func TestFitFindsWhatMadeTheTimes(t *testing.T) {
	all := trials(t)
	var some []Trial
	for i := 0; i < len(all); i += 9 {
		some = append(some, all[i])
	}
	truth := Prior()
	truth.All[memoryEfficiency] = math.Log(0.6)
	truth.All[stepOverhead] = math.Log(4e-3)
	truth.All[readEfficiency] = math.Log(0.3)
	for i := range some {
		some[i].Seconds = some[i].ask(&truth).seconds
	}
	step := fitStep(some, Prior(), mostSteps)
	var off []float64
	for i := range some {
		off = append(off, math.Abs(math.Log(some[i].ask(&step).seconds/some[i].Seconds)))
	}
	slices.Sort(off)
	if p90 := off[len(off)*9/10]; p90 > 0.03 {
		t.Errorf("nine in ten times are within %.3f of those they were made of", p90)
	}
}

// TestPredictionsAreNumbers asks whatever may be asked.
func TestPredictionsAreNumbers(t *testing.T) {
	shapes, parts := shapesAndParts(t)
	e := Learn()
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(0, 1e5), rapid.Float64Range(0, 1e12))
		q := Question{
			Setup: llm.Setup{
				Shape: rapid.SampledFrom(shapes).Draw(t, "model"), Accelerator: rapid.SampledFrom(parts).Draw(t, "part"),
				GPUs: rapid.IntRange(-1, 16).Draw(t, "gpus"), Precision: rapid.SampledFrom([]string{"", "fp32", "fp16", "fp8", "int4", "fp4"}).Draw(t, "precision"),
				KVPrecision: rapid.SampledFrom([]string{"", "fp8", "int8"}).Draw(t, "cache"), Engine: rapid.SampledFrom([]string{"", "vllm", "llamacpp", "nobody's"}).Draw(t, "engine"),
			},
			Count: rapid.IntRange(0, 72).Draw(t, "count"), Load: Load(rapid.IntRange(int(Closed), int(Open)).Draw(t, "load")),
			Concurrency: size.Draw(t, "concurrency"), Rate: size.Draw(t, "rate"), Input: size.Draw(t, "input"), Output: size.Draw(t, "output"),
		}
		p, err := e.Predict(q)
		if err != nil {
			return
		}
		for _, r := range []Range{p.E2E, p.TTFT, p.TPOT, p.OutputRate, p.QPS} {
			overloaded := q.Load == Open && math.IsInf(r.Low, 1)
			if !(r.Low >= 0 && r.Low <= r.Mid*(1+1e-9) && r.Mid <= r.High*(1+1e-9)) || math.IsInf(r.High, 0) && !overloaded {
				t.Fatalf("%+v", p)
			}
		}
		if p.E2E.Mid+p.OutputRate.Mid == 0 {
			t.Fatalf("nothing: %+v", p)
		}
	})
}
