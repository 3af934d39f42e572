package prom

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

// sample is a point of a series: [1435781451.781, "1"].
type sample struct{ t, v float64 }

// UnmarshalJSON reads a pair of a time and a quoted number. It is called a million times for
// one answer and allocates nothing.
func (s *sample) UnmarshalJSON(b []byte) (err error) {
	t, v, ok := pair(b)
	if !ok {
		return fmt.Errorf("%.40q is not a sample: expected [TIME, \"VALUE\"]", b)
	}
	if s.t, err = instant(t); err != nil {
		return err
	}
	s.v, err = quoted(v)
	return err
}

// samples are the points of a series.
type samples []sample

// UnmarshalJSON reads a list of samples as servers write them in one go; one that is written in another way, or
// is none, is read element by element.
func (s *samples) UnmarshalJSON(b []byte) error {
	kept := (*s)[:0]
	for rest := b; len(rest) > 2 && (rest[0] == '[' || rest[0] == ',') && rest[1] == '['; {
		end := bytes.IndexByte(rest, ']') + 1
		var one sample
		if end == 0 || one.UnmarshalJSON(rest[1:end]) != nil {
			break
		}
		kept, rest = append(kept, one), rest[end:]
		if len(rest) == 1 && rest[0] == ']' {
			*s = kept
			return nil
		}
	}
	return json.Unmarshal(b, (*[]sample)(s))
}

// pair cuts an array of two behind its first element.
func pair(b []byte) (first, second []byte, ok bool) {
	if len(b) < 2 || b[0] != '[' || b[len(b)-1] != ']' {
		return nil, nil, false
	}
	first, second, ok = bytes.Cut(b[1:len(b)-1], []byte(","))
	return bytes.TrimSpace(first), bytes.TrimSpace(second), ok
}

// Of a number of this many digits, and of a power of ten up to this, a float is exact; so is their quotient, rounded
// once (Clinger, PLDI 1990).
const exactDigits = 15

var powers = [exactDigits + 1]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// short reads a number of few digits, as most are, in a third of the time of strconv.
func short(b []byte) (v float64, ok bool) {
	whole, digits, fraction := int64(0), 0, -1
	for _, c := range b {
		switch {
		case '0' <= c && c <= '9' && digits < exactDigits:
			whole, digits = 10*whole+int64(c-'0'), digits+1
			if fraction >= 0 {
				fraction++
			}
		case c == '.' && fraction < 0 && digits > 0:
			fraction = 0
		default:
			return 0, false
		}
	}
	return float64(whole) / powers[max(fraction, 0)], digits > 0 && fraction != 0
}

func instant(b []byte) (float64, error) {
	if t, ok := short(b); ok {
		return t, nil
	}
	t, err := strconv.ParseFloat(string(b), 64)
	if err != nil || math.IsNaN(t) {
		return 0, fmt.Errorf("%.40q is not a time", b)
	}
	return t, nil
}

// quoted reads a number written as a string, as Prometheus does to have NaN and Inf.
func quoted(b []byte) (float64, error) {
	if n := len(b); n > 2 && b[0] == '"' && b[n-1] == '"' {
		if v, ok := short(b[1 : n-1]); ok {
			return v, nil
		}
		if v, err := strconv.ParseFloat(string(b[1:n-1]), 64); err == nil {
			return v, nil
		}
	}
	return 0, fmt.Errorf("%.40q is not the value of a sample", b)
}

// distribution is a native histogram at a time: [t, {"count": "…", "sum": "…", "buckets":
// [[boundaries, "low", "high", "n"], …]}].
type distribution struct {
	t float64
	Histogram
}

// mostBuckets bounds a native histogram; Prometheus merges beyond some hundreds.
const mostBuckets = 20_000

// UnmarshalJSON reads a pair of a time and a histogram.
func (d *distribution) UnmarshalJSON(b []byte) (err error) {
	t, text, ok := pair(b)
	if !ok {
		return fmt.Errorf("%.40q is not a histogram at a time", b)
	}
	if d.t, err = instant(t); err != nil {
		return err
	}
	var h struct {
		Count, Sum json.RawMessage
		Buckets    [][]json.RawMessage
	}
	if err := json.Unmarshal(text, &h); err != nil {
		return err
	}
	if len(h.Buckets) > mostBuckets {
		return fmt.Errorf("a histogram of more than %d buckets", mostBuckets)
	}
	d.Histogram, err = histogramOf(h.Count, h.Sum, h.Buckets)
	return err
}

// histogramOf reads the numbers of a histogram; a count or a sum that is missing is zero.
func histogramOf(count, sum json.RawMessage, buckets [][]json.RawMessage) (h Histogram, err error) {
	number := func(b json.RawMessage) float64 {
		v, fault := quoted(b)
		if fault != nil && err == nil {
			err = fault
		}
		return v
	}
	if count != nil {
		h.Count = number(count)
	}
	if sum != nil {
		h.Sum = number(sum)
	}
	for _, b := range buckets {
		if len(b) < 4 {
			return h, fmt.Errorf("a bucket of %d parts: expected boundaries, low, high and count", len(b))
		}
		h.Buckets = append(h.Buckets, Bucket{Low: number(b[1]), High: number(b[2]), Count: number(b[3])})
	}
	return h, err
}
