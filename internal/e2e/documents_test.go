package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/app"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/gql/edge"
)

const trustedDocument = `{ viewer { name } }`

// its SHA-256, as `printf '{ viewer { name } }' | sha256sum` writes it.
const trustedHash = "3f9a5fe58741fdcb3ba59d8cc865ce0c081b65bca09f7904bc81277be1bdd3f0"

func byHash(hash string) string {
	extensions, _ := json.Marshal(map[string]any{"persistedQuery": map[string]any{"version": 1, "sha256Hash": hash}})
	return "/graphql?extensions=" + url.QueryEscape(string(extensions))
}

// TestTrustedDocumentsRun names them by hash, and asks for others, as a
// browser and as a program.
func TestTrustedDocumentsRun(t *testing.T) {
	t.Parallel()
	manifest := filepath.Join(t.TempDir(), "manifest.json")
	if err := os.WriteFile(manifest, fmt.Appendf(nil, `{%q: %q}`, trustedHash, trustedDocument), 0o600); err != nil {
		t.Fatal(err)
	}
	o := newSignInFixture(t, func(c *app.Config) { c.TrustedDocuments, c.TrustedOnly = manifest, true })
	browser := o.signedIn("max")
	if w := o.do(browser, http.MethodGet, byHash(trustedHash), "", ""); !strings.Contains(w.body, `"name"`) {
		t.Errorf("by hash: %s", w.body)
	}
	if w := o.do(
		browser,
		http.MethodPost,
		"/graphql",
		"application/json",
		`{"query":"{ viewer { name } }"}`,
	); !strings.Contains(
		w.body,
		`"name"`,
	) {
		t.Errorf("by text: %s", w.body)
	}
	if w := o.do(
		browser,
		http.MethodPost,
		"/graphql",
		"application/json",
		`{"query":"{ viewer { email } }"}`,
	); !strings.Contains(w.body, `"FORBIDDEN"`) ||
		strings.Contains(w.body, "max@") {
		t.Errorf("another one: %s", w.body)
	}
	if w := o.do(browser, http.MethodGet, byHash(strings.Repeat("0", 64)), "", ""); strings.Contains(w.body, `"data"`) {
		t.Errorf("an unknown hash: %s", w.body)
	}
	token, _ := o.token("max", fleet.ScopeRead)
	if w := o.do(
		o.browser(),
		http.MethodPost,
		"/graphql",
		"application/json",
		`{"query":"{ viewer { email } }"}`,
		"Authorization",
		"Bearer "+token,
	); !strings.Contains(
		w.body,
		"max@",
	) {
		t.Errorf("a program: %s", w.body)
	}
}

// TestADocumentThatWasSentOnceIsKnownByItsHash is what clients with automatic
// persisted queries do.
func TestADocumentThatWasSentOnceIsKnownByItsHash(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	c := o.signedIn("max")
	if w := o.do(
		c,
		http.MethodGet,
		byHash(trustedHash),
		"",
		"",
	); !strings.Contains(
		w.body,
		`"PERSISTED_QUERY_NOT_FOUND"`,
	) {
		t.Errorf("before: %s", w.body)
	}
	if w := o.do(
		c,
		http.MethodGet,
		byHash(trustedHash)+"&query="+url.QueryEscape(trustedDocument),
		"",
		"",
	); !strings.Contains(
		w.body,
		`"name"`,
	) {
		t.Errorf("with its text: %s", w.body)
	}
	if w := o.do(c, http.MethodGet, byHash(trustedHash), "", ""); !strings.Contains(w.body, `"name"`) {
		t.Errorf("after: %s", w.body)
	}
	if w := o.do(
		c,
		http.MethodGet,
		byHash(trustedHash)+"&query="+url.QueryEscape(`{ viewer { email } }`),
		"",
		"",
	); strings.Contains(
		w.body,
		"max@",
	) {
		t.Errorf("the hash of another: %s", w.body)
	}
}

func TestAManifestWithAWrongHashIsRefused(t *testing.T) {
	t.Parallel()
	for _, manifest := range []string{`{"abc": "{ viewer { name } }"}`, `[]`, ``} {
		if _, err := edge.ReadTrustedDocuments([]byte(manifest)); err == nil {
			t.Errorf("%s is taken", manifest)
		}
	}
}
