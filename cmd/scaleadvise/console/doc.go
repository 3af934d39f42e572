// Package console makes Windows terminals understand the usual escape sequences.
//
// In: the files of a process that may be terminals. Out: its environment, with TERM=dumb for a terminal that
// understands none.
package console
