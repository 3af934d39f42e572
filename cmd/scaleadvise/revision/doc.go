// Package revision reads the files of a git revision.
//
// In: the name of a revision, and paths below the working folder. Out: gate.Revision: lists of
// files and their contents, through one process of git that answers one question at a time.
package revision
