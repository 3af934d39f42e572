package onnx

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"

	"scaleadvise/advisor/shape"
)

// Read describes the model of an ONNX file. file is its name, name that of the model. The
// error is one line that says what is wrong and what to do.
func Read(r io.Reader, file, name string) (*shape.Model, error) {
	m, err := read(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	d := &described{model: m, signature: signatureOf(&m.graph), name: name}
	if d.signature.cache {
		return nil, fmt.Errorf("%s: a decoder that writes tokens (it has past_key_values); give the config.json of the model as --model-config, so that it is planned in tokens", file)
	}
	e, err := d.evaluate(d.signature.usual)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if e.evaluated == 0 {
		return nil, fmt.Errorf("%s: a graph without operations; export the model again", file)
	}
	return d.shape(e, file), nil
}

// described is a model and the last evaluation of it, since one request is asked about many
// times.
type described struct {
	*model
	signature
	name string

	mu      sync.Mutex
	request shape.Request
	last    []shape.Pass
}

// evaluate infers the graph for one request.
func (d *described) evaluate(r shape.Request) (*evaluation, error) {
	e := &evaluation{model: d.model, unknown: map[string]int{}, notes: map[string]bool{}}
	s := &scope{values: make(map[string]*value, len(d.graph.nodes)), graph: &d.graph}
	if err := d.bind(s, r); err != nil {
		return nil, err
	}
	return e, e.run(d.graph.nodes, s, 0)
}

// walk is the passes of a request: one.
func (d *described) walk(r shape.Request) ([]shape.Pass, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.last != nil && d.request == r {
		return slices.Clone(d.last), nil
	}
	e, err := d.evaluate(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d.name, err)
	}
	d.request, d.last = r, []shape.Pass{d.pass(e, r)}
	return slices.Clone(d.last), nil
}

// pass is one run over one input: of a file that is made for many at once the share of one.
func (d *described) pass(e *evaluation, r shape.Request) shape.Pass {
	p := e.Pass
	p.Name, p.Times, p.Input, p.Params = "model", 1, r.Input(d.uses), d.params(e)
	for c := range p.Work {
		p.Work[c].MACs /= float64(d.batch)
		p.Work[c].Elements /= float64(d.batch)
	}
	if d.times {
		p.Name, p.Times = "denoiser", float64(max(r.Steps, 1))
	}
	if e.trees != nil {
		p.Work[shape.Lookup] = e.trees.Passes()[0].Work[shape.Lookup]
	}
	return p
}

// params counts the weights of the file, also those that operations hold.
func (d *described) params(e *evaluation) float64 {
	sum := e.Layers.Params
	for _, elem := range slices.Sorted(maps.Keys(d.model.params)) {
		sum += d.model.params[elem]
	}
	return sum
}

// shape is the model as others see it.
func (d *described) shape(e *evaluation, file string) *shape.Model {
	m := &shape.Model{
		Name: d.name, Source: file, Params: d.params(e), Precision: d.precision(), Uses: d.uses, Usual: d.usual,
		Operators: e.evaluated, Trees: e.trees, Walk: d.walk, Notes: slices.Sorted(maps.Keys(e.notes)),
	}
	m.Kind, m.Subkind = d.kind(e)
	if d.times {
		m.Uses = append(slices.Clone(m.Uses), shape.Steps)
		m.Usual.Steps = usualSteps
	}
	for _, op := range slices.Sorted(maps.Keys(e.unknown)) {
		m.Unknown += e.unknown[op]
		m.UnknownNames = append(m.UnknownNames, op)
	}
	m.Notes = append(m.Notes, d.doubts(e, m)...)
	d.request, d.last = d.usual, []shape.Pass{d.pass(e, d.usual)}
	if d.times {
		d.last = nil // steps were not known
	}
	return m
}

const usualSteps = 30

// doubts words what the description leaves open.
func (d *described) doubts(e *evaluation, m *shape.Model) []string {
	var out []string
	if m.Unknown > 0 {
		const most = 5
		names := m.UnknownNames[:min(most, len(m.UnknownNames))]
		more := ""
		if len(m.UnknownNames) > most {
			more = fmt.Sprintf(" and %d more", len(m.UnknownNames)-most)
		}
		out = append(out, fmt.Sprintf("%d of %d operations are not understood (%s%s): their work is not counted, and predictions are wider", m.Unknown, m.Operators, strings.Join(names, ", "), more))
	}
	if e.shapeless > 0 {
		out = append(out, fmt.Sprintf("the shapes of %d operations depend on the input: their work is not counted", e.shapeless))
		m.Unknown += e.shapeless
	}
	if d.batch > 1 {
		out = append(out, fmt.Sprintf("it is made for batches of %d: a request is one of them", d.batch))
	}
	return out
}

// precision is that which most of the weights are stored in.
func (d *described) precision() string {
	best, most := "", 0.0
	for _, elem := range slices.Sorted(maps.Keys(d.model.params)) {
		if n := d.model.params[elem]; n > most {
			best, most = precisions[elem], n
		}
	}
	return best
}

var detects = []string{"box", "detection", "bbox"}

// kind is what the model does, by what it reads and what it has.
func (d *described) kind(e *evaluation) (kind, subkind string) {
	has := func(use shape.Dimension) bool { return slices.Contains(d.uses, use) }
	switch {
	case e.trees != nil:
		return "tree", ""
	case d.times:
		return "diffusion", ""
	case has(shape.Audio):
		return "speech", "speech-to-text"
	case has(shape.Image) && d.finds():
		return "vision", "detection"
	case has(shape.Image):
		return "vision", ""
	case has(shape.Tokens):
		return "encoder", ""
	}
	return "recommender", ""
}

// finds reports whether outputs are named after boxes, or the model after a detector.
func (d *described) finds() bool {
	if strings.Contains(strings.ToLower(d.name+d.graph.name), "yolo") {
		return true
	}
	return slices.ContainsFunc(d.graph.outputs, func(p port) bool {
		return slices.ContainsFunc(detects, func(w string) bool { return strings.Contains(strings.ToLower(p.name), w) })
	})
}
