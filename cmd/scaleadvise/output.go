package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"scaleadvise/advisor/unit"
	"slices"
	"syscall"
)

// deliver renders a result and writes it to stdout, or into --output-file. It is rendered
// whole before the first byte leaves, so that nobody reads half an answer.
func (c *call) deliver(render func(io.Writer) error) error {
	var b bytes.Buffer
	if err := render(&b); err != nil {
		return err
	}
	if err := c.ctx.Err(); err != nil {
		return err
	}
	if name := c.text("output-file"); name != "" {
		return saveFile(name, b.Bytes())
	}
	// A reader that has gone away has what it wanted: the exit code stays that of the result.
	if _, err := c.Out.Write(b.Bytes()); err != nil && !errors.Is(err, syscall.EPIPE) {
		return unknownf("standard output: %w; nothing more could be written", err)
	}
	return nil
}

// note says something beside the result.
func (c *call) note(format string, args ...any) {
	if !c.toggled("quiet") {
		fmt.Fprintf(c.Err, "scaleadvise: note: "+format+"\n", args...)
	}
}

// saveFile replaces the file called name by content, or leaves everything as it was: the
// content goes to a new file beside it, which then takes the name.
func saveFile(name string, content []byte) error {
	if err := replaceFile(name, content); err != nil {
		var path *fs.PathError
		if errors.As(err, &path) {
			err = path.Err
		}
		return unknownf("%s: cannot write: %w; %s", name, err, writeRemedy(err))
	}
	return nil
}

// writeRemedy is what to do about a file that cannot be written.
func writeRemedy(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "make the folder first, or choose another --output-file"
	case errors.Is(err, fs.ErrPermission):
		return "choose an --output-file in a folder that you may write to"
	case errors.Is(err, syscall.ENOSPC):
		return "free space, or choose another --output-file"
	}
	return "choose another --output-file"
}

func replaceFile(name string, content []byte) error {
	if target, err := filepath.EvalSymlinks(name); err == nil {
		name = target
	}
	before, err := os.Stat(name)
	if err == nil && !before.Mode().IsRegular() {
		return writeThrough(name, content)
	}
	draft := filepath.Join(filepath.Dir(name), fmt.Sprintf(".%s.%d.tmp", filepath.Base(name), os.Getpid()))
	err = writeDraft(draft, content)
	if err == nil && before != nil {
		err = os.Chmod(draft, before.Mode().Perm())
	}
	if err == nil {
		err = os.Rename(draft, name)
	}
	if err != nil {
		os.Remove(draft)
	}
	return err
}

// writeDraft writes a new file down to the disk.
func writeDraft(name string, content []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// writeThrough writes to a device or a pipe, which must not be replaced by a file.
func writeThrough(name string, content []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}

// format is the format asked for, of those the command has.
func (c *call) format(known []string) (string, error) {
	name := c.text("output")
	if name == "" {
		return known[0], nil
	}
	if slices.Contains(known, name) {
		return name, nil
	}
	if full, ok := map[string]string{"md": "markdown", "yml": "yaml"}[name]; ok && slices.Contains(known, full) {
		return full, nil
	}
	return "", usagef("--output %s: unknown format; %s", name, unit.SuggestFew(name, known))
}

// colored reports whether the result may hold color escapes.
func (c *call) colored() bool {
	return c.color() && !c.toggled("no-color") && c.text("output-file") == ""
}
