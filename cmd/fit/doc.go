// Command fit learns the times of language models' steps from the measurements in the
// catalogue and writes them where package llm embeds them:
//
//	go run ./cmd/fit [-tune N] [-scratch] advisor/llm/step
//
// In: catalog.LLMMeasurements and the facts of accelerators and models. Out: fitted/coefficients.json and
// fitted/series.tsv.gz in the folder, rewritten only where a number changed by more than 0.01 %, and the errors
// of cross-validation on stdout. The kernels are the existing ones; -tune first optimizes their parameters
// in N rounds, with -scratch from the initial values. Everything else is fitted from scratch: the same rows
// give the same bytes. The method is package llm's: Fit.
package main
