package e2e_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/coreos/go-oidc/v3/oidc/oidctest"

	"bitcorp.dev/fleet/internal/app"
	"bitcorp.dev/fleet/internal/fleet"
)

func TestSingleSignOn(t *testing.T) {
	t.Parallel()
	o, i := newSignInFixture(t), newIssuer(t)
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
	o, i := newSignInFixture(t), newIssuer(t)
	o.trust(i, nil)
	refused := func(what string, c *http.Client, back string) {
		t.Helper()
		w := o.do(c, "GET", back, "", "")
		if w.StatusCode != http.StatusUnauthorized || o.who(c) != "" || o.cookie(c) != "" {
			t.Errorf("%s got %s, %q asks", what, w.Status, o.who(c))
		}
	}
	for what, claims := range map[string]map[string]any{
		"another sign-in's token":     {"nonce": "other"},
		"another client's token":      {"aud": "other"},
		"another issuer's token":      {"iss": "https://other.example"},
		"an old token":                {"exp": time.Now().Add(-time.Hour).Unix()},
		"another party's token":       {"aud": []string{"fleet", "other"}, "azp": "other"},
		"a token for one of two":      {"aud": []string{"fleet", "other"}},
		"a token of nobody":           {"sub": ""},
		"a token without an end":      {"exp": nil},
		"an address anonymous proved": {"email_verified": false},
		"an unknown user":             {"email": "nobody@example.com"},
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
	refused("the provider's refusal", c, i.redirect+"?error=access_denied&error_description=%3Cscript%3E")
	c = o.browser()
	refused("somebody else's answer", c, i.authorize(o.begin(o.browser(), "/"), nil))
	c = o.browser()
	back = i.authorize(o.begin(c, "/"), nil)
	o.exec(`UPDATE users SET disabled_at = now() WHERE email = 'ann@example.com'`)
	refused("a user who is shut out", c, back)
	for _, company := range []string{"Theirs", "Nobody", "", strings.Repeat("x", 300), "\x00"} {
		w := o.beginAt(o.browser(), company, "/")
		if w.StatusCode != http.StatusUnauthorized || !strings.Contains(w.body, "This company has no single sign-on here.") {
			t.Errorf("%.20q got %s", company, w.Status)
		}
	}
}

// TestAnotherCompanysProviderGetsNoCode plays a provider that sends a browser
// which came to sign in there on to an honest one, with what an attacker was
// given for a sign-in of their own (RFC 9700 section 4.4). The honest provider
// sends the browser to the address that is registered there.
func TestAnotherCompanysProviderGetsNoCode(t *testing.T) {
	t.Parallel()
	o, honest, evil := newSignInFixture(t), newIssuer(t), newIssuer(t)
	theirs, err := o.store.Identity().CompanyByName(t.Context(), "Theirs")
	if err != nil {
		t.Fatal(err)
	}
	o.trust(honest, nil)
	o.trust(evil, func(p *fleet.IdentityProvider) { p.CompanyID = theirs.ID })
	if honest.redirect == evil.redirect {
		t.Fatal("two companies share a redirect address")
	}
	attackers, err := url.Parse(o.begin(o.browser(), "/"))
	if err != nil {
		t.Fatal(err)
	}
	victim := o.browser()
	came, err := url.Parse(o.beginAt(victim, "Theirs", "/").Header.Get("Location"))
	if err != nil || !strings.HasPrefix(came.String(), evil.url) || came.Query().Get("redirect_uri") != evil.redirect {
		t.Fatalf("the browser is sent to %s, %v", came, err)
	}
	sent := attackers.Query()
	sent.Set("state", came.Query().Get("state"))
	attackers.RawQuery = sent.Encode()
	w := o.do(victim, "GET", honest.authorize(attackers.String(), nil), "", "")
	if w.StatusCode != http.StatusUnauthorized || evil.times("/token") != 0 || honest.times("/token") != 0 {
		t.Errorf(
			"got %s; the code went to the evil provider %d times, to the honest one %d",
			w.Status,
			evil.times("/token"),
			honest.times("/token"),
		)
	}
}

func TestAnAnswerThatNamesItsProviderNamesTheFlows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what  string
		names bool   // whether the provider says that its answers name it
		named string // what the answer says; "here" for the provider itself
		ok    bool
	}{
		{"nothing promised, nothing said", false, "", true},
		{"said all the same", false, "here", true},
		{"another's, nothing promised", false, "https://other.example", false},
		{"promised and said", true, "here", true},
		{"promised, not said", true, "", false},
		{"promised, another's", true, "https://other.example", false},
	} {
		o, i := newSignInFixture(t), newIssuer(t)
		i.names = c.names
		o.trust(i, nil)
		b := o.browser()
		back := i.authorize(o.begin(b, "/"), nil)
		switch c.named {
		case "":
		case "here":
			back += "&iss=" + url.QueryEscape(i.url)
		default:
			back += "&iss=" + url.QueryEscape(c.named)
		}
		w := o.do(b, "GET", back, "", "")
		if (w.StatusCode == http.StatusSeeOther) != c.ok || (o.who(b) == "ann") != c.ok || !c.ok && i.times("/token") != 0 {
			t.Errorf("%s: got %s, %q asks, the code was sent %d times", c.what, w.Status, o.who(b), i.times("/token"))
		}
	}
}

