package prom

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/stat"
)

// ObserveFile reads traits from a file: the text that a server exposes at /metrics, or the
// answer of a query_range for requests per second, saved as JSON. name is the file's, for
// messages.
func ObserveFile(ctx context.Context, r io.Reader, name string, profiles []*Profile, opts Options) (*Observation, error) {
	text := bounded.NewReader(ctx, r, fileLimits)
	o := newObserver(nil, opts)
	o.file = name
	o.out.Source = name
	kind, err := firstByte(text)
	switch {
	case err != nil:
	case kind == '{':
		err = o.saved(text)
	default:
		err = o.exposed(ctx, text, profiles)
	}
	if fault := text.Fault(); fault != nil && err != nil {
		err = fault
	}
	if err != nil {
		return nil, err
	}
	return o.out, nil
}

// fileLimits are those of a file of metrics.
var fileLimits = bounded.Limits{
	What: "page of metrics or saved answer", Remedy: "save a sum, a longer step, or fewer days", Bytes: mostBytes, Packed: mostBytes, Value: mostValue,
}

// firstByte finds what the file begins with; nothing at all is no data.
func firstByte(r *bounded.Reader) (byte, error) {
	for {
		b, err := r.ReadByte()
		switch {
		case errors.Is(err, io.EOF):
			return 0, &NoData{"empty; expected what a server exposes at /metrics, or the answer of a query_range as JSON"}
		case err != nil:
			return 0, err
		case !strings.ContainsRune(" \t\r\n", rune(b)):
			return b, r.UnreadByte()
		}
	}
}

// mostSaved bounds the samples of a saved answer.
const mostSaved = 5_000_000

// history collects the series of a saved answer.
type history struct {
	all     []past
	current past
	samples int
}

type past struct {
	labels        Labels
	times, values []float64
}

func (h *history) sample(t, v float64) error {
	if h.samples++; h.samples > mostSaved {
		return fmt.Errorf("more than %d samples; ask for a sum, or for a longer step", mostSaved)
	}
	if n := len(h.current.times); n > 0 && t <= h.current.times[n-1] {
		return fmt.Errorf("the samples of a series are not in the order of time (%v after %v)", t, h.current.times[n-1])
	}
	h.current.times, h.current.values = append(h.current.times, t), append(h.current.values, v)
	return nil
}

func (h *history) histogram(float64, Histogram) error {
	return errors.New("the answer holds histograms; save the answer of a query for requests per second, such as sum(rate(http_requests_total[5m]))")
}

func (h *history) end(labels Labels) error {
	for _, p := range h.all {
		if p.labels.String() == labels.String() {
			return fmt.Errorf("the answer holds the series %s twice", labels)
		}
	}
	h.current.labels = labels
	h.all = append(h.all, h.current)
	h.current = past{}
	return nil
}

// saved reads the answer of a query_range.
func (o *observer) saved(r *bounded.Reader) error {
	h := &history{}
	top, err := decode(r, h, nil)
	switch {
	case errors.Is(err, errTruncated), errors.Is(err, bounded.ErrJSON):
		return fmt.Errorf("%w; save it again, whole", err)
	case err != nil:
		return err
	case top.status == "error":
		return &NoData{"the saved answer reports an error: " + oneLine(top.error)}
	case top.kind == "":
		return &NoData{"the JSON is not an answer of /api/v1/query_range: it has no data.resultType"}
	case top.kind != "matrix":
		return &NoData{fmt.Sprintf("the saved answer is a %.20q; save that of /api/v1/query_range", top.kind)}
	}
	if fits := o.Selector.test(); len(o.Selector) > 0 {
		h.all = slices.DeleteFunc(h.all, func(p past) bool { return !fits(p.labels) })
	}
	s, counters := h.sum()
	if s.Known() < least {
		return &NoData{fmt.Sprintf("%d values; at least %d are needed", s.Known(), least)}
	}
	o.seen(s)
	o.toEnds()
	o.tellEnd()
	o.out.Span = Span{From: s.Start, To: s.At(len(s.Values) - 1), Step: s.Step}
	o.query = "the sum of " + o.file
	if counters {
		o.query = "the sum of the rates of the counters in " + o.file
	}
	o.tellDemand()
	o.tellMissing()
	return nil
}

// sum is the sum of all series on one grid. A counter, which its name gives away, becomes a
// rate; a value is known where any series has one.
func (h *history) sum() (s Series, counters bool) {
	var gaps []float64
	first, last := math.Inf(1), math.Inf(-1)
	for _, p := range h.all {
		for i := 1; i < len(p.times); i++ {
			gaps = append(gaps, p.times[i]-p.times[i-1])
		}
		if n := len(p.times); n > 0 {
			first, last = math.Min(first, p.times[0]), math.Max(last, p.times[n-1])
		}
	}
	if len(gaps) == 0 {
		return Series{}, false
	}
	slices.SortFunc(gaps, cmp.Compare[float64])
	step := math.Max(stat.Quantile(gaps, 0.25), 1e-3)
	n := int(math.Round((last-first)/step)) + 1
	if n > mostSaved || last-first > 100*365*86400 {
		return Series{}, false
	}
	s = Series{Start: time.UnixMilli(int64(first * 1e3)).UTC(), Step: time.Duration(step * float64(time.Second)), Values: unknown(n)}
	for _, p := range h.all {
		name := p.labels["__name__"]
		if strings.HasSuffix(name, "_total") || strings.HasSuffix(name, "_count") {
			p, counters = p.rates(step), true
		}
		p.addTo(s.Values, first, step)
	}
	return s, counters
}

func (p past) addTo(values []float64, first, step float64) {
	for i, t := range p.times {
		at := int(math.Round((t - first) / step))
		if v := p.values[i]; !math.IsNaN(v) && !math.IsInf(v, 0) {
			if math.IsNaN(values[at]) {
				values[at] = 0
			}
			values[at] += v
		}
	}
}

// longestGap is over how many steps a rate is still taken.
const longestGap = 4

// rates turns a counter into what it grew by per second. A counter that falls began anew, and
// grew by all it shows since.
func (p past) rates(step float64) past {
	out := past{labels: p.labels}
	for i := 1; i < len(p.times); i++ {
		apart, grown := p.times[i]-p.times[i-1], p.values[i]-p.values[i-1]
		if grown < 0 {
			grown = p.values[i]
		}
		if apart <= longestGap*step {
			out.times, out.values = append(out.times, p.times[i]), append(out.values, grown/apart)
		}
	}
	return out
}
