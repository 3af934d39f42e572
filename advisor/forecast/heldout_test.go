package forecast

import (
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"scaleadvise/advisor/stat"
)

// heldTraces reads the traces of a folder: gzipped CSV with a time and a number of requests, or a
// rate, in each row, whose first column says how far the rows lie apart.
func heldTraces(t *testing.T, dir string) map[string]History {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.csv.gz"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no traces in %s: %v", dir, err)
	}
	all := map[string]History{}
	for _, file := range files {
		if h, ok := readTrace(t, file); ok {
			name, _, _ := strings.Cut(filepath.Base(file), ".")
			all[name] = h
		}
	}
	return all
}

func readTrace(t *testing.T, file string) (History, bool) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	unpacked, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(unpacked).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	step, ok := map[string]float64{"minute_index": 60, "interval_index": 300, "window_start_s": 600}[rows[0][0]]
	if !ok {
		return History{}, false // single requests
	}
	var values []float64
	for _, row := range rows[1:] {
		v, err := strconv.ParseFloat(row[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		values = append(values, v)
	}
	per := max(int(300/step), 1) // steps of five minutes or longer
	h := History{Step: step * float64(per)}
	for i := 0; i+per <= len(values); i += per {
		h.Values = append(h.Values, meanKnown(values[i:i+per], 1))
	}
	return h, true
}

// TestHeldOut forecasts a week from every day of the traces in the folder FORECAST_TRACES and prints
// how that fared, and how often the ranges held what came. It judges nothing: the law is
// TestAWeekAhead's.
func TestHeldOut(t *testing.T) {
	dir := os.Getenv("FORECAST_TRACES")
	if dir == "" {
		t.Skip("no folder of traces in FORECAST_TRACES")
	}
	traces := heldTraces(t, dir)
	for _, name := range slices.Sorted(maps.Keys(traces)) {
		f := fareOf(traces[name], 7)
		if f.origins > 0 {
			fmt.Printf("%-40.40s %3.0f origins: erred %.3f, last week %.3f, last day %.3f; on the median of origins %.2f of the better; %.2f of the hours inside, %.2f of the peaks\n",
				name, f.origins, f.own/f.sum, f.week/f.sum, f.day/f.sum, f.ofBetter(), f.inside/f.hours, f.peaks/f.origins)
		}
	}
}

// fared is how forecasts fared: sums over all origins, and the errors of each over its demand.
type fared struct {
	origins, own, week, day, sum, inside, hours, peaks float64
	each                                               [3][]float64 // own, last week, last day
}

// ofBetter is the median error of the origins over that of the better repetition.
func (f fared) ofBetter() float64 {
	return stat.Median(f.each[0]) / math.Min(stat.Median(f.each[1]), stat.Median(f.each[2]))
}

// fareOf forecasts some days from every day on that leaves as many to come, by four weeks at the most
// and two at least, or one where there are no more.
func fareOf(h History, days int) (f fared) {
	perDay := int(day / h.Step)
	total := len(h.Values) / perDay
	first := 2 * 7
	if total < first+days+7 {
		first = 7
	}
	for d := first; d+days <= total; d++ {
		past := History{Step: h.Step, Values: h.Values[max(0, (d-28)*perDay) : d*perDay]}.Hourly()
		if m, err := Fit(past); err == nil {
			f.add(m, past.Values, History{Step: h.Step, Values: h.Values[d*perDay : (d+days)*perDay]}.Hourly())
		}
	}
	return f
}

func (f *fared) add(m *Model, y []float64, came History) {
	f.origins++
	before := *f
	for k, next := range m.Next(len(came.Values)) {
		a := came.Values[k]
		f.sum, f.hours = f.sum+a, f.hours+1
		f.own += math.Abs(a - next.Mid)
		f.week += math.Abs(a - y[len(y)-7*24+k%(7*24)])
		f.day += math.Abs(a - y[len(y)-24+k%24])
		if a >= next.Low && a <= next.High {
			f.inside++
		}
	}
	if sum := f.sum - before.sum; sum > 0 {
		for i, erred := range []float64{f.own - before.own, f.week - before.week, f.day - before.day} {
			f.each[i] = append(f.each[i], erred/sum)
		}
	}
	if low, high := m.Peak(len(came.Values)); slices.Max(came.Peaks) >= low && slices.Max(came.Peaks) <= high {
		f.peaks++
	}
}
