package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"bitcorp.dev/fleet/graph"
	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/dashboard"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/server"
)

// passphrase is everybody's in these tests.
const passphrase = "correct horse battery staple"

// logged is a log that several goroutines write.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// office is a server that people sign in to over HTTP, with a user of each
// role in the company Ours, and an admin in Theirs.
type office struct {
	*service
	auth   *auth.Service
	server *server.Server
	url    string
	log    *logged
	users  map[string]fleet.User // by the name before the @ of their address
}

// newOffice serves; with changes the configuration. The server is reached at
// public, which need not be where it listens; "" for there.
func newOffice(t testing.TB, with ...func(*server.Config)) *office {
	t.Helper()
	o := &office{service: newService(t), log: new(logged), users: map[string]fleet.User{}}
	stats, err := dashboard.New(o.store, dashboard.DefaultTTL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stats.Close)
	log := slog.New(slog.NewTextHandler(o.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	config := server.Config{
		Addr: "127.0.0.1:0", Ready: o.store.Ping, Log: log,
		Pages: os.DirFS("../../web"), // the sources will do: they are filled in as the build is
	}
	web := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { o.handler.ServeHTTP(w, r) }))
	o.url = "http://" + web.Listener.Addr().String()
	config.PublicURL, _ = url.Parse(o.url)
	for _, change := range with {
		change(&config)
	}
	o.auth, err = auth.New(o.store, auth.Config{Hashing: auth.Hashing{Memory: 64, Passes: 1, Threads: 1}, PublicURL: config.PublicURL, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	config.Auth = o.auth
	config.Resolver = &graph.Resolver{Store: o.store, Dashboard: stats, Identity: o.auth}
	o.registry = prometheus.NewRegistry()
	config.Registry = o.registry
	if o.server, err = server.New(config); err != nil {
		t.Fatal(err)
	}
	o.handler = o.server.Handler()
	t.Cleanup(func() {
		if n := o.metric("fleet_loader_backstops_total"); n != 0 {
			t.Errorf("%v batches were sent by the back-stop timer", n)
		}
		if err := o.server.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	web.Start()
	t.Cleanup(web.Close)
	for name, role := range map[string]fleet.Role{"ada": fleet.RoleAdmin, "max": fleet.RoleManager, "ann": fleet.RoleAnalyst, "olga": fleet.RoleOperator} {
		o.hire("Ours", name, role)
	}
	o.hire("Theirs", "tom", fleet.RoleAdmin)
	return o
}

func (o *office) hire(company, name string, role fleet.Role) {
	o.t.Helper()
	c, err := o.store.CompanyByName(o.t.Context(), company)
	if err != nil {
		o.t.Fatal(err)
	}
	if o.users[name], err = o.auth.AddUser(o.t.Context(), c.ID, fleet.User{Email: name + "@example.com", Name: name, Role: role}, passphrase); err != nil {
		o.t.Fatal(err)
	}
}

// browser keeps cookies and follows nothing by itself.
func (o *office) browser() *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		o.t.Fatal(err)
	}
	transport := &http.Transport{}
	o.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Jar: jar, Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// reply is an answer that has been read.
type reply struct {
	*http.Response
	body string
}

func (o *office) do(c *http.Client, method, path, contentType, body string, headers ...string) reply {
	o.t.Helper()
	if !strings.HasPrefix(path, "http") {
		path = o.url + path
	}
	r, err := http.NewRequestWithContext(o.t.Context(), method, path, strings.NewReader(body))
	if err != nil {
		o.t.Fatal(err)
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w, err := c.Do(r)
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() { _ = w.Body.Close() }()
	text, err := io.ReadAll(w.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	return reply{w, string(text)}
}

const aForm = "application/x-www-form-urlencoded"

// signIn sends the form.
func (o *office) signIn(c *http.Client, email, password, next string, headers ...string) reply {
	o.t.Helper()
	return o.do(c, "POST", "/sign-in", aForm, url.Values{"email": {email}, "password": {password}, "next": {next}}.Encode(), headers...)
}

// signedIn returns a browser in which that user is signed in.
func (o *office) signedIn(name string) *http.Client {
	o.t.Helper()
	c := o.browser()
	if w := o.signIn(c, name+"@example.com", passphrase, "/"); w.StatusCode != http.StatusSeeOther {
		o.t.Fatalf("%s cannot sign in: %s %s", name, w.Status, w.body)
	}
	return c
}

// query asks over HTTP.
func (o *office) query(c *http.Client, query string, variables vars, headers ...string) (reply, answer) {
	o.t.Helper()
	body, err := json.Marshal(vars{"query": query, "variables": variables})
	if err != nil {
		o.t.Fatal(err)
	}
	w := o.do(c, "POST", "/graphql", "application/json", string(body), headers...)
	var a answer
	if err := json.Unmarshal([]byte(w.body), &a); err != nil {
		o.t.Fatalf("%v: %s", err, w.body)
	}
	return w, a
}

// who returns the name of who asks; "" for nobody.
func (o *office) who(c *http.Client, headers ...string) string {
	o.t.Helper()
	_, a := o.query(c, `{ viewer { name } }`, nil, headers...)
	var d struct{ Viewer *struct{ Name string } }
	if err := json.Unmarshal(a.Data, &d); err != nil {
		o.t.Fatalf("%v: %+v", err, a)
	}
	if d.Viewer == nil {
		return ""
	}
	return d.Viewer.Name
}

// token makes an access token of that user.
func (o *office) token(name string, scope fleet.Scope) (string, fleet.AccessToken) {
	o.t.Helper()
	u := o.users[name]
	_, company, err := o.store.UserByEmail(o.t.Context(), u.Email)
	if err != nil {
		o.t.Fatal(err)
	}
	token, kept, err := o.auth.CreateToken(o.t.Context(), fleet.AccessToken{
		CompanyID: company, UserID: u.ID, Name: fleet.NewUUID().String(), Scope: scope, ExpiresAt: time.Now().Add(time.Hour),
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return token, kept
}

func TestSignInThroughTheForm(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	c := o.browser()
	page := o.do(c, "GET", "/sign-in?next=/graphiql%3Fa%3D1%26b%3D%22", "", "")
	if page.StatusCode != 200 || !strings.Contains(page.body, `name="next" value="/graphiql?a=1&amp;b=&#34;"`) || strings.Contains(page.body, "{{") {
		t.Errorf("the form is %s %s", page.Status, page.body)
	}
	for header, want := range map[string]string{"Cache-Control": "no-store", "X-Frame-Options": "DENY", "Content-Type": "text/html; charset=utf-8"} {
		if got := page.Header.Get(header); got != want {
			t.Errorf("%s: %s, want %s", header, got, want)
		}
	}
	if who := o.who(c); who != "" {
		t.Errorf("%s asks before anybody signed in", who)
	}
	w := o.signIn(c, "Max@Example.com", passphrase, "/graphiql?a=1")
	if w.StatusCode != http.StatusSeeOther || w.Header.Get("Location") != "/graphiql?a=1" {
		t.Errorf("signing in got %s to %s", w.Status, w.Header.Get("Location"))
	}
	if who := o.who(c); who != "max" {
		t.Errorf("%q asks, want max", who)
	}
	if w = o.do(c, "POST", "/sign-out", aForm, ""); w.StatusCode != http.StatusSeeOther || w.Header.Get("Location") != "/" {
		t.Errorf("signing out got %s to %s", w.Status, w.Header.Get("Location"))
	}
	if who := o.who(c); who != "" {
		t.Errorf("%s asks after signing out", who)
	}
}

func TestSignInThroughJSON(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	c := o.browser()
	w := o.do(c, "POST", "/sign-in", "application/json", `{"email":"max@example.com","password":"`+passphrase+`","next":"/x"}`)
	if w.StatusCode != 200 || strings.TrimSpace(w.body) != `{"next":"/x"}` || o.who(c) != "max" {
		t.Errorf("got %s %s", w.Status, w.body)
	}
	if w = o.do(c, "POST", "/sign-out", "application/json", ""); w.StatusCode != http.StatusNoContent || o.who(c) != "" {
		t.Errorf("signing out got %s, then %s asks", w.Status, o.who(c))
	}
	for body, status := range map[string]int{
		`{"email":"max@example.com","password":"no"}`: 401, `{"email":1}`: 400, `{`: 400, ``: 400, `{"email":"` + strings.Repeat("x", 20_000) + `"}`: 400,
	} {
		w := o.do(c, "POST", "/sign-in", "application/json", body)
		var a answer
		if err := json.Unmarshal([]byte(w.body), &a); err != nil || w.StatusCode != status || len(a.Errors) != 1 || a.Errors[0].Extensions["code"] == nil || len(w.Cookies()) > 0 {
			t.Errorf("%.50s got %s %s", body, w.Status, w.body)
		}
	}
	if w := o.do(c, "POST", "/sign-in", "multipart/form-data; boundary=x", "--x--"); w.StatusCode != 400 {
		t.Errorf("multipart got %s", w.Status)
	}
}

func TestAWrongPasswordShowsTheFormAgain(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	c := o.browser()
	w := o.signIn(c, `max@example.com"><script>`, "wrong password", "/x")
	if w.StatusCode != http.StatusUnauthorized || len(w.Cookies()) > 0 || !strings.Contains(w.body, "E-mail address or password are not right.") ||
		!strings.Contains(w.body, `value="/x"`) || strings.Contains(w.body, "><script>\"") || strings.Contains(w.body, "wrong password") {
		t.Errorf("got %s %s", w.Status, w.body)
	}
}

func TestManyFailuresAreThrottled(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	c := o.browser()
	for range 5 {
		o.signIn(c, "max@example.com", "wrong password", "/")
	}
	for _, kind := range []string{aForm, "application/json"} {
		body := url.Values{"email": {"max@example.com"}, "password": {passphrase}}.Encode()
		if kind != aForm {
			body = `{"email":"max@example.com","password":"` + passphrase + `"}`
		}
		w := o.do(c, "POST", "/sign-in", kind, body)
		if w.StatusCode == http.StatusUnauthorized || w.StatusCode == http.StatusTooManyRequests && w.Header.Get("Retry-After") == "" {
			t.Errorf("%s got %s, Retry-After %q", kind, w.Status, w.Header.Get("Retry-After"))
		}
		if w.StatusCode != http.StatusTooManyRequests {
			o.exec(`UPDATE sign_in_failures SET blocked_until = now() + interval '1 minute'`)
		}
	}
}

func TestAttributesOfTheCookie(t *testing.T) {
	t.Parallel()
	for _, over := range []struct {
		public, name string
		secure       bool
	}{{"http://127.0.0.1:8080", "fleet_session", false}, {"https://fleet.example.com", "__Host-fleet_session", true}} {
		o := newOffice(t, func(c *server.Config) { c.PublicURL, _ = url.Parse(over.public) })
		c := o.browser()
		w := o.signIn(c, "max@example.com", passphrase, "/")
		if len(w.Cookies()) != 1 {
			t.Fatalf("%d cookies", len(w.Cookies()))
		}
		k := w.Cookies()[0]
		if k.Name != over.name || k.Secure != over.secure || !k.HttpOnly || k.SameSite != http.SameSiteLaxMode || k.Path != "/" || k.Domain != "" ||
			k.MaxAge < 13*24*3600 || k.MaxAge > 14*24*3600 {
			t.Errorf("%s: %s", over.public, w.Header.Get("Set-Cookie"))
		}
		w = o.do(c, "POST", "/sign-out", "", "")
		if len(w.Cookies()) != 1 || w.Cookies()[0].MaxAge != -1 || w.Cookies()[0].Name != over.name || w.Cookies()[0].Secure != over.secure {
			t.Errorf("%s: signing out sets %s", over.public, w.Header.Get("Set-Cookie"))
		}
	}
}

func TestSigningInAgainEndsTheSessionBefore(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	c := o.signedIn("max")
	before := o.cookie(c)
	o.signIn(c, "ann@example.com", passphrase, "/")
	if n := o.count(`SELECT count(*)::int FROM sessions`); n != 1 || o.who(c) != "ann" || o.cookie(c) == before {
		t.Errorf("%d sessions, %s asks", n, o.who(c))
	}
}

// cookie returns the secret of the browser's session.
func (o *office) cookie(c *http.Client) string {
	u, err := url.Parse(o.url)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, k := range c.Jar.Cookies(u) {
		if k.Name == "fleet_session" {
			return k.Value
		}
	}
	return ""
}

func TestSignOutEverywhere(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	one, two, other := o.signedIn("max"), o.signedIn("max"), o.signedIn("ann")
	if w := o.do(one, "POST", "/sign-out-everywhere", aForm, ""); w.StatusCode != http.StatusSeeOther {
		t.Errorf("got %s", w.Status)
	}
	if o.who(one) != "" || o.who(two) != "" || o.who(other) != "ann" {
		t.Errorf("%q, %q and %q ask", o.who(one), o.who(two), o.who(other))
	}
	if w := o.do(o.browser(), "POST", "/sign-out-everywhere", "application/json", ""); w.StatusCode != http.StatusUnauthorized {
		t.Errorf("nobody got %s", w.Status)
	}
}

func TestAnEndedSessionIsNobodys(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
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

func TestADisabledUserCannotSignIn(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.exec(`UPDATE users SET disabled_at = now() WHERE email = 'max@example.com'`)
	if w := o.signIn(o.browser(), "max@example.com", passphrase, "/"); w.StatusCode != http.StatusUnauthorized {
		t.Errorf("got %s", w.Status)
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	c := o.browser()
	for scope, may := range map[fleet.Scope]bool{fleet.ScopeRead: false, fleet.ScopeWrite: true, fleet.ScopeAdmin: true} {
		token, _ := o.token("max", scope)
		w, a := o.query(c, createOne, vars{"in": vars{"name": "x", "category": "y"}}, "Authorization", "bearer  "+token)
		if w.StatusCode != 200 || may != (len(a.Errors) == 0) || !may && a.Errors[0].Extensions["code"] != string(fleet.Forbidden) {
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
	if err := o.store.RevokeToken(t.Context(), o.viewer.CompanyID, o.users["max"].ID, kept.ID); err != nil { // by another instance
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
	if w, _ := o.query(c, `{ viewer { name } }`, nil, "Authorization", "Bearer "+theirs, "Authorization", "Bearer "+token); w.StatusCode != 401 {
		t.Errorf("two tokens got %s", w.Status)
	}
	if who := o.who(c, "Cookie", "fleet_session="+theirs); who != "" {
		t.Errorf("%s asks by a token in the cookie", who)
	}
}

func TestACookieOpensItsCompanyAlone(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.query(o.signedIn("max"), createOne, vars{"in": vars{"name": "ours", "category": "y"}})
	w, _ := o.query(o.signedIn("tom"), `{ equipmentList { totalCount nodes { name } } }`, nil)
	if !strings.Contains(w.body, `"totalCount":0`) {
		t.Errorf("the other company sees %s", w.body)
	}
}

func TestDemoModeLetsCredentialsCount(t *testing.T) {
	t.Parallel()
	var demo fleet.Viewer
	o := newOffice(t, func(c *server.Config) { c.Demo = &demo })
	demo = fleet.Viewer{CompanyID: o.viewer.CompanyID, UserID: o.users["max"].ID, Role: fleet.RoleManager}
	c := o.signedIn("tom")
	token, _ := o.token("ann", fleet.ScopeRead)
	for want, got := range map[string]string{"max": o.who(o.browser()), "tom": o.who(c), "ann": o.who(c, "Authorization", "Bearer "+token)} {
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
	o := newOffice(t)
	var kept context.Context
	token, grant := o.token("max", fleet.ScopeWrite)
	handler := o.server.Identified(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { kept = context.WithoutCancel(r.Context()) }))
	open := func() {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		handler.ServeHTTP(httptest.NewRecorder(), r)
		if err := o.server.Recheck(kept); err != nil {
			t.Fatal(err)
		}
	}
	open()
	o.exec(`UPDATE users SET role = 'ANALYST' WHERE email = 'max@example.com'`)
	o.eventually(func() bool { return fleet.CodeOf(o.server.Recheck(kept)) == fleet.Unauthenticated })
	open()
	o.exec(`UPDATE access_tokens SET revoked_at = now() WHERE id = $1`, [16]byte(grant.ID))
	o.eventually(func() bool { return fleet.CodeOf(o.server.Recheck(kept)) == fleet.Unauthenticated })
	if err := o.server.Recheck(t.Context()); err != nil {
		t.Error("nobody's connection ended:", err)
	}
}

func TestPagesOfOtherSitesChangeNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t, func(c *server.Config) { c.Origins = []string{"https://app.example.com"} })
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
	if _, err := server.New(server.Config{Origins: []string{"app.example.com/path"}}); err == nil {
		t.Error("a path is taken for an origin")
	}
}

func TestTheNextPageIsOneOfOurs(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for next, want := range map[string]string{
		"/graphiql": "/graphiql", "/a?b=/c//d#e": "/a?b=/c//d#e", "": "/", "https://evil.example/": "/", "//evil.example": "/", `/\evil.example`: "/",
		`\\evil.example`: "/", "/\t/evil.example": "/", "javascript:alert(1)": "/", "/..//evil.example": "/", "/%5C/evil.example": "/",
		"http:evil.example": "/", " //evil.example": "/", "graphiql": "/", "/\r\nSet-Cookie:x": "/", "/%2F/evil.example": "/", "?x": "/", "/" + strings.Repeat("x", 3000): "/",
	} {
		if w := o.signIn(o.browser(), "max@example.com", passphrase, next); w.StatusCode != http.StatusSeeOther || w.Header.Get("Location") != want {
			t.Errorf("%.40q leads to %s %q, want %q", next, w.Status, w.Header.Get("Location"), want)
		}
	}
}

func TestSecretsStayOutOfTheLog(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
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

func TestProxiesTellTheAddress(t *testing.T) {
	t.Parallel()
	o := newOffice(t, func(c *server.Config) { c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")} })
	for _, at := range []struct{ peer, forwarded, want string }{
		{"192.0.2.1:1", "198.51.100.1", "192.0.2.1"}, {"10.0.0.1:1", "198.51.100.1", "198.51.100.1"}, {"10.0.0.1:1", "203.0.113.9, 198.51.100.1, 10.2.3.4", "198.51.100.1"},
		{"10.0.0.1:1", "", "10.0.0.1"}, {"10.0.0.1:1", "nonsense", "10.0.0.1"}, {"[2001:db8::1]:1", "", "2001:db8::/64"}, {"nonsense", "", "invalid IP"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
		r.RemoteAddr = at.peer
		r.Header.Set("X-Forwarded-For", at.forwarded)
		if got := o.server.Network(r); got != at.want {
			t.Errorf("%+v: %s", at, got)
		}
	}
}

func FuzzBearer(f *testing.F) {
	for _, s := range []string{"Bearer x", "bearer  x ", "Bearer", "", "Basic x", "Bearer \x00", "Bearer a b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, header string) {
		token, is := server.Bearer(header)
		if is != (token != "") || is && !strings.EqualFold(header[:6], "bearer") || !strings.Contains(header, token) {
			t.Errorf("%q is %q, %v", header, token, is)
		}
	})
}

func FuzzLocalPath(f *testing.F) {
	for _, s := range []string{"/", "//x", "/\\x", "/a?b#c", "http://x", "/\t/x", "/%2f/x", "/x:y", "/[::1]"} {
		f.Add(s)
	}
	base, err := url.Parse("https://fleet.example.com/sign-in")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, next string) {
		to, err := url.Parse(server.LocalPath(next))
		if err != nil {
			t.Fatalf("%q: %v", next, err)
		}
		if at := base.ResolveReference(to); at.Host != base.Host || at.Scheme != base.Scheme || strings.HasPrefix(at.Path, "//") {
			t.Errorf("%q leads to %s", next, at)
		}
	})
}
