package report

import (
	"bytes"
	"html/template"
	"strings"
	"time"
)

// htmlDocument is a page of HTML made of a heading and sections.
type htmlDocument struct {
	Title, Kick, Heading string
	Style                template.CSS
	Strip, Lines         []string
	Sections             []htmlSection
}

// htmlSection is one part of a document; what is empty is left out.
type htmlSection struct {
	Title, Lead string
	Drawing     template.HTML
	Table       *htmlTable
	Items       []string
	Long        bool // may break across pages in print
}

// htmlTable is a table of a page.
type htmlTable struct {
	Heads  []htmlCell
	Rows   []htmlRow
	Blocks bool // on a phone a row becomes a block whose cells name their columns
}

type htmlRow struct {
	Chosen bool
	Cells  []htmlCell
}

type htmlCell struct {
	Text    string
	Note    string // a remark below it, less prominent
	Drawing template.HTML
	Code    bool
	Doubt   bool   // it was assumed
	Number  bool   // right-aligned by its digits
	Label   string // label of its column, in blocks
	Date    bool
	Picture bool // text drawing in which each character has the same width
}

// asDocument makes a format of HTML of a function that lays a value out.
func asDocument[T any](layout func(*T, Options) htmlDocument) func(*bytes.Buffer, *T, Options) error {
	return func(out *bytes.Buffer, x *T, o Options) error {
		t, err := htmlPages()
		if err != nil {
			return err
		}
		d := layout(x, o)
		if d.Style, err = Stylesheet(); err != nil {
			return err
		}
		if o.Run != nil && !o.Run.At.IsZero() {
			d.Strip = append([]string{o.Run.At.Format("2 January 2006")}, d.Strip...)
		}
		return t.ExecuteTemplate(out, "sections.gohtml", d)
	}
}

// htmlColumns is a table of the columns that a screen shows too.
func htmlColumns(columns []column, chosen func(row int) bool) *htmlTable {
	t := &htmlTable{}
	rows := 0
	for _, c := range columns {
		t.Heads = append(t.Heads, htmlCell{Text: headed(c.head), Number: c.right})
		rows = max(rows, len(c.cells))
	}
	for i := range rows {
		row := htmlRow{Chosen: chosen(i)}
		for _, c := range columns {
			cell := htmlCell{Number: c.right, Picture: c.picture}
			if i < len(c.cells) {
				cell.Text = c.cells[i]
			}
			_, err := time.Parse(time.DateOnly, cell.Text)
			cell.Date = err == nil
			row.Cells = append(row.Cells, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// headed begins a head with a capital, but for names such as p99.
func headed(s string) string {
	if len(s) > 1 && 'a' <= s[1] && s[1] <= 'z' {
		return strings.ToUpper(s[:1]) + s[1:]
	}
	return s
}

// draw puts a picture into each cell of a column.
func (t *htmlTable) draw(column int, pictures []template.HTML) {
	for i := range pictures {
		t.Rows[i].Cells[column].Drawing = pictures[i]
	}
}

// blocks makes a table one whose rows are blocks on a phone, with the names of the columns but for the first
// few, whose cells speak for themselves.
func blocks(t *htmlTable, unnamed int) *htmlTable {
	t.Blocks = true
	for _, row := range t.Rows {
		for i := unnamed; i < len(row.Cells); i++ {
			row.Cells[i].Label = t.Heads[i].Text
		}
	}
	return t
}

// unchosen marks no row.
func unchosen(int) bool { return false }
