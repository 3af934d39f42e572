package catalog

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"
)

// TestTablesOfForwardPasses: every row is read, says where it is from, and names a device
// that has figures or says that it has none.
func TestTablesOfForwardPasses(t *testing.T) {
	packed, err := gzip.NewReader(bytes.NewReader(forwardCSV))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(packed)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := ForwardMeasurements()
	if err != nil {
		t.Fatal(err)
	}
	devices, err := Devices()
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(string(text), "\n") - 1; len(rows) != lines || lines < 20000 {
		t.Errorf("%d rows of %d lines", len(rows), lines)
	}
	c := shipped(t)
	known := map[string]bool{}
	for _, d := range devices {
		known[d.Name] = true
		if _, ok := c.Accelerator(d.Accelerator); d.Accelerator != "" && !ok {
			t.Errorf("%s: no accelerator %s", d.Name, d.Accelerator)
		}
		if d.Source == "" || d.AsOf == "" || d.ID == "" || d.Kind == "" {
			t.Errorf("%s: %+v", d.Name, d)
		}
	}
	for _, r := range rows {
		if !known[r.Hardware] {
			t.Fatalf("no device %q", r.Hardware)
		}
		if r.Source == "" {
			t.Fatalf("%s on %s: no source", r.Model, r.Hardware)
		}
	}
	finite(t, "forward", rows)
	finite(t, "devices", devices)
}

// TestMachines: every machine has a processor, a price and cores that are its vCPUs or half
// of them.
func TestMachines(t *testing.T) {
	if err := machines().err; err != nil {
		t.Fatal(err)
	}
	machines := embedded().Machines()
	text, _ := Unpack("machines.csv", machinesPacked)
	if lines := strings.Count(text, "\n") - 1; len(machines) != lines || lines < 200 {
		t.Errorf("%d rows of %d lines", len(machines), lines)
	}
	for _, m := range machines {
		if _, ok := FindProcessor(m.Processor); !ok {
			t.Errorf("%s: no processor %q", m.Type, m.Processor)
		}
		if share := m.Cores / float64(m.VCPUs); share != 1 && share != 0.5 || m.OnDemandUSD <= 0 || m.MemoryGiB <= 0 || m.Source == "" || m.AsOf == "" {
			t.Errorf("%+v", m)
		}
	}
	if m, ok := FindMachine("C7I.2xlarge"); !ok || m.Cores != 4 || m.Processor != "intel-sapphire-rapids" {
		t.Errorf("c7i.2xlarge is %+v", m)
	}
	if p, ok := FindProcessor("Intel(R) Xeon(R) Platinum 8375C CPU"); !ok || p.ID != "intel-ice-lake" {
		t.Errorf("8375C is %+v", p)
	}
	if p, ok := FindProcessor("quantum"); ok {
		t.Errorf("quantum is %+v", p)
	}
}
