package limit

import "sync"

// Space is memory that many share: so much in all, and so much of it each at
// most, so that one who fills theirs leaves room for the others. Its methods
// may be called concurrently, and on nil, which has room for everything.
type Space struct {
	all, each int

	mu   sync.Mutex
	used int
	by   map[string]int
}

// NewSpace returns a space of so many bytes in all, and each.
func NewSpace(all, each int) *Space {
	return &Space{all: all, each: each, by: make(map[string]int)}
}

// Take takes n bytes for who, or returns false when there is no room for them.
func (s *Space) Take(who string, n int) bool {
	if s == nil {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.used+n > s.all || s.by[who]+n > s.each {
		return false
	}
	s.used += n
	s.by[who] += n
	return true
}

// Give gives back n bytes that were taken for who.
func (s *Space) Give(who string, n int) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.used -= n
	if s.by[who] -= n; s.by[who] <= 0 {
		delete(s.by, who)
	}
}
