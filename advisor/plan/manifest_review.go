package plan

import (
	"math"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// sharedMemory reports whether a pod gives its container more shared memory than the 64 MiB of a
// container: a volume at /dev/shm, or that of the machine.
func sharedMemory(pod, c *yaml.Node) bool {
	for _, v := range items(field(c, "volumeMounts")) {
		if word(field(v, "mountPath")) == "/dev/shm" {
			return true
		}
	}
	return word(field(pod, "hostIPC")) == "true"
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
}
