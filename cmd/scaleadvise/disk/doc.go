// Package disk reads and writes the files that a user names.
//
// In: names. Out: readers that an interrupted run does not wait for, the bounded contents of
// files and folders, and files replaced as a whole or not at all; errors that say what to do.
package disk
