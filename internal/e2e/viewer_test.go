package e2e_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/app"
	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/caller"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/server"
)

func TestAnEndedSessionIsNobodys(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	for how, end := range map[string]func(){
		"ended":    func() { o.exec(`DELETE FROM sessions`) },
		"disabled": func() { o.exec(`UPDATE users SET disabled_at = now()`) },
	} {
		c := o.signedIn("max")
		if o.who(c) != "max" {
			t.Fatal(how)
		}
		end()
		o.eventually(func() bool { return o.who(c) == "" })
		if o.cookie(c) != "" {
			t.Errorf("%s: the cookie was not taken back", how)
		}
		_, a := o.query(c, `{ equipmentList { totalCount } }`, nil)
		if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != string(fleet.Unauthenticated) {
			t.Errorf("%s: %+v", how, a)
		}
		o.exec(`UPDATE users SET disabled_at = NULL`)
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	c := o.browser()
	for scope, may := range map[fleet.Scope]bool{fleet.ScopeRead: false, fleet.ScopeWrite: true, fleet.ScopeAdmin: true} {
		token, _ := o.token("max", scope)
		w, a := o.query(c, createOne, vars{"in": vars{"name": "x", "category": "y"}}, "Authorization", "bearer  "+token)
		if w.StatusCode != 200 || may != (len(a.Errors) == 0) ||
			!may && a.Errors[0].Extensions["code"] != string(fleet.Forbidden) {
			t.Errorf("%s got %s %s", scope, w.Status, w.body)
		}
	}
	theirs, _ := o.token("tom", fleet.ScopeAdmin)
	var d struct{ EquipmentList struct{ TotalCount int } }
	_, a := o.query(c, `{ equipmentList { totalCount } }`, nil, "Authorization", "Bearer "+theirs)
	if err := json.Unmarshal(a.Data, &d); err != nil || d.EquipmentList.TotalCount != 0 {
		t.Errorf("the other company sees %+v, %v", a, err)
	}
	token, kept := o.token("max", fleet.ScopeRead)
	signedIn := o.signedIn("ann")
	if who := o.who(signedIn, "Authorization", "Bearer "+token); who != "max" {
		t.Errorf("%s asks, but the token is max's", who)
	}
	if _, err := o.store.Identity().RevokeToken(
		t.Context(),
		fleet.Viewer{CompanyID: o.viewer.CompanyID, Role: fleet.RoleAdmin},
		fleet.WriteInfo{},
		kept.ID,
	); err != nil { // by another instance
		t.Fatal(err)
	}
	revoked := time.Now()
	o.eventually(func() bool {
		w, _ := o.query(signedIn, `{ viewer { name } }`, nil, "Authorization", "Bearer "+token)
		return w.StatusCode == http.StatusUnauthorized
	})
	if took := time.Since(revoked); took > 3*time.Second { // a second, and what a busy machine adds
		t.Errorf("the token worked for %s", took)
	}
	for _, header := range []string{"Bearer " + token, "Bearer fleet_pat_nonsense", "Bearer", "Bearer ", "Basic bWF4Og==", token, "Bearer " + o.cookie(signedIn)} {
		w, a := o.query(signedIn, `{ viewer { name } }`, nil, "Authorization", header)
		if w.StatusCode != 401 || len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != string(fleet.Unauthenticated) ||
			!strings.HasPrefix(w.Header.Get("WWW-Authenticate"), "Bearer ") || a.Data != nil || strings.Contains(w.body, token) {
			t.Errorf("%q got %s %s", header, w.Status, w.body)
		}
	}
	if w, _ := o.query(
		c,
		`{ viewer { name } }`,
		nil,
		"Authorization",
		"Bearer "+theirs,
		"Authorization",
		"Bearer "+token,
	); w.StatusCode != 401 {
		t.Errorf("two tokens got %s", w.Status)
	}
	if who := o.who(c, "Cookie", "fleet_session="+theirs); who != "" {
		t.Errorf("%s asks by a token in the cookie", who)
	}
}

func TestACookieOpensItsCompanyAlone(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	o.query(o.signedIn("max"), createOne, vars{"in": vars{"name": "ours", "category": "y"}})
	w, _ := o.query(o.signedIn("tom"), `{ equipmentList { totalCount nodes { name } } }`, nil)
	if !strings.Contains(w.body, `"totalCount":0`) {
		t.Errorf("the other company sees %s", w.body)
	}
}

func TestDemoModeLetsCredentialsCount(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t, func(c *app.Config) { c.Demo, c.DemoUser = true, "ours@example.com" })
	c := o.signedIn("tom")
	token, _ := o.token("ann", fleet.ScopeRead)
	for want, got := range map[string]string{"Ours manager": o.who(o.browser()), "tom": o.who(c), "ann": o.who(c, "Authorization", "Bearer "+token)} {
		if got != want {
			t.Errorf("%q asks, want %s", got, want)
		}
	}
	if w, _ := o.query(c, `{ viewer { name } }`, nil, "Authorization", "Bearer "+token+"x"); w.StatusCode != 401 {
		t.Errorf("a wrong token got %s", w.Status)
	}
}

