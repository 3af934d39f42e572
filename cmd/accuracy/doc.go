// Command accuracy measures predictions by cross-validation on the embedded measurements,
// prints the table of scores, and writes it into the Markdown files named by its arguments,
// between the lines <!-- accuracy:begin --> and <!-- accuracy:end -->. A file without them
// gets a section at its end, before its license.
//
// It is run by make accuracy. What is measured, and how, and the baselines beside it are in
// packages service and llm; this command lays them out.
//
// Formulas of package queue are held against package simulate on a grid of deployments.
package main
