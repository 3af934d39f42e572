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
	at, input, output, err := o.request(l.unit)
	if err != nil {
		return nil, fmt.Errorf("line %d: %w", l.line, err)
	}
	return csvRow(at, input, output, l.reused(o.Hashes, input)), nil
}

// request is the time and the tokens of a request.
func (o *one) request(unit float64) (at, input, output float64, err error) {
	scaled := func(v *float64, by float64) *float64 {
		if v == nil {
			return nil
		}
		s := *v * by
		return &s
	}
	for _, f := range []struct {
		name string
		to   *float64
		from []*float64
	}{
		{"timestamp", &at, []*float64{scaled(o.Timestamp, unit), o.Arrival, o.ArrivedAt, scaled(o.Metadata.Start, 1e-9)}},
		{"input_length", &input, []*float64{o.Input, o.InputToks, o.Prompt, o.Metrics.Input.Value}},
		{"output_length", &output, []*float64{o.Output, o.OutToks, o.Completed, o.Metrics.Output.Value}},
	} {
		found := false
		for _, v := range f.from {
			if v != nil && !found {
				*f.to, found = *v, true
			}
		}
		switch {
		case !found:
			return 0, 0, 0, fmt.Errorf("no %s; a line needs timestamp, input_length and output_length", f.name)
		case !(*f.to >= 0) || math.IsInf(*f.to, 0):
			return 0, 0, 0, fmt.Errorf("%s is %g; it cannot be below 0", f.name, *f.to)
		}
	}
	return at, input, output, nil
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
