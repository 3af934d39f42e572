package unit

import (
	"errors"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseReadsBaseUnits(t *testing.T) {
	for _, c := range []struct {
		kind Kind
		text string
		want float64
	}{
		{Rate, "120/s", 120}, {Rate, "20/day", 20.0 / 86400}, {Rate, "3k/min", 50}, {Rate, "1M/month", 1e6 / 2628000},
		{Rate, "5,000 req/s", 5000}, {Rate, "5_000/sec", 5000}, {Rate, "7200 requests per hour", 2}, {Rate, "12rps", 12},
		{Rate, "36/h", 0.01}, {Rate, "1e3/s", 1000}, {Rate, "0/s", 0},
		{Duration, "85ms", 0.085}, {Duration, "9 ms", 0.009}, {Duration, "15us", 15e-6}, {Duration, "15µs", 15e-6},
		{Duration, "3ns", 3e-9}, {Duration, "4s", 4}, {Duration, "3min", 180}, {Duration, "3m", 180}, {Duration, "1h30m", 5400},
		{Duration, "6h", 21600}, {Duration, "365d", 365 * 86400}, {Duration, "2 days", 172800}, {Duration, "1w", 604800},
		{Duration, "6mo", 6 * 2628000}, {Duration, "1 month", 2628000}, {Duration, "2y", 24 * 2628000}, {Duration, ".5s", 0.5},
		{Growth, "8%/month", 0.08}, {Growth, "-3%/month", -0.03}, {Growth, "−3%/month", -0.03}, {Growth, "+5 % per month", 0.05},
		{Growth, "2x/month", 1}, {Growth, "64x/6mo", 1}, {Rate, "300/5min", 1}, {Rate, "5.000001/s", 5.000001}, {Rate, "1.234/s", 1.234}, {Fraction, "99.900%", 0.999}, {Rate, "0.500/s", 0.5}, {Growth, "0%/year", 0},
		{Bytes, "2TB", 2e12}, {Bytes, "40GiB", 40 << 30}, {Bytes, "40Gi", 40 << 30}, {Bytes, "1.5 kB", 1500}, {Bytes, "512B", 512},
		{ByteRate, "120MB/s", 1.2e8}, {ByteRate, "40GB/day", 40e9 / 86400}, {ByteRate, "1 KiB / min", 1024.0 / 60},
		{Money, "20000/month", 20000}, {Money, "20,000 USD/month", 20000}, {Money, "$20k/month", 20000}, {Money, "USD 12/year", 1},
		{Money, "1/hour", 730}, {Money, "24/day", 730}, {Money, "1.5 dollars per hour", 1095},
		{Fraction, "99.9%", 0.999}, {Fraction, "99.95 %", 0.9995}, {Fraction, "0.999", 0.999}, {Fraction, "0", 0}, {Fraction, "100%", 1},
		{Count, "4", 4}, {Count, "2k", 2000}, {Count, "1e3", 1000}, {Number, "2M", 2e6}, {Number, "1.5k", 1500}, {Number, "7B", 7e9},
		{Number, "1,234,567.5", 1234567.5}, {Tokens, "1024", 1024}, {Tokens, "4k tokens", 4000}, {Tokens, "300/900/2000", 300},
		{Burstiness, "1.4@1s", 1.4}, {Burstiness, "0.8", 0.8},
	} {
		got, err := Parse(c.kind, c.text)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
		} else if math.Abs(got.Mid-c.want) > 1e-12*math.Abs(c.want) {
			t.Errorf("%q = %v, want %v", c.text, got.Mid, c.want)
		}
	}
}

