package export

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/engine"
	"scaleadvise/advisor/launch"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/pattern"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// argument is one of an engine's command line.
type argument struct {
	key   launch.Key
	flag  string
	value string
	why   string
	fixed bool // it is the plan; the others are bounds that a manifest may set as it likes
}

// server is how an engine is started.
type server struct {
	image   string   // up to the version
	version string   // the newest that was seen in use
	command []string // that starts it, before the model
	model   string   // flag that names the model; "" where it stands by itself
	listen  []string // arguments that let it answer from outside its pod; none where it does
	port    int
	health  string // path that answers once it serves
}

// servers are the engines that can be started, as their documentation says (read November 2026):
// docs.vllm.ai, deployment/docker; docs.sglang.io, get-started/install and server arguments, where the
// host is 127.0.0.1 by itself; nvidia.github.io/TensorRT-LLM, commands/trtllm-serve, where it is
// localhost. The images are the newest that were seen in use by then.
var servers = map[string]server{
	"vllm":   {"vllm/vllm-openai:v", "0.31.0", []string{"vllm", "serve"}, "", nil, 8000, "/health"},
	"sglang": {"lmsysorg/sglang:v", "0.5.21", []string{"python3", "-m", "sglang.launch_server"}, "--model-path", everywhere, 30000, "/health"},
	"trtllm": {"nvcr.io/nvidia/tensorrt-llm/release:", "1.2.1", []string{"trtllm-serve"}, "", everywhere, 8000, "/health"},
}

var everywhere = []string{"--host", "0.0.0.0"}

// server is how the engine of the plan is started. The error names the engines of which that is known.
func (p Plan) server() (server, error) {
	name := p.engine()
	if s, ok := servers[name]; ok {
		return s, nil
	}
	known := slices.Sorted(maps.Keys(servers))
	return server{}, fmt.Errorf("no container or command of %s can be written, only of %s: plan with --engine %s, or give your own manifest with --plan", name, strings.Join(known[:len(known)-1], ", ")+" and "+known[len(known)-1], known[len(known)-1])
}

// arguments are those of the engine of a language model.
func (p Plan) arguments() ([]argument, error) {
	shape, err := llm.ShapeOf(p.Model)
	if err != nil {
		return nil, err
	}
	row, err := engine.Named(p.Workload.LLM.Engine)
	if err != nil {
		return nil, err
	}
	e, names := p.plan(), row.Arguments
	length, why := p.longest(shape)
	tensor := max(e.PerReplica/p.stages(), 1)
	groups := p.Workload.LLM.Groups(tensor)
	alike := groups // that each have limits of their own
	if row.Together {
		alike = 1
	} else {
		tensor /= groups
	}
	all := []argument{
		{launch.TensorParallel, names.TensorParallel, strconv.Itoa(tensor * plan.RanksOf(e.Accelerator)), p.sharing(), true},
		{launch.MaxLength, names.MaxContext, strconv.Itoa(length), why, false},
	}
	requests, whySo := p.batching(row), "the engine's default"
	if most := (e.MaxConcurrency + alike - 1) / alike; most > 0 && most < requests {
		requests = most
		whySo = "as many as the plan was computed with; more at once fill the KV cache or slow every token"
	}
	all = append(all, argument{launch.MaxSequences, names.Requests, strconv.Itoa(requests), whySo, false})
	all = append(all, argument{launch.MemoryFraction, names.MemoryShare, share(p.memoryShare(row)), "the share that the plan was computed with; less holds fewer requests", false})
	all = append(all, p.pipeline()...)
	all = append(all, p.dataParallel(row, groups)...)
	all = append(all, p.prefixes(row)...)
	all = p.told(append(all, p.precisions(shape)...), row)
	for i, a := range all {
		if s := p.onlyServed(); s != nil && !a.fixed && s.Said(a.key) && s.Settings[a.key].Text != a.value {
			all[i].value, all[i].why = s.Settings[a.key].Text, "as in the manifest"
		}
	}
	return all, nil
}

// sharing says what the accelerators of tensor parallelism are.
func (p Plan) sharing() string {
	if p.stages() > 1 {
		return "accelerators of a stage"
	}
	return "accelerators of a replica"
}

// onlyServed is the container of the manifest that serves; nil where there is none, or several.
func (p Plan) onlyServed() *plan.Served {
	if p.Manifest == nil || len(p.Manifest.Served) != 1 || spoken(p.Manifest.Served[0].Engine) != p.engine() {
		return nil
	}
	return &p.Manifest.Served[0]
}

// batching is the most sequences that the engine decodes at once by itself.
func (p Plan) batching(row engine.Engine) int {
	return row.On(p.Accelerator.Name, llm.DeviceGiB(p.Accelerator)).Requests
}

// memoryShare is the share of memory in the engine's own meaning.
func (p Plan) memoryShare(row engine.Engine) float64 {
	if told := p.Workload.LLM.Arguments.MemoryShare; told > 0 {
		return told
	}
	switch r := row.Memory.(type) {
	case engine.ShareOfDevice:
		return r.Share
	case engine.ShareOfFree:
		return r.Share
	}
	device := llm.DeviceGiB(p.Accelerator)
	kept, more := row.Memory.Keep(device, p.plan().WeightsGiB, 0, max(p.plan().PerReplica, 1))
	return math.Floor(100*(device-kept-more)/device) / 100
}

