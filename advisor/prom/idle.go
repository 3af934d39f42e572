package prom

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"scaleadvise/advisor/stat"
)

// What servers must have served in a while for their shares of the load to be compared.
const (
	enough = 30   // requests, each on average
	hardly = 0.01 // of a usual server: it stands by, as the older half of blue and green does
	little = 0.2  // of a usual server: a canary
	hot    = 2.0  // times the mean of the servers: the load is not balanced
)

// served is the question what each server served of late that was there all the while; nil where servers are not
// counted by what they serve.
func (o *observer) served() *question {
	r := o.read["requests"]
	if n := o.read["replicas"]; !r.counts() || n.metric.Targets != r.seriesName() {
		return nil
	}
	by := strings.Join(r.apart(), ", ")
	grew := r.once(fmt.Sprintf("increase(%s[%s])", r.of(r.seriesName()), promDuration(presently)))
	there := o.read["replicas"].there(r.of(r.seriesName()))
	return &question{
		purpose: "what each server served of late", span: Span{To: o.span.To},
		expr: fmt.Sprintf("sum by (%s) (%s) and on (%s) count by (%s) (%s) and on (%s) count by (%s) (%s offset %s)",
			by, grew, by, by, there, by, by, r.of(r.seriesName()), promDuration(presently)),
		samples: func(found []Sample) { o.shares = found },
	}
}

// tellIdle leaves out of the replicas those that stand by, and tells of those that take little.
func (o *observer) tellIdle() {
	var all []float64
	sum := 0.0
	for _, s := range o.shares {
		if s.Value > 0 {
			all, sum = append(all, s.Value), sum+s.Value
		}
	}
	if len(all) == 0 || sum < enough*float64(len(o.shares)) {
		return
	}
	usual := stat.Median(all)
	var still, slight []string
	for _, s := range o.shares {
		by := o.read["requests"].apart()
		name := s.Labels[by[len(by)-1]]
		switch {
		case s.Value < hardly*usual:
			still = append(still, name)
		case s.Value < little*usual:
			slight = append(slight, name)
		}
	}
	slices.Sort(still)
	slices.Sort(slight)
	if n := len(still); n > 0 && o.servers > n {
		o.warn("%d of %s took no requests in the last %s (%s): replicas are the %d others, and standby replicas cost extra", n, times(o.servers, "server"), promDuration(presently), some(still), o.servers-n)
		o.servers, o.idle = o.servers-n, n
	}
	if top := slices.MaxFunc(o.shares, func(a, b Sample) int { return cmp.Compare(a.Value, b.Value) }); len(all) > 1 && top.Value > hot*sum/float64(len(all)) {
		by := o.read["requests"].apart()
		o.warn("the load is not balanced: of %s one (%s) takes %.0f %% of it; what is computed here spreads it evenly, so balance it first, or plan that one with --qps and --replicas 1",
			times(len(all), "server"), top.Labels[by[len(by)-1]], 100*top.Value/sum)
	}
	if n := len(slight); n > 0 {
		o.warn("%d of %s took less than %.0f %% of what others took (%s), and counts as a whole replica; --replicas leaves it out", n, times(o.servers, "server"), 100*little, some(slight))
	}
}
