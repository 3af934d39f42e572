package forward

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/fanout"
)

// stacks are those that siblings are held in order on: what people run, alone and full.
func stacks() []Question {
	return []Question{
		{Runtime: "pytorch", Precision: "fp16", Mode: catalog.ModeLatency, Batch: 1}, {Runtime: "pytorch", Precision: "fp16", Mode: catalog.ModeBatch, Batch: 64},
		{Runtime: "tensorrt", Precision: "fp16", Mode: catalog.ModeBatch, Batch: 64}, {Runtime: "onnxruntime", Precision: "fp32", Mode: catalog.ModeLatency, Batch: 1},
	}
}

// everyModel is each model of the catalogue whose work is known, and, where they are asked for, each
// that was measured.
func everyModel(t *testing.T, e *Evidence, measured bool) []described {
	t.Helper()
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	var out []described
	seen := map[string]bool{}
	add := func(m Model) {
		if d := describe(m); d.GMACs > 0 && d.ParamsM > 0 && !seen[d.plain] {
			seen[d.plain] = true
			out = append(out, d)
		}
	}
	for _, m := range c.Models() {
		if m.Kind != "llm" {
			add(e.Of(m))
		}
	}
	for _, m := range e.models {
		if measured {
			add(m.Model)
		}
	}
	return out
}

// comparison is a model beside a sibling at one input.
type comparison struct {
	model, sibling int
	under          bool      // the sibling is the one that does no more work
	ratio          []float64 // time for less work over time for more, by stack and part; 0 where both were measured
}

// comparisons hold each model beside every one of its design and class, on some stacks and parts, at
// its own input and at those of the first so many.
func comparisons(t *testing.T, models []described, first int, on []Question, parts []Hardware, predict func(Question) ([]Prediction, error)) []comparison {
	t.Helper()
	var mu sync.Mutex
	var out []comparison
	var asked sync.Map
	ask := func(m described, on Question) []Prediction {
		key := fmt.Sprint(m.key, on.Runtime, on.Precision, on.Batch)
		if known, ok := asked.Load(key); ok {
			return known.([]Prediction)
		}
		on.Model = m.Model
		all, err := predict(on)
		if err != nil {
			t.Error(err)
		}
		asked.Store(key, all)
		return all
	}
	byDesign := map[string][]int{}
	for i, m := range models {
		key := design(m.Name) + "|" + m.class
		byDesign[key] = append(byDesign[key], i)
	}
	e := shipped(t)
	var each fanout.Group
	for _, list := range byDesign {
		each.Go(func() {
			inputs := inputsOf(models, list, first)
			for _, pair := range pairs(models, list, inputs) {
				less, more := models[pair.a], models[pair.b]
				if extent(less.Input) != extent(pair.input) {
					less = describe(less.At(pair.input))
				}
				if extent(more.Input) != extent(pair.input) {
					more = describe(more.At(pair.input))
				}
				c := comparison{model: pair.a, sibling: pair.b}
				if !e.noMore(less, more) {
					if c.under = true; !e.noMore(more, less) {
						continue
					}
					less, more = more, less
				}
				for _, on := range on {
					for i, p := range ask(less, on) {
						q := ask(more, on)[i]
						if c.ratio = append(c.ratio, p.Seconds/q.Seconds); p.own && q.own {
							c.ratio[len(c.ratio)-1] = 0
						}
					}
				}
				mu.Lock()
				out = append(out, c)
				mu.Unlock()
			}
		})
	}
	each.Wait()
	return out
}

// inputsOf are the different inputs of those of some models that are among the first.
func inputsOf(models []described, list []int, first int) (inputs []string) {
	for _, i := range list {
		same := func(input string) bool { return extent(input) == extent(models[i].Input) }
		if i < first && !slices.ContainsFunc(inputs, same) {
			inputs = append(inputs, models[i].Input)
		}
	}
	return inputs
}

// pair is two models at one input.
type pair struct {
	a, b  int
	input string
}

// pairs are all ordered pairs of different members, at their own input and at others.
func pairs(models []described, list []int, inputs []string) (out []pair) {
	for _, a := range list {
		own := func(input string) bool { return extent(input) == extent(models[a].Input) }
		others := slices.DeleteFunc(slices.Clone(inputs), own)
		for _, b := range list {
			for _, input := range append(others, models[a].Input) {
				if a != b {
					out = append(out, pair{a, b, input})
				}
			}
		}
	}
	return out
}

