package prom

import (
	"bufio"
	"bytes"
	"io"
	"regexp"
)

// plainText turns OpenMetrics into the older text format, line by line, as far as the two
// differ in what is read here: exemplars go, times go (values are those of now), and types
// that the older format does not have become none.
type plainText struct {
	lines *bufio.Scanner
	rest  []byte
}

// longestLine bounds a line of an exposition, B.
const longestLine = 1 << 20

func newPlainText(r io.Reader) *plainText {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, windowBytes), longestLine)
	lines.Split(wholeLines)
	return &plainText{lines: lines}
}

// wholeLines splits after each line end, which stays, so that a last line without one is seen
// to have none.
func wholeLines(data []byte, atEOF bool) (advance int, token []byte, err error) {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i + 1, data[:i+1], nil
	}
	if atEOF && len(data) > 0 {
		return len(data), data, nil
	}
	return 0, nil, nil
}

func (p *plainText) Read(b []byte) (int, error) {
	for len(p.rest) == 0 {
		if !p.lines.Scan() {
			if err := p.lines.Err(); err != nil {
				return 0, err
			}
			return 0, io.EOF
		}
		p.rest = plainLine(p.lines.Bytes())
	}
	n := copy(b, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

var (
	newerType = regexp.MustCompile(`^# TYPE \S+ (unknown|info|stateset|gaugehistogram)\s*$`)
	timeAtEnd = regexp.MustCompile(` [0-9]+\.[0-9]+\s*$`)
	twoValues = regexp.MustCompile(`(^[^{ ]+|\}) +[^ ]+ +[0-9]+\.[0-9]+\s*$`)
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
		line = append(bytes.Clone(line[:timeAtEnd.FindIndex(line)[0]]), '\n')
	}
	return line
}
