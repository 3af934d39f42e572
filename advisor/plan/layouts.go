package plan

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/launch"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/unit"
)

// Layouts say where the user's own kinds have the fields that are judged, by "group/Kind".
type Layouts map[string]Layout

// Layout says where objects of a kind have each field: a path of keys, and of numbers in lists.
type Layout struct {
	paths  map[string][]string
	engine string
	origin origin.Origin
}

// LayoutsFile bounds the size of a file of layouts.
var LayoutsFile = bounded.Limits{What: "file of kinds", Remedy: "a kind is a few lines", Bytes: 1 << 20, Packed: 1 << 20, Binary: true}

// Keys of a layout. What is not said is looked for where pods and containers say it.
const (
	atPod         = "pod"         // specification of a pod
	atServer      = "server"      // what is like a container: image, command, args, env, resources
	atReplicas    = "replicas"    // a number
	atCount       = "gpu-count"   // accelerators of a replica, or of each of its machines
	atAccelerator = "gpu"         // what they are called
	atMachines    = "machines"    // of a replica
	atModel       = "model"       // as the engine is told it
	atTensor      = "tensor"      // parallel size
	atPipeline    = "pipeline"    // parallel size
	ofEngine      = "engine"      // a word, not a path
	mostLayouts   = 1000          // of a file
	longestPath   = 32            // keys
	anyVersion    = "group/Kind"  // how a kind is named
	layoutExample = "spec.server" // of a path
)

var layoutKeys = []string{ofEngine, atAccelerator, atCount, atMachines, atModel, atPipeline, atPod, atReplicas, atServer, atTensor}

// ReadLayouts reads a mapping of kinds to the paths of their fields. A fault of the content is an Errors.
func ReadLayouts(content []byte, file string) (Layouts, error) {
	all := Layouts{}
	err := eachEntry(content, file, "kinds with the paths of their fields, such as example.com/Server: {pod: spec.template.spec}", func(w *walker, e entry) {
		group, kind, ok := strings.Cut(e.key.Value, "/")
		switch {
		case !ok || group == "" || kind == "" || strings.Contains(kind, "/"):
			w.fail(e.key, "%s: expected %s without a version, such as example.com/Server", clip(e.key.Value), anyVersion)
		case len(all) == mostLayouts:
			w.fail(e.key, "more than %d kinds", mostLayouts)
		default:
			all[e.key.Value] = w.layout(e)
		}
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// layout reads where the objects of one kind say what.
func (w *walker) layout(e entry) Layout {
	l := Layout{paths: map[string][]string{}, origin: w.at(e.key, e.key.Value)}
	if e.value.Kind != yaml.MappingNode {
		w.fail(e.value, "%s: expected paths, such as {pod: spec.template.spec, replicas: spec.replicas}, found %s", clip(e.key.Value), shape(e.value))
		return l
	}
	for _, one := range w.entries(e.value, e.key.Value) {
		switch key := one.key.Value; {
		case !slices.Contains(layoutKeys, key):
			w.fail(one.key, "unknown key %s: expected %s%s", clip(key), strings.Join(layoutKeys, ", "), didYouMean(unit.Near(key, layoutKeys)))
		case key == ofEngine:
			if text, ok := w.scalar(key, one.value, launch.VLLM); ok && !slices.Contains(launch.Engines(), text) {
				w.fail(one.value, "engine: %q is not known; %s", clip(text), unit.SuggestFew(text, launch.Engines()))
			} else if ok {
				l.engine = text
			}
		default:
			l.paths[key] = w.path(key, one.value)
		}
	}
	if l.paths[atPod] == nil && l.paths[atServer] == nil {
		w.fail(e.key, "%s: neither pod nor server says where its containers are; write {pod: spec.template.spec}, or {server: %s} for what is like a container", clip(e.key.Value), layoutExample)
	}
	return l
}

// path reads keys with dots between them, or a list of keys where one has a dot in it.
func (w *walker) path(key string, n *yaml.Node) []string {
	var steps []string
	before := len(w.faults)
	if n.Kind == yaml.SequenceNode {
		for _, item := range items(n) {
			if text, ok := w.scalar(key, item, "spec"); ok {
				steps = append(steps, text)
			}
		}
	} else if text, ok := w.scalar(key, n, layoutExample); ok {
		steps = strings.Split(strings.NewReplacer("[", ".", "]", "").Replace(strings.TrimPrefix(text, ".")), ".")
	}
	if len(w.faults) == before && (len(steps) == 0 || len(steps) > longestPath || slices.Contains(steps, "")) {
		w.fail(n, "%s: expected a path of 1 to %d keys, such as spec.servers[0].template.spec, or a list of keys", key, longestPath)
	}
	return steps
}

func (l Layouts) has(group, kind string) bool { _, ok := l[group+"/"+kind]; return ok }

// stepped follows a path from an object; nil where it leads nowhere.
func stepped(n *yaml.Node, path []string) *yaml.Node {
	for _, step := range path {
		list := items(n)
		if i, err := strconv.Atoi(step); err == nil && list != nil {
			if i < 0 || i >= len(list) {
				return nil
			}
			n = list[i]
			continue
		}
		n = field(n, step)
	}
	if len(path) == 0 {
		return nil
	}
	return n
}

// read reads an object by its layout.
func (l Layout) read(m *manifest) {
	at := func(key string) *yaml.Node { return stepped(m.root, l.paths[key]) }
	p := part{
		name: "server", pod: at(atPod), container: at(atServer), replicas: at(atReplicas), engine: l.engine, model: at(atModel), machines: whole(at(atMachines)),
		sizes: map[launch.Key]*yaml.Node{launch.TensorParallel: at(atTensor), launch.PipelineParallel: at(atPipeline)},
	}
	if p.pod == nil && p.container == nil {
		missing := cmp.Or(strings.Join(l.paths[atPod], "."), strings.Join(l.paths[atServer], "."))
		m.unjudged(missing + " is not in it, where " + l.origin.String() + " says that its containers are")
		return
	}
	p.asked.add(field(p.container, "resources"))
	if n := at(atCount); n != nil {
		if p.asked = (request{count: whole(n), at: n}); p.asked.count == 0 && word(n) != "0" {
			p.asked.unknown = strings.Join(l.paths[atCount], ".") + " is " + shape(n)
		}
	}
	if n := at(atAccelerator); word(n) != "" {
		m.names(n, strings.Join(l.paths[atAccelerator], "."), word(n))
	}
	m.parts([]part{p})
}