// several are some parts of every kind that people rent.
func several(t *testing.T) []Hardware {
	t.Helper()
	return []Hardware{find(t, "nvidia-l4", 0), find(t, "nvidia-t4", 0), find(t, "nvidia-a10g", 0), find(t, "nvidia-h100-sxm", 0), find(t, "intel-ice-lake", 4)}
}

// TestSiblings: no model is slower than one of its design that does more work, over the whole
// catalogue. With -update it writes the table of who stands against whom, all that was measured
// included.
func TestSiblings(t *testing.T) {
	if testing.Short() {
		t.Skip("arithmetic that shares no memory; make test runs it")
	}
	e := shipped(t)
	models, parts := everyModel(t, e, *update), several(t)
	first := len(everyModel(t, e, false))
	if *update {
		found := comparisons(t, models, first, stacks(), parts, func(q Question) ([]Prediction, error) {
			q, err := e.complete(q)
			if err != nil {
				return nil, err
			}
			return e.onParts(q, rank(parts, q.Precision))
		})
		writeSiblings(t, models, binding(found))
		return
	}
	all := comparisons(t, models, 0, stacks()[1:3], parts[1:4], func(q Question) ([]Prediction, error) { return e.PredictAll(q, parts[1:4]) })
	for _, c := range all {
		if ratio := slices.Max(c.ratio); ratio > 1.01 {
			t.Errorf("%s beside %s: what does less work takes %.3f times as long", models[c.model].Name, models[c.sibling].Name, ratio)
		}
	}
	if len(all) < 400 {
		t.Errorf("%d pairs only", len(all))
	}
}

// binding are the siblings of each model that bound it somewhere: of those for less work the
// slowest, of those for more the fastest, where they are out of order with it.
func binding(found []comparison) map[int][]int {
	type place struct {
		model, at int
		under     bool
	}
	worst := map[place]comparison{}
	for _, c := range found {
		for i, ratio := range c.ratio {
			at := place{c.model, i, c.under}
			if known, ok := worst[at]; ratio > 1 && (!ok || ratio > known.ratio[i] || ratio == known.ratio[i] && c.sibling < known.sibling) {
				worst[at] = c
			}
		}
	}
	of := map[int][]int{}
	for at, c := range worst {
		if !slices.Contains(of[at.model], c.sibling) {
			of[at.model] = append(of[at.model], c.sibling)
		}
	}
	return of
}

// writeSiblings writes the table.
func writeSiblings(t *testing.T, models []described, of map[int][]int) {
	t.Helper()
	var listed []int
	for i := range models {
		named := len(of[i]) > 0
		for _, own := range of {
			named = named || slices.Contains(own, i)
		}
		if named {
			listed = append(listed, i)
		}
	}
	var b strings.Builder
	bound, sum := 0, 0
	for _, i := range listed {
		var words []string
		for _, other := range of[i] {
			words = append(words, models[other].plain)
		}
		slices.Sort(words)
		if sum += len(words); len(words) > 0 {
			bound++
		}
		b.WriteString(siblingLine(models[i], words))
	}
	t.Logf("%d of %d models are bound somewhere by %.1f others", bound, len(models), float64(sum)/float64(max(bound, 1)))
	if err := os.WriteFile("fitted/siblings.tsv.gz", pack(t, []byte(b.String())), 0o644); err != nil {
		t.Fatal(err)
	}
}

// pack is a table as it is embedded.
func pack(t *testing.T, table []byte) []byte {
	var packed bytes.Buffer
	w, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	_, err := w.Write(table)
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

// TestDesign: sizes of one architecture share a design, and versions of it do not.
func TestDesign(t *testing.T) {
	for name, want := range map[string]string{
		"DenseNet-201": "densenet", "densenet121": "densenet", "timm/vit_base_patch16_224": "vit", "bge-base-en": "bge",
		"mobilenet_v3_large": "mobilenetv3", "mobilenetv3_small_100": "mobilenetv3", "efficientnet-v2-s": "efficientnetv2", "yolov8n": "yolov8", "e5-base-v2": "e",
	} {
		if got := design(name); got != want {
			t.Errorf("%s is of %s, want %s", name, got, want)
		}
	}
	for name := range map[string]bool{"densenet201": true, "bgebaseenv1.5": true} {
		if m, others, ok := withSiblings(shipped(t).siblings, name); !ok || m.GMACs == 0 || others == "" {
			t.Errorf("%s stands with %q in the table", name, others)
		}
	}
}
