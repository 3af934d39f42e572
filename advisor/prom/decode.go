package prom

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// Labels are the labels of one series; __name__ among them is the metric's name.
type Labels map[string]string

// String writes labels as a selector does, sorted.
func (l Labels) String() string {
	var pairs []string
	for name, value := range l {
		if name != "__name__" {
			pairs = append(pairs, fmt.Sprintf("%s=%q", name, value))
		}
	}
	slices.Sort(pairs)
	return l["__name__"] + "{" + strings.Join(pairs, ",") + "}"
}

// sink takes the series of an answer as they arrive. A series begins, has samples and its
// labels in any order, and ends.
type sink interface {
	sample(t, v float64) error
	histogram(t float64, h Histogram) error
	end(labels Labels) error
}

// head is what an answer says beside its series.
type head struct {
	status, kind     string
	errorType, error string
	warnings         []string
	partial          bool // VictoriaMetrics: a part of the cluster did not answer
}

// mostSeries bounds an answer: aggregated queries give a handful.
const mostSeries = 20_000

// decode reads an answer of /api/v1/query and /api/v1/query_range, or of the label values.
// The strings of a list of words go to words. The head is read as far as the answer goes.
func decode(r io.Reader, series sink, words func(string)) (head, error) {
	d := decoder{scanner: newScanner(r), series: series, words: words}
	err := d.object(d.top)
	if err == nil {
		err = d.close()
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = errTruncated
	}
	return d.head, err
}

var errTruncated = errors.New("the answer ends in the middle")

type decoder struct {
	*scanner
	head
	series sink
	words  func(string)
	seen   int
}

func (d *decoder) top(key string) (err error) {
	switch key {
	case "status":
		d.status, err = d.text()
	case "errorType":
		d.errorType, err = d.text()
	case "error":
		d.error, err = d.text()
	case "warnings":
		err = d.array(d.warning)
	case "isPartial":
		d.partial, err = d.truth()
	case "data":
		err = d.data()
	default:
		err = d.skip()
	}
	return err
}

// truth takes a value of any kind; only true is true.
func (d *decoder) truth() (bool, error) {
	if c, err := d.next(); err != nil || c != 't' {
		return false, errors.Join(err, d.skip())
	}
	return true, d.skip()
}

// mostWarnings is how many are kept: a server may warn of each series.
const mostWarnings = 5

func (d *decoder) warning() error {
	w, err := d.text()
	if len(d.warnings) < mostWarnings {
		d.warnings = append(d.warnings, w)
	}
	return err
}

func (d *decoder) data() error {
	c, err := d.next()
	switch {
	case err != nil:
		return err
	case c == '[':
		return d.array(d.value)
	case c != '{':
		return d.skip() // null where the query failed
	}
	return d.object(func(key string) (err error) {
		switch key {
		case "resultType":
			d.kind, err = d.text()
		case "result":
			err = d.result()
		default:
			err = d.skip()
		}
		return err
	})
}

// value takes one of a list of label values, or a series of an answer without a head.
func (d *decoder) value() error {
	c, err := d.next()
	if err != nil || c != '"' {
		return errors.Join(err, d.skip())
	}
	w, err := d.text()
	if err == nil && d.words != nil {
		d.words(w)
	}
	return err
}

func (d *decoder) result() error {
	if d.series == nil {
		return d.skip()
	}
	if c, err := d.next(); err != nil || c == 'n' {
		return errors.Join(err, d.skip())
	}
	return d.array(d.element)
}

// element takes one series, or a part of a scalar: [1435781451.781, "1"].
func (d *decoder) element() error {
	c, err := d.next()
	switch {
	case err != nil:
		return err
	case c != '{':
		return d.skip()
	case d.seen == mostSeries:
		return fmt.Errorf("more than %d series in one answer; narrow it with --selector", mostSeries)
	}
	d.seen++
	labels := Labels{}
	err = d.object(func(key string) error {
		switch key {
		case "metric":
			return d.labels(labels)
		case "value":
			return d.sample()
		case "values":
			return d.array(d.sample)
		case "histogram":
			return d.histogram()
		case "histograms":
			return d.array(d.histogram)
		}
		return d.skip()
	})
	if err != nil {
		return err
	}
	return d.series.end(labels)
}

func (d *decoder) labels(into Labels) error {
	return d.object(func(name string) (err error) {
		into[name], err = d.text()
		return err
	})
}

// sample takes [1435781451.781, "1"].
func (d *decoder) sample() error {
	t, err := d.time()
	if err != nil {
		return err
	}
	v, err := d.quotedNumber()
	if err == nil {
		err = d.take(']')
	}
	if err != nil {
		return err
	}
	return d.series.sample(t, v)
}

// time takes "[1435781451.781,".
func (d *decoder) time() (float64, error) {
	if err := d.take('['); err != nil {
		return 0, err
	}
	t, err := d.number()
	if err != nil {
		return 0, err
	}
	if math.IsInf(t, 0) || math.IsNaN(t) {
		return 0, d.broken("%v is no time", t)
	}
	return t, d.take(',')
}

// histogram takes [t, {"count": "…", "sum": "…", "buckets": [[boundaries, "low", "high", "n"], …]}].
func (d *decoder) histogram() error {
	t, err := d.time()
	if err != nil {
		return err
	}
	var h Histogram
	err = d.object(func(key string) (err error) {
		switch key {
		case "count":
			h.Count, err = d.quotedNumber()
		case "sum":
			h.Sum, err = d.quotedNumber()
		case "buckets":
			err = d.array(func() error { return d.bucket(&h) })
		default:
			err = d.skip()
		}
		return err
	})
	if err == nil {
		err = d.take(']')
	}
	if err != nil {
		return err
	}
	return d.series.histogram(t, h)
}

// mostBuckets bounds a native histogram; Prometheus merges beyond some hundreds.
const mostBuckets = 20_000

func (d *decoder) bucket(h *Histogram) error {
	if len(h.Buckets) == mostBuckets {
		return d.broken("more than %d buckets", mostBuckets)
	}
	var b Bucket
	part := 0
	err := d.array(func() (err error) {
		switch part {
		case 1:
			b.Low, err = d.quotedNumber()
		case 2:
			b.High, err = d.quotedNumber()
		case 3:
			b.Count, err = d.quotedNumber()
		default:
			err = d.skip()
		}
		part++
		return err
	})
	h.Buckets = append(h.Buckets, b)
	return err
}
