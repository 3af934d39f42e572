package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// intact are the files of a soak as they are meant to be, by the names under which runs find them.
var intact = sync.OnceValue(func() map[string]string {
	files := map[string]string{
		"scaling.csv":  "n,throughput_qps\n1,100\n2,190\n4,340\n8,500\n",
		"trace.csv":    "arrival_s,input_tokens,output_tokens\n0,100,10\n0.5,300,30\n1.5,800,20\n2,50,5\n",
		"rates.csv":    "window_start_s,requests_per_s\n0,10\n60,30\n120,20\n",
		"answers.txt":  "A\nB\nC\nD\nA\n",
		"client.yaml":  "basic_auth: {username: u, password: p}\ntls_config: {insecure_skip_verify: true}\n",
		"validate.csv": "accelerator,accelerator_count,model,precision,known_max_qps,known_latency_ms,bound_ms,percentile,measured_qps\nt4,1,resnet50,int8,5000,,15,99,4500\na10,2,bert-large,fp16,,,,,1000\n",
		"config.json": `{"architectures":["LlamaForCausalLM"],"model_type":"llama","hidden_size":2048,"intermediate_size":5632,"num_hidden_layers":22,` +
			`"num_attention_heads":32,"num_key_value_heads":4,"vocab_size":32000,"max_position_embeddings":2048,"torch_dtype":"bfloat16"}`,
		"rules/own.yaml": strings.TrimLeft(goodRule, "\n"),
		"profiles/own.yaml": "id: own\ntitle: Own server\nkind: classic\nsource: the handbook\nprobe: own_requests_total\n" +
			"quantities:\n  requests: {counter: own_requests_total}\n",
		"catalog/accelerators.csv": "id,memory_gib\nx,1\n",
		"catalog/models.csv":       "id,kind,total_params_b\nours,encoder,0.3\n",
		"baseline.json":            `{"schema":"urn:scaleadvise:baseline:v1","findings":[]}`,
	}
	for name, path := range map[string]string{
		"requests.json": "testdata/metrics/requests.json", "vllm.txt": "testdata/metrics/vllm.txt", "deploy.yaml": "testdata/kubernetes/embedder.yaml",
		"llm.csv": "testdata/llm.csv", "vegeta.json": "advisor/loadtest/testdata/vegeta.json", "k6.json": "advisor/loadtest/testdata/k6_summary.json",
	} {
		text, err := os.ReadFile(filepath.Join(sourceRoot, path))
		if err != nil {
			panic(err)
		}
		files[name] = string(text)
	}
	return files
})

// sourceRoot is the repository's folder, for tests that leave that of the package.
var sourceRoot, _ = filepath.Abs(root)

// fileNames are the names of all files of a soak, sorted.
func fileNames() []string {
	return slices.Sorted(maps.Keys(maps.Collect(func(yield func(string, bool) bool) {
		for name := range intact() {
			if !yield(name, true) {
				return
			}
		}
		_ = yield("plan.yaml", true) && yield("plans.yaml", true)
	})))
}

// drawFiles are all files of a run, some of them damaged.
func drawFiles(r *rand.Rand) map[string]string {
	files := maps.Clone(intact())
	files["plan.yaml"] = drawPlan(r)
	files["plans.yaml"] = drawPlan(r) + "---\n" + drawPlan(r)
	if r.IntN(3) == 0 {
		files["deploy.yaml"] = drawManifest(r)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if r.IntN(6) == 0 {
			files[name] = damage(r, files[name])
		}
	}
	return files
}

