package plan

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"scaleadvise/advisor/workload"
)

// Each archive in testdata/scan holds pairs: NAME.yaml is scanned, NAME.want is what was read.
func TestScan(t *testing.T) {
	archives, err := filepath.Glob("testdata/scan/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, path := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) { scanArchive(t, path) })
	}
}

func scanArchive(t *testing.T, path string) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out []txtar.File
	for _, f := range archive.Files {
		name, isInput := strings.CutSuffix(f.Name, ".yaml")
		if !isInput {
			continue
		}
		got := described(Scan(f.Data, f.Name))
		out = append(out, f, txtar.File{Name: name + ".want", Data: []byte(got)})
		i := slices.IndexFunc(archive.Files, func(w txtar.File) bool { return w.Name == name+".want" })
		if !*update && (i < 0 || string(archive.Files[i].Data) != got) {
			t.Errorf("%s:\n got %s", f.Name, got)
		}
	}
	if *update {
		archive.Files = out
		if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// described writes down what was read, one fact a line.
func described(r Reading) string {
	var b strings.Builder
	for _, d := range r.Documents {
		fmt.Fprintf(&b, "plan %q at line %d\n", d.Name, d.Line)
		for _, name := range slices.Sorted(maps.Keys(d.Traits)) {
			v := d.Traits[name]
			fmt.Fprintf(&b, "  %s = %s (%s, %d:%d)\n", name, v.Text, v.Origin.Name, v.Origin.Line, v.Origin.Column)
		}
		for _, i := range d.Ignores {
			fmt.Fprintf(&b, "  ignore %s until %s: %s (%d:%d)\n", i.Rule, i.Until.Format(time.DateOnly), i.Reason, i.Origin.Line, i.Origin.Column)
		}
		if o := d.Object; o != nil {
			fmt.Fprintf(&b, "  object %s %s/%s, %d accelerators, missing %v\n", o.Kind, o.Namespace, o.Name, o.Accelerators, o.Missing)
			if o.Unjudged != "" {
				fmt.Fprintf(&b, "  unjudged: %s\n", o.Unjudged)
			}
			if o.Unrequested {
				b.WriteString("  requests no accelerator\n")
			}
		}
		for _, n := range d.Notes {
			fmt.Fprintf(&b, "  note: %s\n", n)
		}
		if d.Scaler != nil {
			b.WriteString("  scaled by " + scaling(*d.Scaler) + "\n")
		}
	}
	for _, s := range r.Scalers {
		fmt.Fprintf(&b, "scaler of %s %s/%s: %s\n", s.TargetKind, s.Namespace, s.TargetName, scaling(s.Autoscaler))
		for _, n := range s.Notes {
			fmt.Fprintf(&b, "  note: %s\n", n)
		}
		if s.unread != "" {
			fmt.Fprintf(&b, "  unjudged: %s\n", s.unread)
		}
	}
	if r.Passed > 0 {
		fmt.Fprintf(&b, "skipped %d\n", r.Passed)
	}
	for _, f := range r.Faults {
		b.WriteString(f.Error() + "\n")
	}
	return b.String()
}

func scaling(a Autoscaler) string {
	return fmt.Sprintf("%s %g..%g on %q at %g, delay %gs, ramp %.4g/s (%d:%d)", a.Kind, a.Min.Value, a.Max.Value, a.Signal, a.Target.Value, a.Delay, a.Ramp.Value, a.Max.Origin.Line, a.Max.Origin.Column)
}

// An autoscaler and what it scales are often two files.
func TestAttach(t *testing.T) {
	object := Scan([]byte(deployment), "deployment.yaml")
	scaler := Scan([]byte(autoscaler), "hpa.yaml")
	if len(object.Documents) != 1 || len(scaler.Scalers) != 1 {
		t.Fatalf("%+v %+v", object, scaler)
	}
	other := scaler.Scalers[0]
	other.TargetName = "another"
	object.Attach([]Scaler{other})
	if object.Documents[0].Scaler != nil {
		t.Error("attached by another name")
	}
	object.Attach(scaler.Scalers)
	d := object.Documents[0]
	if d.Scaler == nil || d.Traits["replicas"].Interval.Mid != 8 || d.Traits["replicas"].Origin.File != "hpa.yaml" {
		t.Errorf("replicas %+v, scaler %+v", d.Traits["replicas"], d.Scaler)
	}
}

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: r, annotations: {scaleadvise.dev/qps: "5", scaleadvise.dev/model: bert-large}}
spec:
  replicas: 2
  template:
    spec:
      nodeSelector: {nvidia.com/gpu.product: NVIDIA-A10}
      containers: [{name: c, resources: {limits: {nvidia.com/gpu: 1}}}]
