package store

import (
	"context"
	"fmt"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

// CountFailure counts a failed sign-in of key. It is called before the password is
// checked, so that concurrent guesses are all counted. While key is blocked, it counts nothing and
// returns for how long. After free failures each further one doubles the wait, from a second to
// longest; failures are forgotten after forget without another one. Two statements at most, primary key.
func (s *Identity) CountFailure(ctx context.Context, key fleet.SecretHash, free int, longest,
	forget time.Duration) (counted fleet.CountedFailure, wait time.Duration, err error) {
	counted.Key = key
	err = s.execRow(ctx, `
		INSERT INTO sign_in_failures AS f (key, failures, last_at, blocked_until) VALUES ($1, 1, now(), now())
		ON CONFLICT (key) DO UPDATE SET
		  failures = CASE WHEN f.last_at < now() - $4::interval THEN 1 ELSE f.failures + 1 END,
		  last_at  = now(),
		  blocked_until = CASE WHEN f.last_at < now() - $4::interval OR f.failures + 1 < $2 THEN now()
		                  ELSE now() + least($3::interval, interval '1 second' * 2 ^ least(f.failures + 1 - $2, 20)) END
		-- A concurrent transaction may have begun later: its now() is after ours and no block.
		WHERE f.blocked_until <= now() OR f.failures < $2
		RETURNING blocked_until`, key[:], free, longest, forget).Scan(&counted.BlockedUntil)
	if err == nil {
		return counted, 0, nil
	}
	if !noRows(err) {
		return counted, 0, fmt.Errorf("count failure: %w", err)
	}
	err = s.readRow(ctx, `SELECT greatest(blocked_until - now(), interval '1 second') FROM sign_in_failures
		WHERE key = $1`, key[:]).Scan(&wait)
	if noRows(err) { // deleted between the two statements, by a sweep
		return counted, time.Second, nil
	}
	if err != nil {
		return counted, 0, fmt.Errorf("count failure: %w", err)
	}
	return counted, wait, nil
}

// TakeBackFailures undoes CountFailure: it subtracts one failure from each key, and ends the block that
// this failure has caused, but not one that a concurrent failure has. One statement, primary key.
func (s *Identity) TakeBackFailures(ctx context.Context, counted []fleet.CountedFailure) error {
	keys, until := make([][]byte, len(counted)), make([]time.Time, len(counted))
	for i := range counted {
		keys[i], until[i] = counted[i].Key[:], counted[i].BlockedUntil
	}
	if _, err := s.exec(ctx, `
		UPDATE sign_in_failures f
		SET    failures = greatest(f.failures - 1, 0),
		       blocked_until = CASE WHEN f.blocked_until = c.until THEN 'epoch' ELSE f.blocked_until END
		FROM   unnest($1::bytea[], $2::timestamptz[]) c (key, until)
		WHERE  f.key = c.key`, keys, until); err != nil {
		return fmt.Errorf("take back failures: %w", err)
	}
	return nil
}
