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
// sessions that were opened with one end. Two statements at most, in one transaction; primary key,
// and the company's users with sessions_by_user.
func (s *Identity) SetProvider(ctx context.Context, p fleet.IdentityProvider) error {
	if p.Roles == nil {
		p.Roles = map[string]fleet.Role{}
	}
	if p.RequiredClaims == nil {
		p.RequiredClaims = map[string]string{}
	}
	err := s.inTx(ctx, func(tx pgx.Tx) error {
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
		_, err := tx.Exec(ctx, `
			DELETE FROM sessions s USING users u
			WHERE  u.company_id = $1 AND s.user_id = u.id AND s.method = 'PASSWORD'`, [16]byte(p.CompanyID))
		return err
	})
	if err != nil {
		return fmt.Errorf("set identity provider: %w", err)
	}
	return nil
}

// RemoveProvider removes the identity provider of a company. Sessions are not ended. One statement,
// primary key.
func (s *Identity) RemoveProvider(ctx context.Context, company fleet.UUID) error {
	if _, err := s.exec(ctx, `DELETE FROM identity_providers
		WHERE company_id = $1`, [16]byte(company)); err != nil {
		return fmt.Errorf("remove identity provider: %w", err)
	}
	return nil
}

// UserByIdentity returns the user of the company to which the subject of its provider is linked. If
// none is linked, it links the user with that e-mail address, unless email is "" or the user is
// linked to another subject of the issuer. A role that is not "" replaces the role of the user, as
// fleet.RoleFromProvider decides. The history records both. A missing or disabled user is
// NOT_FOUND. Up to six statements, in one transaction; primary keys and users_email.
func (s *Identity) UserByIdentity(ctx context.Context, company fleet.UUID, issuer, subject, email string,
	role fleet.Role) (fleet.Arrival, error) {
	v := fleet.Arrival{Viewer: fleet.Viewer{CompanyID: company}}
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		v.Linked = false
		var admins int
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
				  SELECT $1, $2, $3, id FROM users WHERE company_id = $1 AND lower(email) = lower($4)
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

// Unlink removes the links of a user to the company's provider and ends the sessions that were
// opened there. It returns the number of links: one for each issuer that the company has had.
// Statements: begin, lock, two deletes, history, commit; the unique key of user_identities and
// sessions_by_user.
func (s *Identity) Unlink(ctx context.Context, v fleet.Viewer, user fleet.UUID) (int, error) {
	return write(ctx, s.database, v, fleet.WriteInfo{}, func(tx *writeTx) (int, error) {
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
