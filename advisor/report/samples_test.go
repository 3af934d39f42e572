package report

import (
	"math"
	"strings"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/choice"
	"scaleadvise/advisor/unit"
)

// sample is one advice that every format must render.
type sample struct {
	name   string
	advice *advice.Advice
}

// samples are the advices of the conformance kit and of the golden files.
func samples() []sample {
	return []sample{
		{"typical", typical()},
		{"infeasible", infeasible()},
		{"growing", growing()},
		{"tokens", tokens()},
		{"unpriced", unpriced()},
		{"empty", &advice.Advice{}},
		{"hostile", hostile()},
		{"huge", huge()},
		{"unstable", unstable()},
	}
}

// server is a plan of one sample.
type server struct {
	n         int
	name      string
	precision string
	each      float64 // 1/s of one replica
	p99       float64 // ms, 0 when unstable
	usd       float64 // a month, of one replica
	survives  int
}

func (s server) evaluation() candidate.Evaluation {
	n := float64(s.n)
	e := candidate.Evaluation{
		Config:          candidate.Config{Accelerator: "nvidia-" + s.name, PerReplica: 1, Replicas: s.n, Precision: s.precision},
		AcceleratorName: s.name, Basis: "measured",
		CapacityQPS: n * s.each, LowQPS: n * s.each * 0.9, HighQPS: n * s.each * 1.1, SaturationQPS: n * s.each * 1.2,
		AfterLossesQPS: (n - 1) * s.each, DemandQPS: 5000, Utilization: 5000 / (n * s.each), Busy: 0.94, MeanBatch: 7,
		P50: s.p99 / 2500, P95: s.p99 / 1250, P99: s.p99 / 1000, Latency: s.p99 / 1000,
		CostPerMonth: n * s.usd, CostPerMillion: 0.39, CostPerMillionMean: true,
		LossesRequired: 1, SurvivesLosses: s.survives, SurvivesMachines: s.survives,
		ExpectedReplicas: s.n, ReplicasLow: s.n, ReplicasHigh: s.n,
	}
	e.Hosting = candidate.Hosting{
		Cloud: "oci", Region: "us-ashburn-1", InstanceType: "VM.GPU." + s.name + ".1", ReplicasPerInstance: 1,
		Instances: s.n, USDPerHour: s.usd / 730, Pricing: "on-demand", AsOf: "2026-07-20", Priced: true,
	}
	if s.p99 == 0 {
		e.P50, e.P95, e.P99, e.Latency = math.Inf(1), math.Inf(1), math.Inf(1), math.Inf(1)
	}
	if s.precision == "int8" || s.precision == "fp8" {
		e.Optimizations = []string{s.precision}
	}
	return e
}

// alternative builds one alternative; an excuse makes it infeasible.
func alternative(strategy candidate.Strategy, optimized bool, s server, excuse *candidate.Excuse, ratio float64) advice.Alternative {
	e := s.evaluation()
	return advice.Alternative{
		Strategy: strategy, Optimized: optimized, Feasible: excuse == nil, Excuse: excuse, Plan: &e, CostRatio: ratio,
	}
}

func slow(text string, has float64) *candidate.Excuse {
	return &candidate.Excuse{Code: candidate.Throughput, Text: text,
		NearMiss: candidate.NearMiss{Trait: "qps", Unit: "1/s", Value: has, Needed: 5000}}
}

func lonely() *candidate.Excuse {
	return &candidate.Excuse{Code: candidate.Losses, Text: "cannot lose its only server",
		NearMiss: candidate.NearMiss{Trait: "replicas", Value: 1, Needed: 2}}
}

// tokens is the typical advice of a language model, whose requests have two times of their own.
func tokens() *advice.Advice {
	a := typical()
	w := &a.Workload
	w.Model, w.ModelName, w.LatencySeconds = "llama-3.1-70b", "Llama 3.1 70B", 0
	w.TTFT, w.TPOT, w.TokenPercent, w.InputTokens, w.OutputTokens = 0.5, 0.04, 0.99, 1024, 256
	generate := func(e *candidate.Evaluation) {
		e.TTFT, e.TPOT, e.OutputTokens, e.MaxConcurrency, e.CostPerMTokens = e.P99, e.P99/10, 256*e.DemandQPS, 256, e.CostPerMillion/1.28
	}
	for i := range a.Alternatives {
		generate(a.Alternatives[i].Plan)
	}
	generate(&a.Plan)
	generate(&a.First)
	return a
}

