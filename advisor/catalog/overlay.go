package catalog

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"scaleadvise/advisor/bounded"
)

// maxOverlay bounds an overlay file, in bytes.
const maxOverlay = 8 << 20

var overlayLimits = bounded.Limits{
	What: "table of the catalog", Remedy: "split off the rows that are not needed", Bytes: maxOverlay, Packed: maxOverlay, Line: 1 << 20, Record: 1 << 20,
}

// Overlay returns the catalogue with the rows of a folder on top: accelerators.csv,
// models.csv, instances.csv, optimizations.csv and measurements.csv, each where it exists,
// with the columns that doc.go describes, in any order. A row with a known key changes the
// columns that its file has and keeps the others; a new key adds a row. An error gives
// file, line and column, what is wrong and what to do. The receiver stays as it was.
func (c *Catalog) Overlay(ctx context.Context, dir fs.FS) (*Catalog, error) {
	if err := overlayFiles(dir); err != nil {
		return nil, err
	}
	accelerators, err := overlay(ctx, dir, &acceleratorSchema, c.accelerators(), nil)
	if err != nil {
		return nil, err
	}
	models, err := overlay(ctx, dir, &modelSchema, c.models(), nil)
	if err != nil {
		return nil, err
	}
	optimizations, err := overlay(ctx, dir, &optimizationSchema, c.optimizations(), nil)
	if err != nil {
		return nil, err
	}
	over := assemble(Catalog{
		own:           c.own,
		accelerators:  func() *table[Accelerator] { return accelerators },
		models:        func() *table[Model] { return models },
		optimizations: func() *table[Optimization] { return optimizations },
		instances:     c.instances,
		machines:      c.machines,
	})
	instances, err := overlay(ctx, dir, &instanceSchema, c.instances(), over.completeInstance)
	if err != nil {
		return nil, err
	}
	over.instances = func() *table[Instance] { return instances }
	rented, err := overlay(ctx, dir, &machineSchema, c.machines(), completeMachine)
	if err != nil {
		return nil, err
	}
	over.machines = func() *table[Machine] { return rented }
	over.own = ownClouds(c, instances.rows, rented.rows)
	settleRegions(instances.rows)
	settleMachines(rented.rows)
	if over.measured, err = over.overlayMeasurements(ctx, dir, c.measured); err != nil {
		return nil, err
	}
	return over, nil
}

// ownClouds are the clouds of rows that the catalogue under them does not have.
func ownClouds(under *Catalog, instances []Instance, machines []Machine) []string {
	own, known := slices.Clone(under.own), under.clouds()
	add := func(cloud string) {
		if cloud = strings.ToLower(cloud); !slices.Contains(known, cloud) && !slices.Contains(own, cloud) {
			own = append(own, cloud)
		}
	}
	for i := range instances {
		add(instances[i].Cloud)
	}
	for i := range machines {
		add(machines[i].Cloud)
	}
	return own
}

// overlayFiles refuses a folder without any table, and names close to one.
func overlayFiles(dir fs.FS) error {
	known := []string{acceleratorSchema.file, instanceSchema.file, machineSchema.file, measurementSchema.file, modelSchema.file, optimizationSchema.file}
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		return fmt.Errorf("catalog folder: %w", err)
	}
	found := false
	for _, e := range entries {
		switch {
		case slices.Contains(known, e.Name()):
			found = true
		case strings.HasSuffix(strings.ToLower(e.Name()), ".csv"):
			return fmt.Errorf("%s: not a table of the catalog%s; tables are %s", e.Name(), didYouMean(e.Name(), known), strings.Join(known, ", "))
		}
	}
	if !found {
		return fmt.Errorf("catalog folder: no table in it; tables are %s", strings.Join(known, ", "))
	}
	return nil
}

// overlay puts the rows of one file of the folder on top of a table.
func overlay[T any](ctx context.Context, dir fs.FS, s *schema[T], under *table[T], finish func(*T, place) error) (*table[T], error) {
	if under.err != nil {
		return nil, under.err
	}
	t := under.clone()
	return t, readOverlay(ctx, dir, s, t, finish)
}

// readOverlay reads one file of the folder into t; a file that does not exist has no rows.
// A row that names no source has the place it stands on.
func readOverlay[T any](ctx context.Context, dir fs.FS, s *schema[T], t *table[T], finish func(*T, place) error) error {
	f, err := dir.Open(s.file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s: %w", s.file, err)
	}
	defer f.Close()
	text := bounded.NewReader(ctx, f, overlayLimits)
	return s.into(t, text, s.file, once(s, func(row *T, at place) error {
		if source := s.source(row); *source == "" {
			*source = at.String()
		}
		if finish == nil {
			return nil
		}
		return finish(row, at)
	}))
}

