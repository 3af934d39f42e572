package export

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/launch"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/pattern"
)

// A replica that one machine does not hold is a LeaderWorkerSet: a group of pods, one a machine, of which
// the first answers (lws.sigs.k8s.io, API reference v1, read November 2026; the controller sets
// LWS_LEADER_ADDRESS and LWS_WORKER_INDEX in each pod).
const groupKind, groupVersion = "LeaderWorkerSet", "leaderworkerset.x-k8s.io/v1"

// severalMachines is an instance type that stands for machines which are rented together.
var severalMachines = pattern.Of(`^([0-9]+) x (.*)$`)

// machines is how many machines a replica of the plan stands on.
func (p Plan) machines() int {
	e := p.plan()
	if found := severalMachines.FindStringSubmatch(e.InstanceType); found != nil {
		n, _ := strconv.Atoi(found[1])
		return max(n, 1)
	}
	if o := p.Manifest; o != nil && o.Machines > 1 && !p.moved() && e.PerReplica%o.Machines == 0 {
		return o.Machines
	}
	if most := p.Accelerator.MaxPerNode; most > 0 && e.PerReplica > most && e.PerReplica%most == 0 {
		return e.PerReplica / most
	}
	return 1
}

// instanceType is the type of one machine of the plan.
func (p Plan) instanceType() string {
	if found := severalMachines.FindStringSubmatch(p.plan().InstanceType); found != nil {
		return found[2]
	}
	return p.plan().InstanceType
}

// stages are those of the pipeline parallelism of a replica: those that were asked for, else one a
// machine.
func (p Plan) stages() int {
	if n := p.Workload.LLM.Stages; n > 1 && max(p.plan().PerReplica, 1)%n == 0 {
		return n
	}
	if p.Workload.LLM.Arguments.Copies > 1 { // each group is on one machine
		return 1
	}
	if shape, err := llm.ShapeOf(p.Model); err == nil {
		_, stages := shape.Divided(p.Accelerator, p.plan().PerReplica, p.perMachine())
		return stages
	}
	return p.machines()
}

// perMachine is how many accelerators one pod of a replica requests.
func (p Plan) perMachine() int { return max(p.plan().PerReplica/p.machines(), 1) }

// flags of engines for pipeline parallelism, and for the machines of a replica. vllm and sglang by their
// documentation of several nodes (docs.vllm.ai, serving/parallelism_scaling; docs.sglang.io,
// references/multi_node_deployment); workers of vllm answer nobody.
var (
	pipelineFlags = map[string]string{"vllm": "--pipeline-parallel-size", "sglang": "--pp-size", "trtllm": "--pp_size"}
	joining       = map[string]struct{ all, workers []string }{
		"vllm":   {[]string{"--nnodes=%d", "--node-rank=$(LWS_WORKER_INDEX)", "--master-addr=$(LWS_LEADER_ADDRESS)"}, []string{"--headless"}},
		"sglang": {[]string{"--nnodes=%d", "--node-rank=$(LWS_WORKER_INDEX)", "--dist-init-addr=$(LWS_LEADER_ADDRESS):20000"}, nil},
	}
)

// pipeline is the argument for the stages of a replica; none for one.
func (p Plan) pipeline() []argument {
	flag, n := pipelineFlags[p.engine()], p.stages()
	if n < 2 || flag == "" {
		return nil
	}
	return []argument{{launch.PipelineParallel, flag, strconv.Itoa(n), "stages, each with layers of its own", true}}
}

// group writes a LeaderWorkerSet with its Service.
func (p Plan) group(autoscaled bool) (Output, error) {
	join, known := joining[p.engine()]
	if !known || p.Workload.LLM.Arguments.Copies > 1 && p.engine() != "sglang" {
		return Output{}, fmt.Errorf("a replica of the plan spans %d machines, and how %s joins them cannot be written here: plan with --engine vllm or sglang, or give your own %s with --plan", p.machines(), p.engine(), groupKind)
	}
	leader, notes, err := p.pod()
	if err != nil {
		return Output{}, err
	}
	worker, _, err := p.pod()
	if err != nil {
		return Output{}, err
	}
	for _, pod := range []*yaml.Node{leader, worker} {
		args := at(at(pod, "containers").Content[0], "args")
		for i, a := range join.all {
			word := text(strings.Replace(a, "%d", strconv.Itoa(p.machines()), 1))
			if i == 0 {
				word.HeadComment = comment("the machines of the group; its controller sets the variables")
			}
			args.Content = append(args.Content, word)
		}
	}
	c := at(worker, "containers").Content[0]
	for _, a := range join.workers {
		at(c, "args").Content = append(at(c, "args").Content, text(a))
	}
	for _, key := range []string{"ports", "startupProbe", "readinessProbe"} { // the leader answers
		unset(c, key)
	}
	unset(leader, "topologySpreadConstraints") // each pod takes a machine
	unset(worker, "topologySpreadConstraints")
	labels := func(role string) field {
		return field{"metadata", mapping(field{"labels", mapping(p.nameLabel(), field{"role", role, ""}), ""}), ""}
	}
	spec := mapping(
		p.replicasField(autoscaled),
		field{"leaderWorkerTemplate", mapping(
			field{"size", p.machines(), fmt.Sprintf("Machines of a replica, each with %d accelerators.", p.perMachine())},
			field{"restartPolicy", "RecreateGroupOnPodRestart", "A replica is lost with any of its machines."},
			field{"leaderTemplate", mapping(labels("leader"), field{"spec", leader, ""}), ""},
			field{"workerTemplate", mapping(labels("worker"), field{"spec", worker, ""}), ""},
		), ""})
	set, err := document(p.heading()+"\nscaleadvise check judges it by its annotations.", mapping(
		field{"apiVersion", groupVersion, ""}, field{"kind", groupKind, ""},
		p.metadata("", field{"annotations", p.annotated(autoscaled), ""}), field{"spec", spec, ""}))
	if err != nil {
		return Output{}, err
	}
	service, err := p.service(mapping(p.nameLabel(), field{"role", "leader", ""}))
	return Output{Text: together(set, service), Notes: notes}, err
}

// leaders are the labels of the first pods of groups, one a replica, as their controller sets them.
func (p Plan) leaders() *yaml.Node {
	return mapping(field{"leaderworkerset.sigs.k8s.io/name", p.Name, ""}, field{"leaderworkerset.sigs.k8s.io/worker-index", "0", ""})
}

// patchGroup makes the groups of a LeaderWorkerSet as large as the plan's replicas.
func (p Plan) patchGroup(m *manifest) error {
	o, n := p.Manifest, p.machines()
	if n == max(o.Machines, 1) {
		return nil
	}
	template := at(m.object, "spec", "leaderWorkerTemplate")
	if scalar(at(template, "size")) != strconv.Itoa(max(o.Machines, 1)) {
		return fmt.Errorf("%s: the plan's replica spans %d machines, and not all pods of a group of %s have accelerators; change its size yourself, or plan with --gpus-per-replica", o.Origin, n, o.Name)
	}
	set(template, "size", n, "machines of a replica")
	return nil
}
