package gate

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// wildcards are the characters that make a pattern of a path.
const wildcards = "*?["

// pattern adds what a pattern matches; ** stands for any folders.
func (f *finder) pattern(pattern string) {
	if _, err := path.Match(filepath.ToSlash(pattern), ""); err != nil {
		f.fail(fmt.Errorf("%s: not a pattern: %w; write one like 'plans/**/*.yaml'", pattern, err))
		return
	}
	matches := f.matches(pattern)
	if len(matches) == 0 {
		f.fail(fmt.Errorf("%s: matches no file; check the pattern", pattern))
	}
	for _, name := range matches {
		at := place{name, f.Real(name)}
		if f.isFolder(name) {
			f.folder(at, name, pattern, deepest)
			continue
		}
		f.file(at, pattern, true)
	}
}

func (f *finder) matches(pattern string) []string {
	start, rest := f.fixed(pattern)
	parts := strings.Split(rest, "/")
	if !slices.Contains(parts, "**") {
		return f.glob(start, parts)
	}
	return f.walk(start, nil, parts)
}

// glob lists what a pattern without ** matches in a folder.
func (f *finder) glob(dir string, parts []string) []string {
	if len(parts) == 0 {
		return []string{dir}
	}
	if !strings.ContainsAny(parts[0], wildcards) {
		name := filepath.Join(dir, parts[0])
		if _, err := f.Stat(name); err != nil {
			return nil
		}
		return f.glob(name, parts[1:])
	}
	entries, _ := f.List(dir) // what is no folder matches nothing
	var found []string
	for _, e := range entries {
		if ok, _ := path.Match(parts[0], e.Name()); ok {
			found = append(found, f.glob(filepath.Join(dir, e.Name()), parts[1:])...)
		}
	}
	return found
}

// walk lists the files below a folder that a pattern with ** matches. below are the folders
// between, hidden ones are passed over.
func (f *finder) walk(dir string, below, pattern []string) []string {
	if f.ctx.Err() != nil {
		return nil
	}
	if len(below) > deepest {
		f.fail(tooDeep(dir))
		return nil
	}
	entries, err := f.List(dir)
	if err != nil {
		f.fail(unreadable(dir, err))
	}
	var found []string
	for _, e := range entries {
		name, parts := filepath.Join(dir, e.Name()), append(slices.Clip(below), e.Name())
		switch {
		case e.IsDir() && strings.HasPrefix(e.Name(), "."):
		case e.IsDir():
			found = append(found, f.walk(name, parts, pattern)...)
		case matchParts(pattern, parts):
			found = append(found, name)
		}
	}
	return found
}

// fixed splits a path into the folder in which everything lies that it stands for, and the
// pattern below that; "" where it is a plain path.
func (f Files) fixed(name string) (folder, pattern string) {
	if _, err := f.Stat(name); err == nil || !strings.ContainsAny(name, wildcards) {
		return name, ""
	}
	parts := strings.Split(filepath.ToSlash(name), "/")
	n := slices.IndexFunc(parts, func(p string) bool { return strings.ContainsAny(p, wildcards) })
	folder, pattern = strings.Join(parts[:n], "/"), strings.Join(parts[n:], "/")
	switch {
	case n == 0:
		folder = "."
	case folder == "":
		folder = "/"
	}
	return folder, pattern
}

// matchParts matches the parts of a path with those of a pattern.
func matchParts(pattern, parts []string) bool {
	switch {
	case len(pattern) == 0:
		return len(parts) == 0
	case pattern[0] == "**":
		return matchParts(pattern[1:], parts) || len(parts) > 0 && matchParts(pattern, parts[1:])
	case len(parts) == 0:
		return false
	}
	ok, _ := path.Match(pattern[0], parts[0])
	return ok && matchParts(pattern[1:], parts[1:])
}

// excluded reports whether one of the patterns matches a path, a folder above it, or, where it
// has no slash, the name of either.
func excluded(patterns []string, shown string) bool {
	parts := strings.Split(shown, "/")
	for _, p := range patterns {
		wanted := strings.Split(path.Clean(filepath.ToSlash(p)), "/")
		for n := 1; n <= len(parts); n++ {
			if matchParts(wanted, parts[:n]) || len(wanted) == 1 && matchParts(wanted, parts[n-1:n]) {
				return true
			}
		}
	}
	return false
}

// wellFormed refuses what is no pattern.
func wellFormed(patterns []string) error {
	for _, p := range patterns {
		if _, err := path.Match(filepath.ToSlash(p), ""); err != nil || p == "" {
			return fmt.Errorf("--exclude %q: not a pattern; write one like '**/charts/**'", p)
		}
	}
	return nil
}
