package auth

import (
	"context"
	"fmt"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

// Throttling of failed sign-ins. An account is an e-mail address, whether or not
// a user has it. After the free failures each further one doubles the wait.
//
// A network may be an office with many users, so it has more free failures than
// one account from one network. Guesses from one network delay only that network;
// the count per account and hour limits what many networks can try together, and
// ends with the hour, so that they cannot lock out a user for longer.
//
// A new password does not delete failures: the user of the same address in another
// company would notice, and could guess at this account without end.
const (
	freePerNetworkAccount = 5  // per account and network
	freePerAccountHour    = 50 // per account and hour, over all networks
	freePerNetwork        = 30 // per network, over all accounts
	freeChanges           = 5  // per user, of the present password in ChangePassword
	longestWait           = 15 * time.Minute
	forgetFailures        = time.Hour // without a failure, a count starts again
)

// counter counts the failures of one key.
type counter struct {
	key  fleet.SecretHash
	free int // failures that cause no wait
}

// attempt is a use of a password that is counted as a failure until takeBack.
type attempt struct {
	service *Service
	counted []fleet.CountedFailure
}

// attempt counts a failure in advance, so that concurrent guesses all count, or
// returns Throttled, and then counts it nowhere. Whatever ends the attempt without the
// verdict that the password is wrong takes it back: success, but also a client
// that left or a full queue, which must not lock out a user that knows the password.
// The count itself outlives the client, so that it is known what to take back.
func (s *Service) attempt(ctx context.Context, counters ...counter) (*attempt, error) {
	a := &attempt{service: s}
	counting, cancel := context.WithTimeout(context.WithoutCancel(ctx), countTimeout)
	defer cancel()
	for _, c := range counters {
		counted, wait, err := s.store.CountFailure(counting, c.key, c.free, longestWait, forgetFailures)
		if err == nil && wait > 0 {
			wait = max(wait.Round(time.Second), time.Second)
			err = &Throttled{RetryAfter: wait, Message: fmt.Sprintf("too many failed sign-ins: try again in %s", wait)}
		}
		if err != nil {
			a.takeBack(ctx)
			return nil, err
		}
		a.counted = append(a.counted, counted)
	}
	return a, nil
}

// countTimeout limits statements that outlive the client's request.
const countTimeout = 5 * time.Second

// takeBack subtracts the failure that was counted, also when ctx has ended. It
// subtracts one and deletes none: with one account a client could else reset the count
// and guess at others without end. An error is only logged: the count ends within the hour.
func (a *attempt) takeBack(ctx context.Context) {
	if len(a.counted) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), countTimeout)
	defer cancel()
	if err := a.service.store.TakeBackFailures(ctx, a.counted); err != nil {
		a.service.config.Log.WarnContext(ctx, "take back a failed sign-in", "error", err)
	}
}
