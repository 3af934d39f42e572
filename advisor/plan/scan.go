package plan

import (
	"bytes"
	"errors"
	"fmt"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/bounded"
)

// Reading is what a file holds, as far as it can be understood.
type Reading struct {
	Documents []Document  // plans, and manifests that serve, in their order
	Scalers   []Scaler    // autoscalers of objects that may stand in other files
	Seen      []Reference // all Kubernetes objects
	Passed    int         // documents that are neither a plan nor a manifest that serves
	Objects   int         // of them, Kubernetes objects
	Faults    Errors      // of the documents that are left out, by place
}

// Bounds of a file that may hold the manifests of a whole release.
const (
	maxScanned   = 16 << 20
	scannedDepth = 64
	maxScanDocs  = 5000
)

// Scan reads what stands in a file, plans and Kubernetes manifests alike; file is its name,
// for messages. A document with a fault is left out and does not hide the others.
func Scan(content []byte, file string) Reading {
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if fault := refuse(content, file); fault != nil {
		return unread(fault)
	}
	var r Reading
	nodes, fault := parse(content, file, bounds{scannedDepth, maxScanDocs})
	if fault != nil && errors.Is(fault, errNothing) {
		return unread(fault)
	}
	if fault != nil {
		nodes, r.Faults = parseEach(content, file)
	}
	for _, n := range nodes {
		r.add(n, file)
	}
	r.comments(content, file)
	r.Attach(nil)
	r.Faults = r.Faults.sorted()
	return r
}

// parseEach parses the documents of a file one by one, so that one with a fault does not hide
// those behind it. A line that starts with --- begins a document wherever it stands.
func parseEach(content []byte, file string) ([]*yaml.Node, Errors) {
	var roots []*yaml.Node
	var faults Errors
	parts, line := documentsOf(content), 0
	for i, part := range parts {
		nodes, fault := parse(part, file, bounds{scannedDepth, maxScanDocs})
		for _, n := range nodes {
			moveDown(n, line)
		}
		roots = append(roots, nodes...)
		if fault != nil && fault.Line > 0 {
			fault.Line += line
		}
		if fault != nil && !errors.Is(fault, errNothing) {
			faults = append(faults, fault)
		}
		line += bytes.Count(part, []byte("\n"))
		if len(roots)+len(faults) > maxScanDocs && i+1 < len(parts) {
			return roots, append(faults, &Error{File: file, Line: line + 1, Column: 1, Message: fmt.Sprintf("more than %d documents in one file", maxScanDocs)})
		}
	}
	return roots, faults
}

// documentsOf splits a file before each line that begins a document; directives stay with it.
func documentsOf(content []byte) [][]byte {
	var parts [][]byte
	start, at := 0, 0
	bare := true // nothing but directives since start
	for line := range bytes.Lines(content) {
		if begins := bytes.HasPrefix(line, []byte("---")) && (len(bytes.TrimSpace(line)) == 3 || bytes.ContainsAny(line[3:4], " \t")); begins && !bare {
			parts, start = append(parts, content[start:at]), at
		}
		bare = bytes.HasPrefix(line, []byte("%")) && (bare || at == start)
		at += len(line)
	}
	return append(parts, content[start:])
}

// moveDown adds a number of lines to the places of a node and all below it.
func moveDown(n *yaml.Node, lines int) {
	n.Line += lines
	for _, c := range n.Content {
		moveDown(c, lines)
	}
}

// unread is a file that cannot be read at all; one in which nothing stands is passed over, as
// templates that render to nothing make many.
func unread(fault *Error) Reading {
	if errors.Is(fault, errNothing) {
		return Reading{Passed: 1}
	}
	return Reading{Faults: Errors{fault}}
}

// Scanned is how much of a file is read to be scanned.
var Scanned = bounded.Limits{What: "file of plans or manifests", Remedy: "split it", Bytes: maxScanned, Packed: maxScanned, Binary: true}

// Refused is the reading of a file that was not read to its end.
func Refused(fault *bounded.Fault, file string) Reading {
	return unread(&Error{File: file, Message: fault.Error()})
}

// add reads one document for what it is.
func (r *Reading) add(n *yaml.Node, file string) {
	root := follow(n)
	switch {
	case isManifest(root):
		r.manifest(root, file, nestedLists)
	case isPlan(root):
		w := walker{file: file}
		d := w.document(root)
		if len(w.faults) > 0 {
			r.Faults = append(r.Faults, w.faults...)
			return
		}
		r.Documents = append(r.Documents, d)
	default:
		r.Passed++
	}
}

// isPlan reports whether a document means to be a plan: it has one of the sections.
func isPlan(n *yaml.Node) bool {
	if n.Kind != yaml.MappingNode {
		return false
	}
	keys := layout()
	for i := 0; i+1 < len(n.Content); i += 2 {
		if keys.sections[n.Content[i].Value] != nil || n.Content[i].Value == "ignore" || n.Content[i].Value == "rules" {
			return true
		}
	}
	return false
}

// comments reads the ignore comments of the file into the documents in which they stand.
func (r *Reading) comments(content []byte, file string) {
	if len(r.Documents)+len(r.Scalers) == 0 || !bytes.Contains(content, []byte(ignoreMark)) {
		return
	}
	for _, c := range ignoreComments(content, file) {
		if c.fault != nil {
			r.Faults = append(r.Faults, c.fault)
			continue
		}
		if into := r.before(c.ends); into != nil {
			*into = append(*into, c.Ignore)
		}
	}
}

// before is what is ignored of the last document that begins before a line. That of an
// autoscaler goes over to what it scales.
func (r *Reading) before(line int) *[]Ignore {
	var last *[]Ignore
	begins := 0
	for i := range r.Documents {
		if d := &r.Documents[i]; d.Line < line && d.Line > begins {
			begins, last = d.Line, &d.Ignores
		}
	}
	for i := range r.Scalers {
		if s := &r.Scalers[i]; s.line < line && s.line > begins {
			begins, last = s.line, &s.ignores
		}
	}
	return last
}
