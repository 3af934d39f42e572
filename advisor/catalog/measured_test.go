package catalog

import (
	"context"
	"encoding/csv"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"scaleadvise/advisor/stat"
)

// with is the embedded catalogue with measurements of a test on top.
func with(t *testing.T, rows ...string) *Catalog {
	t.Helper()
	text := "model,accelerator,precision,count,submitter,system,mig,triton,reference,offline_qps,server_qps,bound_ms,server_p99_ms,single_p50_ms\n" + strings.Join(rows, "\n")
	c, err := shipped(t).Overlay(context.Background(), fstest.MapFS{"measurements.csv": {Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Nothing of vit-base is measured in the embedded table, so these rows are all there is.
func TestMeasured(t *testing.T) {
	c := with(t,
		"vit-b-16,a10,fp16,1,A,one,,,,100,,,,10",
		"vit-b-16,a10,fp16,4,B,four,,,,480,400,50,49,",      // 120 each, at its limit
		"vit-b-16,a10,fp16,8,C,eight,,,,1120,560,50,20,12",  // 140 each, far from its limit
		"vit-b-16,a10,fp16,1,D,triton,,yes,,900,90,50,50,1", // another way of serving
		"vit-b-16,a10,fp16,1,E,slice,yes,,,9,,,,99",         // not a whole accelerator
		"vit-b-16,a10,fp16,1,H,reference,,,yes,3,,,,800",
		"vit-b-16,a10,int8,1,F,int8,,,,777,,,,",
		"vit-b-16,l4,fp16,1,G,l4,,,,55,,,,",
	)
	a, ok := c.Measured("vit-b-16", "nvidia-a10", "fp16")
	if !ok || a.QPS != 120 || len(a.Rows) != 3 {
		t.Fatalf("%v, %g/s from %d rows; want 120/s from 3", ok, a.QPS, len(a.Rows))
	}
	if a.QPSLow != 102 || a.QPSHigh != 138 {
		t.Errorf("spread %g to %g; want 102 to 138", a.QPSLow, a.QPSHigh)
	}
	if math.Abs(a.AloneS-0.011) > 1e-12 || len(a.AloneRows) != 2 {
		t.Errorf("alone %g s from %d rows; want 0.011 s from 2", a.AloneS, len(a.AloneRows))
	}
	if math.Abs(a.ServerShare-400.0/480) > 1e-12 || a.BoundS != 0.05 || a.Percentile != 0.99 || len(a.LimitRows) != 1 {
		t.Errorf("share %g of %d rows within %g s at %g", a.ServerShare, len(a.LimitRows), a.BoundS, a.Percentile)
	}
	if _, ok := c.Measured("vit-b-16", "nvidia-a10", "fp8"); ok {
		t.Error("fp8 was never measured")
	}
	if _, ok := c.Measured("no-such-model", "nvidia-a10", "fp16"); ok {
		t.Error("no such model was ever measured")
	}
}

func TestMeasuredThroughTritonAlone(t *testing.T) {
	c := with(t, "vit-b-16,a10,fp16,2,A,one,,yes,,100,,,,", "vit-b-16,a10,fp16,1,B,two,,,yes,9,,,,")
	if a, ok := c.Measured("vit-b-16", "nvidia-a10", "fp16"); !ok || a.QPS != 50 || a.AloneS != 0 || a.ServerShare != 0 {
		t.Errorf("%v %+v; want 50/s and nothing else", ok, a)
	}
}

// TestMeasuredAgainstTheTable recomputes what the table says in another way.
func TestMeasuredAgainstTheTable(t *testing.T) {
	c := shipped(t)
	records, err := csv.NewReader(strings.NewReader(measurementsCSV)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, name := range records[0] {
		at[name] = i
	}
	for _, pair := range [][3]string{
		{"bert-large", "nvidia-a10", "int8"}, {"bert-large", "nvidia-a10", "fp16"}, {"resnet-50", "nvidia-t4", "int8"}, {"dlrm", "nvidia-a30", "int8"},
	} {
		runs, dates := map[string]float64{}, map[string]string{}
		for _, r := range records[1:] {
			qps, _ := strconv.ParseFloat(r[at["offline_qps"]], 64)
			count, _ := strconv.ParseFloat(r[at["count"]], 64)
			if r[at["model"]] == pair[0] && r[at["accelerator"]] == pair[1] && r[at["precision"]] == pair[2] &&
				r[at["mig"]]+r[at["triton"]]+r[at["reference"]] == "" && qps > 0 {
				key := strings.Join([]string{r[at["round"]], r[at["submitter"]], r[at["system"]], r[at["offline_qps"]], r[at["server_qps"]], r[at["single_p50_ms"]]}, "|")
				runs[key], dates[key] = qps/count, rounds[r[at["round"]]]
			}
		}
		a, ok := c.Measured(pair[0], pair[1], pair[2])
		newest := slices.Max(slices.Collect(maps.Values(dates)))
		var below, above, total float64
		for key, rate := range runs {
			weight := math.Exp2(YearOf(dates[key]) - YearOf(newest))
			total += weight
			switch {
			case rate < a.QPS:
				below += weight
			case rate > a.QPS:
				above += weight
			}
		}
		if !ok || below > total/2*(1+1e-9) || above > total/2*(1+1e-9) || len(a.Rows) != len(runs) {
			t.Errorf("%v: %g/s from %d rows; %.3g of the weight is below, %.3g above, of %d runs", pair, a.QPS, len(a.Rows), below/total, above/total, len(runs))
		}
		if all := a.QPSAt(YearOf(newest)); all < a.QPSLow || all > a.QPSHigh {
			t.Errorf("%v: %g/s with the newest software, of %g to %g", pair, all, a.QPSLow, a.QPSHigh)
		}
	}
}

func TestMeasuredIsPlausible(t *testing.T) {
	c := shipped(t)
	for _, model := range c.MeasuredModels() {
		for _, p := range c.MeasuredPairs(model) {
			a, ok := c.Measured(model, p.Accelerator, p.Precision)
			if ok && (a.QPSLow > a.QPS || a.QPS > a.QPSHigh || len(a.Rows) > 0 && a.QPS <= 0) {
				t.Errorf("%s on %s: %g outside %g to %g", model, p.Accelerator, a.QPS, a.QPSLow, a.QPSHigh)
			}
			if a.ServerShare < 0 || a.ServerShare > 1.2 || (a.ServerShare > 0) != (a.BoundS > 0) {
				t.Errorf("%s on %s: share %g within %g s", model, p.Accelerator, a.ServerShare, a.BoundS)
			}
		}
	}
	int8, _ := c.Measured("bert-large", "nvidia-a10", "int8")
	fp16, _ := c.Measured("bert-large", "nvidia-a10", "fp16")
	if r := int8.QPS / fp16.QPS; r < 1.8 || r > 2.3 {
		t.Errorf("int8 is %g times fp16 on A10", r)
	}
	if a, _ := c.Measured("retinanet-mlperf", "nvidia-rtx-4090", "int8"); a.QPS < 500 {
		t.Errorf("retinanet on RTX 4090 at %g/s is that of a reference implementation", a.QPS)
	}
	if a, ok := c.Measured("bert-large", "NVIDIA Jetson AGX Orin", "int8"); !ok || a.AloneS == 0 {
		t.Errorf("hardware outside the catalogue is found by its own name: %v %+v", ok, a)
	}
}

func TestUnlistedHardware(t *testing.T) {
	names := shipped(t).Unlisted()
	for _, want := range []string{"NVIDIA Jetson AGX Orin", "Inferentia", "NVIDIA Drive-A100-PCIe-32GB", "Qualcomm Cloud AI 100 DM.2e"} {
		if !slices.Contains(names, want) {
			t.Errorf("%s is not listed", want)
		}
	}
	if slices.Contains(names, "nvidia-a10") {
		t.Error("nvidia-a10 is in the catalogue")
	}
}

func TestQuantile(t *testing.T) {
	for _, test := range []struct {
		sorted  []float64
		p, want float64
	}{
		{nil, 0.5, 0}, {[]float64{7}, 0.05, 7}, {[]float64{1, 3}, 0.5, 2}, {[]float64{1, 2, 10}, 0.5, 2}, {[]float64{0, 10}, 0.95, 9.5}, {[]float64{1, 2}, 1, 2},
	} {
		if got := stat.Quantile(test.sorted, test.p); math.Abs(got-test.want) > 1e-12 {
			t.Errorf("quantile(%v, %g) = %g; want %g", test.sorted, test.p, got, test.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.SliceOfN(rapid.Float64Range(0, 1e6), 1, 50).Draw(t, "values")
		slices.Sort(v)
		p, q := rapid.Float64Range(0, 1).Draw(t, "p"), rapid.Float64Range(0, 1).Draw(t, "q")
		low, high := stat.Quantile(v, min(p, q)), stat.Quantile(v, max(p, q))
		if low > high || low < v[0]-1e-9 || high > v[len(v)-1]+1e-9 {
			t.Fatalf("quantiles %g and %g of %v", low, high, v)
		}
	})
}

func TestCommonest(t *testing.T) {
	for _, test := range []struct {
		sorted []float64
		want   float64
	}{{[]float64{5}, 5}, {[]float64{1, 2, 2, 3}, 2}, {[]float64{1, 1, 2, 2}, 1}} {
		if got := commonest(test.sorted); got != test.want {
			t.Errorf("commonest(%v) = %g; want %g", test.sorted, got, test.want)
		}
	}
}

// TestFindOneModel holds the bisection against a walk over all lines.
func TestFindOneModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		models := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "a-b", "aa", "b", "dlrm", "dlrm-dcnv2", "z"}), 0, 12).Draw(t, "models")
		slices.Sort(models)
		text := "model,accelerator,offline_qps\n"
		lines := map[string]string{}
		for i, m := range models {
			line := m + ",x" + strconv.Itoa(i) + ",1\n"
			text += line
			lines[m] += line
		}
		s := &measurements{text: text}
		asked := rapid.SampledFrom([]string{"a", "a-b", "aa", "b", "c", "dlrm", "dlrm-dcnv2", "zz", ""}).Draw(t, "asked")
		if got := text[s.find(asked):s.find(asked+"\x00")]; got != lines[asked] {
			t.Fatalf("%q of %q: %q; want %q", asked, text, got, lines[asked])
		}
		if got, want := s.models(), slices.Compact(models); !slices.Equal(got, want) {
			t.Fatalf("models %q; want %q", got, want)
		}
	})
}
