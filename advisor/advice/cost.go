package advice

import (
	"math"
	"time"

	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// Amount is a sum of money, US dollars a month or in all.
type Amount struct {
	USD   float64
	Known bool // false where a price is missing, or there is nothing that could cost
}

// Cost is what an advice comes to: whole machines at list price, without egress, storage, load
// balancers, support and tax.
type Cost struct {
	Today   Amount // a month, what runs today
	Now     Amount // a month, what is to stand from now on
	Horizon Amount // a month, what stands at the horizon
	Total   Amount // from now to the horizon
	Change  Amount // Now less Today
	Months  []MonthCost
	Cloud   string    // the one cloud of the answer, "" where none is rented
	AsOf    time.Time // the date of the prices, zero where the source gives none
	Age     int       // days from AsOf to the run's clock
	Stale   bool      // older than StaleDays

	Energy    Energy
	BreakEven []BreakEven // what else its hardware may be bought on, and from when on that pays
}

// Energy is what the plan of now draws, at the most: its accelerators at their rated power all the time,
// or machines on premises at the power that their owner states.
type Energy struct {
	KWh    float64 // a month; 0 where the power is not known
	CO2    float64 // kg a month; 0 where no intensity of the grid was given
	Whole  bool    // of whole machines, not of their accelerators alone
	Stated bool    // an intensity was given
}

// BreakEven is another way to pay for the hardware of the plan of now.
type BreakEven struct {
	Pricing      string  // "1y", "3y", or "owned"
	Machine      string  // that is owned; "" for a price list
	USDPerMonth  float64 // all machines, all the time; of one that is owned what running it costs
	Months       float64 // of running from which on it costs less than by the hour
	WithinMonths float64 // that it is paid for; of one that is owned its lifetime
}

// MonthCost is what one month of the way to the horizon costs. The last may be a part of a month.
type MonthCost struct {
	From time.Time
	USD  float64
}

// LongestBill bounds the months of which each is listed.
const LongestBill = 120

// Standing is the cost of each of some months of what stays as it is; none where the cost or their
// number is not known.
func Standing(from time.Time, months float64, cost Amount) (out []MonthCost) {
	if !cost.Known || !(months > 0) || months > LongestBill {
		return nil
	}
	for m := 0.0; m < months; m++ {
		begins := from
		if !from.IsZero() {
			begins = from.Add(time.Duration(m * unit.Month * float64(time.Second))).UTC()
		}
		out = append(out, MonthCost{From: begins, USD: math.Min(1, months-m) * cost.USD})
	}
	return out
}

// Summed adds months up; it is not known where there are none.
func Summed(months []MonthCost) Amount {
	sum := Amount{Known: len(months) > 0}
	for _, m := range months {
		sum.USD += m.USD
	}
	return sum
}

// StaleDays is from how many days on prices are called old.
const StaleDays = 90

// HostedAPI is the model as another serves it, paid by the token. Its latency and its limits are
// not judged.
type HostedAPI struct {
	Prices        workload.API
	QPS           float64 // 1/s, the load paid for
	Mean          bool    // that is the mean; without one the peak is taken for all day
	USDPerRequest float64
	USDPerMonth   float64
	Compared      bool    // with a plan that holds and has a price
	Dearer        float64 // USD a month beside what is to stand from now on; below 0 the API costs less
	Pays          bool    // hosting costs less from some load on
	PaysFromQPS   float64 // 1/s, that load, on the plan's hardware
}

// Offered is a machine with a price elsewhere than was asked.
type Offered struct {
	Cloud, Region, Machine string
	USDPerHour             float64 // of one accelerator
}