// typical is the example of the README: scale out and optimize.
func typical() *advice.Advice {
	chosen := server{7, "A10", "int8", 1020, 61, 730, 1}
	alts := []advice.Alternative{
		alternative(candidate.None, false, server{1, "A10", "fp16", 533, 0, 730, 0}, slow("carries 11 % of the load", 533), 0.14),
		alternative(candidate.None, true, server{1, "A10", "int8", 1020, 0, 730, 0}, slow("carries 20 % of the load", 1020), 0.14),
		alternative(candidate.Vertical, false, server{1, "H100", "fp16", 5900, 38, 2920, 0}, lonely(), 0.57),
		alternative(candidate.Vertical, true, server{1, "H100", "fp8", 7160, 30, 2920, 0}, lonely(), 0.57),
		alternative(candidate.Horizontal, false, server{11, "A10", "fp16", 533, 88, 730, 1}, nil, 1.571),
		alternative(candidate.Horizontal, true, chosen, nil, 1),
		alternative(candidate.Combined, false, server{2, "H100", "fp16", 5900, 34, 2920, 1}, nil, 1.143),
		alternative(candidate.Combined, true, server{2, "H100", "fp8", 7160, 29, 2920, 1}, nil, 1.143),
	}
	alts[5].Chosen, alts[5].DecidedBy = true, "cheapest"
	return &advice.Advice{
		Workload: advice.Summary{
			Model: "bert-large", ModelName: "BERT-Large", ModelAssumed: true, PeakQPS: 5000, PlanQPS: 5000,
			LatencySeconds: 0.1, Percentile: 0.99, Availability: 0.999, Replica: 0.995,
		},
		Strategy: candidate.Horizontal, Direction: "out", Optimized: true, Feasible: true, DecidedBy: "cheapest", Criterion: choice.Cheapest, Margin: 0.143,
		SupportedBy: []string{"int8-pays", "share-per-server"},
		Plan:        chosen.evaluation(),
		First:       chosen.evaluation(),
		Cost: advice.Cost{
			Today: advice.Amount{USD: 730, Known: true}, Now: advice.Amount{USD: 5110, Known: true}, Horizon: advice.Amount{USD: 5110, Known: true},
			Change: advice.Amount{USD: 4380, Known: true}, Cloud: "oci", AsOf: time.Date(2026, 7, 20, 0, 0, 0, 0, time.UTC), Age: 12,
		},
		Settle:       advice.Step{Flags: "--model NAME", Gain: "your model instead of an example"},
		Today:        &advice.Today{Judged: advice.Judged{Evaluation: server{1, "A10", "fp16", 533, 0, 730, 0}.evaluation(), Excuse: slow("carries 11 % of the load", 533)}, Assumed: true},
		Alternatives: alts,
		Findings:     typicalFindings(),
		Principles:   lesson(),
		Assumptions: []advice.Assumption{
			{Trait: "model", Flag: "model", Value: "bert-large", Reason: "no model was named; this one has the most measurements"},
			{Trait: "p99", Flag: "p99", Value: 0.1, Unit: "s", Reason: "a usual bound for interactive use"},
			{Trait: "replica_availability", Flag: "replica-availability", Value: 0.995, Unit: "fraction", Reason: "one instance, as clouds promise it"},
		},
		Traits: []advice.Trait{
			{Name: "qps", Value: 5000.0, Unit: "1/s", Low: 5000, High: 5000, Origin: "--qps"},
			{Name: "gpu", Value: "a10", Origin: "--gpu"},
			{Name: "cloud", Value: []string{"aws", "gcp", "azure", "oci"}, Origin: "default"},
		},
		Confidence: 0.9,
		Next:       []string{"scaleadvise explain replicas --qps 5000 --gpu a10 --model bert-large --p99 100ms --availability 99.9%", "scaleadvise whatif --vary qps=1000..20000"},
		Now:        time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC),
	}
}

