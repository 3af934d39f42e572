// Package sight computes how many prompt tokens a vision-language model makes of an image, and how many
// operations its vision tower takes for that.
//
// In: the name of a model, the size of an image. Out: tokens, and operations of the tower.
package sight
