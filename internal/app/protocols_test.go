package app_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/app"
)

// TestHTTP2WithoutTLS speaks both protocols to one listener.
func TestHTTP2WithoutTLS(t *testing.T) {
	a, err := app.New(t.Context(), onDatabase(t))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	address, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- a.Run(ctx, func(addr string) { address <- addr }) }()
	defer func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		_ = a.Close(context.Background())
	}()
	url := "http://" + <-address + "/graphql"
	for major, set := range map[int]func(*http.Protocols){
		1: func(p *http.Protocols) { p.SetHTTP1(true) }, 2: func(p *http.Protocols) { p.SetUnencryptedHTTP2(true) },
	} {
		transport := &http.Transport{Protocols: new(http.Protocols)}
		set(transport.Protocols)
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(`{"query":"{ __typename }"}`))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		w, err := (&http.Client{Transport: transport}).Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = w.Body.Close()
		if w.StatusCode != 200 || w.ProtoMajor != major {
			t.Errorf("%s over %s, want HTTP/%d", w.Status, w.Proto, major)
		}
		transport.CloseIdleConnections()
	}
}
