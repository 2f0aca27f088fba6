package auth

import (
	"context"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

// MaxTokenLife is how long an access token may last.
const MaxTokenLife = 366 * 24 * time.Hour

// CreateToken makes an access token of t's user, company, name, scope and end,
// and returns it: it is never shown again.
func (s *Service) CreateToken(ctx context.Context, t fleet.AccessToken) (string, fleet.AccessToken, error) {
	if err := fleet.CheckName("name", t.Name, 100); err != nil {
		return "", t, err
	}
	if !t.Scope.Valid() {
		return "", t, fleet.BadInputf("scope", "%s is no scope: %v", fleet.Quote(string(t.Scope)), fleet.Scopes())
	}
	now := s.now()
	if !t.ExpiresAt.After(now) || t.ExpiresAt.After(now.Add(MaxTokenLife)) {
		return "", t, fleet.BadInputf("expiresAt", "%s is not in the next %d days", t.ExpiresAt.UTC().Format(time.RFC3339), int(MaxTokenLife.Hours()/24))
	}
	token, hash := newToken()
	kept, err := s.store.AddToken(ctx, hash, t)
	if err != nil {
		return "", t, err
	}
	return token, kept, nil
}
