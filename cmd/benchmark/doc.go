//go:build unix

// Command benchmark runs each command of scaleadvise as a whole process, from exec to exit,
// and measures the processor time and the most memory that it takes.
//
// It is run by make bench. The first argument is the binary; the others are Markdown files
// into which the table is written between the lines <!-- benchmark:begin --> and
// <!-- benchmark:end -->. The least of several runs counts: what is more is the machine's.
package main
