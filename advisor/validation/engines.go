package validation

import (
	"strings"

	"scaleadvise/advisor/engine"
)

// engineOf returns the serving engine that a name means, without version and build; "" where
// it leaves it open. An unknown name stays itself: it is no reason to skip a row.
func engineOf(name string) string {
	form := letters(name)
	if form == "unspecified" {
		return ""
	}
	if known, ok := engine.Spelled(form); ok {
		return known
	}
	return strings.ToLower(name)
}
