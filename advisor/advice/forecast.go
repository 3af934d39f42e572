package advice

import "time"

// Forecast is demand to a horizon and the date when today's deployment no longer holds.
// Rates are per second, fractions fractions.
type Forecast struct {
	Name       string
	Method     string // "seasonal", "level", "compound", "refused"
	Assumption string // what must stay true, in words
	Refused    string // why nothing is forecast, "" where something is

	Now     time.Time // the end of what was seen
	Until   time.Time // the horizon
	Assumed bool      // the horizon was not given

	Past    []DemandPoint // what was seen lately; Low and High are Mid; nil without a history
	Horizon []DemandPoint // mean rates where there is a history, else the peak
	Peaks   bool          // Horizon holds the peak
	PeakNow Range
	Peak    Range // the highest within the horizon
	Growth  Range // a month, as a fraction

	Deployment string  // today's, "" where none was named
	Capacity   Range   // of it; zero where unknown
	Carries    float64 // of it, at the confidence asked and after the losses to survive
	Runway     Runway
	Data       *DataOutlook // nil without data
	Cost       Amount       // of it a month
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

// Runway is when demand, or the data of a job, outgrow today's deployment: the date expected, the earliest and the
// latest of the central 90 %. A zero date is never, or beyond what anyone can plan for.
type Runway struct {
	Known           bool // a deployment and its capacity are
	Date, Low, High time.Time
	Job             bool // it ends with the window of the job over the data
}

// DataOutlook is how data grow up to the horizon, and what of today's deployment they outgrow.
type DataOutlook struct {
	Now, Then       float64 // B
	Window          float64 // s that the job over them has; 0 without one
	JobNow, JobThen float64 // s that it takes on today's replicas; 0 where that is not known
	Alone           bool    // the job is all there is to do
	Rooms           []Room
}

// Room is what all machines of today's deployment hold of data.
type Room struct {
	Name  string // "memory", "local disk"
	Bytes float64
	Full  time.Time // zero for never, or before
}

// Backtest is how forecasts made in the past fared, a day ahead each. WAPE is the sum of
// errors' sizes over the sum of demand.
type Backtest struct {
	Forecasts     int
	WAPE, MASE    float64
	Coverage90    float64
	Judged        int     // steps of which that is the share; 0 where it is not known
	SeasonalNaive float64 // WAPE of repeating the last week or day
	HoltWinters   float64 // WAPE of Holt and Winters' method
}
