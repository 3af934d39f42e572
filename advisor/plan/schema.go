package plan

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"scaleadvise/advisor/workload"
)

// section is a mapping of the plan: its keys lead to traits or to further sections.
type section struct {
	path     string // "workload.tokens"; "" for the document
	traits   map[string]workload.Spec
	sections map[string]*section
	order    []string // their keys in table order
	own      []string // keys that are not traits
}

// layout is the mappings of a plan, derived from the trait table once. Read it only.
var layout = sync.OnceValue(func() *section {
	root := newSection("")
	root.own = []string{"ignore", "name", "rules", "version"}
	for _, spec := range workload.Specs() {
		at := root
		parts := strings.Split(spec.PlanKey, ".")
		for _, p := range parts[:len(parts)-1] {
			at = at.child(p)
		}
		key := parts[len(parts)-1]
		at.traits[key] = spec
		at.order = append(at.order, key)
	}
	root.formerly()
	return root
})

// formerly adds the keys under which traits are still read: they are not written.
func (s *section) formerly() {
	for _, spec := range workload.Specs() {
		if spec.OldKey == "" {
			continue
		}
		at, parts := s, strings.Split(spec.OldKey, ".")
		for i, p := range parts[:len(parts)-1] {
			if at.sections[p] == nil {
				at.sections[p] = newSection(strings.Join(parts[:i+1], "."))
			}
			at = at.sections[p]
		}
		at.traits[parts[len(parts)-1]] = spec
	}
}

func newSection(path string) *section {
	return &section{path: path, traits: map[string]workload.Spec{}, sections: map[string]*section{}}
}

func (s *section) child(key string) *section {
	if s.sections[key] == nil {
		s.sections[key] = newSection(join(s.path, key))
		s.order = append(s.order, key)
	}
	return s.sections[key]
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// keys lists what may stand in the section, sorted.
func (s *section) keys() []string {
	keys := slices.Concat(s.own, s.order)
	if len(keys) == 0 { // of a section that is only read
		keys = slices.Collect(maps.Keys(s.traits))
	}
	slices.Sort(keys)
	return keys
}

// elsewhere lists the full paths at which a key is known: a trait that stands in
// the wrong section, or the name of its flag.
func elsewhere(key string) []string {
	key = strings.ReplaceAll(strings.ToLower(key), "-", "_")
	var paths []string
	for _, spec := range workload.Specs() {
		if spec.Name == key || strings.HasSuffix(spec.PlanKey, "."+key) {
			paths = append(paths, spec.PlanKey)
		}
	}
	return paths
}
