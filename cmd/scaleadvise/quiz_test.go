package main

import (
	"bytes"
	"context"
	"io"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// watched is a buffer that says when a text has been written to it.
type watched struct {
	mu   sync.Mutex
	b    bytes.Buffer
	wait map[string]chan struct{}
}

func (w *watched) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.b.Write(p)
	for text, seen := range w.wait {
		if strings.Contains(w.b.String(), text) {
			close(seen)
			delete(w.wait, text)
		}
	}
	return len(p), nil
}

// after gives a channel that is closed once the text is there.
func (w *watched) after(text string) <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	seen := make(chan struct{})
	if w.wait == nil {
		w.wait = map[string]chan struct{}{}
	}
	w.wait[text] = seen
	return seen
}

func (w *watched) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.String()
}

// TestInterruptedQuiz: Ctrl-C ends it with the score so far and the exit code of an interrupt.
func TestInterruptedQuiz(t *testing.T) {
	s := newStage()
	keys, typing := io.Pipe()
	defer typing.Close()
	out := &watched{}
	s.In, s.Out = keys, out
	second := out.after("Question 2 of 2")
	ctx, interrupt := context.WithCancel(context.Background())
	ended := make(chan int)
	go func() { ended <- run(ctx, []string{"quiz", "--count", "2", "--seed", "1"}, s.streams) }()
	if _, err := io.WriteString(typing, "s\n"); err != nil {
		t.Fatal(err)
	}
	<-second
	interrupt()
	if code := <-ended; code != exitInterrupted {
		t.Errorf("exit code %d", code)
	}
	if !strings.Contains(out.String(), "Score: 0 of 1 right, 1 not answered.\n") || s.err.Len() > 0 {
		t.Errorf("stdout ends %q, stderr %q", out.String()[max(0, out.b.Len()-200):], s.err.String())
	}
}

// TestQuizOfAReaderThatLeft: a closed pipe ends the quiz quietly.
func TestQuizOfAReaderThatLeft(t *testing.T) {
	s := newStage()
	s.In, s.Out = strings.NewReader("a\na\n"), closed{syscall.EPIPE}
	if code := s.run("quiz", "--count", "2"); code != exitDone || s.err.Len() > 0 {
		t.Errorf("exit code %d, stderr %q", code, s.err.String())
	}
}

// TestQuizOnATerminal: with colour where it is welcome, and nothing repeats what was typed.
func TestQuizOnATerminal(t *testing.T) {
	for _, test := range []struct {
		env   string
		color bool
	}{{"", true}, {"1", false}} {
		s := newStage()
		s.IsTTY, s.InIsTTY, s.env["NO_COLOR"] = true, true, test.env
		s.In = strings.NewReader("s\n")
		if code := s.run("quiz", "--count", "1", "--seed", "1"); code != exitDone {
			t.Fatalf("exit code %d, stderr %q", code, s.err.String())
		}
		if got := strings.Contains(s.out.String(), "\x1b["); got != test.color {
			t.Errorf("NO_COLOR=%q: escapes %v", test.env, got)
		}
		if !strings.Contains(s.out.String(), "quit): Skipped") && !strings.Contains(s.out.String(), "quit): \x1b") {
			t.Errorf("something follows the prompt: %q", s.out.String())
		}
	}
}

// TestRandomQuiz: without a seed the clock chooses, and the command to repeat it says which.
func TestRandomQuiz(t *testing.T) {
	s := newStage()
	s.In = strings.NewReader("s\n")
	s.run("quiz", "--level", "easy", "--count", "1")
	if !strings.Contains(s.out.String(), "scaleadvise quiz --level easy --count 1 --seed ") {
		t.Errorf("stdout %q", s.out.String())
	}
}
