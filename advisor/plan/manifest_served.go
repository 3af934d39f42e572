package plan

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/engine"
	"scaleadvise/advisor/launch"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/pattern"
)

// Served is a container that serves a model, with the settings in its image, arguments and environment.
type Served struct {
	Container string
	launch.Server
	GPUs         int   // accelerators that it may use: those it requests; in a group of machines those of all
	Machines     int   // machines that hold them
	RequestsOnly bool  // it requests accelerators without a limit, which Kubernetes rejects
	SharedMemory bool  // it has enough shared memory for ranks to exchange data
	Patience     Bound // s that its probes allow for the start; 0 for any time
	Origin       origin.Origin
	Requested    origin.Origin // where the request for accelerators is
	Places       map[launch.Key]origin.Origin
}

// Size returns a setting that is a whole number; the default where it is not set.
func (s Served) Size(key launch.Key, otherwise int) int {
	if v, err := strconv.Atoi(strings.TrimSpace(s.Settings[key].Text)); err == nil && v > 0 && v < 1<<31 {
		return v
	}
	return otherwise
}

// Said reports whether a setting is set.
func (s Served) Said(key launch.Key) bool { _, ok := s.Settings[key]; return ok }

// serves reads the containers of a pod that serve a model; a replica has that many machines like
// it.
func (m *manifest) serves(pod *yaml.Node, machines int) {
	for _, c := range slices.Concat(items(field(pod, "containers")), native(pod)) {
		if len(m.object.Served) < mostContainers {
			p := part{machines: machines, pod: pod}
			p.asked.add(field(c, "resources"))
			p.shared = sharedMemory(pod, c)
			m.stated(c, p)
		}
	}
}

// mostContainers bounds the containers of an object that are judged.
const mostContainers = 32

// native are the sidecars among the containers that run first.
func native(pod *yaml.Node) []*yaml.Node {
	return slices.DeleteFunc(items(field(pod, "initContainers")), func(c *yaml.Node) bool { return word(field(c, "restartPolicy")) != "Always" })
}

// placesOf are the places of the settings of a container.
func (m *manifest) placesOf(c *yaml.Node, server launch.Server, nodes []*yaml.Node) map[launch.Key]origin.Origin {
	places := map[launch.Key]origin.Origin{}
	for key, setting := range server.Settings {
		n := c
		if setting.At >= 0 && setting.At < len(nodes) {
			n = nodes[setting.At]
		} else if image := field(c, "image"); image != nil {
			n = image
		}
		place := m.at(n, setting.Name)
		if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
			place.Line, place.Column = place.Line+1+setting.Line, 1
		}
		places[key] = place
	}
	return places
}

// onlyRequested reports whether accelerators stand among the requests and not among the limits.
func onlyRequested(resources *yaml.Node) bool {
	for _, e := range pairs(field(resources, "requests")) {
		if isAccelerator(e.key.Value) && strings.Contains(e.key.Value, "/") && !isZero(e.value) && field(resources, "limits", e.key.Value) == nil {
			return true
		}
	}
	return false
}

// reading turns the nodes of a container into texts, which know their node by its number.
type reading struct {
	configs map[string]config
	nodes   []*yaml.Node
	to      launch.Container
}

func (r *reading) text(n *yaml.Node) launch.Text {
	r.nodes = append(r.nodes, n)
	return launch.Text{Value: word(n), At: len(r.nodes) - 1}
}

// texts are those of a list, or of a single text.
func (r *reading) texts(n *yaml.Node) []launch.Text {
	var out []launch.Text
	if n != nil && n.Kind == yaml.ScalarNode && !isNull(n) {
		return []launch.Text{r.text(n)}
	}
	for _, item := range items(n) {
		out = append(out, r.text(item))
	}
	return out
}

func (r *reading) container(c *yaml.Node) {
	image := field(c, "image")
	r.to.Image = word(image)
	if image != nil && image.Kind == yaml.MappingNode { // NIMService
		r.to.Image = word(field(image, "repository"))
	}
	r.to.Command, r.to.Args = r.texts(field(c, "command")), r.texts(field(c, "args"))
	if hook := r.texts(field(c, "lifecycle", "postStart", "exec", "command")); len(hook) > 0 {
		r.to.Hooks = append(r.to.Hooks, hook)
	}
	for _, from := range items(field(c, "envFrom")) {
		prefix := word(field(from, "prefix"))
		name := field(from, "configMapRef", "name")
		for _, e := range pairs(r.configs[word(name)].at(name)) {
			r.to.Env = append(r.to.Env, launch.Variable{Name: prefix + e.key.Value, Text: r.text(e.value), Known: true})
		}
	}
	for _, v := range items(field(c, "env")) {
		value, known := field(v, "value"), true
		if from := field(v, "valueFrom", "configMapKeyRef"); from != nil {
			of := r.configs[word(field(from, "name"))]
			value = config{field(of.node, word(field(from, "key"))), of.foreign}.at(v)
			known = value != nil
		} else if field(v, "valueFrom") != nil {
			known = false
		}
		if value == nil {
			value = v
		}
		r.to.Env = append(r.to.Env, launch.Variable{Name: word(field(v, "name")), Text: r.text(value), Known: known})
	}
}

