// Package fleet puts many services on shared machines at the lowest cost.
//
// In: a Problem, which is kinds of machine with what of them is owned, may be rented and costs,
// services with the ways in which each may run (replicas, what one takes of a machine, how many
// may share one so that losing it is survived), quotas and a budget. Out: a Solution, which is one
// way for every service, the filling of every machine, the cost, and a lower bound on what any
// solution costs. The package is pure: it knows no models, no clouds and no clock, and the same
// problem gives the same solution.
//
// The choice of one way a service is a multiple-choice knapsack over the machines (Kellerer,
// Pferschy, Pisinger, Knapsack Problems, 2004, chapter 11), and filling machines is bin packing
// with vectors (Martello, Toth, Knapsack Problems, 1990, chapter 8). The bound is that of the
// linear relaxation, strengthened by what machines a service needs by itself, as facility location
// is (Balinski 1965), and evaluated as a Lagrangian bound at the prices that the relaxation found
// (Geoffrion 1974), so that rounding errors never make it too high. Branch and bound closes the
// gap (Land, Doig 1960); what costs more than the gap by its reduced cost is left out for good.
//
// go test -tags oracle holds the solver against COIN-OR's branch and cut, where cbc is installed.
package fleet
