package quiz

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// entry is a question of the bank as it is written down.
type entry struct {
	ID         string       `yaml:"id"`
	Level      string       `yaml:"level"`
	Topic      string       `yaml:"topic"`
	Principles []string     `yaml:"principles"`
	Prompt     string       `yaml:"prompt"`
	Answer     string       `yaml:"answer"`
	Because    string       `yaml:"because"`
	Wrong      []wrongEntry `yaml:"wrong"`
	Steps      []string     `yaml:"steps"`
	QuickCheck string       `yaml:"quick_check"` // that of the first principle where omitted
	Hint       string       `yaml:"hint"`
}

// wrongEntry names a mistake of the lesson, or is a choice with its why, or both.
type wrongEntry struct {
	Mistake string `yaml:"mistake"`
	Choice  string `yaml:"choice"`
	Why     string `yaml:"why"`
}

// Parse reads a bank strictly. The error names every fault of every question: a missing or unknown key, a
// duplicate id, a level, topic, principle or mistake that does not exist.
func Parse(text []byte, name string, lesson Lesson) ([]Item, error) {
	var file struct {
		Questions []entry `yaml:"questions"`
	}
	if err := yaml.Load(text, &file, yaml.WithKnownFields()); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(file.Questions) == 0 {
		return nil, fmt.Errorf("%s: no questions; list them under the key questions", name)
	}
	var items []Item
	var faults []error
	seen := map[string]bool{}
	for n, e := range file.Questions {
		item, problems := lesson.item(e)
		if seen[e.ID] {
			problems = append(problems, "the id is taken by an earlier question")
		}
		seen[e.ID] = true
		for _, p := range problems {
			faults = append(faults, fmt.Errorf("%s: question %d (%s): %s", name, n+1, e.ID, p))
		}
		items = append(items, item)
	}
	return items, errors.Join(faults...)
}

// item is an entry with what it refers to, and what is wrong with it.
func (l Lesson) item(e entry) (Item, []string) {
	i := Item{
		ID: e.ID, Level: e.Level, Topic: e.Topic, Principles: e.Principles, Prompt: paragraph(e.Prompt), Answer: e.Answer,
		Because: e.Because, Steps: e.Steps, QuickCheck: e.QuickCheck, Hint: e.Hint,
	}
	problems := e.missing()
	for _, id := range e.Principles {
		if _, ok := l.principle(id); !ok {
			problems = append(problems, fmt.Sprintf("no principle %q", id))
		}
	}
	if p, ok := l.principle(first(e.Principles)); ok && i.QuickCheck == "" {
		i.QuickCheck = p.Check
	}
	for _, w := range e.Wrong {
		wrong, fault := l.wrong(w)
		if fault != "" {
			problems = append(problems, fault)
		}
		i.Wrong = append(i.Wrong, wrong)
	}
	return i, append(problems, l.unclear(i)...)
}

// missing names what an entry must have and does not.
func (e entry) missing() []string {
	var out []string
	for key, text := range map[string]string{"id": e.ID, "prompt": e.Prompt, "answer": e.Answer, "because": e.Because, "hint": e.Hint} {
		if strings.TrimSpace(text) == "" {
			out = append(out, "has no "+key)
		}
	}
	slices.Sort(out)
	if !slices.Contains(Levels(), e.Level) {
		out = append(out, fmt.Sprintf("level %q; expected one of %s", e.Level, strings.Join(Levels(), ", ")))
	}
	if !slices.Contains(Topics(), e.Topic) {
		out = append(out, fmt.Sprintf("topic %q; expected one of %s", e.Topic, strings.Join(Topics(), ", ")))
	}
	if len(e.Principles) == 0 || len(e.Steps) < 2 {
		out = append(out, "needs a principle and at least two steps")
	}
	if len(e.Wrong) != wrongChoices {
		out = append(out, fmt.Sprintf("has %d wrong answers, %d expected", len(e.Wrong), wrongChoices))
	}
	return out
}

// wrong completes a wrong answer by the mistake that it is.
func (l Lesson) wrong(w wrongEntry) (out Wrong, fault string) {
	out = Wrong{Choice: w.Choice, Why: w.Why, Mistake: w.Mistake}
	if w.Mistake != "" {
		m, ok := l.mistake(w.Mistake)
		if !ok {
			return out, fmt.Sprintf("the lesson has no mistake %q", w.Mistake)
		}
		if out.Choice == "" {
			out.Choice, out.Why = strings.TrimSuffix(m.Said, "."), m.Why
		}
	}
	if out.Choice == "" || out.Why == "" {
		return out, "a wrong answer has no choice or no why"
	}
	return out, ""
}

// unclear reports choices that cannot be told apart.
func (l Lesson) unclear(i Item) []string {
	seen := map[string]bool{i.Answer: true}
	var out []string
	for _, w := range i.Wrong {
		if seen[w.Choice] {
			out = append(out, fmt.Sprintf("two choices say %q", w.Choice))
		}
		seen[w.Choice] = true
	}
	return out
}

// paragraph is text on one line.
func paragraph(s string) string { return strings.Join(strings.Fields(s), " ") }

func first(all []string) string {
	if len(all) == 0 {
		return ""
	}
	return all[0]
}
