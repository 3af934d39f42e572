package plan

import (
	"cmp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Scaler is an autoscaler with the object that it scales.
type Scaler struct {
	Autoscaler
	TargetKind, Namespace, TargetName string
	Notes                             []string // settings that are not understood

	object  Object
	most    *yaml.Node // what says the most replicas; nil where there is no limit
	unread  string     // why nothing that it scales can be judged; "" where it can
	file    string
	line    int // where its document begins
	ignores []Ignore
}

// Delays until an autoscaler has seen that the load grew, in seconds.
const (
	// hpaDelay is the sync period of the HorizontalPodAutoscaler and metrics that are as old
	// (Kubernetes documentation: both 15 s by default).
	hpaDelay = 30
	// knativeDelay is the panic window of Knative's autoscaler: a tenth of its stable window
	// of 60 s (Knative documentation, autoscaler configuration).
	knativeDelay = 6
)

// horizontalPodAutoscaler reads autoscaling/v1 and v2.
func (m *manifest) horizontalPodAutoscaler() *Scaler {
	spec := field(m.root, "spec")
	s := m.newScaler(spec, field(spec, "scaleTargetRef"))
	s.bounds(m, field(spec, "minReplicas"), field(spec, "maxReplicas"), 1, 0)
	if cpu := field(spec, "targetCPUUtilizationPercentage"); cpu != nil {
		s.Signal, s.Target = CPU, m.bound(cpu, amount(cpu)/100)
	}
	var signals []signal
	for _, metric := range items(field(spec, "metrics")) {
		signals = append(signals, m.metric(metric))
	}
	if most := field(spec, "maxReplicas"); filled(most) == nil {
		s.unread = "what scales it (HorizontalPodAutoscaler " + m.object.Name + ") states no maxReplicas, so that no cluster accepts it"
	}
	if s.choose(signals); s.Signal == "" {
		s.Signal, s.Target = CPU, Bound{Value: unstatedCPU, Origin: s.Origin}
	}
	return s
}

// unstatedCPU is the utilization that an autoscaler without a metric aims at (Kubernetes API reference,
// HorizontalPodAutoscalerSpec v2, metrics).
const unstatedCPU = 0.8

// scaledObject reads KEDA's (keda.sh/v1alpha1): its defaults are 0 to 100 replicas, and it
// scales by an HorizontalPodAutoscaler of its own.
func (m *manifest) scaledObject() *Scaler {
	spec := field(m.root, "spec")
	s := m.newScaler(spec, field(spec, "scaleTargetRef"))
	s.bounds(m, field(spec, "minReplicaCount"), field(spec, "maxReplicaCount"), 0, 100)
	var signals []signal
	for _, trigger := range items(field(spec, "triggers")) {
		signals = append(signals, m.trigger(trigger))
	}
	if formula := word(field(spec, "advanced", "scalingModifiers", "formula")); formula != "" { // it replaces their targets
		signals = []signal{{Signal: Other, strange: "the formula " + clip(formula) + " over its triggers"}}
	}
	s.choose(signals)
	return s
}

// httpScaledObject reads that of KEDA's add-on for HTTP (http.keda.sh/v1alpha1): it counts requests at a
// proxy in front of all replicas.
func (m *manifest) httpScaledObject() *Scaler {
	spec := field(m.root, "spec")
	s := m.newScaler(spec, field(spec, "scaleTargetRef"))
	s.bounds(m, field(spec, "replicas", "min"), field(spec, "replicas", "max"), 0, 100)
	var all []signal
	for of, path := range map[Signal]string{Concurrency: "concurrency", Rate: "requestRate"} {
		if n := field(spec, "scalingMetric", path, "targetValue"); n != nil {
			all = append(all, signal{Signal: of, target: m.bound(n, amount(n))})
		}
	}
	s.choose(all)
	return s
}

// strangeScaler reads an object of a kind that is not known and names what it scales: its bounds, where
// they are called as others call them.
func (m *manifest) strangeScaler() *Scaler {
	spec := field(m.root, "spec")
	s := m.newScaler(spec, field(spec, "scaleTargetRef"))
	least := firstOf(field(spec, "minReplicas"), field(spec, "minReplicaCount"), field(spec, "replicas", "min"))
	most := firstOf(field(spec, "maxReplicas"), field(spec, "maxReplicaCount"), field(spec, "replicas", "max"))
	s.bounds(m, least, most, 1, 0)
	s.choose([]signal{{Signal: Other, strange: "what a " + m.object.Kind + " of " + clip(m.object.Version) + " watches"}})
	return s
}

// kserveScaler is what scales an InferenceService.
func (m *manifest) kserveScaler(predictor, least, most *yaml.Node) *Autoscaler {
	s := &Scaler{Autoscaler: Autoscaler{Kind: "InferenceService", Delay: knativeDelay, Origin: m.at(predictor, "spec.predictor")}}
	s.bounds(m, least, most, 1, 0)
	if s.unread != "" {
		m.unjudged(s.unread)
	}
	metric, target := word(field(predictor, "scaleMetric")), field(predictor, "scaleTarget")
	const knative = "autoscaling.knative.dev/" // its annotations say the same where these say nothing
	if metric == "" {
		metric = word(field(m.root, "metadata", "annotations", knative+"metric"))
	}
	if target == nil {
		target = field(m.root, "metadata", "annotations", knative+"target")
	}
	switch metric {
	case "rps":
		s.Signal = Rate
	case "cpu":
		s.Signal = CPU
	case "memory":
		s.Signal = Memory
	case "concurrency", "":
		s.Signal = Concurrency
	default:
		s.Signal, target = Other, nil
	}
	if _, unfilled := blank(target); target != nil && !unfilled {
		s.Target = m.bound(target, amount(target))
		if s.Signal == CPU || s.Signal == Memory {
			s.Target.Value /= 100
		}
	}
	return &s.Autoscaler
}

// newScaler is an autoscaler with what it scales.
func (m *manifest) newScaler(at, target *yaml.Node) *Scaler {
	if at == nil {
		at = m.root
	}
	s := &Scaler{
		Autoscaler: Autoscaler{Kind: m.object.Kind, Delay: hpaDelay, Origin: m.at(at, "spec")},
		TargetKind: cmp.Or(word(field(target, "kind")), "Deployment"), TargetName: word(field(target, "name")),
		Namespace: m.object.Namespace, object: m.object, file: m.file, line: m.root.Line,
	}
	if gone := removedIn(word(field(m.root, "apiVersion"))); gone != "" {
		s.Notes = append(s.Notes, m.object.Kind+" "+m.object.Name+": "+gone)
	}
	m.annotatedRamp()
	s.Ramp = m.ramp
	return s
}

// annotatedRamp reads the one annotation that belongs to an autoscaler, and says of others
// where they belong.
func (m *manifest) annotatedRamp() {
	for _, e := range pairs(field(m.root, "metadata", "annotations")) {
		switch name, ours := strings.CutPrefix(e.key.Value, AnnotationPrefix); {
		case !ours:
		case name == "ramp":
			m.readRamp(e.key.Value, e.value, word(e.value))
		default:
			m.fail(e.key, "%s has no effect here: put it on what the %s scales", clip(e.key.Value), m.object.Kind)
		}
	}
}

// filled is a node that says something.
func filled(n *yaml.Node) *yaml.Node {
	if n != nil && isNull(n) {
		return nil
	}
	return n
}

// bounds reads the fewest and the most replicas; a most of 0 is no limit.
func (s *Scaler) bounds(m *manifest, least, most *yaml.Node, defaultLeast, defaultMost float64) {
	least, most = filled(least), filled(most)
	for _, n := range []*yaml.Node{least, most} {
		if text, unfilled := blank(n); unfilled {
			s.unread = "what scales it (" + s.Kind + " " + m.object.Name + ") has bounds that are not numbers yet: " + text
		} else if n != nil && whole(n) == 0 && n.Value != "0" {
			s.unread = "what scales it (" + s.Kind + " " + m.object.Name + ") has a bound that is not a number of replicas: " + clip(n.Value)
		}
	}
	s.Min, s.Max = Bound{Value: defaultLeast}, Bound{Value: defaultMost}
	if least != nil {
		s.Min = m.bound(least, amount(least))
	}
	switch {
	case whole(most) > 0:
		s.Max, s.most = m.bound(most, amount(most)), most
	case defaultMost > 0:
		s.most = field(m.root, "spec")
	}
}

func (m *manifest) bound(n *yaml.Node, v float64) Bound {
	return Bound{Value: v, Given: true, Origin: m.at(n, "autoscaler")}
}

// amount reads a quantity as Kubernetes writes it ("500m", "2k"); 0 where it is none.
func amount(n *yaml.Node) float64 {
	text, factor := word(n), 1.0
	for suffix, by := range map[string]float64{"m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9} {
		if rest, ok := strings.CutSuffix(text, suffix); ok {
			text, factor = rest, by
			break
		}
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v >= 0 && v < 1e12) {
		return 0
	}
	return v * factor
}
