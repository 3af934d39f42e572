// Package renderer renders charts and kustomizations by the tools that are on the path.
//
// In: a folder and what it is. Out: what helm or kustomize print of it, within bounds of time and
// size and without the network; an error that says what to run by hand.
package renderer
