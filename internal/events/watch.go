package events

import (
	"context"
	"slices"
	"sync"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

// Pulse is how often those who watch a company are woken at most: at once
// after a quiet time, then with all that has come since. All of them wake
// together, so that what they recompute is computed once.
const Pulse = 250 * time.Millisecond

// maxNamed is how many rows News names; more are told as All.
const maxNamed = 250

// News is what changed since a watch was asked last.
type News struct {
	Machines Rows
	Records  Rows
	Assigned bool // of some of the machines it may be another who runs them, or who signs in as their operator
}

func (n *News) any() bool { return n.Machines.Any() || n.Records.Any() }

// Rows names rows in the order in which they were first told of.
type Rows struct {
	All     bool // any row may have changed, none is named
	Changed []fleet.UUID
	created map[fleet.UUID]bool
}

// Any reports whether something changed.
func (r *Rows) Any() bool { return r.All || len(r.Changed) > 0 }

// Created reports whether the row is new.
func (r *Rows) Created(id fleet.UUID) bool { return r.created[id] }

func (r *Rows) add(c Change) {
	if r.All {
		return
	}
	if len(c.Rows) == 0 {
		*r = Rows{All: true}
		return
	}
	for _, id := range c.Rows {
		if slices.Contains(r.Changed, id) {
			continue
		}
		if len(r.Changed) == maxNamed {
			*r = Rows{All: true}
			return
		}
		r.Changed = append(r.Changed, id)
		if c.Created {
			if r.created == nil {
				r.created = make(map[fleet.UUID]bool)
			}
			r.created[id] = true
		}
	}
}

// Watch waits for changes of one company.
type Watch struct {
	room  *room
	news  News
	awake chan struct{} // of size 1: there is news
}

// Watch begins to watch a company: what is committed from now on is not
// missed. Close ends it.
func (f *Feed) Watch(company fleet.UUID) *Watch { return f.hub.enter(company) }

// Next waits for news and takes it. It returns ctx's error when ctx ends.
func (w *Watch) Next(ctx context.Context) (News, error) {
	for {
		select {
		case <-ctx.Done():
			return News{}, ctx.Err()
		case <-w.awake:
		}
		if news := w.take(); news.any() { // not if it was taken just before we were woken again
			return news, nil
		}
	}
}

func (w *Watch) take() News {
	w.room.hub.mu.Lock()
	defer w.room.hub.mu.Unlock()
	news := w.news
	w.news = News{}
	return news
}

// Close ends the watch.
func (w *Watch) Close() { w.room.hub.leave(w) }

// hub knows who watches what. Its lock guards all its rooms and watches.
type hub struct {
	mu      sync.Mutex
	rooms   map[fleet.UUID]*room
	stopped bool
}

// room holds the watches of one company; it is there while there are any.
type room struct {
	hub     *hub
	company fleet.UUID
	watches map[*Watch]struct{}
	woken   time.Time
	timer   *time.Timer // nil when nobody is to be woken later
}

func (h *hub) init() { h.rooms = make(map[fleet.UUID]*room) }

func (h *hub) enter(company fleet.UUID) *Watch {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := h.rooms[company]
	if r == nil {
		r = &room{hub: h, company: company, watches: make(map[*Watch]struct{})}
		h.rooms[company] = r
	}
	w := &Watch{room: r, awake: make(chan struct{}, 1)}
	r.watches[w] = struct{}{}
	return w
}

func (h *hub) leave(w *Watch) {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := w.room
	delete(r.watches, w)
	if len(r.watches) == 0 && h.rooms[r.company] == r {
		delete(h.rooms, r.company)
		r.stop()
	}
}

// tell passes a change on to those whom it concerns.
func (h *hub) tell(c Change) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !c.Company.IsZero() {
		if r := h.rooms[c.Company]; r != nil {
			r.tell(c)
		}
		return
	}
	for _, r := range h.rooms {
		r.tell(c)
	}
}

// resync tells everybody that anything may have changed.
func (h *hub) resync() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range h.rooms {
		r.tell(Change{Table: Equipment}, Change{Table: Records})
	}
}

// stop ends the timers; nobody is woken any more.
func (h *hub) stop() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stopped = true
	for _, r := range h.rooms {
		r.stop()
	}
}

func (r *room) stop() {
	if r.timer != nil {
		r.timer.Stop()
		r.timer = nil
	}
}

func (r *room) tell(changes ...Change) {
	for w := range r.watches {
		for _, c := range changes {
			if c.Table == Records {
				w.news.Records.add(c)
			} else {
				w.news.Machines.add(c)
				w.news.Assigned = w.news.Assigned || c.Table == Assignments || c.Table == Operators || len(c.Rows) == 0
			}
		}
	}
	if r.timer != nil || r.hub.stopped {
		return
	}
	if rest := Pulse - time.Since(r.woken); rest > 0 {
		r.timer = time.AfterFunc(rest, func() {
			r.hub.mu.Lock()
			defer r.hub.mu.Unlock()
			if r.timer != nil { // not stopped meanwhile
				r.wake()
			}
		})
		return
	}
	r.wake()
}

// wake wakes all who have news.
func (r *room) wake() {
	r.timer, r.woken = nil, time.Now()
	for w := range r.watches {
		if w.news.any() {
			select {
			case w.awake <- struct{}{}:
			default:
			}
		}
	}
}
