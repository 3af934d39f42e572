package report

import (
	"time"

	"scaleadvise/advisor/advice"
)

type checkSample struct {
	name  string
	check *advice.Check
}

func checkSamples() []checkSample {
	return []checkSample{
		{"empty", &advice.Check{Outcome: advice.Passes, FailOn: advice.Error}},
		{"holds", holdingCheck()}, {"fails", failingCheck()}, {"compared", comparedCheck()}, {"hostile", hostileCheck()}, {"unjudged", unjudgedCheck()},
	}
}

// unjudgedCheck has one plan that holds, an object of a kind that is not understood, and one
// that fails by what it leaves out.
func unjudgedCheck() *advice.Check {
	lacks := overCapacity()
	lacks.Rule, lacks.Title, lacks.Message, lacks.Remedy = "manifest-incomplete", "The manifest leaves out what a check needs", "Deployment bare does not say: scaleadvise.dev/qps.", "Annotate it."
	lacks.Place = advice.Place{File: "k8s/bare.yaml", Line: 3, Column: 12}
	return &advice.Check{
		Outcome: advice.Fails, FailOn: advice.Error, Cost: advice.Total{USDPerMonth: 2920},
		Plans: []advice.Checked{
			{File: "plans/shop.yaml", Name: "shop", Kind: "plan", Line: 1, Outcome: advice.Passes, Figures: shopFigures(5, 2208, 2920)},
			{File: "k8s/chat.yaml", Name: "chat", Kind: "RayService", Line: 4, Outcome: advice.Unjudged, Reason: "the kind RayService of ray.io/v1 is not understood; it asks for nvidia.com/gpu (1)"},
			{File: "k8s/bare.yaml", Name: "bare", Kind: "Deployment", Line: 3, Outcome: advice.Unjudged, Reason: "it does not say scaleadvise.dev/qps", Findings: []advice.Located{lacks}},
		},
		Counts: advice.Counts{Files: 3, Plans: 3, Holds: 1, Unjudged: 2, Errors: 1},
	}
}

func overCapacity() advice.Located {
	return advice.Located{
		Finding: advice.Finding{
			Rule: "over-capacity", Severity: advice.Error, Title: "The load is more than the deployment carries", Against: []string{"none"},
			Message: "2 × A10 can carry 883/s within the latency bound; the peak is 900/s now, and 1,428/s is planned for.",
			Remedy:  "5 × A10 would hold, with the losses asked for.", Principles: []string{"tail-grows"},
			Evidence: []advice.Evidence{
				{Name: "none.words", Value: "2 × A10", Origin: "computed"},
				{Name: "demand.qps", Value: 900.0, Unit: "1/s", Origin: "plans/shop.yaml:3:36"},
			},
		},
		Place:   advice.Place{File: "plans/shop.yaml", Line: 12, Column: 30, Text: "deploy: {gpu: a10, replicas: 2}", Length: 1},
		Subject: "replicas", Fingerprint: "0123456789abcdef0123456789abcdef",
	}
}

func singleZone() advice.Located {
	return advice.Located{
		Finding: advice.Finding{
			Rule: "single-zone", Severity: advice.Warning, Title: "All instances in one zone",
			Message: "An availability of 99.9 % is promised, and every instance of the plan (2) stands in one zone.",
			Remedy:  "Spread over several zones, for example --zones=2.", Principles: []string{"redundancy-by-availability"},
			Evidence: []advice.Evidence{{Name: "slo.availability", Value: 0.999, Unit: "fraction", Origin: "plans/shop.yaml:4:33"}},
		},
		Place:   advice.Place{File: "plans/shop.yaml", Line: 4, Column: 33, Text: "slo: {p99: 100ms, availability: 99.9%}", Length: 5},
		Subject: "availability", Fingerprint: "1123456789abcdef0123456789abcdef",
	}
}

func shopFigures(replicas int, capacity, cost float64) advice.Figures {
	return advice.Figures{
		Known: true, Words: count(replicas) + " × A10", Replicas: replicas, Enough: 5, CapacityQPS: capacity, DemandQPS: 1428, Headroom: 1 - 1428/capacity,
		Cost: cost, Priced: true, Grows: true, Runway: 1e6, HoldsUntil: time.Date(2027, 10, 6, 0, 0, 0, 0, time.UTC),
	}
}

func checkRules() []advice.RuleText {
	return []advice.RuleText{
		{ID: "over-capacity", Title: "The load is more than the deployment carries", Why: "A queue grows.\n\nSource: Kleinrock (1975).", Severity: advice.Error, Principles: []string{"tail-grows"}},
		{ID: "single-zone", Title: "All instances in one zone", Why: "A zone fails as a whole.", Severity: advice.Warning, Principles: []string{"redundancy-by-availability"}},
	}
}

