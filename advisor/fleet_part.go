package advisor

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/search"
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
		of, err := w.partly(r)
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

// partly is a service's workload with the lengths of the requests of a run, or with the time that these
// take where that was measured.
func (w *ways) partly(r run) (*workload.Workload, error) {
	if r.by.sizes[0].measured {
		return w.timed(r)
	}
	prompts, answers := r.by.seen(r.parts)
	of := *w.question.Workload
	of.Observe("input_tokens", workload.Summarize(prompts))
	of.Observe("output_tokens", workload.Summarize(answers))
	return &of, nil
}

// timed is a workload with the time that a run's requests take.
func (w *ways) timed(r run) (*workload.Workload, error) {
	changes, err := w.measured(r)
	if err != nil {
		return nil, err
	}
	return w.changed(changes)
}

// changed is the service's workload with other traits.
func (w *ways) changed(traits workload.Set) (*workload.Workload, error) {
	c, err := w.Case.With(traits)
	if err != nil {
		return nil, ofService(w.Service, err)
	}
	return c.Workload, nil
}

// measured are the mean time of a run's requests, and how much the times of its sizes differ.
func (w *ways) measured(r run) (workload.Set, error) {
	sum, mean, squares := 0.0, 0.0, 0.0
	for i, z := range r.by.sizes {
		if c, ok := z.kinds[kindKey(r.Way)]; ok && c.most > 0 {
			weight := r.parts[i] * z.share
			sum, mean, squares = sum+weight, mean+weight/c.most, squares+weight/(c.most*c.most)
		}
	}
	mean, squares = mean/sum, squares/sum
	changes := workload.Set{}
	err := workload.ParseSet("measured", fmt.Sprintf("%s:%.6g/s", r.Accelerator.ID, 1/mean), w.Origin, changes)
	return changes, errors.Join(err, workload.ParseSet("service_cv", fmt.Sprintf("%.4g", math.Sqrt(math.Max(0, squares/(mean*mean)-1))), w.Origin, changes))
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
		case d.prompts == nil && d.answers == nil: // sizes that the fleet names
			prompts, answers = append(prompts, slices.Repeat([]float64{z.prompt}, n)...), append(answers, slices.Repeat([]float64{z.answer}, n)...)
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
	texts := map[string]string{"qps": fmt.Sprintf("%.4g", w.question.Workload.Peak.Mid*r.share)}
	of, err := w.part(r)
	if err != nil {
		return nil, err
	}
	for trait, seen := range map[string][]float64{"input_tokens": of.Workload.LLM.InputSeen, "output_tokens": of.Workload.LLM.OutputSeen} {
		if r.by == nil || len(seen) == 0 {
			continue
		}
		sorted := slices.Sorted(slices.Values(seen))
		texts[trait] = fmt.Sprintf("%.0f/%.0f/%.0f", stat.Quantile(sorted, 0.5), stat.Quantile(sorted, 0.9), stat.Quantile(sorted, 0.99))
	}
	changes := workload.Set{}
	if r.by != nil && r.by.sizes[0].measured {
		changes, err = w.measured(r)
	}
	for trait, text := range texts {
		err = errors.Join(err, workload.ParseSet(trait, text, w.Origin, changes))
	}
	if err != nil {
		return nil, err
	}
	return w.changed(changes)
}
