package prom

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"scaleadvise/advisor/unit"
)

// NoData is the error that no readable data was found.
type NoData struct{ Text string }

func (n *NoData) Error() string { return n.Text }

// UnknownProfile is the error that a named profile does not exist.
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
		for _, s := range o.Selector.spellings(p) {
			selectors = append(selectors, s.among(p.probes))
		}
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
	named := picked
	if len(picked) == 0 {
		picked = hardware(all)
	}
	var others []*Profile
	slices.SortStableFunc(all, func(a, b *Profile) int { // what counts requests goes before what does not
		return cmp.Compare(min(len(b.Quantities["requests"]), 1), min(len(a.Quantities["requests"]), 1))
	})
	for _, p := range all {
		found := p.serves() && slices.ContainsFunc(p.probes, func(name string) bool { return known[name] })
		switch {
		case found && o.profiles == nil:
			o.profiles = append([]*Profile{p}, picked...)
		case found && !o.profiles[0].counts(p):
			others = append(others, p)
		}
	}
	if others, err = o.withEngines(ctx, others); err != nil {
		return err
	}
	if len(others) > 0 {
		var names []string
		for _, p := range others {
			names = append(names, p.ID)
		}
		o.warn("metrics of %s are there too; %s was read: --profile %s reads those instead, and --profile %s,%s takes from them what the first lacks",
			strings.Join(names, ", "), o.profiles[0].ID, names[0], o.profiles[0].ID, names[0])
	}
	if o.profiles == nil && o.Recording != "" {
		o.profiles = append([]*Profile{{ID: "recording", Title: "a recording rule", Kind: "general"}}, picked...)
	}
	if o.profiles == nil && o.file == "" && onlyMachines(named, known) {
		o.profiles, o.machines = named, true
		return nil
	}
	if o.profiles == nil {
		return o.none(o.nothing("no metrics of any known serving system") + machinesOf(all, known) + o.unmatched(ctx, all))
	}
	return nil
}

