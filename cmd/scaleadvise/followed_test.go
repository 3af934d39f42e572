package main

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// drawn are values of which one is drawn, "" leaving the flag out.
type drawn map[string][]string

// workloads are kinds of workload: ordinary models, services that were measured, machines
// without an accelerator, language models split over accelerators, and batch jobs.
var workloads = map[string]drawn{
	"ordinary": {
		"model": {"resnet-50", "bert-large", "all-minilm-l6-v2", "yolov8n", "whisper-large-v3", "sdxl", "efficientnet-b4"}, "gpu": {"t4", "l4", "a10g", "a100", "h100", "v100", "mi300x", "rtx4090"},
		"qps": {"0.5", "50", "800", "5000"}, "runtime": {"", "", "tensorrt", "onnxruntime", "mlperf"}, "precision": {"", "", "fp32", "int8"}, "p99": {"", "30ms", "200ms", "2s"},
	},
	"measured": {
		"gpu": {"t4", "l4", "a10g", "a100", "a100-sxm-40gb", "h100", "h200"}, "qps": {"5", "50", "800", "5000"}, "p99": {"100ms", "500ms", "2s"}, "gpus-per-replica": {"", "2"},
		"service-cv": {"", "0.5"}, "model": {"", "bert-large"}, "service": {"service-time=4ms", "service-time=8ms..12ms", "service-time=60ms", "batch-time=1:5ms,16:30ms", "replica-qps=900 service-time=9ms max-batch=16", "service-time=20ms concurrency=4"},
	},
	"processor": {
		"machine": {"c7i.2xlarge", "m7g.xlarge", "c6i.4xlarge", "c7a.8xlarge"}, "qps": {"2", "20", "100"}, "p99": {"300ms", "1s"}, "cpu": {"", "2"},
		"service": {"service-time=30ms", "service-time=80ms", "model=resnet-50", "model=all-minilm-l6-v2 runtime=openvino", "model=bert-base workers=2"},
	},
	"language": {
		"model": {"llama-3.1-8b", "llama-3.1-70b", "qwen3-30b-a3b"}, "gpu": {"a100", "h100", "l40s", "a10g"}, "qps": {"0.3", "2", "10"}, "gpus-per-replica": {"", "2", "4"},
		"input-tokens": {"512", "2000"}, "output-tokens": {"128", "400"}, "ttft": {"1s", "3s"}, "tpot": {"50ms", "120ms"}, "precision": {"", "", "fp8"},
	},
	"job": {
		"model": {"resnet-50", "bert-large"}, "gpu": {"t4", "l4", "a100"}, "qps": {"50", "500"}, "data-size": {"2TB"}, "data-growth": {"40GB/day"}, "job-window": {"6h"}, "job-rate": {"120MB/s", "20MB/s"},
	},
}

// circumstances belong to any of them.
var circumstances = drawn{
	"replicas": {"", "1", "3", "8"}, "growth": {"", "", "3%/month horizon=3mo", "10%/month horizon=12mo"}, "zones": {"", "", "2", "3"}, "availability": {"", "", "99%", "99.9%"},
	"burstiness": {"", "", "", "3@1s"}, "pricing": {"", "", "", "1y", "spot"}, "balancing": {"", "", "least-loaded"},
	"day-shape": {"", "", "", "office cold-start=3min", "web cold-start=10min"}, "headroom": {"", "", "", "0%", "40%"}, "stay": {"", "", "", "none"},
}

// into draws flags.
func (d drawn) into(t *rapid.T, flags map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(d)) {
		text := rapid.SampledFrom(d[name]).Draw(t, name)
		if text == "" {
			continue
		}
		words := strings.Fields(text)
		if name != "service" {
			flags[name], words = words[0], words[1:]
		}
		for _, word := range words {
			key, value, _ := strings.Cut(word, "=")
			flags[key] = value
		}
	}
}

// asked are flags as a command line has them.
func asked(flags map[string]string) []string {
	var words []string
	for _, name := range slices.Sorted(maps.Keys(flags)) {
		words = append(words, "--"+name, flags[name])
	}
	return words
}

