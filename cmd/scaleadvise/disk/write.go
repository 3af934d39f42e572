package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"scaleadvise/advisor/unit"
)

// Replace replaces the file called name by content, or leaves everything as it was: the
// content goes to a new file beside it, which then takes the name.
func Replace(name string, content []byte) error {
	if err := replaceFile(name, content); err != nil {
		var path *fs.PathError
		if errors.As(err, &path) {
			err = path.Err
		}
		return fmt.Errorf("%s: cannot write: %w; %s", unit.Word(name), err, writeRemedy(err))
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

// ReplaceFiles replaces files of a folder, which is made where there is none, or leaves all as they
// were: each is written whole before the first takes its name.
func ReplaceFiles(dir string, files map[string][]byte) (err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("%s: cannot make the folder: %w", unit.Word(dir), err)
	}
	drafts := map[string]string{}
	defer func() {
		for _, draft := range drafts {
			os.Remove(draft)
		}
	}()
	for name, content := range files {
		draft := filepath.Join(dir, fmt.Sprintf(".%s.%d.tmp", name, os.Getpid()))
		drafts[name] = draft
		if err := writeDraft(draft, content); err != nil {
			return fmt.Errorf("%s: cannot write: %w", unit.Word(filepath.Join(dir, name)), err)
		}
	}
	for name, draft := range drafts {
		if err := os.Rename(draft, filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("%s: cannot write: %w", unit.Word(filepath.Join(dir, name)), err)
		}
	}
	return nil
}
