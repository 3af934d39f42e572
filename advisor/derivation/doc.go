// Package derivation records how a number is computed, while it is computed: the inputs with
// their units and origins, and the steps, each a formula over named values.
//
// In: calls next to the computation, Given for an input and Step or Search for a result, which is the very
// value that the computation goes on with. Out: the steps that lead to a quantity (Of), in order. A nil Log
// records nothing, so that the same code computes with and without.
//
// Formulas are text in a small grammar (Evaluate): numbers, names, + - * / ^, comparisons and
// calls of functions. What a reader sees is what can be computed: a test evaluates every step
// of many workloads from its recorded inputs and compares. It follows no mathematics of its
// own; every step names the source of its method.
package derivation