func typicalFindings() []advice.Finding {
	info := func(rule, message string, principle string, argues, against []string) advice.Finding {
		return advice.Finding{Rule: rule, Severity: advice.Info, Title: strings.ReplaceAll(rule, "-", " "), Message: message,
			Principles: []string{principle}, For: argues, Against: against,
			Evidence: []advice.Evidence{{Name: "demand.plan_qps", Value: 5000.0, Unit: "1/s", Origin: "--qps"},
				{Name: "plan.replicas", Value: int64(7), Origin: "derived: plan"}}}
	}
	warn := info("model-assumed", "No model was named, so BERT-Large stands in for yours.", "proper-scaling", nil, nil)
	warn.Severity, warn.Remedy = advice.Warning, "name yours with --model, or give --service-time."
	return []advice.Finding{
		warn,
		info("too-slow-today", "One A10 sustains 533/s; the peak is 5,000/s, 9.4 servers' worth.", "horizontal-sharing", []string{"horizontal"}, []string{"none"}),
		info("vertical-single-server", "The strongest allowed machine, one H100, holds the load with 5,900/s, but not its own loss.", "vertical-limit", []string{"horizontal", "combined"}, []string{"vertical"}),
		info("int8-pays", "int8 takes one A10 from 533/s to 1,020/s (measured, MLPerf v4.1).", "combine-and-optimize", []string{"optimization"}, nil),
		info("share-per-server", "Seven servers share 5,000/s: 714/s each, 833/s after a loss.", "horizontal-sharing", []string{"horizontal"}, nil),
		info("combined-dearer", "Stronger machines and more of them cost 1.1 times as much.", "combine-and-optimize", nil, []string{"combined"}),
		info("growth-unknown", "No growth was given, so the plan holds for today's peak only.", "growth-patterns", nil, nil),
		info("batching-pays", "Batching takes one A10 from 111/s to 1,020/s.", "automate", []string{"optimization"}, nil),
		info("redundancy-sized", "99.9 % needs one replica to spare at 99.5 % for each instance.", "redundancy-by-availability", []string{"horizontal", "combined"}, []string{"vertical", "none"}),
	}
}

func lesson() []advice.Principle {
	return []advice.Principle{
		{ID: "growth-patterns", Title: "Each kind of growth loads something else", Text: "Name what grows, then the resource it loads.", Source: "the lesson"},
		{ID: "horizontal-sharing", Title: "Identical servers share the load", Text: "More servers behind a balancer serve more users.", Source: "the lesson"},
		{ID: "vertical-limit", Title: "One server has limits", Text: "A server made stronger again and again still slows down.", Source: "the lesson"},
		{ID: "combine-and-optimize", Title: "Spread the load and lower the need", Text: "Several servers and a leaner model balance cost and reliability.", Source: "the lesson"},
	}
}

// infeasible is limited to four replicas of the accelerator that runs today.
func infeasible() *advice.Advice {
	a := typical()
	limited := func(text string, needed float64) *candidate.Excuse {
		return &candidate.Excuse{Code: candidate.ReplicaLimit, Text: text,
			NearMiss: candidate.NearMiss{Trait: "max_replicas", Value: 4, Needed: needed}}
	}
	nearest := server{4, "A10", "int8", 1020, 0, 730, 0}
	a.Alternatives[4] = alternative(candidate.Horizontal, false, server{4, "A10", "fp16", 533, 0, 730, 0},
		limited("carries 43 % of the load with the 4 replicas allowed", 11), 0)
	a.Alternatives[5] = alternative(candidate.Horizontal, true, nearest,
		limited("carries 83 % of the load with the 4 replicas allowed", 7), 0)
	a.Alternatives[5].Chosen = true
	for _, i := range []int{2, 3, 6, 7} {
		a.Alternatives[i].Feasible, a.Alternatives[i].CostRatio, a.Alternatives[i].Plan = false, 0, nil
		a.Alternatives[i].Excuse = &candidate.Excuse{Code: candidate.NotAllowed, Text: "no other accelerator is allowed"}
	}
	a.Feasible, a.DecidedBy, a.Criterion, a.SupportedBy, a.Plan = false, "nothing-holds", choice.NothingHolds, nil, nearest.evaluation()
	a.Cost = advice.Cost{Today: a.Cost.Today}
	a.First = a.Plan
	a.Findings[0] = advice.Finding{Rule: "replica-limit", Severity: advice.Error, Title: "The replica limit binds",
		Message: "4 replicas are allowed and 7 are needed.", Remedy: "allow 7 with --max-replicas, or a stronger accelerator.",
		Principles: []string{"vertical-limit"}, Against: []string{"horizontal"}}
	return a
}

