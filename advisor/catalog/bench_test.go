package catalog

import "testing"

// fresh is the embedded catalogue before anything was asked of it.
func fresh() *Catalog {
	return assemble(Catalog{
		accelerators:  lazily(&acceleratorSchema, acceleratorsCSV),
		instances:     lazily(&instanceSchema, instancesCSV),
		models:        lazily(&modelSchema, modelsCSV),
		optimizations: lazily(&optimizationSchema, optimizationsCSV),
		measured:      &measurements{text: measurementsCSV, read: map[string]block{}},
	})
}

// BenchmarkOneQuestion is what one advice reads: four tables and the rows of one model.
func BenchmarkOneQuestion(b *testing.B) {
	for b.Loop() {
		c := fresh()
		if _, _, err := c.ResolveAccelerator("a10"); err != nil {
			b.Fatal(err)
		}
		if _, err := c.ResolveModel("bert-large"); err != nil {
			b.Fatal(err)
		}
		c.Instances(Filter{})
		c.Optimizations()
		if _, ok := c.Measured("bert-large", "nvidia-a10", "int8"); !ok {
			b.Fatal("nothing measured")
		}
	}
}

// BenchmarkEverything parses all tables whole.
func BenchmarkEverything(b *testing.B) {
	for b.Loop() {
		if err := fresh().Check(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMeasured aggregates one pair from rows that are parsed already.
func BenchmarkMeasured(b *testing.B) {
	c := fresh()
	for b.Loop() {
		c.Measured("bert-large", "nvidia-a10", "int8")
	}
}
