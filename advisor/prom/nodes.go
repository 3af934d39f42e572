package prom

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// hosts are the labels by which exporters of accelerators name the node that they measure.
var hosts = []string{"Hostname", "node", "kubernetes_node", "nodename"}

// anyOf is a pattern of names.
func anyOf(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = regexp.QuoteMeta(name)
	}
	return strings.Join(quoted, "|")
}

// tally sums the series of a metric by labels, as of the end; a refusal is no answer.
func (o *observer) tally(ctx context.Context, metric string, s Selector, labels ...string) ([]Sample, error) {
	words := make([]string, len(labels))
	for i, name := range labels {
		words[i] = labelWord(name)
	}
	found, err := o.from.Instant(ctx, fmt.Sprintf("sum by (%s) (%s)", strings.Join(words, ", "), s.over(metric, nil)), o.span.To)
	var server *ServerError
	if errors.As(err, &server) {
		return nil, nil
	}
	return found, err
}

// inCluster are the matchers of the one cluster in which the servers are; nil where they tell none, or several.
func (o *observer) inCluster() Selector {
	names := map[string]bool{}
	for _, s := range cmpOr(o.kept, o.who) {
		names[s.Labels["cluster"]] = true
	}
	if len(names) != 1 || names[""] {
		return nil
	}
	for name := range names {
		return Selector{{"cluster", "=", name}}
	}
	return nil
}

func cmpOr(a, b []Sample) []Sample {
	if len(a) > 0 {
		return a
	}
	return b
}

// spacesOf are the labels by which a series names the namespace of its pod.
var spacesOf = []string{"exported_namespace", "namespace", "pod_namespace"}

// placed are selectors of pods by name: in their namespace, where all lie in one, and where a series names none; as the
// exporter's own labels that a scrape renames, and as plain ones. A pod of that name in another namespace is another pod.
func (o *observer) placed(pods string) (all []Selector) {
	spaces := map[string]bool{}
	for _, s := range cmpOr(o.kept, o.who) {
		spaces[cmp.Or(s.Labels["k8s_namespace_name"], s.Labels["exported_namespace"], s.Labels["namespace"])] = true
	}
	known := !spaces[""] && len(spaces) > 0
	names := slices.Sorted(maps.Keys(spaces))
	for _, within := range []bool{true, false} {
		for _, prefix := range []string{"exported_", ""} {
			m := Selector{{prefix + "pod", "=~", pods}}
			switch {
			case within && (!known || len(names) != 1):
				continue
			case within:
				m = append(m, matcher{prefix + "namespace", "=", names[0]})
			case known:
				for _, label := range spacesOf {
					if prefix == "" || label != "namespace" { // beside exported_pod, that is where the exporter runs
						m = append(m, matcher{label, "=~", "|" + anyOf(names)})
					}
				}
			}
			all = append(all, m)
		}
	}
	return all
}

// nodes are those on which the pods run that serve, as kube-state-metrics tells; none where it does not.
func (o *observer) nodes(ctx context.Context) ([]string, error) {
	const info = "kube_pod_info"
	if o.asked || len(o.pods) == 0 {
		return o.on, nil
	}
	o.asked = true
	for _, m := range o.placed(anyOf(o.pods)) {
		found, err := o.tally(ctx, info, slices.Concat(m, o.inCluster()), "node")
		if err != nil {
			return nil, err
		}
		for _, s := range found {
			if name := s.Labels["node"]; name != "" {
				o.on = append(o.on, name)
			}
		}
		if slices.Sort(o.on); len(o.on) > 0 {
			break
		}
	}
	return o.on, nil
}

