package rule

import (
	"strings"
	"testing"
	"unicode"

	"go.yaml.in/yaml/v4"
	"pgregory.net/rapid"
)

// styles write one value in every way that YAML has.
var styles = map[string]func(words []string) string{
	"plain": func(w []string) string { return "when: " + strings.Join(w, " ") + "\n" },
	"plain, several lines": func(w []string) string {
		return "when:\n  " + strings.Join(w, "\n  ") + "\n"
	},
	"literal": func(w []string) string { return "a: b\nwhen: |\n    " + strings.Join(w, "\n    ") + "\n" },
	"folded":  func(w []string) string { return "when: >-   # comment\n  " + strings.Join(w, "\n\n  ") + "\nb: c\n" },
	"single quotes": func(w []string) string {
		return "when: '" + strings.ReplaceAll(strings.Join(w, "  "), "'", "''") + "'\n"
	},
	"double quotes": func(w []string) string {
		return `when: "` + strings.ReplaceAll(strings.Join(w, "\n   "), `"`, `\"`) + "\"\n"
	},
}

// The character found in the file is the character of the value, whatever the style.
func TestLocateFindsTheCharacter(t *testing.T) {
	word := rapid.StringMatching(`[a-zäß][a-z.é'"=<>]{0,8}`)
	for style, write := range styles {
		t.Run(style, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				text := write(rapid.SliceOfN(word, 1, 5).Draw(t, "words"))
				var document yaml.Node
				if err := yaml.Load([]byte(text), &document); err != nil {
					t.Fatalf("%q: %v", text, err)
				}
				checkPlaces(t, text, valueOf(&document, "when"))
			})
		})
	}
}

func valueOf(document *yaml.Node, key string) *yaml.Node {
	entries := document.Content[0].Content
	for i := 0; i < len(entries); i += 2 {
		if entries[i].Value == key {
			return entries[i+1]
		}
	}
	return nil
}

func checkPlaces(t *rapid.T, text string, n *yaml.Node) {
	lines := splitLines([]byte(text))
	value := []rune(n.Value)
	for offset, want := range value {
		if unicode.IsSpace(want) {
			continue
		}
		at := locate(lines, n, offset)
		if got := []rune(lines[at.line-1])[at.column-1]; got != want {
			t.Fatalf("character %d of %q is %q; found %q at %v in\n%s", offset, n.Value, want, got, at, text)
		}
	}
	last := locate(lines, n, len(value)-1)
	if end := locate(lines, n, len(value)); !unicode.IsSpace(value[len(value)-1]) && end != (place{last.line, last.column + 1}) {
		t.Fatalf("the end of %q is %v, its last character %v", n.Value, end, last)
	}
}

func TestLocateGivesTheScalarWhereThereIsNothing(t *testing.T) {
	n := &yaml.Node{Kind: yaml.ScalarNode, Value: "gone", Line: 7, Column: 3}
	if at := locate([]string{"short"}, n, 2); at != (place{7, 3}) {
		t.Errorf("place %v", at)
	}
}
