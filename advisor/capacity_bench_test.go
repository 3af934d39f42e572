package advisor_test

import (
	"context"
	"testing"

	"scaleadvise/advisor"
	"scaleadvise/advisor/example"
)

// BenchmarkCapacity is one answer with its curve, the catalog already parsed.
func BenchmarkCapacity(b *testing.B) {
	c := example.Catalog(b)
	for name, flags := range map[string]map[string]string{
		"measured": {"gpu": "a10", "model": "bert-large", "qps": "300"},
		"largest":  {"gpu": "h100", "model": "resnet-50", "p99": "15ms"},
		"bursty":   {"gpu": "a10", "replicas": "8", "burstiness": "4@1s"},
		"given":    {"service_time": "9ms", "concurrency": "4"},
	} {
		in := advisor.Input{Workload: example.Workload(b, flags), Catalog: c}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := advisor.Capacity(context.Background(), in, advisor.Options{Now: clock}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
