package memo

import (
	"sync"
	"testing"
)

func TestGetComputesOnce(t *testing.T) {
	var squares Of[int, int]
	computed := 0
	square := func(n int) int {
		return squares.Get(n, func() int { computed++; return n * n })
	}
	for _, n := range []int{3, 4, 3, 3, 4} {
		if got := square(n); got != n*n {
			t.Errorf("%d², got %d", n, got)
		}
	}
	if computed != 2 {
		t.Errorf("computed %d times, want once for each of 2 arguments", computed)
	}
}

func TestAValueMayAskForAnother(t *testing.T) {
	var kept Of[int, int]
	var fibonacci func(n int) int
	fibonacci = func(n int) int {
		return kept.Get(n, func() int {
			if n < 2 {
				return n
			}
			return fibonacci(n-1) + fibonacci(n-2)
		})
	}
	if got := fibonacci(80); got != 23416728348467685 {
		t.Errorf("got %d", got)
	}
}

func TestAllGoroutinesGetTheFirstValue(t *testing.T) {
	var kept Of[string, *int]
	var all sync.WaitGroup
	got := make([]*int, 50)
	for i := range got {
		all.Go(func() { got[i] = kept.Get("one", func() *int { return new(int) }) })
	}
	all.Wait()
	for _, p := range got {
		if p != got[0] {
			t.Fatal("two goroutines got different values")
		}
	}
}

// TestBesideGetsTheFirstValue: goroutines that compute the same value at once get one of them.
func TestBesideGetsTheFirstValue(t *testing.T) {
	var kept Recent[string, *int]
	var all sync.WaitGroup
	got := make([]*int, 50)
	for i := range got {
		all.Go(func() { got[i] = kept.Beside("one", 3, func() *int { return new(int) }) })
	}
	all.Wait()
	for _, p := range got {
		if p != got[0] {
			t.Fatal("two goroutines got different values")
		}
	}
	for i := range 4 {
		kept.Beside(string(rune('a'+i)), 3, func() *int { return new(int) })
	}
	if again := kept.Beside("one", 3, func() *int { return new(int) }); again == got[0] {
		t.Error("the oldest of five is among three")
	}
}

// TestRecentForgetsTheOldest: as many values are kept as asked for, those of the latest
// arguments, and each is computed once while it is kept.
func TestRecentForgetsTheOldest(t *testing.T) {
	var m Recent[int, int]
	computed := map[int]int{}
	ask := func(i int) {
		if got := m.Get(i, 3, func() int { computed[i]++; return i * i }); got != i*i {
			t.Errorf("of %d: %d", i, got)
		}
	}
	for _, i := range []int{1, 2, 3, 1, 2, 3, 4, 2, 3, 4, 1, 4, 3} {
		ask(i)
	}
	for i, want := range map[int]int{1: 2, 2: 1, 3: 1, 4: 1} {
		if computed[i] != want {
			t.Errorf("%d was computed %d times, want %d", i, computed[i], want)
		}
	}
}