func TestTheProvidersKeysMayChange(t *testing.T) {
	t.Parallel()
	o, i := newSignInFixture(t), newIssuer(t)
	o.trust(i, nil)
	for _, key := range []string{"one", "two", "two"} { // the same name for another key too
		i.rotate(key)
		c := o.browser()
		if w := o.signOn(c, i, nil); w.StatusCode != http.StatusSeeOther || o.who(c) != "ann" {
			t.Errorf("with key %s got %s", key, w.Status)
		}
	}
}

func TestForgedTokensAreRefused(t *testing.T) {
	t.Parallel()
	o, i := newSignInFixture(t), newIssuer(t)
	o.trust(i, nil)
	if w := o.signOn(o.browser(), i, nil); w.StatusCode != http.StatusSeeOther {
		t.Fatalf("an honest token got %s", w.Status)
	}
	unpublished, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(i.key.Public())
	if err != nil {
		t.Fatal(err)
	}
	public = pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})
	encode := base64.RawURLEncoding.EncodeToString
	for what, sign := range map[string]func(string) string{
		"a key that is not published": func(claims string) string { return oidctest.SignIDToken(unpublished, "two", oidc.ES256, claims) },
		"a published key's name":      func(claims string) string { return oidctest.SignIDToken(unpublished, "one", oidc.ES256, claims) },
		"no key's name":               func(claims string) string { return oidctest.SignIDToken(unpublished, "", oidc.ES256, claims) },
		"the public key, as a secret": func(claims string) string { return oidctest.SignIDToken(public, "one", "HS256", claims) },
		"the client's secret": func(claims string) string {
			return oidctest.SignIDToken([]byte(i.secret+i.secret), "one", "HS256", claims)
		},
		"no signature": func(claims string) string {
			return encode([]byte(`{"alg":"none"}`)) + "." + encode([]byte(claims)) + "."
		},
		"no token": func(string) string { return "" },
		"a signature of other claims": func(claims string) string {
			other := strings.Split(oidctest.SignIDToken(i.key, "one", oidc.ES256, `{"sub":"other"}`), ".")
			return other[0] + "." + encode([]byte(claims)) + "." + other[2]
		},
	} {
		i.change(func() { i.sign = sign })
		c := o.browser()
		if w := o.signOn(c, i, nil); w.StatusCode != http.StatusUnauthorized || o.who(c) != "" {
			t.Errorf("signed with %s got %s, %q asks", what, w.Status, o.who(c))
		}
	}
}

