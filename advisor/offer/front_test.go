package offer

import (
	"slices"
	"strings"
	"testing"

	"scaleadvise/advisor/example"
	"scaleadvise/advisor/workload"
)

// TestFronts: every word for a server has its figures, each an interval in order.
func TestFronts(t *testing.T) {
	var names []string
	for _, f := range fronts {
		names = append(names, f.Name)
		for _, i := range []struct{ low, mid, high float64 }{
			{f.Handling.Low, f.Handling.Mid, f.Handling.High}, {f.PerByte.Low, f.PerByte.Mid, f.PerByte.High}, {f.Kept.Low, f.Kept.Mid, f.Kept.High},
		} {
			if !(0 <= i.low && i.low <= i.mid && i.mid <= i.high) {
				t.Errorf("%s: %+v", f.Name, i)
			}
		}
		if f.Title == "" || f.Basis == "" || f.Kept.Low <= 0 || f.Kept.High > 1 {
			t.Errorf("%+v", f)
		}
	}
	slices.Sort(names)
	if !slices.Equal(names, workload.Servers()) {
		t.Errorf("%v have figures, %v are words", names, workload.Servers())
	}
}

// TestServerTakesOfTheMachine: what a server takes of the machine is assumed, said, and bounds what reaches
// the accelerator; without one less is taken; one that forms no batches leaves one request a step.
func TestServerTakesOfTheMachine(t *testing.T) {
	at := func(server string) *Offers {
		given := map[string]string{"qps": "100", "gpu": "l4", "model": "resnet50"}
		if server != "" {
			given["server"] = server
		}
		return offersOf(t, given)
	}
	none, usual, triton, fastapi := at(workload.None), at(""), at("triton"), at("fastapi")
	if !(none.Host.CPU.Mid < usual.Host.CPU.Mid && usual.Host.CPU.Mid < triton.Host.CPU.Mid) {
		t.Errorf("CPU time of a request: none %g s, unnamed %g s, triton %g s", none.Host.CPU.Mid, usual.Host.CPU.Mid, triton.Host.CPU.Mid)
	}
	if triton.Pass.Front.Kept.Mid >= 1 || triton.Pass.MaxBatch != 0 || fastapi.Pass.MaxBatch != 1 {
		t.Errorf("triton %+v, fastapi's largest batch %d", triton.Pass.Front, fastapi.Pass.MaxBatch)
	}
	if !triton.Workload.Assumed("host_time") || !usual.Workload.Assumed("host_time") || !fastapi.Workload.Assumed("max_batch") {
		t.Error("what a server brings about is not among the assumptions")
	}
}

// TestServerOfWhatHasOne: engines and tuned runs have their own, and so has what was measured.
func TestServerOfWhatHasOne(t *testing.T) {
	for _, given := range []map[string]string{
		{"qps": "5", "gpu": "l4", "model": "llama-3.1-8b", "input_tokens": "100", "output_tokens": "10", "server": "triton"},
		{"qps": "5", "gpu": "l4", "model": "resnet50", "runtime": "mlperf", "server": "triton"},
	} {
		if _, err := New(example.Workload(t, given), example.Catalog(t)); err == nil || !strings.Contains(err.Error(), "--server") {
			t.Errorf("%v: %v", given, err)
		}
	}
	o := offersOf(t, map[string]string{"qps": "5", "gpu": "l4", "service_time": "9ms", "server": "triton"})
	if !slices.ContainsFunc(o.Notes, func(n string) bool { return strings.Contains(n, "--server changes nothing") }) {
		t.Errorf("notes %q", o.Notes)
	}
}
