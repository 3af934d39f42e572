package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
	"testing"
	"time"
)

// stage is a run's surroundings under a test's control.
type stage struct {
	streams
	out, err bytes.Buffer
	env      map[string]string
}

func newStage() *stage {
	s := &stage{env: map[string]string{"SCALEADVISE_NOW": today}}
	s.streams = streams{
		Environ: func() (all []string) {
			for name, value := range s.env {
				all = append(all, name+"="+value)
			}
			return all
		},
		In: strings.NewReader(""), Out: &s.out, Err: &s.err,
		Env: func(name string) (string, bool) { v, ok := s.env[name]; return v, ok },
		Now: func() time.Time { return time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC) },
	}
	return s
}

func (s *stage) run(words ...string) int { return run(context.Background(), words, s.streams) }

func TestAPanicIsOneLine(t *testing.T) {
	s := newStage()
	s.Now = func() time.Time { panic("the clock stopped") }
	if code := s.run("version"); code != exitUnknown {
		t.Errorf("exit code %d", code)
	}
	want := "scaleadvise: internal error: the clock stopped; please report it with the command line that led to it\n"
	if got := s.err.String(); got != want {
		t.Errorf("stderr %q", got)
	}
	s.env["SCALEADVISE_DEBUG"] = "1"
	s.run("version")
	if !strings.Contains(s.err.String(), "goroutine ") {
		t.Error("SCALEADVISE_DEBUG shows no stack")
	}
}

// TestProgressIsPlainOnADumbTerminal: it shows escapes as they are.
func TestProgressIsPlainOnADumbTerminal(t *testing.T) {
	for term, erased := range map[string]bool{"xterm": true, "dumb": false} {
		s := newStage()
		s.ErrIsTTY, s.env["TERM"] = true, term
		s.run("whatif", "--service-time", "9ms", "--replicas", "8", "--qps", "40", "--vary", "qps=40..50", "--points", "2")
		if got := strings.Contains(s.err.String(), "\x1b[K"); got != erased {
			t.Errorf("TERM=%s: escapes %v in %q", term, got, s.err.String())
		}
	}
}

// cracked is a reader with a fault.
type cracked struct{}

func (cracked) Read([]byte) (int, error) { panic("the reader broke") }

// TestAPanicBesideIsOneLine: one in a goroutine that a run waits for ends no process either.
func TestAPanicBesideIsOneLine(t *testing.T) {
	for _, words := range [][]string{{"--plan", "-"}, {"check", "-"}, {"simulate", "--service-time", "9ms", "--replicas", "2", "--trace", "-"}} {
		s := newStage()
		s.In = cracked{}
		code := s.run(words...)
		if want := "scaleadvise: internal error: the reader broke; "; code != exitUnknown || !strings.HasPrefix(s.err.String(), want) {
			t.Errorf("%q: exit code %d, stderr %q", words, code, s.err.String())
		}
	}
}

// closed is a pipe whose reader has gone, or a disk that is full.
type closed struct{ err error }

func (c closed) Write([]byte) (int, error) { return 0, fmt.Errorf("write: %w", c.err) }

func TestWriteErrors(t *testing.T) {
	for _, test := range []struct {
		fault error
		code  int
		says  string
	}{
		{syscall.EPIPE, exitDone, ""},
		{syscall.ENOSPC, exitUnknown, "scaleadvise: standard output: write: no space left on device; the rest could not be written\n"},
	} {
		s := newStage()
		s.Out = closed{test.fault}
		if code := s.run("lesson"); code != test.code || s.err.String() != test.says {
			t.Errorf("%v: exit code %d, stderr %q", test.fault, code, s.err.String())
		}
	}
}

func TestInterrupt(t *testing.T) {
	s := newStage()
	waiting, hang := io.Pipe() // a terminal without input
	defer hang.Close()
	s.In = waiting
	ctx, interrupt := context.WithCancel(context.Background())
	ended := make(chan int)
	go func() { ended <- run(ctx, []string{"--plan", "-"}, s.streams) }()
	interrupt()
	if code := <-ended; code != exitInterrupted {
		t.Errorf("exit code %d", code)
	}
	if s.out.Len()+s.err.Len() > 0 {
		t.Errorf("stdout %q, stderr %q", &s.out, &s.err)
	}
}

