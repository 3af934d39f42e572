package plan

import (
	"regexp"
	"strconv"

	"scaleadvise/advisor/origin"
)

// Part is a part of an accelerator: what it is called, and its memory where that is known.
type Part struct {
	Name   string
	GB     float64 // of memory; 0 when unknown
	Origin origin.Origin
}

// slice is a MIG profile as NVIDIA names it: seventh parts of the compute, and the memory.
var slice = regexp.MustCompile(`\b([1-7]g\.([0-9]+)gb)\b`)

// partOf is the part that a resource or a node label names. Memory that is asked for by
// amount is counted in MiB (HAMi).
func partOf(r request, sharing string) Part {
	for _, name := range []string{r.part, sharing} {
		if found := slice.FindStringSubmatch(name); found != nil {
			gb, _ := strconv.ParseFloat(found[2], 64)
			return Part{Name: "MIG slice " + found[1], GB: gb}
		}
	}
	if r.mib > 0 {
		return Part{Name: "share of " + strconv.Itoa(r.mib) + " MiB", GB: float64(r.mib) * (1 << 20) / 1e9}
	}
	return Part{Name: "part of an accelerator"}
}

// amountOfMemory is the resource by which HAMi gives out an accelerator's memory, MiB.
const amountOfMemory = "nvidia.com/gpumem"
