package topics

import (
	"bytes"
	"context"
	_ "embed" // the pages
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/pattern"
)

// The pages are packed whenever one changes: of a manual that few ask for the text alone is 0.2 MB of the program.
//
//go:generate go test -run TestPacked -update .

//go:embed pages.json.gz
var packed []byte

// pages are the texts by the names of the topics.
var pages = sync.OnceValues(func() (map[string]string, error) {
	text, err := bounded.ReadAll(context.Background(), bytes.NewReader(packed), bounded.Limits{})
	if err != nil {
		return nil, err
	}
	var all map[string]string
	err = json.Unmarshal(text, &all)
	return all, err
})

// order lists the topics as help shows them: what a newcomer needs first.
var order = []string{
	"first-answer", "traits", "models", "machines", "load-tests", "decision", "language-models", "capacity", "plan-files",
	"check-ci", "kubernetes", "prometheus", "forecast", "autoscaling", "simulate", "whatif", "compare", "export", "fleet", "page",
	"explain", "quiz", "rules", "catalog", "validate", "scenarios",
	"glossary", "accuracy", "performance", "json", "exit-codes", "limits",
}

// Topic is one page of the manual, in Markdown.
type Topic struct{ Name, Title, Text string }

// Names returns the names of all topics, in the order in which they are listed.
func Names() []string { return slices.Clone(order) }

// All returns every topic in the order of Names.
func All() ([]Topic, error) {
	texts, err := pages()
	var all []Topic
	for _, name := range order {
		all = append(all, Topic{name, titleOf(texts[name]), texts[name]})
	}
	return all, err
}

// titleOf returns the heading in a page's first line.
func titleOf(text string) string {
	first, _, _ := strings.Cut(text, "\n")
	return strings.TrimPrefix(first, "# ")
}

// Words returns the words of the glossary, each row of its tables with all the names that it explains.
func Words() ([]advice.Word, error) {
	texts, err := pages()
	var all []advice.Word
	for row := range strings.Lines(texts["glossary"]) {
		cells := strings.Split(strings.TrimSpace(row), " | ")
		if !strings.HasPrefix(row, "| ") || len(cells) != 2 || cells[0] == "| word" {
			continue
		}
		meaning := pointer.ReplaceAllString(strings.TrimSuffix(cells[1], " |"), "$1 (scaleadvise help $2)")
		all = append(all, advice.Word{Names: strings.Split(strings.TrimPrefix(cells[0], "| "), ", "), Meaning: strings.NewReplacer("`", "", "*", "").Replace(meaning)})
	}
	return all, err
}

// pointer is a link of one page to another.
var pointer = pattern.Of(`\[([^\]]*)\]\(([a-z-]+)\.md\)`)
