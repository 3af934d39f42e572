package catalog

import (
	"strings"
	"testing"
)

// Every row of the table is read, names memory and a part of one accelerator, and most name
// one that the catalogue has.
func TestNodeLabels(t *testing.T) {
	rows, known := 0, 0
	for key, all := range nodeLabels() {
		for _, r := range all {
			rows++
			if r.MemoryMiB <= 0 || r.Fraction <= 0 || r.Fraction > 1 || r.Accelerator == "" {
				t.Errorf("%s: %+v", key, r)
			}
			if _, ok := fresh().Accelerator(r.Accelerator); ok {
				known++
			}
		}
	}
	if lines := strings.Count(nodeLabelsCSV, "\n") - 1; rows != lines || known*4 < rows*3 {
		t.Errorf("%d rows of %d were read, %d of accelerators that are known", rows, lines, known)
	}
}

func TestNodeLabel(t *testing.T) {
	for _, c := range []struct {
		label, value string
		want         []string
	}{
		{"cloud.google.com/gke-accelerator", "nvidia-tesla-a100", []string{"nvidia-a100-sxm-40gb"}},
		{"cloud.google.com/gke-accelerator", "nvidia-a100-80gb", []string{"nvidia-a100-sxm-80gb"}},
		{"karpenter.k8s.aws/instance-gpu-name", "a100", []string{"nvidia-a100-sxm-40gb", "nvidia-a100-sxm-80gb"}},
		{"eks.amazonaws.com/instance-gpu-name", "A100", []string{"nvidia-a100-sxm-40gb", "nvidia-a100-sxm-80gb"}},
		{"cloud.google.com/gke-accelerator", "nvidia-tesla-b1000", nil},
	} {
		var got []string
		for _, r := range NodeLabels(c.label, c.value) {
			got = append(got, r.Accelerator)
		}
		if strings.Join(got, " ") != strings.Join(c.want, " ") {
			t.Errorf("%s=%s: %v, want %v", c.label, c.value, got, c.want)
		}
	}
}
