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
// up nobody else. There are two lines: who asks for little stands in the one
// that comes first. Its methods may be called concurrently, and on nil, which
// lets everything be done.
type Turns struct {
	most int // of one may wait in a line

	mu    sync.Mutex
	free  int
	lines [2]line // the first one that somebody waits in is next
}

// line is who waits, and in what order.
type line struct {
	waiting map[string][]*turn
	order   []string // the first is next
}

// turn is something that waits. Its channel is closed when its turn has come.
type turn struct{ come chan struct{} }

// NewTurns returns turns for n things at once, both at least 1; most is how
// much of one may wait in a line.
func NewTurns(n, most int) *Turns {
	t := &Turns{free: max(n, 1), most: max(most, 1)}
	for i := range t.lines {
		t.lines[i].waiting = make(map[string][]*turn)
	}
	return t
}

// Take waits for who's turn, in the line that comes first or in the other. done
// must be called once, when it is over. The error is ErrLine, or ctx's when
// that ends first.
func (t *Turns) Take(ctx context.Context, who string, first bool) (done func(), err error) {
	if t == nil {
		return func() {}, nil
	}
	l := &t.lines[1]
	if first {
		l = &t.lines[0]
	}
	t.mu.Lock()
	if t.free > 0 {
		t.free--
		t.mu.Unlock()
		return sync.OnceFunc(t.pass), nil
	}
	if len(l.waiting[who]) >= t.most {
		t.mu.Unlock()
		return nil, ErrLine
	}
	own := &turn{make(chan struct{})}
	l.join(who, own)
	t.mu.Unlock()
	select {
	case <-own.come:
		return sync.OnceFunc(t.pass), nil
	case <-ctx.Done():
		t.mu.Lock()
		waited := l.leave(who, own)
		t.mu.Unlock()
		if !waited {
			t.pass() // it had just come
		}
		return nil, ctx.Err()
	}
}

// Waiting is how much waits now.
func (t *Turns) Waiting() (n int) {
	if t == nil {
		return 0
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.lines {
		for _, all := range t.lines[i].waiting {
			n += len(all)
		}
	}
	return n
}

// pass gives the turn to the next one.
func (t *Turns) pass() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.lines {
		if next := t.lines[i].next(); next != nil {
			close(next.come)
			return
		}
	}
	t.free++
}

func (l *line) join(who string, own *turn) {
	if len(l.waiting[who]) == 0 {
		l.order = append(l.order, who)
	}
	l.waiting[who] = append(l.waiting[who], own)
}

// next takes out who is next; nil when nobody waits.
func (l *line) next() *turn {
	if len(l.order) == 0 {
		return nil
	}
	who := l.order[0]
	l.order = l.order[1:]
	all := l.waiting[who]
	if len(all) == 1 {
		delete(l.waiting, who)
	} else {
		l.waiting[who] = all[1:]
		l.order = append(l.order, who)
	}
	return all[0]
}

// leave takes something out of the line, and reports whether it still waited.
func (l *line) leave(who string, own *turn) bool {
	all := l.waiting[who]
	i := slices.Index(all, own)
	if i < 0 {
		return false
	}
	if len(all) == 1 {
		delete(l.waiting, who)
		l.order = slices.DeleteFunc(l.order, func(other string) bool { return other == who })
	} else {
		l.waiting[who] = slices.Delete(slices.Clone(all), i, i+1)
	}
	return true
}
