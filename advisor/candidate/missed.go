package candidate

// Missed returns an excuse with its near miss: the trait that stood in the way, its value
// and what would have been enough.
func Missed(code, text, trait, unit string, value, needed float64) *Excuse {
	return &Excuse{Code: code, Text: text, NearMiss: NearMiss{Trait: trait, Unit: unit, Value: value, Needed: needed}}
}
