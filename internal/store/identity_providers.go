package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// Provider returns the identity provider of a company, or NOT_FOUND. One statement, primary key.
func (s *Identity) Provider(ctx context.Context, company fleet.UUID) (fleet.IdentityProvider, error) {
	p := fleet.IdentityProvider{CompanyID: company}
	err := s.readRow(ctx, `
		SELECT issuer, client_id, client_secret, role_claim, roles, passwords, trust_email, required_claims
		FROM   identity_providers
		WHERE  company_id = $1`, [16]byte(company)).
		Scan(&p.Issuer, &p.ClientID, &p.ClientSecret, &p.RoleClaim, &p.Roles, &p.Passwords, &p.TrustEmail,
			&p.RequiredClaims)
	if noRows(err) {
		return p, fleet.NotFoundf("company", "this company has no single sign-on")
	}
	if err != nil {
		return p, fmt.Errorf("identity provider: %w", err)
	}
	return p, nil
}

// SetProvider sets or replaces the identity provider of a company. If it disables passwords,
// sessions that were opened with one end; if it changes the issuer, those of the provider before end.
// Four statements at most, in one transaction; primary key, and the company's users with
// sessions_by_user.
func (s *Identity) SetProvider(ctx context.Context, p fleet.IdentityProvider) error {
	if p.Roles == nil {
		p.Roles = map[string]fleet.Role{}
	}
	if p.RequiredClaims == nil {
		p.RequiredClaims = map[string]string{}
	}
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		if err := lockIdentity(ctx, tx, lockOn(p.CompanyID, true)); err != nil {
			return err
		}
		if err := endSessions(ctx, tx, p.CompanyID, fleet.ByOIDC, `EXISTS (SELECT FROM identity_providers i
			WHERE i.company_id = $1 AND i.issuer <> $3)`, p.Issuer); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `
			INSERT INTO identity_providers (company_id, issuer, client_id, client_secret, role_claim, roles, passwords,
				trust_email, required_claims)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
			ON CONFLICT (company_id) DO UPDATE SET issuer = excluded.issuer, client_id = excluded.client_id,
			  client_secret = excluded.client_secret, role_claim = excluded.role_claim, roles = excluded.roles,
				passwords = excluded.passwords,
			  trust_email = excluded.trust_email, required_claims = excluded.required_claims`,
			[16]byte(p.CompanyID), p.Issuer, p.ClientID, p.ClientSecret, p.RoleClaim, p.Roles, p.Passwords,
			p.TrustEmail, p.RequiredClaims); err != nil {
			return err
		}
		if p.Passwords {
			return nil
		}
		return endSessions(ctx, tx, p.CompanyID, fleet.ByPassword, `true`)
	})
	if err != nil {
		return fmt.Errorf("set identity provider: %w", err)
	}
	return nil
}

