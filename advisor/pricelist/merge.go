package pricelist

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"scaleadvise/advisor/catalog"
)

// Change is a price that changed.
type Change struct {
	Cloud, Type, Region, Pricing string
	Was, Now                     float64 // USD an hour
}

// Imported is the result of importing price lists.
type Imported struct {
	Lists     []*List
	Changes   []Change // the largest ratio first
	New, Same int      // numbers of prices
	Catalog   *catalog.Catalog
	Files     map[string][]byte // files of the overlay, by name
}

// Import reads price lists and puts them over the catalog. The files of the overlay hold everything that
// differs from the embedded catalog. day is the date of the import, for lists without a date.
func Import(ctx context.Context, files []File, known, shipped *catalog.Catalog, day string) (*Imported, error) {
	lists, err := Read(ctx, files, known)
	if err != nil {
		return nil, err
	}
	m := &Imported{Lists: lists, Catalog: known}
	if m.Prices() == 0 {
		return nil, fmt.Errorf("%s: no price of a machine that the catalog knows%s", files[0].Name, leftOut(lists))
	}
	for _, l := range lists {
		m.merge(l, cmp.Or(l.AsOf, day+" (imported)"))
	}
	slices.SortStableFunc(m.Changes, func(a, b Change) int { return cmp.Compare(size(b), size(a)) })
	instances, machines := m.Catalog.Apart(shipped)
	m.Files = map[string][]byte{}
	for _, write := range []func() (string, []byte, error){
		func() (string, []byte, error) { return catalog.File(instances) }, func() (string, []byte, error) { return catalog.File(machines) },
	} {
		name, text, err := write()
		if err != nil {
			return nil, err
		}
		m.Files[name] = text
	}
	return m, nil
}

// Prices returns how many prices of machines were read.
func (m *Imported) Prices() int {
	n := 0
	for _, l := range m.Lists {
		n += len(l.Prices)
	}
	return n
}

// leftOut names a machine type whose accelerator is not known, where there is one.
func leftOut(lists []*List) string {
	for _, l := range lists {
		if len(l.Left) > 0 {
			return fmt.Sprintf("; %s has an accelerator that it does not know: say which, with its facts, in a folder for --catalog", l.Left[0])
		}
	}
	return ""
}

// size is by how much a price changed.
func size(c Change) float64 { return math.Abs(math.Log(c.Now / c.Was)) }

// merge puts a list over the catalog.
func (m *Imported) merge(l *List, asOf string) {
	shelves := shelvesOf(m.Catalog)
	var instances []catalog.Instance
	var machines []catalog.Machine
	for _, p := range l.Prices {
		counted := m
		if row, ok := shelves.instance(p); ok {
			m.reprice(p, &row, l.Kind, asOf)
			instances, counted = append(instances, row), new(Imported)
		}
		if row, ok := shelves.machine(p); ok { // some stand in both tables, and count once
			i := row.Instance()
			counted.reprice(p, &i, l.Kind, asOf)
			row.Reprice(i)
			machines = append(machines, row)
		}
	}
	m.Catalog = m.Catalog.WithRows(instances, machines)
}

// reprice gives a row the prices that were read, and counts what changed.
func (m *Imported) reprice(p Price, row *catalog.Instance, source, asOf string) {
	for _, list := range []struct {
		name string
		now  float64
		was  *float64
	}{{"on-demand", p.OnDemand, &row.OnDemand}, {"spot", p.Spot, &row.Spot}, {"1y", p.OneYear, &row.OneYear}, {"3y", p.ThreeYear, &row.ThreeYear}} {
		switch {
		case list.now == 0:
			continue
		case *list.was == 0:
			m.New++
		case math.Abs(list.now-*list.was) <= 1e-6*list.now:
			m.Same++
		default:
			m.Changes = append(m.Changes, Change{p.Cloud, p.Type, p.Region, list.name, *list.was, list.now})
		}
		*list.was = list.now
	}
	if row.AsOf, row.Source = asOf, source; p.Spot > 0 {
		row.Notes = "" // spot is derived no longer
	}
}

// shelves are the rows of a catalog by machine type.
type shelves struct {
	instances map[string][]catalog.Instance
	machines  map[string][]catalog.Machine
}

func shelvesOf(c *catalog.Catalog) shelves {
	s := shelves{map[string][]catalog.Instance{}, map[string][]catalog.Machine{}}
	for _, i := range c.Rows() {
		key := typeKey(i.Cloud, i.Type)
		s.instances[key] = append(s.instances[key], i)
	}
	for _, m := range c.AllMachines() {
		key := typeKey(m.Cloud, m.Type)
		s.machines[key] = append(s.machines[key], m)
	}
	return s
}

// instance is the row of a price: that of its region, else the type's in another, without its prices.
func (s shelves) instance(p Price) (row catalog.Instance, ok bool) {
	if p.facts != nil {
		row = *p.facts
		row.Region = p.Region
		return row, true
	}
	rows := s.instances[typeKey(p.Cloud, p.Type)]
	if len(rows) == 0 {
		return row, false
	}
	for _, row := range rows {
		if strings.EqualFold(row.Region, p.Region) {
			return row, true
		}
	}
	row = rows[0]
	row.Region, row.OnDemand, row.Spot, row.OneYear, row.ThreeYear, row.Interrupted, row.Notes = p.Region, 0, 0, 0, 0, "", ""
	return row, true
}

// machine is the same of a machine without an accelerator.
func (s shelves) machine(p Price) (row catalog.Machine, ok bool) {
	rows := s.machines[typeKey(p.Cloud, p.Type)]
	if len(rows) == 0 || p.facts != nil {
		return row, false
	}
	for _, row := range rows {
		if strings.EqualFold(row.Region, p.Region) {
			return row, true
		}
	}
	row = rows[0]
	row.Region, row.OnDemandUSD, row.SpotUSD, row.OneYearUSD, row.ThreeYearUSD, row.Notes = p.Region, 0, 0, 0, 0, ""
	return row, true
}
