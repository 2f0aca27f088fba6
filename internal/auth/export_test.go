package auth

import "time"

// SetNow sets the service's clock.
func (s *Service) SetNow(now func() time.Time) { s.now = now }

// Watched returns the number of watched connections.
func (s *Service) Watched() (n int) {
	s.watches.mu.Lock()
	defer s.watches.mu.Unlock()
	for _, connections := range s.watches.all {
		n += len(connections)
	}
	return n
}

// Hashes returns the number of passwords that were verified.
func (s *Service) Hashes() int64 { return s.hasher.verified.Load() }
