package export

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/pattern"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/prom"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// Plan is the plan to export.
type Plan struct {
	Advice      *advice.Advice
	Workload    *workload.Workload // with all defaults settled, as advice used it
	Accelerator catalog.Accelerator
	Model       catalog.Model   // zero where the catalog does not have it
	Language    *offer.Language // the requests of a language model; nil for other models, and for one that the user measured
	Scaling     Scaling
	Profile     *prom.Profile // profile whose metrics describe the service
	Manifest    *plan.Object  // the manifest that was given; nil for none
	Scaler      *plan.Autoscaler
	Text        []byte   // text of the manifest's file
	Fleet       string   // name of the service in a fleet; "" where it is not in one
	Serves      string   // which requests of the service these replicas serve, "" for all
	Cost        *float64 // USD a month of its replicas, where they share machines with others; nil where the machines are theirs alone
	Spread      int      // most replicas of a fleet's service on one machine, where its promise depends on that; 0 where it does not
	Options
}

// Options are what the caller chose.
type Options struct {
	Name, Namespace string // "" takes those of the manifest, or of the model
	Image           string // container image of the server; "" for the engine's own
	Prometheus      string // address that KEDA queries, without credentials
	Selector        string // label matchers of the service's series, in PromQL
	Autoscaler      string // KEDA, HPA or None in a folder; "" leaves it to the advice
}

// Checked returns the options with defaults filled in, or why one of them is invalid.
func (o Options) Checked() (Options, error) {
	if o.Prometheus != "" {
		at, err := url.Parse(o.Prometheus)
		if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" {
			return o, errors.New("--server-address: not an address; write it as http://prometheus.monitoring:9090")
		}
		if at.User != nil || at.RawQuery != "" {
			return o, errors.New("--server-address: credentials have no place in a manifest; refer to a Secret with a TriggerAuthentication of KEDA")
		}
	}
	if o.Selector != "" {
		s, err := prom.ParseSelector(o.Selector)
		if err != nil {
			return o, fmt.Errorf("--selector: %w", err)
		}
		o.Selector = strings.Trim(s.String(), "{}")
	}
	if words := []string{HPA, KEDA, None}; o.Autoscaler != "" && !slices.Contains(words, o.Autoscaler) {
		return o, fmt.Errorf("--autoscaler %s: unknown; %s", unit.Word(o.Autoscaler), unit.SuggestFew(o.Autoscaler, words))
	}
	return o, nil
}

// Scaling holds the settings of the plan's autoscaler.
type Scaling struct {
	Min, Max  int
	Signal    string  // advice.InFlight or advice.RequestRate
	Target    float64 // value of the signal per replica
	TargetQPS float64 // 1/s per replica: the same target as a rate
	Share     float64 // target over what a replica carries
	Day       string  // where the shape of the day comes from; "" where no day is known
}

// File is one file of a folder.
type File struct {
	Name string
	Text []byte
}

// Output is what was written, and what a person must know about it.
type Output struct {
	Text  []byte
	Files []File // of a folder; none for a single kind
	Notes []string
}

// kind is one thing that can be exported.
type kind struct {
	name, doc string
	write     func(Plan) (Output, error)
}

// The autoscalers to choose from.
const (
	KEDA = "keda"
	HPA  = "hpa"
	None = "none"
)

// kinds is the one ordered list of what can be exported.
func kinds() []kind {
	return []kind{
		{"kubernetes", "the manifest that was given, changed; else a Deployment with its Service", workloads},
		{"hpa", "HorizontalPodAutoscaler of autoscaling/v2", horizontalPodAutoscaler},
		{"keda", "ScaledObject of KEDA, which queries Prometheus", scaledObject},
		{"pdb", "PodDisruptionBudget", disruptionBudget},
		{"prometheus-rules", "PrometheusRule: alerts, and recording rules that observe reads", prometheusRule},
		{"grafana", "dashboard: demand against capacity, runway, latency, cost", dashboard},
		{"engine-args", "the command that starts the engine", engineCommand},
		{"kustomize", "a folder of all of them", folder},
	}
}

// Kinds names what can be exported.
func Kinds() []string {
	var names []string
	for _, k := range kinds() {
		names = append(names, k.name)
	}
	return names
}

// Kustomize is the kind that writes a folder.
const Kustomize = "kustomize"

// Docs describes each kind, one line each.
func Docs() []string {
	var lines []string
	for _, k := range kinds() {
		lines = append(lines, k.name+": "+k.doc)
	}
	return lines
}

