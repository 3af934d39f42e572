package validation

import (
	"errors"
	"fmt"
	"strings"

	"scaleadvise/advisor/catalog"
)

// The lengths of requests where a row has none, tokens: the means over ShareGPT as the benchmarks
// of vLLM and LMDeploy draw from it, which is what most load tests send that do not say.
const (
	usualInput  = 247
	usualOutput = 233
)

// aboutLanguage reports whether a row is about a language model. The error is why it can be
// about no model at all.
func (c cells) aboutLanguage(n *namer) (bool, error) {
	measured, tokens := "", false
	for _, column := range languageMeasured {
		if measured == "" && c.text(column) != "" {
			measured = column
		}
	}
	for _, column := range []string{colInput, colOutput} {
		tokens = tokens || c.text(column) != ""
	}
	m, _, err := n.model(c.text(colModel))
	switch {
	case err != nil:
		return measured != "" || tokens, nil
	case m.Kind == "llm":
		return true, nil
	case measured != "":
		return false, fmt.Errorf("%s is not a language model, and %s is for those alone; write what it sustained into %s", m.ID, measured, colMeasured)
	}
	return false, nil
}

// languageQuestion reads a row about a language model.
func (c cells) languageQuestion(n *namer) (q LanguageQuestion, err error) {
	for _, read := range []func(*LanguageQuestion) error{
		c.tokens, c.driven, c.measuredLanguage,
		func(q *LanguageQuestion) error { return c.languageSystem(n, q) },
	} {
		if err := read(&q); err != nil {
			return q, err
		}
	}
	return q, nil
}

// tokens reads the lengths of requests; -1 stands for a blank.
func (c cells) tokens(q *LanguageQuestion) error {
	for _, length := range []struct {
		column string
		to     *float64
	}{{colInput, &q.Input}, {colOutput, &q.Output}} {
		*length.to = -1
		text := c.text(length.column)
		if text == "" {
			continue
		}
		v, err := parse(length.column, text)
		if err != nil {
			return err
		}
		if v < 0 {
			return fmt.Errorf("%s is %s; a number of tokens, 0 or more, is needed", length.column, quoted(text))
		}
		*length.to = v
	}
	return nil
}

// driven reads what drove the system.
func (c cells) driven(q *LanguageQuestion) (err error) {
	switch letters(c.text(colLoad)) {
	case "max", "maximum", "maximumload", "offline": // whatever is noted of requests under way
		return nil
	case "open", "openloop", "poisson":
		if c.text(colMeasured) != "" {
			return nil
		}
	}
	if strings.EqualFold(c.text(colConcurrency), "inf") { // how published tables write maximum load
		return nil
	}
	q.Concurrency, err = c.number(colConcurrency)
	return err
}

// times are the measured columns of a language model, s; rates per second; 0 where blank.
type times struct{ tps, ttft, tpot, e2e, qps float64 }

func (c cells) times() (t times, err error) {
	for _, cell := range []struct {
		column string
		scale  float64
		to     *float64
	}{
		{colOutputTPS, 1, &t.tps}, {colTTFT, 1e-3, &t.ttft}, {colTPOT, 1e-3, &t.tpot},
		{colE2E, 1e-3, &t.e2e}, {colMeasured, 1, &t.qps},
	} {
		v, err := c.number(cell.column)
		if err != nil {
			return t, err
		}
		*cell.to = v * cell.scale
	}
	return t, nil
}

// measuredLanguage finds what of the measured the row judges. Times go before throughput, and
// the time of a whole request before its parts, whose split is the scheduler's choice. At
// maximum load throughput goes first: times grow with the queue there.
func (c cells) measuredLanguage(q *LanguageQuestion) error {
	t, err := c.times()
	if err != nil {
		return err
	}
	c.together(q, t)
	latency := t.ttft > 0 || t.tpot > 0 || t.e2e > 0
	if latency && q.Concurrency == 0 && !c.saturated() {
		q.Rate = t.qps // measured_qps beside a time is the rate that was driven
	}
	atMost := q.Concurrency == 0 && q.Rate == 0
	switch {
	case atMost && t.tps > 0, !latency && t.tps > 0:
		q.Aspect, q.Measured = OutputThroughput, t.tps
	case t.e2e > 0 && q.Output >= 0:
		q.Aspect, q.Measured = EndToEndTime, t.e2e
	case t.ttft > 0 && t.tpot > 0 && q.Output >= 0:
		q.Aspect, q.Measured = EndToEndTime, t.ttft+q.Output*t.tpot
	case t.tpot > 0:
		q.Aspect, q.Measured = InterTokenTime, t.tpot
	case t.ttft > 0:
		q.Aspect, q.Measured = FirstTokenTime, t.ttft
	case t.e2e > 0:
		return fmt.Errorf("%s is given and %s is blank: how long a request takes depends on its tokens", colE2E, colOutput)
	case t.qps > 0:
		q.Aspect, q.Measured = RequestThroughput, t.qps
	default:
		return fmt.Errorf("%s and %s are blank: nothing to compare with", strings.Join(languageMeasured, ", "), colMeasured)
	}
	return c.answerable(q, atMost)
}

