package plan

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Whatever the kind, wherever the container stands in it, and however the request is written,
// an object that asks for an accelerator is a document: judged, or with the reason why not.
func TestNothingPassesInSilence(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		draw := func(name string, from ...string) string { return rapid.SampledFrom(from).Draw(rt, name) }
		kind := draw("kind", "apps/v1 Deployment", "apps/v1 StatefulSet", "apps/v1 DaemonSet", "apps/v1beta1 Deployment", "v1 Pod", "batch/v1 Job", "batch/v1 CronJob",
			"ray.io/v1 RayService", "serving.kserve.io/v1beta1 InferenceService", "serving.knative.dev/v1 Service", "leaderworkerset.x-k8s.io/v1 LeaderWorkerSet",
			"argoproj.io/v1alpha1 Rollout", "made.up/v1 Thing")
		resource := draw("resource", "nvidia.com/gpu", "nvidia.com/mig-1g.5gb", "nvidia.com/gpu.shared", "amd.com/gpu", "gpu.intel.com/i915", "habana.ai/gaudi", "google.com/tpu",
			"aws.amazon.com/neuron", "aws.amazon.com/neuroncore", "huawei.com/Ascend910", "cambricon.com/vmlu", "volcano.sh/vgpu-number", "nvidia.com/gpumem", "whoever.io/gpu")
		amount := draw("amount", "1", `"8"`, `"${N}"`, "{{ .Values.n }}", `"{{ .Values.n }}"`)
		limits := fmt.Sprintf(draw("written", "{%s: %s}", "{cpu: 1, %s: %s}", "{<<: &a {%s: %s}, cpu: 1}", "{<<: [{cpu: 2}, {%s: %s}]}"), resource, amount)
		resources := fmt.Sprintf(draw("section", "{limits: %s}", "{requests: %s}", "{requests: {cpu: 1}, limits: %s}"), limits)
		body := fmt.Sprintf(draw("place", "{containers: [{name: c, resources: %s}]}", "{containers: [{name: c}], resources: %s}", "{containers: [{name: c}, {name: d, resources: %s}]}",
			"{initContainers: [{name: i, restartPolicy: Always, resources: %s}], containers: [{name: c}]}", "{initContainers: [{name: i, resources: %s}], containers: [{name: c}]}", "{model: {resources: %s}}"), resources)
		for _, key := range strings.Fields(draw("path", "spec template", "", "spec template spec jobTemplate", "predictor", "c b a", "spec workerTemplate leaderWorkerTemplate", "spec template workers rayClusterConfig")) {
			body = "{" + key + ": " + body + "}"
		}
		version, name, _ := strings.Cut(kind, " ")
		text := fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata: {name: m}\nspec: %s\n", version, name, body)
		r := Scan([]byte(text), "m.yaml")
		if len(r.Documents) != 1 || len(r.Faults) > 0 {
			rt.Fatalf("%d documents, %d skipped, faults %v:\n%s", len(r.Documents), r.Passed, r.Faults, text)
		}
		if o := r.Documents[0].Object; o.Unjudged == "" && len(o.Missing) == 0 {
			rt.Fatalf("it says no load and would be judged:\n%s", text)
		}
	})
}

func TestMeasures(t *testing.T) {
	for text, want := range map[string]Signal{
		"http_requests_per_second": Rate, "requests_per_second": Rate, "rps": Rate, "inference_qps": Rate, "sum(rate(http_requests_total{token=\"x\"}[1m]))": Rate,
		"sum(rate(vllm:request_success_total[1m]))": Rate, "sum(rate(http_server_requests_seconds_count[1m]))": Rate, "sum by (pod) (irate(istio_requests_total[30s]))": Rate,
		"vllm:num_requests_waiting": Waiting, "queue_length": Waiting, "sum(tgi_queue_size)": Waiting, "sum(inflight_requests)": Concurrency, "vllm:num_requests_running": Concurrency,
		"sum(vllm:num_requests_running) + sum(vllm:num_requests_waiting)": Concurrency, "sglang:gen_throughput": Tokens, "sglang:token_usage": Cache,
		"histogram_quantile(0.9, sum by (le) (rate(vllm:time_to_first_token_seconds_bucket[5m])))": Latency, "dcgm_gpu_utilization": Accelerator, "dcgm_fi_dev_gpu_util": Accelerator,
		"sum(rate(vllm:generation_tokens_total[1m]))": Tokens, "vllm:generation_tokens_total": Other, "sum(rate(vllm:prompt_tokens_total[1m]))": Other, "tokens_per_second": Other, "packets_per_second": Other, "dcgm_fi_dev_fb_used": Other, "requests_per_minute": Other,
		"sum(rate(http_requests_total[1m])) * 60": Other, "sum(rate(http_requests_total[1m])) / 3": Other, "request_queue_time_seconds": Latency, "http_requests_total": Other,
		"sum(increase(http_requests_total[1m]))": Other, "orders": Other, "": Other, "gpu_cache_usage_perc": Cache,
	} {
		if got := measures(text); got != want {
			t.Errorf("%q measures %q, want %q", text, got, want)
		}
	}
}

func TestIsAccelerator(t *testing.T) {
	for _, no := range []string{"cpu", "memory", "ephemeral-storage", "hugepages-2Mi", "rdma/hca_shared_devices_a", "nvidia.com/hostdev", "nvidia.com/rdma", "intel.com/sgx_epc", "github.com/fuse", "devices.kubevirt.io/kvm", "vpc.amazonaws.com/efa", "gpu.intel.com/i915_monitoring", "smarter-devices/video0", ""} {
		if isAccelerator(no) {
			t.Errorf("%s is taken for an accelerator", no)
		}
	}
}

// Aliases that stand for each other many times are followed once.
func TestMergeBomb(t *testing.T) {
	var b strings.Builder
	b.WriteString("apiVersion: made.up/v1\nkind: Thing\nmetadata: {name: m}\nx0: &x0 {a: 1}\n")
	for i := range 60 {
		fmt.Fprintf(&b, "x%d: &x%d {<<: [*x%d, *x%d, *x%d], b%d: *x%d}\n", i+1, i+1, i, i, i, i, i)
	}
	b.WriteString("spec: {template: {spec: {containers: [{name: c, resources: {limits: {<<: *x60, nvidia.com/gpu: 1}}}]}}}\n")
	for _, kind := range []string{"made.up/v1\nkind: Thing", "apps/v1\nkind: Deployment"} {
		r := Scan([]byte(strings.Replace(b.String(), "made.up/v1\nkind: Thing", kind, 1)), "m.yaml")
		if len(r.Documents) != 1 {
			t.Errorf("%s: %d documents, faults %v", kind, len(r.Documents), r.Faults)
		}
	}
}

func corpus(tb testing.TB) []string {
	tb.Helper()
	files, err := filepath.Glob("../../testdata/cases/k8s/*.yaml")
	if err != nil || len(files) == 0 {
		tb.Fatalf("%d files, error %v", len(files), err)
	}
	var texts []string
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			tb.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	return texts
}
