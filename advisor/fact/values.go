package fact

// Values gives the facts of one case.
type Values interface {
	// Value returns the value of a fact: a float64, int64, bool, string or []string by its type, the type's
	// zero where the fact does not apply.
	Value(*Fact) any
}

// Map holds facts by name; those that are absent are zero.
type Map map[string]any

// Value returns the value under the fact's name, or its type's zero.
func (m Map) Value(f *Fact) any {
	switch v := m[f.Name].(type) {
	case nil:
		return f.Type.Zero()
	case int:
		return int64(v)
	default:
		return v
	}
}
