// Command screenshot draws what a command printed: it reads the text from stdin and writes an
// SVG picture of a terminal, with the command line given as its argument on top. The picture
// follows the reader's light or dark scheme.
//
// The test of documents in cmd/scaleadvise runs it for the pictures of README.
package main
