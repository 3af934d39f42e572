package offer

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/purchase"
	"scaleadvise/advisor/unit"
)

// Shares of the machines that may be spot: beside machines of other lists, what those can do without;
// without any other list, no machine is a floor.
var (
	mixed = []float64{0, 0.5}
	alone = []float64{1}
)

// pricesOf returns the price lists to buy from, and the shares that may be spot. A promise is not left to
// machines that are taken back: beside them others may be bought on demand, even where spot alone was
// asked for.
func pricesOf(o *Offers) (lists []string, shares []float64) {
	lists, shares = o.Workload.Prices, mixed
	if len(lists) == 1 && lists[0] == spot {
		shares = alone
		if o.Workload.Availability > 0 {
			return []string{onDemand, spot}, []float64{1, 0.5, 0}
		}
	}
	return lists, shares
}

// bought adds to ways to rent on what their machines may be bought, each way once for every share
// of spot machines.
func bought(o *Offers, ways []Hosting) []Hosting {
	lists, shares := pricesOf(o)
	var out []Hosting
	for _, way := range ways {
		terms := termsOf(way, lists, baseShare(o))
		for _, share := range shares {
			one := way
			one.Terms = terms
			one.Terms.SpotShare = share
			switch {
			case terms.Spot == 0 || share > 0 && terms.Spot >= steady(terms):
				share = 0 // nothing is saved
			case math.IsInf(steady(terms), 1):
				one.Terms.SpotShare, share = 1, 1
			}
			if share == 0 {
				one.Terms.Spot, one.Terms.SpotShare = 0, 0
			}
			if !slices.ContainsFunc(out, func(h Hosting) bool { return h.Type == one.Type && h.Cloud == one.Cloud && h.Terms == one.Terms }) {
				out = append(out, one)
			}
		}
	}
	return out
}

// single returns a way to rent on one list.
func single(h Hosting) purchase.Terms {
	switch h.Pricing {
	case onDemand:
		return purchase.Terms{OnDemand: h.USDPerHour}
	case spot:
		return purchase.Terms{Spot: h.USDPerHour, SpotShare: 1}
	}
	return purchase.Terms{Committed: h.USDPerHour, CommittedList: h.Pricing, Base: 1}
}

// termsOf returns the prices of a way to rent on several lists.
func termsOf(h Hosting, lists []string, base float64) purchase.Terms {
	t := purchase.Terms{Base: base}
	for _, list := range lists {
		price := h.Price(list)
		switch {
		case price == 0:
		case list == onDemand:
			t.OnDemand = price
		case list == spot:
			t.Spot = price
		case t.Committed == 0 || price < t.Committed:
			t.Committed, t.CommittedList = price, list
		}
	}
	if !t.Priced() {
		return single(h) // a list that stands in
	}
	return t
}

// steady returns the lowest price of a machine that cannot be reclaimed, +Inf without one.
func steady(t purchase.Terms) float64 {
	t.Spot = 0
	return t.Least()
}

// baseShare returns the share of the machines at the horizon that is needed from the first day on.
func baseShare(o *Offers) float64 {
	w := o.Workload
	return 1 / w.Demand().Factor(math.Max(w.Growth.Mid, 0), w.Horizon)
}

// lines returns on which lists the machines of n replicas are bought, a month.
func (h Hosting) lines(n int) []candidate.Bought {
	var out []candidate.Bought
	if h.Owned > 0 {
		out = append(out, candidate.Bought{Pricing: candidate.OwnedAlready, Machines: h.InstancesFor(n) - h.Rented(n)})
	}
	for _, l := range h.Terms.Lines(h.Rented(n)) {
		out = append(out, candidate.Bought{Pricing: l.Pricing, Machines: l.Machines, USDPerHour: l.Each, CostPerMonth: l.Hourly * unit.HoursPerMonth, Derived: h.derived(l.Pricing)})
	}
	return slices.DeleteFunc(out, func(b candidate.Bought) bool { return b.Machines <= 0 })
}

// derived reports whether a price was derived from another.
func (h Hosting) derived(list string) bool {
	return list == spot && strings.Contains(h.Notes, "spot is derived")
}

// SpotMachines returns how many machines of n replicas are spot.
func (h Hosting) SpotMachines(n int) int { return h.Terms.SpotOf(h.Rented(n)) }

// onList returns a way to rent, bought on its list alone.
func onList(h Hosting) Hosting {
	h.Terms = single(h)
	return h
}

// Notice returns how long in advance a cloud announces that it reclaims a spot machine, s: AWS, Spot
// Instance interruption notices; Google Cloud, Spot VMs; Microsoft, Azure Spot Virtual Machines. Other
// clouds promise nothing.
func Notice(cloud string) float64 {
	switch cloud {
	case "aws":
		return 120
	case "gcp", "azure":
		return 30
	}
	return 0
}

// mostTaken stands for a band without an upper end, and for a machine with unknown interruptions.
const mostTaken = 0.25

// TakenBack returns the upper end of a band of interruptions, "5-10%", as a fraction a month.
func TakenBack(band string) float64 {
	text := strings.TrimSuffix(band, "%")
	if _, upper, ok := strings.Cut(text, "-"); ok {
		text = upper
	}
	v, err := strconv.ParseFloat(strings.TrimPrefix(text, "<"), 64)
	if err != nil || strings.HasPrefix(band, ">") {
		return mostTaken
	}
	return v / 100
}
