package forward

import (
	"iter"
	"slices"
	"strings"
)

// Facts returns what measurements state of a model, for an input where it is named.
func (e *Evidence) Facts(name, input string) (Model, bool) {
	return factsAmong(slices.Values(e.models), describe(Model{Name: name, Input: input}))
}

// shippedFacts is Facts of the evidence that ships, which it does not read for that.
func shippedFacts(name, input string) (Model, bool) {
	asked := describe(Model{Name: name, Input: input})
	table, _ := modelsTable() // Shipped reports what is wrong with it
	return factsAmong(named(table, asked.plain), asked)
}

// named are the models of a table under a plain name.
func named(table, plain string) iter.Seq[described] {
	return func(yield func(described) bool) {
		for line, rest, ok := lineOn(table, plain); ok; line, rest, ok = lineOn(rest, plain) {
			if m, err := parseModel(line); err == nil && !yield(m) {
				return
			}
		}
	}
}

// lineOn is the first line of a table about a plain name, and what follows it.
func lineOn(table, plain string) (line, rest string, ok bool) {
	at := strings.Index(table, "\t"+plain+"\t")
	if at < 0 {
		return "", "", false
	}
	line, rest, _ = strings.Cut(table[strings.LastIndexByte(table[:at], '\n')+1:], "\n")
	return line, rest, true
}

func factsAmong(models iter.Seq[described], asked described) (Model, bool) {
	found, ok := Model{}, false
	for m := range models {
		if m.plain != asked.plain {
			continue
		}
		if asked.Input != "" && m.key == asked.key {
			return m.Model, true
		}
		if !ok || found.GMACs == 0 || asked.Input == "" && m.GMACs > 0 && m.resized(found) {
			found, ok = m.Model, true
		}
	}
	return found, ok
}

// resized reports whether a classifier reads smaller images than another: that of two sizes it was
// trained at, and is usually served at.
func (m Model) resized(other Model) bool {
	return strings.HasPrefix(m.Kind, "vision-") && extent(m.Input) > 0 && extent(m.Input) < extent(other.Input)
}
