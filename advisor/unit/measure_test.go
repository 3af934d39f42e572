package unit

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestMonthsBeginOnTheirFirst: the time to a month leads to its first day, whatever part of a second
// it is asked in.
func TestMonthsBeginOnTheirFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "seconds"), rapid.Int64Range(0, 999_999_999).Draw(t, "nanoseconds")).UTC()
		n := rapid.IntRange(1, 60).Draw(t, "months")
		if got, want := After(now, ToMonth(now, n)), MonthStart(now, n); !got.Equal(want) {
			t.Fatalf("%d months after %s: %s, want %s", n, now.Format(time.RFC3339Nano), got.Format(time.RFC3339Nano), want)
		}
	})
}
