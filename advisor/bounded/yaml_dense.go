package bounded

import (
	"bytes"

	"scaleadvise/advisor/pattern"
)

// mostIn is a number of values that a document of YAML does not exceed, found without reading
// its tree.
func mostIn(text []byte) int {
	if most := parted(text); most <= mostValues {
		return most
	}
	return tallied(text)
}

// tallied is a smaller such number, at a higher cost: comments and literal texts hold no values,
// for as long as every line before is understood.
func tallied(text []byte) int {
	t := tally{values: 1, literal: -1}
	for line := range bytes.Lines(text) {
		t.look(line)
	}
	return t.values
}

// tally counts the values of a document line by line.
type tally struct {
	values  int
	lost    bool // a quote or a bracket may be open: from here on the signs count
	literal int  // column that what holds the literal text has; -1 outside of one
	margin  int  // of the literal text; 0 before its first line
}

// breaks are line ends of YAML other than LF: what stands behind one is a line of its own.
var breaks = [][]byte{[]byte("\u0085"), []byte("\u2028"), []byte("\u2029")}

func (t *tally) look(line []byte) {
	text := bytes.TrimRight(line, "\r\n")
	t.lost = t.lost || bytes.IndexByte(text, '\r') >= 0
	for _, b := range breaks {
		t.lost = t.lost || bytes.Contains(text, b)
	}
	rest := bytes.TrimLeft(text, " ")
	indent := len(text) - len(rest)
	rest = bytes.TrimRight(rest, " \t")
	switch {
	case t.lost:
		t.values += parted(line)
	case t.inLiteral(rest, indent), len(rest) == 0, rest[0] == '#':
	case indent == 0 && string(rest) == "---":
		t.values++
	case !t.understands(rest, indent):
		t.lost = true
		t.values += parted(line)
	}
}

// inLiteral reports whether a line belongs to a literal text.
func (t *tally) inLiteral(rest []byte, indent int) bool {
	if t.literal < 0 || len(rest) == 0 {
		return t.literal >= 0
	}
	if t.margin == 0 && indent > t.literal {
		t.margin = indent
	}
	if t.margin == 0 || indent < t.margin {
		t.literal, t.margin = -1, 0
	}
	return t.literal >= 0
}

var (
	item = pattern.Of(`^-( +|$)`)
	// key is one without quotes.
	key = pattern.Of(`^[A-Za-z0-9_./-]*[A-Za-z0-9_./]:( +|$)`)
	// literalText begins one whose margin is that of its first line.
	literalText = pattern.Of(`^[|>][-+]?([ \t]+#.*)?$`)
	// pair is a key within a text, with blanks before its colon or in it.
	pair = pattern.Of(`:([ \t]|$)`)
	// whole is a value that ends in its line: a plain text, or one in quotes, or a list or
	// mapping of such without quotes.
	whole = pattern.Of(`^(|#.*|[A-Za-z0-9/._$(<+=].*|"[^"\\]*"|'[^']*'|\[[^][{}"'#!&*|>]*\]|\{[^][{}"'#!&*|>]*\})([ \t]+#.*)?$`)
)

// understands counts the values of a line after which nothing is open, and finds the beginning
// of a literal text.
func (t *tally) understands(rest []byte, column int) bool {
	holder, values := -1, 1
	for at := len(item.Find(rest)); at > 0; at = len(item.Find(rest)) {
		holder, column, rest = column, column+at, rest[at:]
		values += 2 // a list may begin with its item
	}
	if at := len(key.Find(rest)); at > 0 {
		holder, rest = column, rest[at:]
		values += 2 // so may a mapping
	}
	switch {
	case holder >= 0 && literalText.Match(rest):
		t.literal = holder
	case !whole.Match(rest), pair.Match(rest) && rest[0] != '{' && rest[0] != '[':
		return false
	case len(rest) > 0 && (rest[0] == '[' || rest[0] == '{'):
		values += parted(rest)
	}
	t.values += values
	return true
}

// parted is how many values a text has at most: as many as its signs can part, a key without a
// value and a pair without braces among them.
func parted(text []byte) int {
	n := 1
	for i, b := range text {
		switch b {
		case ',', ':', '[', '{':
			n += 2
		case '?', '-':
			if i+1 == len(text) || text[i+1] <= ' ' || text[i+1] >= 0x80 { // a blank, or a line end of YAML
				n += 2
			}
		case '\n', '\r', '}':
			n++
		}
	}
	return n
}
