package e2e_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/coreos/go-oidc/v3/oidc/oidctest"

	"bitcorp.dev/fleet/internal/fleet"
)

// issuer is an OpenID Connect provider that signs in the user of a test.
type issuer struct {
	t        *testing.T
	url      string
	secret   string
	redirect string // the address that is registered there

	mu         sync.Mutex
	keyID      string
	key        *ecdsa.PrivateKey
	names      bool                       // whether it says that its answers name it
	sign       func(claims string) string // how it signs ID tokens, if otherwise than with key
	challenges map[string]string          // of PKCE, by code
	claims     map[string]map[string]any  // by code
	asked      map[string]int             // requests, by path
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	i := &issuer{
		t:          t,
		secret:     "the provider's horse battery",
		challenges: map[string]string{},
		claims:     map[string]map[string]any{},
		asked:      map[string]int{},
	}
	i.rotate("one")
	mux := http.NewServeMux()
	mux.HandleFunc("POST /token", i.token)
	mux.HandleFunc("GET /.well-known/openid-configuration", i.describe)
	mux.HandleFunc("GET /keys", i.keys)
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.mu.Lock()
		i.asked[r.URL.Path]++
		i.mu.Unlock()
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(web.Close)
	i.url = web.URL
	return i
}

// change changes what the issuer does, while it may be asked.
func (i *issuer) change(how func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	how()
}

// rotate gives the issuer a new key in place of the one that it had.
func (i *issuer) rotate(keyID string) {
	i.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		i.t.Fatal(err)
	}
	i.change(func() { i.key, i.keyID = key, keyID })
}

// times returns how often a path was asked for.
func (i *issuer) times(path string) int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.asked[path]
}

func (i *issuer) describe(w http.ResponseWriter, _ *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{
		"issuer":                 i.url,
		"authorization_endpoint": i.url + "/auth",
		"token_endpoint":         i.url + "/token",
		"jwks_uri":               i.url + "/keys",
		"id_token_signing_alg_values_supported": []string{
			oidc.ES256,
		},
		"authorization_response_iss_parameter_supported": i.names,
	})
}

func (i *issuer) keys(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	published := &oidctest.Server{
		PublicKeys: []oidctest.PublicKey{{PublicKey: i.key.Public(), KeyID: i.keyID, Algorithm: oidc.ES256}},
	}
	i.mu.Unlock()
	published.ServeHTTP(w, r)
}

// authorize is what the provider does when the browser comes to it: it returns
// where it sends the browser back to. The claims are the defaults changed by with.
func (i *issuer) authorize(to string, with map[string]any) string {
	i.t.Helper()
	u, err := url.Parse(to)
	if err != nil || !strings.HasPrefix(to, i.url+"/auth?") {
		i.t.Fatalf("the browser is sent to %s, %v", to, err)
	}
	asked := u.Query()
	if asked.Get("response_type") != "code" || asked.Get("code_challenge_method") != "S256" || asked.Get("nonce") == "" ||
		asked.Get("client_id") != "fleet" || asked.Get("redirect_uri") != i.redirect {
		i.t.Errorf("asked for %s", u.RawQuery)
	}
	claims := map[string]any{
		"iss":            i.url,
		"aud":            "fleet",
		"sub":            "subject of ann",
		"nonce":          asked.Get("nonce"),
		"email":          "ann@example.com",
		"email_verified": true,
		"iat":            time.Now().Unix(),
		"exp":            time.Now().Add(time.Minute).Unix(),
	}
	maps.Copy(claims, with)
	maps.DeleteFunc(claims, func(_ string, value any) bool { return value == nil })
	code := fleet.NewUUID().String()
	i.mu.Lock()
	defer i.mu.Unlock()
	i.challenges[code], i.claims[code] = asked.Get("code_challenge"), claims
	return asked.Get("redirect_uri") + "?" + url.Values{"code": {code}, "state": {asked.Get("state")}}.Encode()
}

// token exchanges a code, once, for a client with the secret and the verifier.
func (i *issuer) token(w http.ResponseWriter, r *http.Request) {
	code := r.FormValue("code")
	i.mu.Lock()
	defer i.mu.Unlock()
	claims, challenge := i.claims[code], i.challenges[code]
	delete(i.claims, code)
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	_, secret, ok := r.BasicAuth()
	if !ok {
		secret = r.FormValue("client_secret")
	} else if unescaped, err := url.QueryUnescape(secret); err == nil {
		secret = unescaped
	}
	if claims == nil || base64.RawURLEncoding.EncodeToString(sum[:]) != challenge || secret != i.secret {
		http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
		return
	}
	text, err := json.Marshal(claims)
	if err != nil {
		i.t.Error(err)
	}
	sign := i.sign
	if sign == nil {
		sign = func(claims string) string { return oidctest.SignIDToken(i.key, i.keyID, oidc.ES256, claims) }
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(
		w,
	).Encode(
		map[string]any{"access_token": "unused", "token_type": "Bearer", "id_token": sign(string(text))},
	)
}

// trust makes the issuer the company's, which is Ours unless change says
// otherwise; change changes its settings.
func (o *signInFixture) trust(i *issuer, change func(*fleet.IdentityProvider)) {
	o.t.Helper()
	file := filepath.Join(o.t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(i.secret+"\n"), 0o600); err != nil {
		o.t.Fatal(err)
	}
	p := fleet.IdentityProvider{
		CompanyID:    o.viewer.CompanyID,
		Issuer:       i.url,
		ClientID:     "fleet",
		ClientSecret: "file:" + file,
		Passwords:    true,
	}
	if change != nil {
		change(&p)
	}
	if err := o.store.Identity().SetProvider(o.t.Context(), p); err != nil {
		o.t.Fatal(err)
	}
	i.redirect = o.url + "/sign-in/oidc/callback/" + p.CompanyID.String()
}

// beginAt sends the form with the company's name.
func (o *signInFixture) beginAt(c *http.Client, company, next string, headers ...string) reply {
	o.t.Helper()
	return o.do(c, "POST", "/sign-in/oidc", aForm, url.Values{"company": {company}, "next": {next}}.Encode(), headers...)
}

// begin sends a browser to its provider and returns where that is.
func (o *signInFixture) begin(c *http.Client, next string) string {
	o.t.Helper()
	w := o.beginAt(c, "OURS", next)
	if w.StatusCode != http.StatusSeeOther {
		o.t.Fatalf("beginning got %s %s", w.Status, w.body)
	}
	if k := w.Cookies(); len(k) != 1 || k[0].Name != "fleet_flow" || !k[0].HttpOnly ||
		k[0].SameSite != http.SameSiteLaxMode ||
		k[0].MaxAge != 600 {
		o.t.Errorf("the flow's cookie is %s", w.Header.Get("Set-Cookie"))
	}
	return w.Header.Get("Location")
}

// signOn goes the whole way and returns what the browser is answered at last.
func (o *signInFixture) signOn(c *http.Client, i *issuer, with map[string]any) reply {
	o.t.Helper()
	return o.do(c, "GET", i.authorize(o.begin(c, "/"), with), "", "")
}
