package pattern

import (
	"regexp"
	"sync"
)

// Text is a regular expression, as text. It is safe for concurrent use.
type Text struct {
	text     string
	once     sync.Once
	compiled *regexp.Regexp
}

// Of returns the regular expression of a text, which must be one: a test compiles each that the source holds.
func Of(text string) *Text { return &Text{text: text} }

// Regexp returns the regular expression itself.
func (t *Text) Regexp() *regexp.Regexp {
	t.once.Do(func() { t.compiled = regexp.MustCompile(t.text) })
	return t.compiled
}

// MatchString reports whether s holds a match.
func (t *Text) MatchString(s string) bool { return t.Regexp().MatchString(s) }

// Match reports whether b holds a match.
func (t *Text) Match(b []byte) bool { return t.Regexp().Match(b) }

// Find returns the leftmost match in b, nil without one.
func (t *Text) Find(b []byte) []byte { return t.Regexp().Find(b) }

// FindString returns the leftmost match in s, "" without one.
func (t *Text) FindString(s string) string { return t.Regexp().FindString(s) }

// FindStringSubmatch returns the leftmost match in s and what its groups match, nil without one.
func (t *Text) FindStringSubmatch(s string) []string { return t.Regexp().FindStringSubmatch(s) }

// ReplaceAllString is s with every match replaced; $1 in the replacement is what the first group matched.
func (t *Text) ReplaceAllString(s, replacement string) string {
	return t.Regexp().ReplaceAllString(s, replacement)
}
