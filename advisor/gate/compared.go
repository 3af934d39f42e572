package gate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"scaleadvise/advisor/advice"
)

// Revision is a state of the files in a version control system.
type Revision interface {
	Inside(name string) (string, error) // a path as the revision names it; "" is its top
	List(at string) ([]string, error)   // the files below a path, or the path itself where it is a file
	Open(name string) (io.ReadCloser, error)
	Checkout() (dir string, err error) // writes all files into a folder, which Close removes
	Close() error
}

// base judges what the review is compared with: a folder or a file, else a revision.
func (r Review) base(ctx context.Context, checked []Source) (*Base, []string, error) {
	sources, done, err := r.baseSources(ctx, checked)
	if err != nil {
		return nil, nil, err
	}
	defer done()
	before := r.judge(ctx, sources, "base: checked")
	if before.err != nil {
		return nil, nil, before.err
	}
	base := &Base{Name: r.CompareTo}
	broken := 0
	for _, p := range before.plans {
		if p.Outcome == advice.Invalid {
			broken++
			continue
		}
		base.Plans = append(base.Plans, p)
	}
	if broken > 0 {
		return base, []string{fmt.Sprintf("%s: %d files could not be understood there and are not compared", base.Name, broken)}, nil
	}
	return base, nil, nil
}

// baseSources lists the files to compare with, each shown as the file of this check that it
// corresponds to. done ends what reading them needs.
func (r Review) baseSources(ctx context.Context, checked []Source) (all []Source, done func(), err error) {
	name := r.CompareTo
	info, err := r.Files.Stat(name)
	switch {
	case err == nil && info.IsDir():
		all, err = r.folderBase(ctx, r.roots(checked))
		return all, func() {}, err
	case err == nil:
		if len(checked) != 1 {
			return nil, nil, fmt.Errorf("--compare-to %s: is a file, and %d files are checked; name a folder or a git revision", name, len(checked))
		}
		return []Source{{Name: name, Shown: checked[0].Shown, root: name, named: true, Open: r.Files.Open}}, func() {}, nil
	}
	revision, err := r.Revision(name)
	if err != nil {
		return nil, nil, err
	}
	as := r.revised
	if slices.ContainsFunc(checked, func(s Source) bool { return s.rendered }) { // the base is rendered too
		dir, err := revision.Checkout()
		if err != nil {
			return nil, nil, errors.Join(err, revision.Close())
		}
		as = func(revision Revision, root string) ([]Source, error) {
			root, pattern := r.Files.fixed(root)
			at, err := revision.Inside(root)
			if err != nil {
				return nil, err
			}
			return r.beside(ctx, root, pattern, filepath.Join(dir, filepath.FromSlash(at)))
		}
	}
	for _, root := range r.roots(checked) {
		found, err := as(revision, root)
		if err != nil {
			return nil, nil, errors.Join(err, revision.Close())
		}
		all = append(all, found...)
	}
	return all, func() { _ = revision.Close() }, nil
}

// roots are the paths under which files were found, each once.
func (r Review) roots(checked []Source) []string {
	var roots []string
	seen := map[string]bool{"-": true}
	for _, p := range r.Paths {
		if r.Files.isFolder(p) && !seen[p] {
			seen[p] = true
			roots = append(roots, p)
		}
	}
	for _, s := range checked {
		if !seen[s.root] {
			seen[s.root] = true
			roots = append(roots, s.root)
		}
	}
	return roots
}

// folderBase finds the files of a folder: for each root the same path below it, or the folder
// itself where it stands for the one folder that is checked.
func (r Review) folderBase(ctx context.Context, roots []string) ([]Source, error) {
	var all []Source
	var errs []error
	for _, root := range roots {
		root, pattern := r.Files.fixed(root)
		found, err := r.beside(ctx, root, pattern, r.counterpart(root))
		all, errs = append(all, found...), append(errs, err)
	}
	if len(all) == 0 && errors.Join(errs...) == nil {
		return nil, fmt.Errorf("--compare-to %s: holds nothing that corresponds to %s; name the folder as it was before", r.CompareTo, strings.Join(roots, ", "))
	}
	return all, errors.Join(errs...)
}

// beside finds the files of a folder that stands for one that is checked; none where it is new.
func (r Review) beside(ctx context.Context, root, pattern, counterpart string) ([]Source, error) {
	found, _, err := r.find(ctx, []string{filepath.Join(counterpart, pattern)})
	if _, absent := r.Files.Stat(counterpart); errors.Is(absent, fs.ErrNotExist) || pattern != "" && len(found) == 0 {
		return nil, nil
	}
	for i := range found {
		s := &found[i]
		s.Shown = r.Files.shown(filepath.Join(root, strings.TrimPrefix(filepath.Clean(s.Name), filepath.Clean(counterpart))))
		name, own, others := s.Name, s.Open, r.below(counterpart, root)
		s.Open = others
		if s.rendered {
			s.Open = func(file string) (io.ReadCloser, error) {
				if file == name {
					return own(file)
				}
				return others(file)
			}
		}
	}
	return found, err
}

// counterpart is the path in the base that stands for one that is checked.
func (r Review) counterpart(root string) string {
	same := filepath.Join(r.CompareTo, root)
	if _, err := r.Files.Stat(same); err == nil && filepath.IsLocal(root) {
		return same
	}
	if r.Files.isFolder(root) {
		return r.CompareTo
	}
	return filepath.Join(r.CompareTo, filepath.Base(root))
}

// below opens what lies below one folder in another: files beside a plan are looked for by
// the name under which the plan is shown.
func (r Review) below(counterpart, root string) func(string) (io.ReadCloser, error) {
	return func(name string) (io.ReadCloser, error) {
		if rest, err := filepath.Rel(filepath.FromSlash(r.Files.shown(root)), name); err == nil && filepath.IsLocal(rest) {
			return r.Files.Open(filepath.Join(counterpart, rest))
		}
		return r.Files.Open(name)
	}
}

// revised lists the plan files of a path in a revision.
func (r Review) revised(revision Revision, root string) ([]Source, error) {
	root, pattern := r.Files.fixed(root)
	at, err := revision.Inside(root)
	if err != nil {
		return nil, err
	}
	names, err := revision.List(at)
	var all []Source
	for _, name := range names {
		rest := strings.TrimPrefix(strings.TrimPrefix(name, at), "/")
		shown := path.Join(r.Files.shown(root), rest)
		if !stands(pattern, rest) || excluded(r.Exclude, shown) {
			continue
		}
		all = append(all, Source{Name: shown, Shown: shown, root: root, Open: revision.Open})
	}
	return all, err
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
