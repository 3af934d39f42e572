package catalog

import (
	"slices"
	"strings"
	"testing"
)

func TestInstancesFilter(t *testing.T) {
	c := shipped(t)
	for _, test := range []struct {
		name   string
		filter Filter
		want   func(Instance) bool
	}{
		{"default clouds", Filter{}, func(i Instance) bool { return slices.Contains(DefaultClouds(), i.Cloud) }},
		{"one cloud in capitals", Filter{Clouds: []string{"AWS"}}, func(i Instance) bool { return i.Cloud == "aws" }},
		{"two clouds", Filter{Clouds: []string{"lambda", "oci"}}, func(i Instance) bool { return i.Cloud == "lambda" || i.Cloud == "oci" }},
		{"an accelerator", Filter{Accelerator: "nvidia-l4"}, func(i Instance) bool {
			return i.Accelerator == "nvidia-l4" && slices.Contains(DefaultClouds(), i.Cloud)
		}},
		{"a region", Filter{Region: "US-East-1"}, func(i Instance) bool { return i.Region == "us-east-1" && slices.Contains(DefaultClouds(), i.Cloud) }},
		{"a region and a cloud without", Filter{Region: "us-ashburn-1", Clouds: []string{"oci"}}, func(i Instance) bool { return i.Cloud == "oci" }},
		{"a price list", Filter{Pricing: "spot", Clouds: []string{"gcp"}}, func(i Instance) bool { return i.Cloud == "gcp" && i.Spot > 0 }},
		{"an unknown cloud", Filter{Clouds: []string{"nowhere"}}, func(Instance) bool { return false }},
	} {
		var want []string
		for _, i := range c.instances().rows {
			if test.want(i) && (!i.Away || test.filter.Region != "") {
				want = append(want, i.Cloud+"/"+i.Type)
			}
		}
		var got []string
		for _, i := range c.Instances(test.filter) {
			got = append(got, i.Cloud+"/"+i.Type)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %d instances, want %d", test.name, len(got), len(want))
		}
	}
}

func TestPrice(t *testing.T) {
	i := Instance{OnDemand: 4, Spot: 3, OneYear: 2, ThreeYear: 1}
	for pricing, want := range map[string]float64{"": 4, "on-demand": 4, "spot": 3, "1y": 2, "3y": 1, "barter": 0} {
		if got := i.Price(pricing); got != want {
			t.Errorf("%q: %g; want %g", pricing, got, want)
		}
	}
	for _, i := range shipped(t).Instances(Filter{}) { // what is bound for longer, or may be taken away, costs less
		for _, pricing := range []string{"spot", "1y", "3y"} {
			if p := i.Price(pricing); p > 0 && i.OnDemand > 0 && p > i.OnDemand {
				t.Errorf("%s/%s: %s costs %g, on demand %g", i.Cloud, i.Type, pricing, p, i.OnDemand)
			}
		}
		if one, three := i.Price("1y"), i.Price("3y"); one > 0 && three > one {
			t.Errorf("%s/%s: three years cost %g, one %g", i.Cloud, i.Type, three, one)
		}
	}
}

func TestKnownRows(t *testing.T) {
	c := shipped(t)
	find := func(kind string) Instance {
		for _, i := range c.instances().rows {
			if i.Type == kind {
				return i
			}
		}
		t.Fatalf("no instance %s", kind)
		return Instance{}
	}
	if i := find("g5.xlarge"); i.Accelerator != "nvidia-a10g" || i.Count != 1 || i.OnDemand != 1.006 || i.AsOf != "2026-07-20" || i.Fractional() {
		t.Errorf("g5.xlarge: %+v", i)
	}
	if i := find("Standard_NV6ads_A10_v5"); !i.Fractional() || i.Accelerator != "nvidia-a10" {
		t.Errorf("a sixth of an A10: %+v", i)
	}
	if i := find("BM.GPU.GB300.4"); i.Region != Everywhere || i.Count != 4 {
		t.Errorf("BM.GPU.GB300.4: %+v", i)
	}
	if i := find("a4-highgpu-8g"); i.OnDemand != 0 || i.Notes == "" {
		t.Errorf("a blank price is unknown: %+v", i)
	}
	if i := find("VM.Standard.E5.Flex (8 vCPU/32 GiB)"); i.Count != 0 || i.MemoryGiB != 32 {
		t.Errorf("a processor: %+v", i)
	}
}

func TestCheckFilter(t *testing.T) {
	c := shipped(t)
	for _, f := range []Filter{{}, {Clouds: []string{"AWS", "oci"}}, {Region: "us-east-1"}, {Region: "EastUS", Clouds: []string{"azure"}}, {Region: "us-ashburn-1", Clouds: []string{"oci"}}, {Pricing: "3y"}} {
		if err := c.CheckFilter(f); err != nil {
			t.Errorf("%+v: %v", f, err)
		}
	}
	for want, f := range map[string]Filter{
		`unknown cloud "awss" (did you mean aws?); known are akash, aws, azure,`: {Clouds: []string{"awss"}},
		`(did you mean us-east-1`:                                      {Region: "us-east-7"},
		"known are me-central1, me-central2, me-west1, africa-south1,": {Region: "mers", Clouds: []string{"gcp"}},
		"us, eu and ap take each cloud's usual one":                    {Region: "mars", Clouds: []string{"gcp"}},
		"on-demand, spot, 1y, 3y":                                      {Pricing: "5y"},
		`no prices in region "foo"; known are `:                        {Region: "foo", Clouds: DefaultClouds()},
		`region "us-east-9"`:                                           {Region: "us-east-9", Clouds: []string{"aws", "oci"}},
		"no prices by region are known for modal":                      {Region: "us", Clouds: []string{"modal"}},
	} {
		if err := c.CheckFilter(f); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v; want %q", f, err, want)
		}
	}
}

// TestNearIsAllWithoutARegion: what is read first is what counts where no region is named.
func TestNearIsAllWithoutARegion(t *testing.T) {
	c := shipped(t)
	var all []Instance
	for _, i := range c.Rows() {
		if !i.Away && slices.Contains(DefaultClouds(), i.Cloud) {
			all = append(all, i)
		}
	}
	if got := c.Instances(Filter{}); !slices.Equal(got, all) {
		for k := range min(len(got), len(all)) {
			if got[k] != all[k] {
				t.Fatalf("%+v, of all %+v", got[k], all[k])
			}
		}
		t.Errorf("%d rows, of all %d", len(got), len(all))
	}
	clouds := c.Clouds()
	for _, i := range c.Rows() {
		if !slices.Contains(clouds, i.Cloud) {
			t.Fatalf("%s is none of the clouds", i.Cloud)
		}
	}
}

// TestPartsOfTheWorld: a word for one chooses a region of each large cloud in which most machines are.
func TestPartsOfTheWorld(t *testing.T) {
	c := shipped(t)
	for word, homes := range continents {
		if err := c.CheckFilter(Filter{Region: word}); err != nil {
			t.Error(err)
		}
		seen := map[string]int{}
		for _, i := range c.Instances(Filter{Region: word}) {
			if i.Region != homes[i.Cloud] {
				t.Fatalf("%s %s in %s", i.Cloud, i.Type, i.Region)
			}
			seen[i.Cloud]++
		}
		for cloud := range homes {
			if seen[cloud] < 15 {
				t.Errorf("%s: %d machines of %s", word, seen[cloud], cloud)
			}
		}
	}
}
