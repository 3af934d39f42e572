package bounded

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/pattern"
)

// YAML says how much a YAML text may hold. A parsed tree takes about a hundred times the bytes of a dense
// text, so documents are counted before they are parsed, and parsed one by one.
type YAML struct {
	What      string // what a document is, as an error names it: "plan", "rule"
	Depth     int    // of nesting
	Documents int    // documents in the text, empty ones included
	Most      string // what a document that is too long has too much of, for the error; "" for nothing
}

// Bounds of one document of YAML. Kubernetes takes objects of 1.5 MiB.
const (
	mostYAML   = 4 << 20 // bytes
	mostValues = 100_000 // scalars, lists, mappings and aliases
)

// mostTogether bounds the values of all documents of a text, for the time that they take.
const mostTogether = 1_000_000

// Misread is the error about a YAML document that cannot be read, with its place, from 1.
type Misread struct {
	Line, Column int
	Message      string // without the wording of a library
}

func (m *Misread) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", m.Line, m.Column, m.Message)
}

// Roots yields the root of each document of a text, in order, or the error why one cannot be read, which
// does not hide those after it. Empty documents are skipped. Aliases are not expanded.
func (y YAML) Roots(text []byte) iter.Seq2[*yaml.Node, *Misread] {
	return func(yield func(*yaml.Node, *Misread) bool) {
		line, documents, values := 0, 0, 0
		text = joined(text)
		for part := range documentsOf(text) {
			if documents++; documents > y.Documents {
				yield(nil, &Misread{line + 1, 1, y.tooMany()})
				return
			}
			if values > mostTogether {
				yield(nil, &Misread{line + 1, 1, "more than 1,000,000 values in one file; split it"})
				return
			}
			for root, misread := range y.document(part, line) {
				if misread == nil {
					values += moveDown(root, line)
				}
				if !yield(root, misread) {
					return
				}
			}
			line += bytes.Count(part, []byte("\n"))
		}
	}
}

// joined is a text that may have been put together from files: what each of them may begin with is no part
// of a document. Places in lines stay, but for those behind such a mark.
func joined(text []byte) []byte {
	if bytes.Contains(text, byteOrderMark) {
		text = bytes.ReplaceAll(bytes.TrimPrefix(text, byteOrderMark), append([]byte("\n"), byteOrderMark...), []byte("\n"))
	}
	if bytes.Contains(text, []byte("%YAML")) { // the loader takes that of 1.1 alone
		text = versions.Regexp().ReplaceAll(text, []byte("#$1"))
	}
	return text
}

// byteOrderMark begins a file that some editors write.
var byteOrderMark = []byte("\ufeff")

// versions are directives of versions of YAML that read alike.
var versions = pattern.Of(`(?m)^%(YAML[ \t]+1\.[0-9]+[ \t\r]*)$`)

func (y YAML) tooMany() string {
	if y.Documents == 1 {
		return "a second document begins here; write one " + y.what() + " a file"
	}
	return fmt.Sprintf("more than %d %ss in one file", y.Documents, y.what())
}

func (y YAML) what() string {
	if y.What == "" {
		return "document"
	}
	return y.What
}

func (y YAML) most() string {
	if y.Most == "" {
		return ""
	}
	return " (" + y.Most + ")"
}

// document reads what stands between two lines that begin a document: one, or several that end
// by three dots; above is how many lines stand before it.
func (y YAML) document(text []byte, above int) iter.Seq2[*yaml.Node, *Misread] {
	return func(yield func(*yaml.Node, *Misread) bool) {
		if fault := y.dense(text); fault != "" {
			yield(nil, &Misread{above + 1, 1, fault})
			return
		}
		loader, err := yaml.NewLoader(bytes.NewReader(text), yaml.WithPlugin(depth(y.Depth)))
		if err != nil {
			yield(nil, y.misread(err, text, above))
			return
		}
		for {
			var doc yaml.Node
			switch err := loader.Load(&doc); {
			case errors.Is(err, io.EOF):
				return
			case err != nil:
				yield(nil, y.misread(err, text, above))
				return
			}
			if len(doc.Content) != 1 || isNull(doc.Content[0]) {
				continue
			}
			if !yield(doc.Content[0], nil) {
				return
			}
		}
	}
}

// dense finds a document that holds too much.
func (y YAML) dense(text []byte) string {
	switch {
	case len(text) > mostYAML:
		return fmt.Sprintf("a %s larger than %s%s; split it", y.what(), size(mostYAML), y.most())
	case mostIn(text) > mostValues:
		return "a " + y.what() + " of more than 100,000 values" + y.most() + "; split it"
	}
	return ""
}

// documentsOf splits a text before each line that begins a document; directives stay with it.
func documentsOf(text []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		start, at := 0, 0
		bare := true // nothing but directives since start
		for line := range bytes.Lines(text) {
			begins := bytes.HasPrefix(line, []byte("---")) && (len(bytes.TrimSpace(line)) == 3 || bytes.ContainsAny(line[3:4], " \t"))
			if begins && !bare {
				if !yield(text[start:at]) {
					return
				}
				start = at
			}
			bare = bytes.HasPrefix(line, []byte("%")) && (bare || at == start)
			at += len(line)
		}
		yield(text[start:])
	}
}

// moveDown adds a number of lines to the places of a node and all below it, and counts them.
func moveDown(n *yaml.Node, lines int) int {
	n.Line += lines
	all := 1
	for _, c := range n.Content {
		all += moveDown(c, lines)
	}
	return all
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// depth bounds the nesting. Aliases are never expanded by the loader, which only builds nodes.
type depth int

// errDeep is found again among the library's errors.
var errDeep = errors.New("nests too deep")

func (d depth) CheckDepth(levels int, _ *yaml.DepthContext) error {
	if levels > int(d) {
		return errDeep
	}
	return nil
}

// CheckAlias is not called by a loader that builds nodes alone.
func (depth) CheckAlias(int, int) error { return nil }
