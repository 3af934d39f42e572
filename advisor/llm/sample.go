package llm

// At is the length in tokens at a normal score, for whoever draws lengths; at least one.
func (t Tokens) At(z float64) float64 { return max(1, t.at(z)) }
