package plan

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// Fleet is a fleet file: services, and the machines that they share.
type Fleet struct {
	Name     string
	File     string
	Limits   workload.Set // for every service that states none of its own; the budget is the fleet's
	Pool     []Stock
	OnlyPool bool // nothing beyond the pool may be rented
	Services []Member
	Ignores  []Ignore // findings about the fleet that are accepted
	Params   []Param  // parameters of rules, for the fleet and for services that state none of their own
	Line     int
}

// Stock is an entry of a pool: machines or accelerators that are owned, or limited in number.
type Stock struct {
	Machine string  // type, "" for an accelerator
	GPU     string  // accelerator, "" for a machine
	Count   int     // machines; 0 where not stated
	Most    int     // accelerators; -1 where not stated
	Owned   bool    // owned, or already paid for
	USD     float64 // USD a month of one machine, where it is used
	Priced  bool    // USD is stated
	Origin  origin.Origin
}

// Member is a service of a fleet: an inline plan, or the plans of a file.
type Member struct {
	Document        // of an inline plan
	Plan     string // file, as it is written; "" for an inline plan
	Priority int    // 1 is the most important
	Sizes    []Size // sizes of its requests, where they are distinguished
	Origin   origin.Origin
}

// Size is a size of request of a service.
type Size struct {
	Share         float64 // of the requests
	Input, Output string  // tokens; "" for those of the service
	Measured      []workload.Elsewhere
	Origin        origin.Origin
}

// The bounds of a fleet, far above what people plan in one file.
const (
	mostServices = 500
	mostPool     = 200
	mostSizes    = 50
	mostCount    = 1_000_000
	mostPriority = 1000
)

var fleetFile = bounded.YAML{What: "fleet", Depth: 16, Documents: 1, Most: tooManyServices}

// tooManyServices is what a fleet beyond the bounds of a document is told.
var tooManyServices = fmt.Sprintf("at most %d services of a fleet are planned together", mostServices)

// ReadFleet reads a fleet file; file is its name, for messages. A fault of the content is an
// Errors with every fault found.
func ReadFleet(ctx context.Context, r io.Reader, file string) (*Fleet, error) {
	content, err := bounded.ReadAll(ctx, r, bounded.Limits{What: "fleet", Remedy: "a fleet file is a short text; name plans by file", Bytes: maxBytes, Packed: maxBytes, Binary: true})
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
	for root, misread := range fleetFile.Roots(content) {
		if misread != nil {
			return nil, Errors{syntax(misread, file)}
		}
		return readFleet(root, file)
	}
	return nil, Errors{{File: file, Message: `no fleet in it; a fleet starts with "version: 1" and "kind: fleet"`, Err: errNothing}}
}

func readFleet(root *yaml.Node, file string) (*Fleet, error) {
	w := fleetWalker{walker: walker{file: file}}
	f := w.fleet(follow(root))
	if len(w.faults) > 0 {
		return nil, w.faults.sorted()
	}
	return f, nil
}

// isFleet reports whether a document means to be a fleet.
func isFleet(n *yaml.Node) bool {
	return n.Kind == yaml.MappingNode && word(field(n, "kind")) == "fleet" && field(n, "apiVersion") == nil
}

// fleetWalker turns the nodes of a fleet file into a Fleet.
type fleetWalker struct{ walker }

var (
	fleetKeys = []string{"ignore", "kind", "limits", "name", "only_pool", "pool", "rules", "services", "version"}
	stockKeys = []string{"cost", "count", "gpu", "machine", "max", "owned"}
	sizeKeys  = []string{"input_tokens", "measured", "output_tokens", "share"}
)

func (w *fleetWalker) fleet(root *yaml.Node) *Fleet {
	f := &Fleet{File: w.file, Limits: workload.Set{}, Line: root.Line}
	if root.Kind != yaml.MappingNode {
		w.fail(root, `a fleet is a mapping that starts with "version: 1" and "kind: fleet", found %s`, shape(root))
		return f
	}
	if kind := field(root, "kind"); word(kind) != "fleet" {
		at := root
		if kind != nil {
			at = kind
		}
		w.fail(at, `no "kind: fleet": a fleet file starts with "version: 1" and "kind: fleet"; one plan alone is for scaleadvise advise --plan`)
		return f
	}
	has := map[string]bool{}
	for _, e := range w.entries(root, "") {
		has[e.key.Value] = true
		w.fleetEntry(f, e)
	}
	if !has["version"] {
		w.fail(root, `no version; write "version: 1" at the top`)
	}
	if !has["services"] {
		w.fail(root, `no services; list them: services: [{plan: chat.yaml}]`)
	}
	w.sameNames(f)
	return f
}

func (w *fleetWalker) fleetEntry(f *Fleet, e entry) {
	switch e.key.Value {
	case "version":
		w.version(e.value)
	case "kind":
	case "name":
		f.Name = w.text("name", e.value)
	case "limits":
		f.Limits = w.limits(e.value)
	case "ignore":
		w.ignores(e.value)
		f.Ignores = w.doc.Ignores
	case "rules":
		w.params(e.value)
		f.Params = w.doc.Params
	case "only_pool":
		f.OnlyPool = w.flag("only_pool", e.value)
	case "pool":
		for _, n := range w.list("pool", e.value, mostPool, "entries of a pool", "{gpu: l4, max: 40}") {
			f.Pool = append(f.Pool, w.stock(n))
		}
	case "services":
		for _, n := range w.list("services", e.value, mostServices, "services", "{plan: chat.yaml}") {
			w.visited = 0 // each service may be as long as a plan
			f.Services = append(f.Services, w.member(n, len(f.Services)+1))
		}
	default:
		w.unknown(e.key, e.key.Value, fleetKeys, nil)
	}
}

// limits reads the limits of the fleet by the keys of a plan's.
func (w *fleetWalker) limits(n *yaml.Node) workload.Set {
	one := walker{file: w.file, doc: Document{Traits: workload.Set{}}}
	one.subsection(layout().sections["limits"], n)
	for _, name := range []string{"owned", "quota", "max_replicas"} {
		if v, ok := one.doc.Traits[name]; ok {
			remedy := "write it under pool: {machine: p4d.24xlarge, count: 2, owned: true} or {gpu: l4, max: 40}"
			if name == "max_replicas" {
				remedy = "say it of a service"
			}
			one.faults = append(one.faults, &Error{File: w.file, Line: v.Origin.Line, Column: v.Origin.Column, Message: "limits." + name + ": not of a fleet; " + remedy})
		}
	}
	w.faults = append(w.faults, one.faults...)
	return one.doc.Traits
}

// list is the elements of a list that is not too long.
func (w *fleetWalker) list(key string, n *yaml.Node, most int, what, example string) []*yaml.Node {
	n = follow(n)
	switch {
	case n.Kind != yaml.SequenceNode:
		w.fail(n, "%s: expected a list, such as [%s], found %s", key, example, shape(n))
		return nil
	case len(n.Content) == 0:
		w.fail(n, "%s: the list is empty; give it an element, such as %s, or remove the key", key, example)
	case len(n.Content) > most:
		w.fail(n, "%s: %s %s, and at most %d are planned together; split the fleet by cloud, region or team", key, unit.Format(unit.Count, float64(len(n.Content))), what, most)
		return nil
	}
	return n.Content
}

func (w *fleetWalker) flag(key string, n *yaml.Node) bool {
	text, ok := w.scalar(key, follow(n), "true")
	if ok && text != "true" && text != "false" {
		w.fail(n, "%s: %q is neither true nor false", key, clip(text))
	}
	return text == "true"
}

func (w *fleetWalker) whole(key string, n *yaml.Node, least, most int) int {
	text, ok := w.scalar(key, follow(n), "8")
	v, err := strconv.Atoi(strings.ReplaceAll(text, "_", ""))
	if ok && (err != nil || v < least || v > most) {
		w.fail(n, "%s: %q is no whole number from %d to %s", key, clip(text), least, unit.Format(unit.Count, float64(most)))
		return least
	}
	return v
}

// stock reads an entry of the pool.
func (w *fleetWalker) stock(n *yaml.Node) Stock {
	n = follow(n)
	s := Stock{Most: -1, Origin: w.at(n, "pool")}
	if n.Kind != yaml.MappingNode {
		w.fail(n, "pool: expected a mapping, such as {machine: p4d.24xlarge, count: 2, owned: true} or {gpu: l4, max: 40}, found %s", shape(n))
		return s
	}
	for _, e := range w.entries(n, "pool") {
		key := "pool." + e.key.Value
		switch e.key.Value {
		case "machine":
			s.Machine, s.Origin = w.text(key, e.value), w.at(e.value, key)
		case "gpu":
			s.GPU, s.Origin = w.text(key, e.value), w.at(e.value, key)
		case "count":
			s.Count = w.whole(key, e.value, 1, mostCount)
		case "max":
			s.Most = w.whole(key, e.value, 0, mostCount)
		case "owned":
			s.Owned = w.flag(key, e.value)
		case "cost":
			s.USD, s.Priced = w.money(key, e.value)
		default:
			w.unknown(e.key, key, stockKeys, nil)
		}
	}
	w.sensible(n, s)
	return s
}

// sensible refuses an entry of the pool that says too little or two things at once.
func (w *fleetWalker) sensible(n *yaml.Node, s Stock) {
	switch {
	case s.Machine == "" && s.GPU == "":
		w.fail(n, "pool: neither machine nor gpu; name one: {machine: p4d.24xlarge, count: 2, owned: true} or {gpu: l4, max: 40}")
	case s.Machine != "" && s.GPU != "":
		w.fail(n, "pool: both machine and gpu; a machine has its accelerators: leave out gpu")
	case s.Machine != "" && s.Most >= 0:
		w.fail(n, "pool: max counts accelerators and belongs to gpu; of machines say count")
	case s.Machine != "" && s.Count == 0:
		w.fail(n, "pool: no count; say how many machines there are: {machine: %s, count: 2}", clip(s.Machine))
	case s.GPU != "" && s.Most < 0:
		w.fail(n, "pool: no max; say how many accelerators: {gpu: %s, max: 8}", clip(s.GPU))
	case s.GPU != "" && s.Count > 0 && s.Most%s.Count != 0:
		w.fail(n, "pool: %d accelerators do not divide over %d machines", s.Most, s.Count)
	case s.GPU != "" && s.Count > 0 && !s.Owned:
		w.fail(n, "pool: count is the number of machines that hold owned accelerators; add owned: true, or leave it out of a quota")
	}
}

func (w *fleetWalker) money(key string, n *yaml.Node) (float64, bool) {
	text, ok := w.scalar(key, follow(n), "1200/month")
	if !ok {
		return 0, false
	}
	v, err := unit.Parse(unit.Money, text)
	if err == nil && !v.IsExact() {
		err = errors.New("expected one value, such as 1200/month")
	}
	if err != nil {
		w.fail(n, "%s: %s", key, err)
	}
	return v.Mid, err == nil
}

// sameNames refuses two inline services of one name.
func (w *fleetWalker) sameNames(f *Fleet) {
	seen := map[string]int{}
	for _, m := range f.Services {
		if m.Plan != "" || m.Name == "" {
			continue
		}
		if line, ok := seen[m.Name]; ok {
			w.faults = append(w.faults, &Error{File: w.file, Line: m.Origin.Line, Column: m.Origin.Column,
				Message: fmt.Sprintf("services: a second service called %s; the first is on line %d: give it a name of its own", clip(m.Name), line)})
			continue
		}
		seen[m.Name] = m.Origin.Line
	}
}

// Budget takes the fleet's budget out of its limits, US dollars a month; 0 for none.
func (f *Fleet) Budget() float64 { return f.Limits["budget"].Interval.Mid }

// Shared returns the limits that every service has unless it says otherwise: all but what bounds the
// fleet as a whole.
func (f *Fleet) Shared() workload.Set {
	out := workload.Set{}
	for name, v := range f.Limits {
		if !slices.Contains(together, name) {
			out[name] = v
		}
	}
	return out
}

// together are the limits that bound a fleet as a whole.
var together = []string{"budget", "owned", "quota", "max_replicas"}

// FleetOf returns a fleet of plan files, without a pool.
func FleetOf(files []string) *Fleet {
	f := &Fleet{Limits: workload.Set{}}
	for _, name := range files {
		f.Services = append(f.Services, Member{Plan: name, Priority: 1, Origin: origin.Origin{Kind: origin.Plan, Name: "plan", File: name, Line: 1, Column: 1}})
	}
	return f
}
