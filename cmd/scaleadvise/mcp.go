package main

import (
	"errors"
	"io"
	"path/filepath"

	"scaleadvise/cmd/scaleadvise/disk"
	"scaleadvise/cmd/scaleadvise/mcp"
)

func mcpCommand() command {
	return command{
		name: "mcp", group: "Setup", summary: "offer the commands as tools to an assistant, over stdin and stdout",
		about: "A server of the Model Context Protocol: advise, capacity, check, compare, fleet, explain and catalog as tools, each with an " +
			"input and an output schema. An assistant starts it; files that it names are in the folder where it runs.",
		examples: []string{`scaleadvise mcp   # in the assistant's configuration: {"command": "scaleadvise", "args": ["mcp"]}`},
		run:      serveAssistant,
	}
}

func serveAssistant(c *call) error {
	if c.InIsTTY {
		return usagef("mcp: an assistant starts this command and talks to it over stdin; scaleadvise serve is the page for people")
	}
	inner := nested{c.streams, filepath.IsLocal}
	err := mcp.Serve(c.ctx, mcp.Config{Version: buildVersion(), Run: inner.run}, io.NopCloser(disk.Interruptible(c.ctx, c.in)), unclosed{c.Out})
	switch {
	case c.ctx.Err() != nil:
		return c.ctx.Err()
	case errors.Is(err, io.EOF), err == nil:
		return nil
	}
	return unknownf("mcp: %w", err)
}

// unclosed is a stream that outlives the server.
type unclosed struct{ io.Writer }

func (unclosed) Close() error { return nil }
