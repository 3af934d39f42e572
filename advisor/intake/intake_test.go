package intake_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/intake"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/prom"
	"scaleadvise/advisor/shape"
	"scaleadvise/advisor/workload"
)

// files are those that the traits of these tests name.
var files = map[string]string{
	"model.onnx":   `[{"nodeid":0,"children":[{"leaf":1},{"leaf":2}]}]`,
	"bert.json":    `{"model_type":"bert","hidden_size":768,"num_hidden_layers":12,"num_attention_heads":12,"intermediate_size":3072,"vocab_size":30522}`,
	"scaling.csv":  "n,throughput_qps\n1,100\n2,190\n4,340\n",
	"other.csv":    "n,throughput_qps\n1,10\n2,19\n4,34\n",
	"results.json": `{"latencies":{"mean":9000000,"50th":9000000,"99th":11000000},"requests":3000,"duration":60000000000,"rate":50,"throughput":50,"success":1}`,
	"trace.csv":    "input_tokens,output_tokens\n100,10\n300,30\n800,20\n",
	"config.json": `{"architectures":["LlamaForCausalLM"],"model_type":"llama","hidden_size":2048,"intermediate_size":5632,
		"num_hidden_layers":22,"num_attention_heads":32,"num_key_value_heads":4,"vocab_size":32000,"max_position_embeddings":2048,"torch_dtype":"bfloat16"}`,
}

// drawer opens the files, each once: what is read again must have been kept.
type drawer struct {
	mu     sync.Mutex
	opened map[string]int
}

func (d *drawer) open(name string) (io.ReadCloser, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	text, ok := files[strings.TrimPrefix(name, "plans/")]
	if !ok {
		return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	}
	if d.opened == nil {
		d.opened = map[string]int{}
	}
	if d.opened[name]++; d.opened[name] > 1 {
		return nil, fmt.Errorf("%s: opened again", name)
	}
	return io.NopCloser(strings.NewReader(text)), nil
}

// spelled are traits as text.
type spelled map[string]string

// needs are what a trait takes beside it.
var needs = map[string]spelled{
	"users": {"requests_per_user": "20/day"}, "requests_per_user": {"users": "2M"}, "peak_to_mean": {"qps": "100"},
	"service_cv": {"service_time": "9ms"}, "concurrency": {"service_time": "9ms"}, "max_batch": {"service_time": "9ms"},
	"measured_on":        {"service_time": "9ms"},
	"latency_percentile": {"latency": "100ms"},
	"retention":          {"data_size": "2TB"}, "job_window": {"data_size": "2TB"}, "job_rate": {"data_size": "2TB"}, "think_time": {"turns": "8"},
	"ttft": {"model": "llama-3.1-8b"}, "tpot": {"model": "llama-3.1-8b"}, "engine": {"model": "llama-3.1-8b"},
	"kv_precision": {"model": "llama-3.1-8b"}, "input_tokens": {"model": "llama-3.1-8b"}, "output_tokens": {"model": "llama-3.1-8b"},
}

// cases are every trait with its example, and every file that traits may name.
func cases() []spelled {
	var all []spelled
	for _, s := range workload.Specs() {
		one := spelled{s.Name: s.Example}
		maps.Copy(one, needs[s.Name])
		all = append(all, one)
	}
	llama := spelled{"model": "llama-3.1-8b", "qps": "5"}
	for _, more := range []spelled{
		{"input_tokens": "trace.csv"}, {"output_tokens": "@trace.csv"}, {"input_tokens": "trace.csv", "output_tokens": "7"},
		{"input_tokens": "trace.csv", "output_tokens": "trace.csv"},
	} {
		one := maps.Clone(llama)
		maps.Copy(one, more)
		all = append(all, one)
	}
	all = append(all, spelled{"model_config": "bert.json", "qps": "5"})
	return append(all, spelled{"model": "Qwen/Qwen3-32B-FP8", "qps": "5", "input_tokens": "100", "output_tokens": "20"})
}

