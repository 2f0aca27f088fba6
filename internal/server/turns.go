package server

import (
	"context"
	"errors"
	"fmt"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/gql/cost"
	"bitcorp.dev/fleet/internal/limit"
)

// mostInLine is how many requests of one person may wait for their turn.
const mostInLine = 20

// dearCost is from which cost on an operation waits for its turn.
const dearCost = 25_000

// largeBody is how many bytes are too many to parse at any time.
const largeBody = 100_000

// unknownDocument is how many bytes of a document that has not been seen lately
// are too many to parse and validate at any time.
const unknownDocument = 2000

// What is dear is done in turns: the parsing of large bodies, the validation of
// documents that are not known, operations of a high cost, statements that may
// look through whole lists. So is all that is asked by somebody who has used up
// half of their budget. All of it together leaves processors, and the
// database's, to those who ask for little; who has budget left comes first.

// seated gives what ctx asks for a place among the turns.
func (s *Server) seated(ctx context.Context) context.Context {
	return limit.WithSeat(ctx, s.turns, func(ctx context.Context) (string, bool) { return person(ctx), !s.pressing(ctx) })
}

// pressing reports whether who asks has used up half of their budget or more.
func (s *Server) pressing(ctx context.Context) bool {
	d := s.budget.Take(payer(ctx), 0)
	return d.Limited && d.Remaining < d.Policy.Burst/2
}

// admit waits for the turn of a request before it is parsed.
func (s *Server) admit(ctx context.Context, bytes int) (done func(), err error) {
	if bytes > largeBody || s.pressing(ctx) {
		err = s.hold(ctx)
	}
	return limit.SeatOf(ctx).Release, err
}

// hooks are what the limits of one operation ask of the server.
func (s *Server) hooks() cost.Hooks {
	return cost.Hooks{Known: s.parsed.Contains, Prepare: s.prepare, Spend: s.spend, Turn: s.turn}
}

// prepare waits for the turn of a document of so many bytes that is not known.
// What admit gave back ends it.
func (s *Server) prepare(ctx context.Context, bytes int) error {
	if bytes <= unknownDocument {
		return nil
	}
	return s.hold(ctx)
}

// turn waits for the turn of an operation before it runs.
func (s *Server) turn(ctx context.Context, cost int) (done func(), err error) {
	if cost >= dearCost || s.pressing(ctx) {
		err = s.hold(ctx)
	}
	return limit.SeatOf(ctx).Release, err
}

// hold waits for a turn for the whole of ctx's request, not longer than a
// request may take.
func (s *Server) hold(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.config.RequestTimeout)
	defer cancel()
	return inLine(limit.SeatOf(ctx).Hold(ctx))
}

// inLine says what somebody with too much in line can do about it.
func inLine(err error) error {
	if errors.Is(err, limit.ErrLine) {
		return errLine
	}
	return err
}

var errLine = &fleet.Error{Code: fleet.RateLimited, Message: fmt.Sprintf(
	"%d requests of yours are waiting for their turn, as many as may: ask for less at once, or one after the other", mostInLine)}

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
