package advisor

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/purchase"
	"scaleadvise/advisor/unit"
)

// TestCommitmentsArePaidToTheirEnd: over random ways, what stages pay of committed machines and what is paid
// without use are together what the commitments cost, each from when it was made to the end of its term, or to
// the horizon.
func TestCommitmentsArePaidToTheirEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const each, halfMonth = 300.0, unit.Month / 2 // USD a month, s
		horizon := float64(rapid.IntRange(4, 80).Draw(t, "half months")) * halfMonth
		list := rapid.SampledFrom([]string{purchase.OneYear, purchase.ThreeYear}).Draw(t, "list")
		var way []advice.Stage
		used := 0.0
		for at := 0.0; at < horizon; {
			n := rapid.IntRange(0, 5).Draw(t, "machines")
			stage := advice.Stage{After: at, Plan: candidate.Evaluation{}}
			stage.Plan.InstanceType = "a"
			stage.Plan.Purchase = []candidate.Bought{{Pricing: list, Machines: n, CostPerMonth: float64(n) * each}, {Pricing: purchase.OnDemand, Machines: 1, CostPerMonth: 500}}
			way = append(way, stage)
			next := math.Min(at+float64(rapid.IntRange(1, 28).Draw(t, "for"))*halfMonth, horizon)
			used += float64(n) * each * (next - at) / unit.Month
			at = next
		}
		months := advice.Calendar(time.Time{}, horizon)
		idle := 0.0
		all := outlasted(way, horizon)
		for _, u := range all {
			for m := range months {
				months[m].Pay(u.from, u.to, float64(u.machines)*u.usd, u.pricing)
			}
			if u.machines <= 0 || u.to <= u.from || u.to > horizon || u.usd != each {
				t.Fatalf("%+v", u)
			}
			idle += float64(u.machines) * u.usd * (u.to - u.from) / unit.Month
		}
		paid := 0.0
		for _, m := range months {
			paid += m.USD
		}
		if !near(paid, idle) {
			t.Fatalf("%g USD without use, %g in the months", idle, paid)
		}
		// Half a month at a time: what is needed beyond what runs is committed anew.
		want, ends, stage := 0.0, []float64{}, 0
		for at := 0.0; at < horizon-1; at += halfMonth {
			for stage+1 < len(way) && way[stage+1].After <= at+1 {
				stage++
			}
			ends = slices.DeleteFunc(ends, func(end float64) bool { return end <= at+1 })
			for len(ends) < way[stage].Plan.Purchase[0].Machines {
				ends = append(ends, at+terms[list])
			}
			want += float64(len(ends)) * each / 2
		}
		if got := used + idle; math.Abs(got-want) > 1e-6*math.Max(1, want) {
			t.Fatalf("stages use %g USD of commitments and %g go without use; commitments cost %g", used, idle, want)
		}
	})
}
