package plan

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/pattern"
	"scaleadvise/advisor/unit"
)

// signal is one thing that an autoscaler watches.
type signal struct {
	Signal
	target  Bound
	strange string // what it watches, where that is not understood; "" where it is
}

// telling orders signals by how much they say of the load.
var telling = []Signal{Rate, Tokens, Concurrency, Waiting, Latency, Cache, Other, Accelerator, CPU, Memory, ""}

// choose keeps the signal that says most of the load, and notes what is not understood.
func (s *Scaler) choose(all []signal) {
	for _, one := range all {
		if one.strange != "" {
			s.Notes = append(s.Notes, fmt.Sprintf("%s %s: not understood: %s; it was not compared with the load", s.Kind, s.object.Name, one.strange))
		} else if what := meanings[one.Signal]; what != "" {
			s.Notes = append(s.Notes, fmt.Sprintf("%s %s scales on %s, target %s, which no load is compared with", s.Kind, s.object.Name, what, unit.Format(unit.Number, one.target.Value)))
		}
	}
	slices.SortStableFunc(all, func(a, b signal) int { return slices.Index(telling, a.Signal) - slices.Index(telling, b.Signal) })
	if len(all) > 0 {
		s.Signal, s.Target = all[0].Signal, all[0].target
	}
}

// meanings are what signals tell that stand for no number of requests.
var meanings = map[Signal]string{
	Waiting: "requests that wait on each replica", Cache: "the share of the KV cache in use", Latency: "a latency",
}

// metric reads one metric of autoscaling/v2.
func (m *manifest) metric(n *yaml.Node) signal {
	kind := word(field(n, "type"))
	switch kind {
	case "Resource", "ContainerResource":
		source := field(n, strings.ToLower(kind[:1])+kind[1:])
		return m.utilization(word(field(source, "name")), firstOf(field(source, "target", "averageUtilization"), field(source, "targetAverageUtilization")))
	case "Pods", "External", "Object":
		source := field(n, strings.ToLower(kind))
		name := firstOf(field(source, "metric", "name"), field(source, "metricName"))
		target := firstOf(field(source, "target", "averageValue"), field(source, "targetAverageValue"))
		if target == nil && firstOf(field(source, "target", "value"), field(source, "targetValue")) != nil && measures(strings.ToLower(word(name))) != Latency {
			return signal{Signal: Other, strange: "a target of " + clip(word(name)) + " for all replicas together (type: Value)"}
		}
		return m.custom(word(name), target)
	}
	return signal{Signal: Other, strange: "a metric of the type " + clip(kind)}
}

func firstOf(nodes ...*yaml.Node) *yaml.Node {
	for _, n := range nodes {
		if n != nil {
			return n
		}
	}
	return nil
}

func (m *manifest) utilization(resource string, target *yaml.Node) signal {
	s := signal{Signal: Other}
	switch resource {
	case "cpu":
		s.Signal = CPU
	case "memory":
		s.Signal = Memory
	default:
		s.strange = "the utilization of " + clip(resource)
		return s
	}
	if target != nil {
		s.target = m.bound(target, amount(target)/100)
	}
	return s
}

// trigger reads one trigger of KEDA.
func (m *manifest) trigger(n *yaml.Node) signal {
	metadata, kind := field(n, "metadata"), word(field(n, "type"))
	per := firstOf(field(n, "metricType"), field(metadata, "type"))
	switch kind {
	case "cpu", "memory":
		s := m.utilization(kind, field(metadata, "value"))
		if word(per) == "AverageValue" { // an amount, not a share
			s.target = Bound{}
		}
		return s
	case "prometheus":
		target := field(metadata, "threshold")
		query := firstOf(field(metadata, "query"), field(metadata, "metricName"))
		mean := averages.MatchString(strings.ToLower(word(query)))
		switch {
		case word(per) == "Value" && !mean && measures(strings.ToLower(word(query))) != Latency:
			return signal{Signal: Other, strange: "a target for all replicas together (metricType: Value)"}
		case word(per) != "Value" && mean:
			return signal{Signal: Other, strange: "an average over the replicas that is divided by their number once more (metricType: AverageValue): with metricType: Value, or the sum, it would be that of one replica"}
		}
		return m.custom(word(query), target)
	}
	return signal{Signal: Other, strange: "the trigger " + clip(kind)}
}

// custom tells by its name or query what a metric measures: nothing else says it. What is
// not clearly requests a second, requests at once or the share of time that an accelerator
// works has no number here.
func (m *manifest) custom(name string, target *yaml.Node) signal {
	s := signal{Signal: measures(strings.ToLower(name))}
	switch target = filled(target); {
	case s.Signal == Other:
		s.strange = fmt.Sprintf("what %q counts", clip(name))
		return s
	case target == nil:
		return s
	case amount(target) == 0:
		s.strange = fmt.Sprintf("the target %s of %q", amountText(target), clip(name))
		return s
	}
	s.target = m.bound(target, amount(target))
	if s.Signal == Accelerator && s.target.Value > 1 { // written in percent
		s.target.Value /= 100
	}
	return s
}

