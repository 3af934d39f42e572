// Package workload holds what the advisor knows about the user's case: the table of traits, and how they are
// read, merged and completed.
//
// In: traits as text, one layer after the other (ParseSet), each with its origin; the facts of a model that
// the catalogue does not have; the rows of a scaling file (ParseScaling). Merge lets the higher layer win,
// trait by trait, and the demand as one group. Out: Resolve's Workload, in base units, with a default and
// its reason for every trait that has one, or an error that names what contradicts what, the places of both,
// and what to do.
//
// Mathematics: mean = users × requests per user and peak = mean × peak-to-mean,
// nothing else. Where a default follows a public figure, its reason names it.
package workload
