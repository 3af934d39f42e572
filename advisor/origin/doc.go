// Package origin records where a value came from: a flag, a variable, a line and
// column of a plan file, a query, a row of the catalogue, or a default with its
// reason.
//
// In: what the layer that read the value knows about its place. Out: the precedence
// of the layers (Kind) and words for a person (String). There is no mathematics;
// the order of the layers is flags over environment over plan file over
// Prometheus over defaults.
package origin
