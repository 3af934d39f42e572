package main

import (
	"context"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// latch ends the writing of a run that is left behind.
type latch struct {
	down    atomic.Bool
	writing sync.Mutex
}

// shut lets a write that is under way come to its end, unless its reader has stopped reading.
func (l *latch) shut() {
	l.down.Store(true)
	for range 10 {
		if l.writing.TryLock() {
			l.writing.Unlock()
			return
		}
		time.Sleep(time.Millisecond)
	}
}

func (l *latch) writer(w io.Writer) io.Writer { return latched{l, w} }

type latched struct {
	*latch
	w io.Writer
}

func (l latched) Write(b []byte) (int, error) {
	l.writing.Lock()
	defer l.writing.Unlock()
	if l.down.Load() {
		return 0, context.Canceled
	}
	return l.w.Write(b)
}
