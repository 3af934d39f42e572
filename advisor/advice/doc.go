// Package advice is what was concluded, as data: the strategy, the plan, the eight
// alternatives, findings with their evidence, the roadmap; and the answers of the other
// commands: a capacity, a validation, and a check of declared plans.
//
// In: nothing; advisor fills it. Out: structs that report formats lay out and that the
// gate judges. Nothing here is rendered: times are seconds, rates per second, money US
// dollars, fractions fractions. It follows no mathematics of its own; each number's
// source stands where it is computed.
package advice
