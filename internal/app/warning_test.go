package app_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/app"
)

// TestPlainHTTPBeyondThisMachineIsWarnedOf once, at the start.
func TestPlainHTTPBeyondThisMachineIsWarnedOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		addr, public string
		warned       bool
	}{
		{"127.0.0.1:0", "", false},
		{"localhost:0", "http://localhost:8080", false},
		{"0.0.0.0:0", "", true},
		{":0", "http://fleet.example.com", true},
		{":0", "https://fleet.example.com", false},
	} {
		var log bytes.Buffer
		config := onDatabase(t)
		config.Addr, config.PublicURL, config.Log = c.addr, c.public, slog.New(slog.NewTextHandler(&log, nil))
		a, err := app.New(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if strings.Contains(log.String(), "FLEET_PUBLIC_URL is not an https URL") != c.warned {
			t.Errorf("on %s as %q: %s", c.addr, c.public, &log)
		}
	}
}

// TestAPatternIsNoOrigin: every page that matches it could read answers with the visitor's cookies.
func TestAPatternIsNoOrigin(t *testing.T) {
	t.Parallel()
	for _, origin := range []string{"https://*", "https://*.example.com"} {
		config := onDatabase(t)
		config.Origins = []string{origin}
		a, err := app.New(t.Context(), config)
		if err == nil {
			_ = a.Close(t.Context())
		}
		if err == nil || !strings.Contains(err.Error(), "it must be one origin, without *") {
			t.Errorf("%s: %v", origin, err)
		}
	}
}
