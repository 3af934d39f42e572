package origin

import "testing"

func TestStringNamesThePlace(t *testing.T) {
	for want, o := range map[string]Origin{
		"--qps":               {Kind: Flag, Name: "--qps"},
		"$SCALEADVISE_QPS":    {Kind: Environment, Name: "SCALEADVISE_QPS"},
		"plan.yaml:12:8":      {Kind: Plan, Name: "workload.qps", File: "plan.yaml", Line: 12, Column: 8},
		"sum(rate(x[5m]))":    {Kind: Prometheus, Name: "sum(rate(x[5m]))"},
		"default":             {Kind: Default, Name: "--zones", Reason: "nothing says otherwise"},
		"catalog: a10":        {Kind: Catalog, Name: "a10"},
		"derived: mean × 3":   {Kind: Derived, Name: "mean × 3"},
		"stdin:1:1":           {Kind: Plan, File: "stdin", Line: 1, Column: 1},
		"an unnamed layer's ": {Name: "an unnamed layer's "},
	} {
		if got := o.String(); got != want {
			t.Errorf("%+v renders as %q, want %q", o, got, want)
		}
	}
}

func TestLayersRankAsTheFlowSays(t *testing.T) {
	order := []Kind{Default, Prometheus, Plan, Environment, Flag}
	for i := 1; i < len(order); i++ {
		if order[i-1] >= order[i] {
			t.Errorf("layer %d does not rank below layer %d", i-1, i)
		}
	}
}
