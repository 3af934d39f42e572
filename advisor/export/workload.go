package export

import (
	"cmp"
	"fmt"

	"go.yaml.in/yaml/v4"
)

// workloads writes the manifest that was given, changed, or one of its own.
func workloads(p Plan) (Output, error) {
	if p.Manifest != nil {
		return p.patched(false)
	}
	return p.fresh(false)
}

// fresh writes a Deployment and its Service; with an autoscaler it states no replicas.
func (p Plan) fresh(autoscaled bool) (Output, error) {
	if p.machines() > 1 {
		return p.group(autoscaled)
	}
	pod, notes, err := p.pod()
	if err != nil {
		return Output{}, err
	}
	spec := mapping(
		p.replicasField(autoscaled),
		field{"selector", mapping(field{"matchLabels", mapping(p.nameLabel()), ""}), ""},
		field{"strategy", p.strategy(), "Whole accelerators are rarely free: stop a pod before its successor starts."},
		field{"template", mapping(field{"metadata", mapping(field{"labels", mapping(p.nameLabel()), ""}), ""}, field{"spec", pod, ""}), ""},
	)
	deployment, err := document(p.heading()+"\nscaleadvise check judges it by its annotations.", mapping(
		field{"apiVersion", "apps/v1", ""}, field{"kind", "Deployment", ""},
		p.metadata("", field{"annotations", p.annotated(autoscaled), ""}), field{"spec", spec, ""}))
	if err != nil {
		return Output{}, err
	}
	service, err := p.service(mapping(p.nameLabel()))
	return Output{Text: together(deployment, service), Notes: notes}, err
}

// service is the Service of the pods with labels.
func (p Plan) service(labels *yaml.Node) ([]byte, error) {
	return document("", mapping(
		field{"apiVersion", "v1", ""}, field{"kind", "Service", ""}, p.metadata(""),
		field{"spec", mapping(field{"selector", labels, ""}, field{"ports", list(mapping(field{"name", "http", ""}, field{"port", 80, ""}, field{"targetPort", "http", ""})), ""}), ""}))
}

func (p Plan) replicasField(autoscaled bool) field {
	e := p.plan()
	if autoscaled {
		return field{"replicas", nil, ""}
	}
	why := fmt.Sprintf("Each carries %s; together %s for a peak of %s.", rate(p.replicaQPS()), rate(e.CapacityQPS), rate(e.DemandQPS))
	if e.LossesRequired > 0 {
		why += fmt.Sprintf(" %d of them may be lost.", e.LossesRequired)
	}
	return field{"replicas", e.Replicas, why}
}

// annotated are the annotations; where an autoscaler sets the replicas they say what the plan is.
func (p Plan) annotated(autoscaled bool) *yaml.Node {
	var fields []field
	for _, a := range p.annotations() {
		fields = append(fields, field{prefix + a.name, quoted(a.value), ""})
	}
	if autoscaled {
		fields = append(fields, field{prefix + "replicas", quoted(fmt.Sprint(p.plan().Replicas)), "An autoscaler sets the number; this is what the peak needs."})
	}
	return mapping(fields...)
}

// quoted is a text in quotes, as annotations are best written.
func quoted(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s, Style: yaml.DoubleQuotedStyle}
}

// strategy is how a Deployment is updated; nil where the default does.
func (p Plan) strategy() *yaml.Node {
	if p.Accelerator.CPU || p.plan().Replicas < 2 {
		return nil
	}
	return mapping(field{"type", "RollingUpdate", ""}, field{"rollingUpdate", mapping(field{"maxSurge", 0, ""}, field{"maxUnavailable", 1, ""}), ""})
}

// pod is the specification of a pod, and what a person has to fill in.
func (p Plan) pod() (*yaml.Node, []string, error) {
	var selector *yaml.Node
	if labels := p.nodeLabels(); len(labels) > 0 {
		selector = mapping()
		for _, l := range labels {
			set(selector, l.key, text(l.value), "")
		}
	}
	container, notes, err := p.container()
	if err != nil {
		return nil, nil, err
	}
	var volumes *yaml.Node
	if p.sharesMemory() {
		volumes = list(sharedVolume())
	}
	if selector == nil {
		notes = append(notes, "no node label is known for "+p.plan().Accelerator+": choose the nodes yourself (nodeSelector)")
	}
	return mapping(
		field{"nodeSelector", selector, ""},
		field{"tolerations", p.tolerations(), ""},
		field{"topologySpreadConstraints", p.spread(mapping(p.nameLabel())), p.spreadWhy()},
		field{"containers", list(container), ""},
		field{"volumes", volumes, ""},
	), notes, nil
}

// tolerations let pods onto nodes that are kept for accelerators.
func (p Plan) tolerations() *yaml.Node {
	if p.Accelerator.CPU {
		return nil
	}
	return list(mapping(field{"key", p.wholes(), ""}, field{"operator", "Exists", ""}, field{"effect", "NoSchedule", ""}))
}

// spread keeps replicas on machines, and in zones, of their own.
func (p Plan) spread(labels *yaml.Node) *yaml.Node {
	if p.plan().Replicas < 2 {
		return nil
	}
	constraint := func(key, unsatisfiable string, least any) *yaml.Node {
		return mapping(field{"maxSkew", 1, ""}, field{"topologyKey", key, ""}, field{"whenUnsatisfiable", unsatisfiable, ""}, field{"minDomains", least, ""},
			field{"labelSelector", mapping(field{"matchLabels", labels, ""}), ""})
	}
	all := []any{constraint(hostLabel, "ScheduleAnyway", nil)}
	if n := p.machinesApart(); n > 1 {
		all[0] = constraint(hostLabel, "DoNotSchedule", n)
	}
	if p.Workload.Zones > 1 {
		strict := "ScheduleAnyway"
		if p.Workload.Availability > 0 {
			strict = "DoNotSchedule"
		}
		all = append(all, constraint("topology.kubernetes.io/zone", strict, nil))
	}
	return list(all...)
}

