package export

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/plan"
)

// patchable are the kinds of objects that are changed.
var patchable = []string{"Deployment", "StatefulSet", "ReplicaSet", "Rollout", groupKind, predictorKind}

// patched writes the manifest with what the plan changes; with an autoscaler it states no replicas.
func (p Plan) patched(autoscaled bool) (Output, error) {
	o := p.Manifest
	if !slices.Contains(patchable, o.Kind) {
		return Output{}, fmt.Errorf("%s: a %s is not changed, only %s are; export engine-args, hpa, keda, pdb, prometheus-rules and grafana work for it", o.Origin, o.Kind, strings.Join(patchable, ", "))
	}
	if o.Copies > 1 {
		return Output{}, fmt.Errorf("%s: each pod of %s %s runs %d copies of the model, and how many copies a pod is to run is not changed; leave the data-parallel size out, with a replica for each copy", o.Origin, o.Kind, o.Name, o.Copies)
	}
	if o.Kind != groupKind && p.machines() > 1 {
		return Output{}, fmt.Errorf("%s: a replica of the plan spans %d machines, which a %s cannot express: a %s can", o.Origin, p.machines(), o.Kind, groupKind)
	}
	m, err := p.read()
	if err != nil {
		return Output{}, err
	}
	pods := p.podsIn(m.object)
	if len(pods) == 0 {
		return Output{}, fmt.Errorf("%s: %s %s has no pods", o.Origin, o.Kind, o.Name)
	}
	if o.Kind == predictorKind {
		p.patchPredictor(m)
	} else {
		p.patchReplicas(m, autoscaled)
	}
	if o.Kind == groupKind {
		if err := p.patchGroup(m); err != nil {
			return Output{}, err
		}
	}
	for i, pod := range pods {
		c := p.serving(pod)
		switch {
		case c == nil && len(pods) > 1: // it only leads, or only works
			continue
		case c == nil:
			return Output{}, fmt.Errorf("%s: cannot tell which container of %s %s serves: none requests an accelerator, and there are several", o.Origin, o.Kind, o.Name)
		}
		p.patchResources(m, c)
		p.patchNodes(m, pod)
		if o.Kind != groupKind { // each pod of which takes a machine
			p.patchSpread(pod, m)
		}
		if i > 0 && p.servedBy(c) == nil {
			continue // a worker, which its leader tells what to do
		}
		if err := p.patchArguments(m, pod, c); err != nil {
			return Output{}, err
		}
	}
	p.patchAnnotations(m, autoscaled && o.Kind != predictorKind)
	text, err := m.written()
	return Output{Text: text, Notes: m.notes}, err
}

// podsIn are the specifications of the pods of an object, that of the one which answers first.
func (p Plan) podsIn(object *yaml.Node) []*yaml.Node {
	paths := map[string][][]string{
		groupKind:     {{"spec", "leaderWorkerTemplate", "leaderTemplate", "spec"}, {"spec", "leaderWorkerTemplate", "workerTemplate", "spec"}},
		predictorKind: {{"spec", "predictor"}},
	}[p.Manifest.Kind]
	if paths == nil {
		paths = [][]string{{"spec", "template", "spec"}}
	}
	var all []*yaml.Node
	for _, path := range paths {
		if pod := at(object, path...); pod != nil {
			all = append(all, pod)
		}
	}
	return all
}

// predictorKind is the kind of KServe that scales by itself.
const predictorKind = "InferenceService"

// patchPredictor sets the most replicas to those that the peak needs, and keeps the least below.
func (p Plan) patchPredictor(m *manifest) {
	predictor, e := into(m.object, "spec", "predictor"), p.plan()
	why := fmt.Sprintf("%s for a peak of %s%s", rate(e.CapacityQPS), rate(e.DemandQPS), p.bounds())
	most, _ := strconv.Atoi(scalar(at(predictor, "maxReplicas")))
	least, _ := strconv.Atoi(scalar(at(predictor, "minReplicas")))
	if most != e.Replicas && !(most == 0 && max(least, 1) == e.Replicas) {
		set(predictor, "maxReplicas", e.Replicas, why)
	}
	if least > e.Replicas {
		set(predictor, "minReplicas", e.Replicas, "")
	}
}

