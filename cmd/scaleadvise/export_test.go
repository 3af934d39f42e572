package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"
	"pgregory.net/rapid"
)

// The shapes of what is exported, as the API references of Kubernetes, KEDA, the Prometheus operator
// and kustomize give them; a key that is not among them is a fault.
type (
	anyLabels  map[string]string
	objectMeta struct {
		Name, Namespace     string
		Labels, Annotations anyLabels
	}
	typed struct {
		APIVersion string `yaml:"apiVersion"`
		Kind       string
		Metadata   objectMeta
	}
	selector struct {
		MatchLabels anyLabels `yaml:"matchLabels"`
	}
	reference struct {
		APIVersion string `yaml:"apiVersion"`
		Kind, Name string
	}
	horizontal struct {
		typed `yaml:",inline"`
		Spec  struct {
			Target   reference `yaml:"scaleTargetRef"`
			Min      int       `yaml:"minReplicas"`
			Max      int       `yaml:"maxReplicas"`
			Behavior map[string]map[string]int
			Metrics  []struct {
				Type string
				Pods struct {
					Metric struct{ Name string }
					Target struct {
						Type    string
						Average string `yaml:"averageValue"`
					}
				}
			}
		}
	}
	keda struct {
		typed `yaml:",inline"`
		Spec  struct {
			Target   reference `yaml:"scaleTargetRef"`
			Min      *int      `yaml:"minReplicaCount"`
			Max      int       `yaml:"maxReplicaCount"`
			Polling  int       `yaml:"pollingInterval"`
			Cooldown int       `yaml:"cooldownPeriod"`
			Fallback struct {
				Threshold int `yaml:"failureThreshold"`
				Replicas  int
			}
			Advanced struct {
				HPA struct {
					Behavior map[string]map[string]int
				} `yaml:"horizontalPodAutoscalerConfig"`
			}
			Triggers []struct {
				Type       string
				MetricType string            `yaml:"metricType"`
				Metadata   map[string]string // KEDA takes texts alone
			}
		}
	}
	budget struct {
		typed `yaml:",inline"`
		Spec  struct {
			MaxUnavailable int `yaml:"maxUnavailable"`
			Selector       selector
		}
	}
	ruleObject struct {
		typed `yaml:",inline"`
		Spec  struct {
			Groups []struct {
				Name, Interval string
				Rules          []struct {
					Record, Alert, Expr string
					For                 string
					Labels, Annotations anyLabels
				}
			}
		}
	}
	kustomization struct {
		APIVersion      string `yaml:"apiVersion"`
		Kind, Namespace string
		Resources       []string
		Generators      []struct {
			Name    string
			Files   []string
			Options struct {
				Labels anyLabels
				Stable bool `yaml:"disableNameSuffixHash"`
			}
		} `yaml:"configMapGenerator"`
	}
	deployment struct {
		typed `yaml:",inline"`
		Spec  struct {
			Replicas int
			Selector selector
			Strategy struct {
				Type    string
				Rolling map[string]int `yaml:"rollingUpdate"`
			}
			Template struct {
				Metadata objectMeta
				Spec     podSpec
			}
		}
	}
	podSpec struct {
		NodeSelector anyLabels `yaml:"nodeSelector"`
		Tolerations  []struct{ Key, Operator, Effect string }
		Spread       []struct {
			Skew          int    `yaml:"maxSkew"`
			Key           string `yaml:"topologyKey"`
			Unsatisfiable string `yaml:"whenUnsatisfiable"`
			Selector      struct {
				MatchLabels anyLabels `yaml:"matchLabels"`
			} `yaml:"labelSelector"`
		} `yaml:"topologySpreadConstraints"`
		Containers []struct {
			Name, Image   string
			Command, Args []string
			Env           []struct {
				Name string
				From struct {
					Secret struct {
						Name, Key string
						Optional  bool
					} `yaml:"secretKeyRef"`
				} `yaml:"valueFrom"`
			}
			Ports []struct {
				Name string
				Port int `yaml:"containerPort"`
			}
			Resources struct {
				Limits   map[string]int
				Requests anyLabels
			}
			Mounts []struct {
				Name string
				Path string `yaml:"mountPath"`
			} `yaml:"volumeMounts"`
			Startup   *probed `yaml:"startupProbe"`
			Readiness *probed `yaml:"readinessProbe"`
		}
		Volumes []struct {
			Name  string
			Empty struct{ Medium string } `yaml:"emptyDir"`
		}
	}
	probed struct {
		Get     struct{ Path, Port string } `yaml:"httpGet"`
		Period  int                         `yaml:"periodSeconds"`
		Failure int                         `yaml:"failureThreshold"`
	}
	service struct {
		typed `yaml:",inline"`
		Spec  struct {
			Selector anyLabels
			Ports    []struct {
				Name       string
				Port       int
				TargetPort string `yaml:"targetPort"`
			}
		}
	}
)

