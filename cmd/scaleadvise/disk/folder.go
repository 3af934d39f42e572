package disk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/unit"
)

// ReplaceFolder replaces the folder called dir by files, or leaves everything as it was. An existing folder
// is replaced where its file mark begins with the text first, or where it is empty; any other is left alone.
func ReplaceFolder(ctx context.Context, dir string, files map[string][]byte, mark, first string) error {
	dir = filepath.Clean(dir)
	if target, err := filepath.EvalSymlinks(dir); err == nil {
		dir = target
	}
	there, err := ours(ctx, dir, files, mark, first)
	if err == nil {
		err = replaceFolder(dir, files, there)
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		err = fmt.Errorf("%s: cannot write: %w", unit.Word(dir), path.Err)
	}
	return err
}

// mostMark bounds the file by which a folder is known, in bytes.
const mostMark = 1 << 20

// ours reports whether a folder is there, and refuses one that may not be replaced.
func ours(ctx context.Context, dir string, files map[string][]byte, mark, first string) (bool, error) {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	case len(entries) == 0:
		return true, nil
	}
	if text, err := Read(ctx, filepath.Join(dir, mark), bounded.Limits{What: "mark of a folder", Bytes: mostMark, Packed: mostMark}); err != nil || !bytes.HasPrefix(text, []byte(first)) {
		return true, fmt.Errorf("%s holds files that export did not write; choose another folder, or an empty one", unit.Word(dir))
	}
	known := []string{"workload.yaml", "scaledobject.yaml", "hpa.yaml", "pdb.yaml", "prometheus-rule.yaml", "dashboard.json", "engine-args.sh", mark}
	for _, e := range entries {
		if e.IsDir() { // of one service of several
			if _, err := ours(ctx, filepath.Join(dir, e.Name()), files, mark, first); err != nil {
				return true, err
			}
			continue
		}
		if _, again := files[e.Name()]; !again && !slices.Contains(known, e.Name()) {
			return true, fmt.Errorf("%s holds %s, which export did not write; move it, or choose another folder", unit.Word(dir), unit.Word(e.Name()))
		}
	}
	return true, nil
}

// replaceFolder writes a folder beside and lets it take the name.
func replaceFolder(dir string, files map[string][]byte, there bool) (err error) {
	if err := os.MkdirAll(filepath.Dir(dir), 0o777); err != nil {
		return err
	}
	draft, err := os.MkdirTemp(filepath.Dir(dir), "."+filepath.Base(dir)+".*.tmp")
	if err != nil {
		return err
	}
	defer os.RemoveAll(draft)
	whole, old := filepath.Join(draft, "new"), filepath.Join(draft, "old")
	if err := os.Mkdir(whole, 0o777); err != nil {
		return err
	}
	for name, text := range files {
		path := filepath.Join(whole, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		if err := writeDraft(path, text); err != nil {
			return err
		}
	}
	if !there {
		return os.Rename(whole, dir)
	}
	if err := os.Rename(dir, old); err != nil {
		return err
	}
	if err := os.Rename(whole, dir); err != nil {
		return errors.Join(err, os.Rename(old, dir))
	}
	return nil
}