// counts reports whether a profile reads requests from a metric that the other reads them from.
func (p *Profile) counts(other *Profile) bool {
	return slices.ContainsFunc(other.Needed("requests"), func(name string) bool { return slices.Contains(p.Needed("requests"), name) })
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

// unmatched names the labels of the selector that by themselves already match nothing.
func (o *observer) unmatched(ctx context.Context, all []*Profile) string {
	var probes []string
	for _, p := range all {
		probes = append(probes, p.probes...)
	}
	var none []string
	for _, m := range o.Selector {
		if known, err := o.existing(ctx, []string{Selector{m}.among(probes)}); err == nil && len(known) == 0 {
			none = append(none, m.String())
		}
	}
	if len(none) == 0 {
		return ""
	}
	return "; no series of theirs has " + strings.Join(none, ", nor any ")
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

// choose finds, for each quantity, the first metric of the profiles that has values now, or else
// the first that had some.
func (o *observer) choose(ctx context.Context) error {
	found, err := o.found(ctx)
	if err != nil {
		return err
	}
	alive, err := o.alive(ctx, found)
	if err != nil {
		return err
	}
	o.read, o.spare, o.living = map[string]reading{}, map[string][]reading{}, alive
	for i, p := range o.profiles {
		o.readFirst(p, found[i], alive)
	}
	o.record()
	if p := o.profiles[0]; o.Recording == "" && len(p.Quantities["requests"]) == 0 {
		return &NoData{p.Title + " counts no requests; read the server in front of it (--profile), or give --qps without metrics"}
	}
	if _, ok := o.read["requests"]; !ok {
		return o.none(o.nothing("no metric that counts requests ("+strings.Join(o.wanted("requests"), ", ")+")") + o.unmatched(ctx, o.profiles))
	}
	return nil
}

// readFirst reads of a profile what those before it do not tell.
func (o *observer) readFirst(p *Profile, t there, alive Known) {
	told := false
	for _, q := range quantities {
		_, before := o.read[q.Name]
		all := p.readings(q, t, alive)
		if before && len(all) > 0 && !p.serves() {
			o.spare[q.Name] = append(o.spare[q.Name], o.marked(all[0], p))
		}
		if len(all) == 0 || before {
			continue
		}
		o.read[q.Name], told = o.marked(all[0], p), true
		if q.Name == "requests" {
			for _, r := range all[1:] {
				o.before = append(o.before, o.marked(r, p))
			}
		}
		if i := slices.IndexFunc(all, func(r reading) bool { return r.metric.Label != all[0].metric.Label }); q.Name == "model" && i > 0 {
			o.read[behindName] = o.marked(all[i], p)
		}
	}
	if told {
		o.out.Profiles = append(o.out.Profiles, p.ID)
	}
}

// record reads requests from a recorded rate, where one is named.
func (o *observer) record() {
	if o.Recording == "" || o.file != "" {
		return
	}
	q, _ := quantityNamed("requests")
	o.read["requests"] = reading{quantity: q, metric: Metric{Gauge: o.Recording}, selector: o.Selector, serves: true}
	o.before = nil
}

func (o *observer) marked(r reading, p *Profile) reading {
	r.told, r.serves = o.file != "", p.serves()
	if o.escapes {
		r.own = r.own.escaped()
	}
	return r
}

// there is what exists of a profile's metrics, and the selector that finds it.
type there struct {
	selector Selector
	known    Known
	except   map[string]Selector // by name of the series: what leaves out those that count no work
}

// found asks what exists of each profile. Machines' exporters may tell of the pod that they
// serve in exported_ labels, and of their own in the plain ones.
func (o *observer) found(ctx context.Context) ([]there, error) {
	all := make([]there, len(o.profiles))
	for i, p := range o.profiles {
		all[i].known = Known{}
		if len(p.metrics()) == 0 { // a recording rule, and no server takes a question for no name
			continue
		}
		for _, s := range o.Selector.spellings(p) {
			known, err := o.existing(ctx, []string{s.among(slices.Concat(p.metrics(), p.buckets()))})
			if err != nil {
				return nil, err
			}
			if all[i] = (there{s, known, map[string]Selector{}}); len(known) > 0 {
				break
			}
		}
		if i > 0 && p.serves() && len(all[i].known) == 0 {
			var err error
			if all[i], err = o.beside(ctx, p, all[i]); err != nil {
				return nil, err
			}
		}
		if err := o.foundOwn(ctx, p, all[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// foundOwn asks what exists of metrics that are narrowed by matchers of their own, and of what
// they leave out.
func (o *observer) foundOwn(ctx context.Context, p *Profile, t there) error {
	there := func(m Selector, name string) (bool, error) {
		known, err := o.existing(ctx, []string{slices.Concat(t.selector, m).among([]string{name})})
		var server *ServerError
		if errors.As(err, &server) && slices.ContainsFunc(m, matcher.dotted) {
			known, err = o.existing(ctx, []string{slices.Concat(t.selector, m.escaped()).among([]string{name})})
			if o.escapes = err == nil; !o.escapes {
				return false, nil // a server that takes no label with dots has none
			}
		}
		return known[name], err
	}
	for _, q := range quantities {
		for _, m := range p.Quantities[q.Name] {
			own, _ := ParseSelector(m.Where) // both read before, with the profile
			except, _ := ParseSelector(m.Except)
			for _, name := range m.series() {
				if !t.known[name] {
					continue
				}
				var err error
				if len(own) > 0 {
					t.known[m.whereof(name)], err = there(own, name)
				}
				if len(except) > 0 {
					t.except[name] = nil
				}
				for _, x := range except {
					found, fault := there(Selector{x}, name)
					if err = cmp.Or(err, fault); found {
						t.except[name] = append(t.except[name], matcher{x.name, "!~", x.value})
					}
				}
				if err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// whereof is the name of a series with the metric's own matchers.
func (m Metric) whereof(name string) string {
	if m.Where == "" {
		return name
	}
	return name + "{" + m.Where + "}"
}

// alive asks which of the metrics that count requests have values now; nothing where none has.
func (o *observer) alive(ctx context.Context, found []there) (Known, error) {
	alive := Known{}
	for i, p := range o.profiles {
		if len(p.Quantities["requests"]) == 0 || len(found[i].known) == 0 {
			continue
		}
		samples, err := o.from.Instant(ctx, p.living(found[i].selector), o.span.To)
		var server *ServerError
		if err != nil && !errors.As(err, &server) { // a server that refuses leaves the order of the profile
			return nil, err
		}
		for _, s := range samples {
			alive[s.Labels["__name__"]] = true
		}
	}
	return alive, nil
}

// living is the question which metrics of a profile have values now.
func (p *Profile) living(s Selector) string {
	return "count by (__name__) (" + s.among(p.metrics()) + ")"
}

// readings are the ways to read a quantity where these metrics exist, those with values now
// first.
func (p *Profile) readings(q Quantity, t there, alive Known) []reading {
	var now, past []reading
	for _, m := range p.Quantities[q.Name] {
		own, _ := ParseSelector(m.Where) // read before, with the profile
		for _, native := range m.forms() {
			r := reading{quantity: q, metric: m, selector: t.selector, own: own, native: native}
			r.own = slices.Concat(own, t.except[r.seriesName()])
			r.summary = m.Histogram != "" && !native && t.known[m.Histogram] && !t.known[m.Histogram+"_bucket"]
			switch {
			case !m.readable(t.known, native):
			case m.readable(alive, native):
				now = append(now, r)
			default:
				past = append(past, r)
			}
		}
	}
	return slices.Concat(now, past)
}

// wanted are the metrics in which the profiles look for a quantity.
func (o *observer) wanted(quantity string) []string {
	var names []string
	for _, p := range o.profiles {
		names = append(names, p.Needed(quantity)...)
	}
	return names
}
