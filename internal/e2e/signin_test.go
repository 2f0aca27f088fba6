package e2e_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/app"
)

func TestSignInThroughTheForm(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	c := o.browser()
	page := o.do(c, "GET", "/sign-in?next=/graphiql%3Fa%3D1%26b%3D%22", "", "")
	if page.StatusCode != 200 || !strings.Contains(page.body, `name="next" value="/graphiql?a=1&amp;b=&#34;"`) ||
		strings.Contains(page.body, "{{") {
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
	if w = o.do(
		c,
		"POST",
		"/sign-out",
		aForm,
		"",
	); w.StatusCode != http.StatusSeeOther ||
		w.Header.Get("Location") != "/" {
		t.Errorf("signing out got %s to %s", w.Status, w.Header.Get("Location"))
	}
	if who := o.who(c); who != "" {
		t.Errorf("%s asks after signing out", who)
	}
}

func TestSignInThroughJSON(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	c := o.browser()
	w := o.do(
		c,
		"POST",
		"/sign-in",
		"application/json",
		`{"email":"max@example.com","password":"`+passphrase+`","next":"/x"}`,
	)
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
		if err := json.Unmarshal(
			[]byte(w.body),
			&a,
		); err != nil || w.StatusCode != status || len(a.Errors) != 1 || a.Errors[0].Extensions["code"] == nil ||
			len(w.Cookies()) > 0 {
			t.Errorf("%.50s got %s %s", body, w.Status, w.body)
		}
	}
	if w := o.do(c, "POST", "/sign-in", "multipart/form-data; boundary=x", "--x--"); w.StatusCode != 400 {
		t.Errorf("multipart got %s", w.Status)
	}
}

func TestAWrongPasswordShowsTheFormAgain(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	c := o.browser()
	w := o.signIn(c, `max@example.com"><script>`, "wrong password", "/x")
	if w.StatusCode != http.StatusUnauthorized || len(w.Cookies()) > 0 ||
		!strings.Contains(w.body, "The e-mail address or the password is wrong.") ||
		!strings.Contains(w.body, `value="/x"`) || strings.Contains(w.body, "><script>\"") ||
		strings.Contains(w.body, "wrong password") {
		t.Errorf("got %s %s", w.Status, w.body)
	}
}

func TestManyFailuresAreThrottled(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
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
		if w.StatusCode == http.StatusUnauthorized ||
			w.StatusCode == http.StatusTooManyRequests && w.Header.Get("Retry-After") == "" {
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
		o := newSignInFixture(t, func(c *app.Config) { c.PublicURL = over.public })
		c := o.browser()
		w := o.signIn(c, "max@example.com", passphrase, "/")
		if len(w.Cookies()) != 1 {
			t.Fatalf("%d cookies", len(w.Cookies()))
		}
		k := w.Cookies()[0]
		if k.Name != over.name || k.Secure != over.secure || !k.HttpOnly || k.SameSite != http.SameSiteLaxMode ||
			k.Path != "/" ||
			k.Domain != "" ||
			k.MaxAge < 13*24*3600 ||
			k.MaxAge > 14*24*3600 {
			t.Errorf("%s: %s", over.public, w.Header.Get("Set-Cookie"))
		}
		w = o.do(c, "POST", "/sign-out", "", "")
		if len(w.Cookies()) != 1 || w.Cookies()[0].MaxAge != -1 || w.Cookies()[0].Name != over.name ||
			w.Cookies()[0].Secure != over.secure {
			t.Errorf("%s: signing out sets %s", over.public, w.Header.Get("Set-Cookie"))
		}
	}
}

func TestSigningInAgainEndsTheSessionBefore(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	c := o.signedIn("max")
	before := o.cookie(c)
	o.signIn(c, "ann@example.com", passphrase, "/")
	if n := o.count(`SELECT count(*)::int FROM sessions`); n != 1 || o.who(c) != "ann" || o.cookie(c) == before {
		t.Errorf("%d sessions, %s asks", n, o.who(c))
	}
}

func TestSignOutEverywhere(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	one, two, other := o.signedIn("max"), o.signedIn("max"), o.signedIn("ann")
	if w := o.do(one, "POST", "/sign-out-everywhere", aForm, ""); w.StatusCode != http.StatusSeeOther {
		t.Errorf("got %s", w.Status)
	}
	if o.who(one) != "" || o.who(two) != "" || o.who(other) != "ann" {
		t.Errorf("%q, %q and %q ask", o.who(one), o.who(two), o.who(other))
	}
	if w := o.do(
		o.browser(),
		"POST",
		"/sign-out-everywhere",
		"application/json",
		"",
	); w.StatusCode != http.StatusUnauthorized {
		t.Errorf("nobody got %s", w.Status)
	}
}

func TestADisabledUserCannotSignIn(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	o.exec(`UPDATE users SET disabled_at = now() WHERE email = 'max@example.com'`)
	if w := o.signIn(o.browser(), "max@example.com", passphrase, "/"); w.StatusCode != http.StatusUnauthorized {
		t.Errorf("got %s", w.Status)
	}
}

func TestTheNextPageIsOneOfOurs(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	for next, want := range map[string]string{
		"/graphiql": "/graphiql", "/a?b=/c//d#e": "/a?b=/c//d#e", "": "/", "https://evil.example/": "/", "//evil.example": "/", `/\evil.example`: "/",
		`\\evil.example`: "/", "/\t/evil.example": "/", "javascript:alert(1)": "/", "/..//evil.example": "/", "/%5C/evil.example": "/",
		"http:evil.example": "/", " //evil.example": "/", "graphiql": "/", "/\r\nSet-Cookie:x": "/", "/%2F/evil.example": "/", "?x": "/", "/" + strings.Repeat("x", 3000): "/",
	} {
		if w := o.signIn(
			o.browser(),
			"max@example.com",
			passphrase,
			next,
		); w.StatusCode != http.StatusSeeOther ||
			w.Header.Get("Location") != want {
			t.Errorf("%.40q leads to %s %q, want %q", next, w.Status, w.Header.Get("Location"), want)
		}
	}
}
