package main

import (
	"context"
	"strings"
	"testing"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/llm/step"
	"scaleadvise/advisor/simulate"
)

// TestTailGrid: every value of every axis meets both of the others' ends.
func TestTailGrid(t *testing.T) {
	points := tailGrid()
	if len(points) < 250 || len(points) > 400 {
		t.Fatalf("%d points", len(points))
	}
	seen := map[string]int{}
	trusted := 0
	for i := range points {
		p := &points[i]
		for _, v := range []string{p.replica.model, p.requests.name, string(p.fleet.balancing)} {
			seen[v]++
		}
		if p.trusted() {
			trusted++
		}
	}
	if len(seen) != len(tailReplicas)+len(tailRequests)+3 || trusted < 20 {
		t.Errorf("%v, %d trusted", seen, trusted)
	}
}

// TestTailsAreWhatIsStated: of the points where formulas decide every third keeps what is stated.
func TestTailsAreWhatIsStated(t *testing.T) {
	known, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	m := machines{known, step.Learn()}
	var answered []tail
	for i, p := range tailGrid() {
		if !p.trusted() || i%3 > 0 {
			continue
		}
		if err := p.answer(context.Background(), m); err != nil {
			t.Fatal(err)
		}
		if answered = append(answered, p); p.beyond() {
			ttft, tpot := p.misses()
			t.Errorf("%s, %s, hits %g, load %g, %d replicas: p99 TTFT off by %g, TPOT by %g", p.replica.model, p.requests.name, p.hit, p.load, p.fleet.replicas, ttft, tpot)
		}
	}
	if table := tailTable(answered); strings.Count(table, "\n| Poisson") != 1 || strings.Contains(table, "NaN") {
		t.Error(table)
	}
}

func TestTailTable(t *testing.T) {
	at := func(load, formula float64) tail {
		one := times{1, 1, 1, 1}
		return tail{load: load, dispersion: 1, fleet: fleet{1, simulate.Random}, formula: times{formula, formula, formula, formula}, simulated: one}
	}
	got := tailTable([]tail{at(0.5, 1.1), at(0.5, 2), at(0.95, 0.5)})
	for _, want := range []string{
		"| Poisson, random balancing, to 70 % of saturation | formula | 2 | 55.0 % | 55.0 % | 91.0 % | 55.0 % | 55.0 % | 91.0 % | 1 |",
		"| all, at 95 % | simulation | 1 | 50.0 % |",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}
