package server_test

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

// issuer is an OpenID Connect provider that signs in whom a test says.
type issuer struct {
	t      *testing.T
	url    string
	secret string
	key    *ecdsa.PrivateKey

	mu         sync.Mutex
	challenges map[string]string         // of PKCE, by code
	claims     map[string]map[string]any // by code
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	i := &issuer{t: t, secret: "the provider's horse battery", key: key, challenges: map[string]string{}, claims: map[string]map[string]any{}}
	described := &oidctest.Server{Algorithms: []string{oidc.ES256}, PublicKeys: []oidctest.PublicKey{{PublicKey: key.Public(), KeyID: "one", Algorithm: oidc.ES256}}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /token", i.token)
	mux.Handle("/", described)
	web := httptest.NewServer(mux)
	t.Cleanup(web.Close)
	i.url = web.URL
	described.SetIssuer(web.URL)
	return i
}

// authorize is what the provider does when the browser comes to it: it returns
// where it sends the browser back to. The claims are the defaults changed by with.
func (i *issuer) authorize(to string, with map[string]any) string {
	i.t.Helper()
	u, err := url.Parse(to)
	if err != nil || !strings.HasPrefix(to, i.url) {
		i.t.Fatalf("the browser is sent to %s, %v", to, err)
	}
	asked := u.Query()
	if asked.Get("response_type") != "code" || asked.Get("code_challenge_method") != "S256" || asked.Get("nonce") == "" || asked.Get("client_id") != "fleet" {
		i.t.Errorf("asked for %s", u.RawQuery)
	}
	claims := map[string]any{
		"iss": i.url, "aud": "fleet", "sub": "subject of ann", "nonce": asked.Get("nonce"), "email": "ann@example.com", "email_verified": true,
		"iat": time.Now().Unix(), "exp": time.Now().Add(time.Minute).Unix(),
	}
	maps.Copy(claims, with)
	code := fleet.NewUUID().String()
	i.mu.Lock()
	defer i.mu.Unlock()
	i.challenges[code], i.claims[code] = asked.Get("code_challenge"), claims
	return asked.Get("redirect_uri") + "?" + url.Values{"code": {code}, "state": {asked.Get("state")}}.Encode()
}

// token exchanges a code, once, for who has the secret and the verifier.
func (i *issuer) token(w http.ResponseWriter, r *http.Request) {
	code := r.FormValue("code")
	i.mu.Lock()
	claims, challenge := i.claims[code], i.challenges[code]
	delete(i.claims, code)
	i.mu.Unlock()
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
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{
		"access_token": "unused", "token_type": "Bearer", "id_token": oidctest.SignIDToken(i.key, "one", oidc.ES256, string(text)),
	})
}

// trust makes the issuer the company's; change changes its settings.
func (o *office) trust(i *issuer, change func(*fleet.IdentityProvider)) {
	o.t.Helper()
	file := filepath.Join(o.t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(i.secret+"\n"), 0o600); err != nil {
		o.t.Fatal(err)
	}
	p := fleet.IdentityProvider{CompanyID: o.viewer.CompanyID, Issuer: i.url, ClientID: "fleet", ClientSecret: "file:" + file, Passwords: true}
	if change != nil {
		change(&p)
	}
	if err := o.store.SetProvider(o.t.Context(), p); err != nil {
		o.t.Fatal(err)
	}
}

// begin sends a browser to its provider and returns where that is.
func (o *office) begin(c *http.Client, next string) string {
	o.t.Helper()
	w := o.do(c, "GET", "/sign-in/oidc?"+url.Values{"company": {"OURS"}, "next": {next}}.Encode(), "", "")
	if w.StatusCode != http.StatusSeeOther {
		o.t.Fatalf("beginning got %s %s", w.Status, w.body)
	}
	if k := w.Cookies(); len(k) != 1 || k[0].Name != "fleet_flow" || !k[0].HttpOnly || k[0].SameSite != http.SameSiteLaxMode || k[0].MaxAge != 600 {
		o.t.Errorf("the flow's cookie is %s", w.Header.Get("Set-Cookie"))
	}
	return w.Header.Get("Location")
}

func TestSingleSignOn(t *testing.T) {
	t.Parallel()
	o, i := newOffice(t), newIssuer(t)
	o.trust(i, nil)
	c := o.browser()
	back := i.authorize(o.begin(c, "/graphiql?a=1"), nil)
	w := o.do(c, "GET", back, "", "")
	if w.StatusCode != http.StatusSeeOther || w.Header.Get("Location") != "/graphiql?a=1" || o.who(c) != "ann" {
		t.Errorf("got %s to %s, %q asks", w.Status, w.Header.Get("Location"), o.who(c))
	}
	if reply, _ := o.query(c, ownSessions, nil); !strings.Contains(reply.body, `"method":"OIDC"`) {
		t.Errorf("the session is %s", reply.body)
	}
	if w := o.do(c, "GET", back, "", ""); w.StatusCode != http.StatusUnauthorized {
		t.Errorf("the same answer again got %s", w.Status)
	}
	// The subject is ann, whatever the address has become.
	c = o.browser()
	o.do(c, "GET", i.authorize(o.begin(c, "https://evil.example"), map[string]any{"email": "max@example.com"}), "", "")
	if who := o.who(c); who != "ann" {
		t.Errorf("%q asks, want ann", who)
	}
	log := o.log.String()
	for _, secret := range []string{i.secret, o.cookie(c), back[strings.Index(back, "code="):]} {
		if secret == "" || strings.Contains(log, secret) {
			t.Errorf("%q is in the log", secret)
		}
	}
}

