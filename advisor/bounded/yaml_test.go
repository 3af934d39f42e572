package bounded

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
	"pgregory.net/rapid"
)

// count is how many values a text of YAML holds, and whether it could be read to its end.
func count(text []byte) (n int, err error) {
	loader, err := yaml.NewLoader(bytes.NewReader(text), yaml.WithPlugin(depth(64)))
	if err != nil {
		return 0, err
	}
	for {
		var doc yaml.Node
		switch err := loader.Load(&doc); {
		case errors.Is(err, io.EOF):
			return n, nil
		case err != nil:
			return n, err
		}
		n += inTree(&doc) - 1
	}
}

func inTree(n *yaml.Node) int {
	all := 1
	for _, c := range n.Content {
		all += inTree(c)
	}
	return all
}

// TestMostInIsNeverLess: no text holds more values than are counted before it is read.
func TestMostInIsNeverLess(t *testing.T) {
	piece := rapid.SampledFrom(strings.Split("a|b: |\n|x: >-\n|  - c: |+\n|- |- - d: |\n|  |    |\n|\n|# e, [f\n| # g\n|[|]|{|}|,|: |\"|'|''|\\|&h |*h|!i |? |...\n|---\n|\r|\u0085|\t|j: [k, l]\n|m: \"n\"\n|o: 'p'\n|>|%|q: {r: s}\n|`|@|''\n|\"\n|: |\n|  t: u\n|    v: |\n|<<: *h\n|{}: |[]|? |{a, b}|[c: d]|[c: d, e]\n|- \n", "|"))
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(strings.Join(rapid.SliceOfN(piece, 0, 30).Draw(t, "text"), ""))
		if n, _ := count(text); parted(text) < n || tallied(text) < n {
			t.Fatalf("%q: %d values, %d and %d were counted", text, n, parted(text), tallied(text))
		}
	})
}

func FuzzYAML(f *testing.F) {
	f.Add([]byte("a: |\n  b\nc: [d, e]\n---\n- f: >\n   g: h\n"))
	f.Add([]byte("x: [\"\n a: |\n   b\", 1, 2, 3]\n"))
	f.Add([]byte("a: |\n      b\n   c: [1, 2]\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if n, _ := count(text); parted(text) < n || tallied(text) < n {
			t.Fatalf("%d values, %d and %d were counted", n, parted(text), tallied(text))
		}
		for root, misread := range (YAML{Depth: 16, Documents: 5}).Roots(text) {
			if (root == nil) == (misread == nil) {
				t.Fatal("neither a document nor a fault")
			}
			if misread != nil && (misread.Line < 1 || misread.Column < 1 || misread.Message == "") {
				t.Fatalf("%+v", misread)
			}
		}
	})
}

// library are words of the reader of YAML, which belong to programmers.
var library = regexp.MustCompile(`go-yaml|yaml:|while |did not find|could not find|found |not allowed|expected <|octet|handle|anchor '`)

// TestMisread: every fault has its place, counted in the whole text, and our words.
func TestMisread(t *testing.T) {
	for text, want := range map[string]string{
		"a: b: c":                   `1:5: not valid YAML: a second ": " in one value, or a key that is indented too far; quote a text that holds ": "`,
		"a: 1\n---\nb: [1,\n  2\n":  "5:1: not valid YAML: a comma or the closing ] is missing of what opens in line 3",
		"a: {b: 1\nc: 2":            "2:2: not valid YAML: a comma or the closing } is missing of what opens in line 1",
		"a: 1\n---\nb: \"c\n\n":     "5:1: not valid YAML: the quote that opens in line 3 is never closed",
		"a: 1\n b: 2":               "2:3: not valid YAML: a second",
		"a:\n  b: 1\n c: 2":         "3:2: not valid YAML: a key is expected here",
		"a:\n- 1\n b: 2":            "3:3: not valid YAML: ",
		"a: - b":                    "1:4: not valid YAML: a list cannot begin here",
		"a: ? b":                    "1:4: not valid YAML: a key cannot begin here",
		"a: @b":                     "1:4: not valid YAML: a value cannot begin with this character; quote it",
		"a:\n\tb: 1":                "2:1: not valid YAML: indent with spaces, not tabs",
		"a: *b":                     "1:4: not valid YAML: the alias *b has no anchor &b before it",
		"a: \"\\q\"":                "1:5: not valid YAML: an unknown escape",
		"a: |x\n b":                 "1:5: not valid YAML: an odd character",
		"a: !<b c":                  "1:7: not valid YAML: an odd tag",
		"a: !b!c d":                 "1:4: not valid YAML: an odd tag",
		"%YAML 3.0\n---\na: 1":      "1:1: not valid YAML: a line that begins with %",
		"a: 1\n%TAG\n":              "2:5: not valid YAML: a line that begins with %",
		"- 1\nb":                    "2:1: not valid YAML: a colon is missing behind this key",
		"a: \x01":                   "1:4: not valid YAML: a control character",
		"{{ if b }}\na: 1":          "2:1: not valid YAML; a template has to be rendered first",
		"[[[[[[":                    "1:5: nested deeper than 4 levels",
		"1\n---\n2\n---\n3\n---\n4": "6:1: more than 3 plans in one file",
		"? a\n? b\nc":               "3:1: not valid YAML: a colon is missing",
	} {
		var faults []string
		for _, misread := range (YAML{What: "plan", Depth: 4, Documents: 3}).Roots([]byte(text)) {
			if misread != nil {
				faults = append(faults, fmt.Sprintf("%d:%d: %s", misread.Line, misread.Column, misread.Message))
			}
		}
		if len(faults) != 1 || !strings.HasPrefix(faults[0], want) || library.MatchString(faults[0]) {
			t.Errorf("%q: %q, want %q", text, faults, want)
		}
	}
}

// TestDense: a document that would fill memory is not read, and one whose text fills a file is.
func TestDense(t *testing.T) {
	lines := strings.Repeat("    {\"a\": [1, 2, 3]}\n", 40_000)
	for name, tt := range map[string]struct{ text, want string }{
		"a literal text":    {"- a: |\n" + lines, ""},
		"comments":          {"a: b\n" + strings.Repeat("# c: [d, e]\n", 100_000), ""},
		"a list":            {"[" + strings.Repeat("a,", 60_000) + "]", "line 1, column 1: a plan of more than 100,000 values; split it"},
		"dashes":            {strings.Repeat(strings.Repeat("- ", 60)+"\n", 2_000), "line 1, column 1: a plan of more than 100,000 values; split it"},
		"behind a quote":    {"a: [\"\n b: |\n   c\", " + strings.Repeat("d,", 60_000) + "]", "line 1, column 1: a plan of more than 100,000 values; split it"},
		"a scalar":          {"a: " + strings.Repeat("b", mostYAML), "line 1, column 1: a plan larger than 4 MiB; split it"},
		"many documents":    {strings.Repeat("---\n- ["+strings.Repeat("a,", 40_000)+"]\n", 30), "line 51, column 1: more than 1,000,000 values in one file; split it"},
		"the second of two": {"a: 1\n---\n[" + strings.Repeat("a,", 60_000) + "]", "line 2, column 1: a plan of more than 100,000 values; split it"},
	} {
		said := ""
		for _, misread := range (YAML{What: "plan", Depth: 64, Documents: 100}).Roots([]byte(tt.text)) {
			if misread != nil {
				said = misread.Error()
			}
		}
		if said != tt.want {
			t.Errorf("%s: %q, want %q", name, said, tt.want)
		}
	}
}
