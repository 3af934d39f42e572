package advisor

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/engine"
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/launch"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/pattern"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/unit"
)

// servedFindings judges what the containers of a manifest are told to serve by the hardware that
// they get, which needs no load. read says so; it is "" where that could be told of none.
func servedFindings(ctx context.Context, in Declared) (found []advice.Located, read string, err error) {
	if in.Object == nil {
		return nil, "", nil
	}
	for _, s := range servedBy(in) {
		j := newServing(in, s)
		j.judge()
		fired, err := in.Rules.Evaluate(ctx, fact.Check, fact.Read(j.view))
		if err != nil {
			return nil, "", err
		}
		found = append(found, j.places().locate(in.File, findings(fired), j.view.Origins)...)
		if s.Said(launch.Model) && read == "" {
			read = "its arguments were judged, and its capacity was not"
		}
		if f := j.facts; f.Weights > 0 && !j.view.Server.Fits && j.view.Server.Needed == 0 {
			read = fmt.Sprintf("its arguments were judged (%s: %s of weights on each of %d × %s, of %s usable), and its capacity was not", f.Model,
				unit.FormatFact(f.Weights, "GiB"), max(f.Spread, 1), f.Accelerator, unit.FormatFact(f.Usable, "GiB"))
		}
	}
	return found, read, nil
}

// servedBy are the containers of a manifest that serve; a replica over several machines is one
// even where only annotations say what it serves: what fits it is known, and how fast it is not.
func servedBy(in Declared) []plan.Served {
	o, w := in.Object, in.Workload
	if len(o.Served) > 0 || o.Machines < 2 || w.ModelAssumed || w.GPUsPerReplica == 0 {
		return o.Served
	}
	settings := map[launch.Key]launch.Setting{
		launch.Model: {Text: w.Model}, launch.TensorParallel: {Text: strconv.Itoa(max(w.GPUsPerReplica/o.Machines, 1))},
		launch.PipelineParallel: {Text: strconv.Itoa(o.Machines)},
	}
	return []plan.Served{{
		Container: o.Name, Server: launch.Server{Engine: cmp.Or(w.LLM.Engine, launch.VLLM), Settings: settings}, GPUs: w.GPUsPerReplica,
		Machines: o.Machines, Origin: o.Origin, SharedMemory: true, // of which nothing is said
	}}
}

// serving is one container while it is judged.
type serving struct {
	in          Declared
	served      plan.Served
	view        *fact.View
	facts       *fact.Serving
	accelerator *catalog.Accelerator // nil when unknown
	model       *catalog.Model       // nil when unknown
	shape       *llm.Shape           // nil for what is no language model, or unknown
}

func newServing(in Declared, s plan.Served) *serving {
	j := &serving{in: in, served: s, view: emptyView(in.Rules)}
	j.facts, j.view.Origins = &j.view.Gate.Serving, origins(in.Workload)
	if a, _, err := in.Catalog.ResolveAccelerator(in.Workload.GPU); in.Workload.GPU != "" && err == nil {
		j.accelerator = &a
	}
	if o := in.Object; j.accelerator == nil && o.Part.GB > 0 { // all that is known of a part is its memory
		j.accelerator = &catalog.Accelerator{ID: "part", Name: o.Part.Name, Vendor: "NVIDIA", MemoryGiB: o.Part.GB * 1e9 / (1 << 30)}
	}
	if m, err := in.Catalog.ResolveModel(plan.ModelName(s.Settings[launch.Model].Text)); s.Said(launch.Model) && err == nil {
		j.model = &m
		if shape, err := llm.ShapeOf(m); err == nil && m.Kind == "llm" {
			j.shape = &shape
		}
	}
	return j
}

// servedPlaces are the traits by which facts of a container find their line.
var servedPlaces = map[launch.Key]string{
	launch.Model: "served.model", launch.TensorParallel: "served.tensor", launch.PipelineParallel: "served.pipeline",
	launch.DataParallel: "served.data", launch.Quantization: "served.precision", launch.DType: "served.precision",
	launch.MaxLength: "served.length", launch.MaxSequences: "served.sequences", launch.MemoryFraction: "served.fraction",
}

