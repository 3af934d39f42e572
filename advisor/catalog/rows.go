package catalog

import (
	"bytes"
	"encoding/csv"
	"slices"
	"sync"
)

// WithRows returns the catalogue with rows added, each in place of the one with its key. The receiver
// stays as it was.
func (c *Catalog) WithRows(instances []Instance, machines []Machine) *Catalog {
	i, m := c.instances().clone(), c.machines().clone()
	for _, row := range instances {
		i.put(instanceSchema.key(&row), row)
	}
	for _, row := range machines {
		m.put(machineSchema.key(&row), row)
	}
	settleRegions(i.rows)
	settleMachines(m.rows)
	over := *c
	over.near = nil
	over.instances, over.machines = func() *table[Instance] { return i }, func() *table[Machine] { return m }
	over.hosts = sync.OnceValue(func() map[string][]Instance { return hostsOf(i.rows) })
	over.clouds = sync.OnceValue(func() []string { return cloudsOf(i.rows) })
	over.own, over.priced = ownClouds(c, i.rows, m.rows), c.Facts()
	over.forget(nil)
	return &over
}

// Apart returns the instances and machines that differ from those of another catalogue, or that it lacks.
func (c *Catalog) Apart(from *Catalog) (instances []Instance, machines []Machine) {
	return apart(&instanceSchema, c.instances(), from.instances()), apart(&machineSchema, c.machines(), from.machines())
}

func apart[T Row](s *schema[T], t, from *table[T]) []T {
	var out []T
	for _, row := range t.rows {
		if old, ok := from.get(s.key(&row)); !ok || !slices.Equal(Cells(old), Cells(row)) {
			out = append(out, row)
		}
	}
	return out
}

// File writes rows as the file of their kind, which an overlay reads.
func File[T Row](rows []T) (name string, text []byte, err error) {
	s := schemaOf[T]()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write(s.names())
	for _, row := range rows {
		w.Write(Cells(row))
	}
	w.Flush()
	return s.file, slices.Clip(b.Bytes()), w.Error()
}
