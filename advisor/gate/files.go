package gate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/unit"
)

// Files is the file system that a check reads.
type Files struct {
	Open func(name string) (io.ReadCloser, error) // "-" is stdin
	Stat func(name string) (fs.FileInfo, error)   // follows links
	List func(dir string) ([]fs.DirEntry, error)  // sorted by name
	Real func(name string) string                 // absolute, links followed
	Here string                                   // working directory

	// Render returns what a folder renders to, or an error that says why it cannot. Nil renders nothing.
	Render func(kind, dir string) ([]byte, error)
}

// Source is one file to check.
type Source struct {
	Name  string // as it is opened
	Shown string // as reports name it, with slashes
	Open  func(name string) (io.ReadCloser, error)
	Among int // documents in all files that are judged together

	root  string // argument under which it was found
	named bool   // the user named the file itself
	once  bool   // it can be read only once: stdin, a pipe

	rendered bool // by a tool, from a chart or a kustomization

	unrendered, why string // kind of what could not be rendered, and why; "" for what is read
}

// read reads the file. A *bounded.Fault is one of the content.
func (s Source) read(ctx context.Context) ([]byte, error) {
	f, err := s.Open(s.Name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := bounded.ReadAll(ctx, f, plan.Scanned)
	var over *bounded.Fault
	if err == nil || errors.As(err, &over) || ctx.Err() != nil {
		return content, err
	}
	return nil, unreadable(s.Name, err)
}

// UnreadableError is about a file that could not be read, so that it may be fine or not.
type UnreadableError struct {
	Name string
	Err  error
}

func (e *UnreadableError) Error() string {
	return fmt.Sprintf("%s: cannot read: %v; what it holds was not checked", unit.Word(e.Name), e.Err)
}

func (e *UnreadableError) Unwrap() error { return e.Err }

// unreadable tells a name that does not exist from what exists and cannot be read.
func unreadable(name string, err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err
	}
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: cannot read: %w; check the name", unit.Word(name), err)
	}
	return &UnreadableError{name, err}
}

// shown is a path as reports name it: below the working folder where it lies there, with
// slashes, the same on every system.
func (f Files) shown(name string) string {
	clean := filepath.Clean(name)
	if filepath.IsAbs(clean) {
		if below, err := filepath.Rel(f.Here, clean); err == nil && filepath.IsLocal(below) {
			clean = below
		}
	}
	return filepath.ToSlash(clean)
}

func (f Files) isFolder(name string) bool {
	info, err := f.Stat(name)
	return err == nil && info.IsDir()
}

// holds reports whether one folder is another or one in which that lies: a link to it leads
// out of what the user named.
func (f Files) holds(outer, inner string) bool {
	between, err := filepath.Rel(f.Real(outer), f.Real(inner))
	return err == nil && filepath.IsLocal(between)
}

// folderOf is the folder in which a source stands, as reports name it.
func folderOf(s Source) string { return path.Dir(s.Shown) }
