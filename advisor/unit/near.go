package unit

import (
	"cmp"
	"slices"
	"strings"
)

// suggestions is the most words that a "did you mean" offers.
const suggestions = 5

// Near returns the known words close to word, nearest first and then by name:
// within two edits (an edit inserts, drops, replaces or swaps letters; fewer for
// short words), or one being the start of the other. Case and the difference
// between - and _ count for nothing. At most five are returned.
func Near(word string, known []string) []string {
	type hit struct {
		word     string
		distance int
	}
	var hits []hit
	for _, k := range known {
		if d, ok := near(folded(word), folded(k)); ok {
			hits = append(hits, hit{k, d})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int {
		if a.distance != b.distance {
			return a.distance - b.distance
		}
		return strings.Compare(a.word, b.word)
	})
	var words []string
	for _, h := range hits {
		switch best := hits[0].distance; {
		case best == 0 && h.distance > 0, best == 1 && h.distance == 2:
			continue // a clearly nearer word was found
		}
		if len(words) < suggestions && !slices.Contains(words, h.word) {
			words = append(words, h.word)
		}
	}
	return words
}

func folded(s string) []rune {
	return []rune(strings.ReplaceAll(strings.ToLower(s), "_", "-"))
}

// longestWord bounds the work spent on a word that cannot be close to anything.
const longestWord = 100

// near reports the distance of two words and whether they are close.
func near(a, b []rune) (int, bool) {
	short, long := min(len(a), len(b)), max(len(a), len(b))
	if short == 0 || long > longestWord {
		return 0, false
	}
	// A start counts as three edits: behind every real slip of the fingers.
	if short >= 2 && string(a[:short]) == string(b[:short]) && long-short > 2 {
		return 3, true
	}
	if long-short > 2 {
		return 0, false
	}
	d := edits(a, b)
	return d, d <= min(2, long/2)
}

// edits is the optimal string alignment distance: Levenshtein's edits and the
// swap of two neighbours (Damerau 1964), three rows of the usual table.
func edits(a, b []rune) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// DidYouMean asks whether one of the words was meant; "" where there are none.
func DidYouMean(words ...string) string {
	if len(words) == 0 {
		return ""
	}
	last := len(words) - 1
	either := words[last]
	if last > 0 {
		either = strings.Join(words[:last], ", ") + " or " + either
	}
	return "did you mean " + either + "?"
}

// Suggest names the known words near a mistaken one as a question, or else says otherwise.
func Suggest(word string, known []string, otherwise string) string {
	return cmp.Or(DidYouMean(Near(word, known)...), otherwise)
}

// SuggestFew does as Suggest for words of which there are few enough to list them.
func SuggestFew(word string, known []string) string {
	const few = 16
	otherwise := "--help lists them"
	if len(known) <= few {
		otherwise = "expected one of " + strings.Join(known, ", ")
	}
	return Suggest(word, known, otherwise)
}