func set(t *testing.T, kind origin.Kind, traits spelled) workload.Set {
	t.Helper()
	out := workload.Set{}
	for name, text := range traits {
		if err := workload.ParseSet(name, text, origin.Origin{Kind: kind, Name: "--" + name}, out); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// planned is a plan file that says the traits.
func planned(t *testing.T, traits spelled) plan.Document {
	t.Helper()
	type tree map[string]any
	root := tree{}
	for name, text := range traits {
		spec, _ := workload.Lookup(name)
		at, keys := root, strings.Split(spec.PlanKey, ".")
		for _, key := range keys[:len(keys)-1] {
			if at[key] == nil {
				at[key] = tree{}
			}
			at = at[key].(tree)
		}
		at[keys[len(keys)-1]] = text
	}
	var write func(at tree, indent string) string
	write = func(at tree, indent string) (text string) {
		for _, key := range slices.Sorted(maps.Keys(at)) {
			if below, ok := at[key].(tree); ok {
				text += indent + key + ":\n" + write(below, indent+"  ")
			} else {
				text += fmt.Sprintf("%s%s: %q\n", indent, key, at[key])
			}
		}
		return text
	}
	text := "version: 1\n" + write(root, "")
	docs, err := plan.Read(context.Background(), strings.NewReader(text), "plans/p.yaml")
	if err != nil || len(docs) != 1 {
		t.Fatalf("%v in\n%s", err, text)
	}
	return docs[0]
}

// layers are those with a catalog and an opener.
func layers(t *testing.T, l intake.Layers) intake.Layers {
	t.Helper()
	known, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	l.Catalog, l.Open = known, new(drawer).open
	return l
}

func read(t *testing.T, l intake.Layers) *intake.Case {
	t.Helper()
	c, err := intake.Read(context.Background(), layers(t, l))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// same compares cases but for where their traits stand.
func same(t *testing.T, what string, one, other *intake.Case, but ...string) {
	t.Helper()
	a, b := one.Workload, other.Workload
	first, errFirst := one.Catalog.ResolveModel(a.Model)
	second, errSecond := other.Catalog.ResolveModel(b.Model)
	if d := cmp.Diff(first, second, cmpopts.IgnoreFields(catalog.Model{}, "Source")); d != "" || (errFirst == nil) != (errSecond == nil) {
		t.Errorf("%s: the model: %s%v, %v", what, d, errFirst, errSecond)
	}
	opts := cmp.Options{
		cmpopts.IgnoreTypes(origin.Origin{}, &derivation.Log{}, &shape.Model{}), cmpopts.EquateEmpty(), cmpopts.EquateNaNs(),
		cmpopts.IgnoreFields(workload.Workload{}, but...),
	}
	if d := cmp.Diff(a, b, opts); d != "" {
		t.Errorf("%s:\n%s", what, d)
	}
}

// TestSpellingsAgree: a trait says the same as a flag, a variable and a key of a plan, and as a
// change of a case that lacked it.
func TestSpellingsAgree(t *testing.T) {
	for _, traits := range cases() {
		name := fmt.Sprint(traits)
		flags := read(t, intake.Layers{Given: []workload.Set{set(t, origin.Flag, traits)}})
		env := read(t, intake.Layers{Given: []workload.Set{nil, set(t, origin.Environment, traits)}})
		file := read(t, intake.Layers{Plan: planned(t, traits)})
		// Warnings name a trait as it was spelled.
		same(t, name+": flag and variable", flags, env, "Warnings")
		same(t, name+": flag and plan", flags, file, "Warnings")
		changed, err := read(t, intake.Layers{}).With(set(t, origin.Flag, traits))
		if err != nil {
			t.Errorf("%s: as a change: %v", name, err)
			continue
		}
		same(t, name+": given and changed", flags, changed)
	}
}

// TestChangedKeepsTheRest: a change of one trait leaves all others and their files as they were.
func TestChangedKeepsTheRest(t *testing.T) {
	for _, traits := range cases() {
		if _, ok := traits["availability"]; ok {
			continue
		}
		before := read(t, intake.Layers{Given: []workload.Set{set(t, origin.Flag, traits)}})
		changed, err := before.With(set(t, origin.Flag, spelled{"availability": "99.95%"}))
		if err != nil {
			t.Errorf("%v: %v", traits, err)
			continue
		}
		with := maps.Clone(traits)
		with["availability"] = "99.95%"
		same(t, fmt.Sprint(traits), read(t, intake.Layers{Given: []workload.Set{set(t, origin.Flag, with)}}), changed)
	}
}

// TestAnotherFile: a change may name another file, which is read instead.
func TestAnotherFile(t *testing.T) {
	c := read(t, intake.Layers{Given: []workload.Set{set(t, origin.Flag, spelled{"scaling_data": "scaling.csv", "replicas": "2"})}})
	other, err := c.With(set(t, origin.Flag, spelled{"scaling_data": "other.csv"}))
	if err != nil || other.Workload.Service.Scaling[0].QPS != 10 || c.Workload.Service.Scaling[0].QPS != 100 {
		t.Errorf("%v: %+v", err, other)
	}
	if _, err := c.With(set(t, origin.Flag, spelled{"scaling_data": "none.csv"})); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is missing: %v", err)
	}
}

// TestObserved: what was read of a running service stands in every case that comes of it.
func TestObserved(t *testing.T) {
	seen := &prom.Observation{
		Source: "http://p", NoLoad: true, Scaling: []workload.ScalePoint{{N: 1, QPS: 5}}, Warnings: []string{"odd"},
		Traits: set(t, origin.Prometheus, spelled{"burstiness": "2@1s"}), Unknown: []prom.Unknown{{Trait: "gpu"}, {Trait: "model"}},
	}
	c := read(t, intake.Layers{Observed: seen, Reread: []string{"--prometheus", "http://p"}, Given: []workload.Set{set(t, origin.Flag, spelled{"gpu": "a10"})}})
	changed, err := c.With(set(t, origin.Flag, spelled{"replicas": "3"}))
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range []*workload.Workload{c.Workload, changed.Workload} {
		if w.Dispersion != 2 || len(w.Service.Scaling) != 1 || len(w.Reread) != 2 {
			t.Errorf("%+v", w)
		}
	}
	if got := strings.Join(c.Notes, "\n"); !strings.Contains(got, "http://p: odd") || !strings.Contains(got, "metrics: model (") {
		t.Errorf("notes %q", got)
	}
	if err := c.RequireDemand(); err == nil || !strings.Contains(err.Error(), "no load") {
		t.Errorf("%v", err)
	}
}
