package disk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/unit"
)

// mostFiles bounds what one folder of rules may hold, so that a wrong --rules ends at once.
const mostFiles = 1000

// Open opens a file. An interrupted run does not wait for a pipe.
func Open(ctx context.Context, name string) (io.ReadCloser, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, cannotRead(name, err)
	case info.IsDir():
		return nil, fmt.Errorf("%s: is a folder; name a file in it", unit.Word(name))
	case !info.Mode().IsRegular():
		return openPipe(ctx, name)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, cannotRead(name, err)
	}
	return f, nil
}

// openPipe opens what may keep a reader waiting for ever: a pipe without a writer. An
// interrupted run does not wait.
func openPipe(ctx context.Context, name string) (io.ReadCloser, error) {
	type result struct {
		f   *os.File
		err error
	}
	done := make(chan result, 1)
	go func() {
		f, err := os.Open(name)
		done <- result{f, err}
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case got := <-done:
		if got.err != nil {
			return nil, cannotRead(name, got.err)
		}
		return struct {
			io.Reader
			io.Closer
		}{interruptible{ctx, got.f}, got.f}, nil
	}
}

func cannotRead(name string, err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return fmt.Errorf("%s: cannot read: %w; check the name", unit.Word(name), err)
}

// Interruptible returns a reader that ends with the context.
func Interruptible(ctx context.Context, r io.Reader) io.Reader { return interruptible{ctx, r} }

// interruptible is a reader that gives up when the run is interrupted: a read from a
// terminal would wait for ever.
type interruptible struct {
	ctx context.Context
	r   io.Reader
}

func (i interruptible) Read(b []byte) (int, error) {
	type result struct {
		n     int
		err   error
		fault any // a panic, which is the caller's
	}
	done := make(chan result, 1)
	// The goroutine may outlive the call, so it must not write into b.
	own := make([]byte, len(b))
	go func() {
		var got result
		defer func() {
			got.fault = recover()
			done <- got
		}()
		got.n, got.err = i.r.Read(own)
	}()
	select {
	case <-i.ctx.Done():
		return 0, i.ctx.Err()
	case got := <-done:
		if got.fault != nil {
			panic(got.fault)
		}
		return copy(b, own[:got.n]), got.err
	}
}

// ReadFolder reads the YAML files of a folder that a flag names, in the order of their names.
func ReadFolder(ctx context.Context, flag, dir, what string, take func(name string, text []byte)) error {
	if err := MustBeFolder("--"+flag, dir); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return cannotRead(dir, err)
	}
	n, total := 0, 0
	for _, e := range entries {
		if ext := filepath.Ext(e.Name()); e.IsDir() || ext != ".yaml" && ext != ".yml" {
			continue
		}
		name := filepath.Join(dir, e.Name())
		text, err := Read(ctx, name, bounded.Limits{What: what + " file", Bytes: largestFile, Packed: largestFile})
		if err != nil {
			return err
		}
		if total += len(text); total > largestFolder {
			return fmt.Errorf("--%s %s: its %s files hold more than %d MiB together; name the folder of those that are meant", flag, unit.Word(dir), what, largestFolder>>20)
		}
		take(name, text)
		if n++; n > mostFiles {
			break
		}
	}
	if n == 0 || n > mostFiles {
		counted := strconv.Itoa(n)
		if n > mostFiles {
			counted = "more than " + strconv.Itoa(mostFiles)
		}
		return fmt.Errorf("--%s %s: holds %s %s files, between 1 and %d expected; a %s is one .yaml file", flag, unit.Word(dir), counted, what, mostFiles, what)
	}
	return nil
}

// Bounds of one file of such a folder, and of all together, in bytes.
const (
	largestFile   = 1 << 20
	largestFolder = 32 << 20
)

// Read reads a file within limits.
func Read(ctx context.Context, name string, l bounded.Limits) ([]byte, error) {
	f, err := Open(ctx, name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := bounded.ReadAll(ctx, f, l)
	var over *bounded.Fault
	switch {
	case errors.As(err, &over):
		return nil, fmt.Errorf("%s: %w", unit.Word(name), err)
	case err != nil && ctx.Err() == nil:
		return nil, cannotRead(name, err)
	}
	return content, err
}

// MustBeFolder returns an error where what a flag names is not a folder.
func MustBeFolder(flag, dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return cannotRead(strings.TrimSpace(flag+" "+dir), err)
	}
	if !info.IsDir() {
		return fmt.Errorf("%s %s: is a file; name its folder", unit.Word(flag), unit.Word(dir))
	}
	return nil
}