// precisions are arguments for weights and KV cache that differ from what is published.
func (p Plan) precisions(shape llm.Shape) []argument {
	e := p.plan()
	engineOf := p.engine()
	var all []argument
	if e.Precision == "fp8" && shape.Released != "fp8" && catalog.NamedPrecision(p.Workload.Model) != "fp8" && engineOf != "trtllm" {
		all = append(all, argument{launch.Quantization, "--quantization", "fp8", "quantized as it is loaded; test the answers on your data", true})
	}
	if p.kvPrecision() == "fp8" && engineOf != "trtllm" {
		word := "fp8"
		if engineOf == "sglang" {
			word = "fp8_e5m2"
		}
		all = append(all, argument{launch.KVDType, "--kv-cache-dtype", word, "half the memory of a token: twice the requests at once", true})
	}
	return all
}

// kvPrecision is that of the KV cache of the plan.
func (p Plan) kvPrecision() string {
	if slices.Contains(p.plan().Optimizations, "fp8-kv") {
		return "fp8"
	}
	return p.Workload.LLM.KVPrecision
}

// quantized says what checkpoint has to be named, where no argument makes it; "" for the published one.
func (p Plan) quantized() string {
	switch precision := p.plan().Precision; precision {
	case "int4", "int8", "fp4":
		if named := catalog.NamedPrecision(p.Workload.Model); named == precision || p.Model.Released == precision {
			return ""
		}
		return "the plan serves " + precision + ": name a checkpoint that is quantized to it, and test the answers on your data"
	}
	if p.engine() == "trtllm" && p.plan().Precision == "fp8" {
		return "the plan serves fp8: name a checkpoint that NVIDIA's Model Optimizer quantized, and test the answers on your data"
	}
	return ""
}

// repository is the model as its publisher names it, and whether that is known.
func (p Plan) repository() (string, bool) {
	if s := p.onlyServed(); s != nil && s.Said(launch.Model) {
		return s.Settings[launch.Model].Text, true
	}
	if name := p.Workload.Model; strings.Contains(name, "/") {
		return name, true
	}
	if found := published.FindStringSubmatch(p.Model.Source); found != nil {
		return found[1], true
	}
	if found := shaped.FindStringSubmatch(p.Model.Source); found != nil {
		for start, publisher := range publishers {
			if strings.HasPrefix(strings.ToLower(found[1]), start) {
				return publisher + "/" + found[1], true
			}
		}
	}
	return p.Model.ID, false
}

// What sources of the catalog say of the published name.
var (
	published = pattern.Of(`^huggingface\.co ([\w.-]+/[\w.-]+)`)
	shaped    = pattern.Of(`litgpt config\.py @\w+ \(([\w.-]+)\)`)
)

// publishers are those of families of models.
var publishers = map[string]string{
	"llama-": "meta-llama", "qwen": "Qwen", "qwq": "Qwen", "mistral-": "mistralai", "mixtral-": "mistralai", "gemma-": "google", "phi-": "microsoft",
}

// engineCommand writes the command that starts the engine.
func engineCommand(p Plan) (Output, error) {
	if !p.language() {
		return Output{}, fmt.Errorf("engine-args: %s is no language model that an engine is known to serve; the command of your server stays as it is", p.Workload.Model)
	}
	s, errServer := p.server()
	args, errArgs := p.arguments()
	if err := cmp.Or(errServer, errArgs); err != nil {
		return Output{}, err
	}
	out := strings.Builder{}
	out.WriteString(comment(p.heading()) + "\n#\n")
	width := 0
	for _, a := range args {
		width = max(width, len(a.flag))
	}
	for _, a := range args {
		if a.why != "" {
			fmt.Fprintf(&out, "#   %-*s  %s\n", width, a.flag, a.why)
		}
	}
	name, known := p.repository()
	if !known {
		out.WriteString("# The model is named as the catalog does; put its repository or folder there.\n")
	}
	if q := p.quantized(); q != "" {
		out.WriteString("# " + strings.ToUpper(q[:1]) + q[1:] + ".\n")
	}
	for _, word := range s.words(name) {
		out.WriteString(word + " ")
	}
	for _, a := range args {
		a.value = inShell(a.value)
		out.WriteString("\\\n  " + a.word(" ") + " ")
	}
	return Output{Text: []byte(strings.TrimSuffix(out.String(), " ") + "\n")}, nil
}

// inShell is a value as a shell takes it.
func inShell(value string) string {
	if !strings.ContainsAny(value, "{}[]\"*?$&|;<>() ") {
		return value
	}
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}

// words are those of the command up to the arguments.
func (s server) words(model string) []string { return slices.Concat(s.command, s.served(model)) }

// served are the arguments that name the model, and let callers in.
func (s server) served(model string) []string {
	if s.model == "" {
		return append([]string{model}, s.listen...)
	}
	return append([]string{s.model, model}, s.listen...)
}

func count(v float64) string { return unit.Format(unit.Number, math.Round(v)) }
func share(v float64) string { return strconv.FormatFloat(v, 'g', 3, 64) }

// drafting are the arguments for speculative decoding that a trait states.
func (p Plan) drafting(row engine.Engine) []argument {
	if !slices.ContainsFunc(p.Workload.Traits, func(t workload.Resolved) bool { return t.Spec.Name == "speculation" }) {
		return nil
	}
	s := p.Workload.LLM.Arguments.Speculation
	const why = "as --speculation says; name the model that drafts where the method needs one"
	switch row.Steps {
	case "vllm":
		method := map[string]string{"draft": "draft_model"}[s.Method]
		return []argument{{"", "--speculative-config", fmt.Sprintf(`{"method":"%s","num_speculative_tokens":%.0f}`, cmp.Or(method, s.Method), s.Tokens), why, false}}
	case "sglang":
		method := map[string]string{"draft": "STANDALONE", "mtp": "NEXTN"}[s.Method]
		return []argument{{"", "--speculative-algorithm", cmp.Or(method, strings.ToUpper(s.Method)), why, false}, {"", "--speculative-num-steps", fmt.Sprintf("%.0f", s.Tokens), "", false}}
	}
	return nil
}
