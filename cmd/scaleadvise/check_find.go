package main

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"scaleadvise/advisor/plan"
)

// source is one file to check.
type source struct {
	name  string // as it is opened
	shown string // as reports name it, with slashes
	root  string // argument under which it was found
	named bool   // the user named the file itself
	once  bool   // it can be read only once: stdin, a pipe
	open  opener
}

// read reads the file, as far as it takes to see that it is too large.
func (s source) read() ([]byte, error) {
	f, err := s.open(s.name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, plan.ScanLimit))
	if err != nil {
		return nil, unreadable(s.name, err)
	}
	return content, nil
}

// unreadable is what nobody could look into: it may be fine or not.
func unreadable(name string, err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err
	}
	if errors.Is(err, fs.ErrNotExist) {
		return usagef("%s: cannot read: %w; check the name", name, err)
	}
	return unknownf("%s: cannot read: %w; what it holds was not checked", name, err)
}

// find lists the files that the arguments name, each once: those of a folder by their names,
// the arguments in their order. What cannot be looked into is in the error, and does not
// hide the others.
func (c *call) find(args []string) ([]source, error) {
	f := finder{call: c, seen: map[string]bool{}}
	for _, arg := range args {
		f.argument(arg)
	}
	return f.found, errors.Join(f.errs...)
}

// finder looks for files.
type finder struct {
	call  *call
	found []source
	seen  map[string]bool // real paths of files and folders
	errs  []error
}

func (f *finder) fail(err error) { f.errs = append(f.errs, err) }

func (f *finder) argument(arg string) {
	if arg == "-" {
		if !f.seen["-"] {
			f.seen["-"] = true
			f.found = append(f.found, source{name: "-", shown: "stdin", root: "-", named: true, once: true, open: f.call.open})
		}
		return
	}
	info, err := os.Stat(arg)
	switch {
	case err == nil && info.IsDir():
		before := len(f.found)
		f.folder(arg, arg, arg)
		if len(f.found) == before && len(f.errs) == 0 {
			f.fail(usagef("%s: no .yaml or .yml file in it; name the folder of the plans", arg))
		}
	case err == nil:
		f.file(arg, arg, true)
		if n := len(f.found); n > 0 && !info.Mode().IsRegular() {
			f.found[n-1].once = true
		}
	case strings.ContainsAny(arg, wildcards):
		f.pattern(arg)
	default:
		f.fail(unreadable(arg, err))
	}
}

// file adds a file unless it is there already.
func (f *finder) file(name, root string, named bool) {
	if !f.first(name) {
		return
	}
	f.found = append(f.found, source{name: name, shown: shownPath(name), root: root, named: named, open: f.call.open})
}

// first reports whether a path is met for the first time, by whatever name.
func (f *finder) first(name string) bool {
	key := name
	if target, err := filepath.EvalSymlinks(name); err == nil {
		key = target
	}
	if absolute, err := filepath.Abs(key); err == nil {
		key = absolute
	}
	if f.seen[key] {
		return false
	}
	f.seen[key] = true
	return true
}

// holds reports whether a folder is one in which another lies, or that one itself: a link to
// it leads out of what the user named.
func holds(outer, inner string) bool {
	real := func(name string) string {
		if target, err := filepath.EvalSymlinks(name); err == nil {
			name = target
		}
		if absolute, err := filepath.Abs(name); err == nil {
			name = absolute
		}
		return name
	}
	between, err := filepath.Rel(real(outer), real(inner))
	return err == nil && filepath.IsLocal(between)
}

// folder walks a folder below top, in the order of the names. A folder that was walked already
// is passed over, and so is what is hidden.
func (f *finder) folder(dir, top, root string) {
	if f.call.ctx.Err() != nil || !f.first(dir) {
		return
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		f.fail(unreadable(dir, err))
	}
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		kind := e.Type()
		if kind&fs.ModeSymlink != 0 {
			info, err := os.Stat(name)
			if err != nil {
				if isPlanName(name) {
					f.fail(unreadable(name, err))
				}
				continue
			}
			kind = info.Mode().Type()
			if kind.IsDir() && holds(name, top) {
				continue
			}
		}
		switch {
		case kind.IsDir():
			f.folder(name, top, root)
		case isPlanName(name) && kind.IsRegular():
			f.file(name, root, false)
		}
	}
}

