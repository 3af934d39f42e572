package main

import (
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// odd are values that people and scripts come up with.
var odd = []string{
	"0", "-1", "1", "3", "1e9", "1e308", "1e-308", "NaN", "inf", "-0", "0.5", "100%", "99.999%", "150%", "1ms", "10s", "30d", "1e-9s",
	"5/s", "0.19/s", "1e12/s", "20/day", "8%/month", "-50%/month", "1000%/month", "800..1200", "1200..800", "1000±20%",
	"a10", "t4", "h100", "cpu-amd-genoa", "bert-large", "resnet50", "llama-3.1-70b", "int8", "fp16", "aws", "spot",
	"1:9ms,16:85ms", "16:85ms", "t4:850/s,9ms", "2TB", "40GB/day", "120MB/s", "20000/month", "1/month", "least-loaded", "cost",
	"", " ", "é", "'", "a,b", "--", "../..", "%s%d", "\x1b[31mred", "a\nb", "::error::x", "\u202egnp", "@team", "x|y", "<b>", "\xff",
	"p50=100,p90=300,p99=2000", "99999999999999999999", "1e3ms", "0x10", "１２", "1_000", "5.000", "∞", "1h30m", "2026-02-30", "9999-12-31",
	strings.Repeat("9", 400), strings.Repeat("a", 3000),
}

// bases are questions that have an answer, to begin with.
var bases = []string{
	"--qps 5000 --gpu a10", "--qps 900 --gpu t4 --replicas 4 --model resnet50", "--users 2M --requests-per-user 20/day",
	"--qps 40 --service-time 9ms --replicas 2 --gpu l4", "--qps 3000 --batch-time 1:9ms --batch-time 16:85ms --max-batch 16 --gpu a10",
	"--qps 2 --model llama-3.1-8b --input-tokens 512 --output-tokens 128 --gpu a100",
	"--qps 1 --model llama-3.1-70b --input-tokens 1000 --output-tokens 200 --ttft 1s --tpot 60ms --gpu h100 --gpus-per-replica 4",
	"--plan plan.yaml", "--plan plan.yaml", "--plan deploy.yaml", "--metrics-file requests.json --gpu l4", "--metrics-file vllm.txt --gpu h100", "",
}

// observations are those of the commands that only read metrics.
var observations = []string{"--metrics-file requests.json", "--metrics-file vllm.txt", "--metrics-file vllm.txt --profile vllm", "--metrics-file requests.json --plan plan.yaml", ""}

// share is how often a command is drawn, where it is not ordinary; those that work longest
// are drawn least.
var share = map[string]int{"advise": 10, "check": 12, "capacity": 10, "simulate": 4, "whatif": 1, "validate": 6, "observe": 6, "forecast": 6, "init": 6}

const usualShare = 3

// draw makes a command line, most of which mean something.
func draw(r *rand.Rand) question {
	// A page and an assistant's session are talked to, and end when the other side does.
	all := slices.DeleteFunc(commands(), func(c command) bool { return c.name == "serve" || c.name == "mcp" })
	var hat []command
	for _, c := range all {
		n := share[c.name]
		if n == 0 {
			n = usualShare
		}
		for range n {
			hat = append(hat, c)
		}
	}
	c := pick(r, hat)
	q := question{files: drawFiles(r), env: drawEnvironment(r)}
	if r.IntN(3) == 0 {
		q.stdin = q.files[pick(r, fileNames())]
	}
	if c.name != "advise" || r.IntN(3) == 0 {
		q.words = append(q.words, c.name)
	}
	q.words = append(q.words, c.drawArguments(r)...)
	q.words = append(q.words, c.drawFlags(r, q.env)...)
	if r.IntN(20) == 0 {
		r.Shuffle(len(q.words), func(i, j int) { q.words[i], q.words[j] = q.words[j], q.words[i] })
	}
	if r.IntN(20) == 0 {
		q.interrupt = time.Duration(1 + r.IntN(int(50*time.Millisecond)))
	}
	return q
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// drawEnvironment is mostly none.
func drawEnvironment(r *rand.Rand) map[string]string {
	env := map[string]string{"XDG_STATE_HOME": "state"}
	for _, one := range []string{"GITHUB_ACTIONS=true", "COLUMNS=40", "COLUMNS=0", "LC_ALL=C", "SCALEADVISE_GPU=l4", "SCALEADVISE_ZONES=2"} {
		if r.IntN(12) == 0 {
			name, value, _ := strings.Cut(one, "=")
			env[name] = value
		}
	}
	return env
}

// drawArguments are those that the command takes, some of them wrong.
func (c command) drawArguments(r *rand.Rand) []string {
	var ids []string
	switch {
	case r.IntN(25) == 0:
		return []string{pick(r, odd)}
	case c.name == "check":
		ids = []string{"plan.yaml", "deploy.yaml", ".", "*.yaml", "-", "none.yaml", "plans.yaml", "trace.csv"}
	case c.name == "validate":
		ids = []string{"validate.csv", "validate.csv", "llm.csv", "vegeta.json", "-", "plan.yaml"}
	case c.name == "explain":
		ids = []string{"replicas", "p99", "cost", "vertical-limit", "headroom", "capacity_qps", "runway", "utilization"}
	case c.name == "lesson":
		ids = []string{"vertical-limit", "growth-patterns"}
	case c.name == "help":
		ids = []string{"check", "accuracy", "capacity"}
	case len(c.words) > 0:
		ids = c.words
	}
	args := []string{}
	if len(ids) > 0 {
		args = append(args, pick(r, ids))
	}
	switch {
	case c.name == "check" && r.IntN(3) == 0:
		args = append(args, pick(r, ids))
	case len(args) == 1 && args[0] == "show":
		args = append(args, pick(r, []string{"headroom", "own", "vllm"}))
	}
	return args
}

// drawFlags are a question that has an answer, where the command takes one, and a few more
// flags, some with odd values. Some stand in the environment instead.
func (c command) drawFlags(r *rand.Rand, env map[string]string) []string {
	var words []string
	switch {
	case c.name == "observe":
		words = strings.Fields(pick(r, observations))
	case c.has("qps"):
		words = c.knownOnly(strings.Fields(pick(r, bases)))
	}
	if c.name == "whatif" && r.IntN(3) > 0 {
		words = append(words, "--vary", pick(r, []string{"qps=10..1000", "gpu=a10,l4", "p99=5ms..200ms", "replicas=1..9", "qps=1..1", "x=1..2"}), "--points", pick(r, []string{"2", "3", "0", "x", "1e9"}))
	}
	if has := c.formats(); len(has) > 0 && r.IntN(3) > 0 {
		words = append(words, "-o", pick(r, has))
	}
	for range r.IntN(4) - r.IntN(2) {
		o := pick(r, c.options())
		value := o.drawValue(r)
		switch {
		case o.toggle:
			words = append(words, "--"+o.name)
		case r.IntN(10) == 0:
			env[o.variable()] = value
		case r.IntN(2) == 0:
			words = append(words, "--"+o.name, value)
		default:
			words = append(words, "--"+o.name+"="+value)
		}
	}
	return c.bounded(words)
}

// formats are those of the command's result.
func (c command) formats() []string {
	for _, o := range c.options() {
		if o.name == "output" {
			return o.words
		}
	}
	return nil
}

// knownOnly leaves out flags of a base that the command does not have, with their values.
func (c command) knownOnly(words []string) []string {
	var kept []string
	for i := 0; i+1 < len(words); i += 2 {
		if c.has(strings.TrimPrefix(words[i], "--")) {
			kept = append(kept, words[i], words[i+1])
		}
	}
	return kept
}

// bounded adds a limit of time where the command has one, so that a soak is not spent on one
// simulation.
func (c command) bounded(words []string) []string {
	switch {
	case c.has("time-limit"):
		words = append(words, "--time-limit", "2s")
	case c.name == "simulate":
		words = append(words, "--requests", "20k")
	}
	return words
}

// drawValue is a value for a flag: its example, one of its words, a file, or an odd one.
func (o option) drawValue(r *rand.Rand) string {
	files := fileNames()
	switch n := r.IntN(10); {
	case n < 1:
		return pick(r, odd)
	case o.value == "FILE" && o.name == "output-file":
		return pick(r, []string{"out.txt", "none/out.txt", "."})
	case o.value == "FILE" && n < 8:
		return o.fileFor(r)
	case o.value == "FILE":
		return pick(r, append(files, "-", ".", "none"))
	case o.value == "DIR" && n < 8:
		return o.name
	case o.value == "DIR":
		return pick(r, []string{".", "none", "plan.yaml"})
	case o.value == "URL":
		return pick(r, []string{"http://127.0.0.1:1", "http://user:pass@127.0.0.1:1/", "127.0.0.1:1", "ftp://127.0.0.1", "http://[::1", "%zz"})
	case len(o.words) > 0:
		return pick(r, o.words)
	case n < 5:
		return replaceNumber(r, strings.Trim(o.example, "'"), "0", "1", "2", "7", "30", "0.001", "1e6", "1e15", "-3")
	}
	return strings.Trim(o.example, "'")
}

// fileFor is the file made for a flag.
func (o option) fileFor(r *rand.Rand) string {
	made := map[string][]string{
		"plan": {"plan.yaml", "deploy.yaml", "plans.yaml"}, "model-config": {"config.json"}, "scaling-data": {"scaling.csv"}, "trace": {"trace.csv", "rates.csv"},
		"metrics-file": {"requests.json", "vllm.txt"}, "answers": {"answers.txt"}, "baseline": {"baseline.json"}, "prometheus-config": {"client.yaml"},
		"write-baseline": {"new.json"}, "load-test": {"vegeta.json"},
	}[o.name]
	if made == nil {
		made = fileNames()
	}
	return pick(r, made)
}
