package workload

// At returns the bytes held after the given seconds: size + growth × t, of which growth
// fills at most the retention: what is older is dropped.
func (d Data) At(seconds float64) float64 {
	if d.Retention > 0 && seconds > d.Retention {
		return d.Growth * d.Retention
	}
	return d.Size + d.Growth*seconds
}

// Fills returns the seconds until more than some bytes are held; ok is false where that was so before
// or never will be.
func (d Data) Fills(bytes float64) (seconds float64, ok bool) {
	const century = 100 * 365 * 24 * 3600
	if bytes <= 0 || d.Growth <= 0 || d.Size > bytes {
		return 0, false
	}
	seconds = (bytes - d.Size) / d.Growth
	if d.Retention > 0 && seconds > d.Retention { // what is older is dropped
		return 0, false
	}
	return seconds, seconds < century
}
