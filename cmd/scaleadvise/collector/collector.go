package collector

import (
	"os"
	"runtime"
	"runtime/debug"
)

const (
	// startingHeap is more than an answer allocates, and less than a long run holds.
	startingHeap = 32 << 20
	usualPercent = 100
	// leastHeap is where the collector first runs at the usual percentage; it scales with it.
	leastHeap = 4 << 20
)

// Delay lets the heap grow to its starting size before the first collection, after which the collector works
// as usual: otherwise a short run spends a fifth of its time collecting garbage that its exit frees anyway.
// $GOGC takes precedence where set.
func Delay() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(usualPercent * startingHeap / leastHeap)
	// The first collection finds this unreachable.
	runtime.SetFinalizer(new([16]byte), func(*[16]byte) { debug.SetGCPercent(usualPercent) })
}
