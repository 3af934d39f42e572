package whatif

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// scale is how the values of an axis are stepped through and rounded: every value that is
// asked about can be said in three digits.
type scale int

const (
	plain scale = iota + 1 // by ratios
	whole                  // by ratios, whole numbers
	odds                   // a fraction near 1: by ratios of what it lacks
)

// coordinate is a positive number that grows with the value, and whose ratios are steps.
func (s scale) coordinate(v float64) float64 {
	if s == odds {
		return 1 / math.Max(1-v, 1e-9)
	}
	return v
}

// value is the value at a coordinate, rounded to what can be said.
func (s scale) value(x float64) float64 {
	switch s {
	case whole:
		return math.Max(rounded(math.Round(x), 3), 1)
	case odds:
		return math.Round((1-rounded(1/x, 2))*1e9) / 1e9
	}
	return rounded(x, 3)
}

// rounded keeps a number of digits of v.
func rounded(v float64, digits int) float64 {
	out, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', digits, 64), 64)
	if err != nil {
		return v
	}
	return out
}

// axis is an input that can be changed, and how.
type axis struct {
	advice.Varied
	scale    scale
	start    float64 // coordinate to step away from
	up, down bool    // directions in which something can flip
	ratios   []float64
	words    []string
	change   func(advice.Value) Change
}

func (x axis) key() string { return x.Name + " " + x.Of }

// trait makes an axis of a numeric trait.
func traitAxis(t advice.Trait, spec workload.Spec, s scale) axis {
	now, _ := t.Value.(float64)
	return axis{
		Varied: advice.Varied{Name: t.Name, Flag: "--" + spec.Flag, Unit: spec.Kind.Symbol(), Given: true, Now: now},
		scale:  s, start: s.coordinate(now), up: true, down: true, ratios: ratios,
		change: func(v advice.Value) Change { return Change{Traits: workload.Set{t.Name: scaled(spec, t, v.Number)}} },
	}
}

// changed is where a changed value comes from.
var changed = origin.Origin{Kind: origin.Flag, Name: "--vary"}

// scaled is a trait at another value; a range keeps its width relative to its middle.
func scaled(spec workload.Spec, t advice.Trait, v float64) workload.Value {
	out := workload.Value{Interval: unit.Exact(v), Text: unit.Format(spec.Kind, v), Origin: changed}
	if now, ok := t.Value.(float64); ok && now != 0 && t.Low != t.High {
		out.Interval = unit.Interval{Mid: v, Low: t.Low * v / now, High: t.High * v / now}
	}
	return out
}

// axisRow is a trait that may be an axis.
type axisRow struct {
	trait   string
	scale   scale
	without string // a default of this trait is no axis without the named one
	absent  func(*advice.Advice) (start float64, up, down bool)
}

// axisRows are the traits that are changed, in the order in which they are listed.
var axisRows = []axisRow{
	{trait: "qps", scale: plain},
	{trait: "users", scale: plain},
	{trait: "requests_per_user", scale: plain},
	{trait: "peak_to_mean", scale: plain, without: "users"},
	{trait: "growth", scale: plain},
	{trait: "horizon", scale: plain, without: "growth"},
	{trait: "input_tokens", scale: whole},
	{trait: "output_tokens", scale: whole},
	{trait: "service_time", scale: plain},
	{trait: "replica_qps", scale: plain},
	{trait: "p99", scale: plain},
	{trait: "latency", scale: plain},
	{trait: "ttft", scale: plain},
	{trait: "tpot", scale: plain},
	{trait: "availability", scale: odds, absent: func(*advice.Advice) (float64, bool, bool) { return 100, true, false }},
	{trait: "replica_availability", scale: odds, without: "availability"},
	{trait: "job_window", scale: plain},
	{trait: "job_rate", scale: plain},
	{trait: "max_replicas", scale: whole, absent: func(a *advice.Advice) (float64, bool, bool) { return most(a, replicasOf), false, true }},
	{trait: "budget", scale: plain, absent: func(a *advice.Advice) (float64, bool, bool) { return most(a, costOf), false, true }},
}

// most is the largest of a figure over the plans that hold: a limit there forbids none of them.
func most(a *advice.Advice, of func(*candidate.Evaluation) float64) float64 {
	largest := 0.0
	for _, alt := range a.Alternatives {
		if alt.Feasible && alt.Plan != nil {
			largest = math.Max(largest, of(alt.Plan))
		}
	}
	return largest
}

func replicasOf(e *candidate.Evaluation) float64 { return float64(e.Replicas) }

// costOf is a plan's cost, a little more, so that rounding leaves it within that budget.
func costOf(e *candidate.Evaluation) float64 {
	if !e.Priced {
		return 0
	}
	return e.CostPerMonth * 1.01
}

// axes are the inputs of an advice that can be changed.
func axes(a *advice.Advice) []axis {
	var out []axis
	for _, row := range axisRows {
		if x, ok := row.axis(a); ok {
			out = append(out, x)
		}
	}
	return append(append(out, priceAxes(a)...), wordAxes(a)...)
}

