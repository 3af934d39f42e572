package memo

import "sync"

// Of keeps the values of a pure function by its argument. The zero value is ready.
type Of[K comparable, V any] struct {
	mu    sync.Mutex
	known map[K]V
}

// Get returns the value kept for the argument, computing it the first time. Several
// goroutines may compute the same value at once; all of them get the one kept first.
func (m *Of[K, V]) Get(of K, compute func() V) V {
	if v, ok := m.Known(of); ok {
		return v
	}
	v := compute() // outside the lock: it may ask for other values
	m.mu.Lock()
	defer m.mu.Unlock()
	if first, ok := m.known[of]; ok {
		return first
	}
	if m.known == nil {
		m.known = map[K]V{}
	}
	m.known[of] = v
	return v
}

// Known returns the value kept for the argument, if there is one.
func (m *Of[K, V]) Known(of K) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.known[of]
	return v, ok
}

// Recent keeps the values of a pure function by its latest arguments. The zero value is ready.
type Recent[K comparable, V any] struct {
	mu    sync.Mutex
	known map[K]V
	asked []K // the oldest first
}

// Get returns the value kept for the argument, computing it where it is not among the given
// number of those asked for first. Goroutines that ask for the same one wait for it.
func (m *Recent[K, V]) Get(of K, most int, compute func() V) V {
	m.mu.Lock()
	defer m.mu.Unlock()
	if v, ok := m.known[of]; ok {
		return v
	}
	return m.keep(of, most, compute())
}

// Beside is Get where nobody waits: several goroutines may compute the same value at once, and all of
// them get the one kept first.
func (m *Recent[K, V]) Beside(of K, most int, compute func() V) V {
	m.mu.Lock()
	v, ok := m.known[of]
	m.mu.Unlock()
	if ok {
		return v
	}
	v = compute()
	m.mu.Lock()
	defer m.mu.Unlock()
	if first, ok := m.known[of]; ok {
		return first
	}
	return m.keep(of, most, v)
}

// keep keeps a value, in place of the oldest one where there are as many as may be.
func (m *Recent[K, V]) keep(of K, most int, v V) V {
	if m.known == nil {
		m.known = map[K]V{}
	}
	if len(m.asked) >= most {
		delete(m.known, m.asked[0])
		m.asked = m.asked[1:]
	}
	m.known[of], m.asked = v, append(m.asked, of)
	return v
}
