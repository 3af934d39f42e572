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
