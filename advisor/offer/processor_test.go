package offer

import (
	"strings"
	"testing"

	"scaleadvise/advisor/example"
)

// TestMachinesAreHardware: a machine that is named is a replica with all of it, or with the
// part that is said; one with accelerators, too.
func TestMachinesAreHardware(t *testing.T) {
	for _, c := range []struct {
		flags    map[string]string
		id       string
		per      int
		machine  string
		workers  int
		parallel int // requests at once, of a service of 30 ms
	}{
		{map[string]string{"machine": "c7i.2xlarge"}, "intel-sapphire-rapids", 8, "c7i.2xlarge", 1, 8},
		{map[string]string{"gpu": "c7i.2xlarge"}, "intel-sapphire-rapids", 8, "c7i.2xlarge", 1, 8},
		{map[string]string{"machine": "c7i.8xlarge", "cpu": "8"}, "intel-sapphire-rapids", 8, "c7i.8xlarge", 1, 8},
		{map[string]string{"machine": "m7g.8xlarge"}, "aws-graviton3", 32, "m7g.8xlarge", 2, 32},
		{map[string]string{"machine": "c7i.2xlarge", "workers": "4"}, "intel-sapphire-rapids", 8, "c7i.2xlarge", 4, 4},
		{map[string]string{"cpu": "4"}, "intel-ice-lake", 4, "", 1, 4},
		{map[string]string{"machine": "p4d.24xlarge"}, "nvidia-a100-sxm-40gb", 8, "p4d.24xlarge", 1, 1},
		{map[string]string{"gpu": "p4d.24xlarge", "gpus_per_replica": "2"}, "nvidia-a100-sxm-40gb", 2, "p4d.24xlarge", 1, 1},
	} {
		c.flags["qps"], c.flags["model"] = "1", "resnet50"
		o := offersOf(t, c.flags)
		h := o.Starts[0].Hardware
		if h.Accelerator.ID != c.id || h.PerReplica != c.per || o.machine != c.machine || Workers(o, h) != c.workers {
			t.Errorf("%v: %d of %s on %q with %d workers", c.flags, h.PerReplica, h.Accelerator.ID, o.machine, Workers(o, h))
		}
		for _, i := range o.Hosting(h) {
			if c.machine != "" && i.Type != c.machine {
				t.Errorf("%v: stands on %s", c.flags, i.Type)
			}
		}
		c.flags["service_time"] = "30ms"
		if got := offersOf(t, c.flags).Workload.Service.Concurrency; max(got, 1) != c.parallel {
			t.Errorf("%v: %d requests at once, want %d", c.flags, got, c.parallel)
		}
	}
}

// TestMachinesThatCannotBe are refused.
func TestMachinesThatCannotBe(t *testing.T) {
	for want, flags := range map[string]map[string]string{
		"16 vCPUs are more than the 8 of c7i.2xlarge": {"machine": "c7i.2xlarge", "cpu": "16"},
		"more than the 16 GiB of c7i.2xlarge":         {"machine": "c7i.2xlarge", "memory": "64GiB"},
		"20 are more than the 8 vCPUs they share":     {"machine": "c7i.2xlarge", "workers": "20"},
		"unknown machine \"c99.large\"":               {"machine": "c99.large"},
		"16 is too many: p4d.24xlarge has 8":          {"machine": "p4d.24xlarge", "gpus_per_replica": "16"},
		"not NVIDIA A10 as --gpu says":                {"machine": "p4d.24xlarge", "gpu": "a10"},
	} {
		flags["qps"], flags["model"] = "1", "resnet50"
		if _, err := New(example.Workload(t, flags), example.Catalog(t)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", flags, err, want)
		}
	}
}

// TestLightLoadsSeeProcessors: machines without accelerators are looked at where they may
// carry the load, and where today's are such machines.
func TestLightLoadsSeeProcessors(t *testing.T) {
	for _, c := range []struct {
		flags map[string]string
		want  bool
	}{
		{map[string]string{"qps": "20", "gpu": "l4"}, true},
		{map[string]string{"qps": "20000", "gpu": "a10"}, false},
		{map[string]string{"qps": "20000", "machine": "c7i.2xlarge"}, true},
		{map[string]string{"qps": "20", "gpu": "a10", "allow_gpu": "l4"}, false},
	} {
		c.flags["model"] = "resnet50"
		found := false
		for _, h := range offersOf(t, c.flags).Choices() {
			found = found || h.OfProcessor()
		}
		if found != c.want {
			t.Errorf("%v: processors are looked at: %v", c.flags, found)
		}
	}
}

// TestMemoryOfAProcessor: a machine holds the model once for every worker.
func TestMemoryOfAProcessor(t *testing.T) {
	flags := map[string]string{"qps": "1", "machine": "c7i.8xlarge", "model": "bge-reranker-v2-m3", "workers": "22"}
	if o := offersOf(t, flags); len(o.Hosting(o.Starts[0].Hardware)) == 0 || o.needed(o.Starts[0].Hardware) > 64 {
		t.Errorf("22 workers need %g GiB of 64", o.needed(o.Starts[0].Hardware))
	}
	flags["workers"] = "23"
	if _, err := New(example.Workload(t, flags), example.Catalog(t)); err == nil || !strings.Contains(err.Error(), "at most 22 fit") {
		t.Errorf("23 workers: %v", err)
	}
}