// Words of metrics' names, between anything that is no letter.
var (
	otherUnits = pattern.Of(`token|byte|bucket|_sum\b|latency|duration|time\b|time_|seconds\b|_ms\b|millis|usage|perc|ratio|memory|cache|per_?minute|per_?hour|_rpm\b|\brpm\b|error|batch_?(req|inf|query|queries|exec|count|rate|per)|batches|exec_count|per_?(gpu|device|worker|core)|(kilo|mega|kilo_|[0-9]+)_?(req|quer|inf)|resource|histogram_quantile|increase\(|fb_used|fb_free|temp|power`)
	arithmetic = pattern.Of(`[*/%^<>=]|\s-\s|\s-\s*[0-9]|[+]\s*[0-9]|[0-9]\s*[+]`)
	one        = pattern.Of(`\b(count|count_values|group|stddev|stdvar|quantile|min|max|bottomk|absent|scalar)\s*\(`)
	perSecond  = pattern.Of(`\b(i?rate)\(`)
	requests   = pattern.Of(`request|query|queries|inference|(^|[^a-z])(qps|rps)([^a-z]|$)`)
	rateNames  = pattern.Of(`per[_-]?second|(^|[^a-z])(qps|rps)([^a-z]|$)`)
	atOnce     = pattern.Of(`queue|in_?-?flight|waiting|running|pending|concurren|active_requests`)
	busyNames  = pattern.Of(`gpu_?-?util|duty_?cycle|gr_engine_active`)
)

// averages starts a query for the mean over replicas.
var averages = pattern.Of(`^\s*avg\b`)

// metrics are those of servers whose names tell unit and meaning (the exporters of vLLM, SGLang,
// TGI, LMDeploy, TensorRT-LLM, Triton, NIM, llama.cpp); counters count where they stand in rate().
var metrics = []struct {
	name    *pattern.Text
	signal  Signal
	counter bool
}{
	{pattern.Of(`time_to_first_token|ttft|inter_token_latency|time_per_output_token|tpot|e2e_request_latency|request_latency|queue_time|queue_duration|request_duration`), Latency, false},
	{pattern.Of(`gpu_cache_usage|kv_cache_usage|kv_cache_utilization|sglang[:_]token_usage|kv_cache_block`), Cache, false},
	{pattern.Of(`generation_tokens_total|generated_tokens_total|tokens_predicted_total|output_tokens_total`), Tokens, true},
	{pattern.Of(`gen_throughput|avg_generation_throughput|predicted_tokens_seconds`), Tokens, false},
}

// running and waiting tell requests at work from those in the queue.
var (
	running = pattern.Of(`running|in_?-?flight|active_requests|concurren|processing|batch_current_size`)
	waiting = pattern.Of(`waiting|pending|queue_?(size|length|depth)|num_queue_reqs|requests_deferred`)
)

// measures tells what a metric or query measures, Other where that is not clear.
func measures(name string) Signal {
	unlabeled := matchers.ReplaceAllString(name, "") // what selects series says nothing of the unit
	for _, m := range metrics {
		if m.name.MatchString(unlabeled) && m.signal == Latency && (strings.Contains(unlabeled, "histogram_quantile") || !strings.ContainsAny(unlabeled, "(*")) {
			return Latency
		}
		if m.name.MatchString(unlabeled) && m.signal != Latency && !arithmetic.MatchString(unlabeled) && m.counter == perSecond.MatchString(unlabeled) {
			return m.signal
		}
	}
	switch {
	case busyNames.MatchString(unlabeled) && !perSecond.MatchString(unlabeled):
		return Accelerator
	case otherUnits.MatchString(unlabeled), arithmetic.MatchString(unlabeled):
		return Other
	case one.MatchString(unlabeled) && (perSecond.MatchString(unlabeled) || running.MatchString(unlabeled)): // not the sum over replicas
		return Other
	case perSecond.MatchString(unlabeled) && requests.MatchString(unlabeled), rateNames.MatchString(unlabeled) && requests.MatchString(unlabeled):
		return Rate
	case perSecond.MatchString(unlabeled), strings.HasSuffix(strings.TrimRight(unlabeled, " )"), "_total"):
		return Other
	case waiting.MatchString(unlabeled) && !running.MatchString(unlabeled):
		return Waiting
	case atOnce.MatchString(unlabeled), running.MatchString(unlabeled):
		return Concurrency
	}
	return Other
}

var matchers = pattern.Of(`\{[^}]*\}|\[[^\]]*\]|\b(by|without|on|ignoring)\s*\([^)]*\)`)