// fill takes for traits what the only server of an object says; with several it is not said which
// of them a load is for.
func (m *manifest) fill() {
	var on []Served
	for _, s := range m.object.Served {
		if s.GPUs > 0 {
			on = append(on, s)
		}
	}
	switch {
	case len(m.object.Served) == 1:
		on = m.object.Served
	case len(on) > 1:
		m.unjudged("its containers " + on[0].Container + " and " + on[1].Container + " each serve with accelerators of their own, and it is not stated which of them the load is for")
		return
	case len(on) == 0:
		return
	}
	s := on[0]
	if id := s.ModelID(); id != "" {
		m.fills("model", s, launch.Model, id)
	}
	if name := s.Starts(); name != "" {
		m.takeAt("engine", s.Origin, name)
	}
	if p, key := s.Precision(); p != "" {
		if key == launch.Quantization {
			p = s.Settings[key].Text // which says more
		}
		m.fills("precision", s, key, p)
	}
	if p := s.KVPrecision(); p != "" {
		m.fills("kv_precision", s, launch.KVDType, p)
	}
	if m.copies(s); m.object.Unjudged == "" {
		m.arguments(s)
	}
}

// copies counts the data-parallel copies of the model in a pod, each of which is a replica with its part
// of the accelerators. Where they divide experts or attention, or something counts pods, it says that
// this is not modelled.
func (m *manifest) copies(s Served) {
	n, ranks := s.Size(launch.DataParallel, 1), s.Size(launch.TensorParallel, 1)*s.Size(launch.PipelineParallel, 1)
	if n < 2 {
		return
	}
	each, said := m.doc.Traits["gpus_per_replica"]
	annotated := strings.HasPrefix(each.Origin.Name, AnnotationPrefix) || m.given("autoscale")
	if ofOne := s.Engine == launch.VLLM && ranks*n == s.GPUs || s.Engine == launch.SGLang && s.Said(launch.AttentionCopies) && ranks == s.GPUs; ofOne && s.Machines <= 1 && mixture(s.ModelID()) {
		return // groups of one replica, which divide its experts
	}
	apart := s.Engine == launch.SGLang && !s.Said(launch.AttentionCopies) || s.Engine == launch.VLLM && !s.Said(launch.ExpertParallel) && !mixture(s.ModelID())
	if m.doc.Scaler != nil || !said || annotated || !apart || s.Machines > 1 || ranks*n != s.GPUs {
		m.unjudged(sharing(n))
		return
	}
	delete(m.doc.Traits, "gpus_per_replica")
	m.takeAt("gpus_per_replica", each.Origin, strconv.Itoa(ranks))
	m.object.Copies = n
	m.doc.Notes = append(m.doc.Notes, "each of its pods runs "+strconv.Itoa(n)+" copies of the model ("+s.Settings[launch.DataParallel].Name+"), and each of these counts as a replica")
}

// arguments takes the limits that the engine is started with, by its own names. What it would not
// understand it does not start with either: that is left out.
func (m *manifest) arguments(s Served) {
	row, err := engine.Named(s.Starts())
	if err != nil || s.Starts() == "" {
		return
	}
	names := []struct {
		key  launch.Key
		name string
	}{
		{launch.MaxSequences, row.Arguments.Requests}, {launch.StepTokens, row.Arguments.PrefillTokens}, {launch.MemoryFraction, row.Arguments.MemoryShare},
		{launch.MaxLength, row.Arguments.MaxContext}, {launch.KeepsPrefixes, "enable-prefix-caching"}, {launch.DropsPrefixes, "no-enable-prefix-caching"},
		{launch.DataParallel, "data-parallel-size"}, {launch.AttentionCopies, "enable-dp-attention"}, {launch.ExpertParallel, "enable-expert-parallel"}, {launch.Eager, "enforce-eager"},
		{launch.Speculation, s.Settings[launch.Speculation].Name}, {launch.Drafted, s.Settings[launch.Drafted].Name},
	}
	var words []string
	var first launch.Key
	for _, n := range names {
		setting, said := s.Settings[n.key]
		word := strings.TrimLeft(n.name, "-") + "=" + strings.TrimSpace(setting.Text)
		if _, err := new(engine.Settings).Set(row.Name, word); !said || err != nil || n.key == launch.DataParallel && m.object.Copies > 1 || n.key == launch.Drafted && !s.Said(launch.Speculation) {
			if said && err != nil && n.key == launch.Speculation {
				m.doc.Notes = append(m.doc.Notes, setting.Name+": "+err.Error()+"; its effect is not counted")
			}
			continue
		}
		if words = append(words, word); first == "" {
			first = n.key
		}
	}
	m.takeAt("engine_arg", s.Places[first], strings.Join(words, ","))
	if setting, said := s.Settings[launch.Adapters]; said && !m.given("lora", "load_test") {
		m.doc.Notes = append(m.doc.Notes, setting.Name+": its effect on speed and memory is not counted; a load test ("+AnnotationPrefix+"load-test) shows it")
	}
}

