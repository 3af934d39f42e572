package workload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/stat"
	"scaleadvise/advisor/trace"
	"scaleadvise/advisor/unit"
)

// LengthsFile is a file that the lengths of requests are to be read from.
type LengthsFile struct {
	Trait string // "input_tokens" or "output_tokens", which is also the column of the file
	Name  string // as written
}

// namesFile reports whether the text of a trait of tokens names a file: "@lengths", or a name
// that ends as those of CSV files do.
func namesFile(raw string) (name string, ok bool) {
	if name, ok := strings.CutPrefix(raw, "@"); ok {
		return name, name != ""
	}
	if strings.HasPrefix(raw, "/") || strings.HasPrefix(raw, "./") || strings.HasPrefix(raw, "../") {
		return raw, true
	}
	lower := strings.ToLower(raw)
	return raw, strings.HasSuffix(lower, ".csv") || strings.HasSuffix(lower, ".csv.gz")
}

// lengthTraits are the traits that a file of lengths may stand for.
var lengthTraits = []string{"input_tokens", "output_tokens"}

// shareLengths lets a file that one of the lengths names stand for the other too, where
// that was not given.
func (r *resolver) shareLengths() {
	in, out := lengthTraits[0], lengthTraits[1]
	for _, pair := range [][2]string{{in, out}, {out, in}} {
		if v := r.set[pair[0]]; v.File != "" && !r.given(pair[1]) {
			r.set[pair[1]] = v
		}
	}
}

// LengthsFiles returns the files with lengths that the workload still needs. The caller reads them and calls
// Observe.
func (w *Workload) LengthsFiles() []LengthsFile {
	var files []LengthsFile
	for _, t := range w.Traits {
		if t.Value.File != "" && slices.Contains(lengthTraits, t.Spec.Name) {
			files = append(files, LengthsFile{t.Spec.Name, t.Value.File})
		}
	}
	return files
}

// Lengths are the token counts of the requests of a trace.
type Lengths struct {
	All  []float64     // in the order of the trace
	Seen unit.Interval // mean, and 50th to 99th percentile
}

// Summarize returns lengths with their mean and range.
func Summarize(all []float64) Lengths {
	if len(all) == 0 {
		return Lengths{}
	}
	sorted := slices.Clone(all)
	slices.Sort(sorted)
	mean := 0.0
	for _, l := range sorted {
		mean += l / float64(len(sorted))
	}
	return Lengths{all, unit.Interval{Mid: mean, Low: min(mean, stat.Quantile(sorted, 0.5)), High: max(mean, stat.Quantile(sorted, 0.99))}}
}

// Observe takes the lengths of a trait's file into the workload: their mean, and as a range
// their 50th to 99th percentile. No lengths change nothing.
func (w *Workload) Observe(trait string, l Lengths) {
	if len(l.All) == 0 {
		return
	}
	switch trait {
	case "input_tokens":
		w.LLM.Input, w.LLM.InputSeen = l.Seen, l.All
	case "output_tokens":
		w.LLM.Output, w.LLM.OutputSeen = l.Seen, l.All
	}
	w.Traits = slices.Clone(w.Traits)
	for i := range w.Traits {
		if w.Traits[i].Spec.Name == trait {
			w.Traits[i].Value.Interval = l.Seen
		}
	}
}

// Bounds of a file of lengths, so that a wrong file is refused early.
const (
	lengthsBytes = 256 << 20
	lengthsRows  = 5_000_000
	mostTokens   = 1e9
)

// ParseLengths reads the lengths of requests from a trace, plain or compressed by gzip: CSV
// with a header, one request a row. Of its columns those asked for are read, input_tokens or
// output_tokens or both, and returned in that order. A length of 0 counts as one token. name
// is the file's, for messages.
func ParseLengths(ctx context.Context, r io.Reader, name string, columns []string) ([]Lengths, error) {
	l := lengths{sheet: sheetOf(trace.Plain(ctx, bounded.NewReader(ctx, r, bounded.Limits{
		What: "trace", Remedy: "cut the trace shorter", Bytes: lengthsBytes, Packed: lengthsBytes, Line: trace.LongestRow, Record: trace.LongestRow,
	})), name)}
	if err := l.read(columns); err != nil {
		return nil, err
	}
	var all []Lengths
	for _, seen := range l.seen {
		all = append(all, Summarize(seen))
	}
	return all, nil
}

// lengths reads columns of a trace.
type lengths struct {
	*sheet
	at   []int // columns
	seen [][]float64
}

func (l *lengths) read(columns []string) error {
	header, err := l.next()
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: empty; expected a trace with the columns input_tokens,output_tokens", l.name)
	}
	if err != nil {
		return err
	}
	for _, column := range columns {
		at, err := l.find(header, column)
		if err != nil {
			return err
		}
		l.at = append(l.at, at)
	}
	l.seen = make([][]float64, len(columns))
	for n := 0; ; n++ {
		row, err := l.next()
		switch {
		case errors.Is(err, io.EOF) && n == 0:
			return fmt.Errorf("%s: no requests below the header", l.name)
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case n == lengthsRows:
			return fmt.Errorf("%s: more than %d rows; cut the trace shorter", l.name, lengthsRows)
		}
		if err := l.take(row); err != nil {
			return err
		}
	}
}

// take adds the request of a row.
func (l *lengths) take(row []string) error {
	for i, at := range l.at {
		tokens, err := l.tokens(row[at], at)
		if err != nil {
			return err
		}
		l.seen[i] = append(l.seen[i], tokens)
	}
	return nil
}

// find is the column in the header.
func (l *lengths) find(header []string, column string) (int, error) {
	if i := columnOf(header, column); i >= 0 {
		return i, nil
	}
	spec, _ := Lookup(column)
	return 0, fmt.Errorf("%s:1: no column %s among %s; name it so in the first line, or give --%s as a number, such as %s",
		l.name, column, bounded.Excerpt(strings.Join(header, ",")), spec.Flag, spec.Example)
}

func (l *lengths) tokens(text string, column int) (float64, error) {
	text = strings.TrimSpace(text)
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v >= 0) || v > mostTokens {
		line, at := l.rows.FieldPos(column)
		return 0, fmt.Errorf("%s:%d:%d: %q is not a number of tokens", l.name, line, at, bounded.Excerpt(text))
	}
	return math.Max(v, 1), nil
}
