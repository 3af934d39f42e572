// Package channel guards stdout and stderr: whatever a file, a name or a server put into a text,
// what is written steers no terminal and gives a workflow of GitHub no commands.
//
// In: writers, and what they are. Out: the same writers, guarded, which a latch silences for good
// when a run that was interrupted is left behind.
package channel
