package offer

import "testing"

// TestPlansStayInOneCloud: today's, that of the machine, the one that was named, else the one
// that rents today's hardware for least.
func TestPlansStayInOneCloud(t *testing.T) {
	for _, c := range []struct {
		flags map[string]string
		home  string
	}{
		{map[string]string{"machine": "g6.xlarge"}, "aws"},
		{map[string]string{"gpu": "l4", "cloud": "aws"}, "aws"},
		{map[string]string{"gpu": "l4"}, "gcp"},
		{map[string]string{"gpu": "l4", "stay": "vendor"}, ""},
		{map[string]string{"gpu": "l4", "stay": "none"}, ""},
		{map[string]string{}, ""}, // nothing runs today
	} {
		c.flags["qps"], c.flags["model"] = "100", "resnet50"
		o := offersOf(t, c.flags)
		if Home(o) != c.home {
			t.Errorf("%v: home is %q, want %q", c.flags, Home(o), c.home)
		}
		for _, h := range o.Choices() {
			for _, rented := range o.Hosting(h) {
				if Home(o) != "" && rented.Cloud != Home(o) {
					t.Fatalf("%v: %s stands on %s", c.flags, h.Accelerator.ID, rented.Cloud)
				}
			}
		}
		clouds := map[string]bool{}
		for _, h := range Everywhere(o).Choices() {
			for _, rented := range Everywhere(o).Hosting(h) {
				clouds[rented.Cloud] = true
			}
		}
		if _, named := c.flags["cloud"]; !named && len(clouds) < 3 {
			t.Errorf("%v: elsewhere there is only %v", c.flags, clouds)
		}
	}
}

// TestPlansStayWithTodaysVendor unless --stay or --allow-gpu ask for another's software.
func TestPlansStayWithTodaysVendor(t *testing.T) {
	for _, c := range []struct {
		flags   map[string]string
		foreign bool
	}{
		{map[string]string{"gpu": "h100"}, false},
		{map[string]string{"gpu": "h100", "stay": "cloud"}, true},
		{map[string]string{"gpu": "h100", "allow_gpu": "mi300x"}, true},
		{map[string]string{"gpu": "mi300x"}, false},
		{map[string]string{}, false},
	} {
		c.flags["qps"], c.flags["model"], c.flags["input_tokens"], c.flags["output_tokens"] = "1", "llama-3.1-70b", "1024", "256"
		o, foreign := offersOf(t, c.flags), false
		for _, h := range o.Choices() {
			foreign = foreign || Foreign(o, h.Accelerator)
		}
		if foreign != c.foreign {
			t.Errorf("%v: another vendor's accelerators are looked at: %v", c.flags, foreign)
		}
	}
}
