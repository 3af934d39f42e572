package validation

import (
	"fmt"
	"strings"

	"scaleadvise/advisor/advice"
)

// LanguageQuestion is one parsed row about a language model: what is known of a system,
// what drove it, and what was measured on it.
type LanguageQuestion struct {
	Accelerator string  // catalogue id, or the name as written where the catalogue has no such part
	Listed      bool    // the catalogue knows the accelerator
	MemoryGiB   float64 // of an accelerator that the catalogue does not know, from its name; 0 unknown
	Count       int     // accelerators of the whole system; 0 where the row states neither this nor how many a replica spans

	// TensorParallel is how many accelerators one replica spans; 0 where the row leaves it
	// open. More accelerators than that are further replicas, which share the load.
	TensorParallel int

	// Stages are those of pipeline parallelism, each of which has layers of its own on as many
	// accelerators as TensorParallel says; 0 where the row says nothing, which is one.
	Stages int

	Model                  string // catalogue id
	Mixture                bool   // of experts
	Precision, KVPrecision string // "" where the row leaves it to the engine
	Integers               bool   // activations of 8 bit with weights of int8
	Engine                 string // "" where the row leaves it open

	Input, Output     float64 // tokens of a request
	NoInput, NoOutput bool    // the row has none, and the usual length is assumed

	// The load on the system: requests in progress in all of it, or requests a second. Both 0 is maximum
	// load: the engine admits what it can, and another request always waits.
	Concurrency float64
	Rate        float64 // 1/s
	Batches     bool    // requests arrive together, and the next ones when all are complete

	// BatchesGuessed says that Batches follows from what was measured, not from the row itself.
	BatchesGuessed bool

	Aspect   Aspect
	Measured float64 // value in the unit of the aspect
}

// Aspect is the measured quantity of a language model's service that a row judges.
type Aspect int

// The aspects.
const (
	EndToEndTime      Aspect = iota + 1 // s, from the request to its last token
	InterTokenTime                      // s, between two tokens of one request
	FirstTokenTime                      // s, from the request to its first token
	OutputThroughput                    // tokens a second of the whole system, output alone
	RequestThroughput                   // requests a second of the whole system
)

// aspects are the names of the aspects as groups, and their units.
var aspects = map[Aspect]struct{ name, unit string }{
	EndToEndTime:      {"end-to-end-time", "s"},
	InterTokenTime:    {"inter-token-time", "s"},
	FirstTokenTime:    {"first-token-time", "s"},
	OutputThroughput:  {"output-throughput", "tokens/s"},
	RequestThroughput: {"request-throughput", "1/s"},
}

// answer implements inquiry.
func (q LanguageQuestion) answer(p Predictor) (Prediction, error) { return p.Language(q) }

// judgement implements inquiry.
func (q LanguageQuestion) judgement() advice.Judgement {
	return advice.Judgement{What: q.describe(), Measured: q.Measured, Unit: aspects[q.Aspect].unit}
}

// group implements inquiry.
func (q LanguageQuestion) group(by grouping) string {
	switch {
	case by == byPrediction:
		return aspects[q.Aspect].name
	case by == byLoad:
		return q.load()
	case q.Mixture:
		return "mixture-of-experts"
	}
	return "dense"
}

// load says how requests came.
func (q LanguageQuestion) load() string {
	switch {
	case q.Concurrency > 0 && q.Batches:
		return loadBatches
	case q.Concurrency > 0:
		return loadClosed
	case q.Rate > 0:
		return loadOpen
	}
	return loadMaximum
}

// assumptions implements inquiry.
func (q LanguageQuestion) assumptions() (all []string) {
	for _, a := range []struct {
		holds bool
		text  string
	}{
		{q.BatchesGuessed, "there is a concurrency but no time to the first token or between tokens: read as batches, each sent when the one before is complete, or as a constant number of requests in flight where far more is known about those; a column " + colLoad + " that says batches or closed settles it"},
		{q.TensorParallel == 0, colParallel + " is blank: taken is what serves most at maximum load, and the fewest accelerators that hold the model under other loads"},
		{q.NoInput || q.NoOutput, "the tokens of requests are blank: those of chats are assumed, and the interval reaches from a quarter to four times as many"},
		{!q.Listed, "the catalog does not list the accelerator: predicted is the middle over those with its memory"},
	} {
		if a.holds {
			all = append(all, a.text)
		}
	}
	return all
}

// describe says what was predicted, of which system.
func (q LanguageQuestion) describe() string {
	words := []string{fmt.Sprintf("%s on %d × %s", q.Model, q.Count, q.Accelerator)}
	if q.Count == 0 {
		words = []string{fmt.Sprintf("%s on %s", q.Model, q.Accelerator)}
	}
	if q.TensorParallel > 1 || q.Count > q.TensorParallel && q.TensorParallel > 0 {
		words = append(words, fmt.Sprintf("TP %d", q.TensorParallel))
	}
	if q.Stages > 1 {
		words = append(words, fmt.Sprintf("PP %d", q.Stages))
	}
	for _, word := range []string{q.Precision, q.Engine} {
		if word != "" {
			words = append(words, word)
		}
	}
	return fmt.Sprintf("%s, %s in, %s out, %s: %s", strings.Join(words, " "),
		plain(q.Input), plain(q.Output), q.driven(), strings.ReplaceAll(aspects[q.Aspect].name, "-", " "))
}

// driven says what drove the system.
func (q LanguageQuestion) driven() string {
	switch q.load() {
	case loadClosed:
		return plain(q.Concurrency) + " in flight"
	case loadBatches:
		return plain(q.Concurrency) + " together"
	case loadOpen:
		return plain(q.Rate) + "/s"
	}
	return "at maximum load"
}
