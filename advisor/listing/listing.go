package listing

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/report"
)

// Listing is a table that can be shown in every format.
type Listing struct {
	Schema  string // name of the machine-readable form
	Name    string // what the rows are, also their key in JSON
	Columns []Column
	Rows    [][]any // string, []string, int, bool or float64; nil for an unknown value

	File  []string   // columns of the overlay file that such rows are read from, which the CSV then has; nil for none
	Lines [][]string // the rows as that file has them
}

// Column is one column of a listing.
type Column struct {
	Key   string // key in JSON, YAML and CSV; names the unit
	Title string // heading in tables and Markdown; "" leaves the column out of them
}

// Formats returns the formats of a listing, the default first.
func Formats() []string { return []string{"table", "json", "yaml", "markdown", "csv"} }

// Write writes a listing in one of the formats; width is that of a table.
func Write(w io.Writer, format string, l Listing, width int) error {
	switch format {
	case "table":
		return l.writeTable(w, width)
	case "json":
		return l.writeJSON(w)
	case "yaml":
		return l.writeYAML(w)
	case "markdown":
		return l.writeMarkdown(w)
	case "csv":
		return l.writeCSV(w)
	}
	return fmt.Errorf("unknown format %q", format)
}

// Matching keeps the rows that mention word, whatever its case, in any of their cells.
func (l Listing) Matching(word string) Listing {
	word = strings.ToLower(word)
	var kept [][]any
	var lines [][]string
	for i, row := range l.Rows {
		if slices.ContainsFunc(row, func(cell any) bool { return strings.Contains(strings.ToLower(cellText(cell)), word) }) {
			kept = append(kept, row)
			if l.File != nil {
				lines = append(lines, l.Lines[i])
			}
		}
	}
	l.Rows, l.Lines = kept, lines
	return l
}

// shown is the listing with only the columns that tables have.
func (l Listing) shown() Listing {
	var columns []Column
	rows := make([][]any, len(l.Rows))
	for i, col := range l.Columns {
		if col.Title == "" {
			continue
		}
		columns = append(columns, col)
		for r := range l.Rows {
			rows[r] = append(rows[r], l.Rows[r][i])
		}
	}
	l.Columns, l.Rows = columns, rows
	return l
}

