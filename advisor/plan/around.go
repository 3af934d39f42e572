package plan

import (
	"cmp"
	"maps"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/origin"
)

// Around is what other objects of the cluster imply for an object.
type Around struct {
	Quota     Quota  // quota that all replicas together exceed; zero for none
	Budget    Budget // budget that allows all replicas to be evicted at once; zero for none
	Blocks    Budget // budget that allows no replica to be evicted; zero for none
	Taint     string // key of a taint that other objects on the same nodes tolerate, but not this one
	Shown     string // an object that tolerates it
	labels    map[string]string
	tolerates []string // keys; "" stands for every key
	pods      bool     // its pods could be read
}

// Quota is what a ResourceQuota allows of accelerators.
type Quota struct {
	Namespace, Name string
	Resource        string // as containers request it
	Allows          int
	Wants           int // wanted by the objects of the namespace at their most replicas, up to the first that exceeds it
	Origin          origin.Origin
}

// Budget is a PodDisruptionBudget.
type Budget struct {
	Namespace, Name string
	Replicas        int // replicas that it allows to be evicted, or keeps
	Origin          origin.Origin

	labels    map[string]string
	available string // minAvailable as it is written; "" where maxUnavailable says it
	gone      string // maxUnavailable
}

// rule takes a quota or a budget from an object that is one.
func (r *Reading) rule(m *manifest, version string) {
	switch {
	case m.object.Kind == "ResourceQuota" && version == "v1":
		spec := field(m.root, "spec")
		if field(spec, "scopes") != nil || field(spec, "scopeSelector") != nil {
			return // it counts some pods alone
		}
		for _, e := range pairs(field(spec, "hard")) {
			resource := strings.TrimPrefix(strings.TrimPrefix(e.key.Value, "requests."), "limits.")
			if IsAccelerator(resource) && (whole(e.value) > 0 || word(e.value) == "0") {
				r.quotas = append(r.quotas, Quota{Namespace: m.object.Namespace, Name: m.object.Name, Resource: resource, Allows: whole(e.value), Origin: m.at(e.value, "spec.hard")})
			}
		}
	case m.object.Kind == "PodDisruptionBudget" && strings.HasPrefix(version, "policy/"):
		spec := field(m.root, "spec")
		if selector := field(spec, "selector"); selector != nil && field(selector, "matchExpressions") == nil {
			b := Budget{Namespace: m.object.Namespace, Name: m.object.Name, Origin: m.object.Origin, labels: texts(field(selector, "matchLabels"))}
			b.available, b.gone = word(field(spec, "minAvailable")), word(field(spec, "maxUnavailable"))
			r.budgets = append(r.budgets, b)
		}
	}
}

func texts(n *yaml.Node) map[string]string {
	all := map[string]string{}
	for _, e := range pairs(n) {
		all[e.key.Value] = word(e.value)
	}
	return all
}

// scheduled reads what decides where the pods of an object may stand, and what selects them.
func (m *manifest) scheduled() {
	template := firstOf(field(m.root, "spec", "template"), field(m.root, "spec", "leaderWorkerTemplate", "workerTemplate"))
	pod := firstOf(field(template, "spec"), field(m.root, "spec", "predictor"))
	if m.object.Kind == "Pod" {
		template, pod = m.root, field(m.root, "spec")
	}
	if pod == nil {
		return
	}
	a := &m.object.Around
	a.pods, a.labels = true, texts(field(template, "metadata", "labels"))
	for _, t := range items(field(pod, "tolerations")) {
		a.tolerates = append(a.tolerates, word(field(t, "key")))
	}
}

// Surround fills Around for the objects of all files: quotas of their namespace, budgets for their
// disruption, and taints that other objects on the same nodes tolerate.
func Surround(all []*Reading) {
	var quotas []Quota
	var budgets []Budget
	var objects []*Document
	used := map[string]bool{} // objects that others were judged with, by the keys under which they are held
	for _, r := range all {
		quotas, budgets = append(quotas, r.quotas...), append(budgets, r.budgets...)
		for i := range r.Documents {
			o := r.Documents[i].Object
			if o == nil || o.Ignored != "" {
				continue
			}
			if o.Accelerators > 0 {
				objects = append(objects, &r.Documents[i])
			}
			for _, key := range o.uses {
				used[key] = true
			}
		}
	}
	judged := map[string]bool{} // quotas by file and name: whether something was held to each part
	for _, q := range quotas {
		q.exceed(objects)
		name := q.Origin.File + " " + q.Namespace + " " + q.Name
		before, seen := judged[name]
		judged[name] = (before || !seen) && slices.ContainsFunc(objects, func(d *Document) bool { return q.bounds(d.Object) })
	}
	for _, b := range budgets {
		b.release(objects)
	}
	tolerated(objects)
	for _, r := range all {
		before := len(r.Documents)
		r.Documents = slices.DeleteFunc(r.Documents, func(d Document) bool {
			o := d.Object
			if o == nil || o.Ignored != "" {
				return false
			}
			of, helps := held[o.Kind]
			return helps && used[of.key+o.Name] || o.Kind == "ResourceQuota" && judged[o.Origin.File+" "+o.Namespace+" "+o.Name]
		})
		r.Passed, r.Objects = r.Passed+before-len(r.Documents), r.Objects+before-len(r.Documents)
	}
}