// once refuses a row whose key stood in the same file before.
func once[T any](s *schema[T], finish func(*T, place) error) func(*T, place) error {
	seen := map[string]place{}
	return func(row *T, at place) error {
		if err := finish(row, at); err != nil {
			return err
		}
		if before, ok := seen[s.key(row)]; ok {
			return fmt.Errorf("%s: the same row as %s; keep one, or tell them apart by a column of the key", at, before)
		}
		seen[s.key(row)] = at
		return nil
	}
}

// completeInstance resolves the name of the accelerator of a user's instance.
func (c *Catalog) completeInstance(i *Instance, at place) error {
	if i.Accelerator != "" {
		part, _, err := c.ResolveAccelerator(i.Accelerator)
		if err != nil {
			return fmt.Errorf("%s: column accelerator_id: %w; or add it to %s", at, err, acceleratorSchema.file)
		}
		i.Accelerator = part.ID
	}
	return nil
}

// completeMachine resolves the processor of a user's machine.
func completeMachine(m *Machine, at place) error {
	if known, ok := FindMachine(m.Type); ok && m.Processor == "" && strings.EqualFold(m.Cloud, known.Cloud) {
		m.Processor, m.VCPUs, m.MemoryGiB = known.Processor, cmp.Or(m.VCPUs, known.VCPUs), cmp.Or(m.MemoryGiB, known.MemoryGiB)
	}
	p, ok := FindProcessor(m.Processor)
	switch {
	case !ok:
		return fmt.Errorf("%s: column processor: unknown processor %s%s; `scaleadvise catalog machines` shows those that are known", at, quote(m.Processor), didYouMean(m.Processor, processorIDs()))
	case m.VCPUs == 0:
		return fmt.Errorf("%s: column vcpus is blank; a machine has some", at)
	}
	m.Processor = p.ID
	if m.Cores == 0 {
		m.Cores = float64(m.VCPUs) * p.CoresPerVCPU
	}
	return nil
}

func processorIDs() []string {
	var ids []string
	for _, p := range processors().rows {
		ids = append(ids, p.ID)
	}
	return ids
}

// overlayMeasurements reads the folder's measurements. Accelerators and models are named
// as forgivingly as on the command line, but must be known.
func (c *Catalog) overlayMeasurements(ctx context.Context, dir fs.FS, under *measurements) (*measurements, error) {
	named := measurementSchema
	named.adopt = func(t *table[Measurement], m *Measurement) {
		if c.nameMeasurement(m, under) != nil {
			return // said again, with its place, once the row is complete
		}
		for _, old := range under.of(m.Model).rows {
			if key := measurementKey(&old); key == measurementKey(m) {
				t.put(key, old)
			}
		}
	}
	t := &table[Measurement]{index: map[string]int{}}
	err := readOverlay(ctx, dir, &named, t, func(m *Measurement, at place) error {
		if err := c.nameMeasurement(m, under); err != nil {
			return fmt.Errorf("%s: %w", at, err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	over := &measurements{text: under.text, read: map[string]block{}, extra: map[string][]Measurement{}}
	maps.Copy(over.extra, under.extra)
	for _, m := range t.rows {
		over.extra[m.Model] = append(slices.Clip(over.extra[m.Model]), m)
	}
	return over, nil
}

// nameMeasurement resolves the names of a measurement of the user's. Hardware outside the
// catalogue keeps the name under which it was measured before.
func (c *Catalog) nameMeasurement(m *Measurement, under *measurements) error {
	model, err := c.ResolveModel(m.Model)
	if err != nil {
		return fmt.Errorf("column model: %w; or add it to %s", err, modelSchema.file)
	}
	m.Model = model.ID
	_, listed := c.Accelerator(m.Accelerator)
	if !listed && slices.ContainsFunc(under.of(m.Model).rows, func(o Measurement) bool { return o.Accelerator == m.Accelerator }) {
		return nil
	}
	part, _, err := c.ResolveAccelerator(m.Accelerator)
	if err != nil {
		return fmt.Errorf("column accelerator: %w; or add it to %s", err, acceleratorSchema.file)
	}
	m.Accelerator, m.Count = part.ID, max(m.Count, 1)
	return nil
}
