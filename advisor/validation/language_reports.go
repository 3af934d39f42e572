package validation

import (
	"cmp"
	"errors"
	"fmt"
	"math"

	"scaleadvise/advisor/advice"
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
func (j *judge) languageReports(found []any) error {
	base, err := j.driven()
	if err != nil {
		return err
	}
	even := false
	for _, one := range found {
		var asked []LanguageQuestion
		var excuse string
		switch report := one.(type) {
		case *vegeta:
			asked, excuse = report.questions(base)
			even = true
		case *guidellm:
			asked, excuse = report.questions(base)
			even = even || report.strategy() == "constant"
		}
		if err := j.ctx.Err(); err != nil {
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

// questions are what a report of vegeta asks: the mean time of a request.
func (v *vegeta) questions(q LanguageQuestion) (all []LanguageQuestion, excuse string) {
	m := v.measurements()[0]
	switch {
	case m.excuse != "":
		return nil, m.excuse
	case q.Input == 0 || q.Output == 0:
		return nil, errNoTokens
	case m.quantity == saturation:
		q.Aspect, q.Measured = RequestThroughput, m.value
	default:
		q.Rate, q.Aspect, q.Measured = v.Rate, EndToEndTime, cmp.Or(v.Latencies.Mean, v.Latencies.P50)*1e-9
	}
	return []LanguageQuestion{q}, ""
}

// questions are what a benchmark of guidellm asks, by how it sent requests: the mean times, and
// the throughput where the rate was not the benchmark's choice.
func (g *guidellm) questions(q LanguageQuestion) (all []LanguageQuestion, excuse string) {
	m := g.Metrics
	if tokens := m.Input.Successful.Mean; tokens > 0 {
		q.Input = tokens
	}
	if tokens := m.Output.Successful.Mean; tokens > 0 {
		q.Output = tokens
	}
	rate := m.Rate.Successful.Mean
	switch {
	case q.Input == 0 || q.Output == 0:
		return nil, errNoTokens
	case !(rate > 0):
		return nil, "the benchmark counts no successful requests a second"
	}
	switch g.strategy() {
	case "constant", "poisson", "async":
		q.Rate = rate
	case "synchronous":
		q.Concurrency = 1
	case "throughput":
	default:
		if q.Concurrency = m.Concurrency.Successful.Mean; q.Concurrency == 0 {
			return nil, fmt.Sprintf("the strategy %s keeps a number of requests in flight, and the report does not say which (request_concurrency)", quoted(g.strategy()))
		}
	}
	ask := func(a Aspect, value float64) {
		if value > 0 {
			q.Aspect, q.Measured = a, value
			all = append(all, q)
		}
	}
	if q.load() != loadMaximum {
		ask(EndToEndTime, m.Latency.Successful.mean())
		ask(InterTokenTime, m.InterToken.Successful.mean()*1e-3)
	}
	if q.load() != loadOpen {
		ask(OutputThroughput, rate*q.Output)
	}
	return all, ""
}
