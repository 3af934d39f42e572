package report

import (
	"bytes"
	"html/template"
	"sync"
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
	Long        bool // may break over pages in print
}

// htmlTable is a table of a page.
type htmlTable struct {
	Heads []htmlCell
	Rows  []htmlRow
}

type htmlRow struct {
	Chosen bool
	Cells  []htmlCell
}

type htmlCell struct {
	Text   string
	Number bool // aligned at its digits
}

// sectionsPage parses the page when it is first asked for.
var sectionsPage = sync.OnceValues(func() (*template.Template, error) {
	return template.ParseFS(htmlFiles, "html/sections.gohtml")
})

// asDocument makes a format of HTML of a function that lays a value out.
func asDocument[T any](layout func(*T, Options) htmlDocument) func(*bytes.Buffer, *T, Options) error {
	return func(out *bytes.Buffer, x *T, o Options) error {
		t, err := sectionsPage()
		if err != nil {
			return err
		}
		d := layout(x, o)
		if d.Style, err = Stylesheet(); err != nil {
			return err
		}
		return t.Execute(out, d)
	}
}

// htmlColumns is a table of the columns that a screen shows too.
func htmlColumns(columns []column, chosen func(row int) bool) *htmlTable {
	t := &htmlTable{}
	rows := 0
	for _, c := range columns {
		t.Heads = append(t.Heads, htmlCell{c.head, c.right})
		rows = max(rows, len(c.cells))
	}
	for i := range rows {
		row := htmlRow{Chosen: chosen(i)}
		for _, c := range columns {
			cell := htmlCell{Number: c.right}
			if i < len(c.cells) {
				cell.Text = c.cells[i]
			}
			row.Cells = append(row.Cells, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// unchosen marks no row.
func unchosen(int) bool { return false }
