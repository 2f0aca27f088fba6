package browser_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"bitcorp.dev/fleet/internal/browser"
)

var built = fstest.MapFS{
	"index.html":            {Data: []byte("<title>client</title>")},
	"graphiql.html":         {Data: []byte("<title>editor</title>")},
	"assets/app-1a2b.js":    {Data: []byte("console.log('plain')")},
	"assets/app-1a2b.js.br": {Data: []byte("brotli")},
	"icon.svg":              {Data: []byte("<svg/>")},
}

const document = "text/html,application/xhtml+xml,*/*;q=0.8"

func get(t *testing.T, path string, headers ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "http://fleet.test"+path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	browser.Pages(built).ServeHTTP(w, r)
	return w.Result()
}

func TestAddressesOfTheClientAreItsPage(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/", "/equipment", "/equipment/equipment_01m8c5", "/work", "/no/such/page"} {
		w := get(t, path, "Accept", document)
		if w.StatusCode != http.StatusOK || w.Header.Get("Cache-Control") != "no-cache" ||
			w.Header.Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("%s: %d, %v", path, w.StatusCode, w.Header)
		}
		if policy := w.Header.Get(
			"Content-Security-Policy",
		); strings.Contains(policy, "unsafe") ||
			strings.Contains(policy, "blob:") {
			t.Errorf("%s has the policy %q, which must allow nothing that is written into a page", path, policy)
		}
	}
}

func TestAFileThatDoesNotExistIsNotFound(t *testing.T) {
	t.Parallel()
	for _, path := range []string{
		"/assets/gone-9f8e.js", "/assets/", "/assets/gone", "/favicon.ico", "/index.html", "/sign-in.html",
		"/assets/../index.html", "/.git/config", "/equipment.json",
	} {
		if w := get(t, path, "Accept", document); w.StatusCode != http.StatusNotFound || w.Header.Get("Cache-Control") != "" {
			t.Errorf("%s, to a browser that navigates: %d, %v", path, w.StatusCode, w.Header)
		}
	}
	for _, accept := range []string{"*/*", "application/json", ""} {
		if w := get(t, "/equipment", "Accept", accept); w.StatusCode != http.StatusNotFound {
			t.Errorf("/equipment, to a request that accepts %q: %d", accept, w.StatusCode)
		}
	}
}

func TestAssetsAreImmutableAndCompressed(t *testing.T) {
	t.Parallel()
	w := get(t, "/assets/app-1a2b.js", "Accept-Encoding", "gzip, br")
	if w.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" || w.Header.Get("Content-Encoding") != "br" {
		t.Errorf("an asset: %v", w.Header)
	}
	if again := get(
		t,
		"/assets/app-1a2b.js",
		"Accept-Encoding",
		"br",
		"If-None-Match",
		w.Header.Get("ETag"),
	); again.StatusCode != http.StatusNotModified {
		t.Errorf("the same asset again: %d", again.StatusCode)
	}
	if plain := get(t, "/assets/app-1a2b.js", "Accept-Encoding", "br;q=0"); plain.Header.Get("Content-Encoding") != "" {
		t.Errorf("brotli is sent to a client that refuses it: %v", plain.Header)
	}
}

func TestGraphiQLAloneMaySetStylesAndStartWorkers(t *testing.T) {
	t.Parallel()
	policy := get(t, "/graphiql", "Accept", document).Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "style-src 'self' 'unsafe-inline'") ||
		!strings.Contains(policy, "worker-src 'self' blob:") {
		t.Errorf("the policy of GraphiQL: %q", policy)
	}
}
