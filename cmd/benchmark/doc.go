//go:build unix

// Command benchmark runs each command of scaleadvise as a whole process, from exec to exit,
// and measures the processor time and the peak memory that it takes.
//
// It is run by make bench. The first argument is the binary; the others are Markdown files
// into which the table is written between the lines <!-- benchmark:begin --> and
// <!-- benchmark:end -->. The smallest of several runs counts: anything above it is due to the machine.
package main
