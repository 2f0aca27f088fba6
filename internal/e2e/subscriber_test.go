package e2e_test

import (
	"bufio"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
)

// subscriber remembers what it is told, over a real connection.
type subscriber struct {
	mu     sync.Mutex
	events []json.RawMessage // the data of each
	ended  string            // why; "" while it goes on
	leave  func()
}

func (s *subscriber) add(data json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, data)
}

func (s *subscriber) end(why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = why
}

// text is all that a subscriber was told, and why it ended.
func (s *subscriber) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b strings.Builder
	for _, e := range s.events {
		b.Write(e)
	}
	return b.String() + s.ended
}

func (s *subscriber) why() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ended
}

// all returns the events so far.
func all[T any](t testing.TB, s *subscriber) []T {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]T, len(s.events))
	for i, e := range s.events {
		if err := json.Unmarshal(e, &list[i]); err != nil {
			t.Fatal(err)
		}
	}
	return list
}

// last returns the newest event, the zero T before the first.
func last[T any](t testing.TB, s *subscriber) (e T) {
	t.Helper()
	if list := all[T](t, s); len(list) > 0 {
		e = list[len(list)-1]
	}
	return e
}

// listen returns the address of a real listener in front of the service.
func (s *service) listen() string {
	s.t.Helper()
	l := httptest.NewServer(s.handler)
	s.t.Cleanup(l.Close)
	return l.URL + "/graphql"
}

type message struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// closeCode returns the code with which a socket is closed that is opened with an access token.
func (s *service) closeCode(token string) websocket.StatusCode {
	s.t.Helper()
	conn, _, err := websocket.Dial( //nolint:bodyclose // it says that it needs no closing
		s.t.Context(),
		s.listen(),
		&websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}},
	)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = conn.CloseNow() }()
	payload, _ := json.Marshal(map[string]any{"authorization": "Bearer " + token})
	if err := wsjson.Write(s.t.Context(), conn, message{Type: "connection_init", Payload: payload}); err != nil {
		s.t.Fatal(err)
	}
	var m message
	err = wsjson.Read(s.t.Context(), conn, &m)
	return websocket.CloseStatus(err)
}

// overSocket subscribes by graphql-transport-ws.
func (s *service) overSocket(query string, variables map[string]any) *subscriber {
	s.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	conn, _, err := websocket.Dial( //nolint:bodyclose // it says that it needs no closing
		ctx,
		s.listen(),
		&websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: s.header},
	)
	if err != nil {
		s.t.Fatal(err)
	}
	payload, _ := json.Marshal(map[string]any{"query": query, "variables": variables})
	sub := new(subscriber)
	if err := wsjson.Write(ctx, conn, message{Type: "connection_init"}); err != nil {
		s.t.Fatal(err)
	}
	var ack message
	if err := wsjson.Read(ctx, conn, &ack); err != nil || ack.Type != "connection_ack" {
		s.t.Fatalf("%+v, %v", ack, err)
	}
	if err := wsjson.Write(ctx, conn, message{ID: "1", Type: "subscribe", Payload: payload}); err != nil {
		s.t.Fatal(err)
	}
	var reader sync.WaitGroup
	reader.Go(func() {
		for {
			var m message
			if err := wsjson.Read(ctx, conn, &m); err != nil {
				sub.end(err.Error())
				return
			}
			switch m.Type {
			case "next":
				var body struct{ Data, Errors json.RawMessage }
				_ = json.Unmarshal(m.Payload, &body)
				sub.add(body.Data)
				if len(body.Errors) > 0 {
					sub.end("errors " + string(body.Errors))
				}
			case "ping":
				_ = wsjson.Write(ctx, conn, message{Type: "pong"})
			default:
				sub.end(m.Type + " " + string(m.Payload))
			}
		}
	})
	sub.leave = func() { cancel(); _ = conn.CloseNow(); reader.Wait() }
	s.t.Cleanup(sub.leave)
	return sub
}

// overStream subscribes by server-sent events.
func (s *service) overStream(query string) *subscriber {
	s.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	body, _ := json.Marshal(map[string]any{"query": query})
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.listen(), strings.NewReader(string(body)))
	if err != nil {
		s.t.Fatal(err)
	}
	maps.Copy(r.Header, s.header)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		s.t.Fatal(err)
	}
	sub := new(subscriber)
	var reader sync.WaitGroup
	reader.Go(func() {
		defer func() { _ = answer.Body.Close() }()
		lines, why := bufio.NewScanner(answer.Body), "the stream ended"
		for lines.Scan() {
			if lines.Text() == "event: complete" {
				why = "complete"
			}
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				var body struct{ Data json.RawMessage }
				_ = json.Unmarshal([]byte(data), &body)
				sub.add(body.Data)
			}
		}
		sub.end(why)
	})
	s.t.Cleanup(func() { cancel(); reader.Wait() })
	return sub
}
