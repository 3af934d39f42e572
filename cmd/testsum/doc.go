// Command testsum summarizes the output of go test -json: a line
// for each package as it ends, the whole output of tests that failed, and a last line that
// counts and names the tests that were skipped. It exits with 1 where anything failed.
//
// It is run by make test.
package main
