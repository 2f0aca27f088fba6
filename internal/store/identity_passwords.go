package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

var errNoUser = fleet.NotFoundf("", "the company has no user of this id")

// AccountsByEmail returns the users with that e-mail address that may sign in by password, in the
// company of that name or, where it is "", in all companies; the oldest first, fleet.SignInCompanies at most.
// It omits disabled users, users without a password, and users of companies that allow only single
// sign-on. It takes no viewer: sign-in has none yet. One statement, index users_email.
func (s *Identity) AccountsByEmail(ctx context.Context, email, company string) ([]fleet.Account, error) {
	list, err := readRows(ctx, s.conns, scanAccount, `
		SELECT u.company_id, u.id, u.role, p.hash
		FROM   users u
		JOIN   companies c               ON c.id = u.company_id
		JOIN   passwords p               ON p.user_id = u.id
		LEFT   JOIN identity_providers i ON i.company_id = u.company_id
		WHERE  ascii_fold(u.email) = $1 AND ($2 = '' OR lower(c.name) = lower($2))
		  AND  u.disabled_at IS NULL AND i.passwords IS NOT FALSE
		ORDER  BY u.created_at, u.id
		LIMIT  $3`, fleet.AddressKey(email), company, fleet.SignInCompanies)
	if err != nil {
		return nil, fmt.Errorf("accounts by e-mail: %w", err)
	}
	return list, nil
}

func scanAccount(row pgx.CollectableRow) (a fleet.Account, err error) {
	return a, row.Scan((*[16]byte)(&a.CompanyID), (*[16]byte)(&a.UserID), &a.Role, &a.Hash)
}

// PasswordOwner returns what is known of a user of the viewer's company before a password is set. The zero
// id stands for a user to be added: only the company is known. It returns NOT_FOUND if there is no user of
// another id. One statement, primary keys.
func (s *Identity) PasswordOwner(
	ctx context.Context,
	v fleet.Viewer,
	id fleet.UUID,
) (o fleet.PasswordOwner, err error) {
	var found bool
	err = s.readRow(ctx, `
		SELECT u.id IS NOT NULL, coalesce(u.email, ''), coalesce(u.name, ''), c.name,
		       CASE WHEN i.passwords IS FALSE THEN '' ELSE coalesce(p.hash, '') END
		FROM   companies c
		LEFT   JOIN users u              ON u.company_id = c.id AND u.id = $2
		LEFT   JOIN passwords p          ON p.user_id = u.id
		LEFT   JOIN identity_providers i ON i.company_id = c.id
		WHERE  c.id = $1`, [16]byte(v.CompanyID), [16]byte(id)).Scan(&found, &o.Email, &o.Name, &o.Company, &o.Hash)
	if err != nil {
		return o, fmt.Errorf("owner of a password: %w", err)
	}
	if !found && id != (fleet.UUID{}) {
		return o, errNoUser
	}
	return o, nil
}

// ChangePassword replaces the viewer's password, if its hash is still old, and ends all sessions of
// the viewer except keep. Statements: begin, update, delete, user, history, commit.
func (s *Identity) ChangePassword(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, keep fleet.UUID, old,
	hash string) (*fleet.User, error) {
	return ending(ctx, s.database, v, w, targetIs(v.UserID), func(tx *writeTx) (*fleet.User, error) {
		chosen := fleet.ChosenPassword(hash)
		tag, err := tx.Exec(ctx, `
			UPDATE passwords SET hash = $3, changed_at = now(), must_change = $4
			WHERE  user_id = $1 AND hash = $2`, [16]byte(v.UserID), old, chosen.Hash, chosen.MustChange)
		if err == nil && tag.RowsAffected() == 0 {
			return nil, fleet.Conflictf(fleet.Concurrent, "current",
				"the password was changed at the same time: try again with the new one")
		}
		if err == nil {
			_, err = tx.Exec(ctx, `DELETE FROM sessions WHERE user_id = $1
				AND id <> $2`, [16]byte(v.UserID), [16]byte(keep))
		}
		if err != nil {
			return nil, fmt.Errorf("change password: %w", err)
		}
		u, err := tx.lockUser(ctx, v.UserID)
		if err != nil {
			return nil, err
		}
		tx.recordHistory(fleet.SubjectUser, u.ID, fleet.ActionPasswordChanged, []fleet.FieldChange{})
		return u, nil
	})
}

