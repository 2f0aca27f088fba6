package e2e_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/app"
	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/testlog"
)

// passphrase is everybody's in these tests.
const passphrase = "correct horse battery staple"

// office is a server that people sign in to over HTTP, with a user of each
// role in the company Ours, and an admin in Theirs.
type signInFixture struct {
	*service
	auth  *auth.Service
	url   string
	log   *testlog.Buffer
	users map[string]fleet.User // by the name before the @ of their address
}

// newSignInFixture serves; with changes the configuration. The server is reached at
// public, which need not be where it listens; "" for there.
func newSignInFixture(t testing.TB, with ...func(*app.Config)) *signInFixture {
	t.Helper()
	o := &signInFixture{service: emptyService(t), log: new(testlog.Buffer), users: map[string]fleet.User{}}
	o.people()
	var err error
	if o.viewer, err = o.store.Identity().ViewerByEmail(t.Context(), "ours@example.com"); err != nil {
		t.Fatal(err)
	}
	out := io.MultiWriter(o.log, testlog.Writer(t, "server"))
	c := o.config(slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug})))
	c.Pages = os.DirFS("../../web") // the sources will do: they are filled in as the build is
	web := httptest.NewUnstartedServer(
		http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { o.handler.ServeHTTP(w, r) }),
	)
	o.url = "http://" + web.Listener.Addr().String()
	c.PublicURL = o.url
	for _, change := range with {
		change(&c)
	}
	o.start(c)
	o.auth = o.app.Auth
	web.Start()
	t.Cleanup(web.Close)
	for name, role := range map[string]fleet.Role{"ada": fleet.RoleAdmin, "max": fleet.RoleManager, "ann": fleet.RoleAnalyst, "olga": fleet.RoleOperator} {
		o.hire("Ours", name, role)
	}
	o.hire("Theirs", "tom", fleet.RoleAdmin)
	return o
}

func (o *signInFixture) hire(company, name string, role fleet.Role) {
	o.t.Helper()
	c, err := o.store.Identity().CompanyByName(o.t.Context(), company)
	if err != nil {
		o.t.Fatal(err)
	}
	if o.users[name], err = o.auth.AddUser(
		o.t.Context(),
		fleet.Viewer{CompanyID: c.ID, Role: fleet.RoleAdmin},
		fleet.WriteInfo{},
		fleet.User{Email: name + "@example.com", Name: name, Role: role},
		passphrase,
	); err != nil {
		o.t.Fatal(err)
	}
}

// browser keeps cookies and follows nothing by itself.
func (o *signInFixture) browser() *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		o.t.Fatal(err)
	}
	transport := &http.Transport{}
	o.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{
		Jar:           jar,
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// reply is an answer that has been read.
type reply struct {
	*http.Response
	body string
}

func (o *signInFixture) do(c *http.Client, method, path, contentType, body string, headers ...string) reply {
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
func (o *signInFixture) signIn(c *http.Client, email, password, next string, headers ...string) reply {
	o.t.Helper()
	return o.do(
		c,
		"POST",
		"/sign-in",
		aForm,
		url.Values{"email": {email}, "password": {password}, "next": {next}}.Encode(),
		headers...)
}

// signedIn returns a browser in which that user is signed in.
func (o *signInFixture) signedIn(name string) *http.Client {
	o.t.Helper()
	c := o.browser()
	if w := o.signIn(c, name+"@example.com", passphrase, "/"); w.StatusCode != http.StatusSeeOther {
		o.t.Fatalf("%s cannot sign in: %s %s", name, w.Status, w.body)
	}
	return c
}

// query asks over HTTP.
func (o *signInFixture) query(c *http.Client, query string, variables vars, headers ...string) (reply, answer) {
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

// who returns the viewer's name; "" for an anonymous client.
func (o *signInFixture) who(c *http.Client, headers ...string) string {
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
func (o *signInFixture) token(name string, scope fleet.Scope) (string, *fleet.AccessToken) {
	o.t.Helper()
	u := o.users[name]
	_, company, err := o.store.Identity().UserByEmail(o.t.Context(), u.Email, "")
	if err != nil {
		o.t.Fatal(err)
	}
	token, kept, err := o.auth.CreateToken(
		o.t.Context(),
		fleet.Viewer{CompanyID: company, Role: fleet.RoleAdmin},
		fleet.WriteInfo{},
		fleet.AccessToken{
			UserID: u.ID, Name: fleet.NewUUID().String(), Scope: scope, ExpiresAt: time.Now().Add(time.Hour),
		},
		time.Time{},
	)
	if err != nil {
		o.t.Fatal(err)
	}
	return token, kept
}

// cookie returns the secret of the browser's session.
func (o *signInFixture) cookie(c *http.Client) string {
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
