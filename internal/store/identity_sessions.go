package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// AddSession stores a new session and returns it with its times. It expires after idle without use,
// and after whole in any case. It returns NOT_FOUND unless the proof holds: the user is enabled, the
// password has that hash and the company allows passwords, or the subject is linked to the user and its
// issuer is the company's. A change of one of these waits for the session, and ends it, or is seen
// here. The user's sessions beyond fleet.MaxSessions end. Statements: begin, lock, insert, delete, commit;
// primary keys and the index sessions_by_user.
func (s *Identity) AddSession(ctx context.Context, secret fleet.SecretHash, n fleet.Session, p fleet.Proof, idle,
	whole time.Duration) (fleet.Session, error) {
	n.ID = fleet.NewUUID()
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		if err := lockIdentity(ctx, tx, lockOn(n.CompanyID, false), lockOn(n.UserID, false)); err != nil {
			return err
		}
		err := tx.QueryRow(ctx, `
			INSERT INTO sessions (secret_hash, id, company_id, user_id, method, user_agent, idle_expires_at, expires_at)
			SELECT $1, $2, u.company_id, u.id, $5, $6, now() + least($7::interval, $8), now() + $8::interval
			FROM   users u LEFT JOIN identity_providers i ON i.company_id = u.company_id
			WHERE  u.company_id = $3 AND u.id = $4 AND u.disabled_at IS NULL AND CASE
			  WHEN $5 = 'PASSWORD' THEN i.passwords IS NOT FALSE
			    AND EXISTS (SELECT FROM passwords p WHERE p.user_id = u.id AND p.hash = $9)
			  ELSE i.issuer = $10 AND EXISTS (SELECT FROM user_identities l WHERE l.company_id = u.company_id
			    AND l.issuer = $10 AND l.subject = $11 AND l.user_id = u.id) END
			RETURNING created_at, last_used_at, idle_expires_at, expires_at`,
			secret[:], [16]byte(n.ID), [16]byte(n.CompanyID), [16]byte(n.UserID), string(n.Method), n.UserAgent, idle,
			whole, p.Hash, p.Issuer, p.Subject).Scan(&n.CreatedAt, &n.LastUsed, &n.IdleEnd, &n.End)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			DELETE FROM sessions WHERE secret_hash IN (
			  SELECT secret_hash FROM sessions WHERE user_id = $1 AND id <> $2 ORDER BY last_used_at DESC OFFSET $3)`,
			[16]byte(n.UserID), [16]byte(n.ID), fleet.MaxSessions-1)
		return err
	})
	if noRows(err) {
		return n, fleet.NotFoundf("", "what the sign-in verified has changed meanwhile")
	}
	if err != nil {
		return n, fmt.Errorf("add session: %w", err)
	}
	return n, nil
}

// SessionGrant returns the grant of the session with that secret. It returns NOT_FOUND for one that
// has ended, and for one that was opened by a password where the company allows none: a sign-in may
// have been in progress when that was set. One statement, primary keys.
func (s *Identity) SessionGrant(ctx context.Context, secret fleet.SecretHash) (fleet.Grant, error) {
	found, err := s.SessionGrants(ctx, []fleet.SecretHash{secret})
	g, is := found[secret]
	if err == nil && !is {
		err = fleet.NotFoundf("", "there is no such session")
	}
	return g, err
}

// SessionGrants returns the grants of the sessions with those secrets; sessions for which SessionGrant
// returns NOT_FOUND are missing. One statement, primary keys.
func (s *Identity) SessionGrants(ctx context.Context, secrets []fleet.SecretHash) (map[fleet.SecretHash]fleet.Grant,
	error) {
	found, err := read(ctx, s.conns, `
		SELECT s.secret_hash, u.company_id, u.id, u.role, '', s.id, s.last_used_at,
		       least(s.idle_expires_at, s.expires_at)
		FROM   sessions s
		JOIN   users u ON u.id = s.user_id
		LEFT   JOIN identity_providers i ON i.company_id = s.company_id
		WHERE  s.secret_hash = ANY($1) AND s.idle_expires_at > now() AND s.expires_at > now()
		AND    u.disabled_at IS NULL AND (s.method <> 'PASSWORD' OR i.passwords IS NOT FALSE)`,
		[]any{hashes(secrets)}, collectGrants)
	if err != nil {
		return nil, fmt.Errorf("sessions: %w", err)
	}
	return found, nil
}

// hashes returns secrets as the values of a parameter.
func hashes(secrets []fleet.SecretHash) [][]byte {
	list := make([][]byte, len(secrets))
	for i := range secrets {
		list[i] = secrets[i][:]
	}
	return list
}

// collectGrants reads rows of a secret's hash and what it grants.
func collectGrants(rows pgx.Rows) (map[fleet.SecretHash]fleet.Grant, error) {
	var (
		hash  []byte
		g     fleet.Grant
		found = make(map[fleet.SecretHash]fleet.Grant)
	)
	_, err := pgx.ForEachRow(rows, []any{&hash, (*[16]byte)(&g.CompanyID), (*[16]byte)(&g.UserID), &g.Role, &g.Scope,
		(*[16]byte)(&g.ID), &g.LastUsed, &g.End}, func() error {
		found[fleet.SecretHash(hash)] = g
		return nil
	})
	return found, err
}

// TouchSession records the use of a session and extends it. One statement, primary key.
func (s *Identity) TouchSession(ctx context.Context, secret fleet.SecretHash, idle time.Duration) error {
	_, err := s.exec(ctx, `
		UPDATE sessions SET last_used_at = now(), idle_expires_at = least(now() + $2::interval, expires_at)
		WHERE  secret_hash = $1 AND idle_expires_at > now()`, secret[:], idle)
	if err != nil {
		return fmt.Errorf("touch session: %w", err)
	}
	return nil
}

// EndSession ends the session with that secret and returns its user, zero if there is none.
// Statements: begin, user, lock, delete, commit; primary key.
func (s *Identity) EndSession(ctx context.Context, secret fleet.SecretHash) (user fleet.UUID, err error) {
	err = s.inTx(ctx, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, `SELECT user_id FROM sessions WHERE secret_hash = $1`, secret[:]).
			Scan((*[16]byte)(&user))
		if noRows(err) {
			return nil
		}
		if err == nil {
			err = lockIdentity(ctx, tx, lockOn(user, true))
		}
		if err == nil {
			_, err = tx.Exec(ctx, `DELETE FROM sessions WHERE secret_hash = $1`, secret[:])
		}
		return err
	})
	if err != nil {
		return user, fmt.Errorf("end session: %w", err)
	}
	return user, nil
}

// EndSessions ends every session of the viewer except keep, which may be zero, and returns their
// number. Statements: begin, delete, commit; index sessions_by_user.
func (s *Identity) EndSessions(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo,
	keep fleet.UUID) (int, error) {
	return ending(ctx, s.database, v, w, targetIs(v.UserID), func(tx *writeTx) (int, error) {
		tag, err := tx.Exec(ctx, `DELETE FROM sessions WHERE user_id = $1 AND id <> $2`,
			[16]byte(v.UserID), [16]byte(keep))
		if err != nil {
			return 0, fmt.Errorf("end sessions: %w", err)
		}
		return int(tag.RowsAffected()), nil
	})
}

const sessionColumns = `s.id, s.company_id, s.user_id, s.method, s.user_agent, s.created_at, s.last_used_at,
	s.idle_expires_at, s.expires_at`

func scanSession(row pgx.CollectableRow, before ...any) (*fleet.Session, error) {
	s := new(fleet.Session)
	err := row.Scan(append(before, (*[16]byte)(&s.ID), (*[16]byte)(&s.CompanyID), (*[16]byte)(&s.UserID), &s.Method,
		&s.UserAgent,
		&s.CreatedAt, &s.LastUsed, &s.IdleEnd, &s.End)...)
	return s, err
}

// SessionsByUser returns the visible, unexpired sessions of each user, the last used first, 100 at
// most. One statement, index sessions_by_user.
func (s *Identity) SessionsByUser(ctx context.Context, v fleet.Viewer,
	users []fleet.UUID) (map[fleet.UUID][]*fleet.Session, error) {
	q, outer := s.query(), s.query()
	q.TableExpr("sessions AS s").
		ColumnExpr(sessionColumns)
	q.visible(ofSessions, "s", v)
	q.Where("s.user_id = k.id AND s.idle_expires_at > now()").
		OrderExpr("s.last_used_at DESC, s.id").Limit(fleet.MaxPage)
	outer.perParent(q, users, "s")
	lists, err := collectGroups(ctx, outer, scanSession)
	if err != nil {
		return nil, fmt.Errorf("sessions by user: %w", err)
	}
	return lists, nil
}

// EndSessionByID ends a visible session and returns its user, or NOT_FOUND. Statements: begin, user,
// delete, history unless it was the viewer's own, commit; index on id.
func (s *Identity) EndSessionByID(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID) (fleet.UUID,
	error) {
	missing := fleet.NotFoundf("sessionId", "there is no session of this id, or it has ended already")
	owner := func(ctx context.Context, tx *writeTx) (user fleet.UUID, err error) {
		var args arguments
		text := `SELECT s.user_id FROM sessions s
			WHERE ` + visible(ofSessions, "s", v, args.add) + ` AND s.id = ` + args.add([16]byte(id))
		return user, tx.owner(ctx, &user, missing, text, args)
	}
	return ending(ctx, s.database, v, w, owner, func(tx *writeTx) (user fleet.UUID, err error) {
		var args arguments
		text := `
			DELETE FROM sessions s
			WHERE  ` + visible(ofSessions, "s", v, args.add) + ` AND s.id = ` + args.add([16]byte(id)) + `
				AND s.idle_expires_at > now()
			RETURNING s.user_id`
		err = tx.QueryRow(ctx, text, args...).Scan((*[16]byte)(&user))
		if noRows(err) {
			return user, missing
		}
		if err != nil {
			return user, fmt.Errorf("end session: %w", err)
		}
		if v.RecordsEnd(user) {
			tx.recordHistory(fleet.SubjectUser, user, fleet.ActionSignedOut, []fleet.FieldChange{})
		}
		return user, nil
	})
}

// SweepIdentity deletes expired sessions, failed sign-ins older than forget, and tokens that
// expired or were revoked a year ago. Three statements: the first two use the index on the age, the
// last one reads all tokens, which are few.
func (s *Identity) SweepIdentity(ctx context.Context, forget time.Duration) error {
	_, err := s.exec(ctx, `DELETE FROM sessions WHERE idle_expires_at < now()`)
	if err == nil {
		_, err = s.exec(ctx, `DELETE FROM sign_in_failures
			WHERE last_at < now() - $1::interval AND blocked_until < now()`, forget)
	}
	if err == nil {
		_, err = s.exec(ctx, `DELETE FROM access_tokens
			WHERE least(expires_at, revoked_at) < now() - interval '1 year'`)
	}
	if err != nil {
		return fmt.Errorf("sweep sessions: %w", err)
	}
	return nil
}