func (j *serving) places() places {
	p := placesOf(j.in)
	p.add("container", j.served.Origin)
	p.add("served.probe", j.served.Patience.Origin)
	p.add("served.gpus", j.served.Requested)
	if j.served.Requested.Line > 0 {
		j.view.Origins["served.gpus"] = j.served.Requested.String()
	}
	for key, trait := range servedPlaces {
		if o, ok := j.served.Places[key]; ok && !(key == launch.DType && j.served.Said(launch.Quantization)) {
			p.add(trait, o)
			j.view.Origins[trait] = o.String()
		}
	}
	if o, ok := p["served.model"]; ok {
		p["gpu"] = o // what does not fit is the model that is named there
	}
	j.view.Origins["container"] = j.served.Origin.String()
	return p
}

func (j *serving) judge() {
	s, f := j.served, j.facts
	f.Container, f.Engine, f.GPUs, f.RequestsOnly = s.Container, s.Engine, s.GPUs*max(s.Size(launch.Nodes, 1)/max(s.Machines, 1), 1), s.RequestsOnly
	f.Model = s.Settings[launch.Model].Text
	if f.Container == "" {
		f.Container = s.Engine
	}
	if j.accelerator != nil {
		f.Accelerator = offer.ShortName(*j.accelerator)
	}
	j.parallel()
	j.precision()
	j.memory()
	f.NoShared = !s.SharedMemory && slices.Contains(sharing, s.Engine)
	if f.Patience = s.Patience.Value; f.Weights > 0 {
		f.Start = engineStart + f.Weights*float64(max(f.Tensor*f.Pipeline, 1))/diskGiB
	}
	j.load()
	j.contradictions()
}

// alone are servers that use one accelerator unless they are told of more; others use what there
// is.
var alone = []string{launch.VLLM, launch.SGLang, launch.LMDeploy, launch.TensorRTLLM, launch.HuggingFace}

// sharing are servers whose ranks exchange through shared memory (their containers are to be run
// with --ipc=host or --shm-size, by their documentation).
var sharing = []string{launch.VLLM, launch.SGLang, launch.TGI, launch.LMDeploy, launch.TensorRTLLM, launch.HuggingFace}

// A start takes at least the reading of the weights, at the 1 GiB/s to which a gp3 volume goes, and
// what an engine needs for itself with everything cached (vLLM, 8B: 82 s in all, of it 18 s for the
// weights; tensorfuse.io, 2025-09-01).
const (
	diskGiB     = 1.0
	engineStart = 30
)

func (j *serving) parallel() {
	s, f := j.served, j.facts
	f.Tensor, f.Pipeline, f.Data = s.Size(launch.TensorParallel, 0), s.Size(launch.PipelineParallel, 1), s.Size(launch.DataParallel, 1)
	if f.Tensor == 0 && s.Complete && slices.Contains(alone, s.Engine) && s.Said(launch.Model) {
		f.Tensor = 1
	}
	ranks := f.Tensor * f.Pipeline
	switch {
	case s.Engine == launch.SGLang && ranks == f.GPUs:
		f.Data = 1 // of data-parallel attention, which divides the same accelerators
	case ranks*f.Data > f.GPUs && s.Settings[launch.Executor].Text == "ray" && s.Machines < 2:
		f.Tensor = 0 // the others join through a cluster of Ray that another object makes
	}
	if tensor := s.Size(launch.TensorParallel, 1); j.shape != nil && !j.shape.Divides(tensor) {
		f.Tensor, f.Heads, f.KVHeads = tensor, j.shape.Heads, j.shape.KVHeads
		for _, n := range llm.ValidTP(*j.shape, max(f.GPUs, tensor)) {
			f.Even = append(f.Even, strconv.Itoa(n))
		}
	}
}

