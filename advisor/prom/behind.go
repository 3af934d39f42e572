package prom

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// behind settles who the servers are where what counts the requests stands before them, and they count on
// their own: the machines are theirs, and those of prefill serve no request alone.
func (o *observer) behind(ctx context.Context) error {
	r, requests := o.read["replicas"], o.read["requests"]
	if r.metric.Targets == "" || r.metric.Targets == requests.seriesName() {
		return nil
	}
	labels := strings.Join(identity(""), ", ")
	found, err := o.from.Instant(ctx, fmt.Sprintf("count by (%s) (%s)", labels, r.of(r.metric.Targets)), o.span.To)
	var server *ServerError
	if errors.As(err, &server) { // what reads it will tell
		return nil
	}
	servers := podsOf(found)
	if err != nil || len(servers) == 0 || slices.ContainsFunc(servers, func(pod string) bool { return slices.Contains(o.pods, pod) }) {
		return err
	}
	r.by = tellApart(found)
	for _, name := range duties {
		serving := slices.DeleteFunc(slices.Clone(found), func(s Sample) bool { return ofPrefill.MatchString(s.Labels[name]) })
		prefill := len(servers) - len(podsOf(serving))
		if len(serving) == 0 || prefill == 0 {
			continue
		}
		r.own = append(slices.Clone(r.own), matcher{name, "!~", "(?i).*prefill.*"})
		servers = podsOf(serving)
		o.warn("prefill and decode are disaggregated (%s and %s): replicas are those of decode, and what prefill costs is not in the plan",
			times(prefill, "prefill server"), times(len(servers), "decode server"))
		break
	}
	o.pods, o.read["replicas"] = servers, r
	return nil
}

// ofQueues are quantities that routers show of the servers behind them too, under the same names.
var ofQueues = []string{"running", "waiting", "cache_usage"}

// withoutRouters leaves out what stands before the servers and counts no requests, but repeats their queues.
func (o *observer) withoutRouters(ctx context.Context) error {
	r := o.read["running"]
	if r.metric.Gauge == "" || len(o.pods) == 0 || o.profiles[0].Kind == "front" {
		return nil
	}
	found, err := o.from.Instant(ctx, fmt.Sprintf("count by (%s) (%s)", strings.Join(identity(""), ", "), r.of(r.metric.Gauge)), o.span.To)
	var server *ServerError
	if errors.As(err, &server) { // what reads it will tell
		return nil
	}
	for _, name := range []string{"exported_pod", "pod"} {
		router := func(s Sample) bool {
			return ofFront.MatchString(s.Labels[name]) && !slices.Contains(o.pods, s.Labels[name])
		}
		if !slices.ContainsFunc(found, router) {
			continue
		}
		for _, q := range ofQueues {
			if r, ok := o.read[q]; ok {
				r.own = append(slices.Clone(r.own), matcher{name, "!~", frontWords})
				o.read[q] = r
			}
		}
		break
	}
	return err
}
