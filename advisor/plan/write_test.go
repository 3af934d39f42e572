package plan

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"scaleadvise/advisor/example"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

func TestWriteCommentsWhatIsAssumed(t *testing.T) {
	var out bytes.Buffer
	if err := Write(&out, example.Workload(t, map[string]string{"qps": "5000", "gpu": "a10", "data_size": "2TB"})); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"version: 1\n",
		"workload:\n  qps: 5000  # requests per second at the peak",
		"\n  # peak_to_mean: 1  # assumed: a qps without --peak-to-mean is read as the peak (--peak-to-mean)\n",
		"\n  data:\n    size: 2TB  # data held today\n",
		"\n# slo:\n#   p99: 100ms  # assumed: ",
		"\n  gpu: a10  # accelerator of today's deployment\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, out.String())
		}
	}
}

// Removing the comment signs, as the head of the file says, makes the assumptions
// traits of the plan, and changes nothing in the workload.
func TestAssumptionsCanBeUncommented(t *testing.T) {
	for _, traits := range []map[string]string{{"qps": "5000"}, {"users": "5", "requests_per_user": "2/day", "ttft": "1s", "gpu": "t4"}, {}} {
		before := example.Workload(t, traits)
		var out bytes.Buffer
		if err := Write(&out, before); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(out.String(), "\n")
		for i, line := range lines[2:] { // below the head
			lines[i+2] = strings.Replace(line, "# ", "", min(1, strings.Count(margin(line), "#")))
		}
		doc := read(t, strings.Join(lines, "\n"))[0]
		if len(doc.Traits) != len(before.Traits) {
			t.Errorf("%d traits became %d:\n%s", len(before.Traits), len(doc.Traits), strings.Join(lines, "\n"))
		}
		for _, r := range before.Traits {
			if got := doc.Traits[r.Spec.Name]; got.Text != r.Value.Text {
				t.Errorf("%s became %q, was %q", r.Spec.Name, got.Text, r.Value.Text)
			}
		}
	}
}

// margin is the start of a line up to the first letter.
func margin(line string) string {
	return line[:len(line)-len(strings.TrimLeft(line, " #"))]
}

// failing is a writer that takes n bytes and then no more.
type failing struct{ n int }

var errFull = errors.New("no space left")

func (f *failing) Write(p []byte) (int, error) {
	if f.n -= len(p); f.n < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestWriteReturnsTheWritersError(t *testing.T) {
	if err := Write(&failing{10}, example.Workload(t, nil)); !errors.Is(err, errFull) {
		t.Errorf("got %v", err)
	}
}

// text draws a value for a trait, as a person might write it.
func text(rt *rapid.T, spec workload.Spec) string {
	n := rapid.IntRange(1, 99).Draw(rt, spec.Name)
	switch {
	case spec.Words != nil:
		return rapid.SampledFrom(spec.Words).Draw(rt, "word")
	case spec.Name == "peak_to_mean" || spec.Name == "latency_percentile":
		return fmt.Sprint(50 + n%50)
	case spec.Name == "batch_time":
		return fmt.Sprintf("%d:%dms,%d:%dms", n, n, n+1, n+2)
	case spec.Name == "measured":
		return fmt.Sprintf("t4:%d,000/s,%dms;a10:%d/s", n, n, n)
	}
	switch spec.Kind {
	case unit.Text, unit.List:
		return rapid.StringMatching(`[!-~äµ]([ -~äµ]{0,12}[!-+\--~äµ])?`).Draw(rt, "text")
	case unit.Fraction:
		return fmt.Sprintf("%d %%", n)
	case unit.Rate:
		return fmt.Sprintf("%d..%d,000/s", n, n)
	case unit.Growth:
		return fmt.Sprintf("-%d%%/week", n)
	case unit.Duration:
		return fmt.Sprintf("%dh%dm", n, n)
	case unit.Bytes:
		return fmt.Sprintf("%d GiB", n)
	case unit.ByteRate:
		return fmt.Sprintf("%dGB/day", n)
	case unit.Money:
		return fmt.Sprintf("$%dk/month", n)
	case unit.Burstiness:
		return fmt.Sprintf("%d@%ds", n, n)
	case unit.Tokens:
		return fmt.Sprintf("%d/%d/%d", n, n+1, n+2)
	}
	return fmt.Sprint(n)
}

func TestReadGivesBackWhatWriteWrote(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		given := workload.Set{}
		for _, spec := range workload.Specs() {
			if rapid.IntRange(0, 3).Draw(rt, "give "+spec.Name) > 0 {
				continue
			}
			// A drawn text may be no list at all; then the trait stays away.
			_ = workload.ParseSet(spec.Name, text(rt, spec), origin.Origin{Kind: origin.Flag, Name: "--" + spec.Flag}, given)
		}
		facts := drawFacts(rt)
		checkRoundTrip(rt, settled(rt, given, facts, rapid.SampledFrom([]string{"", "a: b", "shop"}).Draw(rt, "name")))
	})
}

// settled takes traits away until the rest do not contradict each other.
func settled(rt *rapid.T, given workload.Set, facts *workload.ModelFacts, name string) *workload.Workload {
	for {
		w, err := workload.Resolve(given, facts, name)
		if err == nil {
			return w
		}
		var fault *workload.TraitError
		if !errors.As(err, &fault) || len(given) == 0 {
			rt.Fatal(err)
		}
		delete(given, fault.Spec.Name)
	}
}

func drawFacts(rt *rapid.T) *workload.ModelFacts {
	if !rapid.Bool().Draw(rt, "facts") {
		return nil
	}
	return &workload.ModelFacts{
		Name:   "my # model",
		Kind:   rapid.SampledFrom(append(workload.ModelKinds(), "")).Draw(rt, "kind"),
		Params: rapid.Float64Range(1, 1e12).Draw(rt, "params"),
		GFLOPs: rapid.SampledFrom([]float64{0, 8.2}).Draw(rt, "gflops"),
		Memory: rapid.SampledFrom([]float64{0, 40 << 30, 1.5, 123456789}).Draw(rt, "memory"),
		Origin: origin.Origin{Kind: origin.Flag},
	}
}

func checkRoundTrip(rt *rapid.T, w *workload.Workload) {
	var out bytes.Buffer
	if err := Write(&out, w); err != nil {
		rt.Fatal(err)
	}
	docs, err := Read(context.Background(), bytes.NewReader(out.Bytes()), "p.yaml")
	if err != nil {
		rt.Fatalf("%v in:\n%s", err, out.String())
	}
	again, err := workload.Resolve(docs[0].Traits, docs[0].Facts, docs[0].Name)
	if err != nil {
		rt.Fatalf("%v in:\n%s", err, out.String())
	}
	opts := cmp.Options{cmpopts.IgnoreFields(workload.Value{}, "Origin"), cmpopts.IgnoreFields(workload.ModelFacts{}, "Origin"),
		cmpopts.IgnoreFields(workload.Workload{}, "Warnings", "Log")}
	if diff := cmp.Diff(w, again, opts); diff != "" {
		rt.Fatalf("the workload changed:\n%s\nin:\n%s", diff, out.String())
	}
}
