package search

import (
	"context"
	"strings"
	"testing"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/offer"
)

const zoneWorks = 0.9995

func inZones(t *testing.T, flags map[string]string) *Space {
	s := given(t, flags)
	s.options.ZoneAvailability = zoneWorks
	return s
}

// TestZoneIsLostWhereThePromiseNeedsIt: three zones fail one at a time in 0.15 % of the time, two
// in 0.1 %; what is promised beside that need not survive one.
func TestZoneIsLostWhereThePromiseNeedsIt(t *testing.T) {
	for _, c := range []struct {
		availability, zones string
		replicas            int
		ok                  bool
	}{
		{"99%", "3", 1, true}, {"99.9%", "3", 3, true}, {"99.95%", "2", 5, true}, {"99%", "1", 1, true},
		{"99.95%", "1", 2, true}, {"99.99%", "1", 2, false}, {"99.99%", "3", 3, true},
	} {
		s := inZones(t, map[string]string{"availability": c.availability, "zones": c.zones})
		if n, ok := lost(s, offer.Unpriced(), 9); n != c.replicas || ok != c.ok {
			t.Errorf("%s in %s zones: %d of 9 may be down, %v; want %d, %v", c.availability, c.zones, n, ok, c.replicas, c.ok)
		}
	}
}

// TestOneZonePromisesNoMore: what a zone cannot promise no number of servers in it can.
func TestOneZonePromisesNoMore(t *testing.T) {
	s := inZones(t, map[string]string{"availability": "99.99%", "replicas": "1"})
	a := Cheapest(context.Background(), s, Query{Strategy: candidate.Horizontal, Demand: Demand{Peak: 5}})
	if a.Feasible || a.Excuse.Code != candidate.Losses || !strings.Contains(a.Excuse.Text, "one zone promises 99.95 % at most") {
		t.Errorf("99.99 %% in one zone: feasible %v, %+v", a.Feasible, a.Excuse)
	}
}

// TestRedundancyOfTodayStays: two servers or more do not become one unless it is allowed.
func TestRedundancyOfTodayStays(t *testing.T) {
	for _, c := range []struct {
		flags    map[string]string
		replicas int
	}{
		{map[string]string{"replicas": "3"}, 2},
		{map[string]string{"replicas": "3", "zones": "3"}, 2},
		{map[string]string{"replicas": "3", "availability": "none"}, 1},
		{map[string]string{"replicas": "3", "availability": "99%"}, 1}, // one instance keeps 99.5 %
	} {
		a := Cheapest(context.Background(), given(t, c.flags), Query{Strategy: candidate.Horizontal, Demand: Demand{Peak: 1}})
		if !a.Feasible || a.Plan.Replicas != c.replicas || a.Plan.Instances < c.replicas {
			t.Errorf("%v: %d replicas on %d machines, want %d", c.flags, a.Plan.Replicas, a.Plan.Instances, c.replicas)
		}
	}
}

// TestBoughtPlansLeaveHeadroom: what is bought leaves it free, what runs today need not.
func TestBoughtPlansLeaveHeadroom(t *testing.T) {
	for _, replicas := range []string{"1", "4"} {
		flags := map[string]string{"replicas": replicas, "availability": "none"}
		base := given(t, flags)
		today, _ := Judge(base, Demand{Peak: 1})
		demand := Demand{Peak: 0.97 * today.CapacityQPS}
		flags["headroom"] = "25%"
		s := given(t, flags)
		if _, excuse := Judge(s, demand); excuse != nil {
			t.Errorf("%s today at 97 %%: %s", replicas, excuse.Text)
		}
		for _, strategy := range []candidate.Strategy{candidate.Horizontal, candidate.Combined, candidate.Vertical} {
			if a := Cheapest(context.Background(), s, Query{Strategy: strategy, Demand: demand}); a.Feasible && a.Plan.Utilization > 0.75 {
				t.Errorf("%s from %s: %.3g of its limit is used, 75 %% asked at most", strategy, replicas, a.Plan.Utilization)
			}
		}
	}
}
