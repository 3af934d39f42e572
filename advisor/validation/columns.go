package validation

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"scaleadvise/advisor/unit"
)

// The columns, by the names that the first line gives them.
const (
	colAccelerator = "accelerator"
	colCount       = "accelerator_count"
	colModel       = "model"
	colPrecision   = "precision"
	colKnownQPS    = "known_max_qps"
	colKnownAlone  = "known_latency_ms"
	colBound       = "bound_ms"
	colPercentile  = "percentile"
	colMeasured    = "measured_qps"
	colRound       = "round" // of MLPerf, which dates the software
	colDate        = "date"  // of the software: 2023-09
)

// The columns of language models.
const (
	colEngine      = "engine"
	colParallel    = "tensor_parallel"
	colStages      = "pipeline_parallel"
	colKVPrecision = "kv_precision"
	colInput       = "input_tokens"
	colOutput      = "output_tokens"
	colConcurrency = "concurrency"
	colLoad        = "load" // closed, batches, open or max, where the other columns leave it open
	colOutputTPS   = "measured_output_tps"
	colTTFT        = "measured_ttft_ms"
	colTPOT        = "measured_tpot_ms"
	colE2E         = "measured_e2e_ms"
)

// languageMeasured are the columns that hold what was measured of a language model.
var languageMeasured = []string{colOutputTPS, colTTFT, colTPOT, colE2E}

// knownColumns lists all columns that mean something.
func knownColumns() []string {
	all := append([]string{
		colAccelerator, colCount, colModel, colPrecision, colKnownQPS, colKnownAlone, colBound, colPercentile, colMeasured, colRound, colDate,
		colEngine, colParallel, colStages, colKVPrecision, colInput, colOutput, colConcurrency, colLoad,
	}, languageMeasured...)
	return append(all, forwardColumns...)
}

// columns says where each named column stands.
type columns struct {
	at    map[string]int
	names []string // as they stand, in lower case
}

// newColumns reads the first line. The error names what is missing and what was likely meant.
func newColumns(header []string) (columns, error) {
	c := columns{at: map[string]int{}}
	for i, name := range header {
		name = strings.ToLower(name)
		c.names = append(c.names, name)
		if _, twice := c.at[name]; twice && slices.Contains(knownColumns(), name) {
			return c, fmt.Errorf("names the column %s twice; keep one of them", name)
		}
		c.at[name] = i
	}
	return c, c.enough()
}

// enough reports what the columns lack to say anything at all.
func (c columns) enough() error {
	measured := append([]string{colMeasured, colLatency}, languageMeasured...)
	switch {
	case !slices.ContainsFunc(measured, c.has):
		return fmt.Errorf("no column holds a measurement: %s%s is needed; the first line names %s", colMeasured, c.hint(measured...), c.shown())
	case c.has(colKnownQPS) && c.has(colBound), c.has(colAccelerator) && c.has(colModel):
		return nil
	case c.has(colKnownQPS):
		return fmt.Errorf("%s also needs the column %s%s: a rate is sustained under a bound on latency", colKnownQPS, colBound, c.hint(colBound))
	}
	return fmt.Errorf("nothing to predict from: needed are %s and %s, or %s and %s%s; the first line names %s",
		colAccelerator, colModel, colKnownQPS, colBound, c.hint(colAccelerator, colModel, colKnownQPS, colBound), c.shown())
}

func (c columns) has(name string) bool { _, ok := c.at[name]; return ok }

// hint is a guess at which of the names there was meant for one that is missing.
func (c columns) hint(missing ...string) string {
	var unknown []string
	for _, name := range c.names {
		if !slices.Contains(knownColumns(), name) {
			unknown = append(unknown, name)
		}
	}
	for _, want := range missing {
		if c.has(want) {
			continue
		}
		if near := unit.Near(want, unknown); len(near) > 0 {
			return fmt.Sprintf(" (%s)", unit.DidYouMean(want+" by "+quoted(near[0])))
		}
	}
	return ""
}

// shortestName is the length from which a name looks like a misspelt one: "note" is not "mode".
const shortestName = 5

// misspelled are warnings about columns that are ignored but look like one that is known and
// missing.
func (c columns) misspelled() []string {
	var out []string
	for _, name := range c.names {
		if slices.Contains(knownColumns(), name) || len(name) < shortestName {
			continue
		}
		near := slices.DeleteFunc(unit.Near(name, knownColumns()), c.has)
		if len(near) > 0 {
			out = append(out, fmt.Sprintf("the column %s is not known and was ignored; %s", quoted(name), unit.DidYouMean(near[0])))
		}
	}
	return out
}

// shown lists the columns of the file, shortened.
func (c columns) shown() string {
	const most = 12
	var names []string
	for _, name := range c.names[:min(len(c.names), most)] {
		names = append(names, quoted(name))
	}
	text := strings.Join(names, ", ")
	if rest := len(c.names) - most; rest > 0 {
		text += fmt.Sprintf(" and %d more", rest)
	}
	return text
}

// noColumn says that there is no column of a name that the user gave, and which was likely
// meant.
func (c columns) noColumn(name string) error {
	known := slices.Clone(c.names)
	for _, by := range groupings {
		known = append(known, string(by))
	}
	if near := unit.Near(strings.ToLower(name), known); len(near) > 0 {
		return fmt.Errorf("no column %s to group by; %s", quoted(name), unit.DidYouMean(near...))
	}
	return errors.New("no column " + quoted(name) + " to group by; the first line names " + c.shown() +
		", and kind and load group by what was measured")
}

// quoted is foreign text as a message shows it: escaped and not too long.
func quoted(text string) string {
	const most = 40
	if r := []rune(text); len(r) > most {
		text = string(r[:most]) + "…"
	}
	return fmt.Sprintf("%q", text)
}
