package main

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// TestBehindNginx runs three instances behind a real nginx. Its parts share them, one after the other.
func TestBehindNginx(t *testing.T) {
	t.Parallel()
	b := newBehind(t)
	for _, part := range []struct {
		name string
		test func(*testing.T, *behind)
	}{
		{"TLS", nginxTLS},
		{"the address of the client", nginxAddress},
		{"files and sizes", nginxFiles},
		{"sockets and event streams", nginxLive},
		{"40 requests at once", nginxLimit},
		{"a rolling restart under load", nginxRolling},
		{"an instance that is killed", nginxKilled},
	} {
		t.Run(part.name, func(t *testing.T) { part.test(t, b) })
	}
}

func nginxTLS(t *testing.T, b *behind) {
	client := b.client("127.0.2.1")
	w, err := client.Get("http://localhost:" + b.plain + "/equipment?x=1")
	if err != nil {
		t.Fatal(err)
	}
	_ = w.Body.Close()
	if w.StatusCode != http.StatusPermanentRedirect || w.Header.Get("Location") != "https://localhost/equipment?x=1" {
		t.Errorf("http: %s, %v", w.Status, w.Header)
	}
	w, text, err := b.post(client, someMachines)
	if err != nil {
		t.Fatal(err)
	}
	hsts := w.Header.Values("Strict-Transport-Security")
	if w.ProtoMajor != 2 || w.TLS.Version != tls.VersionTLS13 || !strings.Contains(text, `"nodes"`) || len(hsts) != 1 ||
		hsts[0] != "max-age=63072000; includeSubDomains" {
		t.Errorf("%s over %s, TLS %x, %v\n%s", w.Status, w.Proto, w.TLS.Version, w.Header, text)
	}
	for version, works := range map[uint16]bool{tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		old := b.client("127.0.2.1", func(c *tls.Config) { c.MinVersion, c.MaxVersion = version, version })
		if _, _, err := b.post(old, someMachines); err == nil != works {
			t.Errorf("TLS %x: %v", version, err)
		}
	}
	for suite, works := range map[uint16]bool{
		tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: true, tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: true,
		tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: false,
	} {
		old := b.client("127.0.2.1", func(c *tls.Config) { c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{suite} })
		if _, _, err := b.post(old, someMachines); err == nil != works {
			t.Errorf("%s: %v", tls.CipherSuiteName(suite), err)
		}
	}
}

// nginxAddress signs in with a wrong password, with a forged address: the log has that of the connection.
func nginxAddress(t *testing.T, b *behind) {
	r, err := http.NewRequest(
		http.MethodPost,
		b.at("/sign-in"),
		strings.NewReader(`{"email":"a@example.com","password":"x"}`),
	)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Forwarded-For", "203.0.113.7")
	r.Header.Set("X-Request-Id", "id-through-nginx")
	w, err := b.client("127.0.2.2").Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = w.Body.Close()
	if w.StatusCode != http.StatusUnauthorized || w.Header.Get("X-Request-Id") != "id-through-nginx" {
		t.Errorf("%s, %v", w.Status, w.Header)
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		log := ""
		for _, p := range b.instances {
			log += p.said.String()
		}
		if strings.Contains(log, `msg="sign-in refused" network=127.0.2.2 request=id-through-nginx`) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("no instance has noted the address:\n%s", log)
		}
	}
}

func nginxFiles(t *testing.T, b *behind) {
	client := b.client("127.0.2.3")
	if w, text, err := b.post(client, `{"query":"`+strings.Repeat("x", 1<<20)+`"}`); err != nil ||
		w.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(text, `"LIMIT_EXCEEDED"`) {
		t.Errorf("a large body: %v, %s", err, text)
	}
	assets, err := filepath.Glob("../../web/dist/assets/*.js")
	if err != nil || len(assets) == 0 {
		t.Skip("the pages are not built")
	}
	for range 2 { // from an instance, then from the cache
		w, err := client.Get(b.at("/assets/" + filepath.Base(assets[0])))
		if err != nil {
			t.Fatal(err)
		}
		_ = w.Body.Close()
		if w.StatusCode != http.StatusOK || w.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%s, %v", w.Status, w.Header)
		}
	}
	kept := 0
	_ = filepath.WalkDir(filepath.Join(b.folder, "cache"), func(_ string, d os.DirEntry, _ error) error {
		if d != nil && !d.IsDir() {
			kept++
		}
		return nil
	})
	if kept == 0 {
		t.Error("nothing is cached")
	}
	w, err := client.Get(b.at("/"))
	if err != nil {
		t.Fatal(err)
	}
	_ = w.Body.Close()
	if w.StatusCode != http.StatusOK || w.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("the page: %s, %v", w.Status, w.Header)
	}
}

