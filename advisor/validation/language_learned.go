package validation

import (
	"fmt"
	"math"
	"slices"

	"scaleadvise.dev/scaleadvise/advisor/catalog"
	"scaleadvise.dev/scaleadvise/advisor/llm"
)

const gib = 1 << 30

// speaker predicts how a system of language models answers a load; *llm.Evidence is one.
type speaker interface {
	Predict(llm.Question) (llm.Prediction, error)
}

// languages predicts language models from the catalogue.
type languages struct {
	known *catalog.Catalog
	// speaker is what may be known for a question: of an accelerator and model that are given.
	speaker    func(accelerator, model string) speaker
	shapes     map[string]shaped
	remembered map[LanguageQuestion]answer
}

func newLanguages(c *catalog.Catalog, of func(accelerator, model string) speaker) *languages {
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
		for _, meant := range q.meanings() {
			p, e := l.on(meant, a)
			if e != nil {
				err = e
				continue
			}
			all = append(all, p)
		}
	}
	if len(all) == 0 {
		return Prediction{}, err
	}
	return over(all), nil
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
// long, which is what load tests differ by.
func (q LanguageQuestion) meanings() []LanguageQuestion {
	all := []LanguageQuestion{q}
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

// on is the prediction for one accelerator and lengths.
func (l *languages) on(q LanguageQuestion, a catalog.Accelerator) (Prediction, error) {
	asked, err := l.question(q, a)
	if err != nil {
		return Prediction{}, err
	}
	p, err := l.speaker(a.ID, q.Model).Predict(asked)
	if err != nil {
		return Prediction{}, err
	}
	r := map[Aspect]llm.Range{
		EndToEndTime: p.E2E, InterTokenTime: p.TPOT, FirstTokenTime: p.TTFT, OutputThroughput: p.OutputRate, RequestThroughput: p.QPS,
	}[q.Aspect]
	if math.IsInf(r.Mid, 1) {
		return Prediction{}, fmt.Errorf("%s/s is above the predicted saturation, %s/s: no time is predicted there", plain(q.Rate), plain(p.QPS.Mid))
	}
	return Prediction{r.Mid, r.Low, r.High, p.Basis}, nil
}

// question is a question as package llm understands it, on one accelerator. The error is that
// the model cannot have run there.
func (l *languages) question(q LanguageQuestion, a catalog.Accelerator) (llm.Question, error) {
	shape, err := l.shape(q.Model)
	if err != nil {
		return llm.Question{}, err
	}
	if q.Count == 0 {
		q.Count, q.TensorParallel = fewest(q, shape, a), 0
	}
	return llm.Question{
		Setup: llm.Setup{
			Shape: shape, Accelerator: a, GPUs: q.TensorParallel,
			Precision: q.Precision, KVPrecision: q.KVPrecision, Engine: q.Engine,
		},
		Count: q.Count, Load: q.way(), Concurrency: q.Concurrency, Rate: q.Rate, Input: q.Input, Output: q.Output,
	}, q.tooLarge(shape, a)
}

// fewest is the smallest number of accelerators whose memory holds the weights.
func fewest(q LanguageQuestion, s llm.Shape, a catalog.Accelerator) int {
	const most = 64
	weights, err := s.WeightBytes(q.Precision)
	n := 1
	for err == nil && a.MemoryGiB > 0 && n < most && weights > float64(n)*a.MemoryGiB*gib {
		n *= 2
	}
	return n
}

// way is how requests come, as package llm names it.
func (q LanguageQuestion) way() llm.Load {
	switch q.load() {
	case loadOpen:
		return llm.Open
	case loadMaximum:
		return llm.Maximum
	case loadBatches:
		return llm.Batches
	}
	return llm.Closed
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

// tooLarge is the error that the weights alone are more than the memory of all accelerators.
// Engines that keep layers in the memory of the host are not bound by it.
func (q LanguageQuestion) tooLarge(s llm.Shape, a catalog.Accelerator) error {
	weights, err := s.WeightBytes(q.Precision)
	room := a.MemoryGiB * gib * float64(q.Count)
	if err != nil || weights <= room || room == 0 || slices.Contains([]string{"llama.cpp", "transformers", "deepspeed"}, q.Engine) {
		return err
	}
	return fmt.Errorf("%s takes %s GiB for its weights, and %d × %s have %s GiB: it cannot have run there; check %s, %s and %s",
		q.Model, plain(weights/gib), q.Count, a.ID, plain(room/gib), colPrecision, colCount, colModel)
}
