// Package inquiry asks for advice again and again on one case, with something changed.
//
// In: a case, the catalog and the rules. Out: advice on the case with traits changed, and the pipeline that
// whatif runs. What the questions share is computed once.
package inquiry
