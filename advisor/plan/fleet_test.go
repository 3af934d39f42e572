package plan

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

// However many services a fleet has, one line says how many are planned together.
func TestTooManyServices(t *testing.T) {
	for _, n := range []int{mostServices, mostServices + 1, 10_000} {
		var b strings.Builder
		b.WriteString("version: 1\nkind: fleet\nservices:\n")
		for i := range n {
			fmt.Fprintf(&b, "  - {name: s%d, workload: {model: bert-large, qps: 10}}\n", i)
		}
		f, err := ReadFleet(context.Background(), strings.NewReader(b.String()), "fleet.yaml")
		switch {
		case n == mostServices:
			if err != nil || len(f.Services) != n {
				t.Errorf("%d services: %v", n, err)
			}
		case err == nil:
			t.Errorf("%d services were read", n)
		case !strings.Contains(err.Error(), "at most 500") || strings.Contains(err.Error(), "\n"):
			t.Errorf("%d services: %v", n, err)
		}
	}
}

// What a service ignores is of that service alone.
func TestIgnoresOfAService(t *testing.T) {
	const text = "version: 1\nkind: fleet\nignore: [{rule: over-budget, reason: May}]\nservices:\n" +
		"  - {name: a, workload: {model: bert-large, qps: 10}, ignore: [{rule: loss-not-survived, reason: May}]}\n"
	f, err := ReadFleet(context.Background(), strings.NewReader(text), "fleet.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if i := f.Ignores[0]; i.Member.Line != 0 {
		t.Errorf("the fleet's is of %v", i.Member)
	}
	if i := f.Services[0].Ignores[0]; i.Member != f.Services[0].Origin || i.Member.Line != 5 {
		t.Errorf("the service's is of %v", i.Member)
	}
}