func TestLongConnectionsAreCheckedAgain(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	var kept context.Context
	token, grant := o.token("max", fleet.ScopeWrite)
	callers := &caller.Authenticator{Credentials: o.auth}
	open := func() {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		c, _, err := callers.Authenticate(r)
		if err != nil {
			t.Fatal(err)
		}
		kept = caller.With(context.Background(), c)
		if err := callers.Recheck(kept); err != nil {
			t.Fatal(err)
		}
	}
	open()
	o.exec(`UPDATE users SET role = 'ANALYST' WHERE email = 'max@example.com'`)
	o.eventually(func() bool { return fleet.CodeOf(callers.Recheck(kept)) == fleet.Unauthenticated })
	open()
	o.exec(`UPDATE access_tokens SET revoked_at = now() WHERE id = $1`, [16]byte(grant.ID))
	o.eventually(func() bool { return fleet.CodeOf(callers.Recheck(kept)) == fleet.Unauthenticated })
	if err := callers.Recheck(t.Context()); err != nil {
		t.Error("nobody's connection ended:", err)
	}
}

func TestPagesOfOtherSitesChangeNothing(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t, func(c *app.Config) { c.Origins = []string{"https://app.example.com"} })
	c := o.signedIn("max")
	for _, path := range []string{"/graphql", "/sign-in", "/sign-out", "/sign-out-everywhere"} {
		for _, headers := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}} {
			w := o.do(c, "POST", path, aForm, "email=a", headers...)
			if w.StatusCode != http.StatusForbidden || len(w.Cookies()) > 0 || !strings.Contains(w.body, `"code":"FORBIDDEN"`) {
				t.Errorf("%s with %s got %s %s", path, headers, w.Status, w.body)
			}
		}
	}
	for _, headers := range [][]string{{"Sec-Fetch-Site", "same-origin"}, {"Sec-Fetch-Site", "none"}, {"Origin", o.url}, {"Origin", "https://app.example.com", "Sec-Fetch-Site", "cross-site"}} {
		if who := o.who(c, headers...); who != "max" {
			t.Errorf("with %s %q asks", headers, who)
		}
	}
	handshake := []string{
		"Connection",
		"Upgrade",
		"Upgrade",
		"websocket",
		"Sec-WebSocket-Version",
		"13",
		"Sec-WebSocket-Key",
		"MDEyMzQ1Njc4OWFiY2RlZg==",
		"Sec-WebSocket-Protocol",
		"graphql-transport-ws",
	}
	for origin, status := range map[string]int{"https://evil.example": http.StatusForbidden, "null": http.StatusForbidden, o.url: http.StatusSwitchingProtocols, "https://app.example.com": http.StatusSwitchingProtocols} {
		if got := o.handshake(append(handshake, "Origin", origin)...); got != status {
			t.Errorf("a socket for %s got %d, want %d", origin, got, status)
		}
	}
	if _, err := server.New(server.Config{Origins: []string{"app.example.com/path"}}); err == nil {
		t.Error("a path is taken for an origin")
	}
}

func TestSecretsStayOutOfTheLog(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	c := o.signedIn("max")
	token, _ := o.token("max", fleet.ScopeRead)
	o.signIn(o.browser(), "max@example.com", "a wrong secret", "/")
	o.do(o.browser(), "POST", "/sign-in", "application/json", `{"email":"max@example.com","password":"a broken secret}`)
	o.who(c)
	o.who(c, "Authorization", "Bearer "+token)
	o.query(c, `{ viewer { name } }`, nil, "Authorization", "Bearer "+token+"X")
	log := o.log.String()
	if !strings.Contains(log, "signed in") || !strings.Contains(log, "sign-in refused") {
		t.Errorf("the log tells nothing: %s", log)
	}
	for _, secret := range []string{passphrase, "a wrong secret", "a broken secret", token, o.cookie(c), auth.TokenPrefix} {
		if secret == "" || strings.Contains(log, secret) {
			t.Errorf("%q is in the log: %s", secret, log)
		}
	}
}

// handshake asks for a socket and returns the status.
func (o *signInFixture) handshake(headers ...string) int {
	o.t.Helper()
	r, err := http.NewRequestWithContext(o.t.Context(), http.MethodGet, o.url+"/graphql", nil)
	if err != nil {
		o.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w, err := o.browser().Do(r)
	if err != nil {
		o.t.Fatal(err)
	}
	_ = w.Body.Close()
	return w.StatusCode
}
