package prom

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/pattern"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// snapshot is what a server exposed at one moment, by name of the series.
type snapshot map[string][]Sample

// readSnapshot reads the text exposition format, or OpenMetrics.
func readSnapshot(r *bounded.Reader) (snapshot, error) {
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(newPlainText(r))
	if err != nil {
		return nil, fmt.Errorf("not a page of metrics: %w", reworded(err))
	}
	s := snapshot{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			s.add(f.GetName(), m)
		}
	}
	return s, nil
}

// add takes one metric apart into the series that Prometheus makes of it.
func (s snapshot) add(name string, m *dto.Metric) {
	labels := Labels{}
	for _, l := range m.GetLabel() {
		labels[l.GetName()] = l.GetValue()
	}
	put := func(name string, labels Labels, v float64) {
		s[name] = append(s[name], Sample{Labels: labels, Value: v})
	}
	switch {
	case m.Counter != nil:
		put(name, labels, m.Counter.GetValue())
	case m.Gauge != nil:
		put(name, labels, m.Gauge.GetValue())
	case m.Untyped != nil:
		put(name, labels, m.Untyped.GetValue())
	case m.Summary != nil:
		for _, q := range m.Summary.GetQuantile() {
			with := maps.Clone(labels)
			with["quantile"] = strconv.FormatFloat(q.GetQuantile(), 'g', -1, 64)
			put(name, with, q.GetValue())
		}
		if m.Summary.SampleSum != nil {
			put(name+"_sum", labels, m.Summary.GetSampleSum())
		}
		if m.Summary.SampleCount != nil {
			put(name+"_count", labels, float64(m.Summary.GetSampleCount()))
		}
	case m.Histogram != nil:
		put(name+"_sum", labels, m.Histogram.GetSampleSum())
		put(name+"_count", labels, float64(m.Histogram.GetSampleCount()))
		for _, b := range m.Histogram.GetBucket() {
			with := Labels{"le": strconv.FormatFloat(b.GetUpperBound(), 'g', -1, 64)}
			for n, v := range labels {
				with[n] = v
			}
			put(name+"_bucket", with, float64(b.GetCumulativeCount()))
		}
	}
}

// test reports whether labels satisfy the selector; a label that is not there is empty.
func (s Selector) test() func(Labels) bool {
	patterns := make([]*regexp.Regexp, len(s))
	for i, m := range s {
		if m.op == "=~" || m.op == "!~" {
			patterns[i] = regexp.MustCompile("^(?:" + m.value + ")$") // ParseSelector has compiled it
		}
	}
	return func(l Labels) bool {
		for i, m := range s {
			equal := l[m.name] == m.value
			if patterns[i] != nil {
				equal = patterns[i].MatchString(l[m.name])
			}
			if equal != (m.op == "=" || m.op == "=~") {
				return false
			}
		}
		return true
	}
}

// of are the series of a metric that a reading selects, each once.
func (s snapshot) of(name string, r reading) []Sample {
	fits := slices.Concat(r.selector, r.own).test()
	all := slices.DeleteFunc(slices.Clone(s[name]), func(x Sample) bool { return !fits(x.Labels) })
	if len(r.without) == 0 {
		return all
	}
	return averaged(all, r.without)
}

// averaged leaves labels out, and takes the mean of the series that are one without them.
func averaged(all []Sample, without []string) []Sample {
	at, n := map[string]int{}, []float64(nil)
	var out []Sample
	for _, x := range all {
		labels := maps.Clone(x.Labels)
		maps.DeleteFunc(labels, func(name, _ string) bool { return slices.Contains(without, name) })
		i, seen := at[labels.String()]
		if !seen {
			i = len(out)
			at[labels.String()], n = i, append(n, 0)
			out = append(out, Sample{Labels: labels})
		}
		n[i]++
		out[i].Value += (x.Value - out[i].Value) / n[i]
	}
	return out
}

func (s snapshot) total(name string, r reading) float64 {
	sum := 0.0
	for _, x := range s.of(name, r) {
		if !math.IsNaN(x.Value) {
			sum += x.Value
		}
	}
	return sum
}

