// Package quiz asks "explain why": questions from a bank and about a real workload, feedback on each answer,
// and what to review afterwards.
//
// In: the bank as YAML (Parse) with the lesson that it refers to, or a workload through the function that
// advises on it (FromWorkload); then the answers, as they are typed. Out: the questions asked (Compose), and
// a Session, a state machine that is independent of a terminal: it takes a line and returns the outcome.
//
// The right answer to a question about a workload is computed by the pipeline, never written down; its wrong
// answers are the lesson's mistakes and near misses whose refutation is computed too. There is no
// mathematics of its own.
package quiz
