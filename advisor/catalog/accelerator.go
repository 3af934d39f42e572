package catalog

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Accelerator is a device that serves models. Rates are dense (no sparsity) and per device;
// a zero means unknown, never none.
type Accelerator struct {
	ID, Vendor, Name string
	MemoryGiB        float64 // nominal
	UsableGiB        float64 // what software was seen to get
	BandwidthGBs     float64 // of its memory, 10^9 B/s
	FP32TFLOPS       float64
	TF32TFLOPS       float64
	BF16TFLOPS       float64
	FP16TFLOPS       float64
	FP8TFLOPS        float64
	INT8TOPS         float64
	FP4TFLOPS        float64
	Interconnect     string
	LinkGBs          float64 // to the other accelerators, both directions together, 10^9 B/s
	PCIeGen          int
	TDPW             float64
	MIGMax           int    // most MIG slices
	MaxPerNode       int    // most in one rented machine
	HostArch         string // architecture of the host processors, where it is not x86
	Year             int    // of launch
	Aliases          []string
	Defaults         []string // short names that are taken to mean this part, with a note
	Sources          string
	AsOf             string // month in which the row was compiled
	Notes            string
	CPU              bool       // a class of processors: the instance itself serves the model
	Part             *Partition // nil for a whole one
}

// Domain returns over how many accelerators of several machines the link goes as fast as within one ("NVLink5 (72-GPU
// domain)"); 0 where it ends at the machine.
func (a Accelerator) Domain() int {
	_, size, _ := strings.Cut(a.Interconnect, "(")
	size, wide := strings.CutSuffix(size, "-GPU domain)")
	n, err := strconv.Atoi(size)
	if !wide || err != nil {
		return 0
	}
	return n
}

// Linked reports whether it has a link to its neighbors besides the host's bus.
func (a *Accelerator) Linked() bool {
	return a.Interconnect != "" && !strings.HasPrefix(a.Interconnect, "PCIe")
}

// rounded is the fraction by which makers round a size of memory.
const rounded = 0.01

// acceleratorSchema is accelerators.csv.
var acceleratorSchema = schema[Accelerator]{
	file: "accelerators.csv",
	key:  func(a *Accelerator) string { return a.ID },
	check: func(a *Accelerator) error {
		a.Name = cmp.Or(a.Name, a.ID)
		a.CPU = strings.HasPrefix(a.ID, "cpu-")
		if a.UsableGiB > a.MemoryGiB*(1+rounded) && a.MemoryGiB > 0 {
			return fmt.Errorf("column memory_usable_gib is %g, more than memory_gib %g; the usable part is the smaller", a.UsableGiB, a.MemoryGiB)
		}
		return nil
	},
	source: func(a *Accelerator) *string { return &a.Sources },
	date:   func(a *Accelerator) *string { return &a.AsOf },
	columns: []column[Accelerator]{
		keyID("id", func(a *Accelerator) *string { return &a.ID }),
		text("vendor", func(a *Accelerator) *string { return &a.Vendor }),
		text("name", func(a *Accelerator) *string { return &a.Name }),
		number("memory_gib", func(a *Accelerator) *float64 { return &a.MemoryGiB }),
		number("memory_usable_gib", func(a *Accelerator) *float64 { return &a.UsableGiB }),
		number("memory_bandwidth_gbs", func(a *Accelerator) *float64 { return &a.BandwidthGBs }),
		number("fp32_tflops", func(a *Accelerator) *float64 { return &a.FP32TFLOPS }),
		number("tf32_tflops", func(a *Accelerator) *float64 { return &a.TF32TFLOPS }),
		number("bf16_tflops", func(a *Accelerator) *float64 { return &a.BF16TFLOPS }),
		number("fp16_tflops", func(a *Accelerator) *float64 { return &a.FP16TFLOPS }),
		number("fp8_tflops", func(a *Accelerator) *float64 { return &a.FP8TFLOPS }),
		number("int8_tops", func(a *Accelerator) *float64 { return &a.INT8TOPS }),
		number("fp4_tflops", func(a *Accelerator) *float64 { return &a.FP4TFLOPS }),
		text("interconnect", func(a *Accelerator) *string { return &a.Interconnect }),
		number("link_gbs_bidir", func(a *Accelerator) *float64 { return &a.LinkGBs }),
		whole("pcie_gen", func(a *Accelerator) *int { return &a.PCIeGen }),
		number("tdp_w", func(a *Accelerator) *float64 { return &a.TDPW }),
		whole("mig_max_instances", func(a *Accelerator) *int { return &a.MIGMax }),
		whole("max_per_node", func(a *Accelerator) *int { return &a.MaxPerNode }),
		text("host_arch", func(a *Accelerator) *string { return &a.HostArch }),
		whole("launch_year", func(a *Accelerator) *int { return &a.Year }),
		words("aliases", func(a *Accelerator) *[]string { return &a.Aliases }),
		words("defaults", func(a *Accelerator) *[]string { return &a.Defaults }),
		text("sources", func(a *Accelerator) *string { return &a.Sources }),
		text("as_of", func(a *Accelerator) *string { return &a.AsOf }),
		text("notes", func(a *Accelerator) *string { return &a.Notes }),
	},
}
