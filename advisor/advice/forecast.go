package advice

import "time"

// Forecast is demand up to a horizon, and the date from which today's deployment no longer holds. Rates are
// per second, shares fractions of 1.
type Forecast struct {
	Name       string
	Method     string // "seasonal", "level", "compound", "refused"
	Assumption string // what must stay true for the forecast to hold
	Refused    string // why nothing is forecast, "" where something is

	Now     time.Time // the end of the history
	Until   time.Time // the horizon
	Assumed bool      // the horizon was not given

	Past    []DemandPoint // recent demand; Low and High equal Mid; nil without a history
	Horizon []DemandPoint // mean rates where there is a history, else the peak
	Peaks   bool          // Horizon holds the peak
	PeakNow Range
	Peak    Range // the highest within the horizon
	Growth  Range // fraction per month

	Deployment string  // today's, "" where none was named
	Capacity   Range   // 1/s that it carries; zero where unknown
	Carries    float64 // 1/s that it carries at the confidence asked for and after the losses it must survive
	Runway     Runway
	Data       *DataOutlook // nil without data
	Cost       Amount       // USD a month of today's deployment
	AsOf       string       // the date of its price
	Months     float64      // to the horizon

	Backtest    *Backtest // nil without a history
	Assumptions []Assumption
	Warnings    []string
}

// DemandPoint is the demand from a time on.
type DemandPoint struct {
	Time           time.Time
	Low, Mid, High float64
}

// Range is a value with its central 90 %.
type Range struct{ Low, Mid, High float64 }

// Runway is when demand, or the data of a job, outgrow today's deployment: the expected date, and the
// earliest and latest of the central 90 %. A zero date is never, or beyond any planning horizon.
type Runway struct {
	Known           bool // a deployment was named and its capacity is known
	Date, Low, High time.Time
	Job             bool // it ends when the job over the data no longer fits its window
}

// DataOutlook is how the data grow up to the horizon, and which limits of today's deployment they outgrow.
type DataOutlook struct {
	Now, Then       float64 // B
	Window          float64 // s that the job over the data may take; 0 without one
	JobNow, JobThen float64 // s that the job takes on today's replicas; 0 where that is not known
	Alone           bool    // no requests are served beside the job
	Rooms           []Room
}

// Room is how much data all machines of today's deployment can hold.
type Room struct {
	Name  string // "memory", "local disk"
	Bytes float64
	Full  time.Time // when it is full; zero for never, or already
}

// Backtest is how forecasts made in the past fared, each a day ahead. WAPE is the sum of absolute errors
// over the sum of demand of a forecast, averaged over the forecasts.
type Backtest struct {
	Forecasts     int
	WAPE, MASE    float64
	Coverage90    float64
	Judged        int     // steps that the coverage counts; 0 where it is not known
	SeasonalNaive float64 // WAPE of repeating the last week or day
	HoltWinters   float64 // WAPE of the Holt-Winters method
}
