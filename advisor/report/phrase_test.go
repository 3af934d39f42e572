package report

import (
	"math"
	"testing"

	"scaleadvise/advisor/candidate"
)

func TestEnough(t *testing.T) {
	for _, c := range []struct {
		miss candidate.NearMiss
		want string
	}{
		{candidate.NearMiss{}, ""},
		{candidate.NearMiss{Trait: "budget", Unit: "USD/month", Value: 10000, Needed: 12000}, "Needed: budget 12,000 USD/month instead of 10,000 USD/month."},
		{candidate.NearMiss{Trait: "max_replicas", Value: 4, Needed: 7}, "Needed: max replicas 7 instead of 4."},
		{candidate.NearMiss{Trait: "p99", Unit: "s", Value: math.Inf(1), Needed: 0.1}, "Needed: p99 100 ms."},
		{candidate.NearMiss{Trait: "p99", Unit: "s", Value: 0.1, Needed: math.NaN()}, ""},
	} {
		if got := enough(c.miss); got != c.want {
			t.Errorf("%+v reads %q, want %q", c.miss, got, c.want)
		}
	}
}

func TestMoney(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 0.0042: "0.0042", 0.387: "0.39", 9.5: "9.50", 5110.4: "5,110", 1234567: "1,234,567"} {
		if got := money(v); got != want {
			t.Errorf("money(%v) = %s, want %s", v, got, want)
		}
	}
}

func TestQuantity(t *testing.T) {
	for _, c := range []struct {
		value  any
		symbol string
		want   string
	}{
		{0.1, "s", "100 ms"}, {5000.0, "1/s", "5,000/s"}, {0.995, "fraction", "99.5 %"}, {2e12, "B", "2 TB"}, {int64(7), "", "7"},
		{true, "", "true"}, {"a\x1bb", "", "a\ufffdb"}, {[]string{"aws", "gcp"}, "", "aws, gcp"}, {math.NaN(), "s", none}, {math.Inf(-1), "1/s", none},
		{1e200, "1/s", "1.00e+200/s"},
	} {
		if got := quantity(c.value, c.symbol); got != c.want {
			t.Errorf("quantity(%v, %q) = %q, want %q", c.value, c.symbol, got, c.want)
		}
	}
}
