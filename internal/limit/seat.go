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

	parts sync.Mutex // held by the part that has a turn, or waits for it

	mu    sync.Mutex
	whole *held // by all of the request; nil while it has not asked for that
}

// held is a turn. The seat's mu guards it.
type held struct {
	give func() // passes it on; nil while it is with a part, or passed on
	over bool
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

// Whole waits for a turn for all that the request does until done is called.
// The error is ErrLine, or ctx's.
func (s *Seat) Whole(ctx context.Context) (done func(), err error) {
	if s == nil {
		return func() {}, nil
	}
	give, err := s.wait(ctx)
	if err != nil {
		return nil, err
	}
	h := &held{give: give}
	s.mu.Lock()
	s.whole = h
	s.mu.Unlock()
	return func() {
		s.mu.Lock()
		give := h.give
		h.give, h.over = nil, true
		s.mu.Unlock()
		if give != nil {
			give()
		}
	}, nil
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
	s.parts.Lock()
	s.mu.Lock()
	whole, give := s.whole, func() {}
	if whole != nil && whole.give != nil {
		give, whole.give = whole.give, nil
	}
	s.mu.Unlock()
	give()
	give, err = s.wait(ctx)
	if err != nil {
		s.parts.Unlock()
		return nil, err
	}
	return func() {
		defer s.parts.Unlock()
		s.mu.Lock()
		kept := whole != nil && !whole.over
		if kept {
			whole.give = give
		}
		s.mu.Unlock()
		if !kept {
			give()
		}
	}, nil
}

func (s *Seat) wait(ctx context.Context) (give func(), err error) {
	who, first := s.who(ctx)
	return s.turns.Take(ctx, who, first)
}