// hostLabel is the label by which machines are told apart.
const hostLabel = "kubernetes.io/hostname"

// machinesApart is over how many machines the replicas must stand so that a promise is kept; 0 where
// none has to be.
func (p Plan) machinesApart() int {
	n, most := p.plan().Replicas, cmp.Or(p.Spread, p.Workload.MostOn)
	if most == 0 || most >= n {
		return 0
	}
	return (n + most - 1) / most
}

func (p Plan) spreadWhy() string {
	if n := p.machinesApart(); n > 1 {
		return fmt.Sprintf("The promise is kept with at most %d of %d replicas on one machine; others wait for a machine with room.", cmp.Or(p.Spread, p.Workload.MostOn), p.plan().Replicas)
	}
	if p.Workload.Zones > 1 {
		return fmt.Sprintf("The loss of one machine or one of %d zones leaves the others.", p.Workload.Zones)
	}
	return "The loss of one machine leaves the others."
}

// sharesMemory reports whether ranks of tensor parallelism exchange through /dev/shm.
func (p Plan) sharesMemory() bool { return p.language() && p.plan().PerReplica > 1 }

func sharedVolume() *yaml.Node {
	return mapping(field{"name", "shm", ""}, field{"emptyDir", mapping(field{"medium", "Memory", ""}), "Ranks exchange tensors there; a container has 64 MiB without."})
}

func sharedMount() *yaml.Node {
	return mapping(field{"name", "shm", ""}, field{"mountPath", "/dev/shm", ""})
}

// resources are what a replica requests.
func (p Plan) resources() *yaml.Node {
	cpu, memory := p.hostResources()
	var limits *yaml.Node
	if !p.Accelerator.CPU {
		limits = mapping(field{p.resource(), p.perMachine(), ""})
	}
	return mapping(field{"limits", limits, ""},
		field{"requests", mapping(field{"cpu", orNil(cpu), ""}, field{"memory", orNil(memory), ""}), p.hostWhy()})
}

func (p Plan) hostWhy() string {
	e := p.plan()
	if e.InstanceType == "" {
		return ""
	}
	return fmt.Sprintf("Four fifths of the replica's part of %s; the rest is for the node itself.", p.instanceType())
}

// container is the server.
func (p Plan) container() (*yaml.Node, []string, error) {
	if p.language() {
		return p.engineContainer()
	}
	image, notes := p.Image, []string(nil)
	if image == "" {
		image = "registry.example.com/" + p.Name + ":v1"
		notes = append(notes, "the image "+image+" is a placeholder for your server: give it with --image")
	}
	why := ""
	if r := p.plan().Runtime; r != "" {
		why = "It has to serve with " + r + " in " + p.plan().Precision + ", as planned."
	}
	return mapping(field{"name", p.Name, ""}, field{"image", image, why}, ports(8000), field{"resources", p.resources(), ""}), notes, nil
}

func ports(n int) field {
	return field{"ports", list(mapping(field{"name", "http", ""}, field{"containerPort", n, ""})), ""}
}

// engineContainer is an engine with its arguments.
func (p Plan) engineContainer() (*yaml.Node, []string, error) {
	s, errServer := p.server()
	args, errArgs := p.arguments()
	if err := cmp.Or(errServer, errArgs); err != nil {
		return nil, nil, err
	}
	image, why := p.Image, ""
	if image == "" {
		image, why = s.tag(p.Workload.LLM.Engine), "Take the version that you tested."
	}
	name, known := p.repository()
	var notes []string
	if !known {
		notes = append(notes, "the model is named "+name+", as the catalog does: put its repository or folder there")
	}
	if q := p.quantized(); q != "" {
		notes = append(notes, q)
	}
	words := []any{}
	for _, w := range s.served(name) {
		words = append(words, w)
	}
	for _, a := range args {
		word := text(a.word("="))
		if a.why != "" {
			word.HeadComment = comment(a.why)
		}
		words = append(words, word)
	}
	command := list()
	for _, c := range s.command {
		command.Content = append(command.Content, text(c))
	}
	var mounts *yaml.Node
	if p.sharesMemory() {
		mounts = list(sharedMount())
	}
	token := mapping(field{"name", "HF_TOKEN", ""}, field{"valueFrom", mapping(field{"secretKeyRef",
		mapping(field{"name", "hf-token", ""}, field{"key", "token", ""}, field{"optional", true, ""}), "Only gated models need it."}), ""})
	return mapping(
		field{"name", p.engine(), ""}, field{"image", image, why}, field{"command", command, ""}, field{"args", list(words...), ""},
		field{"env", list(token), ""}, ports(s.port), field{"resources", p.resources(), ""}, field{"volumeMounts", mounts, ""},
		field{"startupProbe", probe(s.health, p.patience()), fmt.Sprintf("Loading takes %s or more; a probe that is less patient kills it half-way.", seconds(p.start()))},
		field{"readinessProbe", probe(s.health, 3), ""},
	), notes, nil
}

func probe(path string, failures int) *yaml.Node {
	return mapping(field{"httpGet", mapping(field{"path", path, ""}, field{"port", "http", ""}), ""}, field{"periodSeconds", 10, ""}, field{"failureThreshold", failures, ""})
}
