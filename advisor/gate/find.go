package gate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
)

// find lists the files that paths name, each once: those of a folder by their names, the
// paths in their order, without those that are excluded. What cannot be looked into is in the
// error, and does not hide the others.
func (r Review) find(ctx context.Context, paths []string) ([]Source, error) {
	f := finder{Files: r.Files, exclude: r.Exclude, ctx: ctx, seen: map[string]bool{}}
	for _, p := range paths {
		f.path(p)
	}
	return f.found, errors.Join(f.errs...)
}

// finder looks for files.
type finder struct {
	Files
	exclude []string
	ctx     context.Context
	found   []Source
	seen    map[string]bool // real paths of files and folders
	errs    []error
}

func (f *finder) fail(err error) { f.errs = append(f.errs, err) }

func (f *finder) path(name string) {
	if name == "-" {
		if !f.seen["-"] {
			f.seen["-"] = true
			f.found = append(f.found, Source{Name: "-", Shown: "stdin", root: "-", named: true, once: true, Open: f.Open})
		}
		return
	}
	info, err := f.Stat(name)
	switch {
	case err == nil && info.IsDir():
		before := len(f.found)
		f.folder(name, name, name)
		if len(f.found) == before && len(f.errs) == 0 {
			f.fail(fmt.Errorf("%s: no .yaml or .yml file in it; name the folder of the plans", name))
		}
	case err == nil:
		f.file(name, name, true)
		if n := len(f.found); n > 0 && f.found[n-1].Name == name && !info.Mode().IsRegular() {
			f.found[n-1].once = true
		}
	case strings.ContainsAny(name, wildcards):
		f.pattern(name)
	default:
		f.fail(unreadable(name, err))
	}
}

// file adds a file unless it is there already.
func (f *finder) file(name, root string, named bool) {
	if f.first(name) && !excluded(f.exclude, f.shown(name)) {
		f.found = append(f.found, Source{Name: name, Shown: f.shown(name), root: root, named: named, Open: f.Open})
	}
}

// first reports whether a path is met for the first time, by whatever name.
func (f *finder) first(name string) bool {
	key := f.Real(name)
	if f.seen[key] {
		return false
	}
	f.seen[key] = true
	return true
}

// folder walks a folder below top, in the order of the names. A folder that was walked already
// is passed over, and so is what is hidden.
func (f *finder) folder(dir, top, root string) {
	if f.ctx.Err() != nil || !f.first(dir) || excluded(f.exclude, f.shown(dir)) {
		return
	}
	entries, err := f.List(dir)
	if err != nil {
		f.fail(unreadable(dir, err))
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		name := filepath.Join(dir, e.Name())
		kind, ok := f.kind(name, e, top)
		switch {
		case !ok:
		case kind.IsDir():
			f.folder(name, top, root)
		case isPlanName(name) && kind.IsRegular():
			f.file(name, root, false)
		}
	}
}

// kind is what an entry is, or what a link leads to; false for what is to be passed over.
func (f *finder) kind(name string, e fs.DirEntry, top string) (fs.FileMode, bool) {
	kind := e.Type()
	if kind&fs.ModeSymlink == 0 {
		return kind, true
	}
	info, err := f.Stat(name)
	if err != nil {
		if isPlanName(name) {
			f.fail(unreadable(name, err))
		}
		return 0, false
	}
	kind = info.Mode().Type()
	return kind, !kind.IsDir() || !f.holds(name, top)
}

func isPlanName(name string) bool {
	ext := strings.ToLower(filepath.Ext(name))
	return ext == ".yaml" || ext == ".yml"
}
