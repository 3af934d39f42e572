package main

import (
	"math"
	"strconv"
	"strings"
)

// alike reports whether two texts differ in nothing but numbers, and those by 0.01 % at
// most, or whole ones by 1: what processors round differently.
func alike(a, b string) bool {
	x, y := words(a), words(b)
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if x[i] != y[i] && !near(x[i], y[i]) {
			return false
		}
	}
	return true
}

// words splits a text at what stands between numbers and names.
func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\n,;:\"{}", r) })
}

func near(a, b string) bool {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	if errX != nil || errY != nil {
		return false
	}
	whole := x == math.Trunc(x) && y == math.Trunc(y)
	return math.Abs(x-y) <= 1e-4*math.Abs(x) || whole && math.Abs(x-y) <= 1
}
