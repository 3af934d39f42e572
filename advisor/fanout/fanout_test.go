package fanout

import (
	"sync/atomic"
	"testing"
)

func TestEachDoesAllOnce(t *testing.T) {
	done := make([]atomic.Int64, 1000)
	Each(len(done), func(i int) { done[i].Add(1) })
	for i := range done {
		if n := done[i].Load(); n != 1 {
			t.Errorf("%d was done %d times", i, n)
		}
	}
	Each(0, func(int) { t.Error("done of nothing") })
}

// TestAPanicIsTheCallers: what a goroutine meets is raised where it is waited for, once the
// others are done.
func TestAPanicIsTheCallers(t *testing.T) {
	var others atomic.Int64
	caught := func() (fault any) {
		defer func() { fault = recover() }()
		var g Group
		g.Go(func() { panic("broken") })
		for range 8 {
			g.Go(func() { others.Add(1) })
		}
		g.Wait()
		return nil
	}()
	if caught != "broken" || others.Load() != 8 {
		t.Errorf("caught %v after %d others", caught, others.Load())
	}
	defer func() {
		if fault := recover(); fault != "third" {
			t.Errorf("Each lost a panic: %v", fault)
		}
	}()
	Each(5, func(i int) {
		if i == 3 {
			panic("third")
		}
	})
}

// TestBesideLeavesFaultsToThoseWhoAsk: the process lives on.
func TestBesideLeavesFaultsToThoseWhoAsk(t *testing.T) {
	done := make(chan struct{})
	Beside(func() {
		defer close(done)
		panic("broken")
	})
	<-done
}