func TestSingleSignOnBeginsOnAPageOfOurs(t *testing.T) {
	t.Parallel()
	o, i := newSignInFixture(t), newIssuer(t)
	o.trust(i, nil)
	c := o.signedIn("max")
	for _, headers := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}} {
		if w := o.beginAt(c, "Ours", "/", headers...); w.StatusCode != http.StatusForbidden || len(w.Cookies()) != 0 {
			t.Errorf("%v got %s", headers, w.Status)
		}
	}
	for _, headers := range [][]string{{"Sec-Fetch-Site", "same-origin"}, {"Origin", o.url}} {
		if w := o.beginAt(c, "Ours", "/", headers...); w.StatusCode != http.StatusSeeOther {
			t.Errorf("%v got %s", headers, w.Status)
		}
	}
	// A link, from wherever, and a bookmark lead to the form, filled in.
	w := o.do(c, "GET", "/sign-in/oidc?company=Ours&next=/x", "", "", "Sec-Fetch-Site", "cross-site")
	if w.StatusCode != http.StatusOK || len(w.Cookies()) != 0 || !strings.Contains(w.body, `<details id="sso" open>`) ||
		!strings.Contains(w.body, `value="Ours"`) || strings.Count(w.body, `value="/x"`) != 2 {
		t.Errorf("a link got %s %s", w.Status, w.body)
	}
	if w := o.do(c, "GET", "/sign-in", "", ""); !strings.Contains(w.body, `<details id="sso" >`) {
		t.Errorf("the form is open: %s", w.body)
	}
	if who := o.who(c); who != "max" {
		t.Errorf("%q asks, want max", who)
	}
}

func TestSignInsArePaidForByTheirAddress(t *testing.T) {
	t.Parallel()
	o, i := newSignInFixture(t, func(c *app.Config) {
		c.RateLimit, c.RateBurst = of(0.001), 2
		c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	}), newIssuer(t)
	o.trust(i, nil)
	const asJSON = "application/json"
	for n, c := range []struct {
		method, path, contentType, body string
		status                          int // of the first two
	}{
		{"GET", "/sign-in", "", "", http.StatusOK},
		{"GET", "/sign-in/oidc", "", "", http.StatusOK},
		{"POST", "/sign-in", aForm, "email=max@example.com&password=x", http.StatusUnauthorized},
		{"POST", "/sign-in", asJSON, `{"email":"max@example.com","password":"x"}`, http.StatusUnauthorized},
		{"POST", "/sign-in/oidc", aForm, "company=Nobody", http.StatusUnauthorized},
		{"GET", i.redirect + "?code=x&state=x", "", "", http.StatusUnauthorized},
	} {
		from := []string{"X-Forwarded-For", fmt.Sprintf("192.0.2.%d", n)}
		b := o.browser()
		for range 2 {
			if w := o.do(b, c.method, c.path, c.contentType, c.body, from...); w.StatusCode != c.status {
				t.Errorf("%s %s got %s", c.method, c.path, w.Status)
			}
		}
		w := o.do(b, c.method, c.path, c.contentType, c.body, from...)
		want := "<p id=\"message\" class=\"error\" role=\"alert\">Too many requests"
		if c.contentType == asJSON {
			want = `"code":"RATE_LIMITED"`
		}
		if w.StatusCode != http.StatusTooManyRequests || w.Header.Get("Retry-After") == "" ||
			!strings.Contains(w.body, want) {
			t.Errorf("%s %s got %s, Retry-After %q: %s", c.method, c.path, w.Status, w.Header.Get("Retry-After"), w.body)
		}
	}
	// A callback that comes too early does not use up the flow.
	from := []string{"X-Forwarded-For", "192.0.2.100"}
	b := o.browser()
	back := i.authorize(o.beginAt(b, "Ours", "/", from...).Header.Get("Location"), nil)
	o.beginAt(o.browser(), "Ours", "/", from...)
	if w := o.do(b, "GET", back, "", "", from...); w.StatusCode != http.StatusTooManyRequests || i.times("/token") != 0 {
		t.Errorf("got %s, the code was sent %d times", w.Status, i.times("/token"))
	}
	if w := o.do(b, "GET", back, "", ""); w.StatusCode != http.StatusSeeOther {
		t.Errorf("got %s", w.Status)
	}
}
