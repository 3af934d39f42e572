package rules

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"scaleadvise/advisor/rule"
)

//go:embed *.yaml
var embedded embed.FS

// catalogue is the folder as read: the lesson, and the rules.
type catalogue struct {
	lesson  lesson
	sources []rule.Source
}

var ours = sync.OnceValues(func() (catalogue, error) { return read(embedded, ourSeal()) })

// All returns the rule files by name.
func All() []rule.Source {
	c, _ := ours() // Load and Lesson report what is wrong
	return slices.Clone(c.sources)
}

// Lesson returns the principles in the order of the lesson.
func Lesson() ([]Principle, error) {
	c, err := ours()
	return slices.Clone(c.lesson.Principles), err
}

// Load checks and compiles the catalogue once, or takes it from the seal where that is of the
// same files. The set is immutable and shared. The error names every fault of every file.
func Load() (*rule.Set, error) { return compiled() }

var compiled = sync.OnceValues(func() (*rule.Set, error) {
	c, err := ours()
	if err != nil {
		return nil, err
	}
	if set, ok := rule.Unseal(ourSeal().Rules, c.sources, c.principles()); ok {
		return set, nil
	}
	return rule.Load(c.sources, c.principles())
})

// read reads a folder of rules with its lesson, which a seal may have already read.
func read(folder fs.FS, s seal) (catalogue, error) {
	text, err := fs.ReadFile(folder, lessonFile)
	if err != nil {
		return catalogue{}, fmt.Errorf("the lesson is missing: %w", err)
	}
	files, err := ruleFiles(folder)
	if err != nil {
		return catalogue{}, err
	}
	l, unsealed := s.lessonOf(text)
	if !unsealed {
		if l, err = parseLesson(text); err != nil {
			return catalogue{}, err
		}
	}
	return catalogue{l, files}, nil
}

// ruleFiles reads all rule files of the folder, by name. Their order is theirs to state.
func ruleFiles(folder fs.FS) ([]rule.Source, error) {
	names, err := fs.Glob(folder, "*.yaml")
	if err != nil {
		return nil, err
	}
	var files []rule.Source
	for _, name := range names {
		if name == lessonFile || name == bankFile {
			continue
		}
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, err
		}
		files = append(files, rule.Source{Name: "rules/" + name, Text: text})
	}
	return files, nil
}

func (c catalogue) principles() []string {
	var ids []string
	for _, p := range c.lesson.Principles {
		ids = append(ids, p.ID)
	}
	return ids
}
