package catalog

import (
	_ "embed" // the table below
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"scaleadvise/advisor/unit"
)

// family is a line of machines without an accelerator whose sizes follow from their names: memory and price
// are in proportion to the vCPUs.
type family struct {
	Cloud, Pattern      string // of the type's name; * is the size
	Sizes               string // each with vCPUs/GiB where its name does not tell them: medium=2/4
	Processor           string
	GiBPerVCPU          float64
	USDPerGiB           float64 // an hour; 0: unknown
	Region              string
	AsOf, Source, Notes string
}

//go:embed data/families.csv.gz
var familiesPacked []byte

var families = sync.OnceValue(func() []family {
	text, _ := Unpack("families.csv", familiesPacked) // a test reads every row
	records, _ := csv.NewReader(strings.NewReader(text)).ReadAll()
	all := make([]family, 0, len(records))
	for _, r := range records[min(len(records), 1):] {
		gib, _ := strconv.ParseFloat(r[4], 64)
		usd, _ := strconv.ParseFloat(r[5], 64) // blank: unknown
		all = append(all, family{r[0], r[1], r[2], r[3], gib, usd, r[6], r[7], r[8], r[9]})
	}
	return all
})

// machines lists the sizes of the family.
func (f *family) machines() []Machine {
	var out []Machine
	p, _ := FindProcessor(f.Processor)
	for token := range strings.FieldsSeq(f.Sizes) {
		name, own, _ := strings.Cut(token, "=")
		vcpus := vcpusOf(name)
		memory := float64(vcpus) * f.GiBPerVCPU
		if cpus, gib, ok := strings.Cut(own, "/"); ok {
			vcpus, _ = strconv.Atoi(cpus) // a test reads every row
			memory, _ = strconv.ParseFloat(gib, 64)
		}
		out = append(out, Machine{
			Cloud: f.Cloud, Type: strings.Replace(f.Pattern, "*", name, 1), Processor: f.Processor, VCPUs: vcpus, Cores: float64(vcpus) * p.CoresPerVCPU,
			MemoryGiB: memory, Region: f.Region, OnDemandUSD: memory * f.USDPerGiB, AsOf: f.AsOf, Source: f.Source, Notes: f.Notes,
		})
	}
	return out
}

// vcpusOf returns the vCPUs that the name of a size tells: a number of them, or a multiple of AWS' xlarge.
func vcpusOf(size string) int {
	if n, err := strconv.Atoi(size); err == nil {
		return n
	}
	times, xlarge := strings.CutSuffix(size, "xlarge")
	switch n, err := strconv.Atoi(times); {
	case xlarge && err == nil:
		return 4 * n
	case xlarge:
		return 4
	case size == "large":
		return 2
	}
	return 1
}

// azurePrefix begins the names of Azure's machines, which many leave out.
const azurePrefix = "standard_"

// sized returns the family that has a machine of a type, and that machine.
func sized(kind string) (f *family, m Machine, ok bool) {
	kind = strings.ToLower(strings.TrimSpace(kind))
	rows := families()
	for i := range rows {
		head, tail, _ := strings.Cut(strings.ToLower(rows[i].Pattern), "*")
		for _, name := range []string{kind, azurePrefix + kind} {
			if !strings.HasPrefix(name, head) || !strings.HasSuffix(name, tail) {
				continue
			}
			for _, m := range rows[i].machines() {
				if strings.EqualFold(m.Type, name) {
					return &rows[i], m, true
				}
			}
		}
	}
	return nil, Machine{}, false
}

// WithFamilyOf returns the catalogue with all sizes of the family of a machine that was named: they are
// rented only where one of them is known to be in use. The receiver stays as it was.
func (c *Catalog) WithFamilyOf(kind string) *Catalog {
	f, _, ok := sized(kind)
	if _, listed := rowOf(c.machines(), kind); listed || !ok {
		return c
	}
	machines := c.machines().clone()
	for _, m := range f.machines() {
		if _, listed := rowOf(machines, m.Type); !listed {
			machines.put(machineSchema.key(&m), m)
		}
	}
	over := *c
	over.machines = func() *table[Machine] { return machines }
	over.priced = c.Facts()
	over.forget(nil)
	return &over
}

// AllMachines lists the machines without an accelerator, those of families that are rented only where one
// is named last.
func (c *Catalog) AllMachines() []Machine {
	t := c.machines()
	out := slices.Clone(t.rows)
	known := make(map[string]bool, len(out))
	for _, m := range out {
		known[typeKey(m.Cloud, m.Type)] = true
	}
	for _, f := range families() {
		for _, m := range f.machines() {
			if !known[typeKey(m.Cloud, m.Type)] {
				out = append(out, m)
			}
		}
	}
	return out
}

// UnknownMachine says that no machine has a type, which ones are near, and how to go on without one.
func (c *Catalog) UnknownMachine(kind string) error {
	var all []string
	for _, m := range c.AllMachines() {
		all = append(all, m.Type)
	}
	for _, i := range c.Rows() {
		if i.Count > 0 {
			all = append(all, i.Type)
		}
	}
	near := unit.Near(strings.TrimSpace(kind), sorted(all))
	if len(near) > 0 {
		kind = quote(kind) + " (" + unit.DidYouMean(near...) + ")"
	} else {
		kind = quote(kind)
	}
	return fmt.Errorf("unknown machine %s; give --cpu CORES --memory SIZE instead (--gpu may name its processor, such as ice-lake), "+
		"or its row of machines.csv, with its price, under --catalog; `scaleadvise catalog machines` lists those that are known", kind)
}
