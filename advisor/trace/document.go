package trace

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"scaleadvise/advisor/bounded"
)

// report is what load tools write about all requests of a run together.
type report struct {
	Inputs     []float64 `json:"input_lens"` // vLLM's benchmark, with --save-detailed
	Outputs    []float64 `json:"output_lens"`
	Starts     []float64 `json:"start_times"`
	Throughput rate      `json:"request_throughput"`
	Benchmarks []struct {
		Requests struct {
			Successful []struct {
				Start  float64 `json:"request_start_time"`
				Begun  float64 `json:"start_time"`
				Prompt float64 `json:"prompt_tokens"`
				Output float64 `json:"output_tokens"`
			} `json:"successful"`
		} `json:"requests"`
	} `json:"benchmarks"` // guidellm
}

// rate is a number; 0 where a summary (genai-perf, aiperf) has an object with its unit.
type rate float64

// UnmarshalJSON implements json.Unmarshaler.
func (r *rate) UnmarshalJSON(text []byte) error {
	if bytes.HasPrefix(text, []byte("{")) {
		return nil
	}
	return json.Unmarshal(text, (*float64)(r))
}

// marks are keys that only such reports have.
var marks = [][]byte{[]byte(`"input_lens"`), []byte(`"request_throughput"`), []byte(`"benchmarks"`)}

// isDocument reports whether text begins one JSON document, not a line about one request.
func isDocument(text []byte) bool {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	if json.Valid(line) {
		return slices.ContainsFunc(marks, func(m []byte) bool { return bytes.Contains(line, m) })
	}
	return true // it goes on over several lines
}

// document reads a report.
type document struct {
	in   *bufio.Reader
	rows [][3]float64
	read bool
	done int
}

// errReport says what a report lacks.
var errReport = errors.New("this report says nothing about single requests; vllm bench serve writes them with --save-detailed, guidellm into its .json, aiperf into profile_export.jsonl")

func (d *document) next() ([]byte, error) {
	if !d.read {
		d.read = true
		if err := d.parse(); err != nil {
			return nil, err
		}
		return []byte(Header + "\n"), nil
	}
	if d.done == len(d.rows) {
		_, err := d.in.ReadByte() // the end
		return nil, err
	}
	r := d.rows[d.done]
	d.done++
	return csvRow(r[:]...), nil
}

func (d *document) parse() error {
	var r report
	text := json.NewDecoder(d.in)
	if err := text.Decode(&r); errors.As(err, new(*bounded.Fault)) {
		return err
	} else if err != nil {
		return fmt.Errorf("no report of a load tool: %w; let the tool write it again", bounded.JSONAt(err, text.InputOffset()))
	}
	d.rows = r.requests()
	if len(d.rows) < 2 {
		return errReport
	}
	slices.SortStableFunc(d.rows, func(a, b [3]float64) int { return cmp.Compare(a[0], b[0]) })
	for i, first := range slices.Backward(d.rows) {
		d.rows[i][0] = max(0, first[0]-d.rows[0][0])
	}
	return nil
}

// requests are the time and the tokens of each. Where a report has no times, they are those of
// its rate, evenly.
func (r *report) requests() (rows [][3]float64) {
	for i := range min(len(r.Inputs), len(r.Outputs)) {
		at := 0.0
		switch {
		case i < len(r.Starts):
			at = r.Starts[i]
		case r.Throughput > 0:
			at = float64(i) / float64(r.Throughput)
		}
		rows = append(rows, [3]float64{at, r.Inputs[i], r.Outputs[i]})
	}
	for _, b := range r.Benchmarks {
		for _, one := range b.Requests.Successful {
			rows = append(rows, [3]float64{max(one.Start, one.Begun), one.Prompt, one.Output})
		}
	}
	return rows
}