// precision finds what the accelerator does not compute in.
func (j *serving) precision() {
	p, _ := j.served.Precision()
	if p == "" && j.shape != nil {
		p = j.shape.Released
	}
	j.facts.Precision = p
	if j.accelerator == nil || p == "" || j.accelerator.ID == "part" {
		return
	}
	a, shape := *j.accelerator, llm.Shape{}
	if j.shape != nil {
		shape = *j.shape
	}
	half := p == "bf16" && a.BF16TFLOPS == 0 && a.FP16TFLOPS > 0
	if awq(j.served) && slices.Contains(alone, j.served.Engine) && !llm.Since(engine.Turing, a) {
		j.facts.Lacks = "int4 (AWQ)"
		return
	}
	switch {
	case !half && (p != "fp8" && p != "fp4" && p != "mxfp4" || llm.Runs(p, a, shape)):
	case llm.Unpacked(engineOf(j.served.Engine), p, a):
		j.facts.Unpacked = p
	default:
		j.facts.Lacks = p
	}
}

// awq reports whether weights are packed by AWQ, for which engines have kernels from Turing on.
func awq(s plan.Served) bool {
	return strings.Contains(strings.ToLower(s.Settings[launch.Quantization].Text+" "+s.Settings[launch.Model].Text), "awq")
}

// engineOf is the engine that a server starts, where it is another.
func engineOf(server string) string {
	if server == launch.HuggingFace || server == launch.DJL {
		return launch.VLLM
	}
	return server
}

// load is what needs a declared load or an autoscaler.
func (j *serving) load() {
	s, f, w := j.served, j.facts, j.in.Workload
	f.Sequences = s.Size(launch.MaxSequences, 0)
	if t := w.LLM.Input.Mid + w.LLM.Output.Mid; w.LLM.Input.Mid > 0 && w.LLM.Output.Mid > 0 {
		f.Requests = t
	}
	if a := j.in.Autoscaler; a != nil && a.Signal == plan.Concurrency && a.Target.Value >= 1 {
		f.Target = int(math.Ceil(a.Target.Value))
		j.view.Origins["hpa.target"] = a.Target.Origin.String()
	}
}

// contradictions are annotations that say something else than the arguments.
func (j *serving) contradictions() {
	if len(j.in.Object.Served) > 1 {
		return // it is not said which of them is meant
	}
	s, f := j.served, j.facts
	precision, _ := s.Precision()
	says := map[string]string{"precision": precision, "kv_precision": s.KVPrecision(), "engine": ""}
	if slices.Contains([]string{launch.VLLM, launch.SGLang, launch.TensorRTLLM}, s.Engine) {
		says["engine"] = s.Engine
	}
	if j.model != nil {
		says["model"] = j.model.ID
	}
	if f.Tensor > 0 {
		says["gpus_per_replica"] = strconv.Itoa(f.Tensor * f.Pipeline)
	}
	for _, t := range j.in.Workload.Traits {
		name, annotated := strings.CutPrefix(t.Value.Origin.Name, "scaleadvise.dev/")
		said := says[t.Spec.Name]
		if !annotated || said == "" {
			continue
		}
		text := t.Value.Text
		if t.Spec.Name == "model" {
			if m, err := j.in.Catalog.ResolveModel(text); err == nil {
				text = m.ID
			}
		}
		if text != said {
			f.Contradicts = append(f.Contradicts, fmt.Sprintf("%s: %s annotated, %s served", name, text, said))
		}
	}
}

// sized is the size in the name of a model, in 10^9 parameters, such as 32B; not of a mixture
// that states its experts.
var sized = pattern.Of(`(?i)(?:^|[-_/ ])([0-9]+(?:\.[0-9]+)?)b(?:$|[-_. ])`)

// namedParams are the parameters that the name of a model states; 0 where it states none.
func namedParams(name string) float64 {
	found := sized.FindStringSubmatch(name)
	if found == nil {
		return 0
	}
	billions, _ := strconv.ParseFloat(found[1], 64)
	return billions * 1e9
}