// drawPlan is a plan file of the trait table, in which a value may be odd.
func drawPlan(r *rand.Rand) string {
	plan := map[string]any{"version": 1, "name": pick(r, []string{"checkout", "search", pick(r, odd)})}
	put := func(key string, value any) {
		at, path := plan, strings.Split(key, ".")
		for _, step := range path[:len(path)-1] {
			inner, _ := at[step].(map[string]any)
			if inner == nil {
				inner = map[string]any{}
				at[step] = inner
			}
			at = inner
		}
		at[path[len(path)-1]] = value
	}
	put("workload.qps", pick(r, []int{3, 40, 5000}))
	put("deploy.gpu", pick(r, []string{"a10", "l4", "t4", "h100", "a100", "l40s", pick(r, odd)}))
	put("deploy.replicas", pick(r, []int{1, 2, 8, 40}))
	for range r.IntN(4) {
		s := pick(r, workload.Specs())
		value := s.Example
		if r.IntN(5) == 0 {
			value = pick(r, odd)
		}
		if s.Kind == unit.List {
			put(s.PlanKey, strings.Split(value, ","))
		} else {
			put(s.PlanKey, value)
		}
	}
	text, err := yaml.Marshal(plan)
	if err != nil {
		return fmt.Sprintf("version: 1\nname: %q\n", err)
	}
	return string(text)
}

// drawManifest is a Deployment with annotations of ours, some odd.
func drawManifest(r *rand.Rand) string {
	var b strings.Builder
	fmt.Fprintf(&b, "apiVersion: apps/v1\nkind: %s\nmetadata:\n  name: x%d\n  annotations:\n", pick(r, []string{"Deployment", "StatefulSet", "RayService", "InferenceService", "Job"}), r.IntN(9))
	fmt.Fprintf(&b, "    scaleadvise.dev/qps: %q\n", pick(r, []string{"40", "900", pick(r, odd)}))
	for range r.IntN(4) {
		name, value := pick(r, plan.Annotations()), pick(r, odd)
		for _, s := range workload.Specs() {
			if s.Flag == name && r.IntN(3) > 0 {
				value = s.Example
			}
		}
		fmt.Fprintf(&b, "    scaleadvise.dev/%s: %q\n", name, value)
	}
	fmt.Fprintf(&b, "spec:\n  replicas: %s\n  template:\n    spec:\n      nodeSelector: {cloud.google.com/gke-accelerator: %s}\n      containers:\n        - name: server\n",
		pick(r, []string{"1", "3", "0", "-1", "1e9", "${N}", `"{{ .n }}"`}), pick(r, []string{"nvidia-l4", "nvidia-tesla-a100", "nvidia-x", `"NaN"`}))
	fmt.Fprintf(&b, "          image: vllm/vllm-openai:v0.9.1\n          args: [--model, %q]\n          resources: {limits: {%s: %s}}\n",
		pick(r, []string{"meta-llama/Llama-3.1-8B-Instruct", "bert-large", pick(r, odd)}),
		pick(r, []string{"nvidia.com/gpu", "nvidia.com/mig-1g.10gb", "amd.com/gpu", "cpu"}), pick(r, []string{"1", "8", "0", "-1", `"1"`, "0.5", "1e99"}))
	return b.String()
}

// damage changes a file as a bad copy, a bad edit or a bad neighbor would.
func damage(r *rand.Rand, text string) string {
	if text == "" {
		return text
	}
	at := r.IntN(len(text))
	lines := strings.SplitAfter(text, "\n")
	line := r.IntN(len(lines))
	switch r.IntN(8) {
	case 0:
		return text[:at]
	case 1:
		return text[:at] + pick(r, odd) + text[at:]
	case 2:
		return text[:at] + string([]byte{byte(r.IntN(256))}) + text[min(len(text), at+1):]
	case 3:
		return strings.Join(slices.Insert(slices.Clone(lines), line, lines[line]), "")
	case 4:
		return strings.Join(slices.Delete(slices.Clone(lines), line, line+1), "")
	case 5:
		return "\ufeff" + strings.ReplaceAll(text, "\n", "\r\n")
	case 6:
		return replaceNumber(r, text, odd...)
	}
	return pick(r, odd)
}

// replaceNumber puts one of the values in the place of one of the numbers of a text.
func replaceNumber(r *rand.Rand, text string, values ...string) string {
	digit := func(b byte) bool { return '0' <= b && b <= '9' }
	var starts []int
	for i := range len(text) {
		if digit(text[i]) && (i == 0 || !digit(text[i-1])) {
			starts = append(starts, i)
		}
	}
	if len(starts) == 0 {
		return text
	}
	from := pick(r, starts)
	to := from
	for to < len(text) && digit(text[to]) {
		to++
	}
	return text[:from] + pick(r, values) + text[to:]
}
