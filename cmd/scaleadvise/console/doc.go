// Package console makes the terminals of Windows obey the escape sequences that others obey.
//
// In: the files of a process that may be terminals. Out: its environment, which names a terminal that obeys
// none as others do, by TERM=dumb.
package console
