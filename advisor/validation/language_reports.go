package validation

import (
	"cmp"
	"errors"
	"fmt"
	"math"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/loadtest"
)

// drivesLanguage reports whether a load test drove a language model whose service the user did
// not measure otherwise.
func (j *judge) drivesLanguage() bool {
	w := j.in.Workload
	if w == nil || w.GPU == "" || w.Service.Given() {
		return false
	}
	m, err := j.in.Catalog.ResolveModel(w.Model)
	return err == nil && m.Kind == "llm"
}

// languageReports judges load tests of a language model.
func (j *judge) languageReports(runs []loadtest.Run) error {
	base, err := j.driven()
	if err != nil {
		return err
	}
	even := false
	for _, r := range runs {
		asked, excuse := questions(r, base)
		even = even || r.Even
		if end, err := j.ends(); end {
			return err
		}
		j.asked(asked, excuse)
	}
	if even {
		j.warn("the load test sent requests at even distances; predictions are for arrivals at random (Poisson), which wait longer")
	}
	return nil
}

// asked judges the questions of one report, or notes why it asks none.
func (j *judge) asked(all []LanguageQuestion, excuse string) {
	if excuse != "" {
		j.out.Rows++
		j.skip(j.out.Rows, excuse)
		return
	}
	for _, q := range all {
		j.out.Rows++
		if !(q.Measured > 0) || math.IsInf(q.Measured, 0) {
			j.skip(j.out.Rows, fmt.Sprintf("measured is %g; it must be above zero", q.Measured))
			continue
		}
		if one, ok := j.hold(q, j.out.Rows); ok {
			j.take(q.group(byPrediction), one)
		}
	}
}

// hold holds a prediction against what was measured; where there is none the row is skipped.
func (j *judge) hold(q inquiry, line int) (one advice.Judgement, ok bool) {
	p, err := q.answer(j.in.Predictor)
	switch {
	case err != nil:
		j.skip(line, err.Error())
		return one, false
	case !p.ok():
		j.skip(line, "no finite prediction could be made from these numbers")
		return one, false
	}
	one = judged(q, p)
	one.Line = line
	return one, true
}

// driven is what the load test drove, as a question without load and measurement.
func (j *judge) driven() (q LanguageQuestion, err error) {
	w := j.in.Workload
	a, _, errAccelerator := j.in.Catalog.ResolveAccelerator(w.GPU)
	m, errModel := j.in.Catalog.ResolveModel(w.Model)
	if err := errors.Join(errAccelerator, errModel); err != nil {
		return q, err
	}
	gpus := max(w.GPUsPerReplica, 1)
	return LanguageQuestion{
		Accelerator: a.ID, Listed: true, Count: gpus * max(w.Replicas, 1), TensorParallel: gpus,
		Model: m.ID, Mixture: m.Experts > 0, Precision: w.Precision, KVPrecision: w.LLM.KVPrecision, Engine: w.LLM.Engine,
		Input: w.LLM.Input.Mid, Output: w.LLM.Output.Mid,
	}, nil
}

// errNoTokens is why a report without lengths of requests says nothing.
const errNoTokens = "the report does not say how long requests are: add --input-tokens and --output-tokens"

// questions are what a run of a load test asks, by how it sent requests: the mean times, and
// the throughput where the rate was not the tool's choice.
func questions(r loadtest.Run, q LanguageQuestion) (all []LanguageQuestion, excuse string) {
	q.Input, q.Output = cmp.Or(r.Input, q.Input), cmp.Or(r.Output, q.Output)
	switch {
	case q.Input == 0 || q.Output == 0:
		return nil, errNoTokens
	case !(r.QPS > 0):
		return nil, "the benchmark counts no successful requests a second"
	case 1-r.FailedShare() < answered:
		return nil, measurements(r)[0].excuse
	}
	ask := func(a Aspect, value float64) {
		if value > 0 {
			q.Aspect, q.Measured = a, value
			all = append(all, q)
		}
	}
	switch {
	case r.Loop == loadtest.Open && r.QPS < kept*r.Offered:
		ask(RequestThroughput, r.QPS)
		return all, ""
	case r.Loop == loadtest.Open:
		q.Rate = r.Offered
	case r.Loop == loadtest.Maximum:
	default:
		if q.Concurrency = cmp.Or(r.InFlight, r.Clients); r.Clients == 1 {
			q.Concurrency = 1
		}
		if q.Concurrency == 0 {
			return nil, fmt.Sprintf("%s keeps a number of requests in flight, and the report does not say which (request_concurrency)", r.Tool)
		}
	}
	if q.load() != loadMaximum {
		ask(EndToEndTime, r.Latency.Middle())
		ask(InterTokenTime, r.TPOT.Middle())
	}
	if q.load() != loadOpen {
		ask(OutputThroughput, r.QPS*q.Output)
	}
	return all, ""
}
