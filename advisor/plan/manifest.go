package plan

import (
	"slices"
	"strconv"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/workload"
)

// Object is the Kubernetes object that a document was read from.
type Object struct {
	Kind, Namespace, Name string
	Accelerators          int      // that all its replicas request
	Missing               []string // annotations without which it cannot be judged
	Origin                origin.Origin
}

// Scaler is an autoscaler with the object that it scales.
type Scaler struct {
	Autoscaler
	TargetKind, Namespace, TargetName string
	most                              *yaml.Node // what says the most replicas; nil where there is no limit
	file                              string
	line                              int // where its document begins
	ignores                           []Ignore
}

// isManifest reports whether a document is a Kubernetes object.
func isManifest(n *yaml.Node) bool {
	return field(n, "apiVersion") != nil && field(n, "kind") != nil
}

// field follows keys down from a mapping; nil where one is missing. The first of duplicate
// keys counts, which Kubernetes refuses anyway.
func field(n *yaml.Node, path ...string) *yaml.Node {
	for _, key := range path {
		n = value(n, key)
	}
	return n
}

func value(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return follow(n.Content[i+1])
		}
	}
	return nil
}

// word is the text of a scalar, "" for anything else.
func word(n *yaml.Node) string {
	if n == nil || n.Kind != yaml.ScalarNode || isNull(n) {
		return ""
	}
	return n.Value
}

// mostEntries bounds a list or a mapping of an object, so that aliases, which may stand for
// any part of a file each time, cannot multiply the work. No real object comes near.
const mostEntries = 1000

// items are the elements of a list.
func items(n *yaml.Node) []*yaml.Node {
	if n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	var out []*yaml.Node
	for _, c := range n.Content[:min(len(n.Content), mostEntries)] {
		out = append(out, follow(c))
	}
	return out
}

// pairs are the entries of a mapping.
func pairs(n *yaml.Node) []entry {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	var out []entry
	for i := 0; i+1 < min(len(n.Content), 2*mostEntries); i += 2 {
		out = append(out, entry{n.Content[i], follow(n.Content[i+1])})
	}
	return out
}

// manifest reads one object for what it is; those that neither serve nor scale are passed
// over. depth bounds lists of lists.
func (r *Reading) manifest(n *yaml.Node, file string, depth int) {
	m := manifest{walker: walker{file: file, doc: Document{Traits: workload.Set{}, Line: n.Line}}, root: n}
	switch kind := word(field(n, "kind")); kind {
	case "Deployment", "StatefulSet":
		r.serving(&m, m.workload)
	case "LeaderWorkerSet":
		r.serving(&m, m.leaderWorkerSet)
	case "InferenceService":
		r.serving(&m, m.inferenceService)
	case "HorizontalPodAutoscaler":
		r.scaler(&m, m.horizontalPodAutoscaler())
	case "ScaledObject":
		r.scaler(&m, m.scaledObject())
	case "List":
		r.list(field(n, "items"), file, depth)
	default:
		r.pass()
	}
}

// pass passes over an object.
func (r *Reading) pass() {
	r.Passed++
	r.Objects++
}

// list reads the objects of a list. Each stands there in full: an alias is passed over, so
// that the work is bounded by the text.
func (r *Reading) list(n *yaml.Node, file string, depth int) {
	if n == nil || n.Kind != yaml.SequenceNode || len(n.Content) == 0 || depth == 0 {
		r.pass()
		return
	}
	for _, item := range n.Content {
		if isManifest(item) {
			r.manifest(item, file, depth-1)
		} else {
			r.Passed++
		}
	}
}

// nestedLists is how deep lists of objects may hold lists.
const nestedLists = 2

// manifest is an object while it is read.
type manifest struct {
	walker
	root   *yaml.Node
	object Object
	slices bool // it requests slices of accelerators
	ramp   Bound
}

