// Package capacity says what a configuration carries, what it costs, and why it
// cannot where it cannot.
//
// In: a workload.Workload and the catalog. Out: candidates, evaluated against one
// demand (candidate.Evaluation) or excused (candidate.Excuse), and for each strategy
// the cheapest that holds or the nearest miss.
//
// A Space holds everything that does not depend on the demand: which accelerators
// are allowed, the model, the base that strategies start from, and one Replica per
// (accelerator, accelerators per replica, variant), whose service curve is solved
// once and only when a search needs it. Searches visit configurations in the order
// of a lower bound on their cost (saturated throughput is at least the throughput
// within any latency bound), so most curves are never solved.
//
// A model that writes tokens is served by a speaker instead of a queue of batches. Its replica
// spans as many accelerators as hold the weights and one request, in sizes that divide the
// model and in whole parts of machines; advisor/llm says what fits in memory, how long steps
// take and how many requests are best under way at once. Bounds are on the first token, on each
// further one, or on the whole answer. Lengths are means, percentiles, or those of a trace.
// What hardware or engine cannot do at all is another excuse (candidate.CannotRun) than what
// nobody knows.
//
// Derive evaluates a plan once more and records how each number comes about; Functions are
// what the recorded formulas call, so that every step can be computed again.
//
// Sources: of language models see advisor/llm; latency and sustainable rates from advisor/queue; redundancy from the
// binomial tail of instances down at once; scaling of replicas from the Universal
// Scalability Law (Gunther, Guerrilla Capacity Planning, 2007) where the user gave
// data; cost as whole instances × price × 730 h.
package capacity
