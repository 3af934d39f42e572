// Package fleet puts many services on shared machines at the lowest cost.
//
// In: a Problem, which is kinds of machine with how many are owned, how many may be rented and at what cost,
// services with the ways in which each may run (replicas, what one takes of a machine, how many
// may share one so that losing it is survived), quotas and a budget. Out: a Solution, which is one
// way for every service, the filling of every machine, the cost, and a lower bound on what any
// solution costs. The package is pure: it knows no models, no clouds and no clock, and the same
// problem gives the same solution.
//
// The choice of one way per service is a multiple-choice knapsack over the machines (Kellerer, Pferschy,
// Pisinger, Knapsack Problems, 2004, chapter 11), and filling machines is bin packing with vectors
// (Martello, Toth, Knapsack Problems, 1990, chapter 8). The bound is Lagrangian: prices hold services to one
// option each, and every kind of machine is filled by itself with whole machines, as column generation over
// fillings would (Geoffrion 1974; Holmberg, Rönnqvist, Yuan 1999). Parts of accelerators count by how many
// of the smallest an accelerator holds (Martello, Toth 1990, chapter 8; Fekete, Schepers 2001), and are laid
// on accelerators such that cores and memory are left in equal shares (Panigrahy, Talwar, Uyeda, Wieder
// 2011). The volume algorithm (Barahona, Anbil 2000) finds the prices, starting from those of a linear
// program. Plans come from settling services along the prices and from ruin and recreate (Schrimpf et al.
// 2000), which also takes over whole fillings that the prices found. Branch and bound closes the gap (Land,
// Doig 1960): options that cost more than the best plan at the prices are left out. Any prices give a valid
// bound, so that rounding errors never make it too high.
//
// go test -tags oracle compares the solver with COIN-OR's branch and cut, where cbc is installed.
package fleet
