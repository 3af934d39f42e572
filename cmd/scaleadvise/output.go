package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"syscall"
	"time"

	"scaleadvise/advisor/unit"
	"scaleadvise/cmd/scaleadvise/channel"
	"scaleadvise/cmd/scaleadvise/disk"
)

// deliver renders a result and writes it to stdout, or into --output-file. It is rendered
// whole before the first byte leaves, so that no one reads half an answer.
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
	if err := c.print(b.Bytes()); err != nil && !errors.Is(err, syscall.EPIPE) {
		return unknownf("standard output: %w; the rest could not be written", err)
	}
	return nil
}

// print writes a result to stdout. That of the format github is made of commands, whose texts
// it has escaped.
func (c *call) print(result []byte) error {
	if out, ok := c.Out.(*channel.Channel); ok && c.text("output") == "github" {
		return out.Commands(result)
	}
	_, err := c.Out.Write(result)
	return err
}

// note says something beside the result.
func (c *call) note(format string, args ...any) {
	if !c.toggled("quiet") {
		fmt.Fprintf(c.Err, "scaleadvise: note: %s\n", visible(fmt.Sprintf(format, args...)))
	}
}

// saveFile replaces the file called name by content, or leaves everything as it was.
func saveFile(name string, content []byte) error {
	if err := disk.Replace(name, content); err != nil {
		return unknownf("%w", err)
	}
	return nil
}

// format is the format asked for, of those the command has.
func (f flags) format(known []string) (string, error) {
	name := f.text("output")
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

// progress shows on a terminal, one over the other, the lines that say how far a run is, and
// gives the function that takes them away.
func (c *call) progress(line func() string) (stop func()) {
	if !c.ErrIsTTY || c.toggled("quiet") {
		return func() {}
	}
	const erase = "\r\x1b[K"
	before, after, pace, end := erase, "", 100*time.Millisecond, erase
	if c.env("TERM") == "dumb" { // it cannot take a line back, so that it gets few
		before, after, pace, end = "", "\n", 10*time.Second, ""
	}
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(pace)
		defer tick.Stop()
		for {
			select {
			case <-done:
				fmt.Fprint(c.Err, end)
				return
			case <-tick.C:
				if text := line(); text != "" {
					fmt.Fprint(c.Err, before, text, after)
				}
			}
		}
	}()
	return func() { close(done); <-ended }
}
