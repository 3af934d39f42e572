package export

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/launch"
	"scaleadvise/advisor/plan"
)

// patchable are the kinds of objects that are changed.
var patchable = []string{"Deployment", "StatefulSet", "ReplicaSet", "Rollout"}

// patched writes the manifest with what the plan changes; with an autoscaler it states no replicas.
func (p Plan) patched(autoscaled bool) (Output, error) {
	o := p.Manifest
	if !slices.Contains(patchable, o.Kind) {
		return Output{}, fmt.Errorf("%s: a %s is not changed, only %s are; export engine-args, hpa, keda, pdb, prometheus-rules and grafana work for it", o.Origin, o.Kind, strings.Join(patchable, ", "))
	}
	m, err := p.read()
	if err != nil {
		return Output{}, err
	}
	pod := at(m.object, "spec", "template", "spec")
	if pod == nil {
		return Output{}, fmt.Errorf("%s: %s %s has no pods (spec.template.spec)", o.Origin, o.Kind, o.Name)
	}
	p.patchReplicas(m, autoscaled)
	c := p.serving(pod)
	if c == nil {
		return Output{}, fmt.Errorf("%s: which container of %s %s serves cannot be told: none requests an accelerator, and there are several", o.Origin, o.Kind, o.Name)
	}
	p.patchResources(m, c)
	p.patchNodes(m, pod)
	p.patchSpread(pod, m)
	if err := p.patchArguments(m, pod, c); err != nil {
		return Output{}, err
	}
	p.patchAnnotations(m, autoscaled)
	text, err := m.written()
	return Output{Text: text, Notes: m.notes}, err
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
	name, n := p.resource(), strconv.Itoa(max(p.plan().PerReplica, 1))
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
	if p.plan().Replicas < 2 || at(pod, "topologySpreadConstraints") != nil || at(pod, "affinity", "podAntiAffinity") != nil {
		return
	}
	labels, err := p.labelsOf(m)
	if err != nil {
		m.notes = append(m.notes, err.Error())
		return
	}
	set(pod, "topologySpreadConstraints", p.spread(labels), p.spreadWhy())
}

// patchArguments changes how an engine is started where that differs from the plan.
func (p Plan) patchArguments(m *manifest, pod, c *yaml.Node) error {
	served := p.servedBy(c)
	if e := p.Advice; served != nil && p.language() && servers[served.Engine].port == 0 && e.Today != nil && (e.Today.Precision != e.Plan.Precision || e.Today.PerReplica != e.Plan.PerReplica) {
		return fmt.Errorf("%s: how %s is told to serve %s is not known here; plan with what runs (--precision, --gpus-per-replica), or export engine-args for another engine", served.Origin, served.Engine, p.words())
	}
	if !p.language() || served == nil || servers[served.Engine].port == 0 {
		if p.Advice.Optimized || p.Advice.Today == nil || p.Advice.Today.Precision != p.plan().Precision || p.Advice.Today.Runtime != p.plan().Runtime {
			m.notes = append(m.notes, "how the server is started was not changed: the plan serves "+strings.Join(append([]string{cmp.Or(p.plan().Runtime, "as it does today")}, p.plan().Served()...), ", "))
		}
		return nil
	}
	args, err := p.arguments()
	if err != nil {
		return err
	}
	for _, a := range args {
		if err := p.argue(m, c, served, a); err != nil {
			return err
		}
	}
	if served.Size(launch.TensorParallel, 1) != p.plan().PerReplica && p.sharesMemory() && !served.SharedMemory {
		mount(pod, c)
	}
	if q := p.quantized(); q != "" && p.Advice.Optimized {
		m.notes = append(m.notes, q)
	}
	return nil
}

// servedBy is what a container of the manifest is told to serve; nil where it is none that is known.
func (p Plan) servedBy(c *yaml.Node) *plan.Served {
	for i, s := range p.Manifest.Served {
		if s.Container == scalar(at(c, "name")) {
			return &p.Manifest.Served[i]
		}
	}
	return nil
}

// argue gives a container one argument, unless it has it, or a bound of its own. The error is that
// what the plan rests on cannot be said.
func (p Plan) argue(m *manifest, c *yaml.Node, served *plan.Served, a argument) error {
	if said, ok := served.Settings[a.key]; ok && (said.Text == a.value || !a.fixed) {
		return nil
	}
	if a.key == launch.TensorParallel && a.value == "1" && !served.Said(a.key) {
		return nil
	}
	place, index := p.argumentOf(c, served, a)
	switch {
	case place == nil && a.fixed:
		return fmt.Errorf("%s: the plan needs %s %s, and the command of container %s is made by a script or a variable; write it there, or plan with what runs (--precision, --gpus-per-replica)",
			served.Origin, a.flag, a.value, scalar(at(c, "name")))
	case place == nil:
		m.notes = append(m.notes, fmt.Sprintf("%s %s could not be put into the command of container %s, which a script or a variable makes: %s", a.flag, a.value, scalar(at(c, "name")), a.why))
	case index < 0:
		word := text(a.flag + "=" + a.value)
		if place.Style&yaml.FlowStyle == 0 {
			word.HeadComment = comment(a.why)
		}
		place.Content = append(place.Content, word)
	default:
		replaceArgument(place, index, a.value)
	}
	return nil
}

// argumentOf finds the list of words of a command, and where in it a flag stands; -1 where it does
// not, and no list where the command is no list of words.
func (p Plan) argumentOf(c *yaml.Node, served *plan.Served, a argument) (*yaml.Node, int) {
	said := served.Settings[a.key].Name
	if said != "" && !strings.HasPrefix(said, "-") {
		return nil, 0 // a variable, or the image
	}
	var last *yaml.Node
	for _, name := range []string{"command", "args"} {
		words := at(c, name)
		if words == nil || words.Kind != yaml.SequenceNode {
			continue
		}
		for i, w := range words.Content {
			if strings.ContainsAny(w.Value, " \n") && (name == "command" || len(words.Content) == 1 || i > 0 && strings.HasPrefix(words.Content[max(i-1, 0)].Value, "-") && len(words.Content[i-1].Value) < 5) {
				return nil, 0 // a shell's script
			}
			if flag, _, _ := strings.Cut(w.Value, "="); said != "" && sameFlag(flag, said) {
				return words, i
			}
		}
		last = words
	}
	if said != "" {
		return nil, 0
	}
	return last, -1
}

func sameFlag(a, b string) bool {
	return strings.HasPrefix(a, "-") && strings.ReplaceAll(a, "_", "-") == strings.ReplaceAll(b, "_", "-")
}

// replaceArgument changes the value of the flag at a place.
func replaceArgument(words *yaml.Node, i int, value string) {
	w := words.Content[i]
	if flag, _, joined := strings.Cut(w.Value, "="); joined {
		w.Value = flag + "=" + value
	} else if i+1 < len(words.Content) {
		w = words.Content[i+1]
		if w.Style == 0 {
			w.Style, w.Tag = text(value).Style, "!!str"
		}
		w.Value = value
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
	today := p.Advice.Today
	if today == nil || today.Accelerator == p.plan().Accelerator {
		return nil
	}
	for _, name := range []string{"gpu", "machine", "gpus-per-replica", "cpu", "memory"} {
		if !slices.ContainsFunc(kept, func(a annotation) bool { return a.name == name }) {
			all = append(all, name)
		}
	}
	return all
}
