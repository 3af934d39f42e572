package advisor_test

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"

	"scaleadvise/advisor"
	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/example"
	"scaleadvise/advisor/intake"
	"scaleadvise/advisor/rule"
	"scaleadvise/advisor/workload"
)

// sweep is what wrk prints of a pool of servers, once for each number of connections.
func sweep(servers, seconds float64) string {
	var out strings.Builder
	for n := 1.0; n <= 8*servers; n *= 2 {
		rate := min(n, servers) / seconds
		fmt.Fprintf(&out, "Running 30s test @ http://localhost\n  1 threads and %g connections\n    Latency  %.4fms  0.10ms  %.4fms  90%%\n  %.0f requests in 30.00s, 1MB read\nRequests/sec:  %.4f\n",
			n, n/rate*1e3, n/rate*2e3, rate*30, rate)
	}
	return out.String()
}

// read is the workload of flags and one file, whatever it is called.
func read(t *testing.T, file string, flags map[string]string) *workload.Workload {
	t.Helper()
	set := example.Set(t, flags)
	c, err := intake.Read(context.Background(), intake.Layers{Given: []workload.Set{set}, Catalog: example.Catalog(t), Open: func(string) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(file)), nil
	}})
	if err != nil {
		t.Fatalf("%v: %v", flags, err)
	}
	return c.Workload
}

func adviseOn(t *testing.T, c *catalog.Catalog, set *rule.Set, w *workload.Workload) *advice.Advice {
	t.Helper()
	a, err := advisor.Advise(context.Background(), advisor.Input{Workload: w, Catalog: c, Rules: set}, advisor.Options{Now: clock, Seed: 1, Known: &solved})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestFollowedAdviceStays: a service that was measured stays bound to the hardware on which it
// was measured: a deployment that followed the advice keeps what it has.
func TestFollowedAdviceStays(t *testing.T) {
	c, set := example.Catalog(t), ruleSet(t)
	moved := 0
	for i, gpu := range []string{"a10", "t4", "l4", "a100-pcie-80gb", "l40s", "a10"} {
		file := sweep(float64(1+i%4), 0.004*float64(1+i))
		flags := map[string]string{"qps": strconv.Itoa(200 + 700*i), "gpu": gpu, "load_test": "sweep.txt", "p99": "200ms", "stay": "none", "objective": "cost"}
		a := adviseOn(t, c, set, read(t, file, flags))
		if !a.Feasible {
			t.Fatalf("%v: nothing holds", flags)
		}
		delete(flags, "stay")
		delete(flags, "objective")
		flags["measured_on"], flags["gpu"] = gpu, a.Plan.Accelerator
		flags["gpus_per_replica"], flags["replicas"] = strconv.Itoa(a.Plan.PerReplica), strconv.Itoa(a.Plan.Replicas)
		if a.Strategy == candidate.Combined || a.Strategy == candidate.Vertical {
			moved++
		}
		if again := adviseOn(t, c, set, read(t, file, flags)); again.Strategy != "none" || again.Today == nil || !again.Today.Holds {
			t.Errorf("%v: followed, and then %s %s %d × %s", flags, again.Strategy, again.Direction, again.Plan.Replicas, again.Plan.Accelerator)
		}
	}
	if moved == 0 {
		t.Error("no advice left the hardware that was measured")
	}
}

// TestSeenToServeMore: what runs and was seen to serve more than it is predicted to is told, by advice, forecasts
// and checks; what was seen below that is not.
func TestSeenToServeMore(t *testing.T) {
	c, set := example.Catalog(t), ruleSet(t)
	w := read(t, "", map[string]string{"qps": "100/s", "gpu": "l4", "replicas": "2", "model": "bert-large"})
	const says = "is too low for this service"
	for _, seen := range []float64{1, 1e4} {
		w.SeenServed = seen
		a := adviseOn(t, c, set, w)
		f, err := advisor.Forecast(context.Background(), advisor.Input{Workload: w, Catalog: c, Rules: set}, advisor.Seen{}, advisor.Options{Now: clock, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		checked, err := advisor.Check(context.Background(), advisor.Declared{Input: advisor.Input{Workload: w, Catalog: c, Rules: set}}, advisor.Options{Now: clock, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		for _, told := range [][]string{a.Cautions, f.Warnings, checked.Warnings} {
			if all := strings.Join(told, "\n"); strings.Contains(all, says) != (seen > 1) {
				t.Errorf("%v/s were seen: %s", seen, all)
			}
		}
	}
}