// endSessions ends the sessions of a company that were opened by a method, on a condition, which may use
// further from $3 on. One statement, the company's users with sessions_by_user.
func endSessions(ctx context.Context, tx pgx.Tx, company fleet.UUID, method fleet.SignInMethod, condition string,
	further ...any) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM sessions s USING users u
		WHERE  u.company_id = $1 AND s.user_id = u.id AND s.method = $2 AND `+condition,
		append([]any{[16]byte(company), string(method)}, further...)...)
	return err
}

// RemoveProvider removes the identity provider of a company and ends the sessions that were opened
// there. Statements: begin, lock, two deletes, commit; primary key, and the company's users with
// sessions_by_user.
func (s *Identity) RemoveProvider(ctx context.Context, company fleet.UUID) error {
	if err := s.inTx(ctx, func(tx pgx.Tx) error {
		if err := lockIdentity(ctx, tx, lockOn(company, true)); err != nil {
			return err
		}
		if err := endSessions(ctx, tx, company, fleet.ByOIDC, `true`); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `DELETE FROM identity_providers WHERE company_id = $1`, [16]byte(company))
		return err
	}); err != nil {
		return fmt.Errorf("remove identity provider: %w", err)
	}
	return nil
}

// linkable is the condition that a user has the address $4, as a provider states it. One that is not
// ASCII has to be equal to the byte: providers differ in how they fold and normalize others. Index
// users_email.
const linkable = `ascii_fold(email) = ascii_fold($4) AND (octet_length($4) = length($4) OR email = $4)`

// UserByIdentity returns the user of the company to which the subject of its provider is linked. If
// none is linked, it links the user with that e-mail address, unless email is "" or the user is
// linked to another subject of the issuer. A role that is not "" replaces the role of the user, as
// fleet.RoleFromProvider decides. The history records both. A missing or disabled user is
// NOT_FOUND. Up to eight statements, in one transaction; primary keys and users_email.
func (s *Identity) UserByIdentity(ctx context.Context, company fleet.UUID, issuer, subject, email string,
	role fleet.Role) (fleet.Arrival, error) {
	v := fleet.Arrival{Viewer: fleet.Viewer{CompanyID: company}}
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		v.Linked = false
		var admins int
		if role != "" { // a role that changes ends what was begun with the one before
			if err := lockArrival(ctx, tx, company, issuer, subject, email); err != nil {
				return err
			}
		}
		if role != "" { // locked first, as by ChangeUser, so that two concurrent changes cannot demote both
			if err := tx.QueryRow(ctx, `
				SELECT count(*) FROM (
				  SELECT FROM users WHERE company_id = $1 AND role = 'ADMIN' AND disabled_at IS NULL
					ORDER BY id FOR NO KEY UPDATE) a`,
				[16]byte(company)).Scan(&admins); err != nil {
				return err
			}
		}
		err := tx.QueryRow(ctx, `
			SELECT u.id, u.role FROM user_identities i JOIN users u ON u.id = i.user_id
			WHERE  i.company_id = $1 AND i.issuer = $2 AND i.subject = $3 AND u.disabled_at IS NULL`,
			[16]byte(company), issuer, subject).Scan((*[16]byte)(&v.UserID), &v.Role)
		if noRows(err) && email != "" {
			v.Linked = true
			err = tx.QueryRow(ctx, `
				WITH linked AS (
				  INSERT INTO user_identities (company_id, issuer, subject, user_id)
				  SELECT $1, $2, $3, id FROM users WHERE company_id = $1 AND `+linkable+`
					AND disabled_at IS NULL
				  ON CONFLICT DO NOTHING
				  RETURNING user_id)
				SELECT u.id, u.role FROM linked l JOIN users u ON u.id = l.user_id`,
				[16]byte(company), issuer, subject, email).Scan((*[16]byte)(&v.UserID), &v.Role)
		}
		if err != nil {
			return err
		}
		w := newWriteTx(tx, fleet.Viewer{CompanyID: company}, fleet.WriteInfo{}) // without a user
		if v.Linked {
			w.recordHistory(fleet.SubjectUser, v.UserID, fleet.ActionUpdated,
				[]fleet.FieldChange{{Field: "provider", To: &issuer}})
		}
		v.Had = v.Role
		if v.Role = fleet.RoleFromProvider(v.Had, role, admins); v.Role != v.Had {
			if _, err := tx.Exec(ctx, `UPDATE users SET role = $2
				WHERE id = $1`, [16]byte(v.UserID), v.Role); err != nil {
				return err
			}
			had, has := string(v.Had), string(v.Role)
			w.recordHistory(fleet.SubjectUser, v.UserID, fleet.ActionUpdated,
				[]fleet.FieldChange{{Field: "role", From: &had, To: &has}})
		}
		return w.writeHistory(ctx)
	})
	if noRows(err) {
		return v, fleet.NotFoundf("", "there is no such user in this company")
	}
	if err != nil {
		return v, fmt.Errorf("user by identity: %w", err)
	}
	return v, nil
}

// lockArrival locks the user that a sign-in by the provider may change, if there is one. Two statements;
// primary keys and users_email.
func lockArrival(ctx context.Context, tx pgx.Tx, company fleet.UUID, issuer, subject, email string) error {
	var user fleet.UUID
	err := tx.QueryRow(ctx, `
		SELECT coalesce(
		  (SELECT user_id FROM user_identities WHERE company_id = $1 AND issuer = $2 AND subject = $3),
		  (SELECT id FROM users WHERE company_id = $1 AND $4 <> '' AND `+linkable+`),
		  $5)`, [16]byte(company), issuer, subject, email, [16]byte(user)).Scan((*[16]byte)(&user))
	if err != nil || user == (fleet.UUID{}) {
		return err
	}
	return lockIdentity(ctx, tx, lockOn(user, true))
}

// Unlink removes the links of a user to the company's provider and ends the sessions that were
// opened there. It returns the number of links: one for each issuer that the company has had.
// Statements: begin, lock, two deletes, history, commit; the unique key of user_identities and
// sessions_by_user.
func (s *Identity) Unlink(ctx context.Context, v fleet.Viewer, user fleet.UUID) (int, error) {
	return ending(ctx, s.database, v, fleet.WriteInfo{}, targetIs(user), func(tx *writeTx) (int, error) {
		if _, err := tx.lockUser(ctx, user); err != nil {
			return 0, err
		}
		rows, _ := tx.Query(ctx, `DELETE FROM user_identities WHERE user_id = $1 RETURNING issuer`, [16]byte(user))
		issuers, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err == nil {
			_, err = tx.Exec(ctx, `DELETE FROM sessions WHERE user_id = $1 AND method = 'OIDC'`, [16]byte(user))
		}
		if err != nil {
			return 0, fmt.Errorf("unlink user: %w", err)
		}
		for i := range issuers {
			tx.recordHistory(fleet.SubjectUser, user, fleet.ActionUpdated,
				[]fleet.FieldChange{{Field: "provider", From: &issuers[i]}})
		}
		return len(issuers), nil
	})
}
