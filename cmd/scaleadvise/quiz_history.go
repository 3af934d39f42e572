package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/quiz"
	"scaleadvise/cmd/scaleadvise/disk"
)

// pastQuizzes is the history file; nil where none is kept.
type pastQuizzes struct {
	file    string
	history quiz.History
}

// pastQuizzes reads the history, where it was asked for.
func (c *call) pastQuizzes() (*pastQuizzes, error) {
	if !c.toggled("remember") {
		return nil, nil
	}
	folder, err := disk.StateFolder(c.env)
	if err != nil {
		return nil, usagef("--remember: %w, or leave --remember out", err)
	}
	p := &pastQuizzes{file: filepath.Join(folder, "quiz.json")}
	return p, p.read(c)
}

// largestHistory bounds the history file, in bytes.
const largestHistory = 1 << 20

// read reads the history. A file that is none is set aside under another name, and a new one
// is begun.
func (p *pastQuizzes) read(c *call) error {
	text, err := disk.Read(c.ctx, p.file, bounded.Limits{What: "history", Bytes: largestHistory, Packed: largestHistory})
	var over *bounded.Fault
	switch {
	case errors.Is(err, fs.ErrNotExist):
		text = nil
	case err != nil && !errors.As(err, &over):
		return unknownf("--remember: %w, or leave --remember out", err)
	}
	if over == nil {
		if p.history, err = quiz.ReadHistory(text); err == nil {
			return nil
		}
		err = fmt.Errorf("%s: %w", p.file, err)
	}
	aside, moved := disk.SetAside(p.file)
	if moved != nil {
		return unknownf("%w, and cannot be set aside: %w; move it away", err, moved)
	}
	p.history, _ = quiz.ReadHistory(nil) // which nothing is wrong with
	c.note("%v; it was set aside as %s, and a new history begins", err, aside)
	return nil
}

func (p *pastQuizzes) missed() []string {
	if p == nil {
		return nil
	}
	return p.history.Missed()
}

// keep adds a quiz to the history file, as it is by then: another quiz may have ended meanwhile.
func (p *pastQuizzes) keep(c *call, result *advice.Quiz) error {
	if p == nil || len(result.Replies) == 0 {
		return nil
	}
	now, err := c.now()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(p.file), 0o700); err != nil {
		return unknownf("--remember: %w; make the folder, or leave --remember out", err)
	}
	// What was answered before an interruption is kept.
	kept := *c
	kept.sources.ctx = context.WithoutCancel(c.ctx)
	unlock, err := disk.Lock(kept.ctx, p.file+".lock")
	if err != nil {
		return unknownf("--remember: %w; leave --remember out, or try again", err)
	}
	defer unlock()
	if err := p.read(&kept); err != nil {
		return err
	}
	text, err := p.history.With(result, now.Format(time.DateOnly)).Text()
	if err != nil {
		return err
	}
	return saveFile(p.file, text)
}