func TestExitCode(t *testing.T) {
	infeasible := &failure{code: exitInfeasible}
	for _, test := range []struct {
		err  error
		want int
	}{
		{nil, exitDone},
		{infeasible, exitInfeasible},
		{errors.New("no code"), exitUsage},
		{errors.Join(infeasible, unknownf("disk")), exitUnknown},
		{errors.Join(unknownf("disk"), usagef("flag")), exitUsage},
		{fmt.Errorf("wrapped: %w", unknownf("disk")), exitUnknown},
		{fmt.Errorf("wrapped: %w", context.Canceled), exitInterrupted},
		{at("place", errors.Join(errors.New("one"), errors.New("two"))), exitUsage},
	} {
		if got := exitCode(test.err); got != test.want {
			t.Errorf("%v: %d, want %d", test.err, got, test.want)
		}
	}
}

func TestComplain(t *testing.T) {
	var b strings.Builder
	complain(&b, errors.Join(usagef("one"), at("place", errors.Join(errors.New("two"), errors.New("three"))), &failure{code: exitInfeasible}))
	want := "scaleadvise: one\nscaleadvise: place: two\nscaleadvise: place: three\n"
	if b.String() != want {
		t.Errorf("got %q", b.String())
	}
}

func TestColumns(t *testing.T) {
	for _, test := range []struct {
		terminal int
		variable string
		want     int
	}{
		{0, "", 100}, {80, "", 80}, {200, "", 100}, {80, "60", 60}, {80, "wide", 80}, {80, "-1", 80}, {0, "72", 72},
	} {
		s := newStage()
		s.Width, s.env["COLUMNS"] = test.terminal, test.variable
		if got := s.columns(); got != test.want {
			t.Errorf("terminal %d, COLUMNS=%q: %d, want %d", test.terminal, test.variable, got, test.want)
		}
	}
}

func TestColor(t *testing.T) {
	for _, test := range []struct {
		tty  bool
		env  string
		want bool
	}{
		{true, "", true}, {false, "", false}, {true, "NO_COLOR=1", false}, {true, "NO_COLOR=", true}, {true, "TERM=dumb", false},
	} {
		s := newStage()
		s.IsTTY = test.tty
		name, value, _ := strings.Cut(test.env, "=")
		s.env[name] = value
		if got := s.color(); got != test.want {
			t.Errorf("terminal %v, %s: %v", test.tty, test.env, got)
		}
	}
}

// TestCommandTable: what the help and the scripts derive from is all there.
func TestCommandTable(t *testing.T) {
	seen := map[string]option{}
	for _, c := range commands() {
		if c.name == "" || c.summary == "" || c.group == "" || len(c.examples) == 0 || c.run == nil {
			t.Errorf("%q: a field of the row is empty", c.name)
		}
		if len(c.name+" "+c.summary) > widest {
			t.Errorf("%s: the summary does not fit a line", c.name)
		}
		for _, o := range c.options() {
			if o.doc == "" || o.group == "" || !o.toggle && (o.value == "" || o.example == "") {
				t.Errorf("%s --%s: a field is empty", c.name, o.name)
			}
			before, again := seen[o.name]
			if again && (before.toggle != o.toggle || before.repeat != o.repeat || before.alias != o.alias) {
				t.Errorf("--%s is read one way here and another way there", o.name)
			}
			seen[o.name] = o
		}
	}
}

// TestExamplesOfHelp: every example of the help text is a command line that is understood.
func TestExamplesOfHelp(t *testing.T) {
	words := newVocabulary(commands())
	for _, c := range commands() {
		for _, text := range c.examples {
			text = text[strings.LastIndex(text, "scaleadvise "):] // behind a pipe
			text, _, _ = strings.Cut(text, " > ")
			ln, err := words.parse(strings.Fields(text)[1:])
			if err != nil || ln.unknown != "" {
				t.Errorf("%s: %v %s", text, err, ln.unknown)
			}
			chosen, err := choose(commands(), &ln)
			if err != nil || chosen.name != c.name && chosen.name != "help" {
				t.Errorf("%s: runs %s (%v)", text, chosen.name, err)
			}
		}
	}
}
