package unit

import (
	"math"
	"strconv"
)

// PercentileName returns what people call a percentile: p99 for 0.99, p99.9 for 0.999.
func PercentileName(p float64) string {
	return "p" + strconv.FormatFloat(math.Round(p*1e6)/1e4, 'f', -1, 64)
}
