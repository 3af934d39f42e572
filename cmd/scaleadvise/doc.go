// Command scaleadvise says which way to scale a machine-learning service: a stronger
// machine, more machines, both, or a model that is cheaper to run, and why.
//
// In: the command line, the environment, plan files, a catalogue overlay, rule files and the metrics of a
// running service. Out: a result on stdout (or, whole or not at all, in --output-file), notes and errors on
// stderr, and an exit code:
//
//	0    done, and the plan holds
//	1    no feasible plan, or a finding that fails a check; the result is still printed
//	2    the command line, a plan, a rule or a catalogue file is wrong
//	3    could not tell: a server that does not answer, metrics that are not there, a simulation
//	     that certifies nothing, a disk full
//	130  interrupted
//
// This package is the only one that reads the clock, the environment, files and the network. It holds
// no formula and no threshold: a command maps flags to an input, makes one call and writes
// one report. Each command has its own file and its row in the table of command.go.
package main
