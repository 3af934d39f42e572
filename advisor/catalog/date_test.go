package catalog

import (
	"testing"
	"time"
)

// The date of the catalog is that of its newest price.
func TestDate(t *testing.T) {
	c, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	newest := ""
	for _, i := range c.Instances(Filter{}) {
		if day := i.AsOf[:min(len(i.AsOf), len(time.DateOnly))]; day > newest {
			if _, err := time.Parse(time.DateOnly, day); err == nil {
				newest = day
			}
		}
	}
	if newest != Date {
		t.Errorf("the newest price is of %s, and Date says %s", newest, Date)
	}
}