// Write exports one kind. The error is about the input: a kind that the plan does not have, or a
// manifest that cannot be changed.
func Write(name string, p Plan) (Output, error) {
	p.Name, p.Namespace = cmp.Or(p.Name, p.manifestName(), p.Workload.Name, p.Advice.Workload.Model, "service"), cmp.Or(p.Namespace, p.manifestNamespace())
	if space, rest, ok := strings.Cut(p.Name, "/"); ok {
		p.Namespace, p.Name = cmp.Or(p.Namespace, label(space)), rest
	}
	if p.Manifest == nil || p.Name != p.Manifest.Name {
		p.Name = label(p.Name)
	}
	p.Scaling = p.observable()
	for _, k := range kinds() {
		if k.name == name {
			return k.write(p)
		}
	}
	return Output{}, fmt.Errorf("unknown kind %q; %s", name, unit.SuggestFew(name, Kinds()))
}

func (p Plan) manifestName() string {
	if p.Manifest == nil {
		return ""
	}
	return p.Manifest.Name
}

func (p Plan) manifestNamespace() string {
	if p.Manifest == nil {
		return ""
	}
	return p.Manifest.Namespace
}

// foreign are the characters that no name of Kubernetes has.
var foreign = pattern.Of(`[^a-z0-9]+`)

// longestName is that of a label of DNS less what is put behind it (RFC 1123).
const longestName = 48

// label makes a name that Kubernetes takes of a text.
func label(s string) string {
	s = strings.Trim(foreign.ReplaceAllString(strings.ToLower(s), "-"), "-")
	if s == "" {
		return "service"
	}
	return strings.Trim(s[:min(len(s), longestName)], "-")
}

// plan is the one that was chosen.
func (p Plan) plan() candidate.Evaluation { return p.Advice.Plan }

// replicaQPS is what one replica of the plan carries within every bound, 1/s.
func (p Plan) replicaQPS() float64 { return p.plan().CapacityQPS / float64(max(p.plan().Replicas, 1)) }

// language reports whether the plan serves a language model of its own making.
func (p Plan) language() bool { return p.Model.Kind == "llm" && p.plan().Runtime == "" }

// heading says what the plan is, for the top of a file.
func (p Plan) heading() string {
	e := p.plan()
	serves := ""
	if p.Serves != "" {
		serves = "\nIt serves " + p.Serves + "; what stands in front of the service sends it these."
	}
	return fmt.Sprintf("%s: %s for %s at the peak%s; up to %s within every bound.%s\nWritten by scaleadvise export.",
		p.Name, p.words(), rate(e.DemandQPS), p.bounds(), rate(e.CapacityQPS), serves)
}

// sizeOf is the size of a machine before the name of its processor.
var sizeOf = pattern.Of(`^[0-9]+-vCPU `)

// words names the plan by what runs, however it came about.
func (p Plan) words() string {
	e := p.plan()
	how := []string{candidate.ReplicasOf(e.Replicas, e.PerReplica, sizeOf.ReplaceAllString(cmp.Or(e.AcceleratorName, e.Accelerator), "")), e.Precision, e.Runtime}
	if p.language() && p.kvPrecision() == "fp8" {
		how = append(how, "fp8 KV cache")
	}
	return strings.Join(slices.DeleteFunc(how, func(s string) bool { return s == "" }), ", ")
}

// bounds are the promises of latency, as a clause.
func (p Plan) bounds() string {
	s := p.Advice.Workload
	var all []string
	if s.LatencySeconds > 0 {
		all = append(all, fmt.Sprintf("%s ≤ %s", unit.PercentileName(s.Percentile), seconds(s.LatencySeconds)))
	}
	if s.TTFT > 0 {
		all = append(all, fmt.Sprintf("%s TTFT ≤ %s", unit.PercentileName(s.TokenPercent), seconds(s.TTFT)))
	}
	if s.TPOT > 0 {
		all = append(all, fmt.Sprintf("%s TPOT ≤ %s", unit.PercentileName(s.TokenPercent), seconds(s.TPOT)))
	}
	if len(all) == 0 {
		return ""
	}
	return " at " + strings.Join(all, ", ")
}

func rate(v float64) string    { return unit.Format(unit.Rate, v) }
func seconds(v float64) string { return unit.Format(unit.Duration, v) }

// metadata is that of an object; suffix tells it from others of the service.
func (p Plan) metadata(suffix string, more ...field) field {
	fields := []field{{"name", p.Name + suffix, ""}, {"namespace", orNil(p.Namespace), ""}, {"labels", mapping(p.nameLabel()), ""}}
	return field{"metadata", mapping(append(fields, more...)...), ""}
}

func (p Plan) nameLabel() field { return field{"app.kubernetes.io/name", p.Name, ""} }

// orNil leaves an empty text out.
func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// target names what an autoscaler scales.
func (p Plan) target() *yaml.Node {
	version, kind := "apps/v1", "Deployment"
	if p.machines() > 1 {
		version, kind = groupVersion, groupKind
	}
	if o := p.Manifest; o != nil {
		version, kind = cmp.Or(o.Version, version), o.Kind
	}
	return mapping(field{"apiVersion", version, ""}, field{"kind", kind, ""}, field{"name", p.Name, ""})
}

// single wraps one object.
func single(text []byte, err error) (Output, error) { return Output{Text: text}, err }
