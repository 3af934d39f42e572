package plan

import (
	"strconv"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/launch"
)

// neuronCore is the resource that stands for one core of a Neuron device, of which a device has several.
const neuronCore = "aws.amazon.com/neuroncore"

// coresOf are the cores of AWS's Neuron devices, as runtimes count them: NeuronCores of the first two
// generations, and of Trainium2 the logical ones of its usual configuration (LNC=2), two of its eight
// NeuronCores each (AWS Neuron documentation: architecture of Inferentia, Inferentia2, Trainium,
// Trainium2; read 2026-11).
var coresOf = map[string]struct {
	each      int
	requested bool // whether a requested core is one of them whatever the configuration
}{
	"aws-inferentia1": {4, true}, "aws-inferentia2": {2, true}, "aws-trainium1": {2, true}, "aws-trainium2": {4, false},
}

// RanksOf returns how many ranks of tensor parallelism an accelerator of the catalog counts as: its cores
// on a Neuron device, 1 on others.
func RanksOf(accelerator string) int { return max(coresOf[accelerator].each, 1) }

// cores takes cores for the devices that they are on: where they are requested, and in the sizes of
// tensor parallelism, which is over cores there.
func (m *manifest) cores() {
	known, err := catalog.Embedded()
	v, given := m.doc.Traits["gpu"]
	if err != nil || !given {
		return
	}
	a, _, err := known.ResolveAccelerator(v.Text)
	of, ok := coresOf[a.ID]
	if err != nil || !ok {
		return
	}
	for i := range m.object.Served {
		s := &m.object.Served[i]
		if tensor := s.Size(launch.TensorParallel, 0); tensor > 0 {
			setting := s.Settings[launch.TensorParallel]
			setting.Text = strconv.Itoa((tensor + of.each - 1) / of.each)
			s.Settings[launch.TensorParallel] = setting
		}
	}
	r := &m.asked
	if r.part != neuronCore || len(r.kinds) > 1 || !of.requested || r.parts == 0 || r.parts%of.each != 0 {
		return
	}
	r.count, r.part = r.parts/of.each, ""
	replicas, _ := strconv.Atoi(m.doc.Traits["replicas"].Text)
	m.object.Accelerators = r.count * max(replicas, 1)
	if len(m.object.Served) == 1 {
		m.object.Served[0].GPUs = r.count
	}
	if r.at != nil {
		m.take("gpus_per_replica", r.at, r.filled())
	}
}
