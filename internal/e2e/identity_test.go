package e2e_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

type person struct {
	ID, Name, Email, Role string
	DisabledAt            *string
}

type accessPayload struct {
	User        *person
	Password    *string
	Token       *string
	AccessToken *struct {
		ID, Name, Scope, ExpiresAt string
		RevokedAt                  *string
	}
	Ended     int
	DeletedID *string
	Errors    []fault
}

const ofPerson = ` { id name email role disabledAt }`

// access sends a mutation with the field alias p.
func (o *signInFixture) access(c *http.Client, mutation string, variables vars, headers ...string) accessPayload {
	o.t.Helper()
	w, a := o.query(c, mutation, variables, headers...)
	var d struct{ P *accessPayload }
	if err := json.Unmarshal(a.Data, &d); err != nil || d.P == nil {
		o.t.Fatalf("%s got %s", mutation, w.body)
	}
	return *d.P
}

// refused wants the whole field refused with that code.
func (o *signInFixture) refused(code fleet.Code, c *http.Client, query string, variables vars, headers ...string) {
	o.t.Helper()
	w, a := o.query(c, query, variables, headers...)
	if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != string(code) {
		o.t.Errorf("%s got %s, want %s", query, w.body, code)
	}
}

const (
	createUser    = `mutation($in: CreateUserInput!) { p: createUser(input: $in) { password user` + ofPerson + ` errors { code reason message field } } }`
	setRole       = `mutation($id: ID!, $role: Role!, $v: Int!) { p: updateUserRole(input: { userId: $id, role: $role, expectedVersion: $v }) { user` + ofPerson + ` errors { code reason message field } } }`
	disableUser   = `mutation($id: ID!, $v: Int) { p: disableUser(input: { userId: $id, expectedVersion: $v }) { user` + ofPerson + ` errors { code reason message field } } }`
	enableUser    = `mutation($id: ID!) { p: enableUser(input: { userId: $id }) { user` + ofPerson + ` errors { code reason message field } } }`
	ofToken       = ` accessToken { id name scope expiresAt revokedAt } errors { code reason message field } } }`
	createToken   = `mutation($in: CreateAccessTokenInput!) { p: createAccessToken(input: $in) { token` + ofToken
	revokeToken   = `mutation($id: ID!) { p: revokeAccessToken(input: { accessTokenId: $id }) {` + ofToken
	endSession    = `mutation($id: ID!) { p: endSession(input: { sessionId: $id }) { deletedId errors { code reason message field } } }`
	endAll        = `mutation($keep: Boolean! = false) { p: signOutEverywhere(input: { keepCurrent: $keep }) { ended errors { code reason message field } } }`
	ofUsers       = `{ users(first: 2) { totalCount pageInfo { hasNextPage endCursor } nodes` + ofPerson + ` } }`
	ownSessions   = `{ sessions { id method userAgent current endsAt } }`
	ownTokens     = `{ accessTokens { id name scope revokedAt lastUsedAt user { name } } }`
	changeOwn     = `mutation($current: String!, $new: String!) { p: changePassword(input: { current: $current, new: $new }) { user` + ofPerson + ` errors { code reason message field } } }`
	resetOthers   = `mutation($id: ID!) { p: resetPassword(input: { userId: $id }) { password user` + ofPerson + ` errors { code reason message field } } }`
	justEquipment = `{ equipmentList(first: 1) { totalCount } }`
)

func TestAdminsListUsers(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	ada := o.signedIn("ada")
	var names []string
	query := ofUsers
	for range 4 {
		w, a := o.query(ada, query, nil)
		var d struct {
			Users struct {
				TotalCount int
				PageInfo   struct {
					HasNextPage bool
					EndCursor   string
				}
				Nodes []person
			}
		}
		if err := json.Unmarshal(a.Data, &d); err != nil || d.Users.TotalCount != 5 {
			t.Fatalf("%v: %s", err, w.body)
		}
		for _, n := range d.Users.Nodes {
			names = append(names, n.Name)
		}
		if !d.Users.PageInfo.HasNextPage {
			break
		}
		query = strings.Replace(ofUsers, "first: 2", `first: 2, after: "`+d.Users.PageInfo.EndCursor+`"`, 1)
	}
	if want := []string{"ada", "ann", "max", "olga", "Ours manager"}; !slices.Equal(names, want) {
		t.Errorf("the users are %q, want %q", names, want)
	}
	write, _ := o.token("ada", fleet.ScopeWrite)
	for _, name := range []string{"max", "ann", "olga"} {
		c := o.signedIn(name)
		o.refused(fleet.Forbidden, c, ofUsers, nil)
		o.refused(fleet.Forbidden, c, `{ users { nodes { email } } }`, nil)
		o.refused(fleet.Forbidden, c, createUser, vars{"in": vars{"email": "x@example.com", "name": "x", "role": "ADMIN"}})
		o.refused(fleet.Forbidden, c, setRole, vars{"id": o.id(name), "role": "ADMIN", "v": 1})
	}
	o.refused(fleet.Forbidden, o.browser(), ofUsers, nil, "Authorization", "Bearer "+write)
	o.refused(fleet.Unauthenticated, o.browser(), ofUsers, nil)
	o.refused(fleet.Unauthenticated, o.browser(), disableUser, vars{"id": o.id("max")})
}

