package report

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// ReadSide reads an advice that -o json printed as one side of a comparison; ok is false for another
// text, such as a plan. The error says what is wrong with an advice.
func ReadSide(name string, text []byte) (side advice.Side, ok bool, err error) {
	var of struct{ Schema string }
	if json.Unmarshal(text, &of) != nil || !strings.HasPrefix(of.Schema, "urn:scaleadvise:") {
		return side, false, nil
	}
	if of.Schema != adviceSchema {
		return side, true, fmt.Errorf("%s: is a %s; what advise -o json prints (%s) can be compared", name, line(of.Schema), adviceSchema)
	}
	var d document
	if err := json.Unmarshal(text, &d); err != nil {
		return side, true, fmt.Errorf("%s: is no advice as -o json prints it; print it again", name)
	}
	side = advice.Side{
		Name: name, Plan: savedPlan(d.Plan), Holds: d.Feasible, Traits: savedTraits(d.Traits),
		Workload: advice.Summary{PlanQPS: or(d.Plan.DemandQPS)},
	}
	for _, m := range d.Cost.Months {
		from, _ := time.Parse(time.DateOnly, said(m.From))
		side.Months = append(side.Months, advice.MonthCost{From: from, Until: 3600 * cmp.Or(or(m.Hours), unit.HoursPerMonth), USD: m.USD})
	}
	for _, a := range d.Assumptions {
		side.Assumptions = append(side.Assumptions, advice.Assumption{Trait: a.Trait, Flag: a.Flag, Value: a.Value, Unit: a.Unit, Reason: a.Reason})
	}
	for _, a := range d.Alternatives {
		if a.Chosen && a.Excuse != nil {
			side.Excuse = &candidate.Excuse{Text: *a.Excuse}
		}
	}
	return side, true, nil
}

// or is a number, 0 where it is null.
func or(v *float64) float64 {
	if v == nil {
		return 0
	}
	return *v
}

// savedPlan is a plan as it was printed.
func savedPlan(p planDoc) candidate.Evaluation {
	e := candidate.Evaluation{
		Config: candidate.Config{Accelerator: p.Accelerator, PerReplica: p.AcceleratorsPerReplica, Replicas: p.Replicas, Runtime: said(p.Runtime), Precision: p.Precision, Optimizations: p.Optimizations},
		Hosting: candidate.Hosting{Cloud: p.Cloud, Region: p.Region, InstanceType: p.InstanceType, Instances: p.Instances, Rented: p.Instances, Owned: p.OwnedReplicas,
			Pricing: p.Pricing, AsOf: said(p.PriceAsOf), Priced: p.CostPerMonth != nil},
		AcceleratorName: p.Accelerator, Basis: p.Basis, CapacityQPS: or(p.CapacityQPS), LowQPS: or(p.LowQPS), HighQPS: or(p.HighQPS),
		AfterLossesQPS: or(p.CapacityAfterLossesQPS), SaturationQPS: or(p.SaturationQPS), DemandQPS: or(p.DemandQPS), Utilization: or(p.Utilization),
		P50: seconds(p.P50MS), P95: seconds(p.P95MS), P99: seconds(p.P99MS), TTFT: seconds(p.TTFTMS), TPOT: seconds(p.TPOTMS),
		CostPerMonth: or(p.CostPerMonth), CostPerMillion: or(p.CostPerMillionRequests), CostPerMTokens: or(p.CostPerMillionTokens),
		SurvivesLosses: p.SurvivesReplicaLosses, SurvivesMachines: p.SurvivesMachineLosses, Verified: p.Verified,
	}
	e.Latency = e.P99
	if c, err := catalog.Embedded(); err == nil {
		if a, ok := c.Accelerator(p.Accelerator); ok {
			e.AcceleratorName = offer.ShortName(a)
		} else if processor, ok := catalog.FindProcessor(p.Accelerator); ok {
			e.AcceleratorName = offer.ShortName(processor.Accelerator())
		}
	}
	if p.HoldsUntil != nil {
		e.HoldsUntil, _ = time.Parse(time.DateOnly, *p.HoldsUntil)
	}
	return e
}

// seconds is a time that was printed in milliseconds.
func seconds(ms *float64) float64 { return or(ms) / 1e3 }

// savedTraits are the traits in the order of their table, in base units.
func savedTraits(in map[string]traitDoc) []advice.Trait {
	var out []advice.Trait
	for _, spec := range workload.Specs() {
		d, ok := in[spec.Name]
		if !ok {
			continue
		}
		t := advice.Trait{Name: spec.Name, Value: d.Value, Unit: spec.Kind.Symbol(), Origin: d.Origin}
		switch v := d.Value.(type) {
		case float64:
			t.Value = v
			if d.Unit == "ms" && spec.Kind == unit.Duration {
				t.Value = math.Round(v*1e6) / 1e9
			}
		case []any:
			words := make([]string, 0, len(v))
			for _, w := range v {
				words = append(words, fmt.Sprint(w))
			}
			t.Value = words
		}
		out = append(out, t)
	}
	return out
}
