package prom

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// countsOfChance is how many requests several servers of a pod may have counted alike by chance.
const countsOfChance = 100.0

// onSeveralPorts tells of pods that count as much on each of several ports: one server that is scraped on each of
// them, or as many servers that share the load evenly. What they counted does not tell which.
func (l *layout) onSeveralPorts(all []Sample) {
	pods, ports := map[string][]Sample{}, map[string]bool{}
	for _, s := range all {
		key := s.Labels.key(slices.Concat([]string{"cluster", "namespace", "exported_namespace", "pod", "exported_pod"}, workers, duties)) + "\x00" + s.Labels.rest()
		pods[key] = append(pods[key], s)
	}
	for _, g := range pods {
		if g[0].Labels["pod"] == "" || len(g) < 2 {
			return
		}
		for _, s := range g {
			host, port, found := strings.Cut(s.Labels["instance"], ":")
			if first, _, _ := strings.Cut(g[0].Labels["instance"], ":"); !found || host != first ||
				s.Value < countsOfChance || math.Abs(s.Value-g[0].Value) > sameCount*s.Value {
				return
			}
			ports[port] = true
		}
	}
	if len(ports) < 2 {
		return
	}
	named := slices.Sorted(maps.Keys(ports))
	l.words = append(l.words, fmt.Sprintf("every pod is scraped on %d ports (%s), which have counted as many requests each and are added up; if each shows the same server, --selector '%s' reads one of them",
		len(named), some(named), l.base.and(matcher{"instance", "=~", ".*:" + named[0]})))
}
