package trace

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"

	"scaleadvise/advisor/bounded"
)

// one is a line of JSON about one request, by the names that others give its parts.
type one struct {
	Timestamp *float64 `json:"timestamp"`
	Arrival   *float64 `json:"arrival_s"`
	ArrivedAt *float64 `json:"arrived_at"`
	Input     *float64 `json:"input_length"`
	InputToks *float64 `json:"input_tokens"`
	Prompt    *float64 `json:"prompt_tokens"`
	Output    *float64 `json:"output_length"`
	OutToks   *float64 `json:"output_tokens"`
	Completed *float64 `json:"completion_tokens"`
	Hashes    []int64  `json:"hash_ids"`

	Metadata struct {
		Start *float64 `json:"request_start_ns"`
	} `json:"metadata"` // aiperf's
	Metrics struct {
		Input  value `json:"input_sequence_length"`
		Output value `json:"output_sequence_length"`
	} `json:"metrics"`
}

type value struct {
	Value *float64 `json:"value"`
}

// lines reads JSON lines.
type lines struct {
	in    *bufio.Reader
	line  int
	begun bool
	unit  float64 // s, of timestamp
	seen  map[int64]bool
	order order
}

// newLines reads lines that begin like a text. Timestamps that are all whole count milliseconds,
// as Mooncake's do; others seconds.
func newLines(in *bufio.Reader, begin []byte) *lines {
	l := &lines{in: in, unit: 1e-3, seen: map[int64]bool{}}
	for text := range bytes.Lines(begin) {
		var o one
		if json.Unmarshal(text, &o) == nil && o.Timestamp != nil && *o.Timestamp != math.Trunc(*o.Timestamp) {
			l.unit = 1
		}
	}
	return l
}

func (l *lines) next() ([]byte, error) {
	if !l.begun {
		l.begun = true
		return []byte(Header + ",reused_tokens\n"), nil
	}
	for {
		text, err := l.in.ReadBytes('\n')
		l.line++
		if text = bytes.TrimSpace(text); len(text) == 0 {
			if err != nil {
				return nil, err
			}
			continue
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		return l.row(text)
	}
}

// row is one line as CSV.
func (l *lines) row(text []byte) ([]byte, error) {
	var o one
	if err := json.Unmarshal(text, &o); err != nil {
		return nil, fmt.Errorf("line %d: no JSON about a request: %w", l.line, bounded.JSON(err, text))
	}
	at, tokens, err := o.request(l.unit)
	if err == nil {
		err = l.order.follows(at)
	}
	if err != nil {
		return nil, fmt.Errorf("line %d: %w", l.line, err)
	}
	return csvRow(at.seconds, tokens[0], tokens[1], l.reused(o.Hashes, tokens[0])), nil
}

// named is a number with its name in the record.
type named struct {
	name  string
	value *float64
}

// request is the time and the tokens of a request.
func (o *one) request(unit float64) (at moment, tokens [2]float64, err error) {
	need := func(what string, from ...named) (named, error) {
		for _, v := range from {
			switch {
			case v.value == nil:
			case !(*v.value >= 0) || math.IsInf(*v.value, 0):
				return v, fmt.Errorf("%s is %s; it cannot be below 0", v.name, plain(*v.value))
			default:
				return v, nil
			}
		}
		return named{}, fmt.Errorf("no %s; a line needs timestamp, input_length and output_length", what)
	}
	when, err := need("timestamp", named{"timestamp", o.Timestamp}, named{"arrival_s", o.Arrival}, named{"arrived_at", o.ArrivedAt}, named{"request_start_ns", o.Metadata.Start})
	if err != nil {
		return moment{}, tokens, err
	}
	by := map[string]float64{"timestamp": unit, "request_start_ns": 1e-9}[when.name]
	if by == 0 {
		by = 1
	}
	input, err := need("input_length", named{"input_length", o.Input}, named{"input_tokens", o.InputToks}, named{"prompt_tokens", o.Prompt}, named{"input_sequence_length", o.Metrics.Input.Value})
	if err != nil {
		return moment{}, tokens, err
	}
	output, err := need("output_length", named{"output_length", o.Output}, named{"output_tokens", o.OutToks}, named{"completion_tokens", o.Completed}, named{"output_sequence_length", o.Metrics.Output.Value})
	if err != nil {
		return moment{}, tokens, err
	}
	return moment{when.name, plain(*when.value), *when.value * by}, [2]float64{*input.value, *output.value}, nil
}

// mostHashes bounds the blocks that are remembered.
const mostHashes = 20_000_000

// reused are the tokens of a prompt in blocks at its beginning that an earlier one had. Each hash
// stands for its block and all before it (Mooncake, Qin et al. 2025).
func (l *lines) reused(hashes []int64, input float64) float64 {
	if len(hashes) == 0 {
		return 0
	}
	before := 0
	for before < len(hashes) && l.seen[hashes[before]] {
		before++
	}
	for _, h := range hashes[before:] {
		if len(l.seen) < mostHashes {
			l.seen[h] = true
		}
	}
	return input * float64(before) / float64(len(hashes))
}

func csvRow(numbers ...float64) []byte {
	var b []byte
	for i, v := range numbers {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendFloat(b, v, 'f', -1, 64)
	}
	return append(b, '\n')
}
