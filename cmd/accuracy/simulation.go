package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"scaleadvise/advisor/queue"
	"scaleadvise/advisor/simulate"
)

// point is one deployment under one load, by formula and by simulation.
type point struct {
	server     server
	load       float64 // of saturation
	cv         float64 // of a step's time
	dispersion float64
	replicas   int
	least      bool // least-loaded balancing

	formula   float64           // s, p99
	simulated simulate.Estimate // s
}

// server is a kind of server, in units of its step alone.
type server struct {
	name        string
	alpha, beta float64
	batch       int
	workers     int
}

// The grid. A full step takes about four times that of one request, as it does where batching
// pays; least-loaded balancing matters only where there is a choice.
var (
	gridServers     = []server{{"one at a time", 0, 1, 1, 1}, {"4 in parallel", 0, 1, 1, 4}, {"batches of 8", 0.57, 0.43, 8, 1}, {"batches of 32", 0.9, 0.1, 32, 1}}
	gridLoads       = []float64{0.3, 0.5, 0.7, 0.8, 0.9, 0.95}
	gridVariations  = []float64{0, 0.3, 1}
	gridDispersions = []float64{1, 4}
	gridReplicas    = []int{1, 4, 16}
)

// grid are all points, not yet answered.
func grid() []point {
	all := []point{{}}
	for _, axis := range []struct {
		n   int
		set func(p *point, i int)
	}{
		{len(gridServers), func(p *point, i int) { p.server = gridServers[i] }},
		{2, func(p *point, i int) { p.least = i == 1 }},
		{len(gridReplicas), func(p *point, i int) { p.replicas = gridReplicas[i] }},
		{len(gridVariations), func(p *point, i int) { p.cv = gridVariations[i] }},
		{len(gridDispersions), func(p *point, i int) { p.dispersion = gridDispersions[i] }},
		{len(gridLoads), func(p *point, i int) { p.load = gridLoads[i] }},
	} {
		var next []point
		for _, p := range all {
			for i := range axis.n {
				axis.set(&p, i)
				next = append(next, p)
			}
		}
		all = next
	}
	return slices.DeleteFunc(all, func(p point) bool { return p.replicas == 1 && p.least })
}

// formulaOf is p99 by package queue.
func (p *point) formulaOf() float64 {
	var one queue.Server = queue.Pool{Servers: p.server.workers, ServiceTime: p.server.alpha + p.server.beta, CV: p.cv}
	if p.server.batch > 1 {
		one = queue.Batch{Alpha: p.server.alpha, Beta: p.server.beta, MaxBatch: p.server.batch, CV: p.cv}
	}
	all := queue.Balanced{Server: one, N: p.replicas, LeastLoaded: p.least}
	return all.At(queue.Load{Rate: p.load * all.Saturation(), Dispersion: p.dispersion}).Quantile(0.99)
}

// spec is the simulation of the point.
func (p *point) spec() simulate.Spec {
	s := simulate.Spec{
		Fleet: simulate.Fleet{
			Station:  simulate.Station{Alpha: p.server.alpha, Beta: p.server.beta, MaxBatch: p.server.batch, CV: p.cv, Workers: p.server.workers},
			Replicas: p.replicas, Units: 1, Balancing: simulate.Random,
		},
		Seed: 1, Replications: 10,
	}
	if p.least {
		s.Fleet.Balancing = simulate.LeastLoaded
	}
	s.Traffic = simulate.Traffic{Rate: p.load * s.Fleet.Saturation(), Dispersion: p.dispersion}
	// Near saturation the queues remember longer.
	s.Length = 12_000 / s.Traffic.Rate / math.Pow(1-p.load, 1.5)
	return s
}

// answer fills both numbers.
func (p *point) answer(ctx context.Context) error {
	p.formula = p.formulaOf()
	r, err := simulate.Run(ctx, p.spec(), nil)
	if err != nil {
		return err
	}
	p.simulated = r.P99Interval
	return nil
}

// off is the error of the formula, a share of the simulated value.
func (p *point) off() float64 { return p.formula/p.simulated.Value - 1 }

// allowed is how far a formula may be off.
const allowed = 0.05

// beyond reports whether it is off by more than that, and by more than chance.
func (p *point) beyond() bool {
	return math.Abs(p.off()) > allowed+p.simulated.Half()/p.simulated.Value
}

// againstSimulation is the table of formula against simulation.
func againstSimulation(ctx context.Context) (string, error) {
	points := grid()
	for i := range points {
		if err := points[i].answer(ctx); err != nil {
			return "", err
		}
	}
	head := fmt.Sprintf("\np99 of the formulas against simulation, on a grid of %d deployments: loads of 30 to 95 %%, Poisson arrivals and an index of "+
		"dispersion of 4.\nBeyond 5 %% counts what is off by more than that and more than chance. Below 0 the formula promises too much.\n"+
		"Least-loaded balancing is modelled as one queue that servers take from; simulated is a queue of its own for each server.\n\n", len(points))
	return head + gridTable(points), nil
}

// gridTable is a row for each server, balancing and variation.
func gridTable(points []point) string {
	var b strings.Builder
	b.WriteString("| server | replicas | variation | n | median error | p90 error | lowest | highest | beyond 5 % |\n")
	b.WriteString("|---|---|---:|---:|---:|---:|---:|---:|---:|\n")
	var order []string
	rows := map[string][]point{}
	for _, p := range points {
		head := fmt.Sprintf("%s | %s | %g", p.server.name, p.spread(), p.cv)
		if rows[head] == nil {
			order = append(order, head)
		}
		rows[head] = append(rows[head], p)
	}
	for _, head := range order {
		gridRow(&b, head, rows[head])
	}
	return b.String()
}

// spread is over how many servers the load goes, and how.
func (p *point) spread() string {
	switch {
	case p.replicas == 1:
		return "1"
	case p.least:
		return "4 and 16, least loaded"
	}
	return "4 and 16, random"
}

// gridRow is one line of the table.
func gridRow(b *strings.Builder, head string, points []point) {
	var errors []float64
	low, high, beyond := 0.0, 0.0, 0
	for i := range points {
		off := points[i].off()
		errors = append(errors, math.Abs(off))
		low, high = math.Min(low, off), math.Max(high, off)
		if points[i].beyond() {
			beyond++
		}
	}
	slices.Sort(errors)
	at := func(p float64) float64 { return errors[min(len(errors)-1, int(p*float64(len(errors))))] }
	cells := []string{head, fmt.Sprint(len(points)), percent(at(0.5)), percent(at(0.9)), signed(low), signed(high), fmt.Sprint(beyond)}
	fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
}
