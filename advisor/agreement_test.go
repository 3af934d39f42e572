package advisor_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/example"
	"scaleadvise/advisor/intake"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/validation"
	"scaleadvise/advisor/workload"
)

// deployable are what --gpu may name: accelerators, machines that carry several, machines
// without one.
var deployable = []string{
	"t4", "l4", "a10", "a100", "h100", "h200", "v100", "l40s", "rtx4090", "a30", "mi300x", "k80", "p4d.24xlarge", "g5.12xlarge", "g2-standard-48", "c7i.2xlarge", "m7g.xlarge",
}

// ordinary are the ids of models of the catalog other than language models.
func ordinary(c *catalog.Catalog) []string {
	var ids []string
	for _, m := range c.Models() {
		if m.Kind != "llm" {
			ids = append(ids, m.ID)
		}
	}
	return ids
}

// TestOnePrediction: what validate predicts of a system that it is told the names of is what
// capacity says, and what advice reckons with today; what one cannot answer the others cannot.
func TestOnePrediction(t *testing.T) {
	c, rules := example.Catalog(t), ruleSet(t)
	models := ordinary(c)
	answered := 0
	rapid.Check(t, func(t *rapid.T) {
		flags := map[string]string{"gpu": rapid.SampledFrom(deployable).Draw(t, "gpu"), "model": rapid.SampledFrom(models).Draw(t, "model")}
		for _, trait := range []struct {
			name   string
			values []string
		}{
			{"runtime", slices.DeleteFunc(workload.Runtimes(), func(r string) bool { return r == workload.TunedRuntime })},
			{"precision", []string{"fp32", "fp16", "bf16", "int8"}},
			{"max_batch", []string{"1", "2", "7", "16", "64", "200"}},
			{"latency", []string{"20ms", "100ms", "1500ms"}},
			{"replicas", []string{"1", "3"}},
		} {
			if v := rapid.SampledFrom(append(trait.values, "")).Draw(t, trait.name); v != "" {
				flags[trait.name] = v
			}
		}
		set := example.Set(t, flags)
		row := fmt.Sprintf("accelerator,accelerator_count,model,runtime,precision,batch,bound_ms,measured_qps\n%s,%s,%s,%s,%s,%s,%s,1\n",
			flags["gpu"], flags["replicas"], flags["model"], flags["runtime"], flags["precision"], flags["max_batch"], strings.TrimSuffix(flags["latency"], "ms"))
		v, errValidate := validation.Judge(context.Background(), validation.Input{Source: strings.NewReader(row), Catalog: c, Predictor: validation.NewPredictor(c, false)}, validation.Options{})
		read, err := intake.Read(context.Background(), intake.Layers{Given: []workload.Set{set}, Catalog: c})
		if err != nil {
			t.Fatal(err)
		}
		a, errCapacity := advisor.Capacity(context.Background(), advisor.Input{Workload: read.Workload, Catalog: read.Catalog}, advisor.Options{Now: clock})
		rate := 0.0
		if errCapacity == nil && a.Served {
			rate = a.SaturationQPS
			if flags["latency"] != "" {
				rate = a.SustainableQPS
			}
		}
		switch {
		case errValidate != nil && rate > 0:
			t.Fatalf("%v: capacity says %g/s, validate %v", flags, rate, errValidate)
		case errValidate != nil:
			return
		}
		if one := v.Worst[0]; math.Abs(one.Predicted/rate-1) > 1e-9 || one.Basis != a.Service.Basis {
			t.Fatalf("%v: validate predicts %g/s (%s), capacity %g/s (%s), %v", flags, one.Predicted, one.Basis, rate, a.Service.Basis, errCapacity)
		}
		answered++
		flags["qps"] = fmt.Sprint(rate / 3)
		if flags["latency"] == "" || rapid.IntRange(0, 3).Draw(t, "advised") > 0 {
			return // advice assumes a bound, and takes its time
		}
		asked := workload.Set{"qps": value(t, "qps", flags["qps"])}
		if host := rapid.SampledFrom([]string{"", "0s", "5ms", "40ms"}).Draw(t, "host"); host != "" { // the machine bounds them alike
			asked["host_time"] = value(t, "host_time", host)
		}
		read, err = read.With(asked)
		if err != nil {
			t.Fatal(err)
		}
		if a, err = advisor.Capacity(context.Background(), advisor.Input{Workload: read.Workload, Catalog: read.Catalog}, advisor.Options{Now: clock}); err != nil {
			t.Fatalf("%v: %v", flags, err)
		}
		if rate = a.SustainableQPS; rate == 0 {
			return
		}
		d, err := advisor.Advise(context.Background(), advisor.Input{Workload: read.Workload, Catalog: read.Catalog, Rules: rules}, advisor.Options{Now: clock, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		if d.Today == nil || math.Abs(d.Today.CapacityQPS/rate-1) > 1e-9 {
			t.Fatalf("%v: advice reckons with %+v, capacity %g/s", flags, d.Today, rate)
		}
	})
	if answered == 0 {
		t.Error("nothing was predicted")
	}
}

func value(t *rapid.T, name, raw string) workload.Value {
	set := workload.Set{}
	if err := workload.ParseSet(name, raw, origin.Origin{Kind: origin.Flag, Name: "--" + name}, set); err != nil {
		t.Fatal(err)
	}
	return set[name]
}
