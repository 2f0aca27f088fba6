package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

// staff is what an administrator sees of the company's users.
type staff struct {
	Users struct {
		Nodes []struct {
			Name               string
			PasswordMustChange *bool
			AccessTokens       []struct {
				ID   string
				User struct{ Name string }
			}
			Sessions []struct{ ID string }
		}
	}
}

const ofStaff = `{ users { nodes { name passwordMustChange accessTokens { id user { name } } sessions { id } } } }`

func (o *signInFixture) staff(c *http.Client, headers ...string) (s staff) {
	o.t.Helper()
	w, a := o.query(c, ofStaff, nil, headers...)
	if err := json.Unmarshal(a.Data, &s); err != nil || len(a.Errors) > 0 {
		o.t.Fatalf("%v: %s", err, w.body)
	}
	return s
}

func TestAdminsSeeAndEndWhatOpensTheCompany(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	ada, max := o.signedIn("ada"), o.signedIn("max")
	o.signedIn("tom") // of the other company
	token, kept := o.token("max", fleet.ScopeRead)
	theirs, _ := o.token("tom", fleet.ScopeRead)
	var session string
	for _, u := range o.staff(ada).Users.Nodes {
		switch {
		case u.Name == "max":
			if len(u.AccessTokens) != 1 || u.AccessTokens[0].ID != kept.GlobalID() || u.AccessTokens[0].User.Name != "max" ||
				len(u.Sessions) != 1 {
				t.Fatalf("of max ada sees %+v", u)
			}
			session = u.Sessions[0].ID
		case len(u.AccessTokens) != 0 || u.AccessTokens == nil || len(u.Sessions) > 1:
			t.Errorf("of %s ada sees %+v", u.Name, u)
		}
	}
	// Other roles than ADMIN see none of it, of others or of themselves.
	narrow, _ := o.token("ada", fleet.ScopeWrite)
	for who, headers := range map[*http.Client][]string{max: nil, o.browser(): {"Authorization", "Bearer " + narrow}} {
		for _, field := range []string{"accessTokens { id }", "sessions { id }", "history { totalCount }"} {
			o.refused(fleet.Forbidden, who, `{ viewer { name `+field+` } }`, nil, headers...)
		}
	}
	for _, who := range []string{"ann", "tom"} {
		c := o.signedIn(who)
		for _, try := range []struct{ mutation, id string }{{revokeToken, kept.GlobalID()}, {endSession, session}} {
			known := o.access(c, try.mutation, vars{"id": try.id})
			unknown := o.access(c, try.mutation, vars{"id": strings.Replace(try.id, try.id[len(try.id)-4:], "0000", 1)})
			if len(known.Errors) != 1 || known.Errors[0].Code != "NOT_FOUND" || fmt.Sprint(known) != fmt.Sprint(unknown) {
				t.Errorf("%s gets %+v, of an unknown one %+v", who, known, unknown)
			}
		}
	}
	if p := o.access(ada, endSession, vars{"id": session}); p.DeletedID == nil || o.who(max) != "" {
		t.Errorf("ada ends max's session: %+v", p)
	}
	if p := o.access(
		ada,
		revokeToken,
		vars{"id": kept.GlobalID()},
	); p.AccessToken == nil ||
		p.AccessToken.RevokedAt == nil {
		t.Errorf("ada revokes max's token: %+v", p)
	}
	if w, _ := o.query(
		o.browser(),
		justEquipment,
		nil,
		"Authorization",
		"Bearer "+token,
	); w.StatusCode != http.StatusUnauthorized {
		t.Errorf("revoked, it got %s", w.Status)
	}
	if who := o.who(o.browser(), "Authorization", "Bearer "+theirs); who != "tom" {
		t.Errorf("%q asks with tom's token", who)
	}
}

