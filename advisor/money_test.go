package advisor

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/example"
	"scaleadvise/advisor/purchase"
	"scaleadvise/advisor/rule"
	"scaleadvise/advisor/unit"
	"scaleadvise/rules"
)

// bills are questions with money in them: growth, a deployment that is too large, commitments, mixes,
// a discount, prices of one's own, parts of months.
var bills = []map[string]string{
	{"model": "bert-large", "qps": "300", "gpu": "l4", "growth": "8%/month", "horizon": "12mo"},
	{"model": "bert-large", "qps": "300", "gpu": "l4", "replicas": "20", "growth": "3%/month", "horizon": "100d"},
	{"model": "resnet50", "qps": "900", "gpu": "t4", "cloud": "aws", "region": "eu-central-1", "growth": "5%/month", "horizon": "6mo"},
	{"model": "resnet50", "qps": "9000", "pricing": "1y,on-demand", "growth": "10%/month", "horizon": "9mo"},
	{"model": "bert-large", "qps": "300", "gpu": "a10g", "pricing": "3y"},
	{"model": "bert-large", "qps": "50", "gpu": "l4", "horizon": "2mo"},
}

func shippedRules(t *testing.T) *rule.Set {
	t.Helper()
	set, err := rules.Load()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func near(a, b float64) bool {
	return math.Abs(a-b) <= 1e-9*math.Max(1, math.Max(math.Abs(a), math.Abs(b)))
}

// TestMoneyAddsUp: the months are the total, what changes is now less today, and whole machines at the
// price of their row of the catalog, all the time, are what a plan costs.
func TestMoneyAddsUp(t *testing.T) {
	for _, flags := range bills {
		in := Input{Workload: example.Workload(t, flags), Catalog: example.Catalog(t), Rules: shippedRules(t)}
		a, q, err := advised(context.Background(), in, Options{Now: time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			t.Fatalf("%v: %v", flags, err)
		}
		c := a.Cost
		sum := 0.0
		for _, m := range c.Months {
			sum += m.USD
		}
		if c.Total.Known && !near(sum, c.Total.USD) || c.Total.Known != (len(c.Months) > 0) {
			t.Errorf("%v: months are %v, in all %+v", flags, sum, c.Total)
		}
		if c.Change.Known && !near(c.Change.USD, c.Now.USD-c.Today.USD) {
			t.Errorf("%v: change %+v of %+v and %+v", flags, c.Change, c.Now, c.Today)
		}
		for i := range a.Alternatives {
			if e := a.Alternatives[i].Plan; e != nil && e.Priced && e.Rented > 0 && len(e.Purchase) == 1 {
				row, ok := rowOf(q, *e)
				if price := row.Price(e.Pricing); !ok || e.Share == 0 && !near(e.CostPerMonth, float64(e.Rented)*price*unit.HoursPerMonth) {
					t.Errorf("%v: %s × %d costs %v; its row says %v an hour (found %v)", flags, e.InstanceType, e.Rented, e.CostPerMonth, price, ok)
				}
			}
		}
		for _, b := range c.BreakEven {
			checkBreakEven(t, flags, a, b)
		}
	}
}

// checkBreakEven: at the month from which a commitment pays, both have cost the same.
func checkBreakEven(t *testing.T, flags map[string]string, a *advice.Advice, b advice.BreakEven) {
	t.Helper()
	if b.Pricing == purchase.OneYear || b.Pricing == purchase.ThreeYear {
		if paid := b.USDPerMonth * b.WithinMonths; !near(paid, a.First.CostPerMonth*b.Months) || b.Months > b.WithinMonths {
			t.Errorf("%v: %s costs %v in all, by the hour %v after %v months", flags, b.Pricing, paid, a.First.CostPerMonth*b.Months, b.Months)
		}
	}
}

// TestTheStepsOfCostGiveIt: what explain shows of the cost, worked out again from what it shows, is it.
func TestTheStepsOfCostGiveIt(t *testing.T) {
	for _, flags := range bills {
		in := Input{Workload: example.Workload(t, flags), Catalog: example.Catalog(t), Rules: shippedRules(t)}
		a, err := Advise(context.Background(), in, Options{Now: time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC), Explain: true})
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, s := range a.Steps {
			if s.Result.Name == "cost_usd_per_month" {
				found = true
				product := 1.0
				for _, in := range s.Inputs {
					product *= in.Number
				}
				if s.Formula == "instances * usd_per_hour * hours_per_month" && !near(product, s.Result.Number) {
					t.Errorf("%v: %s of what is shown is %v", flags, s.Formula, product)
				}
				if !near(s.Result.Number, a.Plan.CostPerMonth) {
					t.Errorf("%v: %v is shown, %v said", flags, s.Result.Number, a.Plan.CostPerMonth)
				}
			}
		}
		if !found && a.Plan.Priced {
			t.Error(fmt.Sprint(flags), "has no step of its cost")
		}
	}
}
