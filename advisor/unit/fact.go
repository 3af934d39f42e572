package unit

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// FormatFact renders a value for a message, given the unit that the vocabulary of
// facts declares for it: "5,000/s", "61 ms", "70 %", "5,110 USD/month", "7 months".
// Milliseconds from a second on are shown as a duration: "4 s", "6 h".
func FormatFact(value any, unit string) string {
	switch v := value.(type) {
	case float64:
		return measured(v, unit)
	case int:
		return measured(float64(v), unit)
	case int64:
		return measured(float64(v), unit)
	case bool:
		return strconv.FormatBool(v)
	case string:
		return v
	case []string:
		return strings.Join(v, ", ")
	}
	return fmt.Sprint(value)
}

func measured(v float64, unit string) string {
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0), unit == "":
		return digits(v)
	case unit == "1/s":
		return Format(Rate, v)
	case unit == "fraction":
		return percent(v)
	case unit == "fraction/month":
		return percent(v) + "/month"
	case unit == "ms" && v >= 1000:
		return Format(Duration, v/1000)
	case unit == "month":
		return digits(v) + " " + plural(v, unit)
	}
	return digits(v) + " " + unit
}
