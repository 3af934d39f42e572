package loadtest

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"scaleadvise/advisor/bounded"
)

// table is a CSV format, recognised by its first line in small letters.
type table struct {
	tool  string
	holds []string // of the first line
	runs  func(*rows) []Run
}

func (t table) is(header string) bool {
	return !slices.ContainsFunc(t.holds, func(h string) bool { return !strings.Contains(header, h) })
}

// tables are the CSV formats. The first that fits reads the file.
var tables = []table{
	{"hey", []string{"response-time", "status-code", "offset"}, heyRows},
	{"ghz", []string{"duration (ms)", "status"}, ghzRows},
	{"Locust", []string{"timestamp", "user count", "requests/s"}, locustHistory},
	{"Locust", []string{"type", "request count", "average response time"}, locustStats},
	{"perf_analyzer", []string{"concurrency", "inferences/second"}, analyzerRows},
	{"perf_analyzer", []string{"request rate", "inferences/second"}, analyzerRows},
	{"aiperf", []string{"metric,avg", "p1,"}, generativeRows},
	{"aiperf", []string{"metric,avg", "std"}, generativeRows},
	{"genai-perf", []string{"metric,avg"}, generativeRows},
}

// rows walks a table.
type rows struct {
	csv    *csv.Reader
	header []string // in small letters
	row    []string
	line   int // of the row
	fault  error
}

// tableLimits are those of a table, within the limits of the file.
var tableLimits = bounded.Limits{What: "table of a load test", Line: 1 << 20, Record: 16 << 20, Binary: true}

func readTable(in io.Reader, t table) ([]Run, error) {
	r := &rows{csv: csv.NewReader(bounded.NewReader(context.Background(), in, tableLimits))} // in ends with its context
	r.csv.FieldsPerRecord, r.csv.LazyQuotes, r.csv.TrimLeadingSpace, r.csv.ReuseRecord = -1, true, true, true
	header, err := r.csv.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: %w; give the file as the tool wrote it", t.tool, err)
	}
	for _, h := range header {
		r.header = append(r.header, strings.ToLower(strings.TrimSpace(h)))
	}
	runs := t.runs(r)
	switch {
	case r.fault != nil:
		return nil, r.fault
	case len(runs) == 0:
		return nil, fmt.Errorf("%s: holds no requests below the header; run the load test again and give its output", t.tool)
	}
	for i := range runs {
		runs[i].Tool = t.tool
	}
	return runs, nil
}

// next moves to the next row that is not empty; false at the end and after a fault.
func (r *rows) next() bool {
	if r.fault != nil {
		return false
	}
	row, err := r.csv.Read()
	switch {
	case errors.Is(err, io.EOF):
		return false
	case err != nil:
		var broken *csv.ParseError
		if errors.As(err, &broken) {
			err = fmt.Errorf("line %d: not a CSV row: %w; give the file as the tool wrote it", broken.Line, broken.Err)
		}
		r.fault = err
		return false
	}
	r.row = row
	r.line, _ = r.csv.FieldPos(0) // an empty row is passed over
	return true
}

// text is the cell of a column, "" where there is none.
func (r *rows) text(column string) string {
	if i := slices.Index(r.header, column); i >= 0 && i < len(r.row) {
		return strings.TrimSpace(r.row[i])
	}
	return ""
}

// number is the number of a cell, 0 where it is empty or N/A.
func (r *rows) number(column string) float64 { return r.parse(r.text(column)) }

func (r *rows) parse(text string) float64 {
	if text == "" || strings.EqualFold(text, "N/A") {
		return 0
	}
	v, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", ""), 64)
	if (err != nil || math.IsNaN(v) || math.IsInf(v, 0)) && r.fault == nil {
		r.fault = fmt.Errorf("line %d: %q is not a number; give the file as the tool wrote it", r.line, text)
		return 0
	}
	return v
}

// whole refuses a row that ends before the last column: the file is cut short.
func (r *rows) whole() bool {
	if len(r.row) >= len(r.header) {
		return true
	}
	if r.fault == nil {
		r.fault = fmt.Errorf("line %d: the row ends after %d of %d columns: the file is cut short; write it again", r.line, len(r.row), len(r.header))
	}
	return false
}

// heyRows is `hey -o csv`: one request a row, s.
func heyRows(r *rows) []Run {
	all := newRequests()
	for r.next() && r.whole() {
		code := r.number("status-code")
		all.add(r.number("offset"), r.number("response-time"), code < 200 || code >= 400)
	}
	if all.n == 0 {
		return nil
	}
	run := all.run("hey")
	run.Loop = Closed
	return []Run{run}
}

// ghzRows is `ghz -O csv`: one request a row, ms, without its moment: it has no rate.
func ghzRows(r *rows) []Run {
	for r.next() && r.whole() {
		r.number("duration (ms)")
	}
	if r.fault == nil {
		r.fault = errors.New("ghz: its CSV holds times alone, and no rate can be had from it; write it with --format json")
	}
	return nil
}

// locustStats is NAME_stats.csv: one row a name, ms, and one of all.
func locustStats(r *rows) []Run {
	var runs []Run
	for r.next() && r.whole() {
		run := Run{Place: strings.TrimSpace(r.text("type") + " " + r.text("name")), Requests: r.number("request count"), Failed: r.number("failure count"),
			Latency: Distribution{Mean: r.number("average response time"), Min: r.number("min response time"), Max: r.number("max response time")}}
		run.Latency = r.percents(run.Latency).in(milli)
		if run.QPS = r.number("requests/s") - r.number("failures/s"); run.QPS < 0 {
			run.QPS = 0
		}
		if strings.HasSuffix(run.Place, "Aggregated") {
			return []Run{run} // of all names
		}
		if run.Requests > 0 {
			runs = append(runs, run)
		}
	}
	return runs
}

