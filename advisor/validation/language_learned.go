package validation

import (
	"fmt"
	"math"
	"slices"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/engine"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/llm/step"
)

const gib = 1 << 30

// predictor predicts how a system of language models answers a load; *step.Evidence is one.
type predictor interface {
	Predict(step.Question) (step.Prediction, error)
}

// languages predicts language models from the catalogue.
type languages struct {
	known *catalog.Catalog
	// predictor is what may be known for a question: of an accelerator and model that are given.
	predictor  func(accelerator, model string) predictor
	shapes     map[string]shaped
	remembered map[LanguageQuestion]answer
}

func newLanguages(c *catalog.Catalog, of func(accelerator, model string) predictor) *languages {
	return &languages{c, of, map[string]shaped{}, map[LanguageQuestion]answer{}}
}

type shaped struct {
	llm.Shape
	err error
}

// ask answers a question, once.
func (l *languages) ask(q LanguageQuestion) (Prediction, error) {
	q.Measured = 0 // not to be known, and no part of the question
	if a, ok := l.remembered[q]; ok {
		return a.Prediction, a.err
	}
	p, err := l.predict(q)
	if len(l.remembered) < mostRemembered {
		l.remembered[q] = answer{p, err}
	}
	return p, err
}

// predict is the prediction over all that the question may mean.
func (l *languages) predict(q LanguageQuestion) (Prediction, error) {
	peers, err := l.peers(q)
	if err != nil {
		return Prediction{}, err
	}
	var all []Prediction
	for _, a := range peers {
		p, e := l.driven(q, a)
		if e != nil {
			err = e
			continue
		}
		all = append(all, p)
	}
	if len(all) == 0 {
		return Prediction{}, err
	}
	return over(all), nil
}

// clearlyBetter is the share of another interval's width, on a log scale, from which on a
// prediction counts as known better: below it the difference is chance.
const clearlyBetter = 0.6

// driven is the prediction on one accelerator however requests came. Where the row leaves open
// whether they came in batches or were always under way, they came in batches, unless the other
// is clearly known better: what was measured of such a system was mostly measured in one way.
func (l *languages) driven(q LanguageQuestion, a catalog.Accelerator) (Prediction, error) {
	p, err := l.meant(q, a)
	if !q.BatchesGuessed {
		return p, err
	}
	q.Batches = false
	if other, e := l.meant(q, a); e == nil && (err != nil || math.Log(other.High/other.Low) < clearlyBetter*math.Log(p.High/p.Low)) {
		return other, nil
	}
	return p, err
}

// meant is the prediction on one accelerator: that of the question as it stands, with an
// interval over all that it may mean, unless just this was measured: then its lengths are
// those of the measurements.
func (l *languages) meant(q LanguageQuestion, a catalog.Accelerator) (Prediction, error) {
	meanings := q.meanings()
	first, err := l.on(meanings[0], a)
	if err != nil || first.Basis == step.Measured {
		return first, err
	}
	for _, other := range meanings[1:] {
		if p, err := l.on(other, a); err == nil {
			first.Low, first.High = math.Min(first.Low, p.Low), math.Max(first.High, p.High)
		}
	}
	return first, nil
}

