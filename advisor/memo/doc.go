// Package memo keeps the values of pure functions, each computed once.
//
// In: a function without side effects and its argument. Out: its value, computed the first
// time it is asked for. What is kept never changes an answer, only how long it takes. The
// zero value is ready, and several goroutines may use one.
package memo