// patchReplicas sets the number, which an autoscaler sets otherwise.
func (p Plan) patchReplicas(m *manifest, autoscaled bool) {
	spec, e := into(m.object, "spec"), p.plan()
	stated := at(spec, "replicas")
	switch {
	case autoscaled:
		unset(spec, "replicas")
	case p.Scaler != nil:
		if n := int(p.Scaler.Max.Value); n != e.Replicas {
			m.notes = append(m.notes, fmt.Sprintf("%s scales it to %d replicas at most; the plan has %d: export hpa or keda writes one that fits", p.Scaler.Kind, n, e.Replicas))
		}
	case stated == nil && e.Replicas == 1:
	case scalar(stated) != strconv.Itoa(e.Replicas):
		set(spec, "replicas", e.Replicas, fmt.Sprintf("%s for a peak of %s%s", rate(e.CapacityQPS), rate(e.DemandQPS), p.bounds()))
	}
}

// serving is the container that serves: the first with accelerators, else the only one.
func (p Plan) serving(pod *yaml.Node) *yaml.Node {
	if model := at(pod, "model"); model != nil && model.Kind == yaml.MappingNode { // of KServe, like a container
		return model
	}
	containers := at(pod, "containers")
	if containers == nil || containers.Kind != yaml.SequenceNode {
		return nil
	}
	for _, c := range containers.Content {
		for _, section := range []string{"limits", "requests"} {
			if r := at(c, "resources", section); r != nil && slices.ContainsFunc(keys(r), plan.IsAccelerator) {
				return c
			}
		}
	}
	if len(containers.Content) == 1 {
		return containers.Content[0]
	}
	return nil
}

func keys(n *yaml.Node) []string {
	var all []string
	for i := 0; i+1 < len(n.Content); i += 2 {
		all = append(all, n.Content[i].Value)
	}
	return all
}

// patchResources sets the accelerators of a replica.
func (p Plan) patchResources(m *manifest, c *yaml.Node) {
	name, n := p.resource(), strconv.Itoa(p.perMachine())
	limits := at(c, "resources", "limits")
	for _, section := range []*yaml.Node{limits, at(c, "resources", "requests")} {
		if section == nil {
			continue
		}
		for _, key := range keys(section) {
			if plan.IsAccelerator(key) && (key != name || p.Accelerator.CPU) {
				unset(section, key)
			}
		}
	}
	if p.Accelerator.CPU {
		return
	}
	if limits == nil || scalar(at(limits, name)) != n {
		set(into(c, "resources", "limits"), name, p.amount(at(limits, name), n), p.plan().HardwareWords()+" for each replica")
	}
	if r := at(c, "resources", "requests"); at(r, name) != nil && scalar(at(r, name)) != n {
		set(r, name, p.amount(at(r, name), n), "")
	}
}

// amount writes a number as the one before it was written.
func (p Plan) amount(before *yaml.Node, n string) *yaml.Node {
	if before != nil && before.ShortTag() == "!!str" {
		return quoted(n)
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: n}
}

// patchNodes leads pods to the plan's hardware where it is not the one that runs.
func (p Plan) patchNodes(m *manifest, pod *yaml.Node) {
	if !p.moved() {
		return
	}
	selector := at(pod, "nodeSelector")
	if selector != nil {
		for _, key := range keys(selector) {
			if plan.NamesHardware(key) {
				unset(selector, key)
			}
		}
	}
	if affinity := at(pod, "affinity", "nodeAffinity"); affinity != nil {
		withoutHardware(affinity, 0)
	}
	labels := p.nodeLabels()
	if len(labels) == 0 {
		m.notes = append(m.notes, "no node label is known for "+p.plan().Accelerator+": choose its nodes yourself (nodeSelector)")
	}
	for _, l := range labels {
		set(into(pod, "nodeSelector"), l.key, text(l.value), p.plan().HardwareWords())
	}
	if selector := at(pod, "nodeSelector"); selector != nil && len(selector.Content) == 0 {
		unset(pod, "nodeSelector")
	}
	if !p.Accelerator.CPU && p.Advice.Today != nil && at(pod, "tolerations") != nil {
		m.notes = append(m.notes, "its tolerations stay as they are: see that they fit the nodes of "+p.plan().Accelerator)
	}
}