const month = 730 * 3600.0

// growing keeps what runs for a while; confidence adds a replica later.
func growing() *advice.Advice {
	a := typical()
	a.Workload.Name = "order-routing"
	a.Workload.ModelAssumed = false
	a.Workload.GrowthPerMonth, a.Workload.HorizonMonths = 0.08, 12
	a.Workload.PeakQPS, a.Workload.PlanQPS, a.Workload.MeanQPS = 5000, 12590.85, 1666.67
	a.Workload.Percentile, a.Workload.Budget = 0.95, 20000
	a.Assumptions = nil
	a.Warnings = []string{"p99 of the A10 was transferred from another benchmark."}
	a.Plan.Warnings = []string{"p99 of the A10 was transferred from another benchmark.", "the H100 has no single-request latency"}
	a.Plan.ExpectedReplicas, a.Plan.ReplicasLow = 6, 5
	a.Plan.HoldsUntil = time.Date(2027, 3, 14, 0, 0, 0, 0, time.UTC)
	a.First = a.Plan
	a.Cost.Months = advice.Calendar(a.Now, 12*unit.Month)
	for i := range a.Cost.Months {
		a.Cost.Months[i].USD = []float64{5110, 6570, 9490}[i/5]
	}
	a.Cost.Horizon, a.Cost.Total = advice.Amount{USD: 9490, Known: true}, advice.Summed(a.Cost.Months)
	for i, n := range []int{7, 9, 13} {
		a.Roadmap = append(a.Roadmap, advice.Stage{
			Date: time.Date(2026, time.Month(8+5*i), 1, 0, 0, 0, 0, time.UTC), Strategy: candidate.Horizontal, Optimized: true,
			After: float64(5*i) * month, Until: float64(5*i+5) * month,
			DemandQPS: 5000 * math.Pow(1.08, float64(5*i)), Plan: server{n, "A10", "int8", 1020, 61, 730, 1}.evaluation(),
		})
	}
	return a
}

// unpriced has neither today nor a price, and no availability was asked.
func unpriced() *advice.Advice {
	a := typical()
	a.Today = nil
	a.Workload.Availability = 0
	for i := range a.Alternatives {
		a.Alternatives[i].Plan.Priced, a.Alternatives[i].Plan.LossesRequired = false, 0
		a.Alternatives[i].CostRatio = 0
	}
	a.Plan.Priced, a.Plan.LossesRequired = false, 0
	a.First, a.Cost = a.Plan, advice.Cost{}
	return a
}

// nasty is text that breaks each format in its own way.
const nasty = "=HYPERLINK(\"x\")|`<script>alert(1)</script>\x1b[31m\r\n- # *b* \u202eevil\u009b2J\x00\x7f\xff, end"

