// Package example holds the inputs that tests of several packages share: a workload of flags, the
// embedded catalog, two services whose results are well known, and the same random draws in
// every run.
//
// In: flags by the names of traits. Out: the workload that they resolve to. Only tests import
// it.
package example
