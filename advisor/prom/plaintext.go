package prom

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/pattern"
)

// plainText turns OpenMetrics into the older text format, line by line, as far as the two
// differ in what is read here: exemplars go, times go (values are those of now), and types
// that the older format does not have become none.
type plainText struct {
	text  *bounded.Reader
	held  []byte // of a line longer than the reader's buffer
	rest  []byte // of the line that is being read
	lines int
	parts int // what samples and labels take
}

// Bounds of an exposition. The reader behind makes objects of its samples and labels.
const (
	longestLine = 1 << 20 // B
	mostParts   = 1_000_000

	partsOfSample = 3 // what a sample takes beside its labels, in labels
)

func newPlainText(r *bounded.Reader) *plainText { return &plainText{text: r} }

// line reads a line with its end, so that a last line without one is seen to have none.
func (p *plainText) line() ([]byte, error) {
	p.held = p.held[:0]
	p.lines++
	p.text.Next()
	for {
		part, err := p.text.ReadSlice('\n')
		p.held = append(p.held, part...)
		switch {
		case len(p.held) > longestLine:
			return nil, fmt.Errorf("line %d is longer than 1 MiB", p.lines)
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(p.held) > 0:
			return p.held, nil
		}
		return p.held, err
	}
}

func (p *plainText) Read(b []byte) (int, error) {
	for len(p.rest) == 0 {
		line, err := p.line()
		if err != nil {
			return 0, err
		}
		if p.parts += partsOfSample + bytes.Count(line, []byte{'"'})/2; p.parts > mostParts {
			return 0, fmt.Errorf("too many samples and labels by line %d; keep those of one service", p.lines)
		}
		p.rest = plainLine(line)
	}
	n := copy(b, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

var (
	newerType = pattern.Of(`^# TYPE \S+ (unknown|info|stateset|gaugehistogram)\s*$`)
	timeAtEnd = pattern.Of(` [0-9]+\.[0-9]+\s*$`)
	twoValues = pattern.Of(`(^[^{ ]+|\}) +[^ ]+ +[0-9]+\.[0-9]+\s*$`)
)

// plainLine is a line as the older format has it.
func plainLine(line []byte) []byte {
	if bytes.HasPrefix(line, []byte("#")) {
		if newerType.Match(bytes.TrimRight(line, "\n")) {
			return []byte("\n")
		}
		return line
	}
	if i := bytes.LastIndex(line, []byte(" # {")); i > 0 {
		line = append(bytes.Clone(line[:i]), '\n')
	}
	if twoValues.Match(line) {
		line = append(bytes.Clone(line[:timeAtEnd.Regexp().FindIndex(line)[0]]), '\n')
	}
	return line
}
