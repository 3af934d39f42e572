// Package explain says how a quantity was computed, and what a rule or a principle says about a workload.
//
// In: the rules and the lesson (Subjects), a topic, and the advice on a workload with its
// steps where there is one. Out: advice.Explanation: the steps that lead to the quantity, the
// rule with the facts that it read, or the principle with what cites it. Example computes the
// example of a principle with this version of the program.
package explain
