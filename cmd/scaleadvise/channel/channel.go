package channel

import (
	"context"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"scaleadvise/advisor/pattern"
)

// Latch silences the output of a run that is abandoned.
type Latch struct {
	down    atomic.Bool
	writing sync.Mutex
}

// Shut ends the writing. It waits for a write in progress, unless its reader has stopped reading.
func (l *Latch) Shut() {
	l.down.Store(true)
	for range 10 {
		if l.writing.TryLock() {
			l.writing.Unlock()
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// Channel is stdout or stderr: all output of a run goes through it. Names, files and responses are quoted
// where they are worded; this is the second guard against escape sequences in them.
type Channel struct {
	latch    *Latch
	w        io.Writer
	terminal bool // which shows colors
	actions  bool // the log of a workflow of GitHub, which obeys lines that begin with "::" and "##[" anywhere

	begun    bool
	document bool    // JSON, whose texts can spell any character out
	inside   bool    // of a line, behind its first letter
	last     [2]byte // written
}

// New returns a channel to w, which a latch ends. terminal says whether w is a terminal, actions whether it
// is the log of a GitHub workflow.
func New(w io.Writer, l *Latch, terminal, actions bool) *Channel {
	return &Channel{latch: l, w: w, terminal: terminal, actions: actions}
}

// Write writes b with visible characters in place of control sequences for a terminal or a workflow.
func (c *Channel) Write(b []byte) (int, error) {
	c.latch.writing.Lock()
	defer c.latch.writing.Unlock()
	if c.latch.down.Load() {
		return 0, context.Canceled
	}
	if _, err := c.w.Write(c.defused(b)); err != nil {
		return 0, err
	}
	return len(b), nil
}

// Commands writes intended workflow commands for GitHub.
func (c *Channel) Commands(b []byte) error {
	c.latch.writing.Lock()
	defer c.latch.writing.Unlock()
	if c.latch.down.Load() {
		return context.Canceled
	}
	_, err := c.w.Write(b)
	return err
}

// defused puts a sign in the place of control characters, but for colors on a terminal, and breaks
// what a workflow would obey.
func (c *Channel) defused(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for len(b) > 0 {
		n, sign := c.control(b)
		switch {
		case sign != "":
			out = append(out, sign...)
		case n > 1:
			out = append(out, b[:n]...)
		default:
			out = c.broken(out, b[0])
		}
		b = b[n:]
	}
	return out
}

// steering finds what moves the cursor or colors, of what this program writes.
var steering = pattern.Of(`^(\r?\x1b\[[0-9;]*[mK])`)

// control looks at a control character: how many bytes it is, and what stands in its place.
func (c *Channel) control(b []byte) (n int, instead string) {
	const sign = "\ufffd"
	if c.terminal && (b[0] == '\r' || b[0] == '\x1b') {
		if known := steering.Find(b); known != nil {
			return len(known), ""
		}
	}
	switch x := b[0]; {
	case x == '\t' || x == '\n':
		return 1, ""
	case x == '\r' && len(b) > 1 && b[1] == '\n':
		return 2, ""
	case x < ' ' || x == 0x7f:
		return 1, sign
	case x == 0xc2 && len(b) > 1 && b[1] >= 0x80 && b[1] < 0xa0:
		return 2, sign
	}
	return 1, ""
}

// broken appends a byte, and before it what breaks a command of a workflow.
func (c *Channel) broken(out []byte, x byte) []byte {
	blank := x == ' ' || x == '\t' || x == '\n'
	if !c.begun && !blank {
		c.begun, c.document = true, x == '{' || x == '['
	}
	bracket := c.actions && x == '[' && c.last == [2]byte{'#', '#'}
	switch {
	case c.actions && x == ':' && !c.inside:
		out = append(out, "\u00b7:"...)
	case bracket && c.document:
		out = append(out, `\u005b`...)
	case bracket:
		out = append(out, " ["...)
	default:
		out = append(out, x)
	}
	c.inside = x != '\n' && (c.inside || !blank)
	c.last = [2]byte{c.last[1], x}
	return out
}
