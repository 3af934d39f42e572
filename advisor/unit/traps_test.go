package unit

import (
	"strings"
	"testing"
)

// A number that one country reads as five and another as five thousand is asked about.
func TestNumbersReadInTwoWays(t *testing.T) {
	for text, kind := range map[string]Kind{"5.000/s": Rate, "12.500/s": Rate, "20.000/month": Money, "1.200": Tokens, "2.500": Number} {
		_, err := Parse(kind, text)
		if err == nil || !strings.Contains(err.Error(), "may be ") || !strings.Contains(err.Error(), "write one of the two") {
			t.Errorf("%q: %v", text, err)
		}
	}
	_, err := ParseBare(Rate, "5.000")
	if err == nil || !strings.Contains(err.Error(), "may be 5 or 5000") {
		t.Errorf("5.000: %v", err)
	}
}

func TestSeveralPeriods(t *testing.T) {
	for _, text := range []string{"2x/0mo", "2x/-6mo", "2x/6", "2x/6moons"} {
		if v, err := Parse(Growth, text); err == nil {
			t.Errorf("%q = %v", text, v.Mid)
		}
	}
}
