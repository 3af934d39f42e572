package report

import (
	"math"
	"strings"

	"scaleadvise/advisor/advice"
)

// How many signs show a machine, and one of which services have parts too small for that.
const (
	widePicture   = 16
	widestPicture = 32
)

// picture draws a machine: a letter for each accelerator or part of the machine that a service has, a dot for
// each that is free. It is to scale but for services smaller than a sign, which have one.
func picture(m advice.FleetMachine, h advice.FleetHost) string {
	signs, drawn := signsOf(m), ""
	for i, n := range apportioned(h, m.Cards, signs) {
		drawn += strings.Repeat(serviceLetter(h.Placed[i].Service), n)
	}
	return drawn + strings.Repeat(".", signs-width(drawn))
}

// signsOf is how many signs show each machine of a kind.
func signsOf(m advice.FleetMachine) int {
	signs := min(max(int(m.Cards), 1), widePicture)
	for _, h := range m.Hosts {
		for _, p := range h.Placed {
			if p.Cards < float64(p.Replicas) { // parts of accelerators
				signs = max(signs, widePicture)
			}
			if p.Cards/m.Cards*widePicture < 0.5 {
				signs = widestPicture
			}
		}
	}
	return signs
}

// apportioned are the signs of each placement: at least one as long as there are some, at the cost of the
// largest.
func apportioned(h advice.FleetHost, cards float64, signs int) []int {
	out := make([]int, len(h.Placed))
	total, sum := 0, 0.0
	for i, p := range h.Placed {
		sum += p.Cards / cards * float64(signs)
		out[i] = max(1, int(math.Round(sum))-total)
		total += out[i]
	}
	for ; total > signs; total-- {
		largest := 0
		for i, n := range out {
			if n >= out[largest] { // the last that is left where all have one
				largest = i
			}
		}
		out[largest]--
	}
	return out
}
