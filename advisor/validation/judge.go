package validation

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/workload"
)

// The bounds that keep memory and time in hand whatever the file is.
const (
	mostRows    = 1_000_000 // judged; what follows is left
	mostSkipped = 10_000    // told with their reasons; the rest is counted
)

// Input is the predictors and the measurements that their predictions are compared with.
type Input struct {
	Source    io.Reader
	Name      string // name of the source, for the report
	Catalog   *catalog.Catalog
	Predictor Predictor
	// Workload describes what a load test drove, which its report does not; nil where nothing was stated.
	Workload *workload.Workload
}

// Options are the choices of the caller.
type Options struct {
	GroupBy string // a column of the CSV; "" groups by what was predicted

	// Enough, where set, reports that the time is up: what was judged by then is summed up.
	Enough func() bool
	// Reached, where set, receives how many measurements were read.
	Reached func(rows int)
}

// Judge reads measurements and compares each with a prediction. The error says what is wrong
// with the source as a whole: empty, no table and no report, columns missing, no row usable.
// When no row was usable the validation is returned beside the error, with the reasons.
func Judge(ctx context.Context, in Input, o Options) (*advice.Validation, error) {
	source, err := open(ctx, in.Source)
	if err != nil {
		return nil, err
	}
	j := &judge{ctx: ctx, in: in, options: o, grouped: grouped{by: map[string]*tally{}}, assumed: map[string]int{}}
	j.out.Source, j.out.GroupedBy, j.out.Counts = in.Name, string(byPrediction), "line"
	if source.json {
		j.out.Counts = "measurement"
		err = j.reports(source, o)
	} else {
		err = j.table(source, o)
	}
	if err != nil {
		return nil, err
	}
	return j.conclude()
}

// judge is one pass over one source.
type judge struct {
	ctx     context.Context
	in      Input
	options Options
	out     advice.Validation
	grouped grouped
	worst   worst
	assumed map[string]int // rows used, by what was assumed of them
}

// skip notes a row that cannot be judged.
func (j *judge) skip(line int, reason string) {
	if len(j.out.Skipped) >= mostSkipped {
		j.out.Untold++
		return
	}
	j.out.Skipped = append(j.out.Skipped, advice.SkippedRow{Line: line, Reason: reason})
}

// ends reports whether to read no further: for the context's error, or as the time is up.
func (j *judge) ends() (bool, error) {
	if err := j.ctx.Err(); err != nil {
		return true, err
	}
	if r := j.options.Reached; r != nil {
		r(j.out.Rows)
	}
	if e := j.options.Enough; e != nil && e() {
		j.out.Partial = true
		j.warn("partial: the time was up after %s; those that follow were not read", rowsOf(j.out.Rows))
		return true, nil
	}
	return false, nil
}

// take counts a judgement.
func (j *judge) take(group string, one advice.Judgement) {
	j.out.Used++
	j.grouped.add(group, one)
	j.worst.add(one)
}

func (j *judge) warn(format string, args ...any) {
	j.out.Warnings = append(j.out.Warnings, fmt.Sprintf(format, args...))
}

// conclude is the outcome, or the error that nothing could be judged.
func (j *judge) conclude() (*advice.Validation, error) {
	v := &j.out
	for _, a := range slices.Sorted(maps.Keys(j.assumed)) {
		j.warn("in %s %s", rowsOf(j.assumed[a]), a)
	}
	v.Score, v.By, v.Worst = j.grouped.all.score(), j.grouped.scores(), j.worst
	switch {
	case v.Rows == 0:
		return v, errors.New("holds no measurements; each row below the first line is one")
	case v.Used == 0:
		return v, nothingUsable(v)
	}
	return v, nil
}

func rowsOf(n int) string {
	if n == 1 {
		return "1 row"
	}
	return strconv.Itoa(n) + " rows"
}

