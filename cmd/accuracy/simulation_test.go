package main

import (
	"context"
	"strings"
	"testing"

	"scaleadvise/advisor/simulate"
)

func TestGrid(t *testing.T) {
	all := grid()
	want := len(gridServers) * len(gridLoads) * len(gridVariations) * len(gridDispersions) * (2*len(gridReplicas) - 1)
	if len(all) != want {
		t.Fatalf("%d points, want %d", len(all), want)
	}
	seen := map[point]bool{}
	for _, p := range all {
		if seen[p] {
			t.Fatalf("twice: %+v", p)
		}
		seen[p] = true
	}
}

// TestGridPoint: a point that both can answer exactly.
func TestGridPoint(t *testing.T) {
	p := point{server: gridServers[0], load: 0.5, cv: 1, dispersion: 1, replicas: 1}
	if err := p.answer(context.Background()); err != nil {
		t.Fatal(err)
	}
	if off := p.off(); off < -0.05 || off > 0.05 || p.beyond() {
		t.Errorf("M/M/1 at half load is off by %g", off)
	}
}

func TestGridTable(t *testing.T) {
	at := func(server, replicas int, least bool, formula float64) point {
		return point{server: gridServers[server], replicas: replicas, least: least, formula: formula, simulated: simulate.Estimate{Value: 1, Low: 0.99, High: 1.01}}
	}
	got := gridTable([]point{at(0, 1, false, 1.02), at(0, 1, false, 0.9), at(0, 4, true, 1.055)})
	want := `| one at a time | 1 | 0 | 2 | 10.0 % | 10.0 % | -10.0 % | +2.0 % | 1 |
| one at a time | 4 and 16, least loaded | 0 | 1 | 5.5 % | 5.5 % | 0.0 % | +5.5 % | 0 |
`
	if _, rows, _ := strings.Cut(got, ":|\n"); rows != want {
		t.Errorf("got\n%s\nwant\n%s", rows, want)
	}
}
