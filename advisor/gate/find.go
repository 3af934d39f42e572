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
func (r Review) find(ctx context.Context, paths []string) (found []Source, notes []string, err error) {
	f := finder{Files: r.Files, exclude: r.Exclude, ctx: ctx, seen: map[string]bool{}}
	for _, p := range paths {
		f.path(p)
	}
	return f.untaken(), f.notes(), errors.Join(f.errs...)
}

// finder looks for files.
type finder struct {
	Files
	exclude []string
	ctx     context.Context
	found   []Source
	seen    map[string]bool // real paths of files and folders
	errs    []error
	taken   []string // files that are read as part of a rendering
	lines   []string // what was rendered
	astray  []string // links that lead nowhere and could be folders
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
		f.folder(place{name, f.Real(name)}, name, name, deepest)
		if len(f.found) == before && len(f.errs) == 0 {
			f.fail(fmt.Errorf("%s: no .yaml or .yml file in it; name the folder of the plans", name))
		}
	case err == nil:
		f.file(place{name, f.Real(name)}, name, true)
		if n := len(f.found); n > 0 && f.found[n-1].Name == name && !info.Mode().IsRegular() {
			f.found[n-1].once = true
		}
	case strings.ContainsAny(name, wildcards):
		f.pattern(name)
	default:
		f.fail(unreadable(name, err))
	}
}

// place is a path as it is written, and with links followed.
type place struct{ name, real string }

// in is an entry of a folder.
func (p place) in(f *finder, e fs.DirEntry) place {
	name := filepath.Join(p.name, e.Name())
	if e.Type()&fs.ModeSymlink != 0 {
		return place{name, f.Real(name)}
	}
	return place{name, filepath.Join(p.real, e.Name())}
}

// file adds a file unless it is there already.
func (f *finder) file(at place, root string, named bool) {
	if f.first(at) && !excluded(f.exclude, f.shown(at.name)) {
		f.found = append(f.found, Source{Name: at.name, Shown: f.shown(at.name), root: root, named: named, Open: f.Open})
	}
}

// first reports whether a path is met for the first time, by whatever name.
func (f *finder) first(at place) bool {
	if f.seen[at.real] {
		return false
	}
	f.seen[at.real] = true
	return true
}

// deepest is how many folders deep a walk goes below the one that was named: a path costs as
// much as it has parts, each time it is looked at.
const deepest = 64

// notes name what was passed over and may have held plans.
func (f *finder) notes() []string {
	var all []string
	if len(f.astray) > 0 {
		all = append(all, "broken links, skipped: "+strings.Join(f.astray, ", "))
	}
	if len(f.lines) > 0 {
		all = append(all, "rendered, with the lines of what was rendered: "+strings.Join(f.lines, ", "))
	}
	return all
}

func tooDeep(dir string) error {
	return &UnreadableError{dir, fmt.Errorf("it lies more than %d folders deep", deepest)}
}

// folder walks a folder below top, in the order of the names. A folder that was walked already
// is passed over, and so is what is hidden.
func (f *finder) folder(dir place, top, root string, left int) {
	if f.ctx.Err() != nil || excluded(f.exclude, f.shown(dir.name)) || !f.first(dir) {
		return
	}
	if left < 0 {
		f.fail(tooDeep(dir.name))
		return
	}
	entries, err := f.List(dir.name)
	if err != nil {
		f.fail(unreadable(dir.name, err))
	}
	if f.render(dir, entries, root) {
		return
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		at := dir.in(f, e)
		kind, ok := f.kind(at.name, e, top)
		switch {
		case !ok:
		case kind.IsDir():
			f.folder(at, top, root, left-1)
		case isPlanName(at.name) && kind.IsRegular():
			f.file(at, root, false)
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
	switch {
	case err != nil && isPlanName(name) && errors.Is(err, fs.ErrNotExist):
		f.fail(&UnreadableError{name, errors.New("it is a broken link")})
	case err != nil && isPlanName(name):
		f.fail(unreadable(name, err))
	case err != nil && filepath.Ext(name) == "":
		f.astray = append(f.astray, f.shown(name))
	}
	if err != nil {
		return 0, false
	}
	kind = info.Mode().Type()
	return kind, !kind.IsDir() || !f.holds(name, top)
}

func isPlanName(name string) bool {
	ext := strings.ToLower(filepath.Ext(name))
	return ext == ".yaml" || ext == ".yml"
}