// id is the public id of a user.
func (o *signInFixture) id(name string) string {
	u := o.users[name]
	return u.GlobalID()
}

func TestAdminsAddUsers(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	ada := o.signedIn("ada")
	p := o.access(ada, createUser, vars{"in": vars{"email": "new@example.com", "name": "Nia", "role": "ANALYST"}})
	if p.User == nil || p.Password == nil || p.User.Role != "ANALYST" {
		t.Fatalf("got %+v", p)
	}
	if w := o.signIn(o.browser(), "new@example.com", *p.Password, "/"); w.StatusCode != http.StatusSeeOther {
		t.Errorf("the new user cannot sign in: %s", w.Status)
	}
	if strings.Contains(o.log.String(), *p.Password) {
		t.Error("the password is in the log")
	}
	if p := o.access(
		ada,
		createUser,
		vars{"in": vars{"email": "b@example.com", "name": "B", "role": "ADMIN", "password": passphrase}},
	); p.Password != nil ||
		p.User == nil {
		t.Errorf("with a password got %+v", p)
	}
	for field, in := range map[string]vars{
		"input.email":    {"email": "no address", "name": "x", "role": "ADMIN"},
		"input.name":     {"email": "c@example.com", "name": " ", "role": "ADMIN"},
		"input.password": {"email": "c@example.com", "name": "x", "role": "ADMIN", "password": ""},
	} {
		if p := o.access(
			ada,
			createUser,
			vars{"in": in},
		); len(p.Errors) != 1 || string(p.Errors[0].Field) != field || p.Errors[0].Code != "BAD_INPUT" || p.User != nil ||
			p.Password != nil {
			t.Errorf("%s got %+v", field, p)
		}
	}
	if p := o.access(
		ada,
		createUser,
		vars{"in": vars{"email": "MAX@example.com", "name": "x", "role": "ADMIN"}},
	); len(p.Errors) != 1 || p.Errors[0].Code != "CONFLICT" || p.Errors[0].Reason != "TAKEN" ||
		p.Password != nil {
		t.Errorf("an address that is taken got %+v", p)
	}
}

func TestAdminsShutUsersOut(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	ada, max := o.signedIn("ada"), o.signedIn("max")
	token, _ := o.token("max", fleet.ScopeRead)
	if p := o.access(ada, disableUser, vars{"id": o.id("max")}); p.User == nil || p.User.DisabledAt == nil {
		t.Fatalf("got %+v", p)
	}
	if who := o.who(max); who != "" {
		t.Errorf("%s asks, who is shut out", who)
	}
	if w, _ := o.query(
		o.browser(),
		justEquipment,
		nil,
		"Authorization",
		"Bearer "+token,
	); w.StatusCode != http.StatusUnauthorized {
		t.Errorf("their token got %s", w.Status)
	}
	if p := o.access(ada, enableUser, vars{"id": o.id("max")}); p.User == nil || p.User.DisabledAt != nil {
		t.Errorf("got %+v", p)
	}
	if who := o.who(max); who != "" {
		t.Errorf("the old session of %s works again", who)
	}
	o.signedIn("max")
	for _, id := range []string{o.id("tom"), fleet.GlobalID(fleet.KindUser, fleet.NewUUID())} {
		if p := o.access(
			ada,
			disableUser,
			vars{"id": id},
		); len(p.Errors) != 1 || p.Errors[0].Code != "NOT_FOUND" ||
			p.Errors[0].Field != "input.userId" {
			t.Errorf("somebody of another company got %+v", p)
		}
	}
	if p := o.access(
		ada,
		disableUser,
		vars{"id": "equipment_00000000000000000000000000"},
	); len(p.Errors) != 1 ||
		p.Errors[0].Code != "BAD_INPUT" {
		t.Errorf("a machine got %+v", p)
	}
	o.signedIn("tom")
}

