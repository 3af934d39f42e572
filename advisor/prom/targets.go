package prom

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"

	"scaleadvise/advisor/pattern"
)

// The labels that tell the servers behind a metric apart, and those that only say who scraped
// them: the same server under two values of these is one server scraped twice. Duties are what a server does
// for a request, workers the servers within one pod (Ray), and callees the services that one which stands before
// several names.
var (
	places   = []string{"cluster", "namespace", "exported_namespace", "pod", "exported_pod", "instance", "exported_instance", podOfOtel, idOfOtel}
	scrapers = []string{"job", "prometheus", "prometheus_replica", "monitor", "endpoint", "service", "container", "replica"}
	duties   = []string{"role", "component", "deployment", "llm_d_ai_role", "dynamo_component"}
	workers  = []string{"ReplicaId", "WorkerId"}
	callees  = []string{"envoy_cluster_name", "destination_workload", "destination_service", "exported_service", "service", "proxy", "ingress", "kn_service_name"}
)

// The pod and the instance of a service as OpenTelemetry names them: attributes of the resource that become labels,
// of series that one collector shows for all.
const (
	podOfOtel = "k8s_pod_name"
	idOfOtel  = "service_instance_id"
)

// layout is what the labels of the requests' metric say of the servers behind it.
type layout struct {
	by      []string // labels that tell one server from another
	without []string // labels that are left out, since they count one server twice
	narrow  Selector // that every metric of the service takes
	prefill Selector // that takes its place for what servers of prefill tell
	servers int      // 0 where nothing was found
	pods    []string // of the servers, where each names its own
	words   []string // what an operator should know
	base    Selector // of the run
	twins   bool     // the label replica is the service's own, and tells servers of one address apart
}

