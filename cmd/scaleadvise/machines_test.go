package main

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// cluster is a service of two pods on a node with others beside them, one of which owns no accelerator, as its
// exporters tell of it:
// 40 requests a second on average, more by day, each of which takes 100 ms.
type cluster struct{ to time.Time }

func (c cluster) write(w io.Writer, stamp func(time.Time) string) error {
	out := bufio.NewWriter(w)
	start := c.to.AddDate(0, 0, -9)
	each := func(metric, kind string, every int, value func(i int, t time.Time) float64) {
		name, _, _ := strings.Cut(metric, "{")
		if kind != "" {
			fmt.Fprintf(out, "# TYPE %s %s\n", strings.TrimSuffix(name, "_total"), kind)
		}
		for i := 0; i <= 9*24*60; i += every {
			t := start.Add(time.Duration(i) * time.Minute)
			fmt.Fprintf(out, "%s %g %s\n", metric, value(i, t), stamp(t))
		}
	}
	always := func(v float64) func(int, time.Time) float64 { return func(int, time.Time) float64 { return v } }
	rate := func(t time.Time) float64 {
		return 20 * (1 + 0.5*math.Cos(float64(t.Hour()*60+t.Minute()-900)/1440*2*math.Pi))
	}
	for i, pod := range []string{"chat-a", "chat-b"} {
		at := fmt.Sprintf(`{namespace="prod",pod=%q}`, pod)
		kind := func(k string) string { return []string{k, ""}[i] }
		count := 0.0
		each("http_requests_total"+at, kind("counter"), 1, func(_ int, t time.Time) float64 { count += math.Round(60 * rate(t)); return count })
		each("http_requests_in_progress"+at, kind("gauge"), 1, func(_ int, t time.Time) float64 { return rate(t) / 10 })
	}
	latency := func(per float64) func(int, time.Time) float64 {
		sum := 0.0
		return func(_ int, t time.Time) float64 { sum += per * math.Round(120*rate(t)); return sum }
	}
	fmt.Fprintln(out, "# TYPE http_request_duration_seconds histogram")
	each(`http_request_duration_seconds_bucket{namespace="prod",pod="chat-a",le="0.05"}`, "", 1, latency(0))
	each(`http_request_duration_seconds_bucket{namespace="prod",pod="chat-a",le="0.2"}`, "", 1, latency(1))
	each(`http_request_duration_seconds_bucket{namespace="prod",pod="chat-a",le="+Inf"}`, "", 1, latency(1))
	each(`http_request_duration_seconds_sum{namespace="prod",pod="chat-a"}`, "", 1, latency(0.1))
	each(`http_request_duration_seconds_count{namespace="prod",pod="chat-a"}`, "", 1, latency(1))
	pages := 0.0
	each(`starlette_requests_total{namespace="web",pod="web-0"}`, "counter", 1, func(int, time.Time) float64 { pages += 60; return pages })
	created := float64(start.Unix())
	for _, kind := range []struct {
		metric, more string
		other        func(pod string) float64
	}{
		{"kube_pod_created", `,uid="U"`, func(string) float64 { return created }},
		{"kube_pod_status_ready_time", `,uid="U"`, func(pod string) float64 {
			return created + map[string]float64{"chat-a": 94, "chat-b": 96, "train-0": 900}[pod]
		}},
		{"kube_pod_info", `,uid="U",node="n1"`, func(string) float64 { return 1 }},
		{"kube_pod_container_resource_requests", `,resource="nvidia_com_gpu",container="c"`, func(pod string) float64 { return map[string]float64{"train-0": 8}[pod] + 1 }},
		{"container_cpu_allocation", `,container="c",node="n1"`, func(string) float64 { return 4 }},
		{"container_gpu_allocation", `,container="c",node="n1"`, func(string) float64 { return 1 }},
		{"container_memory_allocation_bytes", `,container="c",node="n1"`, func(string) float64 { return 16 << 30 }},
	} {
		fmt.Fprintf(out, "# TYPE %s gauge\n", kind.metric)
		for _, pod := range []string{"chat-a", "chat-b", "train-0"} {
			each(fmt.Sprintf(`%s{namespace="prod",pod=%q%s}`, kind.metric, pod, strings.ReplaceAll(kind.more, "U", pod)), "", 4, always(kind.other(pod)))
		}
		if kind.metric == "kube_pod_info" {
			each(`kube_pod_info{namespace="web",pod="web-0",uid="web-0",node="n1"}`, "", 4, always(1))
		}
	}
	each(`kube_node_labels{node="n1",label_nvidia_com_gpu_product="NVIDIA-L4"}`, "gauge", 4, always(1))
	each(`node_cpu_hourly_cost{node="n1"}`, "gauge", 4, always(0.03))
	each(`node_gpu_hourly_cost{node="n1"}`, "gauge", 4, always(0.5))
	each(`node_ram_hourly_cost{node="n1"}`, "gauge", 4, always(0.005))
	fmt.Fprintln(out, "# EOF")
	return out.Flush()
}

// TestMachinesOfThePods: what exporters of machines tell is read of the pods that serve, and not of those
// beside them; the start of a pod, requests in flight and the hours of a day become traits.
func TestMachinesOfThePods(t *testing.T) {
	for _, server := range servers {
		t.Run(server.name, func(t *testing.T) {
			t.Parallel()
			address := server.start(t, cluster{to: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)})
			s := newStage()
			if code := s.run("observe", "--prometheus", address, "--selector", `namespace="prod"`, "--now", "2026-07-01", "--model", "bert-large"); code != exitDone {
				t.Fatalf("exit code %d, stderr %s", code, s.err.String())
			}
			plan := s.out.String()
			for _, want := range []string{
				"\n  gpu: nvidia-l4  # the metrics call it NVIDIA-L4",
				"\n  gpus_per_replica: 1  # 2 accelerators of 2 replicas",
				"\n  replicas: 2  # ",
				"\n  cold_start: 95s  # median of the pods, from creation to readiness",
				"\n  concurrency: 2  # in flight at one replica",
				"\n  service_time: 100ms  # ",
				"\n  on: nvidia-l4  # what the replicas that were measured run on",
				"\n#   allocated cost of what serves now: 1,022 USD/month",           // 2 × (4 × 0.03 + 0.5 + 16 × 0.005) an hour
				"\n#   allocated cost of a million requests, at the mean rate: 9.72", // of 1.40 USD an hour
				"\n  day_shape: 0.6",
			} {
				if !strings.Contains(plan, want) {
					t.Errorf("%q is not in\n%s", want, plan)
				}
			}
			web := newStage()
			if code := web.run("observe", "--prometheus", address, "--selector", `namespace="web"`, "--now", "2026-07-01"); code != exitDone || strings.Contains(web.out.String(), "\n  gpu:") {
				t.Errorf("a pod that owns no accelerator has that of its node: exit code %d, %s%s", code, web.out.String(), web.err.String())
			}
			file := filepath.Join(t.TempDir(), "observed.yaml")
			if err := os.WriteFile(file, []byte(plan), 0o666); err != nil {
				t.Fatal(err)
			}
			checked := newStage()
			if code := checked.run("check", file, "--fail-on", "none"); code != exitDone || strings.Contains(checked.out.String(), "Not judged") {
				t.Errorf("the plan is not judged: exit code %d, %s%s", code, checked.out.String(), checked.err.String())
			}
		})
	}
}
