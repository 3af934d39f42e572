package autoscale

import (
	"math"
	"slices"
)

// Block is a part of the day with a fixed number of replicas, in whole hours; To may lie past
// midnight.
type Block struct{ From, To, Replicas int }

// Hours returns how long a block lasts.
func (b Block) Hours() int { return b.To - b.From }

const (
	hours      = 24
	mostBlocks = 3
)

// worthABlock is the share of the hours of machines that one more change of the day must save.
const worthABlock = 0.05

// Schedule returns the blocks of whole hours in which replicas carry a day, few of them, with the fewest
// machine-hours; nil where a fixed number is as good all day.
func Schedule(day []float64, f Fleet) []Block {
	need := needed(day, f)
	best, paid := []Block(nil), float64(hours*f.Machines(slices.Max(need)))
	for n := 2; n <= mostBlocks; n++ {
		blocks, cost := divided(need, f, n)
		if cost < paid*(1-worthABlock) {
			best, paid = blocks, cost
		}
	}
	return best
}

// needed is the fewest replicas for each hour.
func needed(day []float64, f Fleet) []int {
	need := make([]int, hours)
	per := len(day) / hours
	for h := range hours {
		most := 0.0
		for i := h*per - 1; i <= (h+1)*per; i++ { // the steps around too: a change is made on the hour
			most = math.Max(most, day[(i+len(day))%len(day)])
		}
		need[h] = f.fewest(most)
	}
	return need
}

// Hours returns the machine-hours that a schedule pays for per day: replicas start ahead of their block by
// the time of a start.
func Hours(blocks []Block, f Fleet) float64 {
	sum := 0.0
	for i, b := range blocks {
		before := blocks[(i+len(blocks)-1)%len(blocks)]
		sum += float64(b.Hours()*f.Machines(b.Replicas)) + math.Max(0, float64(f.Machines(b.Replicas)-f.Machines(before.Replicas)))*f.ColdStart/3600
	}
	return sum
}

// Running returns the share of the day for which at least one machine of a schedule is paid for, at least
// two, and so on.
func Running(blocks []Block, f Fleet) []float64 {
	var out []float64
	for i, b := range blocks {
		before := f.Machines(blocks[(i+len(blocks)-1)%len(blocks)].Replicas)
		for k := range f.Machines(b.Replicas) {
			if k == len(out) {
				out = append(out, 0)
			}
			out[k] += float64(b.Hours()) / hours
			if k >= before {
				out[k] += f.ColdStart / Day
			}
		}
	}
	for k := range out {
		out[k] = math.Min(out[k], 1)
	}
	return out
}

// divided is the day in so many blocks with the fewest hours of machines, and those hours.
func divided(need []int, f Fleet, n int) (best []Block, paid float64) {
	paid = math.Inf(1)
	starts := make([]int, n)
	var place func(k, from int)
	place = func(k, from int) {
		if k == n {
			if blocks := between(need, starts); Hours(blocks, f) < paid {
				best, paid = blocks, Hours(blocks, f)
			}
			return
		}
		for h := from; h < hours; h++ {
			starts[k] = h
			place(k+1, h+1)
		}
	}
	place(0, 0)
	return best, paid
}

// between are the blocks that begin at some hours.
func between(need, starts []int) []Block {
	out := make([]Block, len(starts))
	for i, from := range starts {
		to := starts[(i+1)%len(starts)]
		if to <= from {
			to += hours
		}
		most := 0
		for h := from; h < to; h++ {
			most = max(most, need[h%hours])
		}
		out[i] = Block{From: from, To: to, Replicas: most}
	}
	return out
}
