package e2e_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
)

func TestPeopleChangeTheirPasswords(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	const next = "a new passphrase of max"
	here, there := o.signedIn("max"), o.signedIn("max")
	for field, try := range map[string]vars{
		"input.new":     {"current": passphrase, "new": "short"},
		"input.current": {"current": "something else", "new": next},
	} {
		if p := o.access(
			here,
			changeOwn,
			try,
		); len(p.Errors) != 1 || string(p.Errors[0].Field) != field || p.Errors[0].Code != "BAD_INPUT" ||
			p.User != nil {
			t.Errorf("%s got %+v", field, p)
		}
	}
	if p := o.access(
		here,
		changeOwn,
		vars{"current": passphrase, "new": passphrase},
	); len(p.Errors) != 1 ||
		p.Errors[0].Field != "input.new" {
		t.Errorf("the same password got %+v", p)
	}
	must := func() string {
		w, _ := o.query(here, `{ viewer { passwordMustChange } }`, nil)
		return w.body
	}
	if !strings.Contains(must(), `"passwordMustChange":true`) {
		t.Errorf("told by somebody else: %s", must())
	}
	if p := o.access(here, changeOwn, vars{"current": passphrase, "new": next}); p.User == nil || p.User.Name != "max" {
		t.Fatalf("got %+v", p)
	}
	if !strings.Contains(must(), `"passwordMustChange":false`) {
		t.Errorf("changed: %s", must())
	}
	if o.who(here) != "max" || o.who(there) != "" {
		t.Errorf("here asks %q, there %q", o.who(here), o.who(there))
	}
	if w := o.signIn(o.browser(), "max@example.com", passphrase, "/"); w.StatusCode != http.StatusUnauthorized {
		t.Errorf("the old password got %s", w.Status)
	}
	if w := o.signIn(o.browser(), "max@example.com", next, "/"); w.StatusCode != http.StatusSeeOther {
		t.Errorf("the new password got %s", w.Status)
	}
	if log := o.log.String(); strings.Contains(log, next) || strings.Contains(log, passphrase) ||
		strings.Contains(log, "something else") {
		t.Error("a password is in the log")
	}
	for _, scope := range []fleet.Scope{fleet.ScopeRead, fleet.ScopeWrite} {
		token, _ := o.token("max", scope)
		o.refused(
			fleet.Forbidden,
			o.browser(),
			changeOwn,
			vars{"current": next, "new": passphrase},
			"Authorization",
			"Bearer "+token,
		)
	}
}

func TestWhoFindsASessionOpenCannotGuessThePassword(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	max := o.signedIn("max")
	looked, refused := 0, false
	for range 20 {
		w, a := o.query(max, changeOwn, vars{"current": "wrong password", "new": "a new passphrase of max"})
		if len(a.Errors) == 1 && a.Errors[0].Extensions["code"] == string(fleet.RateLimited) {
			refused = true
			break
		}
		if len(a.Errors) > 0 {
			t.Fatal(w.body)
		}
		looked++
	}
	if !refused || looked > 7 { // a second may pass meanwhile
		t.Errorf("%d guesses were looked at", looked)
	}
	o.signedIn("max") // sign-in does not wait for that
}

func TestWhoHasNoPasswordIsToldSo(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	max := o.signedIn("max")
	o.exec(`DELETE FROM passwords WHERE user_id = $1`, [16]byte(o.users["max"].ID))
	p := o.access(max, changeOwn, vars{"current": passphrase, "new": "a new passphrase of max"})
	if len(p.Errors) != 1 || p.Errors[0].Reason != "NO_PASSWORD" || p.Errors[0].Code != "CONFLICT" ||
		!strings.Contains(p.Errors[0].Message, "provider") {
		t.Errorf("got %+v", p)
	}
	if w, _ := o.query(
		max,
		`{ viewer { passwordMustChange } }`,
		nil,
	); !strings.Contains(
		w.body,
		`"passwordMustChange":null`,
	) {
		t.Errorf("got %s", w.body)
	}
}

