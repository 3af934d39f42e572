package prom

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// twins reports whether servers of one address, told apart by the label replica alone, are several: a pair of
// Prometheus servers puts its label on everything, on whether a target is up too, and a service on its own
// metrics alone.
func (o *observer) twins(ctx context.Context, found []Sample) (bool, error) {
	named := map[string]map[string]bool{}
	for _, s := range found {
		if at := s.Labels["instance"]; at != "" && s.Labels["replica"] != "" {
			if named[at] == nil {
				named[at] = map[string]bool{}
			}
			named[at][s.Labels["replica"]] = true
		}
	}
	maps.DeleteFunc(named, func(_ string, replicas map[string]bool) bool { return len(replicas) < 2 })
	if len(named) == 0 || len(named) > mostPods {
		return false, nil
	}
	var addresses []string
	for at := range named {
		addresses = append(addresses, regexp.QuoteMeta(at))
	}
	slices.Sort(addresses)
	up, err := o.from.Instant(ctx, fmt.Sprintf("count by (instance, replica) (up{%s})", matcher{"instance", "=~", strings.Join(addresses, "|")}), o.span.To)
	var server *ServerError
	if errors.As(err, &server) {
		return false, nil
	}
	return len(up) > 0 && !slices.ContainsFunc(up, func(s Sample) bool { return s.Labels["replica"] != "" }), err
}
