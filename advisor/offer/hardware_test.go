package offer

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/example"
)

// TestLimitsAreRespected: no choice leaves --allow-gpu, --max-gpu, --cloud or the sizes that
// are rented.
func TestLimitsAreRespected(t *testing.T) {
	c := example.Catalog(t)
	all := offersOf(t, map[string]string{"qps": "1"}).Choices()
	rapid.Check(t, func(t *rapid.T) {
		flags := map[string]string{"qps": "1"}
		pool := []string{"t4", "l4", "a10", "l40s", "a100-80gb", "h100"}
		if rapid.Bool().Draw(t, "limited") {
			flags["max_gpu"] = rapid.SampledFrom(pool).Draw(t, "strongest")
		}
		cloud := rapid.SampledFrom([]string{"", "aws", "gcp", "azure", "lambda"}).Draw(t, "cloud")
		if cloud != "" {
			flags["cloud"] = cloud
		}
		w := example.Workload(t, flags)
		o, err := New(w, c)
		if err != nil {
			t.Skip(err) // nothing is left, which is said
		}
		strongest, _, _ := c.ResolveAccelerator(w.MaxGPU)
		for _, h := range o.Choices() {
			if w.MaxGPU != "" && Strength(h.Accelerator) > Strength(strongest) {
				t.Errorf("%s is stronger than %s", h.Accelerator.ID, strongest.ID)
			}
			if !o.Permits(h.Accelerator) || !offered(all, h) && h.PerReplica == 1 {
				t.Errorf("%v is chosen under limits and not without", h.Kind())
			}
			for _, i := range o.Hosting(h) {
				if cloud != "" && i.Cloud != cloud {
					t.Errorf("%v is rented from %s, not from %s", h.Kind(), i.Cloud, cloud)
				}
			}
		}
	})
}

func offered(all []Hardware, h Hardware) bool {
	return slices.ContainsFunc(all, func(a Hardware) bool { return a.Kind() == h.Kind() })
}

func TestAllowListLeavesOnlyWhatItNames(t *testing.T) {
	o := offersOf(t, map[string]string{"qps": "1", "allow_gpu": "t4,a10"})
	named := map[string]bool{}
	for _, h := range o.Choices() {
		named[ShortName(h.Accelerator)] = true
	}
	if len(named) != 2 || !named["T4"] || !named["A10"] {
		t.Errorf("%v, want T4 and A10", named)
	}
	h100, _, _ := o.Catalog.ResolveAccelerator("h100-sxm")
	if o.Permits(h100) {
		t.Error("an H100 is permitted by --allow-gpu t4,a10")
	}
}

// TestSizesAreThoseOfInstances: accelerators per replica are powers of two up to the largest
// instance, and never more than one holds.
func TestSizesAreThoseOfInstances(t *testing.T) {
	o := offersOf(t, map[string]string{"qps": "1"})
	largest := map[string]int{}
	for _, h := range o.Choices() {
		if g := h.PerReplica; g&(g-1) != 0 {
			t.Errorf("%v: no power of two", h.Kind())
		}
		if options := o.Hosting(h); h.PerReplica > 1 && len(options) == 0 {
			t.Errorf("%v: no instance holds one replica", h.Kind())
		}
		largest[h.Accelerator.ID] = max(largest[h.Accelerator.ID], h.PerReplica)
	}
	if got := largest["nvidia-h100-sxm"]; got != 8 {
		t.Errorf("up to %d H100 a replica, want the 8 of the largest instance", got)
	}
}

func TestProcessorsHostOnlyWhatWasMeasuredOnAnUnnamedMachine(t *testing.T) {
	cpus := func(flags map[string]string) (n int) {
		for _, h := range offersOf(t, flags).Choices() {
			if h.Accelerator.CPU {
				n++
			}
		}
		return n
	}
	if n := cpus(map[string]string{"qps": "1000"}); n != 0 {
		t.Errorf("%d processors are offered for a heavy load", n)
	}
	if n := cpus(map[string]string{"qps": "1", "runtime": "mlperf"}); n != 0 {
		t.Errorf("%d processors are offered for MLPerf's runs on accelerators", n)
	}
	if n := cpus(map[string]string{"qps": "1", "service_time": "9ms"}); n == 0 {
		t.Error("no processor is offered for a service measured on an unnamed machine")
	}
	if n := cpus(map[string]string{"qps": "1", "service_time": "9ms", "gpu": "t4"}); n != 0 {
		t.Errorf("%d processors are offered for a service measured on a T4", n)
	}
}

// TestStarts: strategies start from today's deployment where hardware was named, else from
// the cheapest that is rented.
func TestStarts(t *testing.T) {
	today := offersOf(t, map[string]string{"qps": "1", "gpu": "a10", "replicas": "3"}).Starts
	if len(today) != 1 || !today[0].Known || !today[0].Assumed || today[0].Replicas != 3 || today[0].PerReplica != 1 {
		t.Errorf("today is %+v", today)
	}
	whole := offersOf(t, map[string]string{"qps": "1", "gpu": "a10", "replicas": "3", "gpus_per_replica": "2"}).Starts[0]
	if whole.Assumed || whole.PerReplica != 2 {
		t.Errorf("nothing of %+v was assumed", whole)
	}
	o := offersOf(t, map[string]string{"qps": "1"})
	last := 0.0
	for _, b := range o.Starts {
		cost := cheapest(o.Hosting(b.Hardware), 1)
		if b.Known || b.Replicas != 1 || b.PerReplica != 1 && !b.OfProcessor() || cost < last {
			t.Errorf("%v at %v USD after one at %v", b.Kind(), cost, last)
		}
		last = cost
	}
}

// TestFewestAcceleratorsThatHoldTheModel: nothing else said, a replica of a language model
// spans as few accelerators as hold the weights and one request.
func TestFewestAcceleratorsThatHoldTheModel(t *testing.T) {
	for _, c := range []struct {
		more map[string]string
		want int
	}{
		{nil, 2}, // 131 GiB of weights on 71 GiB each
		{map[string]string{"precision": "fp8"}, 1}, // 66 GiB
		{map[string]string{"gpu": "h200"}, 2},      // 125 GiB usable: weights fit one only without a request
		{map[string]string{"gpu": "mi300x"}, 1},    // 192 GB
		{map[string]string{"gpus_per_replica": "8"}, 8},
		{map[string]string{"model": "llama-3.1-8b"}, 1},
	} {
		if b := offersOf(t, example.Chat(c.more)).Starts[0]; b.PerReplica != c.want {
			t.Errorf("%v: %d accelerators a replica, want %d", c.more, b.PerReplica, c.want)
		}
	}
}

func TestShortName(t *testing.T) {
	for name, want := range map[string]string{
		"NVIDIA A10": "A10", "NVIDIA Tesla T4": "T4", "AMD Instinct MI300X": "MI300X", "NVIDIA H100 SXM5 80GB (HBM3)": "H100 SXM5 80GB",
		"NVIDIA RTX PRO 6000 Blackwell Server Edition": "RTX PRO 6000", "Google TPU v5e": "TPU v5e",
	} {
		if got := ShortName(catalog.Accelerator{Name: name}); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
	seen := map[string]string{}
	for _, a := range example.Catalog(t).Accelerators() {
		if other := seen[ShortName(a)]; other != "" {
			t.Errorf("%s and %s have the same short name %q", other, a.ID, ShortName(a))
		}
		seen[ShortName(a)] = a.ID
	}
}
