package catalog

import (
	"context"
	"math"
	"strings"
	"testing"
)

// TestWithPrices: an accelerator's price is that of all machines that carry it by their number, on
// the lists that are bought from alone; a machine's is its own; the receiver stays.
func TestWithPrices(t *testing.T) {
	c := shipped(t)
	before, _ := c.InstanceNamed("g6.12xlarge")
	over, err := c.WithPrices([]Paid{
		{"L4", 0.5, []string{"on-demand"}}, {"g5.xlarge", 0.4, []string{"1y", "spot"}}, {"rtx-4090", 0.3, []string{"on-demand"}},
	}, []Discount{{"AWS", 0.1}})
	if err != nil {
		t.Fatal(err)
	}
	twelve, _ := over.InstanceNamed("g6.12xlarge")
	if twelve.OnDemand != 0.5*twelve.Count || twelve.ThreeYear != before.ThreeYear*0.9 || twelve.AsOf != given {
		t.Errorf("%+v", twelve)
	}
	old, _ := c.InstanceNamed("g5.xlarge")
	five, _ := over.InstanceNamed("g5.xlarge")
	if five.OneYear != 0.4 || five.Spot != 0.4 || five.OnDemand != old.OnDemand*0.9 {
		t.Errorf("%+v", five)
	}
	if own := over.Instances(Filter{Accelerator: "nvidia-rtx-4090"}); len(own) != 1 || own[0].Cloud != Own || own[0].OnDemand != 0.3 {
		t.Errorf("%+v", own)
	}
	if again, _ := c.InstanceNamed("g6.12xlarge"); again != before || len(c.Instances(Filter{Accelerator: "nvidia-rtx-4090"})) != 0 {
		t.Error("the receiver was changed")
	}
	for _, wrong := range []Paid{{Name: "nosuch"}, {Name: "l4:1/2"}} {
		if _, err := c.WithPrices([]Paid{wrong}, nil); err == nil {
			t.Errorf("%s has a price", wrong.Name)
		}
	}
	if _, err := c.WithPrices(nil, []Discount{{"awss", 0.1}}); err == nil || !strings.Contains(err.Error(), "did you mean aws?") {
		t.Error(err)
	}
}

// TestDiscountsLowerEveryPrice: and of no other cloud.
func TestDiscountsLowerEveryPrice(t *testing.T) {
	c := shipped(t)
	over, err := c.WithPrices(nil, []Discount{{"gcp", 0.25}})
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range []string{"on-demand", "spot", "1y", "3y"} {
		all := Filter{Clouds: c.Clouds()}
		then := over.Instances(all)
		for i, was := range c.Instances(all) {
			want := was.Price(list)
			if was.Cloud == "gcp" {
				want *= 0.75
			}
			if math.Abs(then[i].Price(list)-want) > 1e-12 {
				t.Errorf("%s %s on %s: %v, want %v", was.Cloud, was.Type, list, then[i].Price(list), want)
			}
		}
	}
}

// TestOwnership: the price of a machine on premises follows from what its owner pays, it is offered
// beside the usual clouds, and what is missing is said.
func TestOwnership(t *testing.T) {
	const head = "cloud,instance_type,accelerator_id,accelerator_count,purchase_usd,lifetime_years,power_watts,usd_per_kwh,rack_usd_per_month,monthly_usd\n"
	c, err := shipped(t).Overlay(context.Background(), folder("instances.csv", head+"dc1,box,l40s,4,87600,5,1500,0.2,730,\ndc1,plain,l40s,1,,,,,,146\n"))
	if err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[string]float64{"box": 2 + 0.3 + 1, "plain": 0.2} {
		i, _ := c.InstanceNamed(kind)
		if math.Abs(i.OnDemand-want) > 1e-12 {
			t.Errorf("%s: %v USD/h, want %v", kind, i.OnDemand, want)
		}
	}
	found := false
	for _, i := range c.Instances(Filter{Accelerator: "nvidia-l40s"}) {
		found = found || i.Type == "box"
	}
	if !found {
		t.Error("it is not offered")
	}
	for cells, want := range map[string]string{
		"dc1,box,l40s,4,87600,,,,,":  "lifetime_years is blank",
		"dc1,box,l40s,4,,5,,,730,":   "purchase_usd is blank",
		"dc1,box,l40s,4,,,,0.2,730,": "power_watts is blank",
	} {
		if _, err := shipped(t).Overlay(context.Background(), folder("instances.csv", head+cells+"\n")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", cells, err)
		}
	}
}
