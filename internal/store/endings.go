package store

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// A write holds a shared advisory lock on its user and company, and an ending (of a session, a token,
// a password, a role, a user, a provider) an exclusive one on the user or company that it ends.
// So an ending waits for the writes that have begun, and what begins later sees it. Advisory locks are
// granted in the order of the requests: with row locks, a user that writes without a pause could delay
// their own end for ever.

// identityLock is an advisory lock on a user or a company.
type identityLock struct {
	key       int64
	exclusive bool
}

func lockOn(id fleet.UUID, exclusive bool) identityLock {
	// The last bytes of a version 7 UUID are random.
	return identityLock{int64(binary.BigEndian.Uint64(id[8:])), exclusive} //nolint:gosec // all 64 bits count
}

// queueLocks adds the statements that take the locks, in the order of the keys, so that transactions do not
// deadlock. A key that is asked for twice is taken once, exclusively if either asks so.
func queueLocks(b *pgx.Batch, locks ...identityLock) {
	slices.SortFunc(locks, func(x, y identityLock) int {
		if x.key == y.key && x.exclusive != y.exclusive {
			if x.exclusive {
				return -1
			}
			return 1
		}
		return cmp.Compare(x.key, y.key)
	})
	for _, l := range slices.CompactFunc(locks, func(x, y identityLock) bool { return x.key == y.key }) {
		if l.exclusive {
			b.Queue(`SELECT pg_advisory_xact_lock($1)`, l.key)
		} else {
			b.Queue(`SELECT pg_advisory_xact_lock_shared($1)`, l.key)
		}
	}
}

// lockIdentity takes the locks until the transaction ends.
func lockIdentity(ctx context.Context, tx pgx.Tx, locks ...identityLock) error {
	var together pgx.Batch
	queueLocks(&together, locks...)
	if err := tx.SendBatch(ctx, &together).Close(); err != nil {
		return fmt.Errorf("lock identity: %w", err)
	}
	return nil
}

// owner reads the user that an ending concerns with a statement of one column, before anything is locked.
// Without a row it returns missing.
func (tx *writeTx) owner(ctx context.Context, user *fleet.UUID, missing error, text string, args []any) error {
	err := tx.QueryRow(ctx, text, args...).Scan((*[16]byte)(user))
	if noRows(err) {
		return missing
	}
	if err != nil {
		return fmt.Errorf("find the user of what is to end: %w", err)
	}
	return nil
}

// admit takes the locks of a write and returns UNAUTHENTICATED unless the session or token that it was
// sent with is still valid and its user still has the role. ending is the user that the write ends
// something of; zero for none. The statements go in one round trip; each sees what was committed
// before it, so the last one sees what the locks waited for. Primary keys and access_tokens_pkey.
func (tx *writeTx) admit(ctx context.Context, by fleet.Credential, ending fleet.UUID) error {
	var locks []identityLock
	if tx.v.UserID != (fleet.UUID{}) {
		locks = append(locks, lockOn(tx.v.CompanyID, false), lockOn(tx.v.UserID, false))
	}
	if ending != (fleet.UUID{}) {
		locks = append(locks, lockOn(ending, true))
	}
	if len(locks) == 0 {
		return nil
	}
	var together pgx.Batch
	queueLocks(&together, locks...)
	valid := true
	if by != (fleet.Credential{}) {
		together.Queue(`
			SELECT EXISTS (
			  SELECT FROM users u
			  WHERE  u.company_id = $1 AND u.id = $2 AND u.role = $3 AND u.disabled_at IS NULL AND CASE
			    WHEN $4 THEN EXISTS (
			      SELECT FROM sessions s LEFT JOIN identity_providers i ON i.company_id = s.company_id
			      WHERE  s.id = $5 AND s.user_id = u.id AND s.idle_expires_at > now()
			        AND  (s.method <> 'PASSWORD' OR i.passwords IS NOT FALSE))
			    ELSE EXISTS (
			      SELECT FROM access_tokens t
			      WHERE  t.id = $6 AND t.user_id = u.id AND t.revoked_at IS NULL AND t.expires_at > now()) END)`,
			[16]byte(tx.v.CompanyID), [16]byte(tx.v.UserID), tx.v.Role,
			by.Session != (fleet.UUID{}), [16]byte(by.Session), [16]byte(by.Token)).
			QueryRow(func(r pgx.Row) error { return r.Scan(&valid) })
	}
	if err := tx.SendBatch(ctx, &together).Close(); err != nil {
		return fmt.Errorf("admit a write: %w", err)
	}
	if !valid {
		return &fleet.Error{Code: fleet.Unauthenticated, Message: "the session or access token of this request " +
			"has ended, or your role has changed meanwhile: nothing was changed"}
	}
	return nil
}
