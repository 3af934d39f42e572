package catalog

import (
	"math"
	"strings"
	"testing"
)

// Every size of a family has a processor, vCPUs and memory, its name is its own, and where the cloud's table
// has the same type, both say the same of it.
func TestFamilies(t *testing.T) {
	if len(families()) < 100 {
		t.Fatalf("%d families", len(families()))
	}
	seen := map[string]string{}
	for _, f := range families() {
		if strings.Count(f.Pattern, "*") != 1 || f.Source == "" || f.AsOf == "" || f.Region == "" || f.GiBPerVCPU == 0 {
			t.Errorf("%s: no size, source, date or region", f.Pattern)
		}
		if p, ok := FindProcessor(f.Processor); !ok || p.ID != f.Processor || p.CoresPerVCPU == 0 || p.FP32GFLOPS == 0 {
			t.Errorf("%s: unknown processor %s", f.Pattern, f.Processor)
		}
		for _, m := range f.machines() {
			if m.VCPUs < 1 || m.MemoryGiB <= 0 || m.MemoryGiB > 4096 || strings.Contains(m.Type, "=") {
				t.Errorf("%s: %d vCPUs, %g GiB", m.Type, m.VCPUs, m.MemoryGiB)
			}
			if other, ok := seen[m.Type]; ok {
				t.Errorf("%s is of %s and of %s", m.Type, other, f.Pattern)
			}
			seen[m.Type] = f.Pattern
			if listed, ok := rowOf(machines(), m.Type); ok {
				agree(t, m, listed)
			}
		}
	}
}

func agree(t *testing.T, m, listed Machine) {
	t.Helper()
	if m.Processor != listed.Processor || m.VCPUs != listed.VCPUs || math.Abs(m.MemoryGiB/listed.MemoryGiB-1) > 0.04 {
		t.Errorf("%s: %s, %d vCPUs, %g GiB by its family; %s, %d, %g GiB by its row", m.Type, m.Processor, m.VCPUs, m.MemoryGiB, listed.Processor, listed.VCPUs, listed.MemoryGiB)
	}
	if m.OnDemandUSD > 0 && math.Abs(m.OnDemandUSD/listed.OnDemandUSD-1) > 0.01 {
		t.Errorf("%s: %g USD/h by its family, %g by its row", m.Type, m.OnDemandUSD, listed.OnDemandUSD)
	}
}

// A vCPU is the same part of a core on every machine of a processor.
func TestCoresOfMachines(t *testing.T) {
	for _, m := range machines().rows {
		p, ok := FindProcessor(m.Processor)
		if !ok || m.Cores != float64(m.VCPUs)*p.CoresPerVCPU {
			t.Errorf("%s: %g cores; %d vCPUs of %s are %g", m.Type, m.Cores, m.VCPUs, p.Name, float64(m.VCPUs)*p.CoresPerVCPU)
		}
	}
}

// What follows from a name is what its cloud says: the price too, where it is known.
func TestMachineByName(t *testing.T) {
	for _, want := range []struct {
		name  string
		vcpus int
		gib   float64
		usd   float64
		kind  string
	}{
		{"n2-standard-8", 8, 32, 0.3885, "n2-standard-8"}, {"N1-highmem-4", 4, 26, 0.2366, "n1-highmem-4"}, {"e2-highcpu-16", 16, 16, 0.3958, "e2-highcpu-16"},
		{"t3.xlarge", 4, 16, 0.1664, "t3.xlarge"}, {"t3.medium", 2, 4, 0.0416, "t3.medium"}, {"c5n.2xlarge", 8, 21, 0.432, "c5n.2xlarge"}, {"r5.24xlarge", 96, 768, 6.048, "r5.24xlarge"},
		{"Standard_F8s_v2", 8, 16, 0.338, "Standard_F8s_v2"}, {"D4s_v3", 4, 16, 0.192, "Standard_D4s_v3"}, {"D4s_v5", 4, 16, 0.192, "Standard_D4s_v5"}, {"standard_e4ds_v5", 4, 32, 0.288, "Standard_E4ds_v5"},
	} {
		m, ok := FindMachine(want.name)
		if !ok || m.Type != want.kind || m.VCPUs != want.vcpus || m.MemoryGiB != want.gib || math.Abs(m.OnDemandUSD/want.usd-1) > 0.003 {
			t.Errorf("%s: %v %s, %d vCPUs, %g GiB, %g USD/h", want.name, ok, m.Type, m.VCPUs, m.MemoryGiB, m.OnDemandUSD)
		}
	}
	for _, name := range []string{"n2-standard-7", "n2-standard", "t3.", "c5n.large2", "Standard_D4s_v", "n2-standard--8", ""} {
		if m, ok := FindMachine(name); ok {
			t.Errorf("%q is %s", name, m.Type)
		}
	}
}

// The sizes of a family are rented only where a machine of it was named.
func TestWithFamilyOf(t *testing.T) {
	c, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	count := func(c *Catalog) (n int) {
		for _, i := range c.VCPUs(Filter{Accelerator: "intel-cascade-lake", Clouds: []string{"gcp"}}) {
			if strings.HasPrefix(i.Type, "n2-standard-") {
				n++
			}
		}
		return n
	}
	if before, with := count(c), count(c.WithFamilyOf("n2-standard-8")); before != 0 || with != 10 {
		t.Errorf("%d sizes before, %d after one was named", before, with)
	}
	if c.WithFamilyOf("c7i.2xlarge") != c {
		t.Error("a machine of the table is another catalogue")
	}
}