// bounds reports whether a quota bounds what an object requests.
func (q Quota) bounds(o *Object) bool {
	return o.resource == q.Resource && alike(q.Namespace, o.Namespace, q.Origin, o.Origin)
}

// alike reports whether two objects stand in one namespace. Without the name of one it is that of the
// folder.
func alike(a, b string, inA, inB origin.Origin) bool {
	if a != "" && b != "" {
		return a == b
	}
	return path.Dir(inA.File) == path.Dir(inB.File)
}

// exceed marks the first object with which a namespace requests more than a quota allows.
func (q Quota) exceed(objects []*Document) {
	for _, d := range objects {
		if o := d.Object; q.bounds(o) {
			if q.Wants += d.most(); q.Wants > q.Allows {
				o.Around.Quota = q
				return
			}
		}
	}
}

// most is the accelerators of an object at its most replicas.
func (d *Document) most() int {
	replicas, _ := strconv.Atoi(d.Traits["replicas"].Text)
	each, _ := strconv.Atoi(d.Traits["gpus_per_replica"].Text)
	return max(d.Object.Accelerators, replicas*each)
}

// release marks the objects of which a budget lets all replicas go at once.
func (b Budget) release(objects []*Document) {
	for _, d := range objects {
		o := d.Object
		if !o.Around.pods || !alike(b.Namespace, o.Namespace, b.Origin, o.Origin) || !covers(b.labels, o.Around.labels) {
			continue
		}
		replicas, _ := strconv.Atoi(d.Traits["replicas"].Text)
		if s := d.Scaler; s != nil && s.Min.Value >= 1 {
			replicas = int(s.Min.Value)
		}
		switch kept := b.kept(replicas); {
		case replicas > 1 && kept == 0:
			b.Replicas = replicas
			o.Around.Budget = b
		case replicas > 0 && kept == replicas:
			b.Replicas = replicas
			o.Around.Blocks = b
		}
	}
}

// covers reports whether pods with labels are selected by those of a selector; an empty one selects all.
func covers(selector, labels map[string]string) bool {
	for key, value := range selector {
		if labels[key] != value {
			return false
		}
	}
	return true
}

// kept is how many of some replicas a budget keeps. Shares are rounded up (Kubernetes documentation,
// Specifying a Disruption Budget for your Application). −1 where the budget is not understood.
func (b Budget) kept(replicas int) int {
	count := func(text string) int {
		if share, ok := strings.CutSuffix(text, "%"); ok {
			v, err := strconv.ParseFloat(share, 64)
			if err != nil || !(v >= 0) || v > 100 {
				return -1
			}
			return int(math.Ceil(float64(replicas) * v / 100))
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			return -1
		}
		return n
	}
	switch n := count(cmp.Or(b.available, b.gone)); {
	case n < 0:
		return -1
	case b.available != "":
		return min(n, replicas)
	default:
		return max(replicas-n, 0)
	}
}

// tolerated finds taints of nodes: a key that at least half of the objects on nodes of one label tolerate
// is one, for the others too.
func tolerated(objects []*Document) {
	byLabel := map[string][]*Object{}
	for _, d := range objects {
		if o := d.Object; o.Around.pods && o.nodes != "" {
			byLabel[o.nodes] = append(byLabel[o.nodes], o)
		}
	}
	for _, label := range slices.Sorted(maps.Keys(byLabel)) {
		all := byLabel[label]
		by := map[string][]*Object{}
		for _, o := range all {
			for _, key := range slices.Compact(slices.Sorted(slices.Values(o.Around.tolerates))) {
				by[key] = append(by[key], o)
			}
		}
		for _, key := range slices.Sorted(maps.Keys(by)) {
			if key == "" || 2*len(by[key]) < len(all) {
				continue
			}
			for _, o := range all {
				if !slices.Contains(o.Around.tolerates, key) && !slices.Contains(o.Around.tolerates, "") {
					o.Around.Taint, o.Around.Shown = key, by[key][0].Kind+" "+by[key][0].Name
				}
			}
		}
	}
}
