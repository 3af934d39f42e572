// Package search finds the cheapest plan of each strategy that carries a demand, or the
// nearest miss.
//
// In: the offers and their servers, put together as a Space with the deployment that strategies start from,
// and one demand. Out: for each strategy a candidate.Alternative, the evaluation of any one plan, what the
// base sustains, and the record of how a plan's numbers are computed. Every function takes the Space, which
// never changes, and the question.
//
// A trial is one configuration under judgement: a server, a hosting and a number of replicas. Its tests run
// in a fixed order, and the first that fails is the excuse. Cheapest visits configurations in the order of a
// lower bound on their cost: saturated throughput is at least the throughput within any bound, so most
// curves are never solved.
//
// Sources: redundancy from the binomial tail of instances down at once, or a whole zone;
// the confidence from stratified samples of demand over capacity; cost as whole instances ×
// price × 730 h.
package search
