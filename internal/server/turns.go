package server

import (
	"context"
	"errors"
	"fmt"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/limit"
)

// How many of one person may wait for their turn.
const (
	dearInLine    = 20 // operations that count as several requests
	pressedInLine = 20 // requests of who has used up half of the budget, and large bodies
)

// largeBody is how many bytes are too many to parse at any time.
const largeBody = 100_000

// pressing reports whether who asks has used up half of their budget or more.
// They are many when somebody attacks, and each of them may still ask: what
// they ask for is then done in turns, so that all of them together leave
// processors to those who ask for little.
func (s *Server) pressing(ctx context.Context) bool {
	d := s.budget.Take(payer(ctx), 0)
	return d.Limited && d.Remaining < d.Policy.Burst/2
}

// admit waits for the turn of a request before it is parsed and validated:
// a large one, or one of somebody who is pressing.
func (s *Server) admit(ctx context.Context, bytes int) (done func(), err error) {
	if bytes <= largeBody && !s.pressing(ctx) {
		return func() {}, nil
	}
	return s.take(ctx, s.pressed, pressedInLine, fmt.Sprintf("requests of yours of more than %d bytes, or after many others, are", largeBody))
}

// turn waits for the turn of an operation before it runs: one that counts as
// several requests, or one of somebody who is pressing.
func (s *Server) turn(ctx context.Context, cost int) (done func(), err error) {
	switch {
	case cost >= costOfOne:
		return s.take(ctx, s.dear, dearInLine, "dear operations of yours are")
	case s.pressing(ctx):
		return s.take(ctx, s.pressed, pressedInLine, "requests of yours after many others are")
	default:
		return func() {}, nil
	}
}

func (s *Server) take(ctx context.Context, turns *limit.Turns, line int, what string) (done func(), err error) {
	done, err = turns.Take(ctx, person(ctx))
	if errors.Is(err, limit.ErrLine) {
		return nil, &fleet.Error{Code: fleet.RateLimited, Message: fmt.Sprintf("%d %s waiting, as many as may: ask for less at once, or one after the other", line, what)}
	}
	return done, err
}

// Of bodies and messages that have not come to their end, beyond 64 KB each.
const (
	keptOfAll = 64 << 20 // bytes
	keptOfOne = 8 << 20
)

// keep finds room for more of a body: who sends slowly holds it for long.
func (s *Server) keep(ctx context.Context, bytes int) (release func(), err error) {
	who := person(ctx)
	if !s.unread.Take(who, bytes) {
		return nil, &fleet.Error{Code: fleet.RateLimited, Message: fmt.Sprintf(
			"too much is being sent at this moment: %d MiB by one person and %d MiB by all, beyond what is small, may be under way; try again", keptOfOne>>20, keptOfAll>>20)}
	}
	return func() { s.unread.Give(who, bytes) }, nil
}
