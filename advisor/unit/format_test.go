package unit

import (
	"math"
	"slices"
	"testing"
)

func TestFormat(t *testing.T) {
	for _, c := range []struct {
		kind Kind
		v    float64
		want string
	}{
		{Rate, 5000, "5,000/s"}, {Rate, 0.19, "0.19/s"}, {Rate, 20.0 / 86400, "20/day"}, {Rate, 0, "0/s"}, {Rate, 1388.889, "1,389/s"},
		{Rate, 0.381, "0.381/s"}, {Rate, 0.0011574, "4.17/h"}, {Rate, 1e-7, "0.263/month"}, {Rate, 1e-10, "0.000263/month"},
		{Duration, 0.085, "85 ms"}, {Duration, 4, "4 s"}, {Duration, 21600, "6 h"}, {Duration, 90, "90 s"}, {Duration, 0.0855, "85.5 ms"},
		{Duration, 1.5, "1.5 s"}, {Duration, 6 * 2628000, "6 months"}, {Duration, 2628000, "1 month"}, {Duration, 86400, "1 day"},
		{Duration, 365 * 86400, "1 year"}, {Duration, 3e-5, "30 µs"}, {Duration, 0, "0 s"}, {Duration, 1234567, "2.04 weeks"},
		{Bytes, 2e12, "2 TB"}, {Bytes, 40 << 30, "40 GiB"}, {Bytes, 512, "512 B"}, {Bytes, 1.2345e9, "1.23 GB"}, {Bytes, 0, "0 B"},
		{ByteRate, 1.2e8, "120 MB/s"}, {ByteRate, 40e9 / 86400, "40 GB/day"}, {ByteRate, 1234.5, "1.23 kB/s"},
		{Money, 20000, "20,000 USD/month"}, {Money, 0.5, "0.5 USD/month"},
		{Fraction, 0.999, "99.9 %"}, {Fraction, 0.9995, "99.95 %"}, {Fraction, 0.99999, "99.999 %"}, {Fraction, 0.7, "70 %"},
		{Fraction, 0.12345, "12.3 %"}, {Fraction, 1, "100 %"}, {Fraction, 0, "0 %"}, {Growth, 0.08, "8 %/month"}, {Growth, -0.03, "-3 %/month"},
		{Count, 1234567, "1,234,567"}, {Number, 1.5, "1.5"}, {Number, -1234.4, "-1,234"}, {Number, 1e-5, "1.00e-05"}, {Number, math.Copysign(0, -1), "0"},
		{Tokens, 1024, "1,024 tokens"}, {Number, math.NaN(), "unknown"}, {Rate, math.Inf(1), "unlimited/s"}, {Duration, math.Inf(1), "unlimited s"},
	} {
		if got := Format(c.kind, c.v); got != c.want {
			t.Errorf("Format(%d, %v) = %q, want %q", c.kind, c.v, got, c.want)
		}
	}
}

func TestFormatFact(t *testing.T) {
	for _, c := range []struct {
		v    any
		unit string
		want string
	}{
		{5000.0, "1/s", "5,000/s"}, {60.96, "ms", "61 ms"}, {5110.4, "USD/month", "5,110 USD/month"}, {0.391, "USD", "0.391 USD"},
		{0.7, "fraction", "70 %"}, {0.9995, "fraction", "99.95 %"}, {0.08, "fraction/month", "8 %/month"}, {22.41, "GiB", "22.4 GiB"},
		{7.0, "month", "7 months"}, {1.0, "month", "1 month"}, {3.17, "h", "3.17 h"}, {1.4, "", "1.4"}, {7, "", "7"}, {int64(1234), "", "1,234"},
		{true, "", "true"}, {"a10", "", "a10"}, {[]string{"int8", "batching"}, "", "int8, batching"}, {math.Inf(1), "ms", "unlimited"},
		{uint8(3), "", "3"},
	} {
		if got := FormatFact(c.v, c.unit); got != c.want {
			t.Errorf("FormatFact(%v, %q) = %q, want %q", c.v, c.unit, got, c.want)
		}
	}
}

func TestSymbol(t *testing.T) {
	for k, want := range map[Kind]string{Rate: "1/s", Duration: "s", Bytes: "B", ByteRate: "B/s", Money: "USD/month", Fraction: "fraction",
		Growth: "fraction/month", Tokens: "tokens", Count: "", Number: "", Burstiness: "", Text: "", List: ""} {
		if got := k.Symbol(); got != want {
			t.Errorf("Symbol of kind %d is %q, want %q", k, got, want)
		}
	}
}

func TestNear(t *testing.T) {
	for _, c := range []struct {
		word  string
		known []string
		want  []string
	}{
		{"qqs", []string{"qps", "users"}, []string{"qps"}},
		{"replica", []string{"replicas", "max_replicas"}, []string{"replicas"}},
		{"peak-to-mean", []string{"peak_to_mean"}, []string{"peak_to_mean"}},
		{"itn8", []string{"int4", "int8", "fp8"}, []string{"int8"}}, // a swap is one edit
		{"GB", []string{"GiB", "gb"}, []string{"gb"}},
		{"a100", []string{"a100-sxm-80gb", "a100-pcie-80gb", "a10", "t4"}, []string{"a10", "a100-pcie-80gb", "a100-sxm-80gb"}},
		{"foo", []string{"fp8", "qps"}, nil},
		{"", []string{"qps"}, nil}, {"x", []string{"x1", "y"}, []string{"x1"}},
		{"aaa", []string{"aab", "aac", "aad", "aae", "aaf", "aag", "aab"}, []string{"aab", "aac", "aad", "aae", "aaf"}},
	} {
		if got := Near(c.word, c.known); !slices.Equal(got, c.want) {
			t.Errorf("Near(%q) = %q, want %q", c.word, got, c.want)
		}
	}
}

func TestIntervalIsExact(t *testing.T) {
	if !Exact(3).IsExact() || (Interval{2, 1, 3}).IsExact() {
		t.Error("exactness is wrong")
	}
}
