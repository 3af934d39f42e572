package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/llm/open"
	"scaleadvise/advisor/llm/step"
	"scaleadvise/advisor/queue"
	"scaleadvise/advisor/simulate"
	"scaleadvise/advisor/stat"
	"scaleadvise/advisor/unit"
)

// tail is a deployment of a language model under a load, by formula and by a simulation of every step.
type tail struct {
	replica    replica
	requests   requests
	hit        float64
	dispersion float64
	load       float64 // of saturation
	fleet      fleet

	formula, simulated times
	half               times // half the width of the simulated p99's interval, a share of it
}

// times are those of first tokens and of each one after, s.
type times struct{ ttft50, ttft99, tpot50, tpot99 float64 }

// replica is a model on accelerators.
type replica struct {
	model, accelerator string
	gpus               int
}

// requests are lengths.
type requests struct {
	name    string
	lengths llm.Lengths
}

// fleet is a number of replicas and how requests are spread over them.
type fleet struct {
	replicas  int
	balancing simulate.Balancing
}

// The grid. The lengths of the trace are about those of the chats that Azure published in 2023.
var (
	tailReplicas = []replica{{"llama-3.1-8b", "l40s", 1}, {"llama-3.1-70b", "h100", 4}, {"qwen3-30b-a3b", "l40s", 2}, {"gpt-oss-120b", "h100", 2}}
	tailRequests = []requests{
		{"1,000 in, 200 out", llm.Lengths{Input: llm.Tokens{Mean: 1000}, Output: llm.Tokens{Mean: 200}}},
		{"the same, lognormal", llm.Lengths{Input: llm.Tokens{Mean: 1000, CV: 1}, Output: llm.Tokens{Mean: 200, CV: 1}}},
		{"100 in, 20 out", llm.Lengths{Input: llm.Tokens{Mean: 100}, Output: llm.Tokens{Mean: 20}}},
		{"8,000 in, 300 out, lognormal", llm.Lengths{Input: llm.Tokens{Mean: 8000, CV: 0.5}, Output: llm.Tokens{Mean: 300, CV: 1}}},
		{"those of a trace", llm.Lengths{Input: llm.Spread(unit.Percentiles{P50: 1020, P90: 2600, P99: 4000}), Output: llm.Spread(unit.Percentiles{P50: 130, P90: 430, P99: 700})}},
	}
	tailHits   = []float64{0, 0.6}
	tailBursts = []float64{1, 3}
	tailLoads  = []float64{0.3, 0.5, 0.7, 0.8, 0.9, 0.95}
	tailFleets = []fleet{
		{1, simulate.Random}, {4, simulate.Random}, {16, simulate.Random}, {4, simulate.LeastLoaded}, {16, simulate.LeastLoaded}, {4, simulate.PowerOfTwo}, {16, simulate.PowerOfTwo},
	}
)

// every is how many points of the whole grid one stands for: prime, so that all values of all axes meet.
const every = 11

// tailGrid are the points, not yet answered.
func tailGrid() []tail {
	var all []tail
	n := 0
	for _, r := range tailReplicas {
		for _, q := range tailRequests {
			for _, hit := range tailHits {
				for _, burst := range tailBursts {
					for _, f := range tailFleets {
						for _, load := range tailLoads {
							if n++; n%every == 0 {
								all = append(all, tail{replica: r, requests: q, hit: hit, dispersion: burst, load: load, fleet: f})
							}
						}
					}
				}
			}
		}
	}
	return all
}

// machines gives replicas with the times of their steps.
type machines struct {
	known    *catalog.Catalog
	evidence *step.Evidence
}

// of is one replica of a point, and its memory.
func (m machines) of(t tail) (open.Machine, llm.Memory, error) {
	model, err := m.known.ResolveModel(t.replica.model)
	if err != nil {
		return open.Machine{}, llm.Memory{}, err
	}
	a, _, err := m.known.ResolveAccelerator(t.replica.accelerator)
	if err != nil {
		return open.Machine{}, llm.Memory{}, err
	}
	shape, err := llm.ShapeOf(model)
	if err != nil {
		return open.Machine{}, llm.Memory{}, err
	}
	precision := "fp16"
	if shape.Released != "" {
		precision = "fp4"
	}
	setup := llm.Setup{Shape: shape, Accelerator: a, GPUs: t.replica.gpus, Precision: precision, KVPrecision: "fp16", PrefixHit: t.hit}
	memory, err := setup.Memory(t.requests.lengths)
	if err != nil {
		return open.Machine{}, memory, err
	}
	one, err := m.evidence.Machine(setup, t.requests.lengths)
	return one, memory, err
}

// answer fills both sides of a point.
func (t *tail) answer(ctx context.Context, m machines) error {
	one, memory, err := m.of(*t)
	if err != nil {
		return err
	}
	one = one.Sparing(t.requests.lengths)
	serving := open.Replicas{Machine: one, N: t.fleet.replicas, LeastLoaded: t.fleet.balancing == simulate.LeastLoaded}.Serve(t.requests.lengths)
	rate := t.load * serving.Saturation()
	a := serving.At(queue.Load{Rate: rate, Dispersion: t.dispersion, Window: 1})
	t.formula = times{a.TTFT(0.5), a.TTFT(0.99), a.TPOT(0.5), a.TPOT(0.99)}
	r, err := simulate.Run(ctx, t.spec(one, memory, rate), nil)
	if err != nil {
		return err
	}
	t.simulated = times{r.TTFT50, r.TTFT99, r.TPOT50, r.TPOT99}
	t.half = times{ttft99: r.TTFT.Half() / r.TTFT.Value, tpot99: r.TPOT.Half() / r.TPOT.Value}
	return nil
}

