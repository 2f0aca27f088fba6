package limit

import (
	"context"
	"sync"
)

// Seat is the place of one request among Turns: however many parts of it take
// long, it has one turn at a time and one place in the line. Its methods may be
// called concurrently, and on nil, which waits for nothing.
type Seat struct {
	turns *Turns
	who   func(ctx context.Context) (name string, first bool)

	wait sync.Mutex // held by who waits for the turn, and by the part that has it

	mu   sync.Mutex
	held bool   // by the whole request
	give func() // passes that turn on; nil while it is with a part, or passed on
}

type seatKey struct{}

// WithSeat returns a context whose request has a place among turns. who names
// whose it is, and says whether they stand in the line that comes first; it is
// asked each time, with the context of the moment.
func WithSeat(ctx context.Context, turns *Turns, who func(ctx context.Context) (name string, first bool)) context.Context {
	return context.WithValue(ctx, seatKey{}, &Seat{turns: turns, who: who})
}

// SeatOf returns the place of ctx's request; nil for what is no request.
func SeatOf(ctx context.Context) *Seat {
	s, _ := ctx.Value(seatKey{}).(*Seat)
	return s
}

// Hold waits for a turn for all that the request does until Release. A request
// that has one goes on. The error is ErrLine, or ctx's.
func (s *Seat) Hold(ctx context.Context) error {
	if s == nil {
		return nil
	}
	s.wait.Lock()
	defer s.wait.Unlock()
	s.mu.Lock()
	held := s.held
	s.mu.Unlock()
	if held {
		return nil
	}
	give, err := s.take(ctx)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held, s.give = true, give
	return nil
}

// Release passes the request's turn on, if it has one.
func (s *Seat) Release() {
	if s == nil {
		return
	}
	s.mu.Lock()
	give := s.give
	s.held, s.give = false, nil
	s.mu.Unlock()
	if give != nil {
		give()
	}
}

// Part waits for a turn for a part of the request that takes long by itself. A
// turn that the whole request has is passed on first, to whoever waits, so that
// one request of many such parts holds up nobody for all of them; the whole
// goes on with the part's. done must be called once. The error is ErrLine, or
// ctx's.
func (s *Seat) Part(ctx context.Context) (done func(), err error) {
	if s == nil {
		return func() {}, nil
	}
	s.wait.Lock()
	s.mu.Lock()
	give := s.give
	s.give = nil
	s.mu.Unlock()
	if give != nil {
		give()
	}
	give, err = s.take(ctx)
	if err != nil {
		s.wait.Unlock()
		return nil, err
	}
	return func() {
		defer s.wait.Unlock()
		s.mu.Lock()
		kept := s.held
		if kept {
			s.give = give
		}
		s.mu.Unlock()
		if !kept {
			give()
		}
	}, nil
}

func (s *Seat) take(ctx context.Context) (give func(), err error) {
	who, first := s.who(ctx)
	return s.turns.Take(ctx, who, first)
}
