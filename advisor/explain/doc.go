// Package explain tells how a quantity came about, and what a rule or a principle says of a
// workload.
//
// In: the rules and the lesson (Subjects), a topic, and the advice on a workload with its
// steps where there is one. Out: advice.Explanation: the steps that lead to the quantity, the
// rule with the facts that it read, or the principle with what cites it. Example computes the
// example of a principle as the program would answer today.
package explain