// ResetPassword sets a password for a user of the company, which the user must change, and ends all
// sessions of the user. Statements: begin, lock, insert, delete, history, commit.
func (s *Identity) ResetPassword(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID,
	hash string) (*fleet.User, error) {
	return ending(ctx, s.database, v, w, targetIs(id), func(tx *writeTx) (*fleet.User, error) {
		u, err := tx.lockUser(ctx, id)
		if err != nil {
			return nil, fleet.InField("userId", err)
		}
		if err = tx.setPassword(ctx, id, fleet.GivenPassword(hash)); err == nil {
			_, err = tx.Exec(ctx, `DELETE FROM sessions WHERE user_id = $1`, [16]byte(id))
		}
		if err != nil {
			return nil, fmt.Errorf("reset password: %w", err)
		}
		tx.recordHistory(fleet.SubjectUser, id, fleet.ActionPasswordReset, []fleet.FieldChange{})
		return u, nil
	})
}

// RehashPassword replaces the hash of a password, unless the password has changed. One statement,
// primary key.
func (s *Identity) RehashPassword(ctx context.Context, user fleet.UUID, old, hash string) error {
	if _, err := s.exec(ctx, `UPDATE passwords SET hash = $3 WHERE user_id = $1
		AND hash = $2`, [16]byte(user), old, hash); err != nil {
		return fmt.Errorf("rehash password: %w", err)
	}
	return nil
}

// PasswordsToChange returns whether each user must change the password, for users that have one and
// are visible to the viewer in this respect. One statement, primary keys.
func (s *Identity) PasswordsToChange(ctx context.Context, v fleet.Viewer, users []fleet.UUID) (map[fleet.UUID]*bool,
	error) {
	var args arguments
	text := `
		SELECT u.id, p.must_change
		FROM   users u
		JOIN   passwords p ON p.user_id = u.id
		WHERE  ` + visible(ofPasswords, "u", v, args.add) + ` AND ` + args.in("u.id", users)
	type password struct {
		user fleet.UUID
		must bool
	}
	list, err := readRows(ctx, s.conns, func(row pgx.CollectableRow) (p password, err error) {
		return p, row.Scan((*[16]byte)(&p.user), &p.must)
	}, text, args...)
	if err != nil {
		return nil, fmt.Errorf("passwords to change: %w", err)
	}
	found := make(map[fleet.UUID]*bool, len(list))
	for _, p := range list {
		found[p.user] = &p.must
	}
	return found, nil
}

// setPassword inserts or replaces the password of a user.
func (tx *writeTx) setPassword(ctx context.Context, user fleet.UUID, p fleet.Password) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO passwords (user_id, hash, must_change) VALUES ($1, $2, $3)
		ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, changed_at = now(),
			must_change = excluded.must_change`,
		[16]byte(user), p.Hash, p.MustChange)
	return err
}

// lockUser returns a user of the company, disabled or not, and locks it until the transaction ends.
func (tx *writeTx) lockUser(ctx context.Context, id fleet.UUID) (*fleet.User, error) {
	rows, _ := tx.Query(ctx, `SELECT `+userColumns+` FROM users u WHERE u.company_id = $1
		AND u.id = $2 FOR NO KEY UPDATE`,
		[16]byte(tx.v.CompanyID), [16]byte(id))
	u, err := pgx.CollectExactlyOneRow(rows, only(scanUser))
	if noRows(err) {
		return nil, errNoUser
	}
	if err != nil {
		return nil, fmt.Errorf("lock user: %w", err)
	}
	return u, nil
}
