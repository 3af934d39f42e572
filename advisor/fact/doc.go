// Package fact is the single table of facts: what rules may name, with its type, its unit, what it
// says, when it is known, which traits it is about, and how it is read from a case.
//
// In: a View, the typed picture of one case and what was found for it. Out: values by name, for conditions
// and texts, with the traits that say where a value came from and which line of a plan it concerns. The
// package judges nothing and words nothing.
package fact