func isPlanName(name string) bool {
	ext := strings.ToLower(filepath.Ext(name))
	return ext == ".yaml" || ext == ".yml"
}

// pattern adds what a pattern matches; ** stands for any folders.
func (f *finder) pattern(pattern string) {
	if _, err := path.Match(filepath.ToSlash(pattern), ""); err != nil {
		f.fail(usagef("%s: not a pattern: %w; write one like 'plans/**/*.yaml'", pattern, err))
		return
	}
	matches := f.matches(pattern)
	if len(matches) == 0 {
		f.fail(usagef("%s: matches no file; check the pattern", pattern))
	}
	for _, name := range matches {
		if info, err := os.Stat(name); err == nil && info.IsDir() {
			f.folder(name, name, pattern)
			continue
		}
		f.file(name, pattern, true)
	}
}

func (f *finder) matches(pattern string) []string {
	if !strings.Contains(pattern, "**") {
		matches, _ := filepath.Glob(pattern) // the pattern was tried
		return matches
	}
	start, rest := fixed(pattern)
	var matches []string
	err := filepath.WalkDir(start+"/", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			f.fail(unreadable(name, err))
			return nil
		case e.IsDir() && strings.HasPrefix(e.Name(), ".") && len(e.Name()) > 1:
			return fs.SkipDir
		case e.IsDir():
			return f.call.ctx.Err()
		}
		below := strings.Split(strings.TrimPrefix(strings.TrimPrefix(filepath.ToSlash(filepath.Clean(name)), path.Clean(start)), "/"), "/")
		if matchParts(strings.Split(rest, "/"), below) {
			matches = append(matches, name)
		}
		return nil
	})
	if err != nil {
		f.fail(unreadable(start, err))
	}
	return matches
}

// wildcards are the characters that make a pattern of a path.
const wildcards = "*?["

// fixed splits an argument into the folder in which everything lies that it stands for, and
// the pattern below that; "" where it is a path.
func fixed(arg string) (folder, pattern string) {
	if _, err := os.Stat(arg); err == nil || !strings.ContainsAny(arg, wildcards) {
		return arg, ""
	}
	parts := strings.Split(filepath.ToSlash(arg), "/")
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

// shownPath is a path as reports name it: below the working folder where it lies there, with
// slashes, the same on every system.
func shownPath(name string) string {
	clean := filepath.Clean(name)
	if filepath.IsAbs(clean) {
		if here, err := os.Getwd(); err == nil {
			if below, err := filepath.Rel(here, clean); err == nil && filepath.IsLocal(below) {
				clean = below
			}
		}
	}
	return filepath.ToSlash(clean)
}

// scalers are the autoscalers of manifests by the folder in which they stand: an object and
// what scales it are often two files.
type scalers map[string][]plan.Scaler

func (s scalers) of(src source) []plan.Scaler { return s[path.Dir(src.shown)] }

// scalerKinds are the words without which no autoscaler stands in a file.
var scalerKinds = [][]byte{[]byte("HorizontalPodAutoscaler"), []byte("ScaledObject")}

// scalers reads the autoscalers of all files. Files that do not name one are not parsed.
func (k *checker) scalers(sources []source) scalers {
	all := scalers{}
	for _, s := range sources {
		if k.call.ctx.Err() != nil {
			return all
		}
		if s.once {
			continue
		}
		content, err := s.read()
		if err != nil || !slices.ContainsFunc(scalerKinds, func(kind []byte) bool { return bytes.Contains(content, kind) }) {
			continue
		}
		dir := path.Dir(s.shown)
		all[dir] = append(all[dir], plan.Scan(content, s.shown).Scalers...)
	}
	return all
}
