package auth

import (
	"context"
	"slices"
	"sync"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/guard"
)

const (
	// watchEvery is the interval between two checks of the credentials of long
	// connections. A connection ends within it and the time of a statement.
	watchEvery = 500 * time.Millisecond
	// watchBatch is how many credentials one statement checks.
	watchBatch = 5000
)

var errRoleChanged = unauthenticated("your role has changed since this connection was opened: connect again")

// watches are the long connections of this instance, by their credentials.
type watches struct {
	mu  sync.Mutex
	all map[fleet.SecretHash]map[*watch]struct{}
}

// watch is one long connection.
type watch struct {
	identity Identity
	ended    func(error)
}

// Watch calls ended with UNAUTHENTICATED, once, when the session or token of i has
// ended or its user has another role, unless ctx ends before. It needs
// RunWatches. ended must return soon.
func (s *Service) Watch(ctx context.Context, i Identity, ended func(error)) {
	w := &watch{identity: i, ended: ended}
	s.watches.add(w)
	context.AfterFunc(ctx, func() {
		defer guard.Recover("end of a watched connection")
		s.watches.remove(w)
	})
}

// RunWatches checks the credentials of all watched connections twice a second
// until ctx ends, and returns nil. It takes a statement for the sessions and one
// for the tokens, for up to 5,000 each, and none while no connection is watched.
// While the database does not answer, connections stay open.
func (s *Service) RunWatches(ctx context.Context) error {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			err := s.checkWatches(ctx)
			if err != nil && !failing && ctx.Err() == nil { // once for an outage
				s.config.Log.WarnContext(ctx, "check of long connections", "error", err)
			}
			failing = err != nil
		}
	}
}

func (s *Service) checkWatches(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	sessions, tokens := s.watches.secrets()
	if err := s.checkWatched(ctx, sessions, s.store.SessionGrants, errNoSession); err != nil {
		return err
	}
	return s.checkWatched(ctx, tokens, s.store.TokenGrants, errNoToken)
}

// checkWatched ends the connections with those secrets that have ended.
func (s *Service) checkWatched(ctx context.Context, secrets []fleet.SecretHash,
	find func(context.Context, []fleet.SecretHash) (map[fleet.SecretHash]fleet.Grant, error), none error) error {
	for batch := range slices.Chunk(secrets, watchBatch) {
		found, err := find(ctx, batch)
		if err != nil {
			return err
		}
		for _, secret := range batch {
			grant, valid := found[secret]
			if !valid {
				s.grants.Remove(secret)
			}
			for _, w := range s.watches.of(secret) {
				switch {
				case !valid:
					s.watches.end(w, none)
				case grant.Viewer != w.identity.Viewer:
					s.watches.end(w, errRoleChanged)
				}
			}
		}
	}
	return nil
}

func (ws *watches) add(w *watch) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if ws.all == nil {
		ws.all = make(map[fleet.SecretHash]map[*watch]struct{})
	}
	secret := w.identity.hash
	if ws.all[secret] == nil {
		ws.all[secret] = make(map[*watch]struct{})
	}
	ws.all[secret][w] = struct{}{}
}

// remove removes a watch and reports whether it was there.
func (ws *watches) remove(w *watch) bool {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	secret := w.identity.hash
	_, was := ws.all[secret][w]
	delete(ws.all[secret], w)
	if len(ws.all[secret]) == 0 {
		delete(ws.all, secret)
	}
	return was
}

// end removes a watch and calls its function, unless it was removed before.
func (ws *watches) end(w *watch, why error) {
	if ws.remove(w) {
		w.ended(why)
	}
}

// secrets returns the distinct secrets of sessions and of tokens.
func (ws *watches) secrets() (sessions, tokens []fleet.SecretHash) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	for secret, connections := range ws.all {
		for w := range connections {
			if w.identity.Kind == ByToken {
				tokens = append(tokens, secret)
			} else {
				sessions = append(sessions, secret)
			}
			break // a secret is of one kind
		}
	}
	return sessions, tokens
}

// of returns the connections with a secret.
func (ws *watches) of(secret fleet.SecretHash) []*watch {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	connections := make([]*watch, 0, len(ws.all[secret]))
	for w := range ws.all[secret] {
		connections = append(connections, w)
	}
	return connections
}