// saturated reports whether a row says itself that requests always waited.
func (c cells) saturated() bool {
	return strings.HasPrefix(letters(c.text(colLoad)), "max") || letters(c.text(colLoad)) == "offline"
}

// together finds whether the requests of a fixed concurrency came as batches. Who keeps that
// many under way at all times measures the time between tokens, and that to the first one
// beside it; who has only the time of whole requests or of reading them, or a throughput, timed
// batches, and so did who sent one request alone. A column may say it outright.
func (c cells) together(q *LanguageQuestion, t times) {
	switch letters(c.text(colLoad)) {
	case "closed", "closedloop":
		return
	case "batch", "batches", "static", "staticbatch":
		q.Batches = q.Concurrency > 0
		return
	}
	alone := q.Concurrency <= 1 && t.ttft == 0
	q.Batches = q.Concurrency > 0 && (t.tpot == 0 || alone)
	q.BatchesGuessed = q.Batches && q.Concurrency > 1
}

// answerable checks that what a row judges is defined by what it says, and fills lengths that
// it leaves open.
func (c cells) answerable(q *LanguageQuestion, atMost bool) error {
	throughput := q.Aspect == OutputThroughput || q.Aspect == RequestThroughput
	switch {
	case c.text(colKnownQPS) != "" || q.Aspect == RequestThroughput && c.text(colBound) != "":
		return fmt.Errorf("%s and %s are about models that answer in one step; leave them blank for a language model", colKnownQPS, colBound)
	case atMost && !throughput:
		return fmt.Errorf("%s and %s are blank: at maximum load times grow with the queue; state how many requests were in flight, or at what rate they arrived", colConcurrency, colMeasured)
	case throughput && q.Output == 0:
		return fmt.Errorf("%s is 0: a throughput of output needs some", colOutput)
	case q.Aspect == FirstTokenTime && q.Input < 0:
		return fmt.Errorf("%s is given and %s is blank: the first token takes as long as reading the input", colTTFT, colInput)
	}
	if q.NoInput = q.Input < 0; q.NoInput {
		q.Input = usualInput
	}
	if q.NoOutput = q.Output < 0; q.NoOutput {
		q.Output = usualOutput
	}
	return nil
}

// languageSystem reads which hardware and software serve which model.
func (c cells) languageSystem(n *namer, q *LanguageQuestion) error {
	m, _, err := n.model(c.text(colModel))
	if err != nil {
		return err
	}
	q.Model, q.Mixture = m.ID, m.Experts > 0
	if q.Accelerator, q.Listed, err = n.hardware(c.text(colAccelerator)); err != nil || !q.Listed {
		if q.MemoryGiB = memoryIn(q.Accelerator); q.MemoryGiB == 0 {
			return unlistedError(q.Accelerator, err)
		}
	}
	q.Engine = engineOf(c.text(colEngine))
	q.Precision, err = class(c.text(colPrecision))
	if err != nil {
		return err
	}
	if q.Precision == "" { // as --model takes it
		q.Precision = catalog.NamedPrecision(c.text(colModel))
	}
	q.Integers = q.Precision == "int8" && (catalog.Integers(c.text(colPrecision)) || catalog.Integers(c.text(colModel)))
	if q.KVPrecision, err = class(c.text(colKVPrecision)); err != nil {
		return fmt.Errorf("%s is %s; leave it blank where it is not known", colKVPrecision, quoted(c.text(colKVPrecision)))
	}
	return c.spans(q)
}

// unlistedError says that nothing is known of an accelerator.
func unlistedError(name string, err error) error {
	if err != nil {
		return err
	}
	return fmt.Errorf("the catalog knows no facts of %s; add it with --catalog", quoted(name))
}

// spans reads how many accelerators there are and how many one replica spans.
func (c cells) spans(q *LanguageQuestion) (err error) {
	if q.Count, err = c.count(colCount, 0); err != nil {
		return err
	}
	if q.TensorParallel, err = c.count(colParallel, 0); err != nil {
		return err
	}
	if q.Stages, err = c.count(colStages, 0); err != nil {
		return err
	}
	stages := max(q.Stages, 1)
	if c.text(colCount) == "" {
		q.Count = q.TensorParallel * stages
		return nil
	}
	switch {
	case q.Count == 0:
		return errors.New("processors without accelerators serving a language model are not predicted; name the accelerator")
	case q.TensorParallel*stages > q.Count && q.TensorParallel == q.Count:
		q.TensorParallel = q.Count / stages // a table that counts the stages in
		if q.TensorParallel*stages != q.Count {
			return fmt.Errorf("%s is %d and %s is %d: %d accelerators do not divide into that many stages", colParallel, q.Count, colStages, stages, q.Count)
		}
	case q.TensorParallel*stages > q.Count:
		if stages > 1 {
			return fmt.Errorf("%s is %d, %s is %d and %s is %d; a replica cannot span more accelerators than there are", colParallel, q.TensorParallel, colStages, stages, colCount, q.Count)
		}
		return fmt.Errorf("%s is %d and %s is %d; a replica cannot span more accelerators than there are", colParallel, q.TensorParallel, colCount, q.Count)
	}
	return nil
}
