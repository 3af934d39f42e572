package purchase

import "math"

// The price lists.
const (
	OnDemand  = "on-demand"
	Spot      = "spot"
	OneYear   = "1y"
	ThreeYear = "3y"
)

// Terms are the prices at which a kind of machine may be bought. The zero value is for machines without a
// price.
type Terms struct {
	Committed     float64 // USD an hour of the cheapest commitment that was asked for; 0 for none
	CommittedList string  // its price list
	OnDemand      float64 // USD an hour; 0 where it was not asked for or has no price
	Spot          float64 // USD an hour; 0 where it was not asked for or has no price
	SpotShare     float64 // share of the machines that is spot
	Base          float64 // share of the other machines that is needed from the first day on, the rest as demand grows
}

// Priced reports whether any price is known.
func (t Terms) Priced() bool { return t.Committed > 0 || t.OnDemand > 0 || t.Spot > 0 }

// Mixed reports whether a number of machines may be bought on several lists.
func (t Terms) Mixed() bool {
	lists := 0
	for _, price := range []float64{t.Committed, t.OnDemand, t.Spot * t.SpotShare} {
		if price > 0 {
			lists++
		}
	}
	return lists > 1
}

// Least returns the lowest price of a machine, USD an hour.
func (t Terms) Least() float64 {
	least := math.Inf(1)
	for _, price := range []float64{t.Committed, t.OnDemand, t.Spot} {
		if price > 0 {
			least = math.Min(least, price)
		}
	}
	return least
}

// SpotOf returns how many of n machines are spot: a share, rounded in favour of the others.
func (t Terms) SpotOf(n int) int {
	if t.Spot == 0 {
		return 0
	}
	return int(t.SpotShare * float64(n))
}

// split returns how many of n machines are bought on each list.
func (t Terms) split(n int) (committed, onDemand, spot int) {
	spot = t.SpotOf(n)
	rest := n - spot
	switch {
	case t.Committed == 0:
		return 0, rest, spot
	case t.OnDemand == 0 || t.OnDemand <= t.Committed:
		return rest, 0, spot
	}
	committed = min(rest, int(math.Ceil(t.Base*float64(rest)-rounding)))
	return committed, rest - committed, spot
}

// rounding is by how much a product may be off.
const rounding = 1e-9

// Hourly returns what n machines that always run cost per hour, USD.
func (t Terms) Hourly(n int) float64 {
	committed, onDemand, spot := t.split(n)
	return float64(committed)*t.Committed + float64(onDemand)*t.OnDemand + float64(spot)*t.Spot
}

// Line is a number of machines bought on one price list.
type Line struct {
	Pricing  string
	Machines int
	Hourly   float64 // USD an hour for all of them, on average where they do not always run
	Each     float64 // USD an hour of one while it runs
}

// Lines returns the price lists on which n machines that always run are bought: commitments first.
func (t Terms) Lines(n int) []Line {
	committed, onDemand, spot := t.split(n)
	var out []Line
	add := func(list string, machines int, each float64) {
		if machines > 0 {
			out = append(out, Line{list, machines, float64(machines) * each, each})
		}
	}
	add(t.CommittedList, committed, t.Committed)
	add(OnDemand, onDemand, t.OnDemand)
	add(Spot, spot, t.Spot)
	return out
}

// BreakEven returns the share of hours above which a machine costs less committed than on demand; 0 where
// one of the prices is not known.
func (t Terms) BreakEven() float64 {
	if t.Committed == 0 || t.OnDemand == 0 {
		return 0
	}
	return t.Committed / t.OnDemand
}

// Elastic returns the price lists on which machines are bought that do not always run: running is the
// falling share of the time for which at least one machine runs, at least two … A commitment is paid whether
// its machine runs or not, so it pays for machines that run more than BreakEven of the time; where nothing
// else can be bought all are committed. The last to start are spot.
func (t Terms) Elastic(running []float64) []Line {
	_, _, spot := t.split(len(running))
	var committed, onDemand, onSpot Line
	add := func(to *Line, list string, each, share float64) {
		*to = Line{list, to.Machines + 1, to.Hourly + each*share, each}
	}
	for k, share := range running {
		switch {
		case k >= len(running)-spot:
			add(&onSpot, Spot, t.Spot, share)
		case t.Committed > 0 && (t.OnDemand == 0 || share*t.OnDemand >= t.Committed):
			add(&committed, t.CommittedList, t.Committed, 1)
		default:
			add(&onDemand, OnDemand, t.OnDemand, share)
		}
	}
	var out []Line
	for _, l := range []Line{committed, onDemand, onSpot} {
		if l.Machines > 0 {
			out = append(out, l)
		}
	}
	return out
}

// Sum returns what lines cost an hour, USD.
func Sum(lines []Line) float64 {
	sum := 0.0
	for _, l := range lines {
		sum += l.Hourly
	}
	return sum
}
