package validation

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/catalog"
)

// shippedRows are the measurements of language models that ship, as a file of them would be:
// with those columns filled that the measurement has.
func shippedRows(t testing.TB, take func(catalog.LLMMeasurement) bool) (text string, rows int) {
	t.Helper()
	all, err := catalog.LLMMeasurements()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("accelerator,accelerator_count,tensor_parallel,model,precision,kv_precision,engine,input_tokens,output_tokens,concurrency," +
		"measured_qps,measured_output_tps,measured_ttft_ms,measured_tpot_ms,measured_e2e_ms,dataset\n")
	blank := func(v float64) string {
		if v == 0 {
			return ""
		}
		return fmt.Sprint(v)
	}
	for _, m := range all {
		if m.Weak || !take(m) {
			continue
		}
		tps := m.OutputTPS
		if m.Rate > 0 { // what was driven, not what was found
			tps = 0
		}
		fmt.Fprintf(&b, "%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s\n", m.Accelerator, blank(float64(m.Count)), blank(float64(m.TensorParallel)),
			m.Model, m.Precision, m.KVPrecision, m.Engine, blank(m.Input), blank(m.Output), blank(m.Concurrency),
			blank(m.Rate), blank(tps), blank(m.TTFTMS), blank(m.TPOTMS), blank(m.E2EMS), m.Dataset)
		rows++
	}
	return b.String(), rows
}

// TestShippedLanguageRows: the measurements that ship are understood, and predicted about as
// well as the fit says where their own pairs are left out.
func TestShippedLanguageRows(t *testing.T) {
	for name, test := range map[string]struct {
		take        func(catalog.LLMMeasurement) bool
		median, p90 float64
	}{
		"dense":   {func(m catalog.LLMMeasurement) bool { return m.Load != catalog.LoadMaximum && !mixture(t, m.Model) }, 0.12, 0.4},
		"mixture": {func(m catalog.LLMMeasurement) bool { return m.Load != catalog.LoadMaximum && mixture(t, m.Model) }, 0.2, 0.7},
		"maximum": {func(m catalog.LLMMeasurement) bool { return m.Load == catalog.LoadMaximum && m.Input > 0 }, 0.15, 0.5},
	} {
		text, rows := shippedRows(t, test.take)
		c := embedded(t)
		v, err := Judge(context.Background(), Input{Source: strings.NewReader(text), Catalog: c, Predictor: NewPredictor(c, true)}, Options{GroupBy: "dataset"})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d of %d rows, %+v", name, v.Used, rows, v.Score)
		if v.Used < rows*95/100 {
			t.Errorf("%s: %d of %d rows were judged; %v", name, v.Used, rows, v.Skipped[:min(5, len(v.Skipped))])
		}
		if s := v.Score; s.MdAPE > test.median || s.P90APE > test.p90 || s.Coverage90 < 0.8 || s.Coverage90 > 0.97 {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

func mixture(t testing.TB, model string) bool {
	m, ok := embedded(t).Model(model)
	if !ok {
		t.Fatalf("the model %s is not in the catalogue", model)
	}
	return m.Experts > 0
}

// TestExcludeSelfKnowsLess: leaving a pair out makes predictions of it wider and no better.
func TestExcludeSelfKnowsLess(t *testing.T) {
	text, _ := shippedRows(t, func(m catalog.LLMMeasurement) bool {
		return m.Accelerator == "nvidia-h200" && m.Model == "llama-3.1-70b" && m.Load == catalog.LoadClosed
	})
	var scores []advice.Score
	for _, without := range []bool{false, true} {
		c := embedded(t)
		v, err := Judge(context.Background(), Input{Source: strings.NewReader(text), Catalog: c, Predictor: NewPredictor(c, without)}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		scores = append(scores, v.Score)
	}
	if scores[0].MedianIntervalRatio >= scores[1].MedianIntervalRatio || scores[0].MdAPE >= scores[1].MdAPE {
		t.Errorf("with its own measurements %+v, without %+v", scores[0], scores[1])
	}
}
