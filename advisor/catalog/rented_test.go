package catalog

import "testing"

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
