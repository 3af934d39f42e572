package export

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/prom"
)

// errNoRoom is why no autoscaler is written for a plan of one replica that may not grow.
var errNoRoom = errors.New("an autoscaler needs room between its bounds: --max-replicas 1 leaves none")

// horizontalPodAutoscaler writes one of autoscaling/v2.
func horizontalPodAutoscaler(p Plan) (Output, error) {
	s := p.Scaling
	if s.Max <= s.Min && s.Max < 2 {
		return Output{}, errNoRoom
	}
	metric, err := p.podMetric()
	if err != nil {
		return Output{}, err
	}
	source := mapping(field{"metric", mapping(field{"name", metric, ""}), ""},
		field{"target", mapping(field{"type", "AverageValue", ""}, field{"averageValue", p.quantity(), p.targetWhy()}), ""})
	body, err := document(p.heading()+"\nAn adapter has to offer "+metric+" of the pods (prometheus-adapter, or KEDA's ScaledObject in its place).", mapping(
		field{"apiVersion", "autoscaling/v2", ""}, field{"kind", "HorizontalPodAutoscaler", ""}, p.metadata(""),
		field{"spec", mapping(
			field{"scaleTargetRef", p.target(), ""},
			field{"minReplicas", max(s.Min, 1), p.minWhy()}, field{"maxReplicas", s.Max, p.maxWhy()},
			field{"metrics", list(mapping(field{"type", "Pods", ""}, field{"pods", source, ""})), ""},
			field{"behavior", p.behavior(), ""},
		), ""}))
	return Output{Text: body, Notes: p.scalerNotes()}, err
}

// scaledObject writes one of KEDA, which asks Prometheus itself.
func scaledObject(p Plan) (Output, error) {
	s := p.Scaling
	if s.Max <= s.Min && s.Max < 2 {
		return Output{}, errNoRoom
	}
	query, err := p.totalQuery()
	if err != nil {
		return Output{}, err
	}
	trigger := mapping(field{"type", "prometheus", ""}, field{"metricType", "AverageValue", ""}, field{"metadata", mapping(
		field{"serverAddress", cmp.Or(p.Prometheus, "http://prometheus-operated.monitoring.svc:9090"), addressWhy(p.Prometheus)},
		field{"query", query, "Of all replicas together: KEDA divides by their number."},
		field{"threshold", quoted(p.decimal()), p.targetWhy()},
	), ""})
	body, err := document(p.heading(), mapping(
		field{"apiVersion", "keda.sh/v1alpha1", ""}, field{"kind", "ScaledObject", ""}, p.metadata(""),
		field{"spec", mapping(
			field{"scaleTargetRef", p.target(), ""},
			field{"minReplicaCount", s.Min, p.minWhy()}, field{"maxReplicaCount", s.Max, p.maxWhy()},
			field{"pollingInterval", 15, ""}, field{"cooldownPeriod", p.cooldown(), ""},
			field{"fallback", mapping(field{"failureThreshold", 4, ""}, field{"replicas", s.Max, ""}), "Without metrics for a minute, as many as the peak needs."},
			field{"advanced", mapping(field{"horizontalPodAutoscalerConfig", mapping(field{"behavior", p.behavior(), ""}), ""}), ""},
			field{"triggers", list(trigger), ""},
		), ""}))
	return Output{Text: body, Notes: p.scalerNotes()}, err
}

func addressWhy(given string) string {
	if given != "" {
		return ""
	}
	return "The address of your Prometheus; --server-address sets it."
}

// cooldown is what KEDA waits before it scales to none, s.
func (p Plan) cooldown() any {
	if p.Scaling.Min > 0 {
		return nil
	}
	return 300
}

// observable is the scaling by a signal that the profile's metrics show: requests a second where none
// counts those in flight.
func (p Plan) observable() Scaling {
	s := p.Scaling
	running, counted := p.metric("running")
	if _, rated := p.rateQuery("2m"); s.Signal == advice.InFlight && !(counted && running.Gauge != "") && rated && s.TargetQPS > 0 {
		s.Signal, s.Target = advice.RequestRate, s.TargetQPS
	}
	return s
}

// behavior adds replicas at once and takes them away slowly.
func (p Plan) behavior() *yaml.Node {
	return mapping(
		field{"scaleUp", mapping(field{"stabilizationWindowSeconds", 0, ""}), ""},
		field{"scaleDown", mapping(field{"stabilizationWindowSeconds", 300, ""}), "A replica that takes long to start is not released for a lull."},
	)
}

