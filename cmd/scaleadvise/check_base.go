package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/gate"
)

// readBase judges what --compare-to names: a folder or a file, else a git revision.
func (k *checker) readBase() error {
	name := k.call.text("compare-to")
	if name == "" {
		return nil
	}
	sources, done, err := k.baseSources(name)
	if err != nil {
		return err
	}
	defer done()
	before := k.judgeSources(sources, "base: checked")
	if before.err != nil {
		return before.err
	}
	k.policy.Base = &gate.Base{Name: name}
	broken := 0
	for _, p := range before.plans {
		if p.Outcome == advice.Invalid {
			broken++
			continue
		}
		k.policy.Base.Plans = append(k.policy.Base.Plans, p)
	}
	if broken > 0 {
		k.notes = append(k.notes, fmt.Sprintf("%s: %d files could not be understood there and are not compared", name, broken))
	}
	return nil
}

// baseSources lists the files to compare with, each shown as the file of this check that it
// corresponds to. done ends what reading them needs.
func (k *checker) baseSources(name string) (all []source, done func(), err error) {
	info, err := os.Stat(name)
	switch {
	case err == nil && info.IsDir():
		all, err = k.folderBase(name)
		return all, func() {}, err
	case err == nil:
		if len(k.sources) != 1 {
			return nil, nil, usagef("--compare-to %s: is a file, and %d files are checked; name a folder or a git revision", name, len(k.sources))
		}
		return []source{{name: name, shown: k.sources[0].shown, root: name, named: true, open: k.call.open}}, func() {}, nil
	}
	g, err := k.call.gitBase(name)
	if err != nil {
		return nil, nil, err
	}
	for _, root := range k.roots() {
		found, err := g.under(root)
		if err != nil {
			return nil, nil, errors.Join(err, g.close())
		}
		all = append(all, found...)
	}
	return all, func() { _ = g.close() }, nil
}

// roots are the arguments under which files were found, each once.
func (k *checker) roots() []string {
	var roots []string
	seen := map[string]bool{"-": true}
	for _, arg := range k.call.args {
		if info, err := os.Stat(arg); err == nil && info.IsDir() && !seen[arg] {
			seen[arg] = true
			roots = append(roots, arg)
		}
	}
	for _, s := range k.sources {
		if !seen[s.root] {
			seen[s.root] = true
			roots = append(roots, s.root)
		}
	}
	return roots
}

// folderBase finds the files of a folder: for each argument the same path below it, or the
// folder itself where it stands for the one folder that is checked.
func (k *checker) folderBase(base string) ([]source, error) {
	var all []source
	var errs []error
	roots := k.roots()
	for _, root := range roots {
		root, pattern := fixed(root)
		counterpart := counterpart(base, root)
		found, err := k.call.find([]string{filepath.Join(counterpart, pattern)})
		if _, absent := os.Stat(counterpart); errors.Is(absent, fs.ErrNotExist) || pattern != "" && len(found) == 0 {
			continue // it is new
		}
		errs = append(errs, err)
		for _, s := range found {
			s.shown = shownPath(filepath.Join(root, strings.TrimPrefix(filepath.Clean(s.name), filepath.Clean(counterpart))))
			s.open = below(counterpart, root, k.call.open)
			all = append(all, s)
		}
	}
	if len(all) == 0 && errors.Join(errs...) == nil {
		return nil, usagef("--compare-to %s: holds nothing that corresponds to %s; name the folder as it was before", base, strings.Join(roots, ", "))
	}
	return all, errors.Join(errs...)
}

// counterpart is the path in a base that stands for one that is checked.
func counterpart(base, root string) string {
	same := filepath.Join(base, root)
	if _, err := os.Stat(same); err == nil && filepath.IsLocal(root) {
		return same
	}
	if info, err := os.Stat(root); err == nil && info.IsDir() {
		return base
	}
	return filepath.Join(base, filepath.Base(root))
}

// below opens what lies below one folder in another: files beside a plan are looked for by
// the name under which the plan is shown.
func below(counterpart, root string, open opener) opener {
	return func(name string) (io.ReadCloser, error) {
		if rest, err := filepath.Rel(filepath.FromSlash(shownPath(root)), name); err == nil && filepath.IsLocal(rest) {
			return open(filepath.Join(counterpart, rest))
		}
		return open(name)
	}
}

// stands reports whether a file below a folder is one that the folder, or a pattern in it,
// stands for: what a pattern names itself, and the plans that are not hidden of a folder.
func stands(pattern, rest string) bool {
	if rest == "" {
		return true
	}
	parts := strings.Split(rest, "/")
	if pattern != "" {
		wanted := strings.Split(pattern, "/")
		if matchParts(wanted, parts) {
			return true
		}
		n := len(parts) - 1
		for n > 0 && !matchParts(wanted, parts[:n]) {
			n--
		}
		if n == 0 {
			return false
		}
		parts = parts[n:]
	}
	hidden := slices.ContainsFunc(parts, func(p string) bool { return strings.HasPrefix(p, ".") })
	return !hidden && isPlanName(rest)
}

// under lists the plan files of a path in the revision.
func (g *git) under(root string) ([]source, error) {
	root, pattern := fixed(root)
	at, err := g.inside(root)
	if err != nil {
		return nil, err
	}
	names, err := g.list(at)
	var all []source
	for _, name := range names {
		rest := strings.TrimPrefix(strings.TrimPrefix(name, at), "/")
		if !stands(pattern, rest) {
			continue
		}
		shown := path.Join(shownPath(root), rest)
		all = append(all, source{name: shown, shown: shown, root: root, open: g.open})
	}
	return all, err
}