// TestWhatOpensTheCompanyTakesAStatementEach: however many users there are.
func TestWhatOpensTheCompanyTakesAStatementEach(t *testing.T) {
	t.Parallel()
	for _, users := range []int{1, 10, 100} {
		s := newService(t)
		s.exec(
			`INSERT INTO users (company_id, email, name, role) SELECT id, 'ada@example.com', 'ada', 'ADMIN' FROM companies WHERE name = 'Ours'`,
		)
		s.exec(
			`INSERT INTO users (company_id, email, name, role) SELECT id, i || '@example.com', 'user ' || i, 'ANALYST' FROM companies, generate_series(2, $1) i WHERE companies.name = 'Ours'`,
			users,
		)
		s.exec(`INSERT INTO access_tokens (company_id, user_id, name, secret_hash, scope, expires_at)
		        SELECT company_id, id, i, sha256((id || i::text)::bytea), 'READ', now() + interval '1 day' FROM users, generate_series(1, 3) i`)
		s.exec(`INSERT INTO sessions (secret_hash, id, company_id, user_id, method, user_agent, idle_expires_at, expires_at)
		        SELECT sha256(id::text::bytea), gen_random_uuid(), company_id, id, 'PASSWORD', 'x', now() + interval '1 day', now() + interval '1 day' FROM users`)
		const query = `query($n: Int!) { users(first: $n) { nodes { name passwordMustChange accessTokens { name user { email } } sessions { method } history(first: 2) { totalCount nodes { action } } } } }`
		s.serveAs("ada@example.com")
		if a := s.ask(query, vars{"n": users}); len(a.Errors) > 0 || a.statements != 7 {
			t.Errorf("%d users: %d statements, want 7; errors %v", users, a.statements, a.Errors)
		}
		// A manager is refused these fields at every user, and waits for nothing.
		s.serveAs("ours@example.com")
		s.fill(users)
		a := s.ask(
			`query($n: Int!) { equipmentList(first: $n) { nodes { user { name accessTokens { user { name } } sessions { id } history { totalCount } } assignedOperator { user { sessions { id } } } } } }`,
			vars{"n": users},
		)
		if a.statements != 3 || len(a.Errors) == 0 {
			t.Errorf("%d machines, refused: %d statements, want 3; %d errors", users, a.statements, len(a.Errors))
		}
	}
}

