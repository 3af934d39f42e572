package advisor

import (
	"context"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/example"
	"scaleadvise/advisor/intake"
	"scaleadvise/advisor/purchase"
	"scaleadvise/advisor/rule"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
	"scaleadvise/rules"
)

// bill draws a question with money in it: growth, a deployment that is too large, commitments, mixes,
// discounts, prices of one's own, regions, owned machines, parts of months.
func bill(t *rapid.T) map[string]string {
	some := func(name string, values ...string) string { return rapid.SampledFrom(values).Draw(t, name) }
	flags := map[string]string{"model": some("model", "bert-large", "resnet50"), "qps": some("qps", "20", "300", "2000"), "p99": "100ms", "runtime": "tensorrt"}
	for name, value := range map[string]string{
		"gpu": some("gpu", "", "l4", "t4", "a10g"), "growth": some("growth", "", "3%/month", "10%/month"), "horizon": some("horizon", "", "45d", "2mo", "100d", "1y"),
		"pricing": some("pricing", "", "", "1y", "3y", "spot", "1y,on-demand"), "cloud": some("cloud", "", "aws", "gcp"), "region": some("region", "", "", "eu", "us"),
		"price": some("price", "", "", "l4=0.71/h"), "discount": some("discount", "", "aws=12%,gcp=5%"), "owned": some("owned", "", "", "l4=3"),
	} {
		if value != "" {
			flags[name] = value
		}
	}
	if flags["gpu"] != "" {
		flags["replicas"] = some("replicas", "1", "6", "20")
	}
	return flags
}

// posed resolves a question as commands do, with the prices that it states.
func posed(t *rapid.T, flags map[string]string, c *catalog.Catalog, set *rule.Set) Input {
	t.Helper()
	read, err := intake.Read(context.Background(), intake.Layers{Given: []workload.Set{example.Set(t, flags)}, Catalog: c})
	if err != nil {
		t.Fatal(err)
	}
	return Input{Workload: read.Workload, Catalog: read.Catalog, Rules: set}
}

var billing = time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC)

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
	c, set := example.Catalog(t), shippedRules(t)
	rapid.Check(t, func(t *rapid.T) {
		flags := bill(t)
		in := posed(t, flags, c, set)
		now := billing.Add(time.Duration(rapid.Int64Range(0, int64(800*24*time.Hour)).Draw(t, "later")))
		a, q, err := advised(context.Background(), in, Options{Now: now})
		if err != nil {
			t.Fatalf("%v: %v", flags, err)
		}
		c, sum := a.Cost, 0.0
		for _, m := range c.Months {
			sum += m.USD
		}
		if c.Total.Known && !near(sum, c.Total.USD) || c.Total.Known != (len(c.Months) > 0) {
			t.Fatalf("%v: months are %v, in all %+v", flags, sum, c.Total)
		}
		checkCalendar(t, flags, now, in.Workload.Horizon, c.Months)
		for i := range a.Roadmap[min(1, len(a.Roadmap)):] {
			if at := a.Roadmap[i+1].Date; at.Day() != 1 || at.Sub(now).Seconds() < unit.Month/2 {
				t.Fatalf("%v: from %s a step is on %s", flags, now, at)
			}
		}
		if c.Change.Known && !near(c.Change.USD, c.Now.USD-c.Today.USD) {
			t.Fatalf("%v: change %+v of %+v and %+v", flags, c.Change, c.Now, c.Today)
		}
		for i := range a.Alternatives {
			if e := a.Alternatives[i].Plan; e != nil && e.Priced && e.Rented > 0 && len(e.Purchase) == 1 && e.Share == 0 {
				row, ok := rowOf(q, *e)
				if price := row.Price(e.Pricing); !ok || !near(e.CostPerMonth, float64(e.Rented)*price*unit.HoursPerMonth) {
					t.Fatalf("%v: %s × %d costs %v; its row says %v an hour (found %v)", flags, e.InstanceType, e.Rented, e.CostPerMonth, price, ok)
				}
			}
		}
		for _, b := range c.BreakEven {
			checkBreakEven(t, flags, a, b)
		}
	})
}