func TestACompanyKeepsAnAdmin(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	ada := o.signedIn("ada")
	for _, try := range []struct {
		mutation  string
		variables vars
	}{{disableUser, vars{"id": o.id("ada")}}, {setRole, vars{"id": o.id("ada"), "role": "MANAGER", "v": 1}}} {
		if p := o.access(
			ada,
			try.mutation,
			try.variables,
		); len(p.Errors) != 1 || p.Errors[0].Code != "CONFLICT" ||
			p.Errors[0].Reason != "LAST_ADMIN" {
			t.Errorf("%s got %+v", try.mutation, p)
		}
	}
	if p := o.access(ada, setRole, vars{"id": o.id("ada"), "role": "ADMIN", "v": 1}); len(p.Errors) > 0 {
		t.Errorf("the same role got %+v", p)
	}
	if p := o.access(
		ada,
		setRole,
		vars{"id": o.id("max"), "role": "ADMIN", "v": 1},
	); p.User == nil ||
		p.User.Role != "ADMIN" {
		t.Fatalf("got %+v", p)
	}
	// Two admins demote each other at once: one stays.
	max := o.signedIn("max")
	var wg sync.WaitGroup
	for c, other := range map[*http.Client]string{ada: "max", max: "ada"} {
		wg.Go(func() {
			o.query(c, setRole, vars{"id": o.id(other), "role": "ANALYST", "v": map[string]int{"ada": 1, "max": 2}[other]})
		})
	}
	wg.Wait()
	if n := o.count(
		`SELECT count(*)::int FROM users u JOIN companies c ON c.id = company_id WHERE c.name = 'Ours' AND role = 'ADMIN'`,
	); n != 1 {
		t.Errorf("%d admins are left, want 1", n)
	}
}

func TestANewRoleCountsAtOnce(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	ada, ann := o.signedIn("ada"), o.signedIn("ann")
	in := vars{"in": vars{"name": "x", "category": "y"}}
	o.refused(fleet.Forbidden, ann, createOne, in)
	o.access(ada, setRole, vars{"id": o.id("ann"), "role": "MANAGER", "v": 1})
	if w, a := o.query(ann, createOne, in); len(a.Errors) > 0 {
		t.Errorf("the new manager got %s", w.body)
	}
}

func TestEverybodyKeepsTheirTokens(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	olga := o.signedIn("olga")
	p := o.access(olga, createToken, vars{"in": vars{"name": "tablet"}})
	if p.Token == nil || p.AccessToken == nil || p.AccessToken.Scope != "READ" {
		t.Fatalf("got %+v", p)
	}
	if end, err := time.Parse(
		time.RFC3339,
		p.AccessToken.ExpiresAt,
	); err != nil ||
		time.Until(end).Round(24*time.Hour) != 90*24*time.Hour {
		t.Errorf("it expires at %s, want in 90 days", p.AccessToken.ExpiresAt)
	}
	bearer := []string{"Authorization", "Bearer " + *p.Token}
	if who := o.who(o.browser(), bearer...); who != "olga" {
		t.Errorf("%q asks", who)
	}
	if strings.Contains(o.log.String(), *p.Token) {
		t.Error("the token is in the log")
	}
	if p := o.access(
		olga,
		createToken,
		vars{"in": vars{"name": "Tablet"}},
	); len(p.Errors) != 1 || p.Errors[0].Field != "input.name" || p.Errors[0].Code != "CONFLICT" ||
		p.Token != nil {
		t.Errorf("the same name got %+v", p)
	}
	if p := o.access(
		olga,
		createToken,
		vars{"in": vars{"name": "x", "expiresAt": "2020-01-01T00:00:00Z"}},
	); len(p.Errors) != 1 ||
		p.Errors[0].Field != "input.expiresAt" {
		t.Errorf("the past got %+v", p)
	}
	// Others neither see nor end it.
	max := o.signedIn("max")
	if w, _ := o.query(max, ownTokens, nil); strings.Contains(w.body, "tablet") {
		t.Errorf("max sees %s", w.body)
	}
	if p := o.access(
		max,
		revokeToken,
		vars{"id": p.AccessToken.ID},
	); len(p.Errors) != 1 ||
		p.Errors[0].Code != "NOT_FOUND" {
		t.Errorf("max revokes olga's: %+v", p)
	}
	if p := o.access(
		olga,
		revokeToken,
		vars{"id": p.AccessToken.ID},
	); p.AccessToken == nil ||
		p.AccessToken.RevokedAt == nil {
		t.Errorf("got %+v", p)
	}
	if w, _ := o.query(o.browser(), justEquipment, nil, bearer...); w.StatusCode != http.StatusUnauthorized {
		t.Errorf("revoked, it got %s", w.Status)
	}
	w, a := o.query(olga, ownTokens+` `, nil)
	if len(a.Errors) > 0 || strings.Count(w.body, `"id"`) != 1 || strings.Contains(w.body, *p.Token) ||
		strings.Contains(w.body, `"lastUsedAt":null`) {
		t.Errorf("olga sees %s", w.body)
	}
}

