// Package whatif runs the pipeline again with one input changed: over a range of values
// (Vary), until something flips (Flips), and a little to either side (Swings).
//
// In: the pipeline as a function of changes (Ask), so that every number comes from the same computation as
// the advice itself. Out: advice.WhatIf. The search steps away from the value that is given, in growing
// steps, and then bisects the step in which something flipped until two evaluated values within 1 % lie on
// the two sides. The nearest flip is found as long as nothing flips twice within one step.
package whatif
