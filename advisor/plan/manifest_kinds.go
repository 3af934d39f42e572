package plan

import (
	"cmp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/launch"
)

// ray reads the groups of a cluster of Ray; its workers serve together.
func (m *manifest) ray() {
	cluster := firstOf(field(m.root, "spec", "rayClusterConfig"), field(m.root, "spec"))
	s := rayServe(field(m.root, "spec", "serveConfigV2"))
	all := []part{{name: "head", pod: field(cluster, "headGroupSpec", "template", "spec")}}
	for _, g := range items(field(cluster, "workerGroupSpecs")) {
		all = append(all, part{name: cmp.Or(word(field(g, "groupName")), "worker"), pod: field(g, "template", "spec"), replicas: firstOf(field(g, "replicas"), field(g, "maxReplicas")), machines: whole(field(g, "numOfHosts"))})
	}
	m.parts(all)
	if model := s[launch.Model]; model.Text != "" && len(m.object.Served) == 0 {
		at := field(m.root, "spec", "serveConfigV2")
		server := launch.Server{Engine: launch.VLLM, Settings: s}
		served := Served{Container: "serveConfigV2", Server: server, GPUs: m.object.Accelerators, Machines: 1, Origin: m.at(at, "serveConfigV2")}
		served.Places = m.placesOf(at, server, []*yaml.Node{at})
		m.object.Served = append(m.object.Served, served)
	}
}

// rayServe are the settings of the engine in an application of Ray Serve.
func rayServe(n *yaml.Node) map[launch.Key]launch.Setting {
	keys := map[string]launch.Key{
		"tensor_parallel_size": launch.TensorParallel, "pipeline_parallel_size": launch.PipelineParallel, "model_source": launch.Model, "model_id": launch.Model,
		"max_model_len": launch.MaxLength, "gpu_memory_utilization": launch.MemoryFraction, "quantization": launch.Quantization, "dtype": launch.DType,
		"max_num_seqs": launch.MaxSequences, "MODEL_ID": launch.Model, "TENSOR_PARALLELISM": launch.TensorParallel, "PIPELINE_PARALLELISM": launch.PipelineParallel,
	}
	found := map[launch.Key]launch.Setting{}
	var visit func(n *yaml.Node, left int)
	visit = func(n *yaml.Node, left int) {
		for _, item := range items(n) {
			visit(item, left-1)
		}
		for _, e := range pairs(n) {
			key, known := keys[e.key.Value]
			if _, said := found[key]; known && word(e.value) != "" && (!said || e.key.Value == "model_source") {
				found[key] = launch.Setting{Text: word(e.value), Name: e.key.Value, Line: e.value.Line - 1}
			}
			if left > 0 {
				visit(e.value, left-1)
			}
		}
	}
	if text := word(n); text != "" && len(text) < maxBytes {
		for root, misread := range planned.Roots([]byte(text)) {
			if misread == nil {
				visit(follow(root), 12)
			}
		}
	}
	return found
}

// kubeAI reads a Model of KubeAI (kubeai.org/v1): its profile names the accelerator, and how many.
func (m *manifest) kubeAI() {
	spec := field(m.root, "spec")
	engines := map[string]string{"VLLM": launch.VLLM, "OLlama": launch.Ollama}
	profile := field(spec, "resourceProfile")
	name, count, _ := strings.Cut(word(profile), ":")
	n, err := strconv.Atoi(cmp.Or(count, "1"))
	if profile == nil || err != nil || strings.HasPrefix(name, "cpu") {
		n = 0
	}
	asked := request{count: max(n, 0), at: profile}
	for _, prefix := range []string{"nvidia-gpu-", "amd-gpu-", "nvidia-", "amd-"} {
		if rest, ok := strings.CutPrefix(name, prefix); ok && n > 0 {
			m.take("gpu", profile, rest)
			break
		}
	}
	m.parts([]part{{
		name: "model", container: spec, shared: true, engine: engines[word(field(spec, "engine"))], model: field(spec, "url"), asked: asked,
		replicas: firstOf(field(spec, "maxReplicas"), field(spec, "replicas"), field(spec, "minReplicas")),
	}})
}

