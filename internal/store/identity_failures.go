package store

import (
	"context"
	"fmt"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

// CountFailure counts a failed sign-in of key and returns 0. It is called before the password is
// checked, so that concurrent guesses are all counted. While key is blocked, it counts nothing and
// returns for how long. After free failures each further one doubles the wait, from a second to
// longest; failures are forgotten after forget without another one. account is the account that key
// belongs to, nil for none. Two statements at most, primary key.
func (s *Identity) CountFailure(ctx context.Context, key fleet.SecretHash, account *fleet.SecretHash, free int, longest,
	forget time.Duration) (time.Duration, error) {
	var of []byte
	if account != nil {
		of = account[:]
	}
	var failures int
	err := s.execRow(ctx, `
		INSERT INTO sign_in_failures AS f (key, account, failures, last_at, blocked_until)
			VALUES ($1, $5, 1, now(), now())
		ON CONFLICT (key) DO UPDATE SET
		  failures = CASE WHEN f.last_at < now() - $4::interval THEN 1 ELSE f.failures + 1 END,
		  last_at  = now(),
		  blocked_until = CASE WHEN f.last_at < now() - $4::interval OR f.failures + 1 < $2 THEN now()
		                  ELSE now() + least($3::interval, interval '1 second' * 2 ^ least(f.failures + 1 - $2, 20)) END
		-- A concurrent transaction may have begun later: its now() is after ours and no block.
		WHERE f.blocked_until <= now() OR f.failures < $2
		RETURNING failures`, key[:], free, longest, forget, of).Scan(&failures)
	if err == nil {
		return 0, nil
	}
	if !noRows(err) {
		return 0, fmt.Errorf("count failure: %w", err)
	}
	var wait time.Duration
	err = s.readRow(ctx, `SELECT greatest(blocked_until - now(), interval '1 second') FROM sign_in_failures
		WHERE key = $1`, key[:]).Scan(&wait)
	if noRows(err) { // deleted between the two statements, by a sweep or a sign-in
		return time.Second, nil
	}
	if err != nil {
		return 0, fmt.Errorf("count failure: %w", err)
	}
	return wait, nil
}

// TakeBackFailures subtracts one failure from each key after a sign-in has succeeded. It does not
// reset them: with one account a client could otherwise guess the passwords of others without
// limit. One statement, primary key.
func (s *Identity) TakeBackFailures(ctx context.Context, keys ...fleet.SecretHash) error {
	list := make([][]byte, len(keys))
	for i := range keys {
		list[i] = keys[i][:]
	}
	if _, err := s.exec(ctx, `
		UPDATE sign_in_failures SET failures = greatest(failures - 1, 0), blocked_until = 'epoch'
		WHERE  key = ANY($1)`, list); err != nil {
		return fmt.Errorf("take back failures: %w", err)
	}
	return nil
}

// ForgetFailures deletes all failures of an account, from every client, unless users of several
// companies have its e-mail address: otherwise an administrator of one company could allow guessing
// at the user of another without limit. One statement, indexes sign_in_failures_by_account and
// users_email.
func (s *Identity) ForgetFailures(ctx context.Context, account fleet.SecretHash, email string) error {
	if _, err := s.exec(ctx, `
		DELETE FROM sign_in_failures
		WHERE  account = $1 AND (SELECT count(*) FROM users
			WHERE ascii_fold(email) = $2) < 2`, account[:], fleet.AddressKey(email)); err != nil {
		return fmt.Errorf("forget failures: %w", err)
	}
	return nil
}
