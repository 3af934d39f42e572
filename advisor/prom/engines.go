package prom

import (
	"context"
	"errors"
	"math"
	"slices"
)

// withEngines reads what stands before engines, or a proxy before servers, together with those behind it, where both
// count the same requests: what the first lacks they tell. It returns the other profiles that are left.
func (o *observer) withEngines(ctx context.Context, others []*Profile) ([]*Profile, error) {
	i := -1
	switch {
	case o.profiles == nil:
	case o.profiles[0].Kind == "language" && o.profiles[0].Engine == "":
		i = slices.IndexFunc(others, func(p *Profile) bool { return p.Engine != "" })
	case o.profiles[0].Kind == "front" && o.file == "":
		i = slices.IndexFunc(others, func(p *Profile) bool { return p.Kind == "general" })
	}
	if i < 0 {
		return others, nil
	}
	front, engine := o.profiles[0], others[i]
	one, err := o.sameRequests(ctx, front, engine)
	if err != nil || !one {
		return others, err
	}
	behind := "engines"
	if front.Kind == "front" {
		behind = "servers behind it"
	}
	o.warn("%s is in front of %s, and both count the same requests: metrics that the first lacks are read from the %s", front.ID, engine.ID, behind)
	o.profiles = slices.Insert(o.profiles, 1, engine)
	return slices.Delete(others, i, i+1), nil
}

// sameRequests reports whether two profiles counted as many requests in the last hour.
func (o *observer) sameRequests(ctx context.Context, a, b *Profile) (bool, error) {
	var counted []float64
	for _, p := range []*Profile{a, b} {
		r, ok, err := o.counter(ctx, p)
		if err != nil || !ok {
			return false, err
		}
		found, err := o.from.Instant(ctx, r.rate(coarse), o.span.To)
		if err != nil {
			return false, refusal(err)
		}
		one(func(v float64) { counted = append(counted, v) })(found)
	}
	return len(counted) == 2 && counted[0] > 0 && math.Abs(counted[0]-counted[1]) <= sameRequests*math.Max(counted[0], counted[1]), nil
}

// counter is the first metric of a profile that counts requests and has values now.
func (o *observer) counter(ctx context.Context, p *Profile) (reading, bool, error) {
	q, _ := quantityNamed("requests")
	for _, s := range o.Selector.spellings(p) {
		found, err := o.from.Instant(ctx, p.living(s), o.span.To)
		if err != nil {
			return reading{}, false, refusal(err)
		}
		known := Known{}
		for _, x := range found {
			known[x.Labels["__name__"]] = true
		}
		if all := p.readings(q, there{selector: s, known: known}, known); len(all) > 0 {
			return all[0], true, nil
		}
	}
	return reading{}, false, nil
}

// refusal leaves out that a server refused a question; any other fault stays.
func refusal(err error) error {
	var server *ServerError
	if errors.As(err, &server) {
		return nil
	}
	return err
}
