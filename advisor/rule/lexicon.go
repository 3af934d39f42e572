package rule

import (
	"slices"
	"strings"

	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/pattern"
	"scaleadvise/advisor/unit"
)

// lexicon is a set of words that may stand somewhere in a rule file.
type lexicon struct {
	noun  string
	has   func(string) bool
	words func() []string
	where string // where all of them can be read; "" when they are few enough to list
}

// listed is the lexicon of a few words.
func listed(noun string, words []string) lexicon {
	return lexicon{
		noun:  noun,
		has:   func(word string) bool { return slices.Contains(words, word) },
		words: func() []string { return words },
	}
}

// form is the lexicon of all words of one form.
func form(noun string, of *pattern.Text, remedy string) lexicon {
	return lexicon{noun: noun, has: of.MatchString, words: func() []string { return nil }, where: remedy}
}

// factLexicon holds the names of all facts.
func factLexicon() lexicon {
	return lexicon{
		noun: "fact",
		has:  func(word string) bool { _, ok := fact.Named(word); return ok },
		words: func() []string {
			var names []string
			for _, f := range fact.All() {
				names = append(names, f.Name)
			}
			return names
		},
		where: "scaleadvise rules facts lists all facts",
	}
}

// suggest is the remedy for a word that the lexicon does not have: the nearest of its words,
// or else where to find them.
func (l lexicon) suggest(word string) string {
	words := slices.Sorted(slices.Values(l.words()))
	if near := unit.Near(word, words); len(near) > 0 {
		return unit.DidYouMean(near[:min(3, len(near))]...)
	}
	if l.where != "" {
		return l.where
	}
	return "known are " + strings.Join(words, ", ")
}
