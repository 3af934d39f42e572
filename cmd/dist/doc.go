// Command dist makes the archives of a release: static binaries for Linux, macOS and Windows on
// amd64 and arm64, each with the licence, the README, the manual page and the completions of
// shells, and a file of checksums. Builds are reproducible.
//
// It is run by make dist, with the folder to write to and the flags of go build.
package main
