package catalog

import (
	"cmp"
	"errors"
	"strings"
	"sync"

	"scaleadvise/advisor/memo"
)

// Catalog is a set of tables. Each is parsed once, on first use. Slices and rows are shared between callers:
// treat them as read-only. A Catalog is safe for concurrent use.
type Catalog struct {
	accelerators  func() *table[Accelerator]
	instances     func() *table[Instance]
	near          func() *table[Instance] // of them those that count where no region is named, and the usual clouds' types in their homes; nil where only all are at hand
	machines      func() *table[Machine]
	models        func() *table[Model]
	optimizations func() *table[Optimization]
	measured      *measurements
	parts         func() *names                // spellings of accelerators
	modelNames    func() *names                // spellings of models
	hosts         func() map[string][]Instance // by accelerator
	nearHosts     func() map[string][]Instance // likewise of those near
	clouds        func() []string
	own           []string           // clouds that only the user's rows name
	factors       map[string]float64 // on the prices of machines without an accelerator, by processor
	chosen        *memo.Recent[chosenKey, []Instance]
	kept          *memo.Recent[any, any] // see Kept
	aggregates    *sync.Map              // Measured's answers, by model, accelerator and precision
	pairs         *sync.Map              // MeasuredPairs' answers, by model
	priced        *Catalog               // what this is a repricing of; nil where it is none
	under         *Catalog               // likewise where no row changed but for the factors on prices
}

// embedded is the catalogue that ships, made once.
var embedded = sync.OnceValue(func() *Catalog {
	return assemble(Catalog{
		accelerators:  lazily(&acceleratorSchema, acceleratorsCSV),
		near:          near,
		instances:     everywhere,
		machines:      machines,
		models:        lazily(&modelSchema, modelsCSV),
		optimizations: lazily(&optimizationSchema, optimizationsCSV),
		measured:      &measurements{text: measurementsCSV, read: map[string]block{}},
	})
})

// Embedded returns the catalogue embedded in the program. Only the table of accelerators, which every
// question needs, is read at once and may give an error; Check reads the rest.
func Embedded() (*Catalog, error) {
	c := embedded()
	return c, c.accelerators().err
}

// lazily parses a table at the first call.
func lazily[T any](s *schema[T], text string) func() *table[T] {
	return sync.OnceValue(func() *table[T] { return s.parse(text) })
}

// assemble adds the indexes of names to the tables.
func assemble(c Catalog) *Catalog {
	c.parts = sync.OnceValue(func() *names { return acceleratorNames(c.accelerators().rows) })
	c.modelNames = sync.OnceValue(func() *names { return modelNames(c.models().rows) })
	c.hosts = sync.OnceValue(func() map[string][]Instance { return hostsOf(c.instances().rows) })
	c.clouds = sync.OnceValue(func() []string { return cloudsOf(c.instances().rows) })
	if c.near != nil {
		c.nearHosts = sync.OnceValue(func() map[string][]Instance { return hostsOf(c.near().rows) })
		c.clouds = sync.OnceValue(func() []string { return sorted(append(cloudsOf(c.near().rows), fartherClouds...)) })
	}
	c.aggregates, c.pairs, c.priced = &sync.Map{}, &sync.Map{}, nil
	c.forget(nil)
	return &c
}

// Check parses every table and returns what is wrong in any of them.
func (c *Catalog) Check() error {
	errs := []error{c.accelerators().err, c.instances().err, c.models().err, c.optimizations().err}
	for _, model := range c.measured.models() {
		errs = append(errs, c.measured.of(model).err)
	}
	return errors.Join(errs...)
}

// Accelerators lists the accelerators in the order of the table: by vendor and generation.
func (c *Catalog) Accelerators() []Accelerator { return c.accelerators().rows }

// Accelerator returns the accelerator of a catalogue id, or the part of one: the id of the
// accelerator, a colon and the profile.
func (c *Catalog) Accelerator(id string) (Accelerator, bool) {
	if a, ok := c.accelerators().get(id); ok {
		return a, true
	}
	return c.partitionID(id)
}

// Models lists the models.
func (c *Catalog) Models() []Model { return c.models().rows }

// With returns the catalogue with one more model, or with that one in place of the model of its
// id. The receiver stays as it was.
func (c *Catalog) With(m Model) *Catalog {
	under := c.models()
	t := under.clone()
	m.ID = strings.ToLower(m.ID)
	m.Name = cmp.Or(m.Name, m.ID)
	t.put(m.ID, m)
	over := *c
	over.models = func() *table[Model] { return t }
	return assemble(over)
}

// Model returns the model of a catalogue id.
func (c *Catalog) Model(id string) (Model, bool) { return c.models().get(id) }

// Optimizations lists what can make a model cheaper to serve.
func (c *Catalog) Optimizations() []Optimization { return c.optimizations().rows }

// Optimization returns the optimization of an id.
func (c *Catalog) Optimization(id string) (Optimization, bool) { return c.optimizations().get(id) }
