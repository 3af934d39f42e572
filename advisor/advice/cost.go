package advice

import (
	"math"
	"slices"
	"time"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// Amount is a sum of money, US dollars a month or in all.
type Amount struct {
	USD   float64
	Known bool // false where a price is missing, or there is nothing that could cost
}

// Cost is the cost of a plan: whole machines at list price, without egress, storage, load balancers, support
// and tax.
type Cost struct {
	Today   Amount // USD a month of what runs today
	Now     Amount // USD a month of the plan to deploy now
	Horizon Amount // USD a month of the plan at the horizon
	Total   Amount // USD from now to the horizon
	Change  Amount // Now less Today
	Months  []MonthCost
	Cloud   string    // the one cloud of the plan, "" where none is rented
	AsOf    time.Time // the date of the prices, zero where the source gives none
	Age     int       // days from AsOf to the run's clock
	Stale   bool      // older than StaleDays

	Energy    Energy
	BreakEven []BreakEven // other ways to buy its hardware, and when each pays off
}

// Energy is an upper bound on the power that the plan to deploy now draws: its accelerators at rated power
// all the time, or machines on premises at the power that their owner states.
type Energy struct {
	KWh    float64 // a month; 0 where the power is not known
	CO2    float64 // kg a month; 0 where no intensity of the grid was given
	Whole  bool    // of whole machines, not of their accelerators alone
	Stated bool    // an intensity was given
}

// BreakEven is another way to pay for the hardware of the plan to deploy now.
type BreakEven struct {
	Pricing      string  // "1y", "3y", or "owned"
	Machine      string  // the owned machine; "" for a price list
	USDPerMonth  float64 // of all machines, all the time; of an owned machine its running cost
	Months       float64 // months of running after which it costs less than on demand
	WithinMonths float64 // months of its term; of an owned machine its lifetime
}

// MonthCost is the cost of one calendar month up to the horizon, by its hours. The first and the last may be
// parts of a month.
type MonthCost struct {
	From         time.Time // zero where the run has no clock
	After, Until float64   // s from now
	USD          float64
	Paid         []Paid // the same by price list, in the order of first use
}

// Paid is the sum paid on one price list.
type Paid struct {
	Pricing string // a price list, or hardware that is already owned
	USD     float64
}

// Hours returns the length of the month, or of the part of it.
func (m MonthCost) Hours() float64 { return (m.Until - m.After) / 3600 }

// PerMonth returns the cost of a month of 730 h at the rate of this one.
func (m MonthCost) PerMonth() float64 { return m.USD / m.Hours() * unit.HoursPerMonth }

// Add records the cost of a plan that runs from one time to another, s from now.
func (m *MonthCost) Add(from, to float64, e candidate.Evaluation) {
	part := m.part(from, to)
	if part <= 0 {
		return
	}
	usd := part * e.CostPerMonth
	m.USD += usd
	all := 0.0
	for _, b := range e.Purchase {
		all += b.CostPerMonth
	}
	for _, b := range e.Purchase {
		if p := m.paid(b.Pricing); all > 0 { // of a job, machines are paid for its hours alone
			p.USD += usd * b.CostPerMonth / all
		}
	}
}

// Pay records what is paid on a price list from one time to another, s from now, in addition to the cost of
// plans.
func (m *MonthCost) Pay(from, to, usdPerMonth float64, pricing string) {
	if part := m.part(from, to); part > 0 {
		m.USD += part * usdPerMonth
		m.paid(pricing).USD += part * usdPerMonth
	}
}

// part is how much of a month of 730 h falls both into this one and between two times, s from now.
func (m *MonthCost) part(from, to float64) float64 {
	return (math.Min(to, m.Until) - math.Max(from, m.After)) / unit.Month
}

// paid is what the month pays on a price list.
func (m *MonthCost) paid(pricing string) *Paid {
	i := slices.IndexFunc(m.Paid, func(p Paid) bool { return p.Pricing == pricing })
	if i < 0 {
		i, m.Paid = len(m.Paid), append(m.Paid, Paid{Pricing: pricing})
	}
	return &m.Paid[i]
}

// LongestBill is the most months that are listed one by one.
const LongestBill = 120

// Calendar returns the months from now to a horizon, s, with costs still to be added; none where they are
// too many.
func Calendar(now time.Time, horizon float64) (out []MonthCost) {
	if !(horizon > 0) || horizon > LongestBill*unit.Month {
		return nil
	}
	for from := 0.0; from < horizon; {
		m := MonthCost{After: from, Until: math.Min(unit.ToMonth(now, len(out)+1), horizon)}
		if !now.IsZero() {
			if m.From = now.UTC(); len(out) > 0 {
				m.From = unit.MonthStart(now, len(out))
			}
		}
		out, from = append(out, m), m.Until
	}
	return out
}

// Standing returns the cost of each month to a horizon, s, of a deployment that does not change; none where
// the cost or the horizon is not known.
func Standing(now time.Time, horizon float64, cost Amount) []MonthCost {
	if !cost.Known {
		return nil
	}
	out := Calendar(now, horizon)
	for i := range out {
		out[i].USD = out[i].Hours() / unit.HoursPerMonth * cost.USD
	}
	return out
}

// Summed returns the sum of the months; it is not known where there are none.
func Summed(months []MonthCost) Amount {
	sum := Amount{Known: len(months) > 0}
	for _, m := range months {
		sum.USD += m.USD
	}
	return sum
}

// StaleDays is the age in days from which prices are called old.
const StaleDays = 90

// HostedAPI is the same model behind a provider's API, paid by the token. Its latency and its limits are not
// judged.
type HostedAPI struct {
	Prices        workload.API
	QPS           float64 // 1/s, the load that is paid for
	Mean          bool    // QPS is the mean; where none is known, the peak is assumed all day
	USDPerRequest float64
	USDPerMonth   float64
	Compared      bool    // compared with a plan that holds and has a price
	Dearer        float64 // USD a month by which the API exceeds the plan to deploy now; negative where it costs less
	Pays          bool    // hosting costs less from some load on
	PaysFromQPS   float64 // 1/s, that load on the plan's hardware
}

// Offered is a machine that has a price elsewhere, but not where it was asked for.
type Offered struct {
	Cloud, Region, Machine string
	USDPerHour             float64 // per accelerator
}
