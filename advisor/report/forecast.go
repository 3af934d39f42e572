package report

import (
	"io"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/unit"
)

// forecastFormats is the one ordered list of formats of a forecast.
var forecastFormats = []format[advice.Forecast]{
	{"table", forecastTable},
	{"json", asJSON(newForecast)},
	{"yaml", asYAML(newForecast)},
	{"markdown", forecastMarkdown},
	{"csv", forecastCSV},
	{"html", asDocument(forecastPage)},
}

// ForecastFormats lists the names of the formats of a forecast, the default first.
func ForecastFormats() []string { return formatNames(forecastFormats) }

// WriteForecast renders f in the named format, as Write does advice.
func WriteForecast(w io.Writer, name string, f *advice.Forecast, o Options) error {
	return write(w, "forecast", forecastFormats, name, f, o)
}

// forecastSchema names the shape of the document. Keys are added to it, never renamed or
// removed.
const forecastSchema = "urn:scaleadvise:forecast:v1"

// forecastDoc is a forecast as machines read it. Rates are per second. A pointer is null where
// the quantity is unknown, and a date where it is never.
type forecastDoc struct {
	Schema      string             `json:"schema"`
	Name        string             `json:"name"`
	Method      string             `json:"method"`
	Assumption  string             `json:"assumption"`
	Refused     *string            `json:"refused"`
	Now         string             `json:"now"`
	Until       string             `json:"until"`
	Quantity    string             `json:"quantity"` // quantity in horizon: "mean" or "peak"
	Horizon     []forecastPointDoc `json:"horizon"`
	PeakNow     rangeDoc           `json:"peak_now"`
	Peak        rangeDoc           `json:"peak"`
	Growth      rangeDoc           `json:"growth_per_month"`
	Deployment  *string            `json:"deployment"`
	Carries     *float64           `json:"carries_qps"` // at the confidence asked for, after losses
	Capacity    *rangeDoc          `json:"capacity_qps"`
	Runway      runwayDoc          `json:"runway"`
	Data        *dataDoc           `json:"data"`
	Backtest    *backtestDoc       `json:"backtest"`
	Cost        spentDoc           `json:"cost"` // cost of the deployment as it is
	Assumptions []assumptionDoc    `json:"assumptions"`
	Warnings    []string           `json:"warnings"`
	stamped
}

// stamp notes the run, and the age of the prices by its clock.
func (d *forecastDoc) stamp(r *Run) {
	d.stamped.stamp(r)
	d.Warnings = append(d.Warnings, d.Cost.aged(r)...)
}

// spentDoc is what a deployment costs that stays as it is; null is what is not known.
type spentDoc struct {
	Today  *float64       `json:"today_usd_per_month"`
	Total  *float64       `json:"total_usd"` // to the horizon
	Months []monthCostDoc `json:"months"`
	pricedDoc
}

func newSpent(f *advice.Forecast) spentDoc {
	months, q := advice.Standing(f.Now, f.Months*unit.Month, f.Cost), quotes{}
	if f.Cost.Known {
		q = quotedOn(f.AsOf)
	}
	return spentDoc{Today: amount(f.Cost), Total: amount(advice.Summed(months)), Months: newMonths(months), pricedDoc: newPriced(q)}
}

type forecastPointDoc struct {
	Time string   `json:"time"`
	Low  *float64 `json:"low"`
	Mid  *float64 `json:"mid"`
	High *float64 `json:"high"`
}

type rangeDoc struct {
	Low  *float64 `json:"low"`
	Mid  *float64 `json:"mid"`
	High *float64 `json:"high"`
}

type runwayDoc struct {
	Date *string `json:"date"`
	Low  *string `json:"low"`
	High *string `json:"high"`
}

// dataDoc is how data grow; a time or a date is null where it is not known, or never.
type dataDoc struct {
	Now     *float64  `json:"now_bytes"`
	Then    *float64  `json:"horizon_bytes"`
	JobNow  *float64  `json:"job_now_s"`
	JobThen *float64  `json:"job_horizon_s"`
	Window  *float64  `json:"job_window_s"`
	Ends    bool      `json:"job_ends_runway"`
	Rooms   []roomDoc `json:"rooms"`
}

type roomDoc struct {
	Name  string   `json:"name"`
	Bytes *float64 `json:"bytes"`
	Full  *string  `json:"full"`
}

func newData(f *advice.Forecast) *dataDoc {
	d := f.Data
	if d == nil {
		return nil
	}
	return &dataDoc{
		Now: number(d.Now), Then: number(d.Then), JobNow: known(d.JobNow), JobThen: known(d.JobThen), Window: known(d.Window), Ends: f.Runway.Job,
		Rooms: each(d.Rooms, func(r advice.Room) roomDoc { return roomDoc{r.Name, number(r.Bytes), dateOf(r.Full)} }),
	}
}

type backtestDoc struct {
	MASE              *float64 `json:"mase"`
	WAPE              *float64 `json:"wape"`
	Coverage90        *float64 `json:"coverage90"`
	Forecasts         int      `json:"forecasts"`
	WAPESeasonalNaive *float64 `json:"wape_seasonal_naive"`
	WAPEHoltWinters   *float64 `json:"wape_holt_winters"`
}

func newForecast(f *advice.Forecast) forecastDoc {
	d := forecastDoc{
		Schema: forecastSchema, Name: clean(f.Name), Method: f.Method, Assumption: clean(f.Assumption), Refused: optional(f.Refused),
		Now: f.Now.Format(time.RFC3339), Until: f.Until.Format(time.RFC3339), Quantity: quantityOf(f),
		Horizon: each(f.Horizon, newForecastPoint), PeakNow: newRange(f.PeakNow), Peak: newRange(f.Peak), Growth: newRange(f.Growth),
		Deployment: optional(f.Deployment), Cost: newSpent(f), Assumptions: each(f.Assumptions, newAssumption), Warnings: cleanAll(f.Warnings), Data: newData(f),
		Runway: runwayDoc{dateOf(f.Runway.Date), dateOf(f.Runway.Low), dateOf(f.Runway.High)},
	}
	if f.Runway.Known && (f.Data == nil || !f.Data.Alone) {
		c := newRange(f.Capacity)
		d.Capacity, d.Carries = &c, number(f.Carries)
	}
	if b := f.Backtest; b != nil {
		d.Backtest = &backtestDoc{
			MASE: number(b.MASE), WAPE: number(b.WAPE), Forecasts: b.Forecasts,
			WAPESeasonalNaive: number(b.SeasonalNaive), WAPEHoltWinters: number(b.HoltWinters),
		}
		if b.Judged > 0 {
			d.Backtest.Coverage90 = number(b.Coverage90)
		}
	}
	return d
}

func newForecastPoint(p advice.DemandPoint) forecastPointDoc {
	return forecastPointDoc{p.Time.UTC().Format(time.RFC3339), number(p.Low), number(p.Mid), number(p.High)}
}

func newRange(r advice.Range) rangeDoc { return rangeDoc{number(r.Low), number(r.Mid), number(r.High)} }

// dateOf is a day, or null for never.
func dateOf(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := t.UTC().Format(time.DateOnly)
	return &s
}

func quantityOf(f *advice.Forecast) string {
	if f.Peaks {
		return "peak"
	}
	return "mean"
}