func nginxLive(t *testing.T, b *behind) {
	client := b.client("127.0.2.4")
	client.Timeout = 0
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.at("/graphql"),
		strings.NewReader(`{"query":"subscription { dashboardStats { totalEquipment } }"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set("Accept-Encoding", "gzip, br")
	w, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Body.Close() }()
	if w.StatusCode != http.StatusOK || w.Header.Get("Content-Encoding") != "" {
		t.Errorf("%s, %v", w.Status, w.Header)
	}
	for stream := bufio.NewScanner(w.Body); ; { // the first event comes while the stream is open
		if !stream.Scan() {
			t.Fatalf("the stream has ended without an event: %v", stream.Err())
		}
		if strings.Contains(stream.Text(), "totalEquipment") {
			break
		}
	}
	plain := b.client("127.0.2.4", func(c *tls.Config) { c.NextProtos = []string{"http/1.1"} })
	plain.Timeout = 0
	plain.Transport.(*http.Transport).ForceAttemptHTTP2 = false //nolint:errcheck,forcetypeassert // ours
	conn, _, err := websocket.Dial(t.Context(), b.at("/graphql"), &websocket.DialOptions{
		HTTPClient: plain, Subprotocols: []string{"graphql-transport-ws"},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.CloseNow() }()
	if err := conn.Write(t.Context(), websocket.MessageText, []byte(`{"type":"connection_init"}`)); err != nil {
		t.Fatal(err)
	}
	if _, message, err := conn.Read(t.Context()); err != nil || !strings.Contains(string(message), "connection_ack") {
		t.Errorf("%s, %v", message, err)
	}
}

// nginxLimit: one request passes and 20 more; those that the time between the first and the last allows
// pass too. All others are 429 as GraphQL JSON, of the type that the client accepts.
func nginxLimit(t *testing.T, b *behind) {
	client := b.client("127.0.2.5")
	var mu sync.Mutex
	passed, refused := 0, 0
	var all sync.WaitGroup
	begun := time.Now()
	for range 40 {
		all.Go(func() {
			w, text, err := b.post(client, someMachines, "Accept", "application/graphql-response+json")
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err != nil:
				t.Error(err)
			case w.StatusCode == http.StatusOK:
				passed++
			case w.StatusCode == http.StatusTooManyRequests:
				refused++
				types := w.Header.Values("Content-Type")
				if len(types) != 1 || types[0] != "application/graphql-response+json" || w.Header.Get("Retry-After") != "1" ||
					!strings.Contains(text, `"code":"RATE_LIMITED"`) || w.Header.Get("X-Request-Id") == "" {
					t.Errorf("%v\n%s", w.Header, text)
				}
			default:
				t.Errorf("%s: %s", w.Status, text)
			}
		})
	}
	all.Wait()
	most := 21 + int(10*time.Since(begun).Seconds()) + 1
	if passed < 21 || passed > most || passed+refused != 40 {
		t.Errorf("%d have passed, %d were refused; want 21 to %d of 40 to pass", passed, refused, most)
	}
	if w, _, err := b.post(b.client("127.0.2.6"), someMachines); err != nil || w.StatusCode != http.StatusOK {
		t.Errorf("another address: %v", err)
	}
	w, text, err := b.post(client, someMachines, "Accept", "application/json")
	if err == nil && w.StatusCode == http.StatusTooManyRequests && w.Header.Get("Content-Type") != "application/json" {
		t.Errorf("%v\n%s", w.Header, text)
	}
}

// nginxRolling restarts all instances with the script of deploy/nginx: no request fails.
func nginxRolling(t *testing.T, b *behind) {
	control := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b.restart(r.URL.Query().Get("address"))
	}))
	defer control.Close()
	restart := filepath.Join(b.folder, "restart")
	script := fmt.Sprintf("#!/bin/sh\nexec curl --silent --fail '%s/?address='\"$1\"\n", control.URL)
	if err := os.WriteFile(restart, []byte(script), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	before := map[string]int{}
	for address, p := range b.instances {
		before[address] = p.cmd.Process.Pid
	}
	l := b.load(10)
	l.goesOn(t, 30)
	cmd := exec.CommandContext(
		t.Context(),
		"../../deploy/nginx/rolling-restart.sh",
		filepath.Join(b.folder, "upstream.conf"),
		restart,
	)
	cmd.Env = append(os.Environ(), "DRAIN=1", fmt.Sprintf("NGINX_RELOAD=%s -p %s -c %s/nginx.conf -s reload",
		nginxProgram(t), b.folder, b.folder))
	said, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, said)
	}
	l.goesOn(t, 30)
	sent, failures := l.stop()
	t.Logf("%d requests, %d failed", sent, len(failures))
	if len(failures) > 0 {
		t.Errorf("%d of %d requests have failed:\n%s", len(failures), sent, strings.Join(failures, "\n"))
	}
	for address, p := range b.instances {
		if p.cmd.Process.Pid == before[address] {
			t.Errorf("%s was not restarted", address)
		}
	}
	list, err := os.ReadFile(filepath.Join(b.folder, "upstream.conf"))
	if err != nil || strings.Contains(string(list), "down") || strings.Count(string(list), "weight=") != 3 {
		t.Errorf("%v\n%s", err, list)
	}
}

// nginxKilled kills an instance under load: at most the requests that it had in progress fail, which is one
// of each client.
func nginxKilled(t *testing.T, b *behind) {
	l := b.load(10)
	l.goesOn(t, 30)
	for address, p := range b.instances {
		if err := p.cmd.Process.Signal(syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		<-p.ended
		delete(b.instances, address)
		break
	}
	l.goesOn(t, 100)
	sent, failures := l.stop()
	t.Logf("%d requests, %d failed", sent, len(failures))
	for _, f := range failures {
		if !strings.Contains(f, "503") || !strings.Contains(f, `"UNAVAILABLE"`) {
			t.Errorf("not the answer of nginx: %s", f)
		}
	}
	if len(failures) > l.clients {
		t.Errorf("%d of %d requests have failed", len(failures), sent)
	}
}
