package topics

import (
	"strings"
	"unicode/utf8"

	"scaleadvise/advisor/pattern"
)

// The escapes around a heading on a terminal with colors.
const (
	bold  = "\x1b[1m"
	plain = "\x1b[0m"
)

// Screen lays the page out for a terminal of width columns: paragraphs and lists are wrapped,
// tables aligned, code left as it is.
func (t Topic) Screen(width int, colors bool) string {
	s := &screen{width: width, colors: colors}
	for line := range strings.Lines(t.Text) {
		s.add(strings.TrimRight(line, "\n"))
	}
	s.flush()
	return strings.TrimRight(s.out.String(), "\n") + "\n"
}

// screen collects the lines of one block until the block ends.
type screen struct {
	out    strings.Builder
	width  int
	colors bool
	fenced bool
	prose  []string   // words of the open paragraph or list item
	lead   string     // the mark of the open list item
	table  [][]string // rows of the open table
}

var item = pattern.Of(`^( *)(-|\d+\.) +(.*)$`)

func (s *screen) add(line string) {
	switch {
	case strings.HasPrefix(line, "```"):
		s.flush()
		s.fenced = !s.fenced
	case s.fenced:
		s.line(line)
	case strings.HasPrefix(line, "<!--"):
	case strings.HasPrefix(line, "#"):
		s.flush()
		s.heading(strings.TrimLeft(line, "# "))
	case strings.HasPrefix(line, "|"):
		s.row(line)
	case strings.TrimSpace(line) == "":
		s.flush()
		s.line("")
	default:
		if m := item.FindStringSubmatch(line); m != nil {
			s.flush()
			s.lead, line = m[1]+m[2]+" ", m[3]
		}
		s.prose = append(s.prose, line)
	}
}

func (s *screen) line(text string) { s.out.WriteString(text + "\n") }

func (s *screen) heading(text string) {
	if s.colors {
		text = bold + text + plain
	}
	s.line(text)
}

// row adds a row to the open table; the rule below a table's head carries nothing.
func (s *screen) row(line string) {
	cells := strings.Split(strings.Trim(line, "| "), " | ")
	if strings.Trim(strings.ReplaceAll(line, " ", ""), "|-:") == "" {
		return
	}
	for i := range cells {
		cells[i] = inline(strings.ReplaceAll(strings.TrimSpace(cells[i]), `\|`, "|"))
	}
	s.table = append(s.table, cells)
}

// flush ends the open block.
func (s *screen) flush() {
	if len(s.prose) > 0 {
		lead := s.lead
		room := s.width - utf8.RuneCountInString(lead)
		for _, row := range wrap(inline(strings.Join(s.prose, " ")), room) {
			s.line(lead + row)
			lead = strings.Repeat(" ", len(lead))
		}
	}
	if len(s.table) > 0 {
		s.tabulate()
	}
	s.prose, s.lead, s.table = nil, "", nil
}

// tabulate aligns the columns of a table; the last takes the room that is left.
func (s *screen) tabulate() {
	widths := s.widths()
	for _, cells := range s.table {
		for i := 0; ; i++ {
			row, more := "", false
			for c, cell := range cells {
				rows := wrap(cell, widths[c])
				text := ""
				if i < len(rows) {
					text = rows[i]
				}
				more = more || i+1 < len(rows)
				row += text + strings.Repeat(" ", max(0, widths[c]-utf8.RuneCountInString(text))+2)
			}
			s.line(strings.TrimRight("  "+row, " "))
			if !more {
				break
			}
		}
	}
}

// widths returns the width of each column: what its cells need, the widest ones narrowed
// until the table fits, though never below their longest word.
func (s *screen) widths() []int {
	var widths, least []int
	for _, cells := range s.table {
		for c, cell := range cells {
			if c == len(widths) {
				widths, least = append(widths, 1), append(least, 1)
			}
			widths[c] = max(widths[c], utf8.RuneCountInString(cell))
			for _, piece := range strings.Fields(strings.ReplaceAll(cell, "-", "- ")) {
				least[c] = max(least[c], utf8.RuneCountInString(piece))
			}
		}
	}
	for total(widths) > s.width-2*len(widths) {
		widest := -1
		for c, w := range widths {
			if w > least[c] && (widest < 0 || w > widths[widest]) {
				widest = c
			}
		}
		if widest < 0 {
			break
		}
		widths[widest]--
	}
	return widths
}

func total(widths []int) int {
	sum := 0
	for _, w := range widths {
		sum += w
	}
	return sum
}

var (
	reference = pattern.Of(`\[([^]]+)\]\(([a-z-]+)\.md\)`)
	link      = pattern.Of(`\[([^]]+)\]\(([^)]+)\)`)
)

// inline turns the marks within a line into plain text: a link to another topic names it as
// help takes it.
func inline(text string) string {
	text = reference.ReplaceAllString(text, "$1 (scaleadvise help $2)")
	text = link.ReplaceAllString(text, "$1 ($2)")
	return strings.NewReplacer("**", "", "`", "").Replace(text)
}

// wrap breaks text at spaces into rows of at most width columns, a longer word at its hyphens.
func wrap(text string, width int) []string {
	var rows []string
	row := ""
	for _, word := range strings.Fields(text) {
		pieces := []string{word}
		if utf8.RuneCountInString(word) > width {
			pieces = strings.SplitAfter(word, "-")
		}
		for i, piece := range pieces {
			gap := ""
			if i == 0 && row != "" {
				gap = " "
			}
			if row != "" && utf8.RuneCountInString(row+gap+piece) > width {
				rows, row, gap = append(rows, row), "", ""
			}
			row += gap + piece
		}
	}
	return append(rows, row)
}
