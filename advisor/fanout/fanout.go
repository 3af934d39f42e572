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

// Wait returns when all functions have returned, and panics with the value of the first that panicked.
func (g *Group) Wait() {
	g.all.Wait()
	if g.fault != nil {
		panic(g.fault)
	}
}

// Each calls do for 0 to n-1, as many at a time as there are processors. A panic in one call ends those not
// yet begun on its processor, and is raised in the caller.
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

// Beside runs a function for its effect on caches, such as reading a table before it is needed, and waits
// for nothing: a panic is dropped, since the caller that needs the table will meet it again.
func Beside(do func()) {
	go func() {
		defer func() { _ = recover() }()
		do()
	}()
}
