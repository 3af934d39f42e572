package simulate

import (
	"errors"
	"fmt"
	"math"

	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/llm/open"
)

// Scheduler is the continuous batching of one replica of a language model: each step decodes
// for all running sequences and prefills waiting prompts (continuous batching: Yu et al. 2022, Orca; prompts in
// chunks between the tokens of others: Agrawal et al. 2024, Sarathi-Serve).
type Scheduler struct {
	Timing     open.Timing
	Lengths    llm.Lengths // of generated requests, and of a trace that does not state them
	Longest    float64     // tokens that the model takes of a request and its answer together, 0 for no limit
	PrefixHit  float64     // share of a prompt found in the prefix cache
	Reuses     bool        // of a trace that names blocks, what each prompt reuses counts in place of that share
	Accepted   float64     // tokens per decode step, ≥ 1
	Requests   int         // most sequences that run at once
	Budget     float64     // most tokens that a step reads and writes
	Cache      float64     // tokens that the KV cache holds, 0 for no limit
	Evicts     bool        // admits what fits now and preempts the youngest when the cache fills; else reserves the whole length
	Saturation float64     // 1/s, by formula: determines how long to run
}

func (v *Scheduler) check() error {
	switch {
	case v.Timing == nil:
		return errors.New("a language model needs the times of its steps")
	case !(v.Lengths.Input.Mean > 0) || !(v.Lengths.Output.Mean > 0):
		return errors.New("a language model needs the lengths of its requests")
	case v.Requests < 1 || !(v.Budget >= 1) || !(v.Saturation > 0):
		return fmt.Errorf("%d requests at once, %g tokens a step, saturated at %g/s: such a replica serves nothing", v.Requests, v.Budget, v.Saturation)
	}
	return nil
}

// sequence is a request that the scheduler of a replica admitted.
type sequence struct {
	job
	began      float64 // s, when it was admitted
	firstToken float64 // s, when its first token came; 0 before
	prompt     float64 // tokens to read in all
	left       float64 // tokens to read still
	steps      int64   // of decoding, still when it begins
	ends       int64   // number of the step that is its last
	starts     int64   // and of the one before its first
}

// sequences is the state of the scheduler of a replica.
type sequences struct {
	decoding   []sequence // a heap by the step that is the last
	prefilling []sequence // in the order of admission
	preempted  []sequence // to be admitted before all others, the last first
	step       int64
	context    float64 // KV tokens of the decoding sequences
	reserved   float64 // tokens of the cache that are taken
}

// requests is how many are admitted.
func (f *sequences) requests() int { return len(f.decoding) + len(f.prefilling) }

// push adds to the heap of decoding sequences.
func (f *sequences) push(t sequence) {
	f.decoding = append(f.decoding, t)
	h := f.decoding
	for i := len(h) - 1; i > 0; {
		up := (i - 1) / 2
		if h[up].ends <= h[i].ends {
			break
		}
		h[up], h[i] = h[i], h[up]
		i = up
	}
}

// remove takes one out of the heap.
func (f *sequences) remove(at int) sequence {
	h := f.decoding
	out, n := h[at], len(h)-1
	h[at] = h[n]
	h = h[:n]
	f.decoding = h
	if at < n {
		f.sink(at)
		f.lift(at)
	}
	return out
}

func (f *sequences) sink(i int) {
	h := f.decoding
	for {
		c := 2*i + 1
		if c >= len(h) {
			return
		}
		if c+1 < len(h) && h[c+1].ends < h[c].ends {
			c++
		}
		if h[i].ends <= h[c].ends {
			return
		}
		h[i], h[c] = h[c], h[i]
		i = c
	}
}

func (f *sequences) lift(i int) {
	h := f.decoding
	for i > 0 {
		up := (i - 1) / 2
		if h[up].ends <= h[i].ends {
			return
		}
		h[up], h[i] = h[i], h[up]
		i = up
	}
}

// clock remembers times of decode steps on a grid, between whose contexts it interpolates: a
// step is asked for millions of times, and its time is nearly linear in the context.
type clock struct {
	timing open.Timing
	known  [][]float64 // by batch and context; 0 is not yet known
}

// The grid of contexts: fine enough that the curve of a window is within a part in a thousand.
const contextsPerDoubling = 4

// grid are the contexts of the grid, in tokens.
var grid = func() (g [64 * contextsPerDoubling]float64) {
	for i := range g {
		g[i] = math.Exp2(float64(i) / contextsPerDoubling)
	}
	return g
}()

// below is the last of the grid that a context does not lie below, from 1 token on.
func below(context float64) int {
	i := contextsPerDoubling * (int(math.Float64bits(context)>>52) - 1023) // the exponent of a number that is at least 1
	for context >= grid[i+1] {
		i++
	}
	return i
}

func newClock(t open.Timing, requests int) *clock {
	return &clock{t, make([][]float64, requests+1)}
}

// decode is the time of a step for a batch, s.
func (c *clock) decode(batch int, context float64) float64 {
	if batch >= len(c.known) || !(context < grid[len(grid)-1]) {
		return c.timing.Decode(float64(batch), context)
	}
	context = max(context, 1)
	i := below(context)
	low, high := c.at(batch, i), c.at(batch, i+1)
	return low + (high-low)*(context-grid[i])/(grid[i+1]-grid[i])
}

func (c *clock) at(batch, i int) float64 {
	row := c.known[batch]
	if i >= len(row) {
		c.known[batch] = append(row, make([]float64, i+8-len(row))...)
		row = c.known[batch]
	}
	if row[i] == 0 {
		row[i] = c.timing.Decode(float64(batch), grid[i])
	}
	return row[i]
}
