package offer

import (
	"testing"

	"scaleadvise/advisor/catalog"
)

// TestBlocks: the layers of an encoder follow from its work, and those of its decoder are left of all.
func TestBlocks(t *testing.T) {
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][3]float64{ // positions; layers that read and that write
		"t5-small": {128, 6, 6}, "t5-large": {128, 24, 24}, "flan-t5-xl": {128, 24, 24}, "bart-large-cnn": {128, 12, 12}, "opus-mt": {128, 6, 6},
		"whisper-tiny": {1500, 4, 4}, "whisper-large-v3": {1500, 32, 32}, "whisper-large-v3-turbo": {1500, 32, 4}, "whisper-distil-large-v3": {1500, 32, 2},
	} {
		m, ok := c.Model(name)
		if !ok {
			t.Fatalf("no %s", name)
		}
		if reading, writing := blocksOf(m, want[0]); reading != want[1] || writing != want[2] {
			t.Errorf("%s: %g and %g layers, want %g and %g", name, reading, writing, want[1], want[2])
		}
	}
}
