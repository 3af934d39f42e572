package memo

import (
	"math"
	"sync"
)

// Of caches the values of a pure function by its argument. The zero value is ready.
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

// Recent caches the values of a pure function for the most recent arguments. The zero value is ready.
type Recent[K comparable, V any] struct {
	mu    sync.Mutex
	known map[K]*kept[V]
	asked uint64 // how often it was
}

type kept[V any] struct {
	value V
	asked uint64 // when it was last
}

// Get returns the value for the argument, computing it unless it is among the most recent ones, up to the
// given number. Goroutines that ask for the same value wait for it.
func (m *Recent[K, V]) Get(of K, most int, compute func() V) V {
	m.mu.Lock()
	defer m.mu.Unlock()
	if v, ok := m.find(of); ok {
		return v
	}
	return m.keep(of, most, compute())
}

// Beside does as Get without waiting: several goroutines may compute the same value at once, and all of them
// get the one kept first.
func (m *Recent[K, V]) Beside(of K, most int, compute func() V) V {
	m.mu.Lock()
	v, ok := m.find(of)
	m.mu.Unlock()
	if ok {
		return v
	}
	v = compute()
	m.mu.Lock()
	defer m.mu.Unlock()
	if first, ok := m.find(of); ok {
		return first
	}
	return m.keep(of, most, v)
}

// find returns the value kept for the argument, if there is one.
func (m *Recent[K, V]) find(of K) (v V, ok bool) {
	one, ok := m.known[of]
	if !ok {
		return v, false
	}
	m.asked++
	one.asked = m.asked
	return one.value, true
}

// keep keeps a value, in place of the one that was not asked for longest where there are as many as
// may be. To look for it costs less than any value that is worth keeping.
func (m *Recent[K, V]) keep(of K, most int, v V) V {
	if m.known == nil {
		m.known = map[K]*kept[V]{}
	}
	if len(m.known) >= most {
		var oldest K
		least := uint64(math.MaxUint64)
		for key, one := range m.known {
			if one.asked < least {
				oldest, least = key, one.asked
			}
		}
		delete(m.known, oldest)
	}
	m.asked++
	m.known[of] = &kept[V]{v, m.asked}
	return v
}
