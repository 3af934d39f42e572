package catalog

import (
	"cmp"
	"strings"
	"sync"
)

// Processor is a family of server processors. Rates are dense and per physical core, at the clock that all
// cores sustain; wide units run below it. A zero means unknown.
type Processor struct {
	ID, Name            string
	CoresOf             string // processor with the same cores, of which machines make another number of vCPUs
	Microarchitecture   string
	Example             string // parts sold under other names
	Instances           string // where clouds rent it
	CoresPerSocket      int
	CoresPerVCPU        float64 // 0.5 where a vCPU is one of two threads of a core
	GHz                 float64
	Year                int
	SIMD                string // vector and matrix units
	FP32GFLOPS          float64
	BF16GFLOPS          float64 // 0: no unit for it
	INT8GOPS            float64
	Memory              string
	BandwidthGBs        float64 // of a socket
	Source, AsOf, Notes string
}

var processorSchema = schema[Processor]{
	file:   "processors.csv",
	key:    func(p *Processor) string { return p.ID },
	check:  func(*Processor) error { return nil },
	source: func(p *Processor) *string { return &p.Source },
	date:   func(p *Processor) *string { return &p.AsOf },
	columns: []column[Processor]{
		keyID("id", func(p *Processor) *string { return &p.ID }),
		text("cores_of", func(p *Processor) *string { return &p.CoresOf }),
		text("name", func(p *Processor) *string { return &p.Name }),
		text("microarchitecture", func(p *Processor) *string { return &p.Microarchitecture }),
		text("example", func(p *Processor) *string { return &p.Example }),
		text("instances", func(p *Processor) *string { return &p.Instances }),
		whole("cores_per_socket", func(p *Processor) *int { return &p.CoresPerSocket }),
		number("cores_per_vcpu", func(p *Processor) *float64 { return &p.CoresPerVCPU }),
		whole("year", func(p *Processor) *int { return &p.Year }),
		number("ghz", func(p *Processor) *float64 { return &p.GHz }),
		text("simd", func(p *Processor) *string { return &p.SIMD }),
		number("fp32_gflops_per_core", func(p *Processor) *float64 { return &p.FP32GFLOPS }),
		number("bf16_gflops_per_core", func(p *Processor) *float64 { return &p.BF16GFLOPS }),
		number("int8_gops_per_core", func(p *Processor) *float64 { return &p.INT8GOPS }),
		text("memory", func(p *Processor) *string { return &p.Memory }),
		number("bandwidth_gbs_per_socket", func(p *Processor) *float64 { return &p.BandwidthGBs }),
		text("source", func(p *Processor) *string { return &p.Source }),
		text("as_of", func(p *Processor) *string { return &p.AsOf }),
		text("notes", func(p *Processor) *string { return &p.Notes }),
	},
}

// Vendor returns who makes the processor.
func (p Processor) Vendor() string {
	vendor, _, _ := strings.Cut(p.ID, "-")
	return vendor
}

// Machine is a size of rented machine without an accelerator.
type Machine struct {
	Cloud, Type         string
	Processor           string // its id
	VCPUs               int
	Cores               float64 // physical
	MemoryGiB           float64
	Region              string
	OnDemandUSD         float64 // per hour
	SpotUSD             float64
	OneYearUSD          float64 // committed for a year
	ThreeYearUSD        float64
	Discount            float64 // fraction that was taken off the list prices
	AsOf, Source, Notes string
	Ownership           // of a machine on premises

	Away bool // counts only where its region is named
}