// serving reads an object that runs replicas.
func (r *Reading) serving(m *manifest, read func()) {
	m.identify()
	read()
	annotated := m.annotations()
	switch {
	case len(m.faults) > 0:
		r.Faults = append(r.Faults, m.faults...)
	case !annotated && m.object.Accelerators == 0, word(field(m.root, "spec", "replicas")) == "0":
		r.pass()
	default:
		m.missing()
		if m.doc.Name == "" {
			m.doc.Name = m.object.title()
		}
		if m.doc.Scaler != nil {
			m.doc.Scaler.Ramp = m.ramp
		}
		m.doc.Object, m.doc.ramp = &m.object, m.ramp
		r.Documents = append(r.Documents, m.doc)
	}
}

func (r *Reading) scaler(m *manifest, s *Scaler) {
	r.Faults = append(r.Faults, m.faults...)
	if s != nil && len(m.faults) == 0 {
		r.Scalers = append(r.Scalers, *s)
	}
}

// identify reads what the object is called.
func (m *manifest) identify() {
	name := field(m.root, "metadata", "name")
	at := name
	if at == nil {
		at = m.root
	}
	m.object.Kind, m.object.Namespace = word(field(m.root, "kind")), word(field(m.root, "metadata", "namespace"))
	m.object.Name, m.object.Origin = word(name), m.at(at, "metadata.name")
}

// title is the name of the plan that an object makes.
func (o Object) title() string {
	if o.Namespace == "" || o.Namespace == "default" {
		return o.Name
	}
	return o.Namespace + "/" + o.Name
}

// take sets a trait that the object itself says, unless it is said already.
func (m *manifest) take(trait string, n *yaml.Node, text string) {
	if _, said := m.doc.Traits[trait]; said || n == nil || text == "" {
		return
	}
	spec, _ := workload.Lookup(trait)
	m.set(spec, n, text)
}

// missing lists the annotations without which nothing can be judged.
func (m *manifest) missing() {
	given := func(names ...string) bool {
		return slices.ContainsFunc(names, func(name string) bool { _, ok := m.doc.Traits[name]; return ok })
	}
	own := given("service_time", "batch_time", "replica_qps")
	add := func(name string) { m.object.Missing = append(m.object.Missing, annotationPrefix+name) }
	if !given("qps", "users") {
		add("qps")
	}
	if !given("model", "model_config", "measured", "scaling_data") && !own {
		add("model")
	}
	if !given("gpu") && !own {
		add("gpu")
	}
	if m.slices && !own {
		add("replica-qps")
	}
}

// Attach gives the objects of the file the autoscalers that scale them: those of the file
// itself, and then those of others.
func (r *Reading) Attach(others []Scaler) {
	for i := range r.Documents {
		d := &r.Documents[i]
		if d.Object == nil || d.Scaler != nil {
			continue
		}
		for _, s := range slices.Concat(r.Scalers, others) {
			if s.scales(d.Object) {
				r.Faults = append(r.Faults, d.scaledBy(s)...)
				break
			}
		}
	}
}

func (s Scaler) scales(o *Object) bool {
	sameSpace := s.Namespace == o.Namespace || s.Namespace == "" || o.Namespace == "" // which is then the one of the context
	return s.TargetName == o.Name && s.TargetKind == o.Kind && sameSpace
}

// scaledBy makes the most replicas of an autoscaler those that serve the peak.
func (d *Document) scaledBy(s Scaler) Errors {
	a := s.Autoscaler
	if !a.Ramp.Given {
		a.Ramp = d.ramp
	}
	d.Scaler = &a
	d.Ignores = append(d.Ignores, s.ignores...)
	if s.most == nil {
		return nil
	}
	m := manifest{walker: walker{file: s.file, doc: Document{Traits: workload.Set{}}}}
	m.take("replicas", s.most, strconv.Itoa(int(s.Max.Value)))
	if v, ok := m.doc.Traits["replicas"]; ok {
		d.Traits["replicas"] = v
	}
	return m.faults
}

// whole reads a number of things, 0 where it is none.
func whole(n *yaml.Node) int {
	v, err := strconv.Atoi(word(n))
	if err != nil || v < 0 || v > 1_000_000 {
		return 0
	}
	return v
}
