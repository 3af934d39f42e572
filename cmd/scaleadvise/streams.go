package main

import (
	"context"
	"io"
	"log"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/term"

	"scaleadvise/cmd/scaleadvise/collector"
	"scaleadvise/cmd/scaleadvise/console"
)

// streams is everything a run touches outside its arguments and the files they name.
type streams struct {
	In       io.Reader
	Out, Err io.Writer
	Env      func(name string) (string, bool)
	Environ  func() []string // all variables, as NAME=VALUE; nil for none
	Now      func() time.Time
	Width    int                    // columns of the terminal, 0 when unknown
	IsTTY    bool                   // Out is a terminal
	InIsTTY  bool                   // In is a terminal
	ErrIsTTY bool                   // Err is a terminal
	Admits   func(name string) bool // reports whether a file may be opened; nil for all
}

// widest is the width reports are laid out for, and the one used when none is known.
const widest = 100

// process runs the command line of this process.
func process() int {
	collector.Delay()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A second Ctrl-C must end a run that is slow to notice the first.
	context.AfterFunc(ctx, stop)
	// Ignored, a closed pipe comes back as EPIPE from the write, and the run ends quietly.
	signal.Ignore(syscall.SIGPIPE)
	log.SetOutput(io.Discard) // libraries say what they have to say by their errors
	return run(ctx, os.Args[1:], system())
}

func system() streams {
	out := int(os.Stdout.Fd())
	s := streams{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		Env: console.Environment(os.Stdout, os.Stderr), Environ: os.Environ, Now: time.Now, IsTTY: term.IsTerminal(out), ErrIsTTY: term.IsTerminal(int(os.Stderr.Fd())),
		InIsTTY: term.IsTerminal(int(os.Stdin.Fd())),
	}
	if s.IsTTY {
		s.Width, _, _ = term.GetSize(out)
	}
	return s
}

// env returns a variable; an empty one counts as unset.
func (s streams) env(name string) string {
	value, _ := s.Env(name)
	return value
}

// columns is the width to lay a report out for: $COLUMNS, else the terminal's, at most widest.
func (s streams) columns() int {
	width := s.Width
	if n, err := strconv.Atoi(s.env("COLUMNS")); err == nil && n > 0 {
		width = n
	}
	if width <= 0 || width > widest {
		return widest
	}
	return width
}

// color reports whether escapes are welcome on Out (https://no-color.org).
func (s streams) color() bool {
	return s.IsTTY && s.env("NO_COLOR") == "" && s.env("TERM") != "dumb"
}

// ascii reports whether the locale says outright that only ASCII can be shown. One that is
// not set says nothing.
func (s streams) ascii() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := s.env(name); locale != "" {
			return locale == "C" || locale == "POSIX"
		}
	}
	return false
}
