// Package disk reads and writes the files that a user names.
//
// In: names. Out: readers that do not block an interrupted run, the bounded contents of
// files and folders, and files replaced as a whole or not at all; errors that say what to do.
package disk
