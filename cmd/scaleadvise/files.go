package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/rule"
	"scaleadvise/rules"
)

// mostFiles bounds what one folder of rules may hold, so that a wrong --rules ends at once.
const mostFiles = 1000

// largestFile bounds a rule file, in bytes.
const largestFile = 1 << 20

// open opens a file the user named; "-" is stdin.
func (c *call) open(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(interruptible{c.ctx, c.In}), nil
	}
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, cannotRead(name, err)
	case info.IsDir():
		return nil, usagef("%s: is a folder; name a file in it", name)
	case !info.Mode().IsRegular():
		return c.openPipe(name)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, cannotRead(name, err)
	}
	return f, nil
}

// openPipe opens what may keep a reader waiting for ever: a pipe to which nobody writes. An
// interrupted run does not wait.
func (c *call) openPipe(name string) (io.ReadCloser, error) {
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
	case <-c.ctx.Done():
		return nil, c.ctx.Err()
	case got := <-done:
		if got.err != nil {
			return nil, cannotRead(name, got.err)
		}
		return struct {
			io.Reader
			io.Closer
		}{interruptible{c.ctx, got.f}, got.f}, nil
	}
}

func cannotRead(name string, err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return usagef("%s: cannot read: %w; check the name", name, err)
}

// interruptible is a reader that gives up when the run is interrupted: a read from a
// terminal would wait for ever.
type interruptible struct {
	ctx context.Context
	r   io.Reader
}

func (i interruptible) Read(b []byte) (int, error) {
	type result struct {
		n   int
		err error
	}
	done := make(chan result, 1)
	// The goroutine may outlive the call, so it must not write into b.
	own := make([]byte, len(b))
	go func() {
		n, err := i.r.Read(own)
		done <- result{n, err}
	}()
	select {
	case <-i.ctx.Done():
		return 0, i.ctx.Err()
	case got := <-done:
		return copy(b, own[:got.n]), got.err
	}
}

// catalog is the embedded catalogue with the user's overlay on top.
func (c *call) catalog() (*catalog.Catalog, error) {
	known, err := catalog.Embedded()
	if err != nil {
		return nil, err
	}
	dir := c.text("catalog")
	if dir == "" {
		return known, nil
	}
	if err := mustBeFolder("--catalog", dir); err != nil {
		return nil, err
	}
	overlaid, err := known.Overlay(os.DirFS(dir))
	if err != nil {
		return nil, at("--catalog "+dir, err)
	}
	return overlaid, nil
}

// rules is the embedded catalogue of rules, followed by the user's.
func (c *call) rules() (*rule.Set, error) {
	set, err := rules.Load()
	dir := c.text("rules")
	if err != nil || dir == "" {
		return set, err
	}
	var own []rule.Source
	err = readFolder("rules", dir, "rule", func(name string, text []byte) { own = append(own, rule.Source{Name: name, Text: text}) })
	if err != nil {
		return nil, err
	}
	if set, err = rule.Merge(set, own); err != nil {
		return nil, &failure{exitUsage, err}
	}
	return set, nil
}

// readFolder takes the YAML files of a folder that a flag names, in the order of their names.
func readFolder(flag, dir, what string, take func(name string, text []byte)) error {
	if err := mustBeFolder("--"+flag, dir); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return cannotRead(dir, err)
	}
	n := 0
	for _, e := range entries {
		if ext := filepath.Ext(e.Name()); e.IsDir() || ext != ".yaml" && ext != ".yml" {
			continue
		}
		name := filepath.Join(dir, e.Name())
		text, err := readBounded(name)
		if err != nil {
			return err
		}
		take(name, text)
		n++
	}
	if n == 0 || n > mostFiles {
		return usagef("--%s %s: holds %d %s files, between 1 and %d expected; a %s is one .yaml file", flag, dir, n, what, mostFiles, what)
	}
	return nil
}

// readBounded reads a file of at most largestFile bytes.
func readBounded(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, cannotRead(name, err)
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, largestFile+1))
	if err != nil {
		return nil, cannotRead(name, err)
	}
	if len(content) > largestFile {
		return nil, usagef("%s: larger than %d KiB; this is no rule file", name, largestFile>>10)
	}
	return content, nil
}

func mustBeFolder(flag, dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return cannotRead(strings.TrimSpace(flag+" "+dir), err)
	}
	if !info.IsDir() {
		return usagef("%s %s: is a file; name the folder it lies in", flag, dir)
	}
	return nil
}

// seed is the seed of the sampled evaluation.
func (c *call) seed() (uint64, error) {
	text := c.text("seed")
	if text == "" {
		return 1, nil
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, usagef("--seed %s: not a whole number from 0 to 2^64-1; write it as --seed 1", text)
	}
	return n, nil
}