// mean is the mean of a quantity since the server began to count, or the value of a gauge now;
// NaN where there is none.
func (s snapshot) mean(r reading) float64 {
	m := r.metric
	switch {
	case m.Histogram != "":
		return s.total(m.Histogram+"_sum", r) / s.total(m.Histogram+"_count", r)
	case m.Per != "":
		return s.total(m.Counter, r) / s.total(m.Per, r)
	case m.Gauge == "":
		return math.NaN()
	}
	series := s.of(m.Gauge, r)
	switch r.across() {
	case "count":
		return float64(len(series))
	case "max":
		return slices.MaxFunc(series, func(a, b Sample) int { return cmp.Compare(a.Value, b.Value) }).Value
	case "avg":
		return s.total(m.Gauge, r) / float64(len(series))
	}
	return s.total(m.Gauge, r)
}

// counted is how many events a metric has counted.
func (s snapshot) counted(r reading) float64 {
	if r.metric.Histogram != "" {
		return s.total(r.metric.Histogram+"_count", r)
	}
	return s.total(r.metric.Counter, r)
}

// exposed reads what a server exposed.
func (o *observer) exposed(ctx context.Context, r *bounded.Reader, profiles []*Profile) error {
	s, err := readSnapshot(r)
	if err != nil {
		return err
	}
	o.from = s
	if err := o.settle(ctx, profiles); err != nil {
		return err
	}
	if err := o.choose(ctx); err != nil {
		return err
	}
	if err := o.alone(ctx); err != nil {
		return err
	}
	requests := o.read["requests"]
	if err := o.settleServers(ctx, s.of(requests.seriesName(), requests)); err != nil {
		return err
	}
	o.take(s)
	o.tellSince(s)
	o.tellModel()
	o.tellHardware()
	o.tellTokens()
	o.tellLatency()
	o.unknown("growth", "one reading shows no history", "--prometheus, or --growth 8%/month")
	if !o.profiles[0].language() {
		o.unknown("service_time", "one reading shows no quiet hours", "--prometheus, or --service-time")
	}
	o.tellMissing()
	return nil
}

// Values returns the names of the series that match any of the selectors.
func (s snapshot) Values(_ context.Context, _ string, _ Span, selectors ...string) ([]string, error) {
	var names []string
	for _, text := range selectors {
		sel, err := ParseSelector(text)
		if err != nil {
			return nil, err
		}
		names = append(names, s.names(sel)...)
	}
	return names, nil
}

// Count returns how many series match the selector.
func (s snapshot) Count(ctx context.Context, selector string, span Span) (n int, err error) {
	names, err := s.Values(ctx, "__name__", span, selector)
	for _, name := range names {
		n += len(s[name])
	}
	return n, err
}

func (s snapshot) names(sel Selector) []string {
	byName := Selector(slices.DeleteFunc(slices.Clone(sel), func(m matcher) bool { return m.name != "__name__" })).test()
	fits := Selector(slices.DeleteFunc(slices.Clone(sel), func(m matcher) bool { return m.name == "__name__" })).test()
	var names []string
	for name, all := range s {
		if byName(Labels{"__name__": name}) && slices.ContainsFunc(all, func(x Sample) bool { return fits(x.Labels) }) {
			names = append(names, name)
		}
	}
	return names
}

// Range returns no history.
func (snapshot) Range(_ context.Context, _ string, span Span) (Series, error) {
	return Series{Start: span.From, Step: span.Step, Values: unknown(span.points())}, nil
}

// Instant returns the samples of the metric that the query sums by a label.
func (s snapshot) Instant(_ context.Context, expr string, _ time.Time) ([]Sample, error) {
	parts := summed.FindStringSubmatch(expr)
	if parts == nil {
		return nil, nil
	}
	sel, err := ParseSelector(parts[3])
	if err != nil {
		return nil, err
	}
	name := parts[2]
	if name == "" && len(sel) > 0 { // of a name with dots
		name, sel = sel[0].value, sel[1:]
	}
	fits := sel.test()
	all := slices.DeleteFunc(slices.Clone(s[name]), func(x Sample) bool { return !fits(x.Labels) })
	return projected(all, strings.Split(strings.ReplaceAll(parts[1], `"`, ""), ", ")), nil
}

