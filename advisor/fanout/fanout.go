package fanout

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Group is a set of functions that run concurrently. The zero value is ready; a Group is used once.
type Group struct {
	all   sync.WaitGroup
	once  sync.Once
	fault any // the first panic, nil where there was none
}

// Go runs a function in a goroutine of its own.
func (g *Group) Go(do func()) {
	g.all.Go(func() {
		defer func() {
			if fault := recover(); fault != nil {
				g.once.Do(func() { g.fault = fault })
			}
		}()
		do()
	})
}

// Wait returns when all functions have, and panics as the first of those that did.
func (g *Group) Wait() {
	g.all.Wait()
	if g.fault != nil {
		panic(g.fault)
	}
}

// Each does n things, each once, as many at a time as there are processors. A panic in one ends
// what has not begun on its processor, and is the caller's.
func Each(n int, do func(i int)) {
	var g Group
	var next atomic.Int64
	for range min(n, runtime.GOMAXPROCS(0)) {
		g.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	g.Wait()
}

// Beside runs a function for its effects on what is kept, such as a table read before it is
// asked for, and waits for nothing: a panic is left to whoever asks for the table and meets it again.
func Beside(do func()) {
	go func() {
		defer func() { _ = recover() }()
		do()
	}()
}
