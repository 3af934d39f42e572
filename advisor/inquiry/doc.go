// Package inquiry asks for advice again and again on one case, with something changed.
//
// In: a case and what is known of the world. Out: advice on the case with traits changed, and
// the pipeline that whatif asks. What the questions share is worked out once.
package inquiry
