// Command accuracy measures predictions by cross-validation on the embedded measurements and
// compares the formulas of packages queue and llm/open with package simulate on grids of deployments.
//
// It prints the tables of scores and writes them into the Markdown files named by its
// arguments: the tables between the lines <!-- accuracy:begin --> and <!-- accuracy:end -->, a
// summary of a few lines between <!-- accuracy-summary:begin --> and
// <!-- accuracy-summary:end -->.
//
// It is run by make accuracy. Packages service and llm define what is measured, how, and the baselines; this
// command lays out the results.
package main