// Starts returns the engine that a server runs, with its version where its image says it; "" where the table
// does not have it.
func (s Served) Starts() string {
	of := s.Engine
	if of == launch.HuggingFace || of == launch.DJL { // which start it
		of = launch.VLLM
	}
	if name, err := engine.Parse(of + "@" + s.Version); err == nil {
		return name
	}
	name, _ := engine.Parse(of)
	return name
}

// sharing is why pods with several copies are not judged.
func sharing(n int) string {
	return "how " + strconv.Itoa(n) + " data-parallel copies within a pod share the load is not modelled"
}

// mixture reports whether a model is a mixture of experts, which copies of vLLM divide among them.
func mixture(id string) bool {
	model, ok := published(id)
	return ok && model.Experts > 0
}

// published is a model of the catalog.
func published(id string) (m catalog.Model, ok bool) {
	known, err := catalog.Embedded()
	if err != nil {
		return m, false
	}
	m, err = known.ResolveModel(id)
	return m, err == nil
}

// spanned says how a replica over several machines, or of several stages, shares the model: tensor
// parallelism within a machine and pipeline parallelism between them is what is modelled.
func (m *manifest) spanned() {
	o, s := &m.object, m.object.serving()
	machines, total := max(o.Machines, s.Machines, 1), m.asked.count
	if n := s.Size(launch.Nodes, 1); n > machines {
		m.unjudged(strconv.Itoa(n) + " pods make one replica (" + s.Settings[launch.Nodes].Name + "), which a " + o.Kind + " does not say: a LeaderWorkerSet does")
		return
	}
	tensor, stages := s.Size(launch.TensorParallel, 0), s.Size(launch.PipelineParallel, 0)
	each := total / machines
	switch {
	case machines > 1 && tensor > each && each > 0:
		m.unjudged("tensor parallelism over " + strconv.Itoa(tensor) + " accelerators crosses the network between " + strconv.Itoa(machines) + " machines of " + strconv.Itoa(each) + ", and its speed is not modelled")
		return
	case stages == 0 && machines > 1:
		stages = machines
	}
	if stages > 1 && total > 0 && total%stages == 0 {
		m.take("pipeline_parallel", &yaml.Node{Kind: yaml.ScalarNode, Line: o.Origin.Line, Column: o.Origin.Column}, strconv.Itoa(stages))
	}
}

// serving is the container that serves with accelerators, or the only one; zero for none.
func (o Object) serving() Served {
	for _, s := range o.Served {
		if s.GPUs > 0 || len(o.Served) == 1 {
			return s
		}
	}
	return Served{}
}

func (m *manifest) fills(trait string, s Served, key launch.Key, text string) {
	m.takeAt(trait, s.Places[key], text)
}

// takeAt is take with a place.
func (m *manifest) takeAt(trait string, at origin.Origin, text string) {
	m.take(trait, &yaml.Node{Kind: yaml.ScalarNode, Value: text, Line: at.Line, Column: at.Column}, text)
}

// ModelID returns the model as the catalogue knows it; "" where it does not.
func (s Served) ModelID() string { return modelID(s.Settings[launch.Model].Text) }

// modelID is a model that an engine is told, as the catalogue knows it; "" where it does not.
func modelID(text string) string {
	known, err := catalog.Embedded()
	name := ModelName(text)
	if err != nil || name == "" {
		return ""
	}
	if model, err := known.ResolveModel(name); err == nil {
		return model.ID
	}
	return ""
}

// ModelName returns the model named by the argument of an engine: without the protocol of a store, and
// without a folder.
func ModelName(text string) string {
	if image, tag, tagged := cutLast(strings.TrimPrefix(text, "oci://"), ':'); tagged && strings.HasPrefix(text, "oci://") && sizedName.MatchString(tag) && !sizedName.MatchString(path.Base(image)) {
		return tag // a catalogue of models, a tag each
	}
	for _, store := range []string{"hf://", "huggingface://", "oci://", "ollama://"} {
		text = strings.TrimPrefix(text, store)
	}
	if strings.HasPrefix(text, "/") || strings.Contains(text, "://") || strings.HasPrefix(text, ".") {
		text = path.Base(strings.TrimRight(text, "/"))
		text = strings.TrimPrefix(text, "models--")
	}
	text = strings.TrimSuffix(text, ".gguf")
	if at := strings.LastIndexByte(text, ':'); at > 0 && strings.Contains(text[:at], "/") {
		text = text[:at] // a revision, or the quantization of llama.cpp
	}
	return quantizedName.ReplaceAllString(text, "")
}

// sizedName is a name that tells how large a model is.
var sizedName = pattern.Of(`(?i)[0-9]b(\b|_)`)

func cutLast(s string, at byte) (before, after string, found bool) {
	if i := strings.LastIndexByte(s, at); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

// quantizedName is the quantization at the end of a name of llama.cpp's files.
var quantizedName = pattern.Of(`(?i)[-.](i?q[2-8]_[0-9a-z_]+|f16|bf16)(-[0-9]+-of-[0-9]+)?$`)