func traitOf(a *advice.Advice, name string) (advice.Trait, bool) {
	i := slices.IndexFunc(a.Traits, func(t advice.Trait) bool { return t.Name == name })
	if i < 0 {
		return advice.Trait{}, false
	}
	return a.Traits[i], true
}

// given reports whether a trait is there and not zero.
func given(a *advice.Advice, name string) bool {
	t, ok := traitOf(a, name)
	v, number := t.Value.(float64)
	return ok && number && v > 0
}

// mostGrown is the growth up to the horizon beyond which no plan is worth asking about.
const mostGrown = 1e6

// explodes reports whether a trait at a multiple of its value makes the demand grow beyond all
// bounds until the horizon: a growth, or a horizon, a hundred times as large compounds.
func explodes(a *advice.Advice, trait string, ratio float64) bool {
	growth, _ := traitOf(a, "growth")
	rate, _ := growth.Value.(float64)
	rate, months := math.Max(rate, growth.High), a.Workload.HorizonMonths
	switch trait {
	case "growth":
		rate *= ratio
	case "horizon":
		months *= ratio
	default:
		return false
	}
	return math.Pow(1+rate, months) > mostGrown
}

func (row axisRow) axis(a *advice.Advice) (axis, bool) {
	spec, _ := workload.Lookup(row.trait)
	t, ok := traitOf(a, row.trait)
	switch {
	case row.without != "" && !given(a, row.without), tokenRange(row, t):
		return axis{}, false
	case ok && given(a, row.trait):
		x := traitAxis(t, spec, row.scale)
		x.ratios = slices.DeleteFunc(slices.Clone(ratios), func(r float64) bool { return explodes(a, row.trait, r) })
		return x, true
	case row.absent == nil || !a.Feasible:
		return axis{}, false
	}
	x := traitAxis(advice.Trait{Name: row.trait, Value: 0.0}, spec, row.scale)
	x.start, x.up, x.down = row.absent(a)
	x.Given, x.ratios = false, append([]float64{1}, ratios...)
	if row.scale == odds {
		x.ratios = promises
	}
	return x, x.start > 0
}

// tokenRange reports numbers of tokens that were given as a spread: one number instead would
// be another kind of workload.
func tokenRange(row axisRow, t advice.Trait) bool {
	return (row.trait == "input_tokens" || row.trait == "output_tokens") && t.Low != t.High
}

// priceAxes are the prices of the accelerators that the alternatives stand on, each per
// accelerator and hour of the instance that the plan takes: that of the chosen plan upwards, those of the others downwards.
func priceAxes(a *advice.Advice) []axis {
	var out []axis
	seen := map[string]bool{}
	cheapestFirst := slices.Clone(a.Alternatives) // and of the chosen accelerator the chosen plan
	slices.SortStableFunc(cheapestFirst, func(x, y advice.Alternative) int {
		switch {
		case x.Chosen != y.Chosen && x.Chosen:
			return -1
		case x.Chosen != y.Chosen:
			return 1
		case x.Plan == nil || y.Plan == nil:
			return 0
		}
		return cmp.Compare(x.Plan.CostPerMonth, y.Plan.CostPerMonth)
	})
	for _, alt := range cheapestFirst {
		if alt.Plan == nil || !alt.Feasible || !(alt.Plan.USDPerHour > 0) || seen[alt.Plan.Accelerator] {
			continue
		}
		seen[alt.Plan.Accelerator] = true
		x := priceAxis(*alt.Plan)
		x.up = alt.Plan.Accelerator == a.Plan.Accelerator
		x.down = !x.up
		out = append(out, x)
	}
	return out
}

func priceAxis(e candidate.Evaluation) axis {
	id, now := e.Accelerator, e.USDPerHour/float64(e.PerReplica*e.ReplicasPerInstance)
	return axis{
		Varied: advice.Varied{Name: "price", Of: e.AcceleratorName, Unit: "USD/h", Given: true, Now: now},
		scale:  plain, start: now, up: true, down: true, ratios: ratios,
		change: func(v advice.Value) Change { return Change{Prices: map[string]float64{id: v.Number / now}} },
	}
}

// wordAxes are the choices between words.
func wordAxes(a *advice.Advice) []axis {
	var out []axis
	for _, name := range []string{"objective", "pricing", "balancing"} {
		t, ok := traitOf(a, name)
		spec, _ := workload.Lookup(name)
		now, _ := t.Value.(string)
		if !ok {
			continue
		}
		x := axis{
			Varied: advice.Varied{Name: name, Flag: "--" + spec.Flag, Words: true, Given: true},
			change: func(v advice.Value) Change {
				return Change{Traits: workload.Set{name: {Text: v.Word, Origin: changed}}}
			},
		}
		for _, w := range spec.Words {
			if w != now {
				x.words = append(x.words, w)
			}
		}
		out = append(out, x)
	}
	return out
}
