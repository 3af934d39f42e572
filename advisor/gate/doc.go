// Package gate finds and judges many plans, and turns findings into a verdict: which of
// them count, whether a plan and the whole check pass, and what a change does to capacity,
// headroom, cost and runway.
//
// In: a Review, which is paths, a file system as a few functions, the function that judges one document,
// those that word what only the gate can find, the ignore entries of the files, a baseline of findings that
// were there before, a base to compare with, and a Policy, the clock among its fields. Out: an advice.Check,
// with what was suppressed and why. Where a rule can word a finding, no Go code does, and nothing is
// rendered.
//
// A finding is recognized by its fingerprint: the plan, the rule and the trait that it
// is about, so that neither an edit elsewhere in the file nor another number makes it a
// new one. The sums of a comparison are sums; there is no other mathematics.
package gate
