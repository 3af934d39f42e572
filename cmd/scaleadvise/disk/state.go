package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// StateFolder returns where the XDG base directory specification wants state to be kept, by
// the variables of the environment.
func StateFolder(env func(name string) string) (string, error) {
	if folder := env("XDG_STATE_HOME"); filepath.IsAbs(folder) {
		return filepath.Join(folder, "scaleadvise"), nil
	}
	if home := env("HOME"); home != "" {
		return filepath.Join(home, ".local", "state", "scaleadvise"), nil
	}
	return "", errors.New("neither $XDG_STATE_HOME nor $HOME says where to keep it; set one")
}

// ConfigFolder returns where the XDG base directory specification wants configuration to be kept,
// by the variables of the environment.
func ConfigFolder(env func(name string) string) (string, error) {
	if folder := env("XDG_CONFIG_HOME"); filepath.IsAbs(folder) {
		return filepath.Join(folder, "scaleadvise"), nil
	}
	if home := env("HOME"); home != "" {
		return filepath.Join(home, ".config", "scaleadvise"), nil
	}
	return "", errors.New("neither $XDG_CONFIG_HOME nor $HOME says where configuration is kept; set one")
}

// CatalogFolder returns the folder of the catalog in the configuration; "" where there is none.
func CatalogFolder(env func(name string) string) string {
	folder, err := ConfigFolder(env)
	if err != nil {
		return ""
	}
	folder = filepath.Join(folder, "catalog")
	if tables, err := filepath.Glob(filepath.Join(folder, "*.csv")); err != nil || len(tables) == 0 {
		return ""
	}
	return folder
}

// SetAside renames a file to an unused name, and returns that name.
func SetAside(file string) (string, error) {
	const most = 1000
	for n := 1; n < most; n++ {
		name := fmt.Sprintf("%s.broken-%d", file, n)
		if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			return name, os.Rename(file, name)
		}
	}
	return "", fmt.Errorf("%d broken files are there already", most-1)
}

// RealPath returns a path with links followed, absolute where possible.
func RealPath(name string) string {
	if target, err := filepath.EvalSymlinks(name); err == nil {
		name = target
	}
	if absolute, err := filepath.Abs(name); err == nil {
		name = absolute
	}
	return name
}
