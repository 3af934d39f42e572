// Package advisor turns a workload into advice: which strategy, how many of what, at
// what cost, until when, and why.
//
// In: Input (a resolved workload, the catalog, the rule set, the lesson's principles)
// and Options (the clock, the seed, the confidence). Out: advice.Advice, or an error
// that names the trait that is wrong. Nothing here reads a clock, a file or the
// environment, and no rule is known by name.
//
// The order of stages, each a file:
//
//	forecast   the demand to plan for (forecast.Compound)
//	compare    the best plan of every strategy, or its nearest miss (search.Space)
//	choose     which of the eight (today first, else the cheapest, ties by change)
//	roadmap    the way there: today's deployment while it holds, then the chosen one
//	facts      everything that rules may ask, once
//	findings   what rules conclude, and which of them decided
//
// Blocking rules take part before the choice: search asks them about each cheapest
// candidate and goes on to the next where they forbid it. All others judge the
// outcome. The choice is decided by the blocking rule that changed it, else by the
// first finding in the catalogue's order that argues for the chosen strategy, else by
// cost. Where nothing holds, the first error says why.
//
// Check judges a deployment that a plan declares: the rules' chosen plan is that
// deployment, no strategy is compared, and only rules take part that need no comparison.
// Each finding is given the line of the plan that it is about.
//
// Forecast says what demand will be and until when today's deployment holds, from what was
// seen (package forecast) or from the traits alone.
//
// With Options.Explain the advice also says how its numbers came about: the chosen plan is
// evaluated once more by the same functions with a derivation.Log attached (derive), which
// records each formula with its inputs and their origins while it is computed.
//
// Capacity answers the smaller question, what one deployment sustains, from the same
// space.
//
// Simulate runs a deployment event by event (package simulate), the one declared or the one
// advised, with the service model that the formulas use; what a real server loses against the
// bare queue is added to the arrivals as work that answers nobody. With Options.Verify Advise
// does so for its plan and those that cost nearly the same, and takes the larger number where
// the two disagree.
package advisor