func TestAdminsResetPasswords(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	ada, max := o.signedIn("ada"), o.signedIn("max")
	o.access(max, changeOwn, vars{"current": passphrase, "new": "a new passphrase of max"})
	own := o.access(ada, resetOthers, vars{"id": o.id("ada")})
	if len(own.Errors) != 1 || own.Errors[0].Code != "BAD_INPUT" || string(own.Errors[0].Field) != "input.userId" ||
		own.Password != nil {
		t.Errorf("an administrator's own password, without the current one: %+v", own)
	}
	p := o.access(ada, resetOthers, vars{"id": o.id("max")})
	if p.User == nil || p.User.Name != "max" || p.Password == nil {
		t.Fatalf("got %+v", p)
	}
	if who := o.who(max); who != "" {
		t.Errorf("%s asks, whose password was reset", who)
	}
	if w := o.signIn(max, "max@example.com", *p.Password, "/"); w.StatusCode != http.StatusSeeOther {
		t.Fatalf("with the new password: %s", w.Status)
	}
	if w, _ := o.query(
		max,
		`{ viewer { passwordMustChange } }`,
		nil,
	); !strings.Contains(
		w.body,
		`"passwordMustChange":true`,
	) {
		t.Errorf("got %s", w.body)
	}
	for _, u := range o.staff(ada).Users.Nodes {
		if u.Name == "max" && (u.PasswordMustChange == nil || !*u.PasswordMustChange) {
			t.Errorf("ada sees %+v", u)
		}
	}
	if w, _ := o.query(
		o.signedIn("ann"),
		`{ history { nodes { user { passwordMustChange } } } }`,
		nil,
	); strings.Contains(
		w.body,
		"true",
	) {
		t.Errorf("ann sees %s", w.body)
	}
	if strings.Contains(o.log.String(), *p.Password) {
		t.Error("the password is in the log")
	}
	o.refused(fleet.Forbidden, max, resetOthers, vars{"id": o.id("ann")})
	for _, id := range []string{o.id("tom"), fleet.GlobalID(fleet.KindUser, fleet.NewUUID())} {
		if p := o.access(
			ada,
			resetOthers,
			vars{"id": id},
		); len(p.Errors) != 1 || p.Errors[0].Code != "NOT_FOUND" || p.Errors[0].Field != "input.userId" ||
			p.Password != nil {
			t.Errorf("somebody of another company got %+v", p)
		}
	}
	o.signedIn("tom")
}

// TestAnAddressIsOnesWithinACompany shows that no one learns of another company's users
// by adding one, and each signs in where their password is.
func TestAnAddressIsOnesWithinACompany(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	p := o.access(
		o.signedIn("tom"),
		createUser,
		vars{
			"in": vars{
				"email":    "MAX@example.com",
				"name":     "another max",
				"role":     "ANALYST",
				"password": "the other company's pass",
			},
		},
	)
	if p.User == nil {
		t.Fatalf("got %+v", p)
	}
	signIn := func(password, company string) string {
		c := o.browser()
		body, err := json.Marshal(vars{"email": "max@example.com", "password": password, "company": company})
		if err != nil {
			t.Fatal(err)
		}
		o.do(c, "POST", "/sign-in", "application/json", string(body))
		return o.who(c)
	}
	for _, try := range []struct{ password, company, who string }{
		{passphrase, "", "max"}, {"the other company's pass", "", "another max"},
		{passphrase, "ours", "max"}, {passphrase, "Theirs", ""}, {passphrase, "Nobody's", ""}, {passphrase, "No\x00body", ""},
		{"the other company's pass", "Theirs", "another max"},
	} {
		if who := signIn(try.password, try.company); who != try.who {
			t.Errorf("%s in %q is %q, want %q", try.password, try.company, who, try.who)
		}
	}
	// Of users with one password the oldest signs in, and a company's name decides.
	o.exec(`DELETE FROM sign_in_failures`)
	if _, err := o.auth.ResetPassword(
		t.Context(),
		fleet.Viewer{CompanyID: o.companyOf("tom"), Role: fleet.RoleAdmin},
		fleet.WriteInfo{},
		o.userNamed("another max"),
		passphrase,
	); err != nil {
		t.Fatal(err)
	}
	for company, want := range map[string]string{"": "max", "THEIRS": "another max"} {
		if who := signIn(passphrase, company); who != want {
			t.Errorf("in %q it is %q, want %q", company, who, want)
		}
	}
	w := o.do(
		o.browser(),
		"POST",
		"/sign-in",
		aForm,
		"email=max%40example.com&company=Theirs&password=correct+horse+battery+staple",
	)
	if w.StatusCode != http.StatusSeeOther {
		t.Errorf("the form got %s", w.Status)
	}
	// Knowledge of one password does not clear the failures of the other.
	for range 5 {
		signIn("wrong password", "")
	}
	o.exec(`UPDATE sign_in_failures SET blocked_until = now()`)
	signIn(passphrase, "Theirs")
	signIn("wrong password", "")
	if n := o.count(`SELECT min(failures) FROM sign_in_failures`); n != 6 {
		t.Errorf("6 failures, with a sign-in to another company between them, count as %d", n)
	}
}

func (o *signInFixture) companyOf(name string) fleet.UUID {
	o.t.Helper()
	_, company, err := o.store.Identity().UserByEmail(o.t.Context(), o.users[name].Email, "")
	if err != nil {
		o.t.Fatal(err)
	}
	return company
}

func (o *signInFixture) userNamed(name string) (id fleet.UUID) {
	o.t.Helper()
	o.row(`SELECT id FROM users WHERE name = $1`, []any{(*[16]byte)(&id)}, name)
	return id
}