// strictly decodes one document; a key that the shape does not have is an error.
func strictly(document []byte, into any) error {
	return yaml.Load(document, into, yaml.WithKnownFields())
}

// validExport checks one file by its kind.
func validExport(name string, text []byte) error {
	switch name {
	case "workload.yaml":
		parts := bytes.Split(text, []byte("---\n"))
		var d deployment
		var s service
		return errors.Join(strictly(parts[0], &d), strictly(parts[len(parts)-1], &s), must(d.APIVersion == "apps/v1" && d.Metadata.Name != "" && len(d.Spec.Template.Spec.Containers) == 1 &&
			maps.Equal(d.Spec.Selector.MatchLabels, d.Spec.Template.Metadata.Labels) && maps.Equal(s.Spec.Selector, d.Spec.Selector.MatchLabels), "a Deployment with its Service"))
	case "hpa.yaml":
		var h horizontal
		return errors.Join(strictly(text, &h), must(h.APIVersion == "autoscaling/v2" && h.Spec.Min >= 1 && h.Spec.Max >= h.Spec.Min && len(h.Spec.Metrics) == 1 && h.Spec.Target.Name != "", "an HPA"))
	case "scaledobject.yaml":
		var k keda
		return errors.Join(strictly(text, &k), must(k.APIVersion == "keda.sh/v1alpha1" && k.Spec.Min != nil && k.Spec.Max >= *k.Spec.Min && len(k.Spec.Triggers) == 1 && k.Spec.Triggers[0].Metadata["query"] != "", "a ScaledObject"))
	case "pdb.yaml":
		var b budget
		return errors.Join(strictly(text, &b), must(b.APIVersion == "policy/v1" && b.Spec.MaxUnavailable > 0 && len(b.Spec.Selector.MatchLabels) > 0, "a PodDisruptionBudget"))
	case "prometheus-rule.yaml":
		var r ruleObject
		return errors.Join(strictly(text, &r), must(r.APIVersion == "monitoring.coreos.com/v1" && len(r.Spec.Groups) == 2, "a PrometheusRule"))
	case "kustomization.yaml":
		var k kustomization
		return errors.Join(strictly(text, &k), must(len(k.Resources) >= 2, "a Kustomization"))
	case "dashboard.json":
		return validBoard(text)
	}
	return must(len(text) > 0, "a text")
}

func must(ok bool, what string) error {
	if ok {
		return nil
	}
	return errors.New("not " + what)
}

// validBoard checks a dashboard: panels of their own ids that do not overlap, each with queries.
func validBoard(text []byte) error {
	var b struct {
		UID           string
		SchemaVersion int
		Panels        []struct {
			ID      int
			Type    string
			GridPos struct{ H, W, X, Y int }
			Targets []struct{ Expr, RefID string }
		}
	}
	if err := json.Unmarshal(text, &b); err != nil {
		return err
	}
	taken, ids := map[[2]int]bool{}, map[int]bool{}
	for _, p := range b.Panels {
		if ids[p.ID] || len(p.Targets) == 0 || p.GridPos.X+p.GridPos.W > 24 {
			return errors.New("a panel without an id, a query or a place of its own")
		}
		ids[p.ID] = true
		for x := range p.GridPos.W {
			for y := range p.GridPos.H {
				if at := [2]int{p.GridPos.X + x, p.GridPos.Y + y}; taken[at] {
					return errors.New("panels overlap")
				} else {
					taken[at] = true
				}
			}
		}
	}
	return must(len(b.UID) <= 40 && b.SchemaVersion > 30 && len(b.Panels) >= 4, "a dashboard")
}

