package prom

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"scaleadvise/advisor/bounded"
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

// decode reads an answer of /api/v1/query and /api/v1/query_range, or of the label values,
// one series at a time. The strings of a list of words go to words. The head is read as far
// as the answer goes.
func decode(r *bounded.Reader, series sink, words func(string)) (head, error) {
	d := decoder{text: r, json: json.NewDecoder(r), series: series, words: words}
	err := d.object(d.top)
	if err == nil {
		err = d.ended()
	}
	return d.head, d.told(err)
}

var errTruncated = errors.New("the answer ends in the middle")

// told words a fault of the JSON with its place.
func (d *decoder) told(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errTruncated
	}
	return bounded.JSONAt(err, d.json.InputOffset())
}

type decoder struct {
	head
	text   *bounded.Reader
	json   *json.Decoder
	series sink
	words  func(string)
	seen   int
	one    element // reused from one series to the next
}

// object calls each for every key of an object; each must take the value.
func (d *decoder) object(each func(key string) error) error {
	if t, err := d.json.Token(); err != nil || t != json.Delim('{') {
		return cmp.Or(err, fmt.Errorf("not a server's answer at byte %d: found %v, expected an object", d.json.InputOffset(), t))
	}
	return d.keys(each)
}

// keys goes on where the brace of an object was taken.
func (d *decoder) keys(each func(key string) error) error {
	for d.json.More() {
		t, err := d.json.Token()
		if err != nil {
			return err
		}
		key, _ := t.(string) // which More and Token see to
		d.text.Next()
		if err := each(key); err != nil {
			return err
		}
	}
	_, err := d.json.Token()
	return err
}

// elements calls each for every element of an array whose bracket was taken.
func (d *decoder) elements(each func() error) error {
	for d.json.More() {
		d.text.Next()
		if err := each(); err != nil {
			return err
		}
	}
	_, err := d.json.Token()
	return err
}

// skip takes a value of any kind.
func (d *decoder) skip() error {
	var any json.RawMessage
	return d.json.Decode(&any)
}

// ended refuses what follows the answer.
func (d *decoder) ended() error {
	t, err := d.json.Token()
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return err
	}
	return fmt.Errorf("invalid JSON at byte %d: %v follows the answer", d.json.InputOffset(), t)
}

func (d *decoder) top(key string) error {
	switch key {
	case "status":
		return d.json.Decode(&d.status)
	case "errorType":
		return d.json.Decode(&d.errorType)
	case "error":
		return d.json.Decode(&d.error)
	case "warnings":
		return d.within(d.warning)
	case "isPartial":
		var partial any
		err := d.json.Decode(&partial)
		d.partial = partial == true
		return err
	case "data":
		return d.data()
	}
	return d.skip()
}

// within calls each for every element of an array; null has none.
func (d *decoder) within(each func() error) error {
	t, err := d.json.Token()
	switch {
	case err != nil || t == nil:
		return err
	case t != json.Delim('['):
		return fmt.Errorf("not a server's answer at byte %d: found %v, expected a list", d.json.InputOffset(), t)
	}
	return d.elements(each)
}

// mostWarnings is how many are kept: a server may warn of each series.
const mostWarnings = 5

func (d *decoder) warning() error {
	var w string
	err := d.json.Decode(&w)
	if err == nil && len(d.warnings) < mostWarnings {
		d.warnings = append(d.warnings, w)
	}
	return err
}

// data takes the object of a query, a list of label values, or null where the query failed.
func (d *decoder) data() error {
	t, err := d.json.Token()
	switch {
	case err != nil:
		return err
	case t == json.Delim('['):
		return d.elements(d.value)
	case t != json.Delim('{'):
		return nil
	}
	return d.keys(func(key string) error {
		switch {
		case key == "resultType":
			return d.json.Decode(&d.kind)
		case key == "result" && d.series != nil:
			return d.within(d.element)
		}
		return d.skip()
	})
}

// value takes one of a list of label values; of a list of series each counts as a word of none.
func (d *decoder) value() error {
	var v any
	err := d.json.Decode(&v)
	word, told := v.(string)
	if _, series := v.(map[string]any); (told || series) && d.words != nil {
		d.words(word)
	}
	return err
}

// element is one series of an answer.
type element struct {
	Metric     Labels
	Value      *sample
	Values     samples
	Histogram  *distribution
	Histograms []distribution
}

// element takes one series; what is none, such as the parts of a scalar, is passed over.
func (d *decoder) element() error {
	if d.seen == mostSeries {
		return fmt.Errorf("more than %d series in one answer; narrow it with --selector", mostSeries)
	}
	d.one = element{Values: d.one.Values[:0]}
	err := d.json.Decode(&d.one)
	var mismatch *json.UnmarshalTypeError
	switch {
	case errors.As(err, &mismatch) && mismatch.Field == "":
		return nil
	case err != nil:
		return err
	}
	d.seen++
	return d.handOn(&d.one)
}

// handOn gives a series to the sink.
func (d *decoder) handOn(e *element) error {
	if e.Value != nil {
		e.Values = append(e.Values, *e.Value)
	}
	for _, s := range e.Values {
		if err := d.series.sample(s.t, s.v); err != nil {
			return err
		}
	}
	if e.Histogram != nil {
		e.Histograms = append(e.Histograms, *e.Histogram)
	}
	for _, h := range e.Histograms {
		if err := d.series.histogram(h.t, h.Histogram); err != nil {
			return err
		}
	}
	if e.Metric == nil {
		e.Metric = Labels{}
	}
	return d.series.end(e.Metric)
}