// nothingUsable says why no row could be judged, the first reasons one by one.
func nothingUsable(v *advice.Validation) error {
	const most = 5
	all := []error{fmt.Errorf("none of the %d measurements could be judged", v.Rows)}
	for _, s := range v.Skipped[:min(len(v.Skipped), most)] {
		all = append(all, fmt.Errorf("%s %d: %s", v.Counts, s.Line, s.Reason))
	}
	if rest := v.Rows - most; rest > 0 {
		all = append(all, fmt.Errorf("and %d more", rest))
	}
	return errors.Join(all...)
}

// table judges the rows of a CSV.
func (j *judge) table(source content, o Options) error {
	t := &table{in: source.Reader}
	first, err := t.header()
	if err != nil {
		return err
	}
	c, err := newColumns(first)
	if err != nil {
		return err
	}
	group, err := c.grouper(o.GroupBy)
	if err != nil {
		return err
	}
	j.out.GroupedBy = group.name
	j.out.Warnings = c.misspelled()
	names := newNamer(j.in.Catalog)
	for j.out.Used < mostRows {
		if end, err := j.ends(); end {
			return err
		}
		r, err := t.next()
		if err != nil {
			return j.ended(t, err)
		}
		j.row(r, cells{c, r.cells}, names, group)
	}
	j.warn("only the first %d usable rows were judged", mostRows)
	return nil
}

// ended tells an end of the file from a fault, which leaves what came before it judged.
func (j *judge) ended(t *table, err error) error {
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case errors.Is(err, context.Canceled):
		return err
	case j.out.Rows == 0:
		return fmt.Errorf("line %d: %w", t.line+1, err)
	}
	j.warn("reading stopped at line %d: %v; the rows before it were judged", t.line+1, err)
	return nil
}

// row judges one row of a CSV.
func (j *judge) row(r record, c cells, names *namer, group grouper) {
	j.out.Rows++
	switch {
	case r.fault != "":
		j.skip(r.line, r.fault)
		return
	case surplus(c):
		j.skip(r.line, fmt.Sprintf("has %d fields, the first line names %d columns; quote a field that holds a separator", len(c.row), len(c.names)))
		return
	}
	q, err := c.inquiry(names)
	if err != nil {
		j.skip(r.line, err.Error())
		return
	}
	if one, ok := j.hold(q, r.line); ok {
		j.take(group.group(c, q), one)
		for _, a := range q.assumptions() {
			j.assumed[a]++
		}
	}
}

// surplus reports whether a row has fields that no column names; blank ones at its end are
// what spreadsheets write.
func surplus(c cells) bool {
	for i := len(c.names); i < len(c.row); i++ {
		if c.row[i] != "" {
			return true
		}
	}
	return false
}

// kindOf names what a row asks for.
func kindOf(q Question) string {
	switch {
	case q.KnownQPS > 0:
		return "server-from-saturation"
	case q.BoundS > 0:
		return "server-from-catalog"
	}
	return "saturated-throughput"
}

// describe says what was predicted.
func describe(q Question) string {
	system := fmt.Sprintf("%s on %d × %s", orUnnamed(q.Model), q.Count, orUnnamed(q.Accelerator))
	if q.Count == 0 {
		system = fmt.Sprintf("%s on %s", orUnnamed(q.Model), orUnnamed(q.Accelerator))
	}
	if q.Precision != "" {
		system += " " + q.Precision
	}
	if q.BoundS == 0 {
		return system + ", saturated"
	}
	return fmt.Sprintf("%s, p%s within %s ms", system, plain(100*q.Percentile), plain(1e3*q.BoundS))
}

func orUnnamed(name string) string {
	if name == "" {
		return "unnamed"
	}
	return name
}

// plain writes a number with up to four significant digits.
func plain(v float64) string { return strconv.FormatFloat(roundTo(v, 4), 'f', -1, 64) }

// roundTo rounds to a number of significant digits.
func roundTo(v float64, digits int) float64 {
	if v == 0 {
		return 0
	}
	scale := math.Pow(10, float64(digits-1)-math.Floor(math.Log10(math.Abs(v))))
	return math.Round(v*scale) / scale
}

// numeric is the value of a group's name, +Inf where it is no number.
func numeric(name string) float64 {
	v, err := strconv.ParseFloat(name, 64)
	if err != nil || math.IsNaN(v) {
		return math.Inf(1)
	}
	return v
}
