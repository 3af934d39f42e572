package catalog

import "testing"

func TestRepriced(t *testing.T) {
	c, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	const id = "nvidia-l4"
	half := c.Repriced(map[string]float64{id: 0.5})
	changed := 0
	for i, before := range c.Instances(Filter{}) {
		after := half.Instances(Filter{})[i]
		want := before.OnDemand
		if before.Accelerator == id {
			want /= 2
			changed++
		}
		if after.OnDemand != want || after.Type != before.Type {
			t.Fatalf("%s at %v costs %v, want %v", before.Type, before.OnDemand, after.OnDemand, want)
		}
	}
	of := half.Instances(Filter{Accelerator: id})
	if changed == 0 || len(of) != len(c.Instances(Filter{Accelerator: id})) || of[0].OnDemand*2 != c.Instances(Filter{Accelerator: id})[0].OnDemand {
		t.Errorf("%d prices changed, %d instances of the accelerator", changed, len(of))
	}
	again := half.Repriced(map[string]float64{id: 2})
	if got := again.Instances(Filter{Accelerator: id})[0].OnDemand; got != c.Instances(Filter{Accelerator: id})[0].OnDemand {
		t.Errorf("half and then twice the price is %v", got)
	}
	if half.Facts() != c || again.Facts() != c || c.Facts() != c || c.With(Model{ID: "own"}).Facts() == c {
		t.Error("the facts are not those of the catalogue that was repriced")
	}
}
