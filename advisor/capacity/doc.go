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
// Sources: latency and sustainable rates from advisor/queue; redundancy from the
// binomial tail of instances down at once; scaling of replicas from the Universal
// Scalability Law (Gunther, Guerrilla Capacity Planning, 2007) where the user gave
// data; cost as whole instances × price × 730 h.
package capacity