// identity are the labels that a layout is read from; label is that of the model, "" for none.
func identity(label string) []string {
	var all []string
	for _, name := range slices.Concat(places, workers, scrapers, duties, callees, []string{label}) {
		if name != "" && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

// projected sums samples by the given labels.
func projected(all []Sample, labels []string) []Sample {
	byKey := map[string]int{}
	var out []Sample
	for _, s := range all {
		kept := Labels{}
		for _, name := range labels {
			if v := s.Labels[name]; v != "" {
				kept[name] = v
			}
		}
		at, seen := byKey[kept.String()]
		if !seen {
			byKey[kept.String()], at = len(out), len(out)
			out = append(out, Sample{Labels: kept})
		}
		if !math.IsNaN(s.Value) {
			out[at].Value += s.Value
		}
	}
	return out
}

// layoutOf reads the layout from the counters of requests by their identity.
func layoutOf(all []Sample, twins bool, base Selector) layout {
	l := layout{twins: twins, base: base}
	all = l.federated(all)
	all = l.byTheirNames(all)
	all = l.scrapedTwice(all)
	all = l.roles(all)
	all = l.fronts(all)
	if l.by = tellApart(all); twins {
		l.by = slices.Concat([]string{"replica"}, l.by)
	}
	seen := map[string]bool{}
	for _, s := range all {
		seen[s.Labels.key(l.by)] = true
	}
	l.servers = len(seen)
	l.pods = podsOf(all)
	l.onSeveralPorts(all)
	l.several(all)
	return l
}

// mostPods bounds a list of pods within a query.
const mostPods = 200

// podsOf are the names of the pods that serve; none where a server names none.
func podsOf(all []Sample) []string {
	found := map[string]bool{}
	for _, s := range all {
		found[cmp.Or(s.Labels[podOfOtel], s.Labels["exported_pod"], s.Labels["pod"])] = true
	}
	if found[""] || len(found) > mostPods {
		return nil
	}
	return slices.Sorted(maps.Keys(found))
}

// key are the values of some labels as one word.
func (l Labels) key(names []string) string {
	values := make([]string, len(names))
	for i, n := range names {
		values[i] = l[n]
	}
	return strings.Join(values, "\x00")
}

// tellApart are the labels by which servers are counted: those of the servers within pods where every one
// names its own, else pods, else addresses.
func tellApart(all []Sample) []string {
	has := func(s Sample, name string) bool { return s.Labels[name] != "" }
	every := func(name string) bool {
		return len(all) > 0 && !slices.ContainsFunc(all, func(s Sample) bool { return !has(s, name) })
	}
	any := func(name string) bool { return slices.ContainsFunc(all, func(s Sample) bool { return has(s, name) }) }
	var by []string
	switch {
	case slices.ContainsFunc(workers, every):
		by = []string{"cluster", "namespace", workers[slices.IndexFunc(workers, every)]}
	case every(podOfOtel):
		by = []string{"cluster", "k8s_namespace_name", podOfOtel}
	case every(idOfOtel) && !every("pod"):
		by = []string{"cluster", idOfOtel}
	case every("exported_pod"):
		by = []string{"cluster", "exported_namespace", "exported_pod"}
	case every("pod"):
		by = []string{"cluster", "namespace", "pod"}
	default:
		by = []string{"cluster", "instance", "exported_instance", "pod"}
	}
	by = slices.DeleteFunc(by, func(name string) bool { return !any(name) })
	if len(by) == 0 {
		return []string{"instance", "pod"}
	}
	return by
}

// federated leaves out the copies that another server federates: their origin stands in
// exported_instance, and is there itself.
func (l *layout) federated(all []Sample) []Sample {
	direct := map[string]bool{}
	for _, s := range all {
		if s.Labels["exported_instance"] == "" {
			direct[s.Labels["instance"]] = true
		}
	}
	kept := slices.DeleteFunc(slices.Clone(all), func(s Sample) bool {
		from := s.Labels["exported_instance"]
		return from != "" && direct[from]
	})
	if len(kept) < len(all) {
		m := matcher{"exported_instance", "=", ""}
		l.narrow = append(l.narrow, m)
		l.words = append(l.words, fmt.Sprintf("copies that another Prometheus federates are left out (%s)", m))
	}
	return kept
}

// byTheirNames leaves out what is scraped under the name of its pod in place of an address, and stands there under its
// address too: the name of the host is that of a pod which another entry has.
func (l *layout) byTheirNames(all []Sample) []Sample {
	pod := func(s Sample) string { return cmp.Or(s.Labels["exported_pod"], s.Labels["pod"]) }
	counts := map[string]float64{} // of pods under their addresses
	for _, s := range all {
		if pod(s) != "" && hostOf(s.Labels) == "" {
			counts[pod(s)] = s.Value
		}
	}
	copied := func(s Sample) bool {
		host := hostOf(s.Labels)
		n, seen := counts[host]
		return seen && (pod(s) == "" || pod(s) == host) && math.Abs(s.Value-n) <= sameCount*math.Max(s.Value, n)
	}
	var copies []string
	for _, s := range all {
		if copied(s) {
			copies = append(copies, s.Labels["instance"])
		}
	}
	if len(copies) == 0 {
		return all
	}
	slices.Sort(copies)
	quoted := make([]string, len(copies))
	for i, name := range slices.Compact(copies) {
		quoted[i] = regexp.QuoteMeta(name)
	}
	m := matcher{"instance", "!~", strings.Join(slices.DeleteFunc(quoted, func(s string) bool { return s == "" }), "|")}
	l.narrow = append(l.narrow, m)
	l.words = append(l.words, fmt.Sprintf("pods are scraped under their addresses and under their names (%s) and are counted once", some(copies)))
	return slices.DeleteFunc(slices.Clone(all), copied)
}

// hostOf is the first part of the name of the host that is scraped; "" of an address.
func hostOf(l Labels) string {
	host, _, _ := strings.Cut(l["instance"], ":")
	if name, _, _ := strings.Cut(host, "."); strings.Trim(host, "0123456789.") != "" {
		return name
	}
	return ""
}

// ownedByScrapers are values of the label replica that a pair of Prometheus servers puts there;
// replicas of a service carry the label too.
var ownedByScrapers = pattern.Of(`(?i)prom|thanos|^[a-d0-9]$|^replica[-_]?[a-d0-9]$`)

// sameCount is how near two counters are that one server counts, scraped at other moments.
const sameCount = 0.02

// scrapedTwice finds servers that stand there under several values of a scraper's label, and
// keeps one of each.
func (l *layout) scrapedTwice(all []Sample) []Sample {
	groups := map[string][]Sample{}
	var order []string
	apart := slices.Concat([]string{"instance", "exported_instance", "exported_pod", "cluster", podOfOtel, idOfOtel}, duties)
	if l.twins {
		apart = append(apart, "replica")
	}
	for _, s := range all {
		key := s.Labels.key(apart) + "\x00" + s.Labels.rest()
		if s.Labels["instance"] == "" {
			key += "\x00" + s.Labels["namespace"] + "\x00" + s.Labels["pod"]
		}
		if _, seen := groups[key]; !seen {
			order = append(order, key)
		}
		groups[key] = append(groups[key], s)
	}
	values := map[string]map[string]bool{}
	var kept []Sample
	for _, key := range order {
		g := groups[key]
		known := serverOf(g[0].Labels) != ""
		if len(g) == 1 || !known || !oneServer(g) {
			kept = append(kept, g...)
			continue
		}
		kept = append(kept, slices.MaxFunc(g, func(a, b Sample) int { return cmp.Compare(len(a.Labels), len(b.Labels)) }))
		differing(g, values)
	}
	l.without = slices.Sorted(maps.Keys(values))
	for _, name := range scrapers {
		if told := slices.Sorted(maps.Keys(values[name])); len(told) > 1 {
			named, none := slices.DeleteFunc(slices.Clone(told), func(v string) bool { return v == "" }), ""
			if len(named) < len(told) {
				none = " and without that label"
			}
			l.words = append(l.words, fmt.Sprintf("the same servers are scraped %d times, as %s %s%s, and are counted once; --selector '%s' reads one of them",
				len(told), name, some(named), none, l.base.and(matcher{name, "=", named[0]})))
			break
		}
	}
	return kept
}

// rest are the labels that neither place a server nor say who scraped it.
func (l Labels) rest() string {
	known := slices.Concat(places, scrapers, duties)
	other := Labels{}
	for name, v := range l {
		if !slices.Contains(known, name) {
			other[name] = v
		}
	}
	return other.String()
}

// oneServer reports whether entries of one address are one server: pods may be named by some and
// not by others; replicas count where scrapers are named so; and what differs in nothing but the label service, and
// in what it counted, stands before several services.
func oneServer(g []Sample) bool {
	apart := map[string]map[string]bool{}
	differing(g, apart)
	services := len(apart) == 1 && len(apart["service"]) > 1
	for _, s := range g[1:] {
		if services && math.Abs(s.Value-g[0].Value) > sameCount*math.Max(s.Value, g[0].Value) {
			return false
		}
		for _, name := range []string{"pod", "namespace", "exported_namespace"} {
			if a, b := g[0].Labels[name], s.Labels[name]; a != b && a != "" && b != "" {
				return false
			}
		}
		a, b := g[0].Labels["replica"], s.Labels["replica"]
		if a != b && !(ownedByScrapers.MatchString(a) && ownedByScrapers.MatchString(b) && math.Abs(s.Value-g[0].Value) <= sameCount*math.Max(s.Value, g[0].Value)) {
			return false
		}
	}
	return true
}

// differing collects the labels in which entries of one server differ, with their values.
func differing(g []Sample, into map[string]map[string]bool) {
	for _, name := range slices.Concat(scrapers, places) {
		found := map[string]bool{}
		for _, s := range g {
			found[s.Labels[name]] = true
		}
		if len(found) > 1 {
			if into[name] == nil {
				into[name] = map[string]bool{}
			}
			maps.Copy(into[name], found)
		}
	}
}

// What names a server of one phase, in a label of its own or anywhere within the name of a pod; a name of one
// phase alone proves nothing.
var (
	ofPrefill = pattern.Of("(?i)prefill")
	ofDecode  = pattern.Of("(?i)decode")
)

// roles keeps the servers of decode where prefill and decode run apart: both count each request.
func (l *layout) roles(all []Sample) []Sample {
	for _, name := range slices.Concat(duties, []string{"exported_pod", "pod", "job", "service", "container", "instance"}) {
		var prefill, decode []Sample
		for _, s := range all {
			switch v := s.Labels[name]; {
			case ofPrefill.MatchString(v):
				prefill = append(prefill, s)
			case ofDecode.MatchString(v):
				decode = append(decode, s)
			}
		}
		if len(prefill) == 0 || len(decode) == 0 || len(prefill)+len(decode) < len(all) {
			continue
		}
		l.narrow = append(l.narrow, matcher{name, "!~", "(?i).*prefill.*"})
		l.prefill = Selector{{name, "=~", "(?i).*prefill.*"}}
		l.words = append(l.words, fmt.Sprintf("prefill and decode are disaggregated (%s and %s) and each counts every request: requests, tokens and replicas are read from decode, "+
			"the prefix cache and the time to the first token from prefill", times(len(prefill), "prefill server"), times(len(decode), "decode server")))
		return decode
	}
	return all
}

// several tells of the places whose requests are added up.
func (l *layout) several(all []Sample) {
	for _, name := range slices.Concat(callees, []string{"cluster", "exported_namespace", "namespace", "job"}, duties) {
		found := map[string]float64{}
		for _, s := range all {
			found[s.Labels[name]] += s.Value
		}
		if len(found) < 2 || slices.Contains(l.without, name) {
			continue
		}
		values := slices.DeleteFunc(slices.Sorted(maps.Keys(found)), func(v string) bool { return v == "" })
		others := ""
		if _, unnamed := found[""]; unnamed {
			others = ", and of series that name none"
		}
		counts := slices.Sorted(maps.Values(found))
		if last := counts[len(counts)-1]; last > 0 && last-counts[0] <= sameRequests*last {
			others += ", which have as many each, as where the same servers are scraped twice, or one calls the other, and every request is counted twice"
		}
		things := times(len(values), name)
		if slices.Contains(callees, name) {
			things = fmt.Sprintf("%s (%s)", times(len(values), "service"), name)
		}
		l.words = append(l.words, fmt.Sprintf("requests of %s are added up: %s%s; if they are not one service, --selector '%s' reads one of them",
			things, some(values), others, l.base.and(matcher{name, "=", values[0]})))
		return
	}
}