// hostile has nasty text wherever text can come from a user or a rule file.
func hostile() *advice.Advice {
	a := typical()
	a.Workload.Name, a.Workload.Model, a.Workload.ModelName, a.Workload.Data = nasty, nasty, nasty, nasty
	a.DecidedBy, a.SupportedBy, a.Strategy = nasty, []string{nasty}, candidate.Horizontal
	for i := range a.Findings {
		f := &a.Findings[i]
		f.Title, f.Message, f.Remedy = nasty, nasty, nasty
		f.For, f.Against, f.Principles = []string{nasty}, []string{nasty}, []string{nasty}
		f.Evidence = []advice.Evidence{{Name: nasty, Value: nasty, Unit: nasty, Origin: nasty}}
	}
	a.Principles = []advice.Principle{{ID: nasty, Title: nasty, Text: nasty, Source: nasty}}
	a.Assumptions = []advice.Assumption{{Trait: nasty, Flag: nasty, Value: nasty, Unit: nasty, Reason: nasty}}
	a.Warnings, a.Next = []string{nasty}, []string{nasty}
	a.Traits = []advice.Trait{{Name: nasty, Value: nasty, Unit: nasty, Origin: nasty}}
	for i := range a.Alternatives {
		p := a.Alternatives[i].Plan // all have one in typical
		p.Accelerator, p.AcceleratorName, p.Precision, p.InstanceType = nasty, nasty, nasty, nasty
		p.Optimizations, p.AsOf, p.Cloud, p.Region = []string{nasty}, nasty, nasty, nasty
		if a.Alternatives[i].Excuse != nil {
			a.Alternatives[i].Excuse = &candidate.Excuse{Code: nasty, Text: nasty, NearMiss: candidate.NearMiss{Trait: nasty, Unit: nasty}}
		}
	}
	a.Plan = *a.Alternatives[5].Plan
	a.First, a.Cost.Cloud, a.Settle = a.Plan, nasty, advice.Step{Flags: nasty, Gain: nasty}
	return a
}

// scaled multiplies every number of every plan.
func scaled(a *advice.Advice, by float64) *advice.Advice {
	each := func(e *candidate.Evaluation) {
		for _, v := range []*float64{&e.CapacityQPS, &e.LowQPS, &e.HighQPS, &e.AfterLossesQPS, &e.SaturationQPS, &e.DemandQPS,
			&e.Utilization, &e.Busy, &e.MeanBatch, &e.Alone, &e.P50, &e.P95, &e.P99, &e.Latency, &e.CostPerMonth,
			&e.CostPerMillion, &e.Availability, &e.WeightsGiB, &e.UsableGiB, &e.USDPerHour} {
			*v *= by
		}
	}
	each(&a.Plan)
	each(&a.First)
	for _, v := range []*advice.Amount{&a.Cost.Today, &a.Cost.Now, &a.Cost.Horizon, &a.Cost.Total, &a.Cost.Change} {
		v.USD *= by
	}
	if a.Today != nil {
		each(&a.Today.Evaluation)
	}
	for i := range a.Alternatives {
		alt := &a.Alternatives[i]
		alt.CostRatio *= by
		if alt.Plan != nil {
			each(alt.Plan)
		}
		if alt.Excuse != nil {
			alt.Excuse.NearMiss.Value *= by
			alt.Excuse.NearMiss.Needed *= by
		}
	}
	for i := range a.Roadmap {
		a.Roadmap[i].DemandQPS *= by
		each(&a.Roadmap[i].Plan)
	}
	for _, v := range []*float64{&a.Workload.PeakQPS, &a.Workload.PlanQPS, &a.Workload.MeanQPS, &a.Workload.GrowthPerMonth,
		&a.Workload.HorizonMonths, &a.Workload.LatencySeconds, &a.Workload.Percentile, &a.Workload.Budget, &a.Confidence} {
		*v *= by
	}
	for i := range a.Findings {
		a.Findings[i].Evidence = []advice.Evidence{{Name: "x", Value: by, Unit: "1/s"}}
	}
	a.Traits = []advice.Trait{{Name: "qps", Value: by, Unit: "1/s", Low: -by, High: by}}
	a.Assumptions = []advice.Assumption{{Trait: "growth", Flag: "growth", Value: by, Unit: "fraction/month"}}
	return a
}

func huge() *advice.Advice {
	a := scaled(growing(), 1e200)
	a.Plan.Replicas, a.Plan.SurvivesLosses, a.Plan.SurvivesMachines = 2_000_000_000, 1_999_999_999, 1_999_999_999
	a.First = a.Plan
	return a
}

// unstable has no finite number at all.
func unstable() *advice.Advice {
	a := scaled(infeasible(), math.NaN())
	return scaled(a, math.Inf(1))
}
