// Package mcp offers the commands as tools of the Model Context Protocol.
//
// In: calls of tools on a pair of streams, and a function that runs a command line. Out: for
// each call what the command prints for people, and the same as structured content in the shape
// of the tool's output schema. Arguments are the traits by their flags; files are named relative
// to the folder it runs in.
package mcp
