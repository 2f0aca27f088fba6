package store

import (
	"context"
	"sync"
	"time"
)

// lag measures how long a committed notification takes to arrive. One goroutine probes, the listener's
// notes what arrives.
type lag struct {
	mu      sync.Mutex
	channel string    // of the listener's checks; "" while none listens
	asked   time.Time // of the probe that has not arrived; zero for none
	last    time.Duration
}

// Probe commits a notification for the listening connection to hear. It does nothing while none listens
// or the last probe has not arrived. One statement.
func (f *Feed) Probe(ctx context.Context) error {
	f.lag.mu.Lock()
	channel := f.lag.channel
	if channel == "" || !f.lag.asked.IsZero() {
		f.lag.mu.Unlock()
		return nil
	}
	f.lag.asked = time.Now()
	f.lag.mu.Unlock()
	_, err := f.conns.exec(ctx, `SELECT pg_notify($1, '')`, channel)
	if err != nil { // nothing will arrive
		f.lag.forget()
	}
	return err
}

// Lag returns how long the last probe took to arrive, or has been on its way if that is longer.
func (f *Feed) Lag() time.Duration {
	f.lag.mu.Lock()
	defer f.lag.mu.Unlock()
	if f.lag.asked.IsZero() {
		return f.lag.last
	}
	return max(f.lag.last, time.Since(f.lag.asked))
}

// listens notes the channel of a connection that has begun to listen, or "" when it has ended. A probe
// that was sent to an earlier one never arrives.
func (l *lag) listens(channel string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.channel, l.asked = channel, time.Time{}
}

func (l *lag) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked = time.Time{}
}

// heard notes a notification of the channel of checks. A check of the listener's own that comes between
// a probe and its arrival makes the lag look shorter by what is left, once.
func (l *lag) heard() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.asked.IsZero() {
		l.last, l.asked = time.Since(l.asked), time.Time{}
	}
}
