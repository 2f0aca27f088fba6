package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

const userColumns = `u.id, u.email, u.name, u.role, u.created_at, u.disabled_at, u.version`

func scanUser(row pgx.CollectableRow, before ...any) (*fleet.User, error) {
	u := new(fleet.User)
	return u, row.Scan(append(before, (*[16]byte)(&u.ID), &u.Email, &u.Name, &u.Role, &u.CreatedAt, &u.DisabledAt,
		&u.Version)...)
}

// UsersByID returns the visible users with these ids. One statement, primary key.
func (s *Fleet) UsersByID(ctx context.Context, v fleet.Viewer, ids []fleet.UUID) (map[fleet.UUID]*fleet.User, error) {
	var args arguments
	text := `
		SELECT ` + userColumns + `
		FROM   users u
		WHERE  ` + visible(ofUsers, "u", v, args.add) + ` AND ` + args.in("u.id", ids)
	list, err := readRows(ctx, s.conns, only(scanUser), text, args...)
	if err != nil {
		return nil, fmt.Errorf("users by id: %w", err)
	}
	return keyed(list, func(u *fleet.User) fleet.UUID { return u.ID }), nil
}
