package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// SessionsByUser returns the sessions of each user that have not ended, the
// last used first, 100 at most. One statement, index sessions_by_user.
func (s *Store) SessionsByUser(ctx context.Context, v fleet.Viewer, users []fleet.UUID) (map[fleet.UUID][]*fleet.Session, error) {
	q, outer := s.query(), s.query()
	q.TableExpr("sessions AS s").
		ColumnExpr("s.id, s.company_id, s.user_id, s.method, s.user_agent, s.created_at, s.last_used_at, s.idle_expires_at, s.expires_at")
	q.visible(ofSessions, "s", v)
	q.Where("s.user_id = k.id AND s.idle_expires_at > now()").OrderExpr("s.last_used_at DESC, s.id").Limit(fleet.MaxPage)
	outer.perParent(q, users, "s")
	rows, err := outer.rows(ctx, s)
	lists, err := grouped(rows, err, func(r pgx.Rows, user *fleet.UUID) (*fleet.Session, error) {
		n := new(fleet.Session)
		return n, r.Scan((*[16]byte)(user), (*[16]byte)(&n.ID), (*[16]byte)(&n.CompanyID), (*[16]byte)(&n.UserID), &n.Method, &n.UserAgent,
			&n.CreatedAt, &n.LastUsed, &n.IdleEnd, &n.End)
	})
	if err != nil {
		return nil, fmt.Errorf("sessions by user: %w", err)
	}
	return lists, nil
}

// EndSessionByID ends a session that the viewer sees, and returns whose it
// was; NOT_FOUND when there is none of that id. Statements: begin, delete,
// history unless it was the viewer's own, commit; index on id.
func (s *Store) EndSessionByID(ctx context.Context, v fleet.Viewer, how fleet.Writing, id fleet.UUID) (fleet.UUID, error) {
	return write(ctx, s, v, how, func(w *writing) (user fleet.UUID, err error) {
		var args arguments
		text := `
			DELETE FROM sessions s
			WHERE  ` + visible(ofSessions, "s", v, args.add) + ` AND s.id = ` + args.add([16]byte(id)) + ` AND s.idle_expires_at > now()
			RETURNING s.user_id`
		err = w.tx.QueryRow(ctx, text, args...).Scan((*[16]byte)(&user))
		if noRows(err) {
			return user, fleet.NotFoundf("id", "there is no session of this id, or it has ended already")
		}
		if err != nil {
			return user, fmt.Errorf("end session: %w", err)
		}
		if user != v.UserID {
			w.tell(fleet.SubjectUser, user, fleet.ActionSignedOut, []fleet.FieldChange{})
		}
		return user, nil
	})
}
