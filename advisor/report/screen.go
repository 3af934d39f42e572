package report

import (
	"bytes"
	"strings"
)

// A screen is at least minWidth columns; text is not stretched beyond maxWidth.
const (
	minWidth = 40
	maxWidth = 100
	unbroken = 1 << 20 // of what is read aloud: one line a fact
)

// style is how a line is painted.
type style string

const (
	plain  style = ""
	bold   style = "1"
	faint  style = "2"
	red    style = "31"
	yellow style = "33"
)

// screen lays out text for a terminal.
type screen struct {
	out   *bytes.Buffer
	width int
	o     Options
}

func newScreen(out *bytes.Buffer, o Options) *screen {
	w := maxWidth
	switch {
	case o.Plain:
		w = unbroken
	case o.Width > 0:
		w = min(max(o.Width, minWidth), maxWidth)
	}
	return &screen{out, w, o}
}

// signs replaces what an ASCII terminal cannot show of our own signs.
func (s *screen) signs(text string) string {
	if s.o.ASCII {
		return ascii.Replace(text)
	}
	return text
}

// sign is signs over the cells of columns.
func (s *screen) sign(columns []column) []column {
	for _, c := range columns {
		for r, cell := range c.cells {
			c.cells[r] = s.signs(cell)
		}
	}
	return columns
}

// put writes one finished line.
func (s *screen) put(text string, p style) {
	text = strings.TrimRight(text, " ")
	s.out.WriteString(s.painted(text, p) + "\n")
}

func (s *screen) blank() { s.out.WriteByte('\n') }

// paragraph wraps text behind a prefix; further lines hang below the first.
func (s *screen) paragraph(prefix, text string, p style) {
	prefix = s.signs(prefix)
	hang := strings.Repeat(" ", width(prefix))
	for i, l := range wrap(s.signs(text), s.width-width(prefix)) {
		if i > 0 {
			prefix = hang
		}
		s.put(prefix+l, p)
	}
}

// labelled writes parts behind a label in the left margin, and none without parts.
func (s *screen) labelled(label string, parts []string) {
	text := strings.Join(parts, " · ")
	switch {
	case len(parts) == 0:
	case s.o.Plain && label != "":
		s.put(s.signs(label+": "+text), plain)
	case s.o.Plain:
		s.put(s.signs(text), plain)
	default:
		for i, l := range wrap(s.signs(text), s.width-margin) {
			if i > 0 {
				label = ""
			}
			s.put(s.painted(pad(label, margin), faint)+l, plain)
		}
	}
}

// painted is text in a style.
func (s *screen) painted(text string, p style) string {
	if !s.o.Color || p == plain || strings.TrimSpace(text) == "" {
		return text
	}
	return "\x1b[" + string(p) + "m" + text + "\x1b[0m"
}

// margin is the width of the labels' column.
const margin = 10

// pad fills text up to n columns.
func pad(text string, n int) string {
	return text + strings.Repeat(" ", max(n-width(text), 0))
}

// leastBeside is the narrowest text may become beside a note.
const leastBeside = 44

// noted writes text with a note in a column at the right, noteWidth wide; where
// that leaves too little room the note follows the text in brackets.
func (s *screen) noted(prefix, text, note string, noteWidth int, p style) {
	room := s.beside(width(prefix), noteWidth)
	if room < leastBeside {
		s.paragraph(prefix, text+" ["+note+"]", p)
		return
	}
	for i, l := range wrap(s.signs(text), room) {
		if i == 0 {
			s.put(prefix+pad(l, room)+"  "+note, p)
			continue
		}
		s.put(strings.Repeat(" ", width(prefix))+l, p)
	}
}

// beside is the room for text between a prefix and a note.
func (s *screen) beside(prefixWidth, noteWidth int) int { return s.width - prefixWidth - noteWidth - 2 }

// height is how many lines noted text takes.
func (s *screen) height(text string, noteWidth int) int {
	return len(wrap(s.signs(text), max(s.beside(margin/2, noteWidth), leastBeside)))
}

// command writes a command that can be pasted: a long one continues behind
// backslashes, broken only before a flag and never inside quotes.
func (s *screen) command(label, text string) {
	prefix := pad(label, margin)
	current := ""
	for _, part := range flagsOf(text) {
		if current != "" && width(prefix)+width(current)+1+width(part)+2 > s.width {
			s.put(prefix+current+" \\", plain)
			prefix, current = strings.Repeat(" ", margin+2), part
			continue
		}
		current = strings.TrimSpace(current + " " + part)
	}
	s.put(prefix+current, plain)
}

// flagsOf splits a command before each flag that stands outside quotes.
func flagsOf(text string) []string {
	var parts []string
	start := 0
	for i := range text {
		if strings.HasPrefix(text[i:], " --") && strings.Count(text[:i], "'")%2 == 0 {
			parts = append(parts, text[start:i])
			start = i + 1
		}
	}
	return append(parts, text[start:])
}
