package origin

import "testing"

func TestQuoted(t *testing.T) {
	for value, want := range map[string]string{
		"5000": "5000", "p50/p90": "p50/p90", "a b": "'a b'", "": "''", "it's": `'it'\''s'`, "$HOME": "'$HOME'", "8%/month": "8%/month",
	} {
		if got := Quoted(value); got != want {
			t.Errorf("%q: %s, want %s", value, got, want)
		}
	}
}
