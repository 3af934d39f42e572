package workload

import "math"

// At returns how many bytes are held after the given seconds. What is older than the retention is dropped:
// growing data are at most what arrives within it, and where more is held today the rest is assumed to be
// dropped evenly as it ages.
func (d Data) At(seconds float64) float64 {
	grown := d.Size + d.Growth*seconds
	if d.Retention <= 0 || d.Growth <= 0 {
		return grown
	}
	kept := d.Growth * d.Retention
	if d.Size > kept {
		return d.Size + (kept-d.Size)*math.Min(seconds/d.Retention, 1)
	}
	return math.Min(grown, kept)
}

// Fills returns the seconds until more than some bytes are held; ok is false where that was so before
// or never will be.
func (d Data) Fills(bytes float64) (seconds float64, ok bool) {
	const century = 100 * 365 * 24 * 3600
	if bytes <= 0 || d.Growth <= 0 || d.Size > bytes {
		return 0, false
	}
	if d.Retention > 0 && d.Growth*d.Retention <= bytes {
		return 0, false
	}
	seconds = (bytes - d.Size) / d.Growth
	return seconds, seconds < century
}

// Late returns the seconds until the job over the data takes longer than its window, in which the replicas
// process a number of bytes; ok is false where that is not in sight.
func (d Data) Late(bytes float64) (seconds float64, ok bool) {
	if d.Size > bytes {
		return 0, true
	}
	return d.Fills(bytes)
}