// Growth over another period compounds; the oracle multiplies it out.
func TestGrowthCompounds(t *testing.T) {
	yearly, err := Parse(Growth, "2x/year")
	if err != nil {
		t.Fatal(err)
	}
	level := 1.0
	for range 12 {
		level *= 1 + yearly.Mid
	}
	if math.Abs(level-2) > 1e-12 {
		t.Errorf("twelve months of 2x/year make %v", level)
	}
	weekly, err := Parse(Growth, "0.5%/week")
	if err != nil {
		t.Fatal(err)
	}
	if want := math.Pow(1.005, 730.0/168) - 1; math.Abs(weekly.Mid-want) > 1e-14 {
		t.Errorf("0.5%%/week is %v a month, want %v", weekly.Mid, want)
	}
}

func TestParseReadsRanges(t *testing.T) {
	for _, c := range []struct {
		kind           Kind
		text           string
		mid, low, high float64
	}{
		{Rate, "800..1200/s", 1000, 800, 1200}, {Rate, "800/s..1.2k/s", 1000, 800, 1200}, {Rate, "1000/s±20%", 1000, 800, 1200},
		{Rate, "1000/s+-20%", 1000, 800, 1200}, {Rate, "1000/s +/- 200/s", 1000, 800, 1200}, {Rate, "1000±20%/s", 1000, 800, 1200},
		{Rate, "60/min..2/s", 1.5, 1, 2}, {Duration, "80..100ms", 0.09, 0.08, 0.1}, {Duration, "85ms±5ms", 0.085, 0.08, 0.09},
		{Duration, "85±5ms", 0.085, 0.08, 0.09}, {Bytes, "2..3TB", 2.5e12, 2e12, 3e12}, {Growth, "5..8%/month", 0.065, 0.05, 0.08},
		{Growth, "-2%/month..8%/month", 0.03, -0.02, 0.08}, {Fraction, "99%..99.9%", 0.9945, 0.99, 0.999},
		{Number, "2M..3M", 2.5e6, 2e6, 3e6}, {Number, "5±0%", 5, 5, 5}, {Tokens, "100..300", 200, 100, 300}, {Tokens, "0..3", 2, 0, 3},
		{Tokens, "300/900/2000", 300, 300, 2000},
	} {
		got, err := Parse(c.kind, c.text)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		for _, d := range []float64{got.Mid - c.mid, got.Low - c.low, got.High - c.high} {
			if math.Abs(d) > 1e-9*math.Abs(c.high) {
				t.Errorf("%q = %v, want %v", c.text, got, Interval{c.mid, c.low, c.high})
				break
			}
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct {
		kind Kind
		text string
		want string // part of the message
	}{
		{Rate, "", "is empty"}, {Rate, "   ", "is empty"}, {Rate, "fast", "is not a number"}, {Rate, "120", "has no unit"},
		{Rate, "NaN/s", "is not a number"}, {Rate, "+Inf/s", "is not a number"}, {Rate, "-5/s", "is negative"},
		{Rate, "5/mn", "did you mean min or mo?"}, {Rate, "5/fortnight", `unknown period "fortnight"`}, {Rate, "5/s!", "unknown period"},
		{Rate, "1e16/s", "implausibly large"}, {Rate, "1e999/s", "is too large"}, {Rate, "1e-300/s", "too close to zero"},
		{Rate, "1.2.3/s", "is not a number"}, {Rate, "5s", `has "s" after the number`},
		{Duration, "85", "has no unit"}, {Duration, "0x10", "unknown unit"}, {Duration, "-85ms", "is negative"},
		{Duration, "85mss", "did you mean"}, {Duration, "3 parsecs", `unknown unit "parsecs"`}, {Duration, "1h2h", "is not one time"},
		{Duration, "5m1h", "is not one time"}, {Duration, "1h-5m", "is not one time"},
		{Growth, "8%", "has no period"}, {Growth, "0.08/month", "neither a percentage nor a factor"}, {Growth, "-100%/month", "leaves nothing"},
		{Growth, "0x/year", "leaves nothing"}, {Growth, "8%/hour", "unknown period"}, {Growth, "8%±1%/month", "write low..high"},
		{Bytes, "2", "has no unit"}, {Bytes, "2gb", "did you mean GB?"}, {Bytes, "2e22B", "implausibly large"},
		{ByteRate, "40GB", "has no period"}, {ByteRate, "40/day", "has no unit"}, {ByteRate, "40XB/day", "unknown unit"},
		{Money, "20000", "has no period"}, {Money, "€5/month", "is not a number"}, {Money, "5 EUR/month", `"EUR/month" after the number`},
		{Fraction, "99.9", "is above 1 and has no %"}, {Fraction, "101%", "is above 100 %"}, {Fraction, "5 percent", "after the number"},
		{Count, "2.5", "is not whole"}, {Count, "4 cats", `"cats" after the number`}, {Number, "1,5", "separate thousands"},
		{Number, "0,500", "separate thousands"}, {Number, "1,00", "separate thousands"}, {Number, "1_0", "separate thousands"},
		{Number, "1,000_000", "separate thousands"}, {Number, "5..3", "low end above"}, {Number, "2..3M", "on both sides"},
		{Number, "5..", "is empty"}, {Number, "5±100%", "reaches down to zero"}, {Number, "5±6", "reaches down to zero"},
		{Number, "5±-1", "no number after the ±"}, {Number, "5±x", "no number after the ±"}, {Number, "5±5±5", "after the number"},
		{Tokens, "1/2", "neither one number nor three"}, {Tokens, "300/200/900", "falls from one percentile"}, {Tokens, "1/2/x", "is not a number"},
		{Burstiness, "0", "is zero; 1 is Poisson"}, {Burstiness, "1.4@1", `the window "1", which has no unit`},
		{Burstiness, "1.4@0s", "window of zero"}, {Burstiness, "x@1s", "is not a number"}, {Text, "5", "is not read as a number"},
	} {
		got, err := Parse(c.kind, c.text)
		var fault *Error
		switch {
		case err == nil:
			t.Errorf("%q was read as %v", c.text, got)
		case !errors.As(err, &fault) || fault.Text != c.text:
			t.Errorf("%q: the error %#v does not carry the text", c.text, err)
		case !strings.Contains(err.Error(), c.want):
			t.Errorf("%q: %v\nwant a message with %q", c.text, err, c.want)
		case got != Interval{}:
			t.Errorf("%q: a value %v beside the error", c.text, got)
		}
	}
}

func TestParseBareTakesBaseUnits(t *testing.T) {
	for text, want := range map[string]Interval{
		"5000": Exact(5000), "5k": Exact(5000), "300/min": Exact(5), "800..1200": {1000, 800, 1200}, "1000±20%": {1000, 800, 1200}, "0": {},
	} {
		if got, err := ParseBare(Rate, text); err != nil || got != want {
			t.Errorf("%q = %v, %v; want %v", text, got, err, want)
		}
	}
	if _, err := ParseBare(Rate, "5 apples"); err == nil {
		t.Error("5 apples is a rate")
	}
}

func TestParseBurstiness(t *testing.T) {
	if v, w, err := ParseBurstiness("1.4 @ 500ms"); v != 1.4 || w != 0.5 || err != nil {
		t.Errorf("got %v, %v, %v", v, w, err)
	}
	if v, w, err := ParseBurstiness("2"); v != 2 || w != 0 || err != nil {
		t.Errorf("got %v, %v, %v", v, w, err)
	}
	if _, _, err := ParseBurstiness("@1s"); err == nil {
		t.Error("a window alone was read")
	}
}

func TestParseTokens(t *testing.T) {
	if p, err := ParseTokens("300/900/2k"); err != nil || p != (Percentiles{300, 900, 2000, 0}) {
		t.Errorf("got %v, %v", p, err)
	}
	if p, err := ParseTokens("300/900/2k/4k"); err != nil || p != (Percentiles{300, 900, 2000, 4000}) {
		t.Errorf("with the longest: %v, %v", p, err)
	}
	for _, text := range []string{"300", "300/900", "300/900/2k/1k", "1/2/3/4/5"} {
		if _, err := ParseTokens(text); err == nil {
			t.Errorf("%s was read as percentiles", text)
		}
	}
}

func TestLongTextIsShortenedInMessages(t *testing.T) {
	_, err := Parse(Rate, strings.Repeat("é", 1000))
	if err == nil {
		t.Fatal("a thousand letters were read as a rate")
	}
	if n := len(err.Error()); n > 500 {
		t.Errorf("message of %d bytes", n)
	}
}

// numeric are the kinds that Parse reads.
var numeric = []Kind{Count, Number, Fraction, Rate, Duration, Growth, Bytes, ByteRate, Money, Burstiness, Tokens}

// FuzzParse: no text panics; what is read is finite, ordered and not negative
// except for growth; and what Format makes of it is read again as nearly the same.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"120/s", "8%/month", "85ms", "1h30m", "40GB/day", "$20k/month", "99.9%", "1.4@1s", "1/2/3", "800..1200/s",
		"1000±20%", "-3%/month", "0x1p3", "1e400", "..", "±", "5,000", "2x/year", "1e-400s", "7B", "−1%/week", "@", "/", "%"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, k := range numeric {
			checkParsed(t, k, s)
		}
	})
}

