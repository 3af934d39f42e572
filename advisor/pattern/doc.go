// Package pattern holds regular expressions that are compiled when they are first asked.
//
// In: the text of a regular expression that the source holds. Out: one that matches. Nearly 200 of them stand
// in tables here and a command asks a few; compiled at the start, they took 2 ms of every run.
package pattern
