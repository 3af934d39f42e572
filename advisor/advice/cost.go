package advice

import (
	"time"

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
}

// MonthCost is what one month of the way to the horizon costs. The last may be a part of a month.
type MonthCost struct {
	From time.Time
	USD  float64
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
