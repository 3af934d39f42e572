package listing

import (
	"fmt"
	"io"
	"strings"
)

// Page collects lines that are at most Width columns wide.
type Page struct {
	b     strings.Builder
	width int
}

// NewPage returns an empty page for a terminal of that width.
func NewPage(width int) *Page { return &Page{width: width} }

// margin is where descriptions start.
const margin = 31

// Line adds a line as it is.
func (p *Page) Line(text string) { p.b.WriteString(text + "\n") }

// Heading adds a heading below an empty line.
func (p *Page) Heading(text string) { p.Line("\n" + text) }

// Paragraph adds a text broken at its spaces.
func (p *Page) Paragraph(text string) {
	for _, row := range wrap(text, p.width) {
		p.Line(row)
	}
}

// Entry adds a term and its description, side by side where there is room.
func (p *Page) Entry(term, text string) {
	rows := wrap(text, p.width-margin)
	lead := "  " + term
	if len(lead) >= margin {
		p.Line(lead)
		lead = ""
	}
	for _, row := range rows {
		p.Line(fmt.Sprintf("%-*s%s", margin, lead, row))
		lead = ""
	}
}

// Flush writes the page.
func (p *Page) Flush(w io.Writer) error {
	_, err := io.WriteString(w, p.b.String())
	return err
}

// wrap breaks text at spaces into rows of at most width columns; a longer word stays whole.
func wrap(text string, width int) []string {
	var rows []string
	row := ""
	for _, word := range strings.Fields(text) {
		switch {
		case row == "":
			row = word
		case len(row)+1+len(word) <= width:
			row += " " + word
		default:
			rows, row = append(rows, row), word
		}
	}
	return append(rows, row)
}

// Indented adds a paragraph set in by two columns.
func (p *Page) Indented(text string) {
	for _, row := range wrap(text, p.width-2) {
		p.Line("  " + row)
	}
}
