package whatif

import "testing"

// TestParallelDoesEachOnce, and hands a panic to the caller.
func TestParallelDoesEachOnce(t *testing.T) {
	done := make([]int, 100)
	parallel(len(done), func(i int) { done[i]++ })
	for i, n := range done {
		if n != 1 {
			t.Errorf("%d was done %d times", i, n)
		}
	}
	defer func() {
		if recover() != "third" {
			t.Error("a panic in one of many was lost")
		}
	}()
	parallel(5, func(i int) {
		if i == 3 {
			panic("third")
		}
	})
}
