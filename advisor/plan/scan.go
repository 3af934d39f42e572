package plan

import (
	"bytes"
	"errors"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/bounded"
)

// Reading is the content of a file, as far as it can be understood.
type Reading struct {
	Documents []Document // plans, and manifests that serve, in file order
	Fleets    []*Fleet
	Scalers   []Scaler    // autoscalers whose objects may be in other files
	Seen      []Reference // all Kubernetes objects
	Passed    int         // documents that are neither a plan nor a manifest that serves
	Objects   int         // those of Passed that are Kubernetes objects
	Foreign   []Foreign   // resources that skipped objects request and that are not known to be accelerators
	Faults    Errors      // faults of the documents that are left out, by place

	listed  map[*yaml.Node]bool // objects of lists that were read
	configs map[string]config   // data of ConfigMaps, serving runtimes and claims of devices, by name
	layouts Layouts
	quotas  []Quota
	budgets []Budget
}

// Foreign is an extended resource of an unknown vendor that an object requests.
type Foreign struct {
	Resource string
	File     string
	Line     int // line on which the object begins
}

// maxScanned bounds a file that may hold the manifests of a whole release, in bytes.
const maxScanned = 16 << 20

var scanned = bounded.YAML{What: "document", Depth: 64, Documents: 5000}

// Scan reads a file, plans and Kubernetes manifests alike; file is its name,
// for messages. A document with a fault is left out and does not hide the others.
func Scan(content []byte, file string) Reading { return Beside{}.Scan(content, file) }

// Scan reads a file beside others.
func (b Beside) Scan(content []byte, file string) Reading {
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if fault := refuse(content, file); fault != nil {
		return unread(fault)
	}
	r := Reading{layouts: b.Layouts}
	r.configure(content, b.Configs)
	read := false
	for root, misread := range scanned.Roots(content) {
		read = true
		if misread != nil {
			r.Faults = append(r.Faults, syntax(misread, file))
			continue
		}
		r.add(root, file)
	}
	if !read {
		return unread(nothing(file))
	}
	r.comments(content, file)
	r.Attach(nil)
	r.Faults = r.Faults.sorted()
	return r
}

// unread is a file that cannot be read at all; one in which nothing stands is passed over, as
// templates that render to nothing make many.
func unread(fault *Error) Reading {
	if errors.Is(fault, errNothing) {
		return Reading{Passed: 1}
	}
	return Reading{Faults: Errors{fault}}
}

// Scanned bounds the size of a file that is scanned.
var Scanned = bounded.Limits{What: "file of plans or manifests", Remedy: "split it", Bytes: maxScanned, Packed: maxScanned, Binary: true}

// Refused returns the reading of a file that could not be read to its end.
func Refused(fault *bounded.Fault, file string) Reading {
	return unread(&Error{File: file, Message: fault.Error()})
}

// add reads one document for what it is.
func (r *Reading) add(n *yaml.Node, file string) {
	root := follow(n)
	switch {
	case isFleet(root):
		f, err := readFleet(root, file)
		var faults Errors
		if errors.As(err, &faults) {
			r.Faults = append(r.Faults, faults...)
			return
		}
		r.Fleets = append(r.Fleets, f)
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
	if len(r.Documents)+len(r.Scalers)+len(r.Fleets) == 0 || !bytes.Contains(content, []byte(ignoreMark)) {
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
	for _, f := range r.Fleets {
		if f.Line < line && f.Line > begins {
			begins, last = f.Line, &f.Ignores
		}
	}
	for i := range r.Scalers {
		if s := &r.Scalers[i]; s.line < line && s.line > begins {
			begins, last = s.line, &s.ignores
		}
	}
	return last
}
