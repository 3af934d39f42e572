package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/quiz"
)

// pastQuizzes is the history file; nil where none is kept.
type pastQuizzes struct {
	file    string
	history quiz.History
}

// pastQuizzes reads the history, where it was asked for. A file that is none is set aside
// under another name, and a new one is begun.
func (c *call) pastQuizzes() (*pastQuizzes, error) {
	if !c.toggled("remember") {
		return nil, nil
	}
	folder, err := stateFolder(c)
	if err != nil {
		return nil, err
	}
	p := &pastQuizzes{file: filepath.Join(folder, "quiz.json")}
	text, err := os.ReadFile(p.file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, unknownf("--remember: %w; leave --remember out, or make it readable", err)
	}
	p.history, err = quiz.ReadHistory(text)
	if err == nil {
		return p, nil
	}
	aside, moved := setAside(p.file)
	if moved != nil {
		return nil, unknownf("%s: %w, and cannot be set aside: %w; move it away", p.file, err, moved)
	}
	c.note("%s: %v; it was set aside as %s, and a new history begins", p.file, err, aside)
	return p, nil
}

// stateFolder is where the XDG base directory specification wants state to be kept.
func stateFolder(c *call) (string, error) {
	if folder := c.env("XDG_STATE_HOME"); filepath.IsAbs(folder) {
		return filepath.Join(folder, "scaleadvise"), nil
	}
	if home := c.env("HOME"); home != "" {
		return filepath.Join(home, ".local", "state", "scaleadvise"), nil
	}
	return "", usagef("--remember: neither $XDG_STATE_HOME nor $HOME says where to keep it; set one, or leave --remember out")
}

// setAside renames a file to a name that no file has.
func setAside(file string) (string, error) {
	const most = 1000
	for n := 1; n < most; n++ {
		name := fmt.Sprintf("%s.broken-%d", file, n)
		if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			return name, os.Rename(file, name)
		}
	}
	return "", fmt.Errorf("%d broken files are there already", most-1)
}

func (p *pastQuizzes) missed() []string {
	if p == nil {
		return nil
	}
	return p.history.Missed()
}

// keep adds a quiz to the history file.
func (p *pastQuizzes) keep(c *call, result *advice.Quiz) error {
	if p == nil || len(result.Replies) == 0 {
		return nil
	}
	now, err := c.now()
	if err != nil {
		return err
	}
	text, err := p.history.With(result, now.Format(time.DateOnly)).Text()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(p.file), 0o700); err != nil {
		return unknownf("--remember: %w; make the folder, or leave --remember out", err)
	}
	return saveFile(p.file, text)
}
