package e2e_test

import (
	"net/http"
	"testing"

	"bitcorp.dev/fleet/internal/app"
)

// TestPagesOfListedOriginsAloneReadAnswers asks as browsers do for pages of
// other sites: whether they may, and then what.
func TestPagesOfListedOriginsAloneReadAnswers(t *testing.T) {
	t.Parallel()
	const other = "https://app.example.com"
	listed := newSignInFixture(t, func(c *app.Config) { c.Origins = []string{other} })
	closed := newSignInFixture(t)
	for _, c := range []struct {
		office *signInFixture
		origin string
		reads  bool
	}{{listed, other, true}, {listed, "https://evil.example", false}, {listed, "null", false}, {closed, other, false}} {
		w := c.office.do(
			c.office.browser(),
			http.MethodOptions,
			"/graphql",
			"",
			"",
			"Origin",
			c.origin,
			"Access-Control-Request-Method",
			"POST",
			"Access-Control-Request-Headers",
			"authorization,content-type",
		)
		allowed := w.Header.Get("Access-Control-Allow-Origin")
		if (allowed == c.origin) != c.reads || allowed == "*" {
			t.Errorf("a page of %s may ask: %q, want %v", c.origin, allowed, c.reads)
		}
		w = c.office.do(c.office.browser(), http.MethodGet, "/graphql?query=%7B__typename%7D", "", "", "Origin", c.origin)
		if got := w.Header.Get("Access-Control-Allow-Origin"); (got == c.origin) != c.reads {
			t.Errorf("a page of %s reads: %q, want %v", c.origin, got, c.reads)
		}
	}
}

func TestBrowsersAreToldToComeByHTTPSWhereTheyDo(t *testing.T) {
	t.Parallel()
	secure := newSignInFixture(t, func(c *app.Config) { c.PublicURL = "https://fleet.example.com" })
	plain := newSignInFixture(t)
	for o, want := range map[*signInFixture]string{secure: "max-age=31536000", plain: ""} {
		if got := o.do(o.browser(), http.MethodGet, "/sign-in", "", "").Header.Get("Strict-Transport-Security"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
