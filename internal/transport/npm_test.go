package transport_test

import (
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/transport"
	"bitcorp.dev/fleet/internal/transport/testschema"
)

// TestReferenceClientsAndAuditsPass runs web/test/protocol: the audits of
// graphql-http, and the clients graphql-ws and graphql-sse through dropped
// connections and restarts of the server.
func TestReferenceClientsAndAuditsPass(t *testing.T) {
	node, err := exec.LookPath("node")
	web, _ := filepath.Abs("../../web")
	if err == nil {
		_, err = os.Stat(filepath.Join(web, "node_modules", "graphql-http"))
	}
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("node and the packages of web/ are needed: ", err)
	}
	s := newRestarting(t)
	files, err := filepath.Glob(filepath.Join(web, "test", "protocol", "*.test.mjs"))
	if err != nil || len(files) == 0 {
		t.Fatal("no tests", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	run := exec.CommandContext(ctx, node, append([]string{"--test"}, files...)...)
	run.Dir = web
	run.Env = append(os.Environ(), "FLEET_URL="+s.url+"/graphql", "FLEET_CONTROL="+s.url)
	out, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
	if s.restarts.Load() == 0 || s.cuts.Load() == 0 {
		t.Errorf("%d restarts and %d drops were requested", s.restarts.Load(), s.cuts.Load())
	}
}

// restarting is a server that POST /cut makes drop its connections, and POST
// /restart makes restart.
type restarting struct {
	t              *testing.T
	schema         *testschema.Schema
	url            string
	restarts, cuts atomic.Int64

	mu      sync.Mutex
	handler http.Handler
	ws      *transport.WebSocket
	sse     *transport.SSE
	conns   map[net.Conn]struct{}
}

func newRestarting(t *testing.T) *restarting {
	s := &restarting{t: t, schema: testschema.New(), conns: map[net.Conn]struct{}{}}
	s.begin()
	mux := http.NewServeMux()
	mux.HandleFunc("/graphql", func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		h := s.handler
		s.mu.Unlock()
		h.ServeHTTP(w, r)
	})
	mux.HandleFunc("POST /restart", func(http.ResponseWriter, *http.Request) { s.restarts.Add(1); s.end(); s.begin() })
	mux.HandleFunc("POST /cut", func(http.ResponseWriter, *http.Request) { s.cuts.Add(1); s.cut() })
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.url = "http://" + listener.Addr().String()
	server := &http.Server{Handler: mux, ReadTimeout: 30 * time.Second, ConnState: func(c net.Conn, state http.ConnState) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if state == http.StateNew {
			s.conns[c] = struct{}{}
		}
	}}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(listener)
	}()
	t.Cleanup(func() {
		s.end()
		_ = server.Close()
		<-served
	})
	return s
}

func (s *restarting) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ws, s.sse = transport.NewWebSocket(transport.Config{}), transport.NewSSE(transport.Config{})
	s.handler = s.schema.Handler(s.ws, s.sse, transport.NewHTTP(transport.Config{}))
}

func (s *restarting) end() {
	s.mu.Lock()
	ws, sse := s.ws, s.sse
	s.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := ws.Shutdown(ctx); err != nil {
		s.t.Errorf("sockets did not end: %v", err)
	}
	if err := sse.Shutdown(ctx); err != nil {
		s.t.Errorf("streams did not end: %v", err)
	}
}

// cut drops all connections, including that of the request.
func (s *restarting) cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		_ = c.Close()
	}
	clear(s.conns)
}
