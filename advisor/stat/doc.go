// Package stat holds the small statistics that several packages need.
//
// In: numbers, sorted where it says so. Out: a quantile or a median. Fitting,
// distributions and random numbers are not here; those come from gonum.
//
// Source: quantiles are type 7 of Hyndman and Fan, "Sample Quantiles in
// Statistical Packages", The American Statistician 50 (1996), the default of R
// and NumPy.
package stat
