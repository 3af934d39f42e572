// Package advisor turns a workload into advice: which strategy, how many of what, at
// what cost, until when, and why.
//
// In: Input (a resolved workload, the catalog, the rule set, the lesson's principles)
// and Options (the clock, the seed, the confidence). Out: a value of package advice, or
// an error that names the trait that is wrong. Nothing here reads a clock, a file or the
// environment, and no rule is known by name.
//
// Each question is a straight list of stages. A stage is a function of what the stages
// before it returned, and changes none of it. Those of Advise:
//
//	settle       the question: offers, demand now and at the horizon
//	judgeToday   today's deployment at today's demand, and at the one planned for
//	compare      the best plan of every strategy, or its nearest miss (package search)
//	choose       one of the eight, and the criterion that decided (package choice)
//	roadmap      the way there: today's deployment while it holds, then the chosen plan
//	outcome      the picture from which rules read facts (package fact)
//	conclude     what rules find
//	assemble     the advice
//	proven       repeats from compare on until the chosen plan passes a simulation, where formulas
//	             are weak; bounded by a number of simulated requests
//	verify       the results of simulation, and those of close rivals where asked for
//
// Blocking rules take part in compare: search asks them about each cheapest candidate and
// goes on to the next where they forbid it. All others judge the outcome, and decide
// nothing: those that argue for the chosen strategy are listed as its support.
//
// Check judges a deployment that a plan declares: to the rules it is the chosen plan. No
// strategy is compared, and only rules take part that need no comparison. Each finding has
// the line of the plan that it is about.
//
// Capacity answers the smaller question, what one deployment sustains. Forecast says what
// demand will be and until when today's deployment holds, from what was seen (package
// forecast) or from the traits alone.
//
// Simulate runs a deployment event by event (package simulate), the one declared or the one
// advised, with the service model that the formulas use. A real server answers more slowly
// than the bare queue, by the factor that was measured; requests of the simulation take that
// much longer.
//
// With Options.Explain the chosen plan is evaluated once more by the same functions with a
// derivation.Log attached, which records each formula with its inputs and their origins while
// it is computed.
package advisor
