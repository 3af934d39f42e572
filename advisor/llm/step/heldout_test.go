package step

import (
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestHeldOut prints the errors of predictions without any measurement of the same model, accelerator and
// engine, of the same family of models, of the same accelerator or from the same source, by load. It runs
// where LLM_HELD_OUT is set, and takes a minute:
//
//	LLM_HELD_OUT=1 go test ./advisor/llm/step -run TestHeldOut -v
func TestHeldOut(t *testing.T) {
	if os.Getenv("LLM_HELD_OUT") == "" {
		t.Skip("LLM_HELD_OUT is not set")
	}
	all := trials(t)
	for _, apart := range []struct {
		what string
		of   func(*Trial) string
	}{
		{"model, accelerator and engine", func(t *Trial) string { return pairOf(t) + "|" + t.Row.Engine }},
		{"family of models", func(t *Trial) string { return t.Row.Model[:strings.IndexAny(t.Row.Model+"-", "0123456789-")] }},
		{"accelerator", partOf},
		{"source", sourceOf},
	} {
		groups := map[string][]judged{}
		for fold := range heldOutFolds {
			known, asked := split(all, apart.of, fold, heldOutFolds)
			if len(asked) == 0 {
				continue
			}
			less := learn(known, Learn().Step, Learn().Kernels, calibrationSteps)
			less.Errors = Learn().Errors
			for i := range asked {
				if j, ok := less.judge(&asked[i]); ok {
					groups[asked[i].Work()] = append(groups[asked[i].Work()], j)
				}
			}
		}
		for _, work := range slices.Sorted(maps.Keys(groups)) {
			t.Logf("without the %s: %s: %s", apart.what, work, summed(groups[work]))
		}
	}
}

const heldOutFolds = 5

// judged is a prediction beside its measurement.
type judged struct {
	off, width float64
	inside     bool
}

// judge predicts what the row of a trial measured: the time of a request, at maximum load the rate of
// tokens, and the time between tokens where a system did not keep up with what was offered.
func (e *Evidence) judge(t *Trial) (judged, bool) {
	q := t.Question
	if t.bare {
		q.Input = 0
	}
	p, err := e.Predict(q)
	if err != nil {
		return judged{}, false
	}
	r, measured := p.E2E, t.Seconds
	switch row := &t.Row; {
	case q.Load == Maximum:
		r, measured = p.OutputRate, row.OutputTPS
	case q.Load == Open && (t.First == 0 || row.OutputTPS > 0 && row.OutputTPS < 0.9*row.Rate*row.Output):
		r = p.TPOT
	case q.Load == Open:
		measured = t.First + q.Output*t.Seconds
	}
	if math.IsInf(r.Mid, 1) || !(measured > 0) {
		return judged{}, false
	}
	return judged{math.Abs(r.Mid/measured - 1), r.High / r.Low, r.Low <= measured && measured <= r.High}, true
}

// summed says how predictions fare.
func summed(all []judged) string {
	var offs, widths []float64
	inside := 0
	for _, j := range all {
		offs, widths = append(offs, j.off), append(widths, j.width)
		if j.inside {
			inside++
		}
	}
	slices.Sort(offs)
	slices.Sort(widths)
	n := len(all)
	return fmt.Sprintf("%d rows, median error %.1f %%, p90 %.1f %%; %.0f %% in the 90 %% interval, high/low %.2f",
		n, 100*offs[n/2], 100*offs[n*9/10], 100*float64(inside)/float64(n), widths[n/2])
}
