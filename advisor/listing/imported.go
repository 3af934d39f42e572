package listing

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"scaleadvise/advisor/pricelist"
)

// importSchema names the shape of the document.
const importSchema = "urn:scaleadvise:import:v1"

// importDoc is what an import did, as machines read it.
type importDoc struct {
	Schema    string      `json:"schema"`
	Folder    string      `json:"folder"`
	Lists     []listDoc   `json:"lists"`
	Changed   []changeDoc `json:"changed"`
	New       int         `json:"new"`
	Unchanged int         `json:"unchanged"`
}

type listDoc struct {
	Kind    string   `json:"kind"`
	AsOf    *string  `json:"as_of"`
	Prices  int      `json:"prices"`
	LeftOut []string `json:"left_out"`
	Notes   []string `json:"notes"`
}

type changeDoc struct {
	Cloud   string  `json:"cloud"`
	Type    string  `json:"instance_type"`
	Region  string  `json:"region"`
	Pricing string  `json:"pricing"`
	Was     float64 `json:"was_usd_per_hour"`
	Now     float64 `json:"now_usd_per_hour"`
}

// ImportFormats lists the names of the formats of an import, the default first.
func ImportFormats() []string { return []string{"table", "json"} }

// WriteImport writes what an import into a folder changed.
func WriteImport(w io.Writer, format, folder string, m *pricelist.Imported) error {
	if format == "json" {
		return importJSON(w, folder, m)
	}
	var b strings.Builder
	for _, l := range m.Lists {
		dated := "without a date"
		if l.AsOf != "" {
			dated = "of " + l.AsOf
		}
		fmt.Fprintf(&b, "%s %s: %s\n", onOneLine(l.Kind), dated, found(l))
		leftOut(&b, l)
		for _, note := range l.Notes {
			fmt.Fprintf(&b, "  %s\n", onOneLine(note))
		}
	}
	fmt.Fprintf(&b, "%s changed, %s new, %s as before.\n", counted(len(m.Changes), "price"), number(m.New), number(m.Same))
	for i, c := range m.Changes {
		if i == mostChanges {
			fmt.Fprintf(&b, "  (%s more: -o json)\n", number(len(m.Changes)-i))
			break
		}
		fmt.Fprintf(&b, "  %s %s%s  %s → %s USD/h\n", onOneLine(c.Type), onOneLine(c.Region), listWord(c.Pricing), price(c.Was), price(c.Now))
	}
	fmt.Fprintf(&b, "Written to %s: every command reads it, but for --no-config.\n", onOneLine(folder))
	_, err := io.WriteString(w, b.String())
	return err
}

// mostChanges is how many changes a screen shows, mostLeft how many machine types.
const (
	mostChanges = 10
	mostLeft    = 5
)

// found says how many machines a list prices, and where.
func found(l *pricelist.List) string {
	regions, types := map[string]bool{}, map[string]bool{}
	for _, p := range l.Prices {
		regions[p.Cloud+p.Region], types[p.Cloud+p.Type] = true, true
	}
	return fmt.Sprintf("%s in %s", counted(len(types), "machine type"), counted(len(regions), "region"))
}

// leftOut names machine types with accelerators that the catalog does not know.
func leftOut(b *strings.Builder, l *pricelist.List) {
	if len(l.Left) == 0 {
		return
	}
	names := l.Left
	more := ""
	if rest := len(names) - mostLeft; rest > 0 {
		names, more = names[:mostLeft], fmt.Sprintf(" and %d more", rest)
	}
	fmt.Fprintf(b, "  left out %s%s: their accelerators are not known; rows of instances.csv in that folder with accelerator_id say which they are\n", onOneLine(strings.Join(names, ", ")), more)
}

// listWord is a price list in words; nothing for the usual one.
func listWord(pricing string) string {
	if pricing == "on-demand" {
		return ""
	}
	return " " + pricing
}

func price(v float64) string { return fmt.Sprintf("%.4g", v) }

func number(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return number(n) + " " + what + "s"
}

// onOneLine is text on one line, without what a terminal would take for a command.
func onOneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == 0x2028 || r == 0x2029 || r >= 0x202a && r <= 0x202e {
			return '\ufffd'
		}
		return r
	}, s)
}

func importJSON(w io.Writer, folder string, m *pricelist.Imported) error {
	d := importDoc{Schema: importSchema, Folder: folder, New: m.New, Unchanged: m.Same, Changed: []changeDoc{}, Lists: []listDoc{}}
	for _, l := range m.Lists {
		doc := listDoc{Kind: l.Kind, Prices: len(l.Prices), LeftOut: append([]string{}, l.Left...), Notes: append([]string{}, l.Notes...)}
		if l.AsOf != "" {
			doc.AsOf = &l.AsOf
		}
		d.Lists = append(d.Lists, doc)
	}
	for _, c := range m.Changes {
		d.Changed = append(d.Changed, changeDoc(c))
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(d)
}
