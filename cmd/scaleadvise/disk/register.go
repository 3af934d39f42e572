package disk

import "sync"

// Register admits only the files whose names were registered before it was closed.
type Register struct {
	mu     sync.Mutex
	names  map[string]bool
	closed bool
}

// Admits reports whether a file may be opened, and records its name while the register is open.
func (r *Register) Admits(name string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.closed && r.names == nil {
		r.names = map[string]bool{}
	}
	if !r.closed {
		r.names[name] = true
	}
	return r.names[name]
}

// Close ends the recording of names.
func (r *Register) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
}
