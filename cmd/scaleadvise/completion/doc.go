// Package completion writes completion scripts for shells.
//
// In: the table of commands with their options and known values. Out: the text of a script for
// bash, zsh, fish or PowerShell; completing runs no program and evaluates nothing.
package completion
