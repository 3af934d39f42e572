package prom

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"scaleadvise/advisor/unit"
)

// NoData is an error: nothing was found that could be read.
type NoData struct{ Text string }

func (n *NoData) Error() string { return n.Text }

// UnknownProfile is a profile that is named and does not exist.
type UnknownProfile struct {
	Name  string
	Known []string
}

func (u *UnknownProfile) Error() string {
	otherwise := "expected auto or some of " + strings.Join(u.Known, ", ")
	return fmt.Sprintf("unknown profile %q; %s", u.Name, unit.Suggest(u.Name, u.Known, otherwise))
}

// pick finds the profiles that are named; none for auto.
func pick(all []*Profile, names []string) ([]*Profile, error) {
	var picked []*Profile
	var known []string
	for _, p := range all {
		known = append(known, p.ID)
	}
	for _, name := range names {
		if name == "auto" {
			continue
		}
		i := slices.Index(known, name)
		if i < 0 {
			return nil, &UnknownProfile{name, known}
		}
		picked = append(picked, all[i])
	}
	return picked, nil
}

// serves reports whether the profile is of something that serves requests.
func (p *Profile) serves() bool { return p.Kind != "hardware" }

// probe finds which profiles the server has metrics of.
func (o *observer) probe(ctx context.Context, all []*Profile) (Known, error) {
	var selectors []string
	for _, p := range all {
		selectors = append(selectors, o.Selector.kept(p.Labels).among(p.Probe))
	}
	return o.existing(ctx, selectors)
}

// existing asks which metrics exist among the selectors.
func (o *observer) existing(ctx context.Context, selectors []string) (Known, error) {
	names, err := o.from.Values(ctx, "__name__", o.span, selectors...)
	if err != nil {
		return nil, err
	}
	known := Known{}
	for _, n := range names {
		known[n] = true
	}
	return known, nil
}

// settle decides the profiles of the run: those named, or the first serving system found with
// the hardware below it.
func (o *observer) settle(ctx context.Context, all []*Profile) error {
	all = order(all)
	picked, err := pick(all, o.Options.Profiles)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(picked, (*Profile).serves) {
		o.profiles = picked
		if !slices.ContainsFunc(picked, func(p *Profile) bool { return !p.serves() }) {
			o.profiles = append(o.profiles, hardware(all)...)
		}
		return nil
	}
	known, err := o.probe(ctx, all)
	if err != nil {
		return err
	}
	if len(picked) == 0 {
		picked = hardware(all)
	}
	var others []string
	for _, p := range all {
		found := p.serves() && slices.ContainsFunc(p.Probe, func(name string) bool { return known[name] })
		switch {
		case found && o.profiles == nil:
			o.profiles = append([]*Profile{p}, picked...)
		case found:
			others = append(others, p.ID)
		}
	}
	if len(others) > 0 {
		o.warn("metrics of %s are there too; %s was read, --profile chooses another", strings.Join(others, ", "), o.profiles[0].ID)
	}
	if o.profiles == nil {
		return &NoData{o.nothing("no metrics of any known serving system")}
	}
	return nil
}

func hardware(all []*Profile) []*Profile {
	var out []*Profile
	for _, p := range all {
		if !p.serves() {
			out = append(out, p)
		}
	}
	return out
}

// nothing words that nothing was found, and where to look.
func (o *observer) nothing(what string) string {
	text := what
	if len(o.Selector) > 0 {
		text += " with {" + o.Selector.String() + "}"
	}
	if o.file != "" {
		return text + "; check what was saved, or name a profile (scaleadvise profiles list)"
	}
	text += fmt.Sprintf(" within %s before %s", promDuration(o.span.To.Sub(o.span.From)), o.span.To.UTC().Format("2006-01-02 15:04"))
	if len(o.Selector) > 0 {
		return text + "; check --selector and --prometheus, or name a profile (scaleadvise profiles list)"
	}
	return text + "; check --prometheus, or name a profile (scaleadvise profiles list)"
}

// apply leaves out hardware that the selector cannot narrow: all accelerators of a cluster
// are not those of one service.
func (o *observer) apply() {
	var kept []*Profile
	for _, p := range o.profiles {
		if p.serves() || len(o.Selector) == 0 || len(o.Selector.kept(p.Labels)) > 0 {
			kept = append(kept, p)
		}
	}
	o.profiles = kept
}

// choose finds, for each quantity, the first metric of the profiles that exists.
func (o *observer) choose(ctx context.Context) error {
	o.apply()
	var selectors []string
	for _, p := range o.profiles {
		selectors = append(selectors, o.Selector.kept(p.Labels).among(p.metrics()))
	}
	known, err := o.existing(ctx, selectors)
	if err != nil {
		return err
	}
	o.read = map[string]reading{}
	for _, p := range o.profiles {
		told := false
		for _, q := range quantities {
			_, before := o.read[q.Name]
			if r, ok := o.reading(p, q, known); ok && !before {
				o.read[q.Name], told = r, true
			}
		}
		if told {
			o.out.Profiles = append(o.out.Profiles, p.ID)
		}
	}
	if _, ok := o.read["requests"]; !ok {
		return &NoData{o.nothing("no metric that counts requests (" + strings.Join(o.wanted("requests"), ", ") + ")")}
	}
	return nil
}

func (o *observer) reading(p *Profile, q Quantity, known Known) (reading, bool) {
	for _, m := range p.Quantities[q.Name] {
		if !m.readable(known) {
			continue
		}
		own, err := ParseSelector(m.Where)
		if err != nil {
			continue // read before, with the profile
		}
		native := m.Histogram != "" && !known[m.Histogram+"_count"]
		return reading{quantity: q, metric: m, selector: o.Selector.kept(p.Labels), own: own, native: native, told: o.file != ""}, true
	}
	return reading{}, false
}

// wanted are the metrics in which the profiles look for a quantity.
func (o *observer) wanted(quantity string) []string {
	var names []string
	for _, p := range o.profiles {
		names = append(names, p.Needed(quantity)...)
	}
	return names
}
