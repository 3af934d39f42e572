package validation

import (
	"errors"
	"strings"
	"sync"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/llm/step"
	"scaleadvise/advisor/service"
)

// mostRemembered bounds the predictions that are kept: files repeat questions.
const mostRemembered = 4096

// Learned predicts from the evidence in a catalogue, as advice does.
type Learned struct {
	catalog     *catalog.Catalog
	evidence    *service.Evidence
	excludeSelf bool
	remembered  map[asked]answer
	systems     map[System]answer
	languages   *languages
}

// asked is a question as it is remembered.
type asked struct {
	Question
	sustained bool
}

type answer struct {
	Prediction
	err error
}

// NewPredictor returns the Predictor of a catalogue. With excludeSelf the measurements of a row's own
// accelerator and model are held out, as in cross-validation.
func NewPredictor(c *catalog.Catalog, excludeSelf bool) *Learned {
	language := sync.OnceValue(step.Learn) // which a file without language models does not need
	return &Learned{
		c, service.Learn(c), excludeSelf, map[asked]answer{}, map[System]answer{},
		newLanguages(c, func(accelerator, model string) predictor {
			if excludeSelf {
				return language().Without(step.Pair{Accelerator: accelerator, Model: model})
			}
			return language()
		}),
	}
}

// Saturated implements Predictor.
func (l *Learned) Saturated(q Question) (Prediction, error) {
	return l.ask(q, false, (*service.Evidence).Saturated)
}

// Sustained implements Predictor.
func (l *Learned) Sustained(q Question) (Prediction, error) {
	return l.ask(q, true, (*service.Evidence).ServerRate)
}

// ask puts a question to the evidence, once.
func (l *Learned) ask(q Question, sustained bool, predict func(*service.Evidence, service.Query) (service.Estimate, error)) (Prediction, error) {
	q.MeasuredQPS = 0 // not to be known, and no part of the question
	key := asked{q, sustained}
	if a, ok := l.remembered[key]; ok {
		return a.Prediction, a.err
	}
	evidence := l.evidence
	if l.excludeSelf && q.KnownModel {
		evidence = evidence.Without(q.Accelerator, q.Model)
	}
	e, err := predict(evidence, queryOf(q))
	if err == nil && e.Value == 0 {
		err = errors.New(strings.Join(e.Reasons, "; "))
	}
	a := answer{Prediction{e.Value, e.Low, e.High, e.Basis}, err}
	if len(l.remembered) < mostRemembered {
		l.remembered[key] = a
	}
	return a.Prediction, a.err
}

func queryOf(q Question) service.Query {
	name := q.Benchmark
	if name == "" {
		name = q.Model
	}
	return service.Query{
		Accelerator: q.Accelerator, Count: q.Count, Model: name, Precision: q.Precision,
		MaxQPS: q.KnownQPS, Alone: q.AloneS, Bound: q.BoundS, Percentile: q.Percentile, Year: q.Year,
	}
}

// Language implements Predictor.
func (l *Learned) Language(q LanguageQuestion) (Prediction, error) { return l.languages.ask(q) }
