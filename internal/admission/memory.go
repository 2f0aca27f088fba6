package admission

import "sync"

// MemoryBudget bounds the bytes that all users reserve together, and those of
// each, so that one user cannot take the memory of the others. Its methods may
// be called concurrently.
type MemoryBudget struct {
	all, each int

	mu   sync.Mutex
	used int
	by   map[string]int
}

// NewMemoryBudget returns a budget of so many bytes in all, and for each key.
func NewMemoryBudget(all, each int) *MemoryBudget {
	return &MemoryBudget{all: all, each: each, by: make(map[string]int)}
}

// Reserve reserves n bytes for key; it returns false when the budget has not as many left.
func (m *MemoryBudget) Reserve(key string, n int) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.used+n > m.all || m.by[key]+n > m.each {
		return false
	}
	m.used += n
	m.by[key] += n
	return true
}

// Release returns n bytes that were reserved for key.
func (m *MemoryBudget) Release(key string, n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.used -= n
	if m.by[key] -= n; m.by[key] <= 0 {
		delete(m.by, key)
	}
}
