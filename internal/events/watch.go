package events

import (
	"context"
	"slices"
	"sync"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/guard"
)

// Pulse is the shortest time between two deliveries to the watches of one
// company. The first change after a quiet time is delivered at once, later ones
// together. All watches wake at the same time, so that what they recompute is
// computed once.
const Pulse = 250 * time.Millisecond

// maxNamed is the number of rows that News names; above it, All is set.
const maxNamed = 250

// News is what changed since the last call of Watch.Next.
type News struct {
	Machines Rows
	Records  Rows
	Assigned bool // some machines may have another operator, or their operator another user
}

func (n *News) any() bool { return n.Machines.Any() || n.Records.Any() }

// Rows names rows in the order of their first change.
type Rows struct {
	All     bool // any row may have changed, none is named
	Changed []fleet.UUID
	created map[fleet.UUID]bool
}

// Any reports whether something changed.
func (r *Rows) Any() bool { return r.All || len(r.Changed) > 0 }

// Created reports whether the row is new.
func (r *Rows) Created(id fleet.UUID) bool { return r.created[id] }

func (r *Rows) add(c fleet.TableChange) {
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
	topic *topic
	news  News
	awake chan struct{} // capacity 1; full while there is news
}

// Watch subscribes to a company: no change that is committed from now on is
// missed. Close ends it.
func (f *Feed) Watch(company fleet.UUID) *Watch { return f.broker.subscribe(company) }

// Next waits for news and returns it. It returns ctx's error when ctx ends.
func (w *Watch) Next(ctx context.Context) (News, error) {
	for {
		select {
		case <-ctx.Done():
			return News{}, ctx.Err()
		case <-w.awake:
		}
		if news := w.take(); news.any() { // empty if Next took it just before this wake
			return news, nil
		}
	}
}

func (w *Watch) take() News {
	w.topic.broker.mu.Lock()
	defer w.topic.broker.mu.Unlock()
	news := w.news
	w.news = News{}
	return news
}

// Close ends the watch.
func (w *Watch) Close() { w.topic.broker.unsubscribe(w) }

// broker keeps the topics. Its lock guards all topics and watches.
type broker struct {
	mu      sync.Mutex
	topics  map[fleet.UUID]*topic
	stopped bool
}

// topic holds the watches of one company. It exists while there are any.
type topic struct {
	broker  *broker
	company fleet.UUID
	watches map[*Watch]struct{}
	woken   time.Time
	timer   *time.Timer // nil when no delivery is scheduled
}

func (b *broker) init() { b.topics = make(map[fleet.UUID]*topic) }

func (b *broker) subscribe(company fleet.UUID) *Watch {
	b.mu.Lock()
	defer b.mu.Unlock()
	t := b.topics[company]
	if t == nil {
		t = &topic{broker: b, company: company, watches: make(map[*Watch]struct{})}
		b.topics[company] = t
	}
	w := &Watch{topic: t, awake: make(chan struct{}, 1)}
	t.watches[w] = struct{}{}
	return w
}

func (b *broker) unsubscribe(w *Watch) {
	b.mu.Lock()
	defer b.mu.Unlock()
	t := w.topic
	delete(t.watches, w)
	if len(t.watches) == 0 && b.topics[t.company] == t {
		delete(b.topics, t.company)
		t.stop()
	}
}

// publish adds a change to the topic of its company, or to all topics.
func (b *broker) publish(c fleet.TableChange) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !c.Company.IsZero() {
		if t := b.topics[c.Company]; t != nil {
			t.publish(c)
		}
		return
	}
	for _, t := range b.topics {
		t.publish(c)
	}
}

// resync publishes to every topic that any row may have changed.
func (b *broker) resync() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, t := range b.topics {
		t.publish(fleet.TableChange{Table: fleet.TableEquipment}, fleet.TableChange{Table: fleet.TableRecords})
	}
}

// stop ends the timers; no watch wakes after it.
func (b *broker) stop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stopped = true
	for _, t := range b.topics {
		t.stop()
	}
}

func (t *topic) stop() {
	if t.timer != nil {
		t.timer.Stop()
		t.timer = nil
	}
}

func (t *topic) publish(changes ...fleet.TableChange) {
	for w := range t.watches {
		for _, c := range changes {
			if c.Table == fleet.TableRecords {
				w.news.Records.add(c)
			} else {
				w.news.Machines.add(c)
				w.news.Assigned = w.news.Assigned || len(c.Rows) == 0 ||
					c.Table == fleet.TableAssignments || c.Table == fleet.TableOperators
			}
		}
	}
	if t.timer != nil || t.broker.stopped {
		return
	}
	if rest := Pulse - time.Since(t.woken); rest > 0 {
		t.timer = time.AfterFunc(rest, func() {
			defer guard.Recover("wake of watches")
			t.broker.mu.Lock()
			defer t.broker.mu.Unlock()
			if t.timer != nil { // not stopped meanwhile
				t.wake()
			}
		})
		return
	}
	t.wake()
}

// wake wakes the watches that have news.
func (t *topic) wake() {
	t.timer, t.woken = nil, time.Now()
	for w := range t.watches {
		if w.news.any() {
			select {
			case w.awake <- struct{}{}:
			default:
			}
		}
	}
}
