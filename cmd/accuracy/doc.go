// Command accuracy measures predictions by cross-validation on the embedded measurements and
// holds the formulas of packages queue and llm/open against package simulate on grids of deployments.
//
// It prints the tables of scores and writes them into the Markdown files named by its
// arguments: the tables between the lines <!-- accuracy:begin --> and <!-- accuracy:end -->, a
// summary of a few lines between <!-- accuracy-summary:begin --> and
// <!-- accuracy-summary:end -->.
//
// It is run by make accuracy. What is measured, and how, and the baselines beside it are in
// packages service and llm; this command lays them out.
package main