func TestNarrowTokensMakeNoOthers(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	for _, scope := range []fleet.Scope{fleet.ScopeRead, fleet.ScopeWrite} {
		token, kept := o.token("ada", scope)
		c, bearer := o.browser(), []string{"Authorization", "Bearer " + token}
		o.refused(fleet.Forbidden, c, createToken, vars{"in": vars{"name": "wider", "scope": "ADMIN"}}, bearer...)
		o.refused(fleet.Forbidden, c, revokeToken, vars{"id": kept.GlobalID()}, bearer...)
		o.refused(fleet.Forbidden, c, endSession, vars{"id": fleet.GlobalID(fleet.KindSession, fleet.NewUUID())}, bearer...)
		o.refused(fleet.Forbidden, c, endAll, nil, bearer...)
		o.refused(fleet.Forbidden, c, ownTokens, nil, bearer...)
		o.refused(fleet.Forbidden, c, ownSessions, nil, bearer...)
	}
	token, _ := o.token("ada", fleet.ScopeAdmin)
	if p := o.access(
		o.browser(),
		createToken,
		vars{"in": vars{"name": "other", "scope": "READ"}},
		"Authorization",
		"Bearer "+token,
	); p.Token == nil {
		t.Errorf("the scope ADMIN got %+v", p)
	}
	o.refused(fleet.Unauthenticated, o.browser(), ownTokens, nil)
	o.refused(fleet.Unauthenticated, o.browser(), endAll, nil)
}

func TestSessionsAreSeenAndEnded(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	here, there, ann := o.signedIn("max"), o.signedIn("max"), o.signedIn("ann")
	sessions := func(c *http.Client) (other string, n int) {
		w, a := o.query(c, ownSessions, nil)
		var d struct {
			Sessions []struct {
				ID, Method string
				Current    bool
			}
		}
		if err := json.Unmarshal(a.Data, &d); err != nil {
			t.Fatalf("%v: %s", err, w.body)
		}
		current := 0
		for _, s := range d.Sessions {
			if s.Current {
				current++
			} else {
				other = s.ID
			}
		}
		if current != 1 {
			t.Errorf("%d sessions are this one: %s", current, w.body)
		}
		return other, len(d.Sessions)
	}
	other, n := sessions(here)
	if n != 2 {
		t.Fatalf("%d sessions, want 2", n)
	}
	if p := o.access(
		ann,
		endSession,
		vars{"id": other},
	); len(p.Errors) != 1 || p.Errors[0].Code != "NOT_FOUND" ||
		p.DeletedID != nil {
		t.Errorf("ann ends max's: %+v", p)
	}
	if p := o.access(
		here,
		endSession,
		vars{"id": other},
	); p.DeletedID == nil || *p.DeletedID != other || o.who(there) != "" ||
		o.who(here) != "max" {
		t.Errorf("got %+v", p)
	}
	there = o.signedIn("max")
	if p := o.access(here, endAll, vars{"keep": true}); p.Ended != 1 || o.who(here) != "max" || o.who(there) != "" {
		t.Errorf("all but this one: %+v", p)
	}
	o.signedIn("max")
	if p := o.access(here, endAll, nil); p.Ended != 2 || o.who(here) != "" || o.who(ann) != "ann" {
		t.Errorf("got %+v", p)
	}
}
