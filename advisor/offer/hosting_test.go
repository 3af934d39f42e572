package offer

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/example"
)

// TestInstancesAreWhole: four replicas an instance at 2 USD an hour, by hand.
func TestInstancesAreWhole(t *testing.T) {
	four := Hosting{Instance: catalog.Instance{Cloud: "c", Type: "x4"}, PerInstance: 4, USDPerHour: 2}
	for n, instances := range map[int]int{1: 1, 4: 1, 5: 2, 8: 2, 9: 3} {
		if got := four.InstancesFor(n); got != instances {
			t.Errorf("%d replicas need %d instances, got %d", n, instances, got)
		}
		if got, want := four.Cost(n), float64(instances)*2*730; got != want {
			t.Errorf("%d replicas cost %v a month, want %v", n, got, want)
		}
	}
	d := four.Describe(5, "spot")
	if d.Instances != 2 || d.ReplicasPerInstance != 4 || !d.Priced || d.Pricing != "spot" || d.InstanceType != "x4" {
		t.Errorf("described as %+v", d)
	}
}

func TestUnpricedNeverLooksCheap(t *testing.T) {
	u := Unpriced()
	if u.InstancesFor(7) != 7 || !math.IsInf(u.Cost(1), 1) || u.Describe(7, "on-demand").Priced {
		t.Errorf("%+v: one replica a machine and no price", u)
	}
	if got := cheapest([]Hosting{u, {PerInstance: 2, USDPerHour: 3}}, 2); got != 3*730 {
		t.Errorf("cheapest %v, want that with a price", got)
	}
}

// TestHostingIsTheCheapestInstance holds the listed ways to rent against all instances.
func TestHostingIsTheCheapestInstance(t *testing.T) {
	for _, flags := range []map[string]string{
		{"qps": "1"}, {"qps": "1", "cloud": "aws"}, {"qps": "1", "pricing": "spot"}, {"qps": "1", "cloud": "gcp", "pricing": "1y"},
	} {
		o := offersOf(t, flags)
		for _, h := range o.Choices() {
			if h.Accelerator.Part != nil {
				continue
			}
			byPer := map[int]float64{}
			for _, i := range instances(o, h.Accelerator.ID) {
				per := max(int(i.Count), 1) / h.PerReplica
				if old, ok := byPer[per]; per >= 1 && (!ok || i.Price(priceList(o, h.Accelerator.ID)) < old) {
					byPer[per] = i.Price(priceList(o, h.Accelerator.ID))
				}
			}
			options, last := o.Hosting(h), 0
			if len(options) != len(byPer) {
				t.Errorf("%v %v: %d ways, want %d", flags, h.Kind(), len(options), len(byPer))
			}
			for _, way := range options {
				if way.USDPerHour != byPer[way.PerInstance] || way.PerInstance <= last {
					t.Errorf("%v %v: %d replicas for %v USD/h after %d, want %v", flags, h.Kind(), way.PerInstance, way.USDPerHour, last, byPer[way.PerInstance])
				}
				last = way.PerInstance
			}
		}
	}
}

// TestCostLaws: more replicas never cost less, and twice the prices are twice the bill.
func TestCostLaws(t *testing.T) {
	flags := map[string]string{"qps": "1"}
	o := offersOf(t, flags)
	factors := map[string]float64{}
	for _, a := range o.Catalog.Accelerators() {
		factors[a.ID] = 2
	}
	processors, err := catalog.Processors()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range processors {
		factors[p.ID] = 2
	}
	twice, err := New(example.Workload(t, flags), o.Catalog.Repriced(factors))
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		h := rapid.SampledFrom(o.Choices()).Draw(t, "hardware")
		options := o.Hosting(h)
		if len(options) == 0 {
			t.Skip("not rented")
		}
		n := rapid.IntRange(1, 500).Draw(t, "replicas")
		if a, b := cheapest(options, n), cheapest(options, n+1); b < a {
			t.Errorf("%v: %d cost %v, %d cost %v", h.Kind(), n, a, n+1, b)
		}
		if a, b := cheapest(options, n), cheapest(twice.Hosting(h), n); math.Abs(b-2*a) > 1e-9*b {
			t.Errorf("%v: %v at twice the price of %v", h.Kind(), b, a)
		}
	})
}

// TestPartsShareTheMachine: parts that fill a machine cost together what it costs, and none is
// offered unasked at a share of a whole one.
func TestPartsShareTheMachine(t *testing.T) {
	for name, perMachine := range map[string]int{"a100-80gb:1g.10gb": 56, "a100-80gb:3g.40gb": 16, "h100:1g.10gb": 7, "t4:1/4": 4} {
		o := offersOf(t, map[string]string{"qps": "1", "gpu": name, "cloud": "aws"})
		ways := o.Hosting(o.Starts[0].Hardware)
		if len(ways) != 1 || ways[0].PerInstance != 1 || ways[0].Share == 0 {
			t.Fatalf("%s: %+v", name, ways)
		}
		whole, _ := o.Catalog.Accelerator(o.Starts[0].Accelerator.Part.Of)
		machine, cheapest := 0.0, math.Inf(1)
		for _, i := range instances(o, whole.ID) {
			n := i.Count * float64(o.Starts[0].Accelerator.Part.PerCard)
			if price := i.OnDemand / n; price < cheapest {
				machine, cheapest = n, price
			}
		}
		if int(machine) != perMachine || math.Abs(ways[0].USDPerHour-cheapest) > 1e-9 || math.Abs(ways[0].Share*machine-1) > 1e-9 {
			t.Errorf("%s: %v USD/h, want %v; a machine holds %v, want %d", name, ways[0].USDPerHour, cheapest, machine, perMachine)
		}
	}
	for _, h := range offersOf(t, map[string]string{"qps": "1"}).Choices() {
		if p := h.Accelerator.Part; p != nil && !p.TimeSliced() {
			t.Errorf("%s is offered unasked", h.Accelerator.ID)
		}
	}
}
