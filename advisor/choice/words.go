package choice

import "fmt"

// Words returns the criterion in words short enough for a cell.
func (c Criterion) Words() string {
	switch c {
	case ScaleIn:
		return "fewer replicas hold"
	case TodayHolds:
		return "holds as it is"
	case OnlyOne:
		return "the only one that holds"
	case Cheapest:
		return "cheapest that holds"
	case FewerChanges:
		return "fewer changes"
	case MoreRedundancy:
		return "survives more"
	case MeasuredOverPredicted:
		return "measured, not predicted"
	case StaysHere:
		return "cheapest here"
	case Unknown:
		return "to be measured first"
	case NothingHolds:
		return "nothing holds"
	}
	return string(c)
}

// Because returns the criterion in words, with its margin where the words need it.
func (c Criterion) Because(margin float64) string {
	if c != FewerChanges && c != MoreRedundancy && c != MeasuredOverPredicted || margin == 0 {
		return c.Words()
	}
	return fmt.Sprintf("%s, %.2g %% above the cheapest", c.Words(), 100*margin)
}
