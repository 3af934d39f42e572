package plan

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/launch"
)

// workload reads a Deployment, a StatefulSet, a ReplicaSet or a Rollout.
func (m *manifest) workload() {
	m.workloadOf(field(m.root, "spec", "template", "spec"), field(m.root, "spec", "replicas"))
	if of := field(m.root, "spec", "workloadRef"); of != nil && m.object.Kind == "Rollout" {
		m.elsewhere = "its pods are those of " + clip(strings.TrimSpace(word(field(of, "kind"))+" "+word(field(of, "name")))) + ", which workloadRef names; annotate that one"
	}
}

// workloadOf reads pods that each serve as a replica.
func (m *manifest) workloadOf(pod, replicas *yaml.Node) {
	m.replicas(replicas)
	m.owns(pod, m.requested(pod), replicas)
	m.serves(pod, 1)
	m.node(pod)
	m.surge()
	m.together(pod)
}

// leaderWorkerSet reads a group of pods that serve as one replica
// (github.com/kubernetes-sigs/lws, leaderworkerset.x-k8s.io/v1).
func (m *manifest) leaderWorkerSet() {
	replicas, group := field(m.root, "spec", "replicas"), field(m.root, "spec", "leaderWorkerTemplate")
	m.replicas(replicas)
	worker, leader := field(group, "workerTemplate", "spec"), field(group, "leaderTemplate", "spec")
	if leader == nil {
		leader = worker
	}
	size := field(group, "size")
	if text, unfilled := blank(size); unfilled {
		m.unjudged("the size of its groups is " + text + ", which is not a number yet")
	} else if n := whole(size); filled(size) != nil && (n < 1 || n > mostMachines) {
		m.unjudged("the size of its groups is " + clip(size.Value) + "; 1 to " + strconv.Itoa(mostMachines) + " pods are modelled")
		size = nil
	}
	pods, first := max(whole(size), 1), m.requested(leader)
	total := first.plus(m.requested(worker), pods-1)
	m.owns(worker, total, replicas)
	m.object.Machines = pods
	if !first.any() { // it only leads
		m.object.Machines = max(pods-1, 1)
	}
	m.serves(leader, m.object.Machines)
	if len(m.object.Served) == 0 {
		m.serves(worker, m.object.Machines)
	}
	if len(m.object.Served) == 1 {
		m.object.Served[0].GPUs = total.count
	}
	m.node(worker)
	m.node(leader)
}

// mostMachines bounds the machines of a replica, as the trait pipeline_parallel does.
const mostMachines = 64

// inferenceService reads the predictor of a KServe InferenceService
// (serving.kserve.io/v1beta1), which is scaled by itself.
func (m *manifest) inferenceService() {
	predictor := field(m.root, "spec", "predictor")
	least, most := field(predictor, "minReplicas"), field(predictor, "maxReplicas")
	replicas := most
	if whole(most) == 0 { // 0 is no limit
		replicas = least
	}
	m.replicas(most)
	m.replicas(least)
	m.owns(predictor, m.requested(predictor), replicas)
	m.node(predictor)
	m.predicted(predictor, replicas)
	m.joined(field(predictor, "workerSpec"), replicas)
	m.runtime(predictor)
	for _, name := range []string{"transformer", "explainer"} {
		if w := wants(field(m.root, "spec", name)); w.any() {
			m.unjudged("how its predictor and its " + name + " share a load is not modelled; " + w.String() + " for the " + name)
		}
	}
	if whole(most) > 0 {
		m.doc.Scaler = m.kserveScaler(predictor, least, most)
	}
}

// predicted reads what the model server of a predictor is told to serve; its serving runtime may
// stand in the same file, and its workers are further machines.
func (m *manifest) predicted(predictor, replicas *yaml.Node) {
	model := field(predictor, "model")
	if model == nil {
		m.serves(predictor, 1)
		return
	}
	workers := field(predictor, "workerSpec")
	format, runtime := word(field(model, "modelFormat", "name")), word(field(model, "runtime"))
	engines := map[string]string{"huggingface": launch.HuggingFace, "vllm": launch.VLLM, "vLLM": launch.VLLM, "sglang": launch.SGLang}
	p := part{
		name: "model", shared: true, image: word(field(model, "image")), engine: engines[format], model: field(model, "storageUri"), machines: whole(field(workers, "pipelineParallelSize")),
		sizes: map[launch.Key]*yaml.Node{launch.TensorParallel: field(workers, "tensorParallelSize"), launch.PipelineParallel: field(workers, "pipelineParallelSize")},
	}
	p.asked.add(field(model, "resources"))
	at := model
	if spec := m.configs[runtimeKey+runtime].at(field(model, "runtime")); spec != nil && runtime != "" {
		m.object.uses = append(m.object.uses, runtimeKey+runtime)
		if !m.asked.any() {
			m.owns(spec, requested(spec), replicas)
			p.asked = requested(spec)
		}
		m.node(spec)
		if own := items(field(spec, "containers")); len(own) > 0 {
			if p.shared = sharedMemory(spec, own[0]); field(model, "args") == nil {
				at = own[0]
			}
		}
	}
	m.stated(at, p)
}

// joined adds the workers of a predictor, machines beyond that of its head: as many as there are stages of
// the pipeline.
func (m *manifest) joined(workers, replicas *yaml.Node) {
	machines := max(whole(field(workers, "pipelineParallelSize")), 1)
	if workers == nil || machines < 2 || m.asked.part != "" {
		return
	}
	each := m.requested(workers)
	if !each.any() {
		each = m.asked
	}
	delete(m.doc.Traits, "gpus_per_replica")
	m.owns(workers, m.asked.plus(each, machines-1), replicas)
	m.object.Machines = machines
}

// runtimeKey is what serving runtimes of the file are kept under.
const runtimeKey = "runtime/"

// processorFormats are formats of models that run on processors.
var processorFormats = []string{"sklearn", "xgboost", "lightgbm", "pmml"}

// runtime names what decides in another object what a predictor runs on.
func (m *manifest) runtime(predictor *yaml.Node) {
	model := field(predictor, "model")
	format, runtime := word(field(model, "modelFormat", "name")), word(field(model, "runtime"))
	switch {
	case m.asked.any() || slices.Contains(processorFormats, format):
	case runtime != "":
		m.elsewhere = "it requests no accelerator itself, and what its serving runtime " + clip(runtime) + " requests is not read"
	case format != "":
		m.elsewhere = "it requests no accelerator itself, and what the serving runtime of " + clip(format) + " requests is not read"
	}
}

// replicas are those that the object declares; with none at all only an autoscaler makes some.
func (m *manifest) replicas(n *yaml.Node) {
	switch {
	case n == nil || isNull(n):
	case whole(n) > 0:
		m.take("replicas", n, n.Value)
	case word(n) != "0":
		m.unjudged("its number of replicas is " + shape(n) + ", which is not a whole number")
	case m.object.Kind != "InferenceService":
		m.object.stopped = true
	}
}

// owns is what one replica has of accelerators.
func (m *manifest) owns(at *yaml.Node, r request, replicas *yaml.Node) {
	m.asked = r
	m.object.Accelerators = r.count * max(whole(replicas), 1)
	if r.count > 0 && r.part == "" {
		if r.at != nil {
			at = r.at
		}
		if m.take("gpus_per_replica", at, r.filled()) && len(r.kinds) > 0 {
			v := m.doc.Traits["gpus_per_replica"]
			v.Origin.Name = r.kinds[0]
			m.doc.Traits["gpus_per_replica"] = v
		}
	}
}
