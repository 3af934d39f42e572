// Package renderer renders charts and kustomizations with the tools on the PATH.
//
// In: a folder and its kind. Out: the output of helm or kustomize, within bounds of time and size and
// without the network; an error that says what to run by hand.
package renderer