func holdingCheck() *advice.Check {
	return &advice.Check{
		Outcome: advice.Passes, FailOn: advice.Error, Cost: advice.Total{USDPerMonth: 8760, Unpriced: 1},
		Plans: []advice.Checked{
			{File: "plans/a.yaml", Name: "checkout", Line: 1, Outcome: advice.Passes, Figures: shopFigures(6, 2648, 8760)},
			{File: "plans/b.yaml", Line: 7, Outcome: advice.Passes, Warnings: []string{"growth has no effect without a horizon; add --horizon, such as 6mo"}},
		},
		Counts: advice.Counts{Files: 2, Plans: 2, Holds: 2},
	}
}

func failingCheck() *advice.Check {
	ignored := singleZone()
	ignored.Rule, ignored.Place.Line = "idle", 9
	total := overCapacity()
	total.Rule, total.Title, total.Message, total.Place, total.Fingerprint = "total-cost", "All plans together cost more than allowed", "The plans cost 21,000 USD/month together.", advice.Place{}, ""
	return &advice.Check{
		Outcome: advice.Invalid, FailOn: advice.Error, Rules: checkRules(),
		Principles: []advice.Principle{{ID: "tail-grows", Title: "Capacity is not throughput", Text: "Latency rises.", Source: "Kleinrock"}},
		Cost:       advice.Total{USDPerMonth: 2920},
		Plans: []advice.Checked{
			{File: "plans/shop.yaml", Name: "shop", Line: 1, Outcome: advice.Fails, Findings: []advice.Located{overCapacity(), singleZone()},
				Suppressed: []advice.Suppressed{{Located: ignored, By: "ignore", Reason: "dev only"}}, Figures: shopFigures(2, 883, 2920)},
			{File: "plans/bad.yaml", Outcome: advice.Invalid, Findings: []advice.Located{{
				Finding: advice.Finding{Rule: "invalid-plan", Severity: advice.Error, Title: "The plan cannot be understood", Message: "empty; a plan starts with \"version: 1\""},
				Place:   advice.Place{File: "plans/bad.yaml"}, Fingerprint: "2123456789abcdef0123456789abcdef"}}},
		},
		Totals:   []advice.Located{total},
		Counts:   advice.Counts{Files: 2, Plans: 2, Fails: 1, Invalid: 1, Errors: 3, Warnings: 1, Ignored: 1},
		Warnings: []string{"2 findings of the baseline no longer occur"},
	}
}

func comparedCheck() *advice.Check {
	c := failingCheck()
	before, after, gone := shopFigures(6, 2648, 8760), shopFigures(2, 883, 2920), shopFigures(1, 441, 1460)
	c.Plans[0].Findings[1].Old = true
	c.Comparison = &advice.Comparison{
		Base: "origin/main", New: 3, Old: 1, Gone: 2,
		Plans: []advice.Delta{
			{File: "plans/shop.yaml", Name: "shop", Before: &before, After: &after}, {File: "plans/new.yaml", Name: "fresh", After: &after},
			{File: "plans/old.yaml", Before: &gone}, {File: "plans/same.yaml", Name: "same", Before: &after, After: &after},
		},
		Before: advice.Sum{Plans: 3, Replicas: 9, CapacityQPS: 3972, Cost: 13140}, After: advice.Sum{Plans: 3, Replicas: 6, CapacityQPS: 2649, Cost: 8760},
	}
	c.Counts.New = 3
	return c
}

// hostileCheck has in its words whatever could break a format.
func hostileCheck() *advice.Check {
	const evil = "<script>alert(1)</script> | ``` ]]> %0A \x1b[31m \u202e \U0001F600, a:b\r\n::error::x --> \x00 \xff"
	f := overCapacity()
	f.Title, f.Message, f.Remedy, f.Subject = evil, evil, evil, evil
	f.Place = advice.Place{File: "plans/" + evil + ".yaml", Line: 3, Column: 12, Text: "\U0001F600\U0001F600 name: \"" + evil + "\"", Length: 4}
	f.Evidence = []advice.Evidence{{Name: evil, Value: evil, Origin: evil}}
	return &advice.Check{
		Outcome: advice.Fails, FailOn: advice.Error,
		Plans: []advice.Checked{{File: "plans/" + evil + ".yaml", Name: evil, Line: 1, Outcome: advice.Fails, Findings: []advice.Located{f}},
			{File: "plans/" + evil + ".yaml", Name: evil, Kind: evil, Line: 2, Outcome: advice.Unjudged, Reason: evil}},
		Rules:    []advice.RuleText{{ID: f.Rule, Title: evil, Why: evil, Severity: advice.Error, Principles: []string{evil}}},
		Warnings: []string{evil}, Counts: advice.Counts{Files: 1, Plans: 2, Fails: 1, Unjudged: 1, Errors: 1},
		Comparison: &advice.Comparison{Base: evil, New: 1},
	}
}
