package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/intake"
	"scaleadvise/advisor/shape"
	"scaleadvise/advisor/workload"
)

// beside says what a trait takes beside it, as flags.
var beside = map[string]string{
	"users": "requests-per-user=20/day", "requests-per-user": "users=2M", "peak-to-mean": "qps=100", "day-shape": "qps=100",
	"service-cv": "service-time=9ms", "concurrency": "service-time=9ms", "max-batch": "service-time=9ms", "measured-on": "service-time=9ms",
	"latency-percentile": "latency=100ms", "retention": "data-size=2TB", "job-window": "data-size=2TB", "job-rate": "data-size=2TB", "think-time": "turns=8",
}

// spellings are every trait with its example, and the files that traits may name.
func spellings() [][]string {
	var all [][]string
	for _, s := range workload.Specs() {
		words := []string{s.Flag + "=" + s.Example}
		if more := beside[s.Flag]; more != "" {
			words = append(words, more)
		}
		all = append(all, words)
	}
	return append(all,
		[]string{"model=llama-3.1-8b", "qps=5", "input-tokens=trace.csv"},
		[]string{"model=Qwen/Qwen3-32B-FP8", "qps=5", "input-tokens=@trace.csv", "output-tokens=30", "p99=2s"})
}

// taken is the case that a command makes of a command line.
func taken(t *testing.T, c command, env map[string]string, flags ...string) *intake.Case {
	t.Helper()
	var got *intake.Case
	c.run = func(k *call) (err error) {
		got, err = k.intake()
		return err
	}
	s := newStage()
	for name, value := range env {
		s.env[name] = value
	}
	words := newVocabulary(commands())
	ln, err := words.parse(flags)
	if err == nil {
		err = execute(context.Background(), s.streams, c, ln)
	}
	if err != nil {
		t.Fatalf("%s %v %v: %v", c.name, flags, env, err)
	}
	return got
}

// TestSameTraitsEverywhere: the same traits give the same workload in every command, as flags
// and as variables.
func TestSameTraitsEverywhere(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for name, text := range map[string]string{
		"scaling.csv":  "n,throughput_qps\n1,100\n2,190\n4,340\n",
		"results.json": `{"latencies":{"mean":9000000,"50th":9000000},"requests":3000,"duration":60000000000,"rate":50,"throughput":50,"success":1}`,
		"model.onnx":   `[{"nodeid":0,"children":[{"leaf":1},{"leaf":2}]}]`,
		"trace.csv":    "input_tokens,output_tokens\n100,10\n300,30\n800,20\n",
		"config.json": `{"architectures":["LlamaForCausalLM"],"model_type":"llama","hidden_size":2048,"intermediate_size":5632,
			"num_hidden_layers":22,"num_attention_heads":32,"num_key_value_heads":4,"vocab_size":32000,"max_position_embeddings":2048}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var sharing []command
	for _, c := range commands() {
		if c.has("qps") {
			sharing = append(sharing, c)
		}
	}
	if len(sharing) < 10 {
		t.Fatalf("%d commands take traits", len(sharing))
	}
	same := cmp.Options{cmpopts.IgnoreTypes(&derivation.Log{}, &shape.Model{}), cmpopts.EquateNaNs()}
	for _, words := range spellings() {
		var flags []string
		env := map[string]string{}
		for _, word := range words {
			flags = append(flags, "--"+word)
			name, value, _ := strings.Cut(word, "=")
			env[option{name: name}.variable()] = value
		}
		flagged, varied := taken(t, adviseCommand(), nil, flags...), taken(t, adviseCommand(), env)
		for _, c := range sharing {
			if d := cmp.Diff(flagged.Workload, taken(t, c, nil, flags...).Workload, same); d != "" {
				t.Errorf("%s %v: not what advise makes of it:\n%s", c.name, flags, d)
			}
			if d := cmp.Diff(varied.Workload, taken(t, c, env).Workload, same); d != "" {
				t.Errorf("%s %v: not what advise makes of it:\n%s", c.name, env, d)
			}
		}
	}
}

// TestOneRoad: only intake merges, resolves and reads the files that traits name. A command
// that did so by itself would answer about another workload.
func TestOneRoad(t *testing.T) {
	private := []string{"workload.Merge", "workload.Resolve", "workload.ParseScaling", "workload.ParseLengths", "hub.ReadConfig"}
	used := map[string]bool{}
	for _, p := range packages(t) {
		for _, name := range p.GoFiles {
			for _, call := range selectors(parse(t, filepath.Join(p.Dir, name))) {
				for _, one := range private {
					if call != one {
						continue
					}
					used[one] = true
					if p.folder() != "advisor/intake" && p.folder() != forTests {
						t.Errorf("%s/%s calls %s: take the case from advisor/intake", p.folder(), name, call)
					}
				}
			}
		}
	}
	for _, one := range private {
		if !used[one] {
			t.Errorf("%s is not used at all: the test watches the wrong name", one)
		}
	}
}

// TestSameFaultsEverywhere: what is wrong on the command line is told in the same words, and
// with the same exit code, by every command.
func TestSameFaultsEverywhere(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, words := range []string{
		"--qps 5 --users 6", "--qps 0", "--p99 100", "--qps 5 --p99 50ms --latency 60ms", "--qps 5 --scaling-data none.csv",
		"--qps 5 --input-tokens @none.csv --model llama-3.1-8b", "--qps 5 --model-config none.json", "--plan none.yaml",
		"--precision fp61", "--qps 5 --concurrency 4", "--qps 5 --service-time 9ms --batch-time 1:20ms",
	} {
		want := ""
		for _, c := range commands() {
			if !c.has("qps") {
				continue
			}
			line := append([]string{c.name}, strings.Fields(words)...)
			switch c.name {
			case "observe":
				continue // says first that it wants metrics
			case "export":
				line = append(line, "kubernetes")
			case "validate":
				line = append(line, "-")
			case "whatif":
				line = append(line, "--vary", "gpu=a10,l4")
			}
			s := newStage()
			code, got := s.run(line...), s.err.String()
			if want == "" {
				want = got
			}
			if code != exitUsage || got != want || got == "" || s.out.Len() > 0 {
				t.Errorf("%v: exit code %d, %q; %s says %q", line, code, got, commands()[0].name, want)
			}
		}
	}
}
