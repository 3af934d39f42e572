// Package choice decides between the alternatives: one plan is chosen, a criterion says
// why, and each of the others says what counted against it.
//
// In: the best plan of every strategy, or its nearest miss, and a Policy. Out: a
// Decision, which depends on nothing else. A deployment that holds today stays, or shrinks where fewer
// replicas hold too and save; otherwise the cheapest plan that holds is chosen, and among
// those that cost nearly as little the one with fewer changes, then with more redundancy.
// Where nothing holds, the nearest miss stands in.
package choice
