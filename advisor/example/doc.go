// Package example makes what tests of several packages start from: a workload of flags, the
// embedded catalog, two services whose answers are well known, and the same random draws in
// every run.
//
// In: flags by the names of traits. Out: the workload that they resolve to. Only tests import
// it.
package example
