package advisor_test

import (
	"testing"

	"scaleadvise/advisor/example"
)

// BenchmarkAdvise is the whole pipeline in one process, the catalog already parsed.
func BenchmarkAdvise(b *testing.B) {
	c, set := example.Catalog(b), ruleSet(b)
	f := map[string]string{"qps": "5000", "gpu": "a10"}
	b.ReportAllocs()
	for b.Loop() {
		advise(b, c, set, f)
	}
}