// summed is the one query that a file is asked: how a metric divides over the values of labels.
var summed = pattern.Of(`^sum by \(((?:\w+|"[\w.]+")(?:, (?:\w+|"[\w.]+"))*)\) \(([\w:]*)(\{.*\})?\)$`)

// take fills in what a server would have answered.
func (o *observer) take(s snapshot) {
	for _, name := range slices.Concat(byTheWeek, []string{"accelerators", "latency", "ttft", "tpot"}) {
		if r, ok := o.read[name]; ok {
			if v := s.mean(r) * r.scale(); !math.IsNaN(v) {
				o.means[name] = v
			}
			if r.metric.Histogram != "" && !slices.Contains(slow, name) {
				o.distribution(name, o.tokens)(s.of(r.metric.Histogram+"_bucket", r))
			}
		}
	}
	for _, name := range slow {
		if r := o.read[name]; r.summary {
			o.quantile(name)(s.of(r.metric.Histogram, r))
			continue
		}
		if r, ok := o.read[name]; ok && r.metric.Histogram != "" {
			o.distribution(name, o.spread)(s.of(r.metric.Histogram+"_bucket", r))
			o.centre(name, s.mean(r)*r.scale())
		}
	}
	for _, name := range []string{"model", behindName, "gpu"} {
		if r, ok := o.read[name]; ok {
			for _, x := range s.of(r.seriesName(), r) {
				if word := x.Labels[r.metric.Label]; word != "" && !slices.Contains(o.names[name], word) {
					o.names[name] = append(o.names[name], word)
				}
			}
		}
	}
	o.takeReplicas(s)
}

// takeReplicas counts the servers that a file tells of: 1, unless it was put together from
// several, or tells how many there are. What stands before servers is none of them.
func (o *observer) takeReplicas(s snapshot) {
	r, told := o.read["replicas"]
	if told && r.metric.Targets == "" && r.metric.Query == "" {
		o.servers = int(math.Round(s.mean(r)))
	}
	if !told && o.profiles[0].Kind == "front" {
		return
	}
	if o.servers == 0 {
		o.servers = 1
	}
	if !told {
		o.read["replicas"] = o.read["requests"]
	}
}

// assumedPeak is the factor where nothing shows a peak, as for users without one.
var assumedPeak = strconv.Itoa(workload.UsualPeakToMean)

// tellSince tells the mean rate since the server started: all that one reading shows.
func (o *observer) tellSince(s snapshot) {
	r := o.read["requests"]
	n := s.counted(r)
	starts := slices.DeleteFunc(slices.Clone(s["process_start_time_seconds"]), func(x Sample) bool { return !o.Selector.asFarAs(x.Labels) })
	switch {
	case n == 0:
		o.out.NoLoad = true
		o.warn("no load: %s is there, and has counted no request", r.metric.name())
	case len(starts) != 1:
		o.unknown("qps", fmt.Sprintf("%s requests were counted, but not since when (process_start_time_seconds)", digits(n)), "--prometheus, or --qps")
	default:
		began := time.UnixMilli(int64(starts[0].Value * 1e3))
		age := o.Now.Sub(began)
		if age < time.Minute {
			o.unknown("qps", "the server started less than a minute ago", "a later reading, or --qps")
			return
		}
		query := r.inFile() + " / (now - process_start_time_seconds)"
		o.number("qps", n/age.Seconds(), digits(n/age.Seconds()), query, "mean since the server started, "+unit.Format(unit.Duration, age.Round(time.Minute).Seconds())+" ago")
		o.word("peak_to_mean", assumedPeak, query, "ASSUMED: one reading shows no peak; give yours")
		o.warn("one reading shows the mean rate only; the peak is assumed to be %s times as high: give --peak-to-mean, or read a history with --prometheus", assumedPeak)
	}
}
