package workload

// At returns the bytes held after the given seconds: size + growth × t, of which growth
// fills at most the retention: what is older is dropped.
func (d Data) At(seconds float64) float64 {
	if d.Retention > 0 && seconds > d.Retention {
		return d.Growth * d.Retention
	}
	return d.Size + d.Growth*seconds
}
