package prom

import (
	"fmt"
	"math"
	"slices"

	"scaleadvise/advisor/pattern"
)

// frontWords are names of what stands before the servers, within a name of words that dashes part.
const frontWords = "(?i)(.*[-_.])?(router|gateway|proxy|ingress|frontend|balancer)([-_.0-9].*)?"

var ofFront = pattern.Of("^(?:" + frontWords + ")$")

// sameRequests is how near the counts of two tiers lie that each count every request; restarts set some
// of them back.
const sameRequests = 0.05

// fronts leaves out what stands before the servers where both count every request. Where the counts
// differ, what is added up is said.
func (l *layout) fronts(all []Sample) []Sample {
	for _, name := range slices.Concat(duties, []string{"exported_pod", "pod", "job", "service", "container"}) {
		var before, behind float64
		kept := slices.DeleteFunc(slices.Clone(all), func(s Sample) bool {
			if ofFront.MatchString(s.Labels[name]) {
				before += s.Value
				return true
			}
			behind += s.Value
			return false
		})
		if len(kept) == 0 || len(kept) == len(all) {
			continue
		}
		m := matcher{name, "!~", frontWords}
		tiers := fmt.Sprintf("%s before %s, by the label %s", routers(len(all)-len(kept)), times(len(kept), "server"), name)
		if math.Abs(before-behind) > sameRequests*math.Max(before, behind) {
			l.words = append(l.words, fmt.Sprintf("requests are added up of %s; if they are the same requests, --selector '%s' reads those of the servers", tiers, l.base.and(m)))
			return all
		}
		l.narrow = append(l.narrow, m)
		l.words = append(l.words, fmt.Sprintf("every request is counted twice, by %s: what the servers count is read (%s)", tiers, m))
		return kept
	}
	return all
}

func routers(n int) string {
	if n == 1 {
		return "1 router or proxy"
	}
	return fmt.Sprintf("%d routers or proxies", n)
}
