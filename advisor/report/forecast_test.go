package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"
	"unicode"

	"scaleadvise/advisor/advice"
)

var firstOfJuly = time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)

// forecasts are samples: one with all there is, one from traits, one refused, one hostile.
func forecasts() map[string]*advice.Forecast {
	day := 24 * time.Hour
	full := &advice.Forecast{
		Name: "chat", Method: "seasonal", Assumption: "the hours of the day go on as they did", Now: firstOfJuly, Until: firstOfJuly.Add(8 * day),
		PeakNow: advice.Range{Low: 90, Mid: 100, High: 110}, Peak: advice.Range{Low: 95, Mid: 105, High: 120},
		Growth: advice.Range{Low: 0.02, Mid: 0.05, High: 0.08}, Deployment: "4 × L4 fp16", Capacity: advice.Range{Low: 110, Mid: 120, High: 130}, Carries: 105,
		Runway:   advice.Runway{Known: true, Date: firstOfJuly.Add(100 * day), Low: firstOfJuly.Add(20 * day)},
		Backtest: &advice.Backtest{Forecasts: 20, WAPE: 0.1, MASE: 0.8, Coverage90: 0.9, Judged: 480, SeasonalNaive: 0.12, HoltWinters: 0.2},
		Warnings: []string{"three of 672 steps were not known"},
	}
	for i := range 8 {
		v := 80 + 10*math.Sin(float64(i))
		full.Past = append(full.Past, advice.DemandPoint{Time: firstOfJuly.Add(time.Duration(i-8) * day), Low: v, Mid: v, High: v})
		full.Horizon = append(full.Horizon, advice.DemandPoint{Time: firstOfJuly.Add(time.Duration(i) * day), Low: v - 10, Mid: v, High: v + 10})
	}
	hostile := *full
	hostile.Name, hostile.Deployment = "a|b\n<script>\x1b[31m", "1 × `x`\u202e"
	hostile.Peak.High, hostile.Capacity.Low = math.Inf(1), math.NaN()
	return map[string]*advice.Forecast{
		"full":    full,
		"refused": {Method: "refused", Refused: "events", Now: firstOfJuly, Until: firstOfJuly, Peak: advice.Range{Low: math.NaN(), Mid: math.NaN(), High: math.NaN()}},
		"empty":   {},
		"hostile": &hostile,
	}
}

func TestForecastGolden(t *testing.T) {
	for f, extension := range map[string]string{"table": ".txt", "json": ".json", "markdown": ".md", "csv": ".csv", "html": ".html"} {
		var out bytes.Buffer
		if err := WriteForecast(&out, f, forecasts()["full"], Options{}); err != nil {
			t.Fatal(err)
		}
		golden(t, "forecast"+extension, out.String())
	}
}

// TestForecastConformance: every format of every sample is printable, ends with one newline,
// gives the writer's error back, and no number that is none.
func TestForecastConformance(t *testing.T) {
	full := errors.New("disk full")
	for name, sample := range forecasts() {
		for _, f := range ForecastFormats() {
			var out bytes.Buffer
			if err := WriteForecast(&out, f, sample, Options{ASCII: f == "table", Width: 60}); err != nil {
				t.Fatal(err)
			}
			text := out.String()
			if !strings.HasSuffix(text, "\n") || strings.HasSuffix(text, "\n\n") || strings.Contains(text, "NaN") || strings.Contains(text, "Inf") {
				t.Errorf("%s in %s: %q", name, f, text)
			}
			for _, r := range text {
				if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
					t.Errorf("%s in %s: %U", name, f, r)
				}
			}
			if f == "json" && !json.Valid(out.Bytes()) {
				t.Errorf("%s: no JSON", name)
			}
			if err := WriteForecast(broke{full}, f, sample, Options{}); !errors.Is(err, full) {
				t.Errorf("%s in %s: the writer's error became %v", name, f, err)
			}
		}
	}
	if err := WriteForecast(&bytes.Buffer{}, "json", nil, Options{}); err == nil {
		t.Error("no forecast gave no error")
	}
}
