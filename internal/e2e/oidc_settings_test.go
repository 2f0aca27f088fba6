package e2e_test

import (
	"maps"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

func TestAddressesNeedNotBeVerifiedWhereTheCompanySaysSo(t *testing.T) {
	t.Parallel()
	for _, trusted := range []bool{false, true} {
		for _, c := range []struct {
			verified any // nil: the provider does not say
			ok       bool
		}{{nil, trusted}, {true, true}, {"true", true}, {false, false}, {"false", false}, {"", false}, {1, false}} {
			o, i := newSignInFixture(t), newIssuer(t)
			o.trust(i, func(p *fleet.IdentityProvider) { p.TrustEmail = trusted })
			for who, email := range map[string]string{"ann": "ann@example.com", "": "tom@example.com"} { // tom is of another company
				b := o.browser()
				o.signOn(b, i, map[string]any{"email_verified": c.verified, "email": email, "sub": email})
				if got := o.who(b); (got != "") != (c.ok && who != "") {
					t.Errorf("trusted %v, verified %v: %q asks with the address %s", trusted, c.verified, got, email)
				}
			}
		}
	}
}

func TestRequiredClaims(t *testing.T) {
	t.Parallel()
	o, i := newSignInFixture(t), newIssuer(t)
	o.trust(i, func(p *fleet.IdentityProvider) {
		p.RequiredClaims = map[string]string{
			"hd":                       "example.com",
			"realm.groups":             "fleet",
			"https://example.com/site": "north",
		}
	})
	right := map[string]any{
		"hd":                       "example.com",
		"realm":                    map[string]any{"groups": []string{"other", "fleet"}},
		"https://example.com/site": "north",
	}
	for what, with := range map[string]map[string]any{
		"all":                 {},
		"none of one":         {"hd": nil},
		"another value":       {"hd": "evil.example"},
		"a part of the value": {"hd": "example.co"},
		"no text":             {"hd": true},
		"others of a list":    {"realm": map[string]any{"groups": []string{"other"}}},
		"a text on the way":   {"realm": "groups"},
	} {
		claims := maps.Clone(right)
		maps.Copy(claims, with)
		c := o.browser()
		w := o.signOn(c, i, claims)
		if ok := len(with) == 0; (w.StatusCode == http.StatusSeeOther) != ok || (o.who(c) == "ann") != ok {
			t.Errorf("%s: got %s, %q asks", what, w.Status, o.who(c))
		}
	}
	// At each sign-in, not the first alone.
	c := o.browser()
	if w := o.signOn(c, i, nil); w.StatusCode != http.StatusUnauthorized || o.who(c) != "" {
		t.Errorf("ann without the claims got %s", w.Status)
	}
}

func TestSessionsByPasswordEndWithPasswords(t *testing.T) {
	t.Parallel()
	o, i := newSignInFixture(t), newIssuer(t)
	o.trust(i, nil)
	max, ann, tom := o.signedIn("max"), o.browser(), o.signedIn("tom")
	o.signOn(ann, i, nil)
	if o.who(max) != "max" || o.who(ann) != "ann" || o.who(tom) != "tom" {
		t.Fatalf("%q, %q and %q ask", o.who(max), o.who(ann), o.who(tom))
	}
	o.trust(i, func(p *fleet.IdentityProvider) { p.Passwords = false })
	o.eventually(func() bool { return o.who(max) == "" })
	if o.who(ann) != "ann" || o.who(tom) != "tom" {
		t.Errorf("%q and %q ask", o.who(ann), o.who(tom))
	}
	if n := o.count(`SELECT count(*)::int FROM sessions WHERE method = 'PASSWORD'`); n != 1 {
		t.Errorf("%d sessions by password are left, want tom's", n)
	}
	// One with a password check in progress meanwhile.
	late := fleet.SecretHash{1}
	accounts, err := o.store.Identity().AccountsByEmail(t.Context(), "tom@example.com", "")
	if err != nil || len(accounts) != 1 {
		t.Fatal(accounts, err)
	}
	o.exec(`UPDATE passwords SET hash = $2 WHERE user_id = $1`, [16]byte(o.users["max"].ID), accounts[0].Hash)
	if _, err := o.store.Identity().AddSession(
		t.Context(),
		late,
		fleet.Session{CompanyID: o.viewer.CompanyID, UserID: o.users["max"].ID, Method: fleet.ByPassword},
		fleet.Proof{Hash: accounts[0].Hash},
		time.Hour,
		time.Hour,
	); fleet.CodeOf(err) != fleet.NotFound {
		t.Errorf("a session by a password that is not allowed any more: %v", err)
	}
	if g, err := o.store.Identity().SessionGrant(t.Context(), late); fleet.CodeOf(err) != fleet.NotFound {
		t.Errorf("it opens %+v, %v", g, err)
	}
}

func TestAUserWhoseSubjectChangedIsLinkedAgain(t *testing.T) {
	t.Parallel()
	o, i := newSignInFixture(t), newIssuer(t)
	o.trust(i, nil)
	before, byPassword := o.browser(), o.signedIn("ann")
	o.signOn(before, i, nil)
	after := map[string]any{"sub": "ann's new subject"}
	if w := o.signOn(
		o.browser(),
		i,
		after,
	); w.StatusCode != http.StatusUnauthorized ||
		!strings.Contains(o.log.String(), `no user is linked to the subject or has the address" `) {
		t.Errorf("another subject with ann's address got %s", w.Status)
	}
	ann, err := o.store.Identity().ViewerByEmail(t.Context(), "ann@example.com")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := o.store.Identity().Unlink(t.Context(), ann, ann.UserID); err != nil || n != 1 {
		t.Fatalf("unlinked %d, %v", n, err)
	}
	o.eventually(func() bool { return o.who(before) == "" })
	if who := o.who(byPassword); who != "ann" {
		t.Errorf("%q asks by password, want ann", who)
	}
	c := o.browser()
	o.signOn(c, i, after)
	if who := o.who(c); who != "ann" {
		t.Errorf("%q asks, want ann", who)
	}
	if w := o.signOn(o.browser(), i, nil); w.StatusCode != http.StatusUnauthorized {
		t.Errorf("the subject of before got %s", w.Status)
	}
	if n := strings.Count(o.log.String(), "user linked to the subject"); n != 2 {
		t.Errorf("the log tells of %d links", n)
	}
}

func TestTheProviderGivesRoles(t *testing.T) {
	t.Parallel()
	o, i := newSignInFixture(t), newIssuer(t)
	o.trust(i, func(p *fleet.IdentityProvider) {
		p.RoleClaim, p.Roles, p.Passwords = "realm.groups", map[string]fleet.Role{
			"bosses": fleet.RoleManager,
			"all":    fleet.RoleOperator,
		}, false
	})
	c := o.browser()
	o.do(
		c,
		"GET",
		i.authorize(o.begin(c, "/"), map[string]any{"realm": map[string]any{"groups": []string{"all", "bosses", "others"}}}),
		"",
		"",
	)
	if w, _ := o.query(c, `{ viewer { name role } }`, nil); !strings.Contains(w.body, `"name":"ann","role":"MANAGER"`) {
		t.Errorf("ann is %s", w.body)
	}
	told := regexp.MustCompile(
		`msg="user's role changed by a claim" .* user=` + o.users["ann"].ID.String() + ` from=ANALYST to=MANAGER request=\S+\n`,
	)
	if n := len(told.FindAllString(o.log.String(), -1)); n != 1 {
		t.Errorf("the log tells of it %d times", n)
	}
	// The provider has the last word, and what it leaves alone is not told of.
	o.exec(`UPDATE users SET role = 'OPERATOR' WHERE email = 'ann@example.com'`)
	for range 2 {
		c = o.browser()
		o.signOn(c, i, map[string]any{"realm": map[string]any{"groups": "bosses"}})
	}
	if w, _ := o.query(
		c,
		`{ viewer { role } }`,
		nil,
	); !strings.Contains(w.body, `"MANAGER"`) ||
		strings.Count(o.log.String(), "role changed by a claim") != 2 {
		t.Errorf("ann is %s; the log tells of %d changes", w.body, strings.Count(o.log.String(), "role changed by a claim"))
	}
	for change, want := range map[string]int{
		`{"field": "role", "from": "ANALYST", "to": "MANAGER"}`: 1, `{"field": "role", "from": "OPERATOR", "to": "MANAGER"}`: 1, `{"field": "provider"}`: 1,
	} {
		if n := o.count(
			`SELECT count(*)::int FROM history WHERE subject = 'USER' AND user_id IS NULL AND changes @> '[` + change + `]'`,
		); n != want {
			t.Errorf("the history tells of %s %d times, want %d", change, n, want)
		}
	}
	c = o.browser()
	if w := o.do(
		c,
		"GET",
		i.authorize(o.begin(c, "/"), nil),
		"",
		"",
	); w.StatusCode != http.StatusUnauthorized ||
		o.who(c) != "" {
		t.Errorf("without a role got %s", w.Status)
	}
	if w := o.signIn(o.browser(), "ann@example.com", passphrase, "/"); w.StatusCode != http.StatusUnauthorized {
		t.Errorf("a password got %s, though the company takes none", w.Status)
	}
}

func TestTheProviderCannotTakeTheLastAdministrator(t *testing.T) {
	t.Parallel()
	o, i := newSignInFixture(t), newIssuer(t)
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
	o.exec(
		`UPDATE users SET disabled_at = now() WHERE role = 'ADMIN' AND email <> 'ann@example.com' AND company_id = (SELECT company_id FROM users WHERE email = 'ann@example.com')`,
	)
	role("ADMIN")
	if !strings.Contains(o.log.String(), "last administrator") {
		t.Error("nothing is in the log")
	}
	o.exec(`UPDATE users SET disabled_at = NULL`)
	role("MANAGER")
}