// advised is what advice says, as scripts read it.
type advised struct {
	Strategy  string `json:"strategy"`
	Direction string `json:"direction"`
	Feasible  bool   `json:"feasible"`
	Plan      struct {
		Accelerator   string   `json:"accelerator"`
		PerReplica    int      `json:"accelerators_per_replica"`
		Replicas      int      `json:"replicas"`
		Precision     string   `json:"precision"`
		Runtime       string   `json:"runtime"`
		Machine       string   `json:"machine"`
		Cloud         string   `json:"cloud"`
		Optimizations []string `json:"optimizations"`
	} `json:"plan"`
}

// followed are the flags of who does what advice says.
func (a advised) followed(flags map[string]string) map[string]string {
	p, out := a.Plan, maps.Clone(flags)
	measured := slices.ContainsFunc([]string{"service-time", "batch-time", "replica-qps"}, func(name string) bool { return flags[name] != "" })
	if measured {
		on, n := flags["gpu"]+flags["machine"], flags["gpus-per-replica"]+flags["cpu"]
		if n != "" {
			on = n + "x" + on
		}
		out["measured-on"] = on
	}
	for _, name := range []string{"gpu", "gpus-per-replica", "machine", "cpu"} {
		delete(out, name)
	}
	out["replicas"] = fmt.Sprint(p.Replicas)
	if p.Cloud != "" {
		out["cloud"] = p.Cloud
	}
	if flags["machine"] != "" && !strings.HasPrefix(p.Accelerator, "nvidia-") {
		out["machine"], out["cpu"] = cmp.Or(p.Machine, flags["machine"]), fmt.Sprint(p.PerReplica)
	} else {
		out["gpu"], out["gpus-per-replica"] = p.Accelerator, fmt.Sprint(p.PerReplica)
	}
	if p.Precision != "" && !measured {
		out["precision"] = p.Precision
	}
	if p.Runtime != "" {
		out["runtime"] = p.Runtime
	}
	if slices.Contains(p.Optimizations, "fp8-kv") {
		out["kv-precision"] = "fp8"
	}
	return out
}

// TestFollowedAdviceIsAFixedPoint: who does what advice says and asks again is told to keep it,
// and check finds no error in the plan, whatever the workload.
func TestFollowedAdviceIsAFixedPoint(t *testing.T) {
	fewer(t, 20) // each is four runs
	kept := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(slices.Sorted(maps.Keys(workloads))).Draw(t, "kind")
		flags := map[string]string{}
		workloads[kind].into(t, flags)
		circumstances.into(t, flags)
		first, code := adviseFlags(t, asked(flags))
		if code == exitUsage {
			t.Fatalf("%v: refused", asked(flags))
		}
		if !first.Feasible {
			return
		}
		s := newStage()
		if code := s.run(append([]string{"init"}, asked(first.followed(flags))...)...); code != exitDone {
			t.Fatalf("%v: init of %v: %s", asked(flags), first.followed(flags), s.err.String())
		}
		dir, err := os.MkdirTemp("", "followed")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		file := filepath.Join(dir, "plan.yaml")
		if err := os.WriteFile(file, s.out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		if again, _ := adviseFlags(t, []string{"--plan", file}); again.Strategy != "none" || !again.Feasible {
			t.Fatalf("%v: followed, %+v, then %+v", asked(flags), first.Plan, again)
		}
		s = newStage()
		if code := s.run("check", file); code != exitDone {
			t.Fatalf("%v: %+v does not pass: %s", asked(flags), first.Plan, s.out.String())
		}
		kept[kind]++
	})
	if len(kept) == 0 {
		t.Error("no advice was followed")
	}
}

// fewer has laws tried on fewer cases, where none was asked for on the command line.
func fewer(t *testing.T, checks int) {
	t.Helper()
	f := flag.Lookup("rapid.checks")
	if f.Value.String() != f.DefValue {
		return
	}
	if err := flag.Set(f.Name, strconv.Itoa(checks)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = flag.Set(f.Name, f.DefValue) })
}

// adviseFlags asks for advice.
func adviseFlags(t *rapid.T, flags []string) (a advised, code int) {
	s := newStage()
	code = s.run(append(flags, "-o", "json", "-q")...)
	if code == exitUsage {
		t.Logf("%v: %s", flags, s.err.String())
		return a, code
	}
	if err := json.Unmarshal(s.out.Bytes(), &a); err != nil {
		t.Fatalf("%v: %v %s", flags, err, s.err.String())
	}
	return a, code
}