// kaito reads a Workspace of Kaito, whose resource and inference stand beside no spec.
func (m *manifest) kaito() {
	kind, preset := field(m.root, "resource", "instanceType"), field(m.root, "inference", "preset", "name")
	var asked request
	if known, err := catalog.Embedded(); err == nil && kind != nil {
		if i, ok := known.InstanceNamed(word(kind)); ok {
			asked = request{count: int(i.Count), at: kind}
			m.take("gpu", kind, word(kind))
		} else {
			m.names(kind, "resource.instanceType", word(kind))
		}
	}
	machines := whole(field(m.root, "resource", "count"))
	if pod := field(m.root, "inference", "template", "spec"); pod != nil {
		m.parts([]part{{name: "inference", pod: pod, asked: asked, machines: machines}})
	} else {
		m.parts([]part{{name: "inference", container: m.root, engine: launch.VLLM, model: preset, asked: asked, machines: machines, shared: true}})
	}
	if m.object.Accelerators == 0 {
		m.unjudged("which accelerators its nodes have is not stated")
	}
}

// nim reads a NIMService (apps.nvidia.com/v1alpha1).
func (m *manifest) nim() {
	spec := field(m.root, "spec")
	if field(spec, "template", "spec") != nil {
		m.workload()
		return
	}
	var asked request
	asked.add(field(spec, "resources"))
	if claims := items(field(spec, "draResources")); len(claims) > 0 {
		asked.claim = named(claims[0])
	}
	m.parts([]part{{
		name: "nim", pod: spec, container: spec, shared: true, image: word(field(spec, "image", "repository")), asked: asked,
		replicas: firstOf(field(spec, "scale", "hpa", "maxReplicas"), field(spec, "replicas")),
	}})
}

// dynamo reads the services of a graph of NVIDIA Dynamo.
func (m *manifest) dynamo() {
	var all []part
	for _, e := range pairs(field(m.root, "spec", "services")) {
		extra := field(e.value, "extraPodSpec")
		n := firstOf(field(e.value, "resources", "limits", "gpu"), field(e.value, "resources", "requests", "gpu"))
		p := part{
			name: clip(e.key.Value), pod: extra, container: field(extra, "mainContainer"), replicas: field(e.value, "replicas"), asked: request{count: whole(n), at: n},
			machines: whole(field(e.value, "multinode", "nodeCount")), shared: true,
		}
		if n == nil {
			p.asked = request{}
			p.asked.add(field(e.value, "resources"))
		}
		all = append(all, p)
	}
	for _, c := range items(field(m.root, "spec", "components")) { // v1beta1
		all = append(all, part{
			name: clip(word(field(c, "name"))), pod: field(c, "podTemplate", "spec"), replicas: field(c, "replicas"), machines: whole(field(c, "multinode", "nodeCount")), shared: true,
		})
	}
	m.parts(all)
}

// disaggregated reads an LLMInferenceService of KServe or a ModelService of llm-d: one part, or
// one for prefill and one for decode.
func (m *manifest) disaggregated() {
	spec := field(m.root, "spec")
	model := firstOf(field(spec, "model", "uri"), field(spec, "modelArtifacts", "uri"))
	if name := field(spec, "model", "name"); modelID(word(model)) == "" && modelID(word(name)) != "" {
		model = name // the store says less than what it is called
	}
	var all []part
	for _, name := range []string{"", "decode", "prefill"} {
		at := spec
		if name != "" {
			at = field(spec, name)
		}
		pod := firstOf(field(at, "template", "spec"), field(at, "template"), at)
		if at == nil || field(pod, "containers") == nil {
			continue
		}
		sizes := map[launch.Key]*yaml.Node{
			launch.TensorParallel: field(at, "parallelism", "tensor"), launch.PipelineParallel: field(at, "parallelism", "pipeline"), launch.DataParallel: field(at, "parallelism", "data"),
			launch.ExpertParallel: field(at, "parallelism", "expert"),
		}
		machines := 1
		if field(at, "worker") != nil { // machines beyond the first: stages, or groups of copies
			local := max(whole(field(at, "parallelism", "dataLocal")), 1)
			machines = max(whole(sizes[launch.PipelineParallel]), whole(sizes[launch.DataParallel])/local)
		}
		all = append(all, part{name: cmp.Or(name, "main"), pod: pod, replicas: firstOf(field(at, "scaling", "maxReplicas"), field(at, "replicas"), field(at, "scaling", "minReplicas")), engine: launch.VLLM, model: model, sizes: sizes, machines: machines, shared: m.object.Kind == "LLMInferenceService"})
	}
	m.parts(all)
}

// bento reads a BentoDeployment.
func (m *manifest) bento() {
	spec := field(m.root, "spec")
	n := firstOf(field(spec, "resources", "limits", "gpu"), field(spec, "resources", "requests", "gpu"))
	n = firstOf(field(n, "value"), n)
	if n == nil {
		m.anywhere()
		return
	}
	m.parts([]part{{name: "bento", pod: field(spec, "extraPodSpec"), container: spec, asked: request{count: whole(n), at: n}, replicas: field(spec, "autoscaling", "maxReplicas")}})
}