// peers are the accelerators that a question may mean: the one it names, or all of the memory
// that its name states.
func (l *languages) peers(q LanguageQuestion) ([]catalog.Accelerator, error) {
	if a, ok := l.known.Accelerator(q.Accelerator); ok {
		return []catalog.Accelerator{a}, nil
	}
	const near = 0.03 // makers round, and write GB for GiB
	var all []catalog.Accelerator
	for _, a := range l.known.Accelerators() {
		if math.Abs(a.MemoryGiB-q.MemoryGiB) <= near*q.MemoryGiB && a.BandwidthGBs > 0 && !a.CPU {
			all = append(all, a)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("the catalog knows no facts of %s and no accelerator of its memory; add it with --catalog", quoted(q.Accelerator))
	}
	return all, nil
}

// meanings are the questions that one without lengths may be: a quarter and four times as
// long, which is what load tests differ by. The first is the question as it stands, with no
// input where there is none: package llm knows runs that do not state it.
func (q LanguageQuestion) meanings() []LanguageQuestion {
	all := []LanguageQuestion{q}
	if q.NoInput && q.way() != step.Batches {
		all[0].Input = 0
	}
	for _, factor := range []float64{0.25, 4} {
		meant := q
		if q.NoInput {
			meant.Input *= factor
		}
		if q.NoOutput {
			meant.Output *= factor
		}
		if meant != q {
			all = append(all, meant)
		}
	}
	return all
}

// over is the middle of predictions, with an interval that reaches over all of theirs.
func over(all []Prediction) Prediction {
	slices.SortStableFunc(all, func(a, b Prediction) int {
		switch {
		case a.Value < b.Value:
			return -1
		case a.Value > b.Value:
			return 1
		}
		return 0
	})
	p := all[(len(all)-1)/2]
	for _, other := range all {
		p.Low, p.High = math.Min(p.Low, other.Low), math.Max(p.High, other.High)
	}
	return p
}

// on is the prediction for one accelerator and lengths. Where the row leaves open how many
// accelerators a replica spans, those who measured took what serves most.
func (l *languages) on(q LanguageQuestion, a catalog.Accelerator) (Prediction, error) {
	ways, err := l.questions(q, a)
	if err != nil {
		return Prediction{}, err
	}
	var best step.Prediction
	for _, way := range ways {
		p, e := l.predictor(a.ID, q.Model).Predict(way)
		if e != nil {
			err = e
			continue
		}
		if p.OutputRate.Mid > best.OutputRate.Mid {
			best = p
		}
	}
	if best.OutputRate.Mid == 0 {
		return Prediction{}, err
	}
	return q.of(best)
}

// of is what a prediction says of the aspect that is judged.
func (q LanguageQuestion) of(p step.Prediction) (Prediction, error) {
	r := map[Aspect]step.Range{
		EndToEndTime: p.E2E, InterTokenTime: p.TPOT, FirstTokenTime: p.TTFT, OutputThroughput: p.OutputRate, RequestThroughput: p.QPS,
	}[q.Aspect]
	if math.IsInf(r.Mid, 1) {
		return Prediction{}, fmt.Errorf("%s/s is above the predicted saturation, %s/s, where waits grow without end and no time is predicted; give a row of a lower rate, or without one, which is maximum load", plain(q.Rate), plain(p.QPS.Mid))
	}
	return Prediction{r.Mid, r.Low, r.High, p.Basis}, nil
}

// questions are the ways in which the system of a question may be deployed on an accelerator, as
// package llm understands them. The error is that the model cannot have run there.
func (l *languages) questions(q LanguageQuestion, a catalog.Accelerator) (all []step.Question, err error) {
	shape, err := l.shape(q.Model)
	if err != nil {
		return nil, err
	}
	weights, err := shape.WeightBytes(q.Precision)
	if err != nil {
		return nil, err
	}
	asked := step.Question{
		Setup: llm.Setup{Shape: shape, Accelerator: a, Precision: q.Precision, Integers: q.Integers, KVPrecision: q.KVPrecision, Engine: q.Engine, Stages: q.Stages},
		Count: q.Count, Load: q.way(), Concurrency: q.Concurrency, Rate: q.Rate, Input: q.Input, Output: q.Output,
	}
	least := fewest(weights/float64(max(q.Stages, 1)), a)
	stages := max(q.Stages, 1)
	if asked.Count == 0 {
		asked.Count = least * stages
	}
	for _, n := range q.sizes(least, max(asked.Count/stages, 1)) {
		asked.Setup.GPUs = n
		all = append(all, asked)
	}
	return all, q.tooLarge(weights, a, asked.Count)
}

// sizes are how many accelerators a replica may span: what the row says, else at maximum load all
// powers of two from those that hold the weights to those that there are, and the first of them
// under other loads.
func (q LanguageQuestion) sizes(least, most int) (all []int) {
	if q.TensorParallel > 0 {
		return []int{q.TensorParallel}
	}
	for n := least; n <= most && (all == nil || q.load() == loadMaximum); n *= 2 {
		all = append(all, n)
	}
	if all == nil {
		all = append(all, most)
	}
	return all
}

// fewest is the smallest power of two of accelerators whose memory holds the weights, B.
func fewest(weights float64, a catalog.Accelerator) int {
	const most = 1 << 10
	n := 1
	for a.MemoryGiB > 0 && n < most && weights > float64(n)*a.MemoryGiB*gib {
		n *= 2
	}
	return n
}

// way is how requests come, as package llm names it.
func (q LanguageQuestion) way() step.Load {
	switch q.load() {
	case loadOpen:
		return step.Open
	case loadMaximum:
		return step.Maximum
	case loadBatches:
		return step.Batches
	}
	return step.Closed
}

// shape is that of a model of the catalogue, worked out once.
func (l *languages) shape(id string) (llm.Shape, error) {
	found, ok := l.shapes[id]
	if !ok {
		m, _ := l.known.Model(id)
		found.Shape, found.err = llm.ShapeOf(m)
		l.shapes[id] = found
	}
	return found.Shape, found.err
}

// tooLarge is the error that the weights, B, are more than the memory of all accelerators.
// Engines that keep layers in the memory of the host are not bound by it.
func (q LanguageQuestion) tooLarge(weights float64, a catalog.Accelerator, count int) error {
	room := a.MemoryGiB * gib * float64(count)
	if weights <= room || room == 0 || engine.Measured(q.Engine).Weights == engine.WeightsOnHost {
		return nil
	}
	return fmt.Errorf("%s takes %s GiB for its weights, and %d × %s have %s GiB: it cannot have run there; check %s, %s and %s",
		q.Model, plain(weights/gib), count, a.ID, plain(room/gib), colPrecision, colCount, colModel)
}
