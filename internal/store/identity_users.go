package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// AddUser creates a user of the company. A hash that is not "" is that of a password that the user
// must change. The e-mail address of another user of the company is a CONFLICT. Statements: begin,
// insert, password, history, commit.
func (s *Identity) AddUser(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, u fleet.User,
	hash string) (fleet.User, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (fleet.User, error) {
		u.ID = fleet.NewUUID()
		err := tx.QueryRow(ctx, `INSERT INTO users (id, company_id, email, name, role) VALUES ($1, $2, $3, $4, $5)
			RETURNING created_at, version`,
			[16]byte(u.ID), [16]byte(v.CompanyID), u.Email, u.Name, u.Role).Scan(&u.CreatedAt, &u.Version)
		if violates(err, "users_email") {
			return u, emailTaken(u.Email)
		}
		if err == nil && hash != "" {
			err = tx.setPassword(ctx, u.ID, fleet.GivenPassword(hash))
		}
		if err != nil {
			return u, fmt.Errorf("add user: %w", err)
		}
		tx.recordHistory(fleet.SubjectUser, u.ID, fleet.ActionCreated, fleet.Changes(nil, u.Facts()))
		return u, nil
	})
}

func emailTaken(email string) error {
	return fleet.Conflictf(fleet.Taken, "email", "the company has a user %s already", fleet.Quote(email))
}

// ChangeUser changes a user of the company of the expected version, or of any version if expected
// is nil. The e-mail address of another user is a CONFLICT. A change without a difference leaves
// the version unchanged. To demote
// or disable the last enabled administrator is a CONFLICT. Disabling and enabling end all sessions
// of the user. Statements: begin, lock the administrators, lock the user, update, delete, history,
// commit; the locks keep two administrators from demoting each other.
func (s *Identity) ChangeUser(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID,
	expected *int, change fleet.UserChange) (*fleet.User, error) {
	if err := change.Check(); err != nil {
		return nil, err
	}
	return ending(ctx, s.database, v, w, targetIs(id), func(tx *writeTx) (*fleet.User, error) {
		rows, _ := tx.Query(ctx, `
			SELECT `+userColumns+`
			FROM   users u
			WHERE  u.company_id = $1 AND u.role = 'ADMIN' AND u.disabled_at IS NULL
			ORDER  BY u.id FOR NO KEY UPDATE`, [16]byte(v.CompanyID))
		admins, err := pgx.CollectRows(rows, only(scanUser))
		if err != nil {
			return nil, fmt.Errorf("change user: %w", err)
		}
		before, err := tx.lockUser(ctx, id)
		if err != nil {
			return nil, fleet.InField("userId", err)
		}
		if err := fleet.CheckVersion(expected, before); err != nil {
			return nil, err
		}
		after := change.Apply(*before, time.Now().Truncate(time.Microsecond)) // the precision of PostgreSQL
		if err := fleet.CheckLastAdmin(*before, after, len(admins)); err != nil {
			return nil, err
		}
		rows, _ = tx.Query(ctx, `
			UPDATE users AS u SET email = $3, name = $4, role = $5, disabled_at = $6
			WHERE  u.company_id = $1 AND u.id = $2
			  AND  (u.email, u.name, u.role, u.disabled_at) IS DISTINCT FROM ($3::text, $4::text, $5::text, $6::timestamptz)
			RETURNING `+userColumns, [16]byte(v.CompanyID), [16]byte(id), after.Email, after.Name, after.Role,
			after.DisabledAt)
		saved, err := pgx.CollectExactlyOneRow(rows, only(scanUser))
		if noRows(err) {
			return before, nil
		}
		if violates(err, "users_email") {
			return nil, emailTaken(after.Email)
		}
		if err == nil && before.EndsSessions(after) {
			_, err = tx.Exec(ctx, `DELETE FROM sessions WHERE user_id = $1`, [16]byte(id))
		}
		if err != nil {
			return nil, fmt.Errorf("change user: %w", err)
		}
		tx.recordHistory(fleet.SubjectUser, id, fleet.ActionUpdated, fleet.Changes(before.Facts(), saved.Facts()))
		return saved, nil
	})
}

// UserByEmail returns the user with that e-mail address, disabled or not, and its company: in the
// company of that name or, where it is "", in any. It returns NOT_FOUND for none, and CONFLICT if
// several companies have one. One statement, index users_email.
func (s *Identity) UserByEmail(ctx context.Context, email, company string) (fleet.User, fleet.UUID, error) {
	list, err := readRows(ctx, s.conns, func(row pgx.CollectableRow) (u fleet.CompanyUser, err error) {
		return u, row.Scan((*[16]byte)(&u.ID), &u.Email, &u.Name, &u.Role, &u.CreatedAt, &u.DisabledAt,
			&u.Version, (*[16]byte)(&u.Company.ID), &u.Company.Name)
	}, `
		SELECT `+userColumns+`, c.id, c.name
		FROM   users u
		JOIN   companies c ON c.id = u.company_id
		WHERE  ascii_fold(u.email) = $1 AND ($2 = '' OR lower(c.name) = lower($2))
		ORDER  BY c.name`, fleet.AddressKey(email), company)
	if err != nil {
		return fleet.User{}, fleet.UUID{}, fmt.Errorf("user by e-mail: %w", err)
	}
	one, err := fleet.OneUser(list, email, company)
	return one.User, one.Company.ID, err
}

// Users returns a company's users in the order of their names. One statement; it reads all users of
// the company, which are few.
func (s *Identity) Users(ctx context.Context, company fleet.UUID) ([]fleet.User, error) {
	list, err := readRows(ctx, s.conns, func(row pgx.CollectableRow) (u fleet.User, err error) {
		return u, row.Scan((*[16]byte)(&u.ID), &u.Email, &u.Name, &u.Role, &u.CreatedAt, &u.DisabledAt)
	}, `
		SELECT id, email, name, role, created_at, disabled_at
		FROM   users
		WHERE  company_id = $1
		ORDER  BY name, id`, [16]byte(company))
	if err != nil {
		return nil, fmt.Errorf("users: %w", err)
	}
	return list, nil
}

// ViewerByEmail returns the user with that e-mail address as a viewer, the oldest one if several
// companies have one, or NOT_FOUND. It takes no viewer: it establishes one. One statement, index
// users_email.
func (s *Identity) ViewerByEmail(ctx context.Context, email string) (fleet.Viewer, error) {
	v := fleet.Viewer{}
	err := s.readRow(ctx, `SELECT company_id, id, role FROM users WHERE ascii_fold(email) = $1
		ORDER BY created_at, id LIMIT 1`, fleet.AddressKey(email)).
		Scan((*[16]byte)(&v.CompanyID), (*[16]byte)(&v.UserID), &v.Role)
	if noRows(err) {
		return v, &fleet.Error{Code: fleet.NotFound, Field: "email",
			Message: fmt.Sprintf("there is no user %s", fleet.Quote(email))}
	}
	if err != nil {
		return v, fmt.Errorf("viewer by e-mail: %w", err)
	}
	return v, nil
}
