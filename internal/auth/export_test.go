package auth

import "time"

// SetNow sets the service's clock.
func (s *Service) SetNow(now func() time.Time) { s.now = now }