// exportedFolder exports a folder and gives its files.
func exportedFolder(dir string, words []string) (code int, files map[string]string, complaint string) {
	s := newStage()
	code = s.run(append([]string{"export", "kustomize", "--output-dir", dir}, words...)...)
	files = map[string]string{}
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		text, _ := os.ReadFile(filepath.Join(dir, e.Name()))
		files[e.Name()] = string(text)
	}
	return code, files, s.err.String()
}

// TestExportIsAFixedPoint: what is exported passes check, is valid by the shape of its kind, and
// exporting it again changes no byte.
func TestExportIsAFixedPoint(t *testing.T) {
	fewer(t, 25) // each is four runs
	kept := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(slices.Sorted(maps.Keys(workloads))).Draw(t, "kind")
		flags := map[string]string{}
		workloads[kind].into(t, flags)
		circumstances.into(t, flags)
		words := asked(flags)
		if scaler := rapid.SampledFrom([]string{"", "keda", "hpa"}).Draw(t, "autoscaler"); scaler != "" {
			words = append(words, "--autoscaler", scaler)
		}
		dir, err := os.MkdirTemp("", "exported")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		folder := filepath.Join(dir, "out")
		code, first, complaint := exportedFolder(folder, words)
		if code == exitInfeasible || code == exitUnknown {
			if len(first) > 0 {
				t.Fatalf("%v: exit %d, and files were written", words, code)
			}
			return
		}
		if code != exitDone {
			t.Fatalf("%v: %s", words, complaint)
		}
		for name, text := range first {
			if err := validExport(name, []byte(text)); err != nil {
				t.Fatalf("%v: %s: %v\n%s", words, name, err, text)
			}
		}
		s := newStage()
		if code := s.run("check", folder); code != exitDone {
			t.Fatalf("%v: does not pass: %s", words, s.out.String())
		}
		scaled := first["hpa.yaml"] != "" || first["scaledobject.yaml"] != "" // which check prices at its maximum
		if planned, checked := costs(t, append([]string{"advise"}, asked(flags)...)), costs(t, []string{"check", folder}); !scaled && planned >= 0 && math.Abs(planned-checked) > 1 {
			t.Fatalf("%v: the plan costs %g USD a month, check says %g", words, planned, checked)
		}
		more := []string{"--plan", filepath.Join(folder, "workload.yaml")}
		if i := slices.Index(words, "--autoscaler"); i >= 0 {
			more = append(more, words[i:]...)
		}
		code, again, complaint := exportedFolder(folder, more)
		if code != exitDone {
			t.Fatalf("%v: again: %s", words, complaint)
		}
		for name, text := range first {
			if _, day := flags["day-shape"]; day && (kind == "measured" || flags["service-time"] != "") && (name == "hpa.yaml" || name == "scaledobject.yaml") {
				continue // a measurement belongs to what it was taken on, and says less of what it is carried over to
			}
			if again[name] != text {
				t.Fatalf("%v: %s is another:\n%s\n---- was\n%s", words, name, again[name], text)
			}
		}
		kept[kind]++
	})
	if len(kept) < 3 {
		t.Errorf("hardly anything was exported: %v", kept)
	}
}

// costs are what a command says its plan, or all plans together, cost a month, USD; -1 where it does not know.
func costs(t interface{ Fatal(...any) }, words []string) float64 {
	s := newStage()
	s.run(append(words, "-o", "json")...)
	var a struct {
		Plan *struct {
			USD *float64 `json:"cost_usd_per_month"`
		}
		Total *struct {
			USD *float64 `json:"cost_usd_per_month"`
		}
		USD *float64 `json:"cost_usd_per_month"` // of a fleet
	}
	if err := json.Unmarshal(s.out.Bytes(), &a); err != nil {
		t.Fatal(words, err, s.err.String())
	}
	switch {
	case a.USD != nil:
		return *a.USD
	case a.Plan != nil && a.Plan.USD != nil:
		return *a.Plan.USD
	case a.Total != nil && a.Total.USD != nil:
		return *a.Total.USD
	}
	return -1
}

