// Package advice holds the conclusions as data: the strategy, the plan, the eight
// alternatives, findings with their evidence, the roadmap; and the answers of the other
// commands: a capacity, a validation, and a check of declared plans.
//
// In: nothing; advisor fills it. Out: structs that report formats lay out and that the
// gate judges. Nothing here is rendered: times are seconds, rates per second, money US
// dollars, shares fractions of 1. There is no mathematics here; the source of each number's
// formula is cited where it is computed.
package advice
