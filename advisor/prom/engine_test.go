package prom

import (
	"testing"

	"scaleadvise/advisor/engine"
)

// TestEnginesHaveAProfile: the profile that the table of engines names for their metrics is
// one of those that ship.
func TestEnginesHaveAProfile(t *testing.T) {
	for _, e := range engine.Engines() {
		if _, err := embedded.Open("profiles/" + e.Metrics + ".yaml"); err != nil {
			t.Errorf("%s: %v", e.Name, err)
		}
	}
}