var machineSchema = schema[Machine]{
	file: "machines.csv",
	key:  func(m *Machine) string { return m.Cloud + "/" + m.Type + "/" + m.Region },
	check: func(m *Machine) error {
		if m.Ownership.Given() {
			m.OnDemandUSD = m.USDPerHour()
		}
		return m.Ownership.check()
	},
	source: func(m *Machine) *string { return &m.Source },
	date:   func(m *Machine) *string { return &m.AsOf },
	columns: append([]column[Machine]{
		keyID("cloud", func(m *Machine) *string { return &m.Cloud }),
		keyText("instance_type", func(m *Machine) *string { return &m.Type }),
		keyText("region", func(m *Machine) *string { return &m.Region }),
		text("processor", func(m *Machine) *string { return &m.Processor }),
		whole("vcpus", func(m *Machine) *int { return &m.VCPUs }),
		number("cores", func(m *Machine) *float64 { return &m.Cores }),
		number("memory_gib", func(m *Machine) *float64 { return &m.MemoryGiB }),
		number("on_demand_usd_per_hour", func(m *Machine) *float64 { return &m.OnDemandUSD }),
		number("spot_usd_per_hour", func(m *Machine) *float64 { return &m.SpotUSD }),
		number("one_year_commit_usd_per_hour", func(m *Machine) *float64 { return &m.OneYearUSD }),
		number("three_year_commit_usd_per_hour", func(m *Machine) *float64 { return &m.ThreeYearUSD }),
		text("as_of", func(m *Machine) *string { return &m.AsOf }),
		text("source", func(m *Machine) *string { return &m.Source }),
		text("notes", func(m *Machine) *string { return &m.Notes }),
	}, ownershipColumns(func(m *Machine) *Ownership { return &m.Ownership })...),
}

var (
	processors = sync.OnceValue(func() *table[Processor] {
		t := processorSchema.parse(processorsCSV)
		for i, p := range t.rows {
			if same, ok := t.get(p.CoresOf); ok {
				same.ID, same.Name, same.CoresOf, same.Example = p.ID, p.Name, p.CoresOf, ""
				same.Instances, same.CoresPerVCPU, same.Source, same.AsOf = p.Instances, p.CoresPerVCPU, p.Source, p.AsOf
				t.rows[i] = same
			}
		}
		return t
	})
	machines = sync.OnceValue(func() *table[Machine] {
		text, err := Unpack("machines.csv", machinesPacked)
		t := machineSchema.parse(text)
		t.err = cmp.Or(err, t.err)
		settleMachines(t.rows)
		return t
	})
)

// Processors lists the families of server processors.
func Processors() ([]Processor, error) { return processors().rows, processors().err }

// FindProcessor returns the family of an id, a name, or a part sold under another name
// ("Xeon Platinum 8375C").
func FindProcessor(name string) (Processor, bool) {
	rows := processors().rows
	for i := range rows { // mostly it is an id, of which nothing needs to be made small
		if rows[i].ID == name {
			return rows[i], true
		}
	}
	name = strings.ToLower(strings.TrimSpace(name))
	words := strings.NewReplacer(" ", "-", "_", "-")
	dashed := words.Replace(name)
	for _, p := range rows {
		if p.ID == dashed || words.Replace(strings.ToLower(p.Name)) == dashed || "cpu-"+p.ID == dashed {
			return p, true
		}
	}
	for _, p := range rows {
		for part := range strings.FieldsFuncSeq(p.Example, func(r rune) bool { return r == '/' || r == ' ' }) {
			if strings.ContainsAny(part, "0123456789") && len(part) > 3 && strings.Contains(name, strings.ToLower(part)) {
				return p, true
			}
		}
	}
	return Processor{}, false
}

// Machines lists the sizes of machines without an accelerator, with their prices.
func (c *Catalog) Machines() []Machine { return c.machines().rows }

// Machine returns the machine of a type as the cloud spells it; Azure's also without its first word.
func (c *Catalog) Machine(kind string) (Machine, bool) { return machineIn(c.machines(), kind) }

// FindMachine returns the embedded machine of a type as the cloud spells it.
func FindMachine(kind string) (Machine, bool) { return machineIn(machines(), kind) }

func machineIn(t *table[Machine], kind string) (Machine, bool) {
	if m, ok := rowOf(t, kind); ok {
		return m, true
	}
	_, m, ok := sized(kind)
	return m, ok
}

// rowOf returns the row of a machine of a type.
func rowOf(t *table[Machine], kind string) (Machine, bool) {
	kind = strings.TrimSpace(kind)
	for _, m := range t.rows {
		if strings.EqualFold(m.Type, kind) || m.Cloud == "azure" && strings.EqualFold(m.Type, azurePrefix+kind) {
			return m, true
		}
	}
	return Machine{}, false
}