// percents reads the columns that are percentiles: "50%", "99.9%".
func (r *rows) percents(d Distribution) Distribution {
	for _, h := range r.header {
		share, ok := strings.CutSuffix(h, "%")
		at, err := strconv.ParseFloat(share, 64)
		if ok && err == nil && at < 100 {
			d = d.with(at/100, r.number(h))
		}
	}
	return d
}

// locustHistory is NAME_stats_history.csv: one row a second, which shows each number of users
// that the test stepped through. Rates and percentiles are of the last seconds.
func locustHistory(r *rows) []Run {
	var users []float64
	steps := map[float64][]Run{}
	for r.next() && r.whole() {
		n := r.number("user count")
		if name := r.text("name"); name != "" && name != "Aggregated" || n == 0 {
			continue
		}
		one := Run{QPS: r.number("requests/s") - r.number("failures/s"), Failed: r.number("failures/s"), Requests: r.number("requests/s"), Latency: r.percents(Distribution{}).in(milli)}
		if len(steps[n]) == 0 && !slices.Contains(users, n) {
			users = append(users, n)
		}
		steps[n] = append(steps[n], one)
	}
	var runs []Run
	for _, n := range users {
		if run, ok := settled(steps[n]); ok {
			run.Loop, run.Clients, run.Place = Closed, n, fmt.Sprintf("%g users", n)
			runs = append(runs, run)
		}
	}
	return runs
}

// settled is the mean of the second half of the rows of one number of users: the first still
// show the load before. A number that lasted less than three rows was passed through.
func settled(rows []Run) (Run, bool) {
	if len(rows) < 3 {
		return Run{}, false
	}
	rows = rows[len(rows)/2:]
	var run Run
	share := map[float64]float64{}
	n := float64(len(rows))
	for _, one := range rows {
		run.QPS, run.Failed, run.Requests = run.QPS+one.QPS/n, run.Failed+one.Failed, run.Requests+one.Requests
		for _, p := range one.Latency.Percentiles {
			share[p.At] += p.Seconds / n
		}
	}
	for at, seconds := range share {
		run.Latency = run.Latency.with(at, seconds)
	}
	return run, run.QPS > 0
}

// analyzerRows is `perf_analyzer -f`: one load a row, µs.
func analyzerRows(r *rows) []Run {
	var runs []Run
	for r.next() && r.whole() {
		run := Run{QPS: r.number("inferences/second"), Latency: Distribution{Mean: r.number("avg latency")}}
		for name, at := range map[string]float64{"p50 latency": 0.5, "p90 latency": 0.9, "p95 latency": 0.95, "p99 latency": 0.99} {
			run.Latency = run.Latency.with(at, r.number(name))
		}
		run.Latency = run.Latency.in(micro)
		if clients := r.number("concurrency"); clients > 0 {
			run.Loop, run.Clients = Closed, clients
			run.Place = fmt.Sprintf("concurrency %g", clients)
			run.Batch = sizeOf(run)
		} else {
			run.Loop, run.Offered = Open, r.number("request rate")
			run.Place = fmt.Sprintf("request rate %g", run.Offered)
		}
		runs = append(runs, run)
	}
	return runs
}

// sizeOf is the batch of each request, which perf_analyzer's table leaves out: by Little's law
// the inferences in flight are the clients times the batch.
func sizeOf(r Run) float64 {
	if size := math.Round(r.QPS * r.Latency.Middle() / r.Clients); size > 1 {
		return size
	}
	return 1
}

// generativeRows is the CSV of genai-perf and aiperf: metrics with their distribution, and
// below another header those that are one number.
func generativeRows(r *rows) []Run {
	var run Run
	for r.next() {
		if len(r.row) < 2 {
			continue
		}
		name, unit, _ := strings.Cut(strings.ToLower(strings.TrimSuffix(strings.TrimSpace(r.row[0]), ")")), " (")
		switch name {
		case "request latency":
			run.Latency = r.metric(unit)
		case "time to first token":
			run.TTFT = r.metric(unit)
		case "inter token latency":
			run.TPOT = r.metric(unit)
		case "input sequence length":
			run.Input = r.number("avg")
		case "output sequence length":
			run.Output = r.number("avg")
		case "request throughput":
			run.QPS = r.parse(r.row[1])
		case "request count":
			run.Requests += r.parse(r.row[1])
		case "error request count":
			run.Failed = r.parse(r.row[1])
			run.Requests += run.Failed
		case "concurrency":
			run.Loop, run.Clients = Closed, r.parse(r.row[1])
		}
	}
	if r.fault == nil && run.QPS == 0 {
		r.fault = fmt.Errorf("line %d: no row \"Request Throughput\": the file is cut short; write it again", r.line)
	}
	return []Run{run}
}

// metric is a row of times in the unit of its name.
func (r *rows) metric(unit string) Distribution {
	seconds, ok := secondsIn(unit)
	if !ok && r.fault == nil {
		r.fault = fmt.Errorf("line %d: %q is not a unit of time; expected ms, s, us or ns", r.line, unit)
	}
	d := Distribution{Mean: r.number("avg"), SD: r.number("std"), Min: r.number("min"), Max: r.number("max")}
	for _, h := range r.header {
		if p, err := strconv.ParseFloat(strings.TrimPrefix(h, "p"), 64); err == nil && strings.HasPrefix(h, "p") {
			d = d.with(p/100, r.number(h))
		}
	}
	return d.in(seconds)
}
