package sharing

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
)

// TestAParkedSubscriberIsWokenForEachResponse: a wake that is lost would leave responses in the queue for ever. The
// producer and the consumer meet in every order.
func TestAParkedSubscriberIsWokenForEachResponse(t *testing.T) {
	t.Parallel()
	for round := range 200 {
		ctx, cancel := context.WithCancel(t.Context())
		s := &subscriber{ctx: ctx, queue: make(chan *graphql.Response, eventQueue)}
		const events = 20
		done := make(chan []string, 1)
		var got []string
		var run func()
		run = func() { // one at a time: Park hands over
			for {
				response, ok := s.Next()
				switch {
				case !ok:
					if s.Park(func() { go run() }) {
						return
					}
				case response == nil:
					done <- got
					return
				default:
					got = append(got, string(response.Data))
				}
			}
		}
		go run()
		for i := range events {
			if !s.offer(&graphql.Response{Data: []byte(strconv.Itoa(i))}, nil) {
				t.Fatal("the queue is full")
			}
			if i%3 == round%3 {
				time.Sleep(time.Duration(round%7) * time.Microsecond)
			}
		}
		if round%2 == 0 {
			s.end()
		} else { // what is queued may be lost then
			cancel()
			s.notify()
		}
		select {
		case all := <-done:
			for i, text := range all {
				if text != strconv.Itoa(i) {
					t.Fatalf("got %v", all)
				}
			}
			if round%2 == 0 && len(all) != events {
				t.Fatalf("got %d of %d responses", len(all), events)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("round %d: the end does not come", round)
		}
		cancel()
	}
}

// TestAQueueParksOnlyWhileItIsEmpty and wakes once for what comes then.
func TestAQueueParksOnlyWhileItIsEmpty(t *testing.T) {
	t.Parallel()
	s := &subscriber{ctx: t.Context(), queue: make(chan *graphql.Response, 2)}
	woken := 0
	wake := func() { woken++ }
	offer := func() {
		t.Helper()
		if !s.offer(&graphql.Response{Data: []byte("1")}, nil) {
			t.Fatal("the queue is full")
		}
	}
	offer()
	if s.Park(wake) {
		t.Error("a queue with a response has parked")
	}
	if response, ok := s.Next(); !ok || response == nil {
		t.Error("the response is lost")
	}
	if !s.Park(wake) || woken != 0 {
		t.Errorf("an empty queue does not park, or was woken %d times", woken)
	}
	offer()
	offer()
	if woken != 1 {
		t.Errorf("woken %d times, want once", woken)
	}
}
