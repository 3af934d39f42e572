// Package sight tells how vision-language models turn an image into tokens of their prompt, and
// what their vision tower works for that.
//
// In: the name of a model, the size of an image. Out: tokens, and operations of the tower.
package sight
