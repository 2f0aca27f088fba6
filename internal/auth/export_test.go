package auth

import "time"

// SetNow changes the service's clock.
func (s *Service) SetNow(now func() time.Time) { s.now = now }
