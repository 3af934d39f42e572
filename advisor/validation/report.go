package validation

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// largestReport bounds a report, bytes.
const largestReport = 256 << 20

// vegeta is one report of `vegeta report -type=json` (tsenart/vegeta, lib/metrics.go).
// Latencies are nanoseconds, rates per second, success a fraction.
type vegeta struct {
	Latencies *struct {
		Mean float64
		P50  float64 `json:"50th"`
		P90  float64 `json:"90th"`
		P95  float64 `json:"95th"`
		P99  float64 `json:"99th"`
	}
	Requests   float64
	Rate       float64
	Throughput *float64 // older versions leave it out
	Success    *float64
}

// guidellm is one benchmark of guidellm's report (vllm-project/guidellm, benchmark/schemas).
// Latencies are seconds.
type guidellm struct {
	Config, Args struct { // where newer and older versions say how requests were sent
		Strategy struct {
			Type string `json:"type_"`
		} `json:"strategy"`
	}
	Metrics struct {
		Rate    byStatus `json:"requests_per_second"`
		Latency byStatus `json:"request_latency"`

		// Of language models; times in ms here.
		Concurrency byStatus `json:"request_concurrency"`
		Input       byStatus `json:"prompt_token_count"`
		Output      byStatus `json:"output_token_count"`
		InterToken  byStatus `json:"inter_token_latency_ms"`
	}
}

// byStatus is a distribution of guidellm over the requests that were answered.
type byStatus struct {
	Successful distribution `json:"successful"`
}

type distribution struct {
	Mean        float64 `json:"mean"`
	Median      float64 `json:"median"`
	Percentiles struct {
		P50, P90, P95, P99 float64
	} `json:"percentiles"`
}

// mean is the mean, or the median where the report has no mean.
func (d distribution) mean() float64 { return cmp.Or(d.Mean, d.Median) }

func (g guidellm) strategy() string {
	if t := g.Config.Strategy.Type; t != "" {
		return t
	}
	return g.Args.Strategy.Type
}

// reader walks a report value by value, so that lists of single requests, which may be long,
// are never held.
type reader struct {
	*json.Decoder
	found func(any) // *vegeta or *guidellm
}

// errNoReport says what a JSON file lacks.
var errNoReport = errors.New(`is JSON, but no report of a load test: expected vegeta's (vegeta report -type=json: keys "latencies" and "rate") or guidellm's (key "benchmarks")`)

// errTooLarge ends a report beyond largestReport.
var errTooLarge = fmt.Errorf("is larger than %d MiB; give the summary alone, without single requests", largestReport>>20)

// bounded fails beyond a number of bytes, where io.LimitReader would seem to end.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLarge
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// readReports hands every measurement found to found. Several reports may follow each other.
func readReports(in io.Reader, found func(any)) error {
	r := reader{json.NewDecoder(&bounded{in, largestReport}), found}
	for r.More() {
		if err := r.document(); err != nil {
			return explainJSON(err)
		}
	}
	if _, err := r.Token(); !errors.Is(err, io.EOF) {
		return explainJSON(err)
	}
	return nil
}

func explainJSON(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return errors.New("ends in the middle of the JSON; write the report again")
	case errors.As(err, &syntax):
		return fmt.Errorf("is no valid JSON: %v at byte %d", syntax, syntax.Offset)
	case errors.As(err, &kind):
		return fmt.Errorf("%s is a %s where a number belongs; write the report with vegeta or guidellm itself", orUnnamed(kind.Field), kind.Value)
	}
	return err
}

// document reads one top-level value: a report, or a list of them.
func (r reader) document() error {
	start, err := r.Token()
	if err != nil {
		return err
	}
	if start != json.Delim('[') {
		return r.report(start)
	}
	for r.More() {
		start, err := r.Token()
		if err == nil {
			err = r.report(start)
		}
		if err != nil {
			return err
		}
	}
	_, err = r.Token()
	return err
}

// report reads one report whose brace has been read.
func (r reader) report(start json.Token) error {
	if start != json.Delim('{') {
		return errNoReport
	}
	var v vegeta
	var keys []string
	err := r.fields(func(key string) error {
		keys = append(keys, key)
		switch key {
		case "latencies":
			return r.Decode(&v.Latencies)
		case "requests":
			return r.Decode(&v.Requests)
		case "rate":
			return r.Decode(&v.Rate)
		case "throughput":
			return r.Decode(&v.Throughput)
		case "success":
			return r.Decode(&v.Success)
		case "benchmarks":
			return r.benchmarks()
		}
		return r.pass()
	})
	switch {
	case err != nil:
		return err
	case v.Latencies != nil && slices.Contains(keys, "rate"):
		r.found(&v)
	case !slices.Contains(keys, "benchmarks"):
		return errNoReport
	}
	return nil
}

// benchmarks reads guidellm's list.
func (r reader) benchmarks() error {
	if start, err := r.Token(); err != nil || start != json.Delim('[') {
		return errors.Join(err, errNoReport)
	}
	for r.More() {
		if start, err := r.Token(); err != nil || start != json.Delim('{') {
			return errors.Join(err, errNoReport)
		}
		var g guidellm
		err := r.fields(func(key string) error {
			switch key {
			case "config":
				return r.Decode(&g.Config)
			case "args":
				return r.Decode(&g.Args)
			case "metrics":
				return r.Decode(&g.Metrics)
			}
			return r.pass()
		})
		if err != nil {
			return err
		}
		r.found(&g)
	}
	_, err := r.Token()
	return err
}

// fields calls read for each key of an object whose brace has been read.
func (r reader) fields(read func(key string) error) error {
	for r.More() {
		key, err := r.Token()
		if err != nil {
			return err
		}
		if err := read(fmt.Sprint(key)); err != nil {
			return err
		}
	}
	_, err := r.Token()
	return err
}

// pass reads over one value.
func (r reader) pass() error {
	for depth := 0; ; {
		token, err := r.Token()
		if err != nil {
			return err
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}