// writeTable keeps every column in sight: where the table is too wide the longest texts are cut.
func (l Listing) writeTable(w io.Writer, width int) error {
	l = l.shown()
	sizes, right := l.measure()
	squeeze(sizes, right, width)
	var b strings.Builder
	line := func(cell func(i int) string) {
		row := ""
		for i, size := range sizes {
			text := clip(cell(i), size)
			pad := strings.Repeat(" ", size-utf8.RuneCountInString(text))
			if right[i] {
				row += pad + text + gap
			} else {
				row += text + pad + gap
			}
		}
		b.WriteString(clip(strings.TrimRight(row, " "), width) + "\n")
	}
	line(func(i int) string { return l.Columns[i].Title })
	for _, row := range l.Rows {
		line(func(i int) string { return tableText(row[i]) })
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// gap stands between two columns.
const gap = "  "

// narrowest is the width below which a column of text says nothing any more.
const narrowest = 10

// measure finds how wide each column is and whether it holds numbers, which stand to the right.
func (l Listing) measure() (sizes []int, right []bool) {
	for i, col := range l.Columns {
		size, numbers := utf8.RuneCountInString(col.Title), false
		for _, row := range l.Rows {
			size = max(size, utf8.RuneCountInString(tableText(row[i])))
			switch row[i].(type) {
			case int, float64:
				numbers = true
			}
		}
		sizes, right = append(sizes, size), append(right, numbers)
	}
	return sizes, right
}

// squeeze takes width from the widest columns of text until the table fits, or none can give
// any more. Numbers stay whole.
func squeeze(sizes []int, right []bool, width int) {
	total := -len(gap)
	for _, size := range sizes {
		total += size + len(gap)
	}
	for ; total > width; total-- {
		widest := -1
		for i, size := range sizes {
			if !right[i] && size > narrowest && (widest < 0 || size > sizes[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return
		}
		sizes[widest]--
	}
}

// clip cuts a text that would not fit.
func clip(text string, width int) string {
	if utf8.RuneCountInString(text) <= width {
		return text
	}
	return strings.TrimRight(string([]rune(text)[:width-1]), " ") + "…"
}

// tableText is a cell for the eye: four digits of a number are enough.
func tableText(cell any) string {
	v, ok := cell.(float64)
	if !ok {
		return strings.ReplaceAll(cellText(cell), "\n", " ")
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 4, 64), 64)
	if err != nil {
		return cellText(v)
	}
	return cellText(rounded)
}

func cellText(cell any) string {
	switch v := cell.(type) {
	case nil:
		return ""
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []string:
		return strings.Join(v, ", ")
	}
	return fmt.Sprint(cell)
}

func (l Listing) writeCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	if l.File != nil {
		out.Write(l.File)
		out.WriteAll(l.Lines)
		return out.Error()
	}
	var header []string
	for _, col := range l.Columns {
		header = append(header, col.Key)
	}
	out.Write(header)
	for _, row := range l.Rows {
		var cells []string
		for _, cell := range row {
			cells = append(cells, cellText(cell))
		}
		out.Write(cells)
	}
	out.Flush()
	return out.Error()
}

func (l Listing) writeMarkdown(w io.Writer) error {
	l = l.shown()
	var b strings.Builder
	for _, col := range l.Columns {
		b.WriteString("| " + col.Title + " ")
	}
	b.WriteString("|\n" + strings.Repeat("|---", len(l.Columns)) + "|\n")
	for _, row := range l.Rows {
		for _, cell := range row {
			b.WriteString("| " + report.Markdown(cellText(cell)) + " ")
		}
		b.WriteString("|\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writeJSON keeps the keys in the order of the columns, which a map would lose.
func (l Listing) writeJSON(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "{\"schema\":%q,%q:", l.Schema, l.Name)
	if err := l.writeRows(&b); err != nil {
		return err
	}
	b.WriteString("}")
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, b.Bytes(), "", "  "); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w, pretty.String())
	return err
}

// writeRows writes the rows as a list of objects.
func (l Listing) writeRows(b *bytes.Buffer) error {
	b.WriteString("[")
	for r, row := range l.Rows {
		for i, col := range l.Columns {
			value, err := json.Marshal(row[i])
			if err != nil {
				return err
			}
			fmt.Fprintf(b, "%s%q:%s", separator(r, i), col.Key, value)
		}
		b.WriteString("}")
	}
	b.WriteString("]")
	return nil
}

// separator is what stands before cell i of row r.
func separator(r, i int) string {
	switch {
	case i > 0:
		return ","
	case r > 0:
		return ",{"
	}
	return "{"
}

// writeYAML writes what writeJSON does: JSON is YAML, set in another style. It goes row by row,
// since a tree of all rows takes many times their text.
func (l Listing) writeYAML(w io.Writer) error {
	var text bytes.Buffer
	if err := setYAML(&text, fmt.Appendf(nil, "{\"schema\":%q,%q:[]}", l.Schema, l.Name)); err != nil {
		return err
	}
	if len(l.Rows) > 0 {
		text.Truncate(text.Len() - len(" []\n"))
		text.WriteByte('\n')
	}
	for r := range l.Rows {
		row := Listing{Columns: l.Columns, Rows: l.Rows[r : r+1]}
		var object, set bytes.Buffer
		if err := row.writeRows(&object); err != nil {
			return err
		}
		if err := setYAML(&set, object.Bytes()); err != nil {
			return err
		}
		for line := range bytes.Lines(set.Bytes()) {
			if len(line) > 1 {
				text.WriteString("  ")
			}
			text.Write(line)
		}
	}
	_, err := text.WriteTo(w)
	return err
}

// setYAML sets a text of JSON as YAML.
func setYAML(w io.Writer, text []byte) error {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return err
	}
	plain(&document)
	out := yaml.NewEncoder(w)
	out.SetIndent(2)
	if err := out.Encode(&document); err != nil {
		return err
	}
	return out.Close()
}

// plain drops the styles of JSON, flow and quotes, from a document.
func plain(n *yaml.Node) {
	n.Style = 0
	for _, child := range n.Content {
		plain(child)
	}
}
