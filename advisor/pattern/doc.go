// Package pattern holds regular expressions that are compiled on first use.
//
// In: the text of a regular expression in the source. Out: a matcher. The tables of the program have nearly
// 200 of them, of which a command uses a few; compiling all at start-up took 2 ms of every run.
package pattern