// spec is the simulation of a point.
func (t *tail) spec(one open.Machine, memory llm.Memory, rate float64) simulate.Spec {
	const requests = 3000 // of a replication, at least
	return simulate.Spec{
		Fleet: simulate.Fleet{
			Station: simulate.Station{MaxBatch: 1, Workers: 1}, Replicas: t.fleet.replicas, Units: 1, Balancing: t.fleet.balancing,
			Scheduler: &simulate.Scheduler{
				Timing: one.Timing, Lengths: t.requests.lengths, PrefixHit: t.hit, Accepted: 1, Requests: max(1, int(one.MaxRequests)),
				Budget: memory.Engine.PrefillTokens, Cache: memory.MaxTokens, Evicts: memory.Engine.Evicts, Saturation: one.Saturation(t.requests.lengths),
			},
		},
		Traffic: simulate.Traffic{Rate: rate, Dispersion: t.dispersion, Window: 1},
		Seed:    1, Replications: 3, Length: requests * math.Sqrt(float64(t.fleet.replicas)) / rate,
	}
}

// languageTails is the table of the tails of language models.
func languageTails(ctx context.Context, known *catalog.Catalog) (string, error) {
	points, m := tailGrid(), machines{known, step.Learn()}
	for i := range points {
		if err := points[i].answer(ctx, m); err != nil {
			return "", err
		}
	}
	return tailTable(points), nil
}

// What the formulas state of themselves where they decide: Poisson arrivals, balancing that knows no
// load, up to that share of saturation. Elsewhere the simulation decides.
const trustedLoad, statedTTFT, statedTPOT = 0.7, 0.35, 0.30

// regions are the rows of the table.
var regions = []struct {
	name, decides string
	in            func(t *tail) bool
}{
	{"Poisson, random balancing, to 70 % of saturation", "formula", func(t *tail) bool { return t.trusted() }},
	{"bursts (3 in windows of 1 s), to 70 %", "simulation", func(t *tail) bool { return t.load <= trustedLoad && t.dispersion > 1 }},
	{"least-loaded, to 70 %", "simulation", func(t *tail) bool {
		return t.load <= trustedLoad && t.dispersion == 1 && t.fleet.balancing == simulate.LeastLoaded
	}},
	{"power of two choices, to 70 %", "simulation", func(t *tail) bool {
		return t.load <= trustedLoad && t.dispersion == 1 && t.fleet.balancing == simulate.PowerOfTwo
	}},
	{"all, at 80 %", "simulation", func(t *tail) bool { return t.load == 0.8 }},
	{"all, at 90 %", "simulation", func(t *tail) bool { return t.load == 0.9 }},
	{"all, at 95 %", "simulation", func(t *tail) bool { return t.load == 0.95 }},
}

// trusted reports whether the formulas decide.
func (t *tail) trusted() bool {
	return t.load <= trustedLoad && t.dispersion == 1 && t.fleet.balancing == simulate.Random
}

// misses are the errors of the formula's p99 times, shares of what was simulated.
func (t *tail) misses() (ttft, tpot float64) {
	return t.formula.ttft99/t.simulated.ttft99 - 1, t.formula.tpot99/t.simulated.tpot99 - 1
}

// beyond reports whether a time is off by more than stated, and by more than chance.
func (t *tail) beyond() bool {
	ttft, tpot := t.misses()
	return math.Abs(ttft) > statedTTFT+t.half.ttft99 || math.Abs(tpot) > statedTPOT+t.half.tpot99
}

// tailTable is a row for each region.
func tailTable(points []tail) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\nTails of language models: TTFT and TPOT at p50 and p99 by formula against a simulation of every step, on %d of the deployments of a grid: "+
		"Llama 3.1 8B and 70B, Qwen3 30B-A3B and gpt-oss 120B, lengths that are fixed, lognormal and those of a trace, no prefix or 60 %% of it cached, 1 to 16 replicas.\n"+
		"Stated is p99 TTFT within %.0f %% and p99 TPOT within %.0f %%, to %.0f %% of saturation, for Poisson arrivals balanced at random; elsewhere the simulation decides.\n\n",
		len(points), 100*statedTTFT, 100*statedTPOT, 100*trustedLoad)
	b.WriteString("| language models | decides | n | TTFT p50, median error | TTFT p99, median | p90 | TPOT p50, median | TPOT p99, median | p90 | beyond what is stated |\n")
	b.WriteString("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|\n")
	for _, r := range regions {
		var in []tail
		for i := range points {
			if r.in(&points[i]) {
				in = append(in, points[i])
			}
		}
		if len(in) > 0 {
			b.WriteString(tailRow(r.name, r.decides, in))
		}
	}
	return b.String()
}

// tailRow is one line of the table.
func tailRow(name, decides string, points []tail) string {
	var off [4][]float64
	beyond := 0
	for i := range points {
		f, s := points[i].formula, points[i].simulated
		for k, pair := range [][2]float64{{f.ttft50, s.ttft50}, {f.ttft99, s.ttft99}, {f.tpot50, s.tpot50}, {f.tpot99, s.tpot99}} {
			off[k] = append(off[k], math.Abs(pair[0]/pair[1]-1))
		}
		if points[i].beyond() {
			beyond++
		}
	}
	at := func(k int, p float64) string {
		slices.Sort(off[k])
		return percent(stat.Quantile(off[k], p))
	}
	cells := []string{name, decides, fmt.Sprint(len(points)), at(0, 0.5), at(1, 0.5), at(1, 0.9), at(2, 0.5), at(3, 0.5), at(3, 0.9), fmt.Sprint(beyond)}
	return "| " + strings.Join(cells, " | ") + " |\n"
}