// checkCalendar: months are those of the calendar, and together as long as the horizon.
func checkCalendar(t *rapid.T, flags map[string]string, now time.Time, horizon float64, months []advice.MonthCost) {
	t.Helper()
	for i, m := range months {
		if at := m.From; i > 0 && (at.Day() != 1 || at != unit.After(now, m.After)) || i == 0 && at != now {
			t.Fatalf("%v: from %s month %d begins on %s", flags, now, i, at)
		}
		if i > 0 && m.After != months[i-1].Until || m.Hours() > 31*24+1e-6 || i == len(months)-1 && m.Until != horizon {
			t.Fatalf("%v: from %s months are %+v", flags, now, months)
		}
	}
}

// checkBreakEven: at the month from which a commitment pays, both have cost the same.
func checkBreakEven(t *rapid.T, flags map[string]string, a *advice.Advice, b advice.BreakEven) {
	t.Helper()
	if b.Pricing == purchase.OneYear || b.Pricing == purchase.ThreeYear {
		if paid := b.USDPerMonth * b.WithinMonths; !near(paid, a.First.CostPerMonth*b.Months) || b.Months > b.WithinMonths {
			t.Errorf("%v: %s costs %v in all, by the hour %v after %v months", flags, b.Pricing, paid, a.First.CostPerMonth*b.Months, b.Months)
		}
	}
}

// TestTheStepsOfCostGiveIt: what explain shows of the cost, worked out again from what it shows, is it,
// and the price shown is that of a row of the catalog.
func TestTheStepsOfCostGiveIt(t *testing.T) {
	c, set := example.Catalog(t), shippedRules(t)
	rapid.Check(t, func(t *rapid.T) {
		flags := bill(t)
		in := posed(t, flags, c, set)
		a, err := Advise(context.Background(), in, Options{Now: billing, Explain: true})
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, s := range a.Steps {
			if s.Result.Name != "cost_usd_per_month" {
				continue
			}
			found = true
			product := 1.0
			for _, x := range s.Inputs {
				product *= x.Number
			}
			if s.Formula == "instances * usd_per_hour * hours_per_month" && !near(product, s.Result.Number) {
				t.Fatalf("%v: %s of what is shown is %v", flags, s.Formula, product)
			}
			if !near(s.Result.Number, a.Plan.CostPerMonth) {
				t.Fatalf("%v: %v is shown, %v said", flags, s.Result.Number, a.Plan.CostPerMonth)
			}
		}
		if !found && a.Plan.Priced && a.Plan.Rented > 0 {
			t.Fatalf("%v has no step of its cost", flags)
		}
	})
}

// TestABudgetPaysForWhatItSays: advice on the load that may be counted on holds, within the money.
func TestABudgetPaysForWhatItSays(t *testing.T) {
	c, set := example.Catalog(t), shippedRules(t)
	rapid.Check(t, func(t *rapid.T) {
		flags := bill(t)
		for _, name := range []string{"qps", "gpu", "replicas", "owned", "horizon", "growth"} {
			delete(flags, name)
		}
		flags["budget"] = rapid.SampledFrom([]string{"800/month", "5000/month", "40000/month"}).Draw(t, "budget")
		in := posed(t, flags, c, set)
		found, err := afford(context.Background(), in, Options{Now: billing})
		if err != nil {
			t.Fatalf("%v: %v", flags, err)
		}
		if len(found.ByHardware) == 0 {
			return
		}
		best := mostLoad(found.ByHardware)
		flags["qps"] = floored(best.NowQPS)
		a, err := Advise(context.Background(), posed(t, flags, c, set), Options{Now: billing})
		if err != nil {
			t.Fatalf("%v: %v", flags, err)
		}
		if !a.Feasible || a.Cost.Now.USD > in.Workload.Budget {
			t.Fatalf("%v: %s × %d was said to carry %v/s for %v USD; advice: feasible %v, %+v", flags, best.Plan.Accelerator, best.Plan.Replicas, best.NowQPS, best.Plan.CostPerMonth, a.Feasible, a.Cost.Now)
		}
	})
}
