package prom

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// behind settles who the servers are where what counts the requests stands before them, and they count on
// their own: the machines are theirs, and those of prefill serve no request alone.
func (o *observer) behind(ctx context.Context) error {
	r, requests := o.read["replicas"], o.read["requests"]
	if r.metric.Targets == requests.seriesName() && r.metric.Targets != "" {
		return nil
	}
	if r.metric.Targets == "" {
		return o.ownersBehind(ctx)
	}
	found, servers, err := o.podsBehind(ctx, r, r.metric.Targets)
	if err != nil || len(servers) == 0 {
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
		o.warn("prefill and decode are disaggregated (%s and %s): replicas are those of decode, and the cost of prefill is not in the plan",
			times(prefill, "prefill server"), times(len(servers), "decode server"))
		break
	}
	o.pods, o.read["replicas"] = servers, r
	return nil
}

// podsBehind are the servers that show a metric, and their pods; none where what counts the requests is among
// them.
func (o *observer) podsBehind(ctx context.Context, r reading, metric string) (found []Sample, servers []string, err error) {
	found, err = o.from.Instant(ctx, fmt.Sprintf("count by (%s) (%s)", strings.Join(identity(""), ", "), r.of(metric)), o.span.To)
	if err != nil {
		return nil, nil, refusal(err) // what reads it will tell
	}
	servers = podsOf(found)
	if slices.ContainsFunc(servers, func(pod string) bool { return slices.Contains(o.pods, pod) }) {
		return found, nil, nil
	}
	return found, servers, nil
}

// ownersBehind takes the machines of the servers where what counts the requests has none: those of the engines
// that are read with it, or else of the pods that own accelerators.
func (o *observer) ownersBehind(ctx context.Context) error {
	var owners []reading
	for _, p := range o.profiles[1:] {
		if p.Engine == "" {
			continue
		}
		r, ok, err := o.counter(ctx, p)
		if err != nil {
			return err
		}
		if ok {
			owners = append(owners, r)
		}
	}
	if r := o.read["accelerators"]; r.metric.Gauge != "" {
		owners = append(owners, r)
	}
	for _, r := range owners {
		if len(o.pods) == 0 {
			return nil
		}
		if _, servers, err := o.podsBehind(ctx, r, r.seriesName()); err != nil || len(servers) > 0 {
			o.pods = servers
			return err
		}
	}
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
	if err != nil {
		return refusal(err) // what reads it will tell
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
