// Package quiz asks "explain why": questions from a bank and from a real workload, what an
// answer to one leads to, and what to read again afterwards.
//
// In: the bank as YAML (Parse) with the lesson that it refers to, or a workload through the
// function that advises on it (FromWorkload); then the answers, as they are typed. Out: the
// questions asked (Compose), and a Session, a state machine that knows nothing of a terminal:
// it takes a line and says what came of it.
//
// The right answer to a question about a workload is computed by the pipeline, never written
// down; its wrong answers are the lesson's mistakes and near misses whose refutation is
// computed too. It follows no mathematics of its own.
package quiz
