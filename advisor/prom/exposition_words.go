package prom

import (
	"errors"
	"fmt"
	"strings"

	"github.com/prometheus/common/expfmt"

	"scaleadvise/advisor/pattern"
)

// expositionWords say in our words what is wrong with a line of an exposition; the first that
// stands in what the parser says.
var expositionWords = []struct{ said, ours string }{
	{"expected float as value,", `expected a number behind the metric, such as requests_total{code="200"} 1027`},
	{"expected float", "le and quantile have to be numbers"},
	{"timestamp", "expected nothing behind the value but a time in whole milliseconds"},
	{"escape", `an unknown escape in a quoted value; known are \\, \" and \n`},
	{"label", `the labels cannot be read; expected {name="value",other="value"}`},
	{"end of input", "the file ends in the middle of a line; save it again, whole"},
	{"second HELP", "the help of one metric appears twice"},
	{"second TYPE", "the type of a metric must be given once, before its samples"},
	{"metric type", "an unknown type of a metric; known are counter, gauge, histogram, summary and untyped"},
	{"negative", "a bucket of a histogram cannot be negative"},
	{"name", "expected the name of a metric, such as requests_total"},
}

// quotation is a part of the file that the parser repeats.
var quotation = pattern.Of(`"(\\.|[^"\\])*"|'(\\.|[^'\\])*'`)

// reworded is an error of the parser in our words. Those of the reader below it stay.
func reworded(err error) error {
	var fault expfmt.ParseError
	if !errors.As(err, &fault) {
		return err
	}
	said := quotation.ReplaceAllString(fault.Msg, "")
	for _, w := range expositionWords {
		if strings.Contains(said, w.said) {
			return fmt.Errorf("line %d: %s", fault.Line, w.ours)
		}
	}
	return fmt.Errorf("line %d: no sample of a metric", fault.Line)
}
