package main

import (
	"net"
	"net/http"
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/localpg/pgtest"
)

// TestTheDemoStaysOnItsMachine: in demo mode no page of another site passes for one of the server, on no
// listener, and no credentials are made that would outlive the demo.
func TestTheDemoStaysOnItsMachine(t *testing.T) {
	t.Parallel()
	free, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	metrics := free.Addr().String()
	_ = free.Close()
	p := start(t, []string{"DATABASE_URL=" + pgtest.Empty(t), "FLEET_ADDR=127.0.0.1:0", "FLEET_METRICS_ADDR=" + metrics},
		"serve", "--demo")
	s := &site{p, p.says(`GraphQL +(http://\S+/graphql)`, patience)}
	for url, allowed := range map[string]int{"http://" + metrics + "/metrics": http.StatusOK, s.url + "?query={__typename}": http.StatusOK} {
		for host, status := range map[string]int{"evil.example": http.StatusMisdirectedRequest, "localhost:1": allowed} {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Host = host
			w, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_ = w.Body.Close()
			if w.StatusCode != status {
				t.Errorf("%s for %s: %s, want %d", url, host, w.Status, status)
			}
		}
	}
	err = s.data(
		&struct{}{},
		`mutation { createAccessToken(input: {name: "t", scope: ADMIN}) { accessToken { id } errors { code } } }`,
		nil,
	)
	if err == nil || !strings.Contains(err.Error(), "FORBIDDEN") {
		t.Errorf("a token of the demo: %v", err)
	}
	p.stop(15)
}
