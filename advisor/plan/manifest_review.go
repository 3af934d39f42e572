package plan

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// leastShared is how much shared memory ranks surely exchange through, B: engines ask for 1 GiB and more
// in their documentation, and a container has 64 MiB.
const leastShared = 512 << 20

// sharedMemory reports whether a pod gives its container more shared memory than the 64 MiB of a
// container: a volume at /dev/shm that is not as small, or that of the machine.
func sharedMemory(pod, c *yaml.Node) bool {
	for _, v := range items(field(c, "volumeMounts")) {
		if strings.TrimSuffix(word(field(v, "mountPath")), "/") == "/dev/shm" {
			return !small(pod, word(field(v, "name")))
		}
	}
	return word(field(pod, "hostIPC")) == "true"
}

// small reports whether a volume is bounded to less than ranks need.
func small(pod *yaml.Node, name string) bool {
	for _, v := range items(field(pod, "volumes")) {
		if word(field(v, "name")) == name {
			bytes, ok := quantity(word(field(v, "emptyDir", "sizeLimit")))
			return ok && bytes < leastShared
		}
	}
	return false
}

// suffixes are those of quantities of Kubernetes.
var suffixes = map[string]float64{"": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30, "Ti": 1 << 40}

// quantity reads an amount of memory, B.
func quantity(text string) (float64, bool) {
	number := strings.TrimRight(text, "kMGTKi")
	v, err := strconv.ParseFloat(number, 64)
	unit, ok := suffixes[text[len(number):]]
	return v * unit, err == nil && ok
}

// patience is how long the probes of a container let it start before they end it, s; 0 where none
// does. Defaults are those of Kubernetes: every 10 s, three failures.
func (m *manifest) patience(c *yaml.Node) Bound {
	for _, name := range []string{"startupProbe", "livenessProbe"} {
		probe := field(c, name)
		if probe == nil {
			continue
		}
		period, failures := max(whole(field(probe, "periodSeconds")), 0), whole(field(probe, "failureThreshold"))
		if period == 0 {
			period = 10
		}
		if failures == 0 {
			failures = 3
		}
		return m.bound(probe, float64(whole(field(probe, "initialDelaySeconds"))+period*failures))
	}
	return Bound{}
}

// surge is how many pods a Deployment starts beyond its replicas while it is updated: a quarter
// where nothing is said, rounded up.
func (m *manifest) surge() {
	strategy := field(m.root, "spec", "strategy")
	if m.object.Kind != "Deployment" || m.asked.count == 0 || word(field(strategy, "type")) == "Recreate" {
		return
	}
	replicas := float64(max(whole(field(m.root, "spec", "replicas")), 1))
	n := field(strategy, "rollingUpdate", "maxSurge")
	text := word(n)
	if n == nil {
		text, n = "25%", m.asked.at
	}
	pods := 0
	if share, ok := strings.CutSuffix(text, "%"); ok {
		if v, err := strconv.ParseFloat(share, 64); err == nil && v > 0 && v <= 1000 {
			pods = int(math.Ceil(replicas * v / 100))
		}
	} else {
		pods = whole(n)
	}
	m.object.Surge = m.bound(n, float64(pods*m.asked.count))
	m.object.Surge.Given = field(strategy, "rollingUpdate", "maxSurge") != nil
}

// together finds replicas that may all stand on one machine: nothing spreads them.
func (m *manifest) together(pod *yaml.Node) {
	affinity := field(pod, "affinity", "podAntiAffinity")
	m.object.Together = pod != nil && len(items(field(pod, "topologySpreadConstraints"))) == 0 && affinity == nil
	m.apart(pod)
}

// hostLabel is the label by which machines are told apart.
const hostLabel = "kubernetes.io/hostname"

// Apart is the way in which the scheduler must keep replicas on different machines; the zero value is none.
type Apart struct {
	machines int // over which it must spread them; 0 for one
	skew     int // by how many replicas machines may differ
	alone    bool
}

// MostOn returns how many of n replicas stand on one machine at most; 0 where that is not bounded.
func (a Apart) MostOn(n int) int {
	switch {
	case a.alone:
		return 1
	case a.machines < 2 || n < 2:
		return 0
	}
	return (n + (a.machines-1)*a.skew) / a.machines
}

// apart reads what the scheduler must keep of a pod to: preferences do not bind it, and a spread
// without a least number of machines is kept on a single one.
func (m *manifest) apart(pod *yaml.Node) {
	labels := texts(field(m.root, "spec", "template", "metadata", "labels"))
	a := &m.object.Apart
	for _, t := range items(field(pod, "affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution")) {
		a.alone = a.alone || word(field(t, "topologyKey")) == hostLabel && selectsPods(field(t, "labelSelector"), labels)
	}
	for _, c := range items(field(pod, "topologySpreadConstraints")) {
		n := whole(field(c, "minDomains"))
		if word(field(c, "topologyKey")) == hostLabel && word(field(c, "whenUnsatisfiable")) != "ScheduleAnyway" && n > a.machines && selectsPods(field(c, "labelSelector"), labels) {
			a.machines, a.skew = n, max(whole(field(c, "maxSkew")), 1)
		}
	}
}

// selectsPods reports whether a selector surely selects pods with the labels.
func selectsPods(selector *yaml.Node, labels map[string]string) bool {
	for key, value := range texts(field(selector, "matchLabels")) {
		if labels[key] != value {
			return false
		}
	}
	for _, e := range items(field(selector, "matchExpressions")) {
		value, has := labels[word(field(e, "key"))]
		in := slices.ContainsFunc(items(field(e, "values")), func(v *yaml.Node) bool { return word(v) == value })
		if operator := word(field(e, "operator")); !has || operator != "Exists" && (operator != "In" || !in) {
			return false
		}
	}
	return selector != nil
}
