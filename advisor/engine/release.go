package engine

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Parse reads an engine as people and sources write it, with its version where one is given:
// vllm, TensorRT-LLM, sglang@0.4.6. It returns the name of the table, with the version after an @.
func Parse(text string) (string, error) {
	name, version, stated := strings.Cut(strings.TrimSpace(text), "@")
	known, ok := Spelled(letters(name))
	i := slices.IndexFunc(engines(), func(e Engine) bool {
		return e.Name == known && (letters(name) == e.Name || slices.Contains(e.Spellings, letters(name)))
	})
	switch {
	case !ok || i < 0:
		return "", errors.New("no engine")
	case !stated:
		return known, nil
	}
	if version = Version(version); version == "" {
		return "", fmt.Errorf("%q names no version; write one as %s@%s", text, known, cmp.Or(engines()[i].Read, "1.0"))
	}
	return known + "@" + version, nil
}

// Version returns the version that a text starts with, such as 0.6.3 of v0.6.3.post1-cu124 and 6000 of
// b6000; "" where there is none.
func Version(text string) string {
	text = strings.TrimLeft(strings.ToLower(strings.TrimSpace(text)), "vb")
	if end := strings.IndexFunc(text, func(r rune) bool { return r != '.' && !unicode.IsDigit(r) }); end >= 0 {
		text = text[:end]
	}
	if text = strings.Trim(text, "."); len(text) > 20 || numbers(text) == nil || text == "0" {
		return ""
	}
	return text
}

// numbers are those of a version; nil where it is none.
func numbers(version string) []int {
	var all []int
	for _, part := range strings.Split(version, ".") {
		n, err := strconv.Atoi(part)
		if err != nil {
			return nil
		}
		all = append(all, n)
	}
	return all
}

// before reports whether a version is older than another, of which it may say less: 0.33 is not
// older than 0.33.2.
func before(a, b string) bool {
	x, y := numbers(a), numbers(b)
	n := min(len(x), len(y))
	return slices.Compare(x[:n], y[:n]) < 0
}

// of returns an engine with the defaults of a version, "" being the newest.
func (e Engine) of(version string) Engine {
	if version == "" || e.Since == "" || !before(version, e.Since) {
		return e
	}
	for _, row := range e.Earlier {
		e.Title, e.Source = row.Title, row.Source
		if row.Memory != nil {
			e.Memory = row.Memory
		}
		if row.Batching != nil {
			e.Batching = row.Batching
		}
		e.Prefixes, e.Whole, e.Context = cmp.Or(row.Prefixes, e.Prefixes), cmp.Or(row.Whole, e.Whole), cmp.Or(row.Context, e.Context)
		if !before(version, row.Since) {
			break
		}
	}
	return e
}

// Assumes says which defaults are used for a version that is old, or unknown; "" for the newest, or where no
// version is named.
func Assumes(name string) string {
	name, version, stated := strings.Cut(name, "@")
	e, err := Named(name)
	if err != nil || !stated {
		return ""
	}
	oldest := e.Since
	if n := len(e.Earlier); n > 0 {
		oldest = e.Earlier[n-1].Since
	}
	if oldest != "" && !before(version, oldest) && !before(e.Read, version) {
		if !before(version, e.Since) {
			return ""
		}
		return fmt.Sprintf("%s %s: memory, batches and prefixes by default as %s; how long its steps take is that of measurements of any version", name, version, e.of(version).Title)
	}
	return fmt.Sprintf("what %s %s does by default with memory, batches and prefixes is not known here; that of %s is assumed", name, version, e.of(version).Title)
}

// letters is a name in small letters and digits alone.
func letters(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}
