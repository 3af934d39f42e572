package plan

import (
	"cmp"
	"strconv"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/launch"
)

// part is one kind of pod that an object makes, as far as its kind says it in words of its own.
type part struct {
	name      string
	pod       *yaml.Node // with containers, or where the node is selected
	replicas  *yaml.Node
	container *yaml.Node // what is like a container where the pod has none that serves
	image     string
	engine    string // where the image does not say it
	model     *yaml.Node
	sizes     map[launch.Key]*yaml.Node
	asked     request
	machines  int
	shared    bool // shared memory, which operators give by themselves
}

// parts reads what the parts of an object ask for and serve. One that does makes the replicas
// of a plan; several share a load in a way that is not modelled. Beside parts with accelerators one
// without is what stands before them.
func (m *manifest) parts(all []part) {
	var on []part
	before := m.object.Served
	asks := false
	for i := range all {
		p := &all[i]
		p.machines = max(p.machines, 1)
		p.asked.most(m.requested(p.pod))
		asks = asks || p.asked.any()
	}
	for _, p := range all {
		if served := len(m.object.Served); !asks || p.asked.any() {
			if m.stands(p); p.asked.any() || len(m.object.Served) > served {
				on = append(on, p)
			}
		}
	}
	switch {
	case len(on) == 0:
		return
	case len(on) > 1 && len(m.object.Served)-len(before) != 1:
		m.unjudged("how its parts " + on[0].name + " and " + on[1].name + " share a load is not modelled")
	}
	count := 0
	m.asked = on[0].asked // by which labels of machines mean accelerators
	for _, p := range on {
		m.node(p.pod)
		count += p.asked.count * p.machines * max(whole(p.replicas), 1)
	}
	p := on[0]
	for range p.machines - 1 {
		p.asked.count += on[0].asked.count
	}
	m.replicas(p.replicas)
	m.owns(cmp.Or(p.pod, p.container, m.root), p.asked, p.replicas)
	if m.object.Accelerators = count; p.machines > 1 {
		m.object.Machines = p.machines
	}
}

// stands reads what a part serves.
func (m *manifest) stands(p part) {
	before := len(m.object.Served)
	if p.container == nil {
		for _, c := range items(field(p.pod, "containers")) {
			var asked request
			asked.add(field(c, "resources"))
			as := p
			if asked.any() || len(items(field(p.pod, "containers"))) == 1 {
				as.asked.most(asked)
			} else {
				as.engine, as.model = "", nil
			}
			m.stated(c, as)
		}
	}
	if p.container != nil || len(m.object.Served) == before && p.engine != "" && p.model != nil && p.pod == nil {
		m.stated(cmp.Or(p.container, m.root), p)
	}
}

// stated takes what a container, or what is like one, is told to serve.
func (m *manifest) stated(c *yaml.Node, p part) {
	read := reading{configs: m.configs, to: launch.Container{Engine: p.engine}}
	if m.object.Kind == "LeaderWorkerSet" { // its controller sets it
		read.to.Env = append(read.to.Env, launch.Variable{Name: "LWS_GROUP_SIZE", Text: launch.Text{Value: strconv.Itoa(max(p.machines, 1)), At: -1}, Known: true})
	}
	read.files(p.pod, c)
	read.container(c)
	if p.image != "" {
		read.to.Image = p.image
	}
	server := launch.Read(read.to)
	server.Engine = cmp.Or(server.Engine, p.engine)
	if server.Engine == "" {
		return
	}
	state := func(key launch.Key, n *yaml.Node) {
		if _, said := server.Settings[key]; !said && word(n) != "" {
			server.Settings[key] = launch.Setting{Text: word(n), Name: string(key), At: read.text(n).At}
		}
	}
	state(launch.Model, p.model)
	for key, n := range p.sizes {
		state(key, n)
	}
	s := Served{
		Container: clip(cmp.Or(word(field(c, "name")), p.name, server.Engine)), Server: server, GPUs: p.asked.count * max(p.machines, 1), Machines: max(p.machines, 1),
		SharedMemory: p.shared || sharedMemory(p.pod, c), Patience: m.patience(c), Origin: m.at(c, "container"), RequestsOnly: onlyRequested(field(c, "resources")),
	}
	if p.asked.at != nil {
		s.Requested = m.at(p.asked.at, "resources")
	}
	s.Places = m.placesOf(c, server, read.nodes)
	m.object.Served = append(m.object.Served, s)
}

// single reads a Pod: one replica.
func (m *manifest) single() {
	m.workloadOf(field(m.root, "spec"), nil)
}

// everywhere reads a DaemonSet.
func (m *manifest) everywhere() {
	m.workloadOf(field(m.root, "spec", "template", "spec"), nil)
	if field(m.root, "metadata", "annotations", AnnotationPrefix+"replicas") == nil && m.asked.any() {
		m.unjudged("a DaemonSet runs one replica on each node, and the number of nodes is not stated (scaleadvise.dev/replicas)")
	}
}

// ended reads a Job or a CronJob: there is no steady load to compare it with.
func (m *manifest) ended() {
	template := firstOf(field(m.root, "spec", "template", "spec"), field(m.root, "spec", "jobTemplate", "spec", "template", "spec"))
	m.workloadOf(template, nil)
	if m.asked.any() {
		m.unjudged("a " + m.object.Kind + " runs to its end: there is no steady load to compare it with")
	}
}

// servingRuntime reads a template of KServe, which InferenceServices fill.
func (m *manifest) servingRuntime() {
	m.workloadOf(field(m.root, "spec"), nil)
	if m.asked.any() {
		m.unjudged("a " + m.object.Kind + " runs nothing until an InferenceService uses it")
	}
}

// knative reads a Service of Knative, which scales by itself.
func (m *manifest) knative() {
	annotations := field(m.root, "spec", "template", "metadata", "annotations")
	most := firstOf(field(annotations, "autoscaling.knative.dev/max-scale"), field(annotations, "autoscaling.knative.dev/maxScale")) // as it was spelled before
	m.workloadOf(field(m.root, "spec", "template", "spec"), most)
}

// anywhere reads the pods of an object of whatever shape.
func (m *manifest) anywhere() { m.parts(pods(m.root)) }

// mostPods bounds the pods of one object.
const mostPods = 16

// pods finds the pods that an object makes, each with the number of replicas that stands nearest
// above it.
func pods(root *yaml.Node) []part {
	var all []part
	seen := map[*yaml.Node]bool{}
	var visit func(n, replicas *yaml.Node, name string)
	visit = func(n, replicas *yaml.Node, name string) {
		if n == nil || seen[n] || len(all) >= mostPods {
			return
		}
		seen[n] = true
		for _, item := range items(n) {
			visit(item, replicas, name)
		}
		if n.Kind != yaml.MappingNode {
			return
		}
		replicas = firstOf(field(n, "replicas"), replicas)
		if len(items(field(n, "containers"))) > 0 {
			all = append(all, part{name: name, pod: n, replicas: replicas})
			return
		}
		for _, e := range pairs(n) {
			if e.key.Value != "metadata" && e.key.Value != "status" {
				visit(e.value, replicas, clip(e.key.Value))
			}
		}
	}
	visit(root, nil, "")
	return all
}