func TestAUserHasFiftyTokensThatWork(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	olga := o.signedIn("olga")
	var last *fleet.AccessToken
	for range fleet.MaxTokens - 1 {
		_, last = o.token("olga", fleet.ScopeRead)
	}
	// Five at once, for the last place: each has begun before one is done.
	release := o.lock(`SELECT FROM users WHERE email = 'olga@example.com' FOR UPDATE`)
	var wg sync.WaitGroup
	for i := range 5 {
		wg.Go(func() { o.query(olga, createToken, vars{"in": vars{"name": fmt.Sprint("at once ", i)}}) })
	}
	o.eventually(func() bool {
		return o.count(
			`SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
		) == 5
	})
	release()
	wg.Wait()
	if n := o.count(`SELECT count(*)::int FROM access_tokens`); n != fleet.MaxTokens {
		t.Errorf("%d tokens, want %d", n, fleet.MaxTokens)
	}
	in := vars{"in": vars{"name": "one more"}}
	if p := o.access(
		olga,
		createToken,
		in,
	); len(p.Errors) != 1 || p.Errors[0].Code != "CONFLICT" || !strings.Contains(p.Errors[0].Message, "50") ||
		p.Token != nil {
		t.Errorf("the 51st got %+v", p)
	}
	o.access(olga, revokeToken, vars{"id": last.GlobalID()})
	if p := o.access(olga, createToken, in); p.Token == nil {
		t.Errorf("in place of a revoked one: %+v", p)
	}
	o.exec(`UPDATE access_tokens SET expires_at = now() - interval '1 second' WHERE name <> 'one more'`)
	if p := o.access(olga, createToken, vars{"in": vars{"name": "in place of those expired"}}); p.Token == nil {
		t.Errorf("in place of expired ones: %+v", p)
	}
}

func TestATokenMakesNoneThatOutlastsIt(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	token, kept := o.token("ada", fleet.ScopeAdmin) // for an hour
	c, bearer := o.browser(), []string{"Authorization", "Bearer " + token}
	later := vars{"in": vars{"name": "later", "expiresAt": kept.ExpiresAt.Add(time.Second).Format(time.RFC3339Nano)}}
	if p := o.access(
		c,
		createToken,
		later,
		bearer...); len(p.Errors) != 1 || p.Errors[0].Field != "input.expiresAt" || p.Errors[0].Code != "BAD_INPUT" ||
		p.Token != nil {
		t.Errorf("a token that ends later got %+v", p)
	}
	p := o.access(c, createToken, vars{"in": vars{"name": "as long as it may", "scope": "ADMIN"}}, bearer...)
	if p.Token == nil {
		t.Fatalf("got %+v", p)
	}
	if end, err := time.Parse(time.RFC3339, p.AccessToken.ExpiresAt); err != nil || !end.Equal(kept.ExpiresAt) {
		t.Errorf("it ends at %s, the one that made it at %s", p.AccessToken.ExpiresAt, kept.ExpiresAt)
	}
	if p := o.access(o.signedIn("ada"), createToken, later); p.Token == nil {
		t.Errorf("a browser got %+v", p)
	}
}

func TestChangesOfAccessAreToldToAdminsAlone(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	o.exec(`DELETE FROM history`) // of those hired
	ada, max, ann := o.signedIn("ada"), o.signedIn("max"), o.signedIn("ann")
	o.access(ada, createUser, vars{"in": vars{"email": "nia@example.com", "name": "Nia", "role": "ANALYST"}})
	o.access(ada, setRole, vars{"id": o.id("ann"), "role": "MANAGER", "v": 1})
	o.access(ada, setRole, vars{"id": o.id("ann"), "role": "MANAGER", "v": 2}) // changes nothing
	o.access(ada, disableUser, vars{"id": o.id("olga")})
	o.access(ada, enableUser, vars{"id": o.id("olga")})
	made := o.access(max, createToken, vars{"in": vars{"name": "report"}})
	o.access(ada, revokeToken, vars{"id": made.AccessToken.ID})
	o.access(max, changeOwn, vars{"current": passphrase, "new": "a new passphrase of max"})
	reset := o.access(ada, resetOthers, vars{"id": o.id("ann")})
	o.signIn(ann, "ann@example.com", *reset.Password, "/")
	for _, u := range o.staff(ada).Users.Nodes {
		if u.Name == "ann" {
			o.access(ada, endSession, vars{"id": u.Sessions[0].ID})
		}
	}
	c, err := o.store.Identity().CompanyByName(t.Context(), "Ours")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.auth.ResetPassword(
		t.Context(),
		fleet.Viewer{CompanyID: c.ID, Role: fleet.RoleAdmin},
		fleet.WriteInfo{},
		o.users["olga"].ID,
		passphrase,
	); err != nil {
		t.Fatal(err)
	}
	o.query(max, createOne, vars{"in": vars{"name": "x", "category": "y"}}) // of the fleet

	type entry struct {
		ID, Subject, Action string
		Request             *string
		User, Node          *struct{ Name string }
		Changes             []struct {
			Field    string
			From, To *string
		}
	}
	type told struct {
		History struct {
			TotalCount int
			Nodes      []entry
		}
	}
	const query = `query($f: HistoryFilter) { history(filter: $f) { totalCount nodes { id subject action request user { name } node { ... on User { name } } changes { field from to } } } }`
	read := func(c *http.Client, f vars, headers ...string) (d told) {
		w, a := o.query(c, query, vars{"f": f}, headers...)
		if err := json.Unmarshal(a.Data, &d); err != nil || len(a.Errors) > 0 {
			t.Fatalf("%v: %s", err, w.body)
		}
		if strings.Contains(w.body, *reset.Password) || strings.Contains(w.body, "argon2") ||
			strings.Contains(w.body, *made.Token) {
			t.Errorf("a secret is told: %s", w.body)
		}
		return d
	}
	var got []string
	all := read(ada, nil)
	for _, e := range slices.Backward(all.History.Nodes) {
		by, of := "nobody", ""
		if e.User != nil {
			by = e.User.Name
		}
		if e.Node != nil {
			of = e.Node.Name
		}
		if (e.Request == nil) != (e.User == nil) {
			t.Errorf("the request of %+v", e)
		}
		fields := ""
		for _, c := range e.Changes {
			fields += " " + c.Field
		}
		got = append(got, fmt.Sprintf("%s: %s %s %s%s", by, e.Subject, e.Action, of, fields))
	}
	want := []string{
		"ada: USER CREATED Nia email name role",
		"ada: USER UPDATED ann role",
		"ada: USER UPDATED olga disabledAt",
		"ada: USER UPDATED olga disabledAt",
		"max: ACCESS_TOKEN CREATED  user name scope expiresAt",
		"ada: ACCESS_TOKEN REVOKED  revokedAt",
		"max: USER PASSWORD_CHANGED max",
		"ada: USER PASSWORD_RESET ann",
		"ada: USER SIGNED_OUT ann",
		"nobody: USER PASSWORD_RESET olga",
		"max: EQUIPMENT CREATED  name category status",
	}
	if !slices.Equal(got, want) || all.History.TotalCount != len(want) {
		t.Errorf("ada reads (%d)\n%s\nwant\n%s", all.History.TotalCount, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if d := read(ada, vars{"subject": []string{"ACCESS_TOKEN"}}); d.History.TotalCount != 2 || len(d.History.Nodes) != 2 {
		t.Errorf("of tokens ada reads %+v", d)
	}
	w, _ := o.query(
		ada,
		`query($id: ID!) { node(id: $id) { ... on User { history(first: 1) { totalCount nodes { action } } } } }`,
		vars{"id": o.id("ann")},
	)
	if !strings.Contains(w.body, `{"totalCount":3,"nodes":[{"action":"SIGNED_OUT"}]}`) {
		t.Errorf("of ann ada reads %s", w.body)
	}

	// All others neither see nor count these, by no way.
	write, _ := o.token("ada", fleet.ScopeWrite)
	max = o.browser()
	o.signIn(max, "max@example.com", "a new passphrase of max", "/")
	for name, who := range map[string]struct {
		c       *http.Client
		headers []string
	}{"a manager": {max, nil}, "a token": {o.browser(), []string{"Authorization", "Bearer " + write}}} {
		if d := read(
			who.c,
			nil,
			who.headers...); d.History.TotalCount != 1 || len(d.History.Nodes) != 1 ||
			d.History.Nodes[0].Subject != "EQUIPMENT" {
			t.Errorf("%s reads %+v", name, d)
		}
		for _, f := range []vars{{"subject": []string{"USER", "ACCESS_TOKEN"}}, {"user": vars{"in": []any{o.id("ada")}}}} {
			if d := read(who.c, f, who.headers...); d.History.TotalCount != 0 || len(d.History.Nodes) != 0 {
				t.Errorf("%s by %v reads %+v", name, f, d)
			}
		}
		ids := make([]string, 0, len(all.History.Nodes))
		for _, e := range all.History.Nodes {
			if e.Subject != "EQUIPMENT" {
				ids = append(ids, e.ID)
			}
		}
		if w, _ := o.query(
			who.c,
			`query($ids: [ID!]!) { nodes(ids: $ids) { id } }`,
			vars{"ids": ids},
			who.headers...); strings.Contains(
			w.body,
			"history_",
		) {
			t.Errorf("%s by id reads %s", name, w.body)
		}
	}
}
