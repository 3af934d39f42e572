// Package comparison sets plans side by side.
//
// In: the advice on each. Out: an advice.SideBySide: what each carries, costs and survives, and
// the traits in which they differ. It is pure, and renders nothing.
package comparison
