package catalog

import (
	"slices"
	"strings"
	"testing"
)

// TestRented: the answer without the prices of all regions is that with them.
func TestRented(t *testing.T) {
	c, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range c.Accelerators() {
		if got, want := c.Rented(a.ID), len(c.hosts()[a.ID]) > 0; got != want {
			t.Errorf("%s: rented %v, the tables say %v", a.ID, got, want)
		}
	}
}

// TestNearIsAll: where no region is named, the prices of all regions say no more of the usual clouds than
// those of their homes.
func TestNearIsAll(t *testing.T) {
	c, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	far := *c
	far.near = nil
	far.forget(nil)
	for _, a := range c.Accelerators() {
		near, all := c.Instances(Filter{Accelerator: a.ID}), far.Instances(Filter{Accelerator: a.ID})
		if len(near) != len(all) {
			t.Errorf("%s: %d machines near, %d in all", a.ID, len(near), len(all))
		}
	}
	usual := map[string]bool{}
	for _, i := range c.Usual() {
		usual[typeKey(i.Cloud, i.Type)] = true
	}
	for _, i := range c.Rows() {
		key := typeKey(i.Cloud, i.Type)
		if far := homeRegions[i.Cloud] != "" && !usual[key]; far != slices.Contains(fartherTypes, key) {
			t.Errorf("%s: is in regional.csv alone: %v", key, far)
		}
		if i.Accelerator == "" && i.Count > 0 || i.Accelerator != "" && i.Count == 0 && !cpuClass(i.Accelerator) {
			t.Errorf("%s %s %s: %v × %q", i.Cloud, i.Type, i.Region, i.Count, i.Accelerator)
		}
	}
}

func cpuClass(id string) bool { return strings.HasPrefix(id, "cpu-") }

// TestUsualMachinesAreTheLargest: what MostTogether leaves unread holds no larger machine of an accelerator whose vendor says how many
// one machine takes.
func TestUsualMachinesAreTheLargest(t *testing.T) {
	c := embedded()
	for _, i := range c.Rows() {
		a, _ := c.Accelerator(i.Accelerator)
		slice := strings.HasPrefix(i.Type, "tpu-") // chips of several hosts
		if a.MaxPerNode > 0 && !slice && int(i.Count) > max(a.MaxPerNode, c.MostTogether(a.ID)) {
			t.Errorf("%s/%s has %v × %s, more than any of the usual machines", i.Cloud, i.Type, i.Count, a.ID)
		}
	}
}
