package validation

import "strings"

// grouping is a way to group rows by what they are rather than by a column of the file.
type grouping string

// The groupings that need no column. A column of the same name goes first.
const (
	byPrediction grouping = "prediction" // by the quantity predicted; the default
	byKind       grouping = "kind"       // dense or mixture-of-experts; of other models what they do
	byLoad       grouping = "load"       // how requests came
)

// groupings lists them.
var groupings = []grouping{byPrediction, byKind, byLoad}

// The groups of byLoad.
const (
	loadClosed  = "closed-loop"  // a fixed number of requests under way
	loadBatches = "batches"      // several requests together, and the next ones when all are complete
	loadOpen    = "open-loop"    // requests come at a rate, whatever is under way
	loadMaximum = "maximum-load" // there is always another request waiting
)

// grouper finds the group of a row: the cell of a column, or what the row is.
type grouper struct {
	column int // -1: none
	by     grouping
	name   string // for the report
}

// grouper understands what the user asked to group by.
func (c columns) grouper(name string) (grouper, error) {
	if name == "" {
		return grouper{-1, byPrediction, string(byPrediction)}, nil
	}
	plain := strings.ToLower(strings.TrimSpace(name))
	if i, ok := c.at[plain]; ok {
		return grouper{i, "", c.names[i]}, nil
	}
	for _, by := range groupings {
		if plain == string(by) {
			return grouper{-1, by, plain}, nil
		}
	}
	return grouper{}, c.noColumn(name)
}

func (g grouper) group(c cells, q inquiry) string {
	switch {
	case g.column < 0:
		return q.group(g.by)
	case g.column >= len(c.row):
		return ""
	}
	return c.row[g.column]
}
