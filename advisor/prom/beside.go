package prom

import (
	"context"
	"slices"
)

// beside finds the metrics of a profile that is named behind another by the labels of the selector that they
// have: what stands before servers names models and routes that those do not know.
func (o *observer) beside(ctx context.Context, p *Profile, t there) (there, error) {
	var unknown Selector
	known := slices.Clone(o.Selector)
	for _, m := range o.Selector {
		named, err := o.existing(ctx, []string{Selector{{m.name, "!=", ""}}.among(p.probes)})
		if err != nil {
			return t, err
		}
		if len(named) == 0 {
			unknown = append(unknown, m)
			known = slices.DeleteFunc(known, func(k matcher) bool { return k == m })
		}
	}
	if len(unknown) == 0 || len(known) == 0 {
		return t, nil
	}
	found, err := o.existing(ctx, []string{known.among(slices.Concat(p.metrics(), p.buckets()))})
	if err != nil || len(found) == 0 {
		return t, err
	}
	o.warn("the metrics of %s do not know %s: they are read with {%s} alone, and may be of other requests too", p.ID, unknown, known)
	return there{known, found, map[string]Selector{}}, nil
}
