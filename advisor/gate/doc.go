// Package gate turns findings into a verdict: which of them count, whether a plan and
// the whole check pass, and what a change does to capacity, headroom, cost and runway.
//
// In: plans judged by the rules (advice.Checked), the ignore entries of their files, a
// baseline of findings that were there before, the plans of a base to compare with, and
// a Policy, the clock among its fields. Out: an advice.Check, with what was suppressed
// and why, and the entries that are stale, for rules to word. Nothing here is worded or
// rendered, and nothing reads a file.
//
// A finding is known again by its fingerprint: the plan, the rule and the trait that it
// is about, so that neither an edit elsewhere in the file nor another number makes it a
// new one. The sums of a comparison are sums; there is no other mathematics.
package gate