// TestExportedFleetCostsTheSame: what is exported of a fleet costs what the fleet said, on machines that
// are shared, owned or both.
func TestExportedFleetCostsTheSame(t *testing.T) {
	draws := 6
	if testing.Short() {
		draws = 2
	}
	judged := 0
	for seed := range uint64(draws) {
		r := rand.New(rand.NewPCG(seed, 19))
		text := drawnFleet(r, map[string]string{}, map[string]bool{})
		if seed%2 == 1 {
			text = strings.Replace(text, "count: 40", "count: 40, owned: true, cost: 1800/month", 1)
		}
		file := filepath.Join(t.TempDir(), "fleet.yaml")
		folder := filepath.Join(t.TempDir(), "out")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s := newStage()
		if code := s.run("export", "kustomize", "--fleet", file, "--output-dir", folder); code == exitInfeasible {
			continue
		} else if code != exitDone {
			t.Fatalf("%s\n%s", s.err.String(), text)
		}
		judged++
		if planned, checked := costs(t, []string{"fleet", file}), costs(t, []string{"check", folder}); !(math.Abs(planned-checked) <= 1) {
			t.Errorf("seed %d: the fleet costs %g USD a month, what is exported of it %g\n%s", seed, planned, checked, text)
		}
	}
	if judged == 0 {
		t.Error("no fleet was exported")
	}
}

// exportedRules are the rules of a language model, as a file of Prometheus.
func exportedRules(t *testing.T) string {
	t.Helper()
	s := newStage()
	if code := s.run("export", "prometheus-rules", "--name", "chat", "--namespace", "prod", "--qps", "12", "--model", "llama-3.1-8b", "--gpu", "l40s", "--input-tokens", "1000",
		"--output-tokens", "200", "--ttft", "2s", "--tpot", "80ms"); code != exitDone {
		t.Fatal(s.err.String())
	}
	var object struct{ Spec yaml.Node }
	if err := yaml.Load(s.out.Bytes(), &object); err != nil {
		t.Fatal(err)
	}
	text, err := yaml.Dump(&object.Spec)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "rules.yaml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestExportedRules has Prometheus' own tool read the rules and run them over series that reach the
// capacity, outgrow it, break a bound, and end.
func TestExportedRules(t *testing.T) {
	need(t, "promtool")
	file := exportedRules(t)
	if out, err := exec.Command("promtool", "check", "rules", file).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, name := range []string{"rules_test.yaml", "runway_test.yaml"} {
		cases, err := os.ReadFile("../../testdata/export/" + name)
		if err != nil {
			t.Fatal(err)
		}
		test := filepath.Join(filepath.Dir(file), name)
		if err := os.WriteFile(test, cases, 0o600); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if out, err := exec.CommandContext(ctx, "promtool", "test", "rules", test).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

// TestExportedBoardReadsWhatIsRecorded: each series of the dashboard is one that the rules record.
func TestExportedBoardReadsWhatIsRecorded(t *testing.T) {
	rules := read(t, exportedRules(t))
	s := newStage()
	s.run("export", "grafana", "--name", "chat", "--namespace", "prod", "--qps", "12", "--model", "llama-3.1-8b", "--gpu", "l40s", "--input-tokens", "1000", "--output-tokens", "200", "--ttft", "2s", "--tpot", "80ms")
	n := 0
	for _, word := range strings.FieldsFunc(s.out.String(), func(r rune) bool { return !(r == ':' || r == '_' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9') }) {
		if strings.HasPrefix(word, "scaleadvise:") {
			if n++; !strings.Contains(rules, "record: "+word+"\n") {
				t.Errorf("%s is not recorded", word)
			}
		}
	}
	if n < 8 {
		t.Errorf("only %d series are read", n)
	}
}

// A folder that cannot be written leaves what was there.
func TestExportLeavesOtherFoldersAlone(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "mine.yaml"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	words := []string{"--qps", "100", "--gpu", "t4"}
	if code, files, complaint := exportedFolder(dir, words); code != exitUnknown || len(files) != 1 || !strings.Contains(complaint, "export did not write") {
		t.Errorf("exit %d, %v, %s", code, files, complaint)
	}
	own := filepath.Join(t.TempDir(), "deep", "own")
	if code, files, complaint := exportedFolder(own, words); code != exitDone || len(files) < 5 {
		t.Fatalf("exit %d, %v, %s", code, files, complaint)
	}
	if code, files, _ := exportedFolder(own, append(words, "--replicas", "nonsense")); code != exitUsage || len(files) < 5 {
		t.Errorf("exit %d, %d files", code, len(files))
	}
	if left, _ := os.ReadDir(filepath.Dir(own)); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}
