package advisor

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/serve"
	"scaleadvise/advisor/stat"
	"scaleadvise/advisor/workload"
)

// part is a service as the replicas of one run see it: with those of its requests that they serve.
func (w *ways) part(r run) (question, error) {
	if r.of != nil {
		return *r.of, nil
	}
	q := w.question
	q.space = r.space
	if r.by != nil {
		traits, err := w.asked(r)
		if err != nil {
			return q, err
		}
		of, err := w.changed(traits)
		if err != nil {
			return q, err
		}
		if q, err = settle(Input{Workload: of, Catalog: w.Case.Catalog, Rules: w.question.Rules}, w.question.Options); err != nil {
			return q, ofService(w.Service, err)
		}
		if there, err := search.In(q.space, offer.Home(w.space.Offers)); err == nil {
			q.space = there
		}
	}
	q.now, q.planned = scaled(q.now, r.share), scaled(q.planned, r.share)
	return q, nil
}

// changed is the service's workload with other traits.
func (w *ways) changed(traits workload.Set) (*workload.Workload, error) {
	c, err := w.Case.With(traits)
	if err != nil {
		return nil, ofService(w.Service, err)
	}
	return c.Workload, nil
}

// asked are the requests of a run as a plan of its own would say them, so that what is planned is what a check
// of it sees: what one replica was measured to carry of them, or their lengths.
func (w *ways) asked(r run) (workload.Set, error) {
	changes := workload.Set{}
	texts := map[string]string{}
	switch d := r.by; {
	case d == nil:
		return changes, nil
	case d.measured():
		texts = w.measured(r)
	case d.prompts == nil && d.answers == nil: // sizes that the fleet names
		weights, prompts, answers := []float64(nil), []llm.Tokens(nil), []llm.Tokens(nil)
		for i, z := range d.sizes {
			weights, prompts, answers = append(weights, r.parts[i]*z.share), append(prompts, z.prompt), append(answers, z.answer)
		}
		texts["input_tokens"], texts["output_tokens"] = llm.Mixed(weights, prompts).Text(), llm.Mixed(weights, answers).Text()
	default:
		prompts, answers := d.seen(r.parts)
		for trait, seen := range map[string][]float64{"input_tokens": prompts, "output_tokens": answers} {
			if len(seen) > 0 {
				sorted := slices.Sorted(slices.Values(seen))
				texts[trait] = fmt.Sprintf("%.0f/%.0f/%.0f", stat.Quantile(sorted, 0.5), stat.Quantile(sorted, 0.9), stat.Quantile(sorted, 0.99))
				if d.ends(trait == "input_tokens", r.parts) {
					texts[trait] += fmt.Sprintf("/%.0f", sorted[len(sorted)-1])
				}
			}
		}
	}
	var faults []error
	for trait, text := range texts {
		faults = append(faults, workload.ParseSet(trait, text, w.Origin, changes))
	}
	return changes, errors.Join(faults...)
}

// measured are the mean time of a run's requests, and how much the times of its sizes differ.
func (w *ways) measured(r run) map[string]string {
	var weights []float64
	var times []llm.Tokens
	for i, z := range r.by.sizes {
		if rate := z.measured[r.Accelerator.ID]; rate > 0 {
			weights, times = append(weights, r.parts[i]*z.share), append(times, llm.Tokens{Mean: 1 / rate})
		}
	}
	all := llm.Mixed(weights, times)
	const rounded = 1 + 1e-5 // what digits lose is lost on the side that carries
	return map[string]string{
		"measured":   fmt.Sprintf("%s:%.7g/s", r.Accelerator.ID, serve.Saturated(1/all.Mean)*rounded),
		"service_cv": fmt.Sprintf("%.4g", all.CV),
	}
}

// seen are lengths of prompts and answers as the requests of a run have them, as if of a trace; none of a
// length that is not told apart.
func (d *division) seen(parts []float64) (prompts, answers []float64) {
	const drawn = 2000
	total := 0.0
	for i, z := range d.sizes {
		total += parts[i] * z.share
	}
	shorter := d.falls(parts)
	for i, z := range d.sizes {
		n := int(math.Round(drawn * parts[i] * z.share / total))
		if n == 0 {
			continue
		}
		p, a := d.classes(i)
		switch {
		case d.answers == nil:
			prompts = append(prompts, d.prompts.within(p, parts[i], shorter, n)...)
		case d.prompts == nil:
			answers = append(answers, d.answers.within(a, parts[i], shorter, n)...)
		default:
			prompts = append(prompts, d.prompts.within(p, 1, shorter, n)...)
			answers = append(answers, d.answers.within(a, 1, shorter, n)...)
		}
	}
	return prompts, answers
}

// ends reports whether the prompts of parts, or their answers, have a longest: where none are of the class
// without an end, or the shorter of one length alone.
func (d *division) ends(ofPrompts bool, parts []float64) bool {
	if (d.prompts == nil || d.answers == nil) && d.falls(parts) {
		return true
	}
	last := -1
	for i, part := range parts {
		p, a := d.classes(i)
		if !ofPrompts {
			p = a
		}
		if part > 0 {
			last = max(last, p)
		}
	}
	if ofPrompts {
		return last < len(d.prompts.classes)-1
	}
	return last < len(d.answers.classes)-1
}

// classes are the class of prompts and that of answers of a size.
func (d *division) classes(size int) (prompt, answer int) {
	switch {
	case d.answers == nil:
		return size, 0
	case d.prompts == nil:
		return 0, size
	}
	return size / len(d.answers.classes), size % len(d.answers.classes)
}

// within are n lengths of a class; of a part of it the shorter or the longer ones.
func (l *lengths) within(class int, part float64, shorter bool, n int) []float64 {
	from := 0.0
	for _, c := range l.classes[:class] {
		from += c.share
	}
	to := from + l.classes[class].share
	if shorter {
		to = from + part*(to-from)
	} else {
		from = to - part*(to-from)
	}
	out := make([]float64, n)
	for i := range out {
		out[i] = math.Max(1, l.upTo(from+(to-from)*(float64(i)+0.5)/float64(n)))
	}
	return out
}

// said is the workload of a part of the requests as a plan of its own would say it.
func (w *ways) said(r run) (*workload.Workload, error) {
	changes, err := w.asked(r)
	if err != nil {
		return nil, err
	}
	for _, t := range w.question.Workload.Traits {
		if name := t.Spec.Name; name == "qps" || name == "users" {
			text := fmt.Sprintf("%.6g", t.Value.Interval.Mid*r.share)
			if !t.Value.Interval.IsExact() {
				text = fmt.Sprintf("%.6g..%.6g", t.Value.Interval.Low*r.share, t.Value.Interval.High*r.share)
			}
			err = errors.Join(err, workload.ParseSet(name, text, w.Origin, changes))
		}
	}
	if err != nil {
		return nil, err
	}
	return w.changed(changes)
}
