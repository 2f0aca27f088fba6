package limit

import (
	"context"
	"errors"
	"slices"
	"sync"
)

// ErrLine says that somebody has as much waiting as may wait.
var ErrLine = errors.New("as much is waiting already as may wait")

// Turns lets so much be done at once, and whoever comes then wait in turns:
// everybody's first before anybody's second, so that one who asks a lot holds
// up nobody else. Its methods may be called concurrently, and on nil, which
// lets everything be done.
type Turns struct {
	line int // how much of one may wait

	mu      sync.Mutex
	free    int
	waiting map[string][]*turn
	order   []string // who waits; the first is next
}

// turn is something that waits. Its channel is closed when its turn has come.
type turn struct{ come chan struct{} }

// NewTurns returns turns for n things at once, both at least 1; line is how
// much of one may wait.
func NewTurns(n, line int) *Turns {
	return &Turns{free: max(n, 1), line: max(line, 1), waiting: make(map[string][]*turn)}
}

// Take waits for who's turn. done must be called once, when it is over. The
// error is ErrLine, or ctx's when that ends first.
func (t *Turns) Take(ctx context.Context, who string) (done func(), err error) {
	if t == nil {
		return func() {}, nil
	}
	t.mu.Lock()
	if t.free > 0 {
		t.free--
		t.mu.Unlock()
		return sync.OnceFunc(t.pass), nil
	}
	line := t.waiting[who]
	if len(line) >= t.line {
		t.mu.Unlock()
		return nil, ErrLine
	}
	if len(line) == 0 {
		t.order = append(t.order, who)
	}
	own := &turn{make(chan struct{})}
	t.waiting[who] = append(line, own)
	t.mu.Unlock()
	select {
	case <-own.come:
		return sync.OnceFunc(t.pass), nil
	case <-ctx.Done():
		if !t.leave(who, own) {
			t.pass() // it had just come
		}
		return nil, ctx.Err()
	}
}

// pass gives the turn to the next one.
func (t *Turns) pass() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.order) == 0 {
		t.free++
		return
	}
	who := t.order[0]
	t.order = t.order[1:]
	line := t.waiting[who]
	close(line[0].come)
	if len(line) == 1 {
		delete(t.waiting, who)
		return
	}
	t.waiting[who] = line[1:]
	t.order = append(t.order, who)
}

// leave takes something out of the line, and reports whether it still waited.
func (t *Turns) leave(who string, own *turn) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	line := t.waiting[who]
	i := slices.Index(line, own)
	if i < 0 {
		return false
	}
	if len(line) == 1 {
		delete(t.waiting, who)
		t.order = slices.DeleteFunc(t.order, func(other string) bool { return other == who })
	} else {
		t.waiting[who] = slices.Delete(slices.Clone(line), i, i+1)
	}
	return true
}