func TestSingleSignOnThatIsNotConfirmed(t *testing.T) {
	t.Parallel()
	o, i := newOffice(t), newIssuer(t)
	o.trust(i, nil)
	refused := func(what string, c *http.Client, back string) {
		t.Helper()
		w := o.do(c, "GET", back, "", "")
		if w.StatusCode != http.StatusUnauthorized || o.who(c) != "" || o.cookie(c) != "" {
			t.Errorf("%s got %s, %q asks", what, w.Status, o.who(c))
		}
	}
	for what, claims := range map[string]map[string]any{
		"another sign-in's token":  {"nonce": "other"},
		"another client's token":   {"aud": "other"},
		"another issuer's token":   {"iss": "https://other.example"},
		"an old token":             {"exp": time.Now().Add(-time.Hour).Unix()},
		"another party's token":    {"aud": []string{"fleet", "other"}, "azp": "other"},
		"an address nobody proved": {"email_verified": false},
		"an unknown user":          {"email": "nobody@example.com"},
		"a user of another company": {"email": "tom@example.com",
			"sub": "tom"},
	} {
		c := o.browser()
		refused(what, c, i.authorize(o.begin(c, "/"), claims))
	}
	c := o.browser()
	back := i.authorize(o.begin(c, "/"), nil)
	refused("another browser", o.browser(), back)
	refused("another state", c, back+"x")
	c = o.browser()
	o.begin(c, "/")
	refused("the provider's refusal", c, "/sign-in/oidc/callback?error=access_denied&error_description=%3Cscript%3E")
	c = o.browser()
	refused("somebody else's answer", c, i.authorize(o.begin(o.browser(), "/"), nil))
	c = o.browser()
	back = i.authorize(o.begin(c, "/"), nil)
	o.exec(`UPDATE users SET disabled_at = now() WHERE email = 'ann@example.com'`)
	refused("a user who is shut out", c, back)
	for _, company := range []string{"Theirs", "Nobody", "", strings.Repeat("x", 300), "\x00"} {
		w := o.do(o.browser(), "GET", "/sign-in/oidc?company="+url.QueryEscape(company), "", "")
		if w.StatusCode != http.StatusUnauthorized || !strings.Contains(w.body, "This company has no single sign-on here.") {
			t.Errorf("%.20q got %s", company, w.Status)
		}
	}
}

func TestTheProviderGivesRoles(t *testing.T) {
	t.Parallel()
	o, i := newOffice(t), newIssuer(t)
	o.trust(i, func(p *fleet.IdentityProvider) {
		p.RoleClaim, p.Roles, p.Passwords = "realm.groups", map[string]fleet.Role{"bosses": fleet.RoleManager, "all": fleet.RoleOperator}, false
	})
	c := o.browser()
	o.do(c, "GET", i.authorize(o.begin(c, "/"), map[string]any{"realm": map[string]any{"groups": []string{"all", "bosses", "others"}}}), "", "")
	if w, _ := o.query(c, `{ viewer { name role } }`, nil); !strings.Contains(w.body, `"name":"ann","role":"MANAGER"`) {
		t.Errorf("ann is %s", w.body)
	}
	c = o.browser()
	if w := o.do(c, "GET", i.authorize(o.begin(c, "/"), nil), "", ""); w.StatusCode != http.StatusUnauthorized || o.who(c) != "" {
		t.Errorf("without a role got %s", w.Status)
	}
	if w := o.signIn(o.browser(), "ann@example.com", passphrase, "/"); w.StatusCode != http.StatusUnauthorized {
		t.Errorf("a password got %s, though the company takes none", w.Status)
	}
}

func TestTheProviderCannotTakeTheLastAdministrator(t *testing.T) {
	t.Parallel()
	o, i := newOffice(t), newIssuer(t)
	o.trust(i, func(p *fleet.IdentityProvider) {
		p.RoleClaim, p.Roles = "groups", map[string]fleet.Role{"bosses": fleet.RoleManager}
	})
	o.exec(`UPDATE users SET role = 'ADMIN' WHERE email = 'ann@example.com'`)
	role := func(want string) {
		t.Helper()
		c := o.browser()
		o.do(c, "GET", i.authorize(o.begin(c, "/"), map[string]any{"groups": []string{"bosses"}}), "", "")
		if w, _ := o.query(c, `{ viewer { name role } }`, nil); !strings.Contains(w.body, `"name":"ann","role":"`+want+`"`) {
			t.Errorf("ann is %s, want %s", w.body, want)
		}
	}
	o.exec(`UPDATE users SET disabled_at = now() WHERE role = 'ADMIN' AND email <> 'ann@example.com' AND company_id = (SELECT company_id FROM users WHERE email = 'ann@example.com')`)
	role("ADMIN")
	if !strings.Contains(o.log.String(), "last administrator") {
		t.Error("nothing is in the log")
	}
	o.exec(`UPDATE users SET disabled_at = NULL`)
	role("MANAGER")
}
