package rules

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"scaleadvise/advisor/rule"
)

//go:embed *.yaml
var embedded embed.FS

// catalogue is the folder as read: the lesson, and the rules in its order.
type catalogue struct {
	lesson  lesson
	sources []rule.Source
}

var ours = sync.OnceValues(func() (catalogue, error) { return read(embedded, ourSeal()) })

// All gives the rule files in the order of the catalogue. Files that the lesson does not list
// come last, by name; Load refuses them.
func All() []rule.Source {
	c, _ := ours() // Load and Lesson report what is wrong
	return slices.Clone(c.sources)
}

// Lesson gives the principles in the order of the lesson.
func Lesson() ([]Principle, error) {
	c, err := ours()
	return slices.Clone(c.lesson.Principles), err
}

// Load checks and compiles the catalogue, or takes it from the seal where that is of the same
// files. The error names every fault of every file.
func Load() (*rule.Set, error) {
	c, err := ours()
	if err != nil {
		return nil, err
	}
	if set, ok := rule.Unseal(ourSeal().Rules, c.sources, c.principles()); ok {
		return set, nil
	}
	return rule.Load(c.sources, c.principles())
}

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
	sources, err := order(files, l.Rules)
	return catalogue{l, sources}, err
}

// ruleFiles reads all rule files by their ids.
func ruleFiles(folder fs.FS) (map[string]rule.Source, error) {
	names, err := fs.Glob(folder, "*.yaml")
	if err != nil {
		return nil, err
	}
	files := map[string]rule.Source{}
	for _, name := range names {
		if name == lessonFile || name == bankFile {
			continue
		}
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, err
		}
		files[strings.TrimSuffix(name, ".yaml")] = rule.Source{Name: "rules/" + name, Text: text}
	}
	return files, nil
}

// order lists the files as the lesson does, and then those that it forgot.
func order(files map[string]rule.Source, ids []string) ([]rule.Source, error) {
	var sources []rule.Source
	var faults []error
	listed := map[string]bool{}
	for _, id := range ids {
		file, exists := files[id]
		switch {
		case listed[id]:
			faults = append(faults, fmt.Errorf("%s: rules: names %s twice; keep one", lessonFile, id))
		case !exists:
			faults = append(faults, fmt.Errorf("%s: rules: names %s, which has no file; write %s.yaml or remove the name", lessonFile, id, id))
		default:
			sources = append(sources, file)
		}
		listed[id] = true
	}
	for _, id := range slices.Sorted(maps.Keys(files)) {
		if !listed[id] {
			sources = append(sources, files[id])
			faults = append(faults, fmt.Errorf("rules/%s.yaml: the rule has no place in the order; add %s under rules: in %s", id, id, lessonFile))
		}
	}
	return sources, errors.Join(faults...)
}

func (c catalogue) principles() []string {
	var ids []string
	for _, p := range c.lesson.Principles {
		ids = append(ids, p.ID)
	}
	return ids
}
