package plan

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/workload"
)

// Document is one plan of a file.
type Document struct {
	Name    string
	Traits  workload.Set
	Facts   *workload.ModelFacts // nil unless workload.model is a map
	Ignores []Ignore
	Params  []Param     // of rules
	Scaler  *Autoscaler // nil unless an autoscaler of a manifest scales it
	Object  *Object     // the Kubernetes object it was read from; nil for a plan
	Notes   []string    // what of the object is not understood

	ramp Bound // that an annotation says of whatever scales it
	Line int   // first line of its content
}

// Ignore says that a rule may fire without failing the check.
type Ignore struct {
	Rule   string
	Reason string
	Until  time.Time // the last day on which it counts; zero: for ever
	Origin origin.Origin
}

// Bounds of a file, far above any plan.
const (
	maxBytes     = 4 << 20
	maxDepth     = 16
	maxDocuments = 100
)

// Read reads all plans of a file; file is its name, for messages. A fault of the
// content is an Errors with every fault found; a failing reader is returned as it
// is, wrapped. At most 4 MiB are read.
func Read(ctx context.Context, r io.Reader, file string) ([]Document, error) {
	content, err := bounded.ReadAll(ctx, r, bounded.Limits{What: "plan", Remedy: "a plan is a short text", Bytes: maxBytes, Packed: maxBytes, Binary: true})
	var over *bounded.Fault
	switch {
	case errors.As(err, &over):
		return nil, Errors{{File: file, Message: over.Error()}}
	case err != nil:
		return nil, fmt.Errorf("%s: cannot be read: %w", file, err)
	}
	if fault := refuse(content, file); fault != nil {
		return nil, Errors{fault}
	}
	if n := values(content); n > mostValues {
		return nil, Errors{{File: file, Message: fmt.Sprintf("some %d values; a plan is a short text", n)}}
	}
	nodes, fault := parse(content, file, bounds{maxDepth, maxDocuments})
	var docs []Document
	var faults Errors
	for _, n := range nodes {
		w := walker{file: file}
		docs = append(docs, w.document(n))
		faults = append(faults, w.faults...)
	}
	if fault != nil {
		faults = append(faults, fault)
	}
	if len(faults) > 0 {
		return nil, faults.sorted()
	}
	return docs, nil
}

// mostValues bounds what a plan holds: each takes a hundred times the bytes that it has in the file.
const mostValues = 100_000

// values is about how many values a file of YAML holds: at most one stands between two of the
// signs that part them.
func values(content []byte) int {
	n := 0
	for _, sign := range []byte(",:\n{[") {
		n += bytes.Count(content, []byte{sign})
	}
	return n
}

// errNothing is the fault of a file in which nothing stands.
var errNothing = errors.New("nothing stands in the file")

// bounds are how deep a file may nest and how many documents it may hold.
type bounds struct{ depth, documents int }

// refuse finds content that is no YAML text at all.
func refuse(content []byte, file string) *Error {
	switch {
	case len(bytes.TrimSpace(bytes.TrimPrefix(content, []byte("\ufeff")))) == 0:
		return &Error{File: file, Message: `empty; a plan starts with "version: 1" (scaleadvise init writes one)`, Err: errNothing}
	case bytes.HasPrefix(content, []byte("\xff\xfe")), bytes.HasPrefix(content, []byte("\xfe\xff")):
		return &Error{File: file, Message: "UTF-16; save the plan as UTF-8 text"}
	case bytes.IndexByte(content, 0) >= 0:
		return &Error{File: file, Message: "binary; expected a plan in YAML"}
	case !utf8.Valid(content):
		line, column := placeOfInvalid(content)
		return &Error{File: file, Line: line, Column: column, Message: "not UTF-8; save the plan as UTF-8 text"}
	}
	return nil
}

// placeOfInvalid is the place of the first byte that is not UTF-8.
func placeOfInvalid(content []byte) (line, column int) {
	valid := 0
	for valid < len(content) {
		r, size := utf8.DecodeRune(content[valid:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		valid += size
	}
	before := content[:valid]
	start := bytes.LastIndexByte(before, '\n') + 1
	return bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[start:]) + 1
}

// limits bounds the nesting. Aliases are never expanded by the loader, which only
// builds nodes; the walker follows them one by one.
type limits struct{ depth int }

func (l limits) CheckDepth(depth int, _ *yaml.DepthContext) error {
	if depth > l.depth {
		return fmt.Errorf("nested deeper than %d levels", l.depth)
	}
	return nil
}

func (limits) CheckAlias(int, int) error { return nil }

// parse splits the content into the root nodes of its documents. What stands
// before a fault is returned with it. Empty documents are passed over.
func parse(content []byte, file string, b bounds) ([]*yaml.Node, *Error) {
	loader, err := yaml.NewLoader(bytes.NewReader(content), yaml.WithPlugin(limits{b.depth}))
	if err != nil {
		return nil, &Error{File: file, Message: "cannot be read as YAML: " + err.Error(), Err: err}
	}
	var roots []*yaml.Node
	for {
		var doc yaml.Node
		switch err := loader.Load(&doc); {
		case errors.Is(err, io.EOF) && len(roots) == 0:
			return nil, &Error{File: file, Message: `no plan in it; a plan starts with "version: 1"`, Err: errNothing}
		case errors.Is(err, io.EOF):
			return roots, nil
		case err != nil:
			return roots, syntax(err, file, content)
		case len(roots) == b.documents:
			return roots, &Error{File: file, Line: doc.Line, Column: doc.Column, Message: fmt.Sprintf("more than %d plans in one file", b.documents)}
		}
		if len(doc.Content) == 1 && !isNull(doc.Content[0]) {
			roots = append(roots, doc.Content[0])
		}
	}
}

// syntax words a fault of the YAML itself.
func syntax(err error, file string, content []byte) *Error {
	var fault *yaml.LoadError
	if !errors.As(err, &fault) {
		return &Error{File: file, Message: "not valid YAML: " + err.Error(), Err: err}
	}
	message := "not valid YAML: " + fault.Message
	if fault.ContextMsg != "" {
		message = "not valid YAML: " + strings.TrimSpace(fault.ContextMsg) + ": " + fault.Message
	}
	switch line := lineOf(content, fault.Mark.Line); {
	case bytes.Contains(content, []byte("{{")):
		message += "; a template has to be rendered first, such as by helm template"
	case bytes.HasPrefix(bytes.TrimLeft(line, " "), []byte("\t")):
		message += "; indent with spaces, not tabs"
	}
	return &Error{File: file, Line: fault.Mark.Line, Column: fault.Mark.Column, Message: message, Err: err}
}

// lineOf is a line (1-based) of a file; nil where there is none.
func lineOf(content []byte, number int) []byte {
	for line := range bytes.Lines(content) {
		if number--; number == 0 {
			return line
		}
	}
	return nil
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }
