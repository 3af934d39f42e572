package rules

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Principle is a principle of the lesson, or one added here with its source.
type Principle struct {
	ID       string    `yaml:"id"`
	Title    string    `yaml:"title"`
	Text     string    `yaml:"text"`
	Source   string    `yaml:"source"`
	Ours     bool      `yaml:"ours"` // it goes beyond the lesson
	Practice Practice  `yaml:"practice"`
	Mistakes []Mistake `yaml:"mistakes"`
	Check    string    `yaml:"check"` // one line on how to check one's own case
	Example  Example   `yaml:"example"`
}

// Example is a workload that shows a principle, and the text about it.
type Example struct {
	Given   Given    `yaml:"given"`   // traits as on the command line
	Scaling []Scaled `yaml:"scaling"` // measured throughputs, for the scalability law
	Says    string   `yaml:"says"`    // text with {fact} placeholders, computed for the answer
}

// Given holds traits by name. They are sealed in the order of their names, so that the same lesson gives the
// same bytes.
type Given map[string]string

// GobEncode writes the traits in the order of their names.
func (g Given) GobEncode() ([]byte, error) { return json.Marshal(map[string]string(g)) }

// GobDecode reads what GobEncode wrote.
func (g *Given) GobDecode(text []byte) error { return json.Unmarshal(text, (*map[string]string)(g)) }

// Scaled is a throughput measured at a number of replicas.
type Scaled struct {
	N   float64 `yaml:"n"`
	QPS float64 `yaml:"qps"`
}

// Practice is the question that the quiz asks about the principle, and its level.
type Practice struct {
	Level string `yaml:"level"` // "easy", "medium", "hard"; "" where there is no question
	Idea  string `yaml:"idea"`
}

// Mistake is a common misconception, and why it is wrong.
type Mistake struct {
	Said     string `yaml:"said"`
	WhyWrong string `yaml:"why_wrong"`
}

// lesson is lesson.yaml.
type lesson struct {
	Principles []Principle `yaml:"principles"`
}

const lessonFile = "lesson.yaml"

// parseLesson reads the lesson strictly and refuses principles that say too little.
func parseLesson(text []byte) (lesson, error) {
	var l lesson
	if err := yaml.Load(text, &l, yaml.WithKnownFields()); err != nil {
		return lesson{}, fmt.Errorf("%s: %w", lessonFile, err)
	}
	faults := []error{}
	if len(l.Principles) == 0 {
		faults = append(faults, errors.New(lessonFile+": no principles; list them under the key principles"))
	}
	seen := map[string]bool{}
	for i, p := range l.Principles {
		name := fmt.Sprintf("%s: principle %d (%s)", lessonFile, i+1, p.ID)
		if seen[p.ID] {
			faults = append(faults, fmt.Errorf("%s: the id is taken by an earlier principle", name))
		}
		seen[p.ID] = true
		for _, missing := range p.missing() {
			faults = append(faults, fmt.Errorf("%s has no %s", name, missing))
		}
	}
	return l, errors.Join(faults...)
}

// missing names the keys that a principle needs and does not have.
func (p Principle) missing() []string {
	var keys []string
	need := func(key, text string) {
		if strings.TrimSpace(text) == "" {
			keys = append(keys, key)
		}
	}
	need("id", p.ID)
	need("title", p.Title)
	need("text", p.Text)
	need("source", p.Source)
	if p.Practice != (Practice{}) {
		need("practice.level", p.Practice.Level)
		need("practice.idea", p.Practice.Idea)
	}
	if p.Example.Says != "" && len(p.Example.Given) == 0 {
		keys = append(keys, "example.given")
	}
	for _, m := range p.Mistakes {
		need("mistakes.said", m.Said)
		need("mistakes.why_wrong", m.WhyWrong)
	}
	return keys
}
