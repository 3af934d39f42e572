package main

import "testing"

func TestAlike(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{`"x": 1.0000, "y": 2`, `"x": 1.00009, "y": 2`, true},
		{`"x": 1.0000`, `"x": 1.0002`, false},
		{"a\t120,3;7,9", "a\t121,3;7,9", true},
		{"a\t120,3", "a\t122,3", false},
		{"a 1", "b 1", false},
		{"a 1", "a 1 1", false},
	} {
		if got := alike(c.a, c.b); got != c.want {
			t.Errorf("alike(%q, %q) = %t", c.a, c.b, got)
		}
	}
}