func checkParsed(t *testing.T, k Kind, s string) {
	i, err := ParseBare(k, s)
	if err != nil {
		var fault *Error
		if !errors.As(err, &fault) || err.Error() == "" {
			t.Fatalf("kind %d, %q: error %#v", k, s, err)
		}
		return
	}
	for _, v := range []float64{i.Low, i.Mid, i.High} {
		if math.IsNaN(v) || math.IsInf(v, 0) || v < 0 && k != Growth {
			t.Fatalf("kind %d, %q: read as %v", k, s, i)
		}
	}
	if i.Low > i.Mid || i.Mid > i.High {
		t.Fatalf("kind %d, %q: %v is not in order", k, s, i)
	}
	checkFormatted(t, k, i.Mid)
}

func checkFormatted(t interface{ Fatalf(string, ...any) }, k Kind, v float64) {
	text := Format(k, v)
	again, err := Parse(k, text)
	if err != nil && v < 1e14 && (v > 1e-12 || v == 0) {
		t.Fatalf("kind %d: %v is formatted as %q, which is refused: %v", k, v, text, err)
	}
	if err == nil && math.Abs(again.Mid-v) > 0.006*math.Abs(v)+1e-18 {
		t.Fatalf("kind %d: %v is formatted as %q, which is %v", k, v, text, again.Mid)
	}
}

func TestFormatIsReadAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.SampledFrom(numeric).Draw(t, "kind")
		v := math.Pow(10, rapid.Float64Range(-9, 13).Draw(t, "log10"))
		switch k {
		case Fraction:
			v = 1 - math.Pow(10, rapid.Float64Range(-7, 0).Draw(t, "log10 of the rest"))
		case Growth:
			v = rapid.Float64Range(-0.9998, 100).Draw(t, "growth")
		case Count, Tokens:
			v = math.Ceil(v)
		}
		checkFormatted(t, k, v)
	})
}

// TestDidYouMean: one word, two and more are told apart as a sentence would.
func TestDidYouMean(t *testing.T) {
	for want, words := range map[string][]string{
		"": nil, "did you mean a10?": {"a10"}, "did you mean a10 or a30?": {"a10", "a30"}, "did you mean a10, a30 or a100?": {"a10", "a30", "a100"},
	} {
		if got := DidYouMean(words...); got != want {
			t.Errorf("%v: %q, want %q", words, got, want)
		}
	}
	if got := Suggest("a11", []string{"a10", "h100"}, "none"); got != "did you mean a10?" {
		t.Error(got)
	}
	if got := Suggest("tpu", []string{"a10", "h100"}, "see the list"); got != "see the list" {
		t.Error(got)
	}
}
