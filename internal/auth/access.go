package auth

import (
	"context"

	"bitcorp.dev/fleet/internal/fleet"
)

// What follows changes who may sign in on behalf of a viewer. The store checks
// that they may; here is forgotten what was remembered, so that it ends on
// this instance without delay, and on others within a second.

// ChangeUser changes a user's role, shuts them out or lets them in again.
func (s *Service) ChangeUser(ctx context.Context, v fleet.Viewer, id fleet.UUID, change fleet.UserChange) (*fleet.User, error) {
	defer s.forgetUser(id)
	u, err := s.store.ChangeUser(ctx, v, id, change)
	if err == nil {
		s.config.Log.InfoContext(ctx, "user changed", "user", u.ID, "role", u.Role, "disabled", u.DisabledAt != nil, "by", v.UserID)
	}
	return u, err
}

// EndSession ends a session of the viewer by its id.
func (s *Service) EndSession(ctx context.Context, v fleet.Viewer, id fleet.UUID) error {
	defer s.forgetUser(v.UserID)
	return s.store.EndOwnSession(ctx, v, id)
}

// RevokeToken ends an access token of the viewer and returns it.
func (s *Service) RevokeToken(ctx context.Context, v fleet.Viewer, id fleet.UUID) (*fleet.AccessToken, error) {
	defer s.forgetUser(v.UserID)
	t, err := s.store.RevokeOwnToken(ctx, v, id)
	if err == nil {
		s.config.Log.InfoContext(ctx, "access token revoked", "token", t.ID, "user", t.UserID)
	}
	return t, err
}
