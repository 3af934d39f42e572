// Package channel guards stdout and stderr: whatever a file, a name or a server puts into a text, the output
// contains no escape sequences for a terminal and no commands for a GitHub workflow.
//
// In: writers, and their kinds. Out: the same writers, guarded, which a latch silences for good when an
// interrupted run is abandoned.
package channel