`

const autoscaler = `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: r}
spec: {scaleTargetRef: {kind: Deployment, name: r}, minReplicas: 2, maxReplicas: 8}
`

func TestTokenLength(t *testing.T) {
	for _, c := range []struct {
		line   string
		column int
		want   int
	}{
		{"a: 12", 4, 2}, {"a: [12, 3]", 5, 2}, {"a: {b: 12}", 8, 2}, {`a: "1 2" # x`, 4, 5}, {"a: '1 2'", 4, 5}, {`a: "open`, 4, 5}, {"key: 1", 1, 3}, {"a", 9, 0}, {"a", 0, 0}, {"é: ü", 4, 1}, {"", 1, 0},
	} {
		if got := TokenLength(c.line, c.column); got != c.want {
			t.Errorf("%q at %d: %d, want %d", c.line, c.column, got, c.want)
		}
	}
}

func TestLine(t *testing.T) {
	for in, want := range map[string]string{"a\r\n": "a", "a\n": "a", "\ufeffa": "a", "\xff": "\ufffd", strings.Repeat("x", 3000): strings.Repeat("x", longestLine)} {
		if got := Line([]byte(in)); got != want {
			t.Errorf("%.20q: %.20q", in, got)
		}
	}
}

// Aliases cannot multiply the work: this would be a thousand million containers.
func TestHostileManifest(t *testing.T) {
	list := "apiVersion: v1\nkind: List\nitems:\n- &d {apiVersion: apps/v1, kind: Deployment, spec: {template: {spec: {containers: &c [" + strings.Repeat("{resources: {limits: {nvidia.com/gpu: 1}}},", 2000) + "]}}}}\n" + strings.Repeat("- *d\n", 20000)
	r := Scan([]byte(list), "list.yaml")
	if len(r.Documents) != 1 || r.Documents[0].Object.Accelerators > mostEntries {
		t.Errorf("%d documents", len(r.Documents))
	}
}

func FuzzScan(f *testing.F) {
	for _, s := range []string{full, deployment, autoscaler, deployment + "---\n" + autoscaler, "kind: List\napiVersion: v1\nitems: [{kind: List, apiVersion: v1, items: []}]",
		"# scaleadvise:ignore idle x until 2026-01-01\nworkload: {qps: 5}\nversion: 1\n", "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nspec: {predictor: {maxReplicas: 3, scaleTarget: 5, scaleMetric: rps}}",
		"apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nspec: {triggers: [{type: prometheus, metadata: {query: 'rate(x[1m])', threshold: 1m}}]}", "{apiVersion: &a x, kind: *a}"} {
		f.Add(s)
	}
	for _, s := range corpus(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := Scan([]byte(text), "p.yaml")
		if len(r.Documents)+len(r.Scalers)+r.Passed+len(r.Faults) == 0 {
			t.Fatal("nothing was read and nothing is said")
		}
		for _, fault := range r.Faults {
			if fault.Line < 0 || fault.Line > strings.Count(text, "\n")+strings.Count(text, "\r")+2 || fault.Message == "" {
				t.Fatalf("fault %+v", fault)
			}
		}
		r.Documents = append(r.Documents, NewIndex(r.Seen).Aimless(r.Scalers)...)
		for _, d := range r.Documents {
			if o := d.Object; o != nil && (o.Kind == "" || o.Origin.Line < 1 || o.Origin.Line > strings.Count(text, "\n")+strings.Count(text, "\r")+2) {
				t.Fatalf("object %+v", o)
			}
			merged, _ := workload.Merge(d.Traits)
			if w, err := workload.Resolve(merged, d.Facts, d.Name); (w == nil) == (err == nil) {
				t.Fatalf("workload %v and error %v", w, err)
			}
			for _, i := range d.Ignores {
				if i.Rule == "" || i.Reason == "" {
					t.Fatalf("ignore %+v", i)
				}
			}
		}
	})
}
