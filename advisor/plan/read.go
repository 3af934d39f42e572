package plan

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
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
	Notes   []string    // fields of the object that are not understood
	Text    []byte      // text of the whole file, for an object that was read as a plan

	ramp Bound // that an annotation says of whatever scales it
	Line int   // first line of its content
}

// Ignore accepts a finding of a rule: it does not fail the check.
type Ignore struct {
	Rule   string
	Reason string
	Until  time.Time // the last day on which it counts; zero for no end
	Origin origin.Origin
	Member origin.Origin // the only service of a fleet that it is for; zero for all
}

// maxBytes bounds a file, far above any plan.
const maxBytes = 4 << 20

// planned is how much a plan file may hold, far above any plan.
var planned = bounded.YAML{What: "plan", Depth: 16, Documents: 100}

// Read reads all plans of a file, Kubernetes objects among them; file is its name, for messages. A fault of the
// content is an Errors with every fault found; a failing reader is returned as it
// is, wrapped. At most 4 MiB are read.
func Read(ctx context.Context, r io.Reader, file string) ([]Document, error) {
	return Beside{}.Read(ctx, r, file)
}

// Read reads all plans of a file beside others.
func (b Beside) Read(ctx context.Context, r io.Reader, file string) ([]Document, error) {
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
	docs, faults, ok := b.objects(content, file)
	switch {
	case len(faults) > 0:
		return nil, faults.sorted()
	case ok:
		return docs, nil
	}
	for root, misread := range planned.Roots(content) {
		if misread != nil {
			faults = append(faults, syntax(misread, file))
			continue
		}
		w := walker{file: file}
		docs = append(docs, w.document(root))
		faults = append(faults, w.faults...)
	}
	if len(docs)+len(faults) == 0 {
		faults = Errors{nothing(file)}
	}
	if len(faults) > 0 {
		return nil, faults.sorted()
	}
	return docs, nil
}

// errNothing is the fault of a file in which nothing stands.
var errNothing = errors.New("the file is empty")

// refuse finds content that is no YAML text at all.
func refuse(content []byte, file string) *Error {
	switch {
	case len(bytes.TrimSpace(bytes.TrimPrefix(content, []byte("\ufeff")))) == 0:
		return &Error{File: file, Message: `empty; a plan starts with "version: 1" (scaleadvise init writes one)`, Err: errNothing}
	case bytes.HasPrefix(content, []byte("\xff\xfe\x00\x00")), bytes.HasPrefix(content, []byte("\x00\x00\xfe\xff")):
		return &Error{File: file, Message: "UTF-32; save the plan as UTF-8 text"}
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

// nothing is the fault of a file whose documents are all empty.
func nothing(file string) *Error {
	return &Error{File: file, Message: `no plan in it; a plan starts with "version: 1"`, Err: errNothing}
}

// syntax is a document that is no YAML, or too much of it.
func syntax(m *bounded.Misread, file string) *Error {
	return &Error{File: file, Line: m.Line, Column: m.Column, Message: m.Message, Err: m}
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }
