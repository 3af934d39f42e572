package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"strings"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/serve"
	"scaleadvise/advisor/workload"
)

// Service is one service of a fleet, complete.
type Service struct {
	Name     string
	Priority int
	Origin   origin.Origin // place in the fleet file that names it
	Case     *Case
	Sizes    []Sized
}

// Sized is a size of a service's requests, with the case that requests of that size alone would make.
type Sized struct {
	plan.Size
	Case *Case
}

// mostMembers bounds the services of all files together.
const mostMembers = 500

// ReadFleet completes the services of a fleet: the limits of the fleet are below what each says
// itself, plan files are read from beside the fleet's. The error is every fault, each with its place.
func ReadFleet(ctx context.Context, f *plan.Fleet, l Layers) ([]Service, error) {
	var all []Service
	var faults []error
	l.Given = append(l.Given, f.Shared())
	names := map[string]origin.Origin{}
	for _, m := range f.Services {
		documents, err := documentsOf(ctx, f, m, l)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		for i, d := range documents {
			s, err := serviceOf(ctx, m, d, l, len(documents) > 1, i)
			if err != nil {
				faults = append(faults, err)
				continue
			}
			if first, twice := names[s.Name]; twice {
				faults = append(faults, faultAt(s.Origin, "a second service called %s; the first is at %s: give it a name of its own (name: …)", s.Name, first))
				continue
			}
			names[s.Name] = s.Origin
			all = append(all, s)
		}
		if len(all) > mostMembers {
			return nil, faultAt(m.Origin, "more than %d services; split the fleet by cloud, region or team", mostMembers)
		}
	}
	return all, errors.Join(faults...)
}

func faultAt(o origin.Origin, format string, args ...any) error {
	return &plan.Error{File: o.File, Line: o.Line, Column: o.Column, Message: fmt.Sprintf(format, args...)}
}

// documentsOf are the plans of a member: its own, or those of the file that it names.
func documentsOf(ctx context.Context, f *plan.Fleet, m plan.Member, l Layers) ([]plan.Document, error) {
	if m.Plan == "" {
		return []plan.Document{m.Document}, nil
	}
	if m.Plan == "-" {
		return nil, faultAt(m.Origin, "plan: - is no file; name one, or write the plan inline")
	}
	name := m.Plan
	if !filepath.IsAbs(name) {
		name = filepath.Join(filepath.Dir(f.File), name)
	}
	reading, err := scanned(ctx, name, l)
	switch {
	case err != nil:
		return nil, faultAt(m.Origin, "plan: %s", err)
	case len(reading.Faults) > 0:
		return nil, reading.Faults
	case len(reading.Fleets) > 0:
		return nil, faultAt(m.Origin, "plan: %s is a fleet itself; name the plans of its services here", m.Plan)
	case len(reading.Documents) == 0:
		return nil, faultAt(m.Origin, `plan: %s holds neither a plan nor a manifest that serves a model; a plan starts with "version: 1"`, m.Plan)
	}
	return reading.Documents, nil
}

// scanned reads a file of plans or manifests.
func scanned(ctx context.Context, name string, l Layers) (plan.Reading, error) {
	source, err := l.Open(name)
	if err != nil {
		return plan.Reading{}, err
	}
	defer source.Close()
	content, err := bounded.ReadAll(ctx, io.Reader(source), plan.Scanned)
	var over *bounded.Fault
	switch {
	case errors.As(err, &over):
		return plan.Refused(over, name), nil
	case err != nil:
		return plan.Reading{}, fmt.Errorf("%s cannot be read: %w", name, err)
	}
	reading := plan.Beside{Layouts: l.Layouts}.Scan(content, name)
	for i := range reading.Documents {
		reading.Documents[i].Text = content
	}
	return reading, nil
}

// serviceOf completes one plan.
func serviceOf(ctx context.Context, m plan.Member, d plan.Document, l Layers, several bool, nth int) (Service, error) {
	s := Service{Name: m.Document.Name, Priority: m.Priority, Origin: m.Origin}
	if m.Plan != "" && (s.Name == "" || several) {
		s.Name = d.Name
	}
	if s.Name == "" {
		s.Name = strings.TrimSuffix(filepath.Base(m.Plan), filepath.Ext(m.Plan))
		if several {
			s.Name += fmt.Sprint(" ", nth+1)
		}
	}
	if o := d.Object; o != nil && o.Unjudged != "" {
		return s, faultAt(m.Origin, "%s %s cannot be planned: %s", o.Kind, s.Name, o.Unjudged)
	}
	d.Name = s.Name
	l.Plan = bySizes(m, d)
	read, err := Read(ctx, l)
	if err != nil {
		return s, named(s, err)
	}
	if err := read.RequireDemand(); err != nil {
		return s, faultAt(s.Origin, "%s: no demand: say workload.qps, or users with requests_per_user", s.Name)
	}
	s.Case = read
	for _, z := range m.Sizes {
		one, err := sized(read, z)
		if err != nil {
			return s, err
		}
		s.Sizes = append(s.Sizes, one)
	}
	return s, nil
}

// bySizes is a plan with what its sizes of request come to together, where it does not say so itself: what
// one replica carries of all of them, or how their lengths differ.
func bySizes(m plan.Member, d plan.Document) plan.Document {
	if len(m.Sizes) == 0 {
		return d
	}
	d.Traits = maps.Clone(d.Traits)
	if len(m.Sizes[0].Measured) > 0 {
		d.Traits["measured"] = measuredOf(m.Sizes, m.Origin)
		if !d.Says("p99", "latency") {
			d.Traits["p99"] = workload.Value{Text: workload.None, Origin: m.Origin}
		}
		return d
	}
	for trait, of := range map[string]func(plan.Size) string{
		"input_tokens": func(z plan.Size) string { return z.Input }, "output_tokens": func(z plan.Size) string { return z.Output },
	} {
		if text := lengthsBySize(m, trait, of); text != "" && !d.Says(trait) {
			_ = workload.ParseSet(trait, text, m.Origin, d.Traits) // of numbers that were read
		}
	}
	return d
}

// measuredOf is what one replica carries of some sizes together by accelerator, as measurements are said
// elsewhere: the mean time of a request on it is that of the sizes by their shares.
func measuredOf(sizes []plan.Size, at origin.Origin) workload.Value {
	together, shares := map[string]float64{}, map[string]float64{}
	var order []string
	for _, z := range sizes {
		for _, one := range z.Measured {
			if together[one.Accelerator] == 0 {
				order = append(order, one.Accelerator)
			}
			together[one.Accelerator] += z.Share / one.QPS
			shares[one.Accelerator] += z.Share
		}
	}
	v := workload.Value{Origin: at}
	for _, gpu := range order {
		one := workload.Elsewhere{Accelerator: gpu, QPS: serve.Saturated(shares[gpu] / together[gpu])}
		v.Elsewhere, v.Words = append(v.Elsewhere, one), append(v.Words, fmt.Sprintf("%s:%.7g/s", gpu, one.QPS))
	}
	v.Text = strings.Join(v.Words, ",")
	return v
}

// lengthsBySize are the lengths of all sizes together; "" where not all say theirs, or one names a file.
func lengthsBySize(m plan.Member, trait string, of func(plan.Size) string) string {
	var shares []float64
	var lengths []llm.Tokens
	for _, z := range m.Sizes {
		read := workload.Set{}
		if workload.ParseSet(trait, of(z), z.Origin, read) != nil || read[trait].File != "" {
			return ""
		}
		shares, lengths = append(shares, z.Share), append(lengths, llm.Said(read[trait].Interval, read[trait].Percentiles, nil))
	}
	return llm.Mixed(shares, lengths).Text()
}

// named gives an error without a place that of the service.
func named(s Service, err error) error {
	var trait *workload.TraitError
	var fault *plan.Error
	if errors.As(err, &trait) && trait.Origin.Line > 0 || errors.As(err, &fault) {
		return err
	}
	return faultAt(s.Origin, "%s: %s", s.Name, err)
}

// sized is the case of one size of requests.
func sized(c *Case, z plan.Size) (Sized, error) {
	changes := workload.Set{}
	if len(z.Measured) > 0 {
		changes["measured"] = measuredOf([]plan.Size{z}, z.Origin)
	}
	for name, text := range map[string]string{"input_tokens": z.Input, "output_tokens": z.Output} {
		if text == "" || len(z.Measured) > 0 { // of what was measured they are a name
			continue
		}
		if err := workload.ParseSet(name, text, z.Origin, changes); err != nil {
			return Sized{}, err
		}
	}
	one, err := c.With(changes)
	return Sized{z, one}, err
}
