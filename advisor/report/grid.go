package report

import (
	"bytes"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/tw"
)

// column of a grid.
type column struct {
	head  string
	cells []string
	right bool // numbers
	unit  bool // the head is the unit of the cells
	wraps bool // takes the room that is left and breaks its text
	whole bool // shows all of it, however many lines that takes
	drop  int  // the highest goes first when there is no room; 0 stays
	most  int  // breaks its text beyond this width; 0 never

	picture bool // is drawn of signs of one width
}

// A wrapping column has room for its text in two lines or little more, within these
// bounds, and shows at most mostLines of it.
const (
	leastRoom = 14
	wishRoom  = 32
	mostLines = 3
)

// natural is the width a column would like to have.
func (c column) natural() int {
	w := width(c.head)
	for _, cell := range c.cells {
		for _, l := range strings.Split(cell, "\n") {
			w = max(w, width(l))
		}
	}
	return w
}

// fit drops columns until the rest fits n display columns and breaks the text of
// the one that wraps. It reports false where even the columns that must stay do not fit.
func fit(columns []column, n int) ([]column, bool) {
	for i, c := range columns {
		if c.most > 0 {
			columns = broken(columns, i, c.most)
		}
	}
	for {
		room, wrapping := remaining(columns, n)
		if wrapping < 0 && room >= 0 {
			return columns, true
		}
		if wrapping >= 0 && room >= needed(columns[wrapping], columns) {
			return broken(columns, wrapping, room), true
		}
		last := leastWanted(columns)
		if last < 0 {
			return columns, false
		}
		columns = append(append([]column{}, columns[:last]...), columns[last+1:]...)
	}
}

// remaining is what n display columns leave to the column that wraps, and its index.
func remaining(columns []column, n int) (room, wrapping int) {
	room, wrapping = n-2*(len(columns)-1), -1
	for i, c := range columns {
		if c.wraps {
			wrapping = i
		} else {
			room -= c.natural()
		}
	}
	return room, wrapping
}

// needed is the room for a wrapping column: about two lines of its text, as long as
// other columns can be dropped for it.
func needed(c column, all []column) int {
	least := min(leastRoom, c.natural())
	if leastWanted(all) < 0 {
		return least
	}
	return min(max(c.natural()/2+1, least), wishRoom)
}

// leastWanted is the column to drop first, -1 when all must stay.
func leastWanted(columns []column) int {
	at, most := -1, 0
	for i, c := range columns {
		if c.drop > most {
			at, most = i, c.drop
		}
	}
	return at
}

// broken breaks the text of column i into lines of n.
func broken(columns []column, i, n int) []column {
	out := append([]column{}, columns...)
	cells := make([]string, len(out[i].cells))
	for r, cell := range out[i].cells {
		text := wrap(cell, n)
		if !columns[i].whole {
			text = clipped(text, n)
		}
		cells[r] = strings.Join(text, "\n")
	}
	out[i].cells = cells
	return out
}

// clipped keeps the first lines of a text; an ellipsis says that there is more.
func clipped(lines []string, n int) []string {
	if len(lines) <= mostLines {
		return lines
	}
	lines = lines[:mostLines]
	last := cut(lines[mostLines-1], n-4)[0]
	lines[mostLines-1] = last + " ..."
	return lines
}

// lines renders a borderless grid: headers as written, numbers to the right, two
// spaces between columns.
func lines(columns []column) ([]string, error) {
	var buf bytes.Buffer
	align := make([]tw.Align, len(columns))
	head := make([]string, len(columns))
	for i, c := range columns {
		align[i], head[i] = tw.AlignLeft, c.head
		if c.right {
			align[i] = tw.AlignRight
		}
	}
	t := newTable(&buf, align)
	t.Header(head)
	for r := range columns[0].cells {
		row := make([]string, len(columns))
		for i, c := range columns {
			row[i] = c.cells[r]
		}
		if err := t.Append(row); err != nil {
			return nil, err
		}
	}
	if err := t.Render(); err != nil {
		return nil, err
	}
	return strings.Split(strings.TrimRight(buf.String(), "\n"), "\n"), nil
}

func newTable(buf *bytes.Buffer, align []tw.Align) *tablewriter.Table {
	gap := tw.Padding{Left: tw.Empty, Right: "  ", Overwrite: true}
	cells := tw.CellConfig{
		Formatting: tw.CellFormatting{AutoWrap: tw.WrapNone, AutoFormat: tw.Off},
		Alignment:  tw.CellAlignment{PerColumn: align},
		Padding:    tw.CellPadding{Global: gap},
	}
	return tablewriter.NewTable(buf,
		tablewriter.WithHeaderConfig(cells),
		tablewriter.WithRowConfig(cells),
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithTrimSpace(tw.Off),
		tablewriter.WithEastAsian(tw.Off), // else the locale would decide widths
		tablewriter.WithRendition(tw.Rendition{
			Borders: tw.BorderNone,
			Settings: tw.Settings{
				Lines:      tw.LinesNone,
				Separators: tw.SeparatorsNone,
			},
		}),
	)
}