// byNode is the selector of the nodes of the pods that serve among the series of a machine's metric; nil where it names
// none of them.
func (o *observer) byNode(ctx context.Context, metric string, own Selector) (Selector, error) {
	nodes, err := o.nodes(ctx)
	if err != nil || len(nodes) == 0 || metric == "" {
		return nil, err
	}
	for _, label := range hosts {
		m := Selector{{label, "=~", anyOf(nodes)}}
		found, err := o.tally(ctx, metric, slices.Concat(own, m), label)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(found, func(s Sample) bool { return s.Labels[label] != "" }) {
			return m, nil
		}
	}
	return nil, nil
}

// onOneNode narrows the series of pods by name to those of the nodes on which the pods that serve run, where the name of a
// pod is seen on several: that is a pod of another cluster. ok is false where nothing tells them apart.
func (o *observer) onOneNode(ctx context.Context, metric string, own Selector) (narrowed Selector, ok bool, err error) {
	pod := slices.IndexFunc(own, func(m matcher) bool { return m.name == "pod" || m.name == "exported_pod" })
	if pod < 0 {
		return own, true, nil
	}
	shared, places := o.shared, map[string]map[string]bool{} // of one name, all of which may serve
	for _, s := range cmpOr(o.kept, o.who) {
		name := cmp.Or(s.Labels["exported_pod"], s.Labels["pod"])
		if places[name] == nil {
			places[name] = map[string]bool{}
		}
		places[name][s.Labels["cluster"]] = true
	}
	for _, label := range hosts {
		found, err := o.tally(ctx, metric, own, own[pod].name, label)
		if err != nil {
			return nil, false, err
		}
		at := map[string][]string{}
		for _, s := range found {
			name, host := s.Labels[own[pod].name], s.Labels[label]
			if host == "" || slices.Contains(at[name], host) {
				continue
			}
			if at[name] = append(at[name], host); len(at[name]) > max(len(places[name]), 1) {
				shared = fmt.Sprintf("pods of one name run on several nodes, such as %s on %s, and the metrics of accelerators do not tell the cluster of each", name, strings.Join(at[name], " and "))
			}
		}
	}
	if shared == o.shared {
		return own, true, nil
	}
	nodes, err := o.byNode(ctx, metric, own)
	if err != nil || len(nodes) > 0 && len(o.inCluster()) > 0 {
		return slices.Concat(own, nodes), err == nil, err
	}
	o.shared = shared
	return nil, false, nil
}

// ofNodes reads accelerators by the node where no exporter names the pod: what they are called, and how many there are
// where each pod has a node and an accelerator of its own. A node may serve others, too.
func (o *observer) ofNodes(ctx context.Context, lost map[string]reading) error {
	r, ok := lost["gpu"]
	if named, told := o.read["gpu"]; told && named.metric.Query != "" {
		found, err := o.tally(ctx, "kube_node_labels", Selector{{"label_nvidia_com_gpu_product", "!=", ""}}, "node")
		if err != nil || len(found) > 0 {
			return err
		}
	}
	if !ok || o.shared != "" {
		return nil
	}
	m, err := o.byNode(ctx, cmp.Or(r.metric.Gauge, r.metric.Needs), slices.Concat(r.selector, r.own))
	if err != nil || len(m) == 0 || r.metric.Gauge == "" {
		return err
	}
	r.own = slices.Concat(r.own, m)
	o.read["gpu"] = r
	found, err := o.tally(ctx, r.metric.Gauge, slices.Concat(r.selector, r.own), m[0].name, "UUID", "gpu")
	if err != nil {
		return err
	}
	_, counted := o.read["accelerators"]
	if alone := len(found) == len(o.pods) && len(o.on) == len(o.pods); !alone {
		if !counted {
			o.shared = fmt.Sprintf("the nodes of its pods have %s, which others may use too", times(len(found), "accelerator"))
		}
		return nil
	}
	for _, name := range []string{"accelerators", "utilization", "memory_used", "memory_free"} {
		if x, ok := lost[name]; ok && x.metric.Gauge != "" {
			x.own = slices.Concat(x.own, m)
			o.read[name] = x
		}
	}
	return nil
}