// targetWhy says where the target comes from.
func (p Plan) targetWhy() string {
	s := p.Scaling
	if s.Day != "" { // what of it remains for losses and for the rise while replicas start
		return fmt.Sprintf("%s: %s of what one replica carries with the losses promised; within every bound alone it carries %s.", p.signalName(), percent(s.Share), rate(p.replicaQPS()))
	}
	return fmt.Sprintf("%s%s of the %s that one replica carries within every bound; above its knee the tail grows steeply.",
		p.signalWords(), percent(s.Share), rate(p.replicaQPS()))
}

func (p Plan) signalWords() string {
	if p.Scaling.Signal == advice.InFlight {
		return fmt.Sprintf("%s at %s: ", p.signalName(), rate(p.Scaling.TargetQPS))
	}
	return p.signalName() + ": "
}

func (p Plan) signalName() string {
	if p.Scaling.Signal == advice.InFlight {
		return "Requests in flight"
	}
	return "Requests a second"
}

func percent(v float64) string { return strconv.FormatFloat(100*v, 'f', 0, 64) + " %" }

func (p Plan) minWhy() string {
	if p.Scaling.Day != "" {
		return "What the quietest hour of the day needs (" + p.Scaling.Day + ")."
	}
	if e := p.plan(); p.Scaling.Min >= e.Replicas {
		return "As many as the plan has."
	}
	return "How low the nights go is not known; with --day-shape and --cold-start it is computed."
}

func (p Plan) maxWhy() string {
	if p.Scaling.Day != "" {
		return "What the busiest hour needs while new replicas start."
	}
	if p.Scaling.Max > p.plan().Replicas {
		return fmt.Sprintf("One carries the peak of %s; another leaves room.", rate(p.plan().DemandQPS))
	}
	return fmt.Sprintf("%d carry the peak of %s.", p.plan().Replicas, rate(p.plan().DemandQPS))
}

func (p Plan) scalerNotes() []string {
	var notes []string
	if p.Scaling.Min < 1 {
		notes = append(notes, "the first caller after an idle time waits until a replica has started; a HorizontalPodAutoscaler keeps one running")
	}
	return notes
}

// decimal is the target as a number, rounded down to three digits.
func (p Plan) decimal() string {
	v := p.Scaling.Target
	if v <= 0 {
		return "1"
	}
	scale := math.Pow(10, 2-math.Floor(math.Log10(v)))
	if v >= 100 {
		scale = 1
	}
	return strconv.FormatFloat(math.Floor(v*scale*(1+1e-12))/scale, 'f', -1, 64)
}

// quantity is the target as Kubernetes writes amounts: thousandths where it is no whole number.
func (p Plan) quantity() *yaml.Node {
	v, _ := strconv.ParseFloat(p.decimal(), 64)
	if v == math.Trunc(v) {
		return quoted(p.decimal())
	}
	return quoted(fmt.Sprintf("%dm", int(math.Floor(v*1000+1e-6))))
}

// podMetric is the name of a metric of pods that shows the signal.
func (p Plan) podMetric() (string, error) {
	if p.Scaling.Signal == advice.InFlight {
		if m, ok := p.metric("running"); ok && m.Gauge != "" {
			return m.Gauge, nil
		}
		return "", p.noMetric("running requests")
	}
	if m, ok := p.metric("requests"); ok {
		switch {
		case m.Counter != "":
			return strings.TrimSuffix(m.Counter, "_total") + "_per_second", nil
		case m.Histogram != "":
			return m.Histogram + "_requests_per_second", nil
		}
	}
	return "", p.noMetric("requests")
}

// totalQuery is the signal of all replicas together, as PromQL.
func (p Plan) totalQuery() (string, error) {
	if p.Scaling.Signal == advice.RequestRate {
		if q, ok := p.rateQuery("2m"); ok {
			return q, nil
		}
		return "", p.noMetric("requests")
	}
	running, ok := p.metric("running")
	if !ok || running.Gauge == "" {
		return "", p.noMetric("running requests")
	}
	query := "sum(" + p.series(running.Gauge) + ")"
	if waiting, ok := p.metric("waiting"); ok && waiting.Gauge != "" {
		query += " + sum(" + p.series(waiting.Gauge) + ")"
	}
	return query, nil
}

func (p Plan) noMetric(what string) error {
	if p.Profile == nil {
		return fmt.Errorf("it is not known which metrics the server has: name a profile with --profile (scaleadvise profiles list), such as triton")
	}
	return fmt.Errorf("the profile %s has no metric of %s: choose another with --profile, or add your own with --profiles", p.Profile.ID, what)
}

// metric is the first way in which the profile tells a quantity.
func (p Plan) metric(quantity string) (prom.Metric, bool) {
	if p.Profile == nil || len(p.Profile.Quantities[quantity]) == 0 {
		return prom.Metric{}, false
	}
	return p.Profile.Quantities[quantity][0], true
}