// withoutHardware removes expressions about hardware from an affinity to nodes.
func withoutHardware(n *yaml.Node, depth int) {
	if depth > 16 {
		return
	}
	for i := 0; i+1 < len(n.Content) && n.Kind == yaml.MappingNode; i += 2 {
		if v := n.Content[i+1]; n.Content[i].Value == "matchExpressions" && v.Kind == yaml.SequenceNode {
			v.Content = slices.DeleteFunc(v.Content, func(e *yaml.Node) bool { return plan.NamesHardware(scalar(at(e, "key"))) })
			if len(v.Content) == 0 { // a term of no expressions selects nothing
				v.Content = append(v.Content, mapping(field{"key", "kubernetes.io/os", ""}, field{"operator", "In", ""}, field{"values", list("linux"), ""}))
			}
		}
	}
	for _, c := range n.Content {
		withoutHardware(c, depth+1)
	}
}

// patchSpread spreads replicas where nothing does.
func (p Plan) patchSpread(pod *yaml.Node, m *manifest) {
	constraints, affinity := at(pod, "topologySpreadConstraints"), at(pod, "affinity", "podAntiAffinity")
	machines := p.machinesApart()
	if p.plan().Replicas < 2 || at(affinity, "requiredDuringSchedulingIgnoredDuringExecution") != nil || machines < 2 && (constraints != nil || affinity != nil) {
		return
	}
	if constraints != nil {
		for _, c := range constraints.Content {
			if key := at(c, "topologyKey"); key != nil && key.Value == hostLabel {
				p.widen(c, machines)
				return
			}
		}
	}
	labels, err := p.labelsOf(m)
	if err != nil {
		m.notes = append(m.notes, err.Error())
		return
	}
	wanted := p.spread(labels)
	if constraints != nil { // of zones, which stay
		constraints.Content = append(constraints.Content, wanted.Content[0])
		return
	}
	set(pod, "topologySpreadConstraints", wanted, p.spreadWhy())
}

// widen makes a constraint keep replicas on as many machines as a promise needs.
func (p Plan) widen(constraint *yaml.Node, machines int) {
	if at(constraint, "whenUnsatisfiable") == nil || at(constraint, "whenUnsatisfiable").Value == "ScheduleAnyway" {
		set(constraint, "whenUnsatisfiable", "DoNotSchedule", "")
	}
	if least, _ := strconv.Atoi(scalar(at(constraint, "minDomains"))); least < machines {
		set(constraint, "minDomains", machines, p.spreadWhy())
	}
}

// mount gives a container shared memory.
func mount(pod, c *yaml.Node) {
	for n, add := range map[*yaml.Node]struct {
		key  string
		what *yaml.Node
	}{pod: {"volumes", sharedVolume()}, c: {"volumeMounts", sharedMount()}} {
		if have := at(n, add.key); have != nil && have.Kind == yaml.SequenceNode {
			have.Content = append(have.Content, add.what)
		} else {
			set(n, add.key, list(add.what), "")
		}
	}
}

// patchAnnotations says what the objects cannot.
func (p Plan) patchAnnotations(m *manifest, autoscaled bool) {
	all := p.annotations()
	if autoscaled {
		all = append(all, annotation{"replicas", strconv.Itoa(p.plan().Replicas)})
	}
	for _, a := range all {
		holder := m.object
		if have := at(m.object, "spec", "template", "metadata", "annotations"); at(m.object, "metadata", "annotations", prefix+a.name) == nil && at(have, prefix+a.name) != nil {
			holder = at(m.object, "spec", "template")
		}
		if scalar(at(holder, "metadata", "annotations", prefix+a.name)) != a.value {
			set(into(holder, "metadata", "annotations"), prefix+a.name, quoted(a.value), "")
		}
	}
	for _, gone := range p.stale(all) {
		unset(at(m.object, "metadata", "annotations"), prefix+gone)
		unset(at(m.object, "spec", "template", "metadata", "annotations"), prefix+gone)
	}
}

// stale are annotations of today that the plan does not keep.
func (p Plan) stale(kept []annotation) []string {
	var all []string
	for _, t := range p.Workload.Traits {
		if !t.Assumed() && p.said(t) == "" {
			all = append(all, t.Spec.Flag)
		}
	}
	today := p.Advice.Today
	if today == nil || today.Accelerator == p.plan().Accelerator {
		return all
	}
	for _, name := range []string{"gpu", "machine", "gpus-per-replica", "cpu", "memory", replicaCost} {
		if !slices.ContainsFunc(kept, func(a annotation) bool { return a.name == name }) {
			all = append(all, name)
		}
	}
	return all
}
