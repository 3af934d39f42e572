package plan

import (
	"math"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/pattern"
)

// Part is a part of an accelerator: its name, and its memory where that is known.
type Part struct {
	Name   string
	GB     float64 // GB of memory; 0 when unknown
	Origin origin.Origin
}

// slice is a MIG profile as NVIDIA names it: seventh parts of the compute, and the memory.
var slice = pattern.Of(`\b([1-7]g\.([0-9]+)gb)\b`)

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

// share is what nodes give out of their accelerators, as far as labels tell.
type share struct {
	of      string     // the accelerator; "" where the trait gpu, or nothing, names it
	at      *yaml.Node // where it is named
	profile string     // of MIG, or "1/4" of its time
}

// Labels that tell the part: a MIG profile, or among how many clients an accelerator's time
// is divided.
var (
	profileLabels = []string{"cloud.google.com/gke-gpu-partition-size"}
	clientLabels  = []string{"cloud.google.com/gke-max-shared-clients-per-gpu", "nvidia.com/gpu.replicas"}
)

// read takes the part that labels tell.
func (s *share) read(labels map[string][]*yaml.Node) {
	for _, label := range profileLabels {
		if values := labels[label]; len(values) == 1 {
			s.profile = values[0].Value
		}
	}
	for _, label := range clientLabels {
		if values := labels[label]; len(values) == 1 && s.profile == "" && whole(values[0]) > 1 {
			s.profile = "1/" + values[0].Value
		}
	}
}

// fraction takes the part of an accelerator that a machine has.
func (s *share) fraction(of float64) {
	if of > 0 && of < 1 {
		s.profile = "1/" + strconv.Itoa(int(math.Round(1/of)))
	}
}

// named takes the accelerator that a label names, with the profile in its name.
func (s *share) named(at *yaml.Node, name string) {
	if found := slice.FindStringSubmatch(strings.ToLower(name)); found != nil {
		s.profile = found[1]
		name = name[:strings.LastIndex(strings.ToUpper(name), "-MIG-")]
	}
	s.of, s.at = name, at
}

// shared takes the part of an accelerator that a replica gets as its hardware, where object
// and labels tell which one of what: then it is judged like a whole one.
func (m *manifest) shared() {
	r, s := &m.asked, m.share
	if r.partial() {
		found := slice.FindStringSubmatch(r.part)
		if found == nil {
			return
		}
		s.profile = found[1]
	}
	v, given := m.doc.Traits["gpu"]
	if given && (s.of == "" || strings.HasPrefix(v.Origin.Name, AnnotationPrefix)) {
		s.of = v.Text
	}
	known, err := catalog.Embedded()
	if err != nil || s.of == "" || len(r.kinds) > 1 || s.profile == "" && !strings.Contains(s.of, ":") {
		return
	}
	part, _, err := known.ResolveAccelerator(s.of)
	if err == nil && part.Part == nil {
		part, _, err = known.ResolveAccelerator(part.ID + ":" + s.profile)
	}
	if err != nil || part.Part == nil {
		return
	}
	if given {
		v.Text = part.ID
		m.doc.Traits["gpu"] = v
	} else {
		m.take("gpu", s.at, part.ID)
	}
	if r.partial() && r.at != nil {
		r.count = max(r.parts, 1)
		m.take("gpus_per_replica", r.at, r.filled())
	}
	r.part, m.sharing = "", ""
}
