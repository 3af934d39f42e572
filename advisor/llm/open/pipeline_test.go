package open

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/queue"
)

// piped is a linear timing of a pipeline: every stage has a part of the requests under way.
type piped struct {
	linear
	stages float64
}

func (p piped) Decode(batch, context float64) float64 {
	return p.linear.Decode(math.Max(1, batch/p.stages), context)
}

// pipeline runs a pipeline stage by stage: as many groups of requests as there are stages go around,
// each stage serves one group at a time for its part of the group's pass, and a group that comes
// around takes in the prompts that wait, as far as the limit on requests goes.
type pipeline struct {
	timing  piped
	lengths llm.Lengths
	limit   int
	rate    float64
}

type flying struct {
	arrived, first float64
	left, steps    int
	input          float64
}

// run returns the times to the first token and per token, s, and the rate at which requests end, 1/s.
func (p pipeline) run(requests int) (ttft, tpot []float64, finished float64) {
	r := rand.New(rand.NewPCG(1, 2))
	stages := int(p.timing.stages)
	free := make([]float64, stages) // since when a stage is
	at := make([]float64, stages)   // where each group is back at the first stage
	groups := make([][]flying, stages)
	fresh := make([][]flying, stages) // whose prompts are in the pass under way
	var queue []flying
	next, now, last := 0.0, 0.0, 0.0
	came, under := 0, 0
	for len(ttft) < requests {
		g := 0
		for i := range at {
			if at[i] < at[g] {
				g = i
			}
		}
		now = math.Max(at[g], free[0])
		// what the pass that ended gave
		for i := range fresh[g] {
			q := &fresh[g][i]
			q.first = at[g]
			if q.left == 0 {
				ttft, last, under = append(ttft, q.first-q.arrived), q.first, under-1
				continue
			}
			groups[g] = append(groups[g], *q)
		}
		grown := len(fresh[g])
		fresh[g] = nil
		kept := groups[g][:0]
		for i, q := range groups[g] {
			if i < len(groups[g])-grown || q.first < at[g] {
				q.left--
			}
			if q.left <= 0 && q.steps > 0 && q.first < at[g] {
				ttft, tpot = append(ttft, q.first-q.arrived), append(tpot, (at[g]-q.first)/float64(q.steps))
				last, under = at[g], under-1
				continue
			}
			kept = append(kept, q)
		}
		groups[g] = kept
		for next <= now && came < 4*requests {
			queue = append(queue, flying{arrived: next, input: draw(p.lengths.Input, r), steps: int(draw(p.lengths.Output, r)) - 1})
			queue[len(queue)-1].left = queue[len(queue)-1].steps
			next += r.ExpFloat64() / p.rate
			came++
		}
		read := 0.0 // a pass reads as many tokens as its budget allows, and one prompt at least
		for len(queue) > 0 && under < p.limit && (read == 0 || read+queue[0].input <= tokenBudget) {
			read += queue[0].input
			fresh[g] = append(fresh[g], queue[0])
			queue, under = queue[1:], under+1
		}
		pass := 0.0
		context := p.lengths.Held()
		if n := float64(len(groups[g])); n > 0 {
			pass = p.timing.linear.Decode(n, context)
		}
		tokens := 0.0
		for _, q := range fresh[g] {
			tokens += q.input
		}
		if tokens > 0 {
			pass += Mixed(p.timing.linear, tokens, p.lengths.Input.Mean/2, float64(len(groups[g])), pass)
		}
		if pass == 0 { // nothing to do until something comes, or another group ends
			wake := next
			for i := range at {
				if i != g && at[i] > now {
					wake = math.Min(wake, at[i])
				}
			}
			at[g] = math.Max(wake, now+1e-6)
			continue
		}
		t := now
		for s := range free {
			t = math.Max(t, free[s]) + pass/float64(stages)
			free[s] = t
		}
		at[g] = t
	}
	slices.Sort(ttft)
	slices.Sort(tpot)
	return ttft, tpot, float64(len(ttft)) / last
}

// TestPipelineAgainstSimulation: in a pipeline a prompt holds up its own group of requests by all of its
// time and the others by a stage's part of that, and uneven groups leave stages idle. Together that is
// near to what one step for all takes, which the formulas compute, and more than the whole time of a
// prompt is never lost: they err on the safe side where prompts are most of the work.
func TestPipelineAgainstSimulation(t *testing.T) {
	for _, stages := range []float64{2, 4} {
		for _, c := range []struct {
			input, output float64
			most          float64 // by how much the formulas may lie above
		}{{2000, 200, 1.15}, {4000, 40, 1.5}, {1000, 400, 1.1}} {
			l := llm.Lengths{Input: llm.Tokens{Mean: c.input}, Output: llm.Tokens{Mean: c.output}}
			m := Machine{MaxRequests: 64, Timing: piped{fast8b.Timing.(linear), stages}}
			x := m.Saturation(l)
			_, _, finished := pipeline{m.Timing.(piped), l, 64, 10 * x}.run(4000)
			name := fmt.Sprintf("%g stages, %g in, %g out", stages, c.input, c.output)
			if x > finished {
				t.Errorf("%s: saturation %.3g/s, simulated %.3g/s", name, x, finished)
			}
			for _, u := range []float64{0.3, 0.6} {
				ttft, tpot, _ := pipeline{m.Timing.(piped), l, 64, u * x}.run(8000)
				a := Replicas{Machine: m, N: 1}.Serve(l).At(queue.Load{Rate: u * x})
				within(t, fmt.Sprintf("%s at %g: mean TPOT", name, u), a.MeanTPOT, meanOf(tpot), 0.95, c.most)
				within(t, fmt.Sprintf("%s at %g: mean TTFT", name, u), a.MeanTTFT, meanOf(ttft), 0.95, 1.7)
				within(t, fmt.Sprintf("%s at %g: p99 TPOT", name, u), a.TPOT(0.99), quantileOf(tpot, 0.99), 0.95, 1.75)
			}
		}
	}
}
