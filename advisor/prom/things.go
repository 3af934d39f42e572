package prom

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// behindName is where the model is read whose name clients do not use, where a metric tells both.
const behindName = "model behind its name"

// tellModel tells the model and the engine.
func (o *observer) tellModel() {
	for i, p := range o.profiles {
		if p.Engine == "" || !slices.Contains(o.out.Profiles, p.ID) {
			continue
		}
		query := o.read["requests"].rate(o.window())
		if i > 0 {
			query = o.Selector.among(p.Probe)
		}
		o.word("engine", p.Engine, query, "the metrics are those of "+p.Title)
		break
	}
	names := o.names["model"]
	slices.Sort(names)
	if n := len(o.adapters); n > 0 {
		names = o.adapters[:1]
		o.unknown("lora", fmt.Sprintf("%s beside %s, and no metric tells the rank of adapters; none of what they take is counted without it", some(o.adapters[1:]), names[0]), fmt.Sprintf("--lora %dx16", n-1))
	}
	switch {
	case len(names) == 0:
		o.unknown("model", "no label names it", "--model")
	case len(names) > 1:
		o.unknown("model", fmt.Sprintf("%d models are served: %s", len(names), some(names)),
			fmt.Sprintf("one of them by --selector '%s'; the values here are of all of them", o.Selector.and(matcher{o.read["model"].metric.Label, "=", names[0]})))
	default:
		o.named("model", names[0], o.Options.Model)
	}
}

// most names that a message lists.
const mostNamed = 5

func some(names []string) string {
	if len(names) > mostNamed {
		return strings.Join(names[:mostNamed], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}

// named tells a trait that is a name of the catalog.
func (o *observer) named(trait, name string, find func(string) (string, bool)) {
	query := o.read[trait].words(current)
	o.fact(Fact{Name: trait, Title: trait + " as the metrics call it", Text: name, Query: query})
	if find == nil {
		return
	}
	id, ok := find(name)
	if behind := o.names[behindName]; !ok && trait == "model" && len(behind) == 1 {
		if id, ok := find(behind[0]); ok {
			o.word(trait, id, o.read[behindName].words(current), fmt.Sprintf("the metrics call it %s, which is %s", name, behind[0]))
			return
		}
	}
	if !ok {
		o.unknown(trait, fmt.Sprintf("the catalog does not know %.80q", name), "--"+trait+" with a name of the catalog (scaleadvise catalog lists them)")
		return
	}
	o.word(trait, id, query, fmt.Sprintf("the metrics call it %s", name))
}

// tellHardware tells replicas and what they run on.
func (o *observer) tellHardware() {
	o.tellReplicas()
	o.tellAccelerators(o.replicas() + o.idle)
	for _, name := range []string{"utilization", "memory_used", "memory_free"} {
		if v, ok := o.means[name]; ok {
			kind := unit.Bytes
			if name == "utilization" {
				kind = unit.Fraction
			}
			o.fact(Fact{Name: name, Title: o.read[name].quantity.Doc + ", mean of " + o.late(), Value: v, Kind: kind, Query: o.read[name].mean(o.lately)})
		}
	}
}

func (o *observer) tellAccelerators(replicas int) {
	gpus := o.names["gpu"]
	slices.Sort(gpus)
	switch {
	case len(gpus) == 0 && o.shared != "":
		o.unknown("gpu", o.shared, "--gpu, or a label cluster on those metrics")
	case len(gpus) == 0:
		o.missing("gpu", "--gpu")
	case len(gpus) > 1:
		o.unknown("gpu", "several accelerators serve: "+some(gpus), "--gpu, or a --selector that leaves one")
	default:
		o.named("gpu", gpus[0], o.Options.GPU)
	}
	n := o.means["accelerators"]
	if n == 0 && o.shared != "" {
		o.unknown("gpus_per_replica", o.shared, "--gpus-per-replica")
	}
	if replicas == 0 || n == 0 {
		return
	}
	per := n / float64(replicas)
	if per < 1 || per != math.Trunc(per) {
		o.unknown("gpus_per_replica", times(int(n), "accelerator")+" and "+times(replicas, "replica")+" do not go together", "--gpus-per-replica, or a --selector that the accelerators' metrics understand")
		return
	}
	o.number("gpus_per_replica", per, digits(per), o.read["accelerators"].mean(presently), times(int(n), "accelerator")+" of "+times(replicas, "replica"))
}

// replicas is the number that serves now, or the last that is known; 0 when unknown.
func (o *observer) replicas() int {
	if _, told := o.read["replicas"]; told && o.servers > 0 {
		return o.servers
	}
	values := o.hourly["replicas"].Values
	for i := len(values) - 1; i >= 0; i-- {
		if v := values[i]; !math.IsNaN(v) {
			return int(math.Round(v))
		}
	}
	return 0
}

// tellTokens tells what requests of a language model are like.
func (o *observer) tellTokens() {
	if !o.profiles[0].language() {
		return
	}
	for _, name := range []string{"input_tokens", "output_tokens"} {
		o.tellLengths(name)
	}
	share, ok := o.means["prefix_hit"]
	switch {
	case !ok || math.IsNaN(share):
		o.missing("prefix_hit", "--prefix-hit 30%")
	default:
		share = math.Min(math.Max(share, 0), 1)
		o.number("prefix_hit", share, strconv.FormatFloat(100*share, 'f', 1, 64)+"%", o.read["prefix_hit"].mean(o.lately), o.late())
	}
}

// tellLengths tells the lengths of prompts or answers: their distribution where there is a
// histogram, else their mean.
func (o *observer) tellLengths(name string) {
	r := o.read[name]
	h, spread := o.tokens[name]
	mean, known := o.means[name]
	known = known && mean > 0
	switch {
	case spread:
		if known {
			h = h.withMean(mean)
		}
		p := unit.Percentiles{P50: atLeastOne(h.Quantile(0.5)), P90: atLeastOne(h.Quantile(0.9)), P99: atLeastOne(h.Quantile(0.99))}
		how := "p50/p90/p99 of " + o.late()
		if known {
			how += fmt.Sprintf(", mean %s", digits(mean))
		}
		text := tokens(p.P50) + "/" + tokens(p.P90) + "/" + tokens(p.P99)
		o.value(name, workload.Value{Percentiles: p, Interval: unit.Interval{Mid: p.P50, Low: p.P50, High: p.P99}, Text: text}, r.spread(o.lately), how)
	case known:
		o.number(name, atLeastOne(mean), tokens(atLeastOne(mean)), r.mean(o.lately), "mean of "+o.late())
	default:
		o.missing(name, "--"+strings.ReplaceAll(name, "_", "-"))
	}
}

// atLeastOne is a number of tokens; no request has less than one.
func atLeastOne(v float64) float64 { return math.Max(v, 1) }

func tokens(v float64) string { return strconv.FormatFloat(math.Round(v), 'f', -1, 64) }

// missing tells that no metric was found of a quantity, and which would do.
func (o *observer) missing(quantity, flag string) {
	q, _ := quantityNamed(quantity)
	why, remedy := "no profile has "+q.Doc, flag
	if wanted := o.wanted(quantity); len(wanted) > 0 {
		why = "none of its metrics has values"
		remedy = strings.Join(wanted, " or ") + ", or " + flag
	}
	o.unknown(q.Trait, why, remedy)
}
