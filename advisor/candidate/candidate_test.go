package candidate

import "testing"

// TestStrategiesAreOneTable: what a strategy changes names it, and so does its first letter, by
// which sweeps show it.
func TestStrategiesAreOneTable(t *testing.T) {
	letters := map[byte]Strategy{}
	for _, s := range Strategies() {
		if got := StrategyOf(s.ChangesHardware(), s.ChangesCount()); got != s {
			t.Errorf("what %s changes is %s", s, got)
		}
		if other, taken := letters[s[0]]; taken {
			t.Errorf("%s and %s begin alike", s, other)
		}
		letters[s[0]] = s
	}
	if len(letters) != 4 || None.ChangesHardware() || !Combined.ChangesCount() {
		t.Errorf("strategies %v", Strategies())
	}
}
