package e2e_test

import (
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
)

type companyPayload struct {
	Company *struct {
		ID, Name, Currency, TimeZone, ScheduledHoursPerWeek string
		Version                                             int
	}
	Errors []struct {
		Code, Reason, Message string
		Field                 elements
		Version               int
		Current               *struct{ Name string }
	}
}

const (
	ofCompany     = ` { id name currency timeZone scheduledHoursPerWeek version } `
	updateCompany = `mutation($in: UpdateCompanyInput!, $key: String) { p: updateCompany(input: $in, idempotencyKey: $key) { company` + ofCompany + `
		errors { code reason message field ... on VersionConflict { version current { ... on Company { name } } } } } }`
)

func TestTheCompanyHasSettings(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.exec(`UPDATE users SET role = 'ADMIN' WHERE email = 'ours@example.com'`)
	s.serveAs("ours@example.com")
	var d struct {
		Viewer struct {
			Company struct {
				ID, Name, Currency, TimeZone, ScheduledHoursPerWeek string
				Version                                             int
			}
		}
	}
	a := s.data(&d, `{ viewer { company`+ofCompany+`} }`, nil)
	c := d.Viewer.Company
	if c.Name != "Ours" || c.Currency != "EUR" || c.TimeZone != "UTC" || c.ScheduledHoursPerWeek != "40.0" ||
		c.Version != 1 ||
		a.statements != 2 {
		t.Fatalf("%d statements, %+v", a.statements, c)
	}
	in := vars{"expectedVersion": 1, "currency": "CHF", "timeZone": "Europe/Zurich", "scheduledHoursPerWeek": "42.5"}
	for range 2 { // the second one is answered from memory
		p := change[companyPayload](s, updateCompany, vars{"in": in, "key": "once"})
		if len(p.Errors) > 0 || p.Company.Currency != "CHF" || p.Company.TimeZone != "Europe/Zurich" ||
			p.Company.ScheduledHoursPerWeek != "42.5" ||
			p.Company.Name != "Ours" ||
			p.Company.Version != 2 {
			t.Fatalf("updated %+v", p)
		}
	}
	if p := change[companyPayload](
		s,
		updateCompany,
		vars{"in": vars{"expectedVersion": 2, "name": "Ours"}},
	); len(p.Errors) > 0 ||
		p.Company.Version != 2 {
		t.Errorf("no difference: %+v", p)
	}
	p := change[companyPayload](s, updateCompany, vars{"in": vars{"expectedVersion": 1, "name": "Other"}})
	if len(p.Errors) != 1 || p.Errors[0].Reason != "STALE_VERSION" || p.Errors[0].Version != 2 ||
		p.Errors[0].Current == nil ||
		p.Errors[0].Current.Name != "Ours" {
		t.Errorf("an old version: %+v", p)
	}
	for _, c := range []struct {
		field string
		value any
		code  string
		says  string
	}{
		{"name", "theirs", "CONFLICT TAKEN", "another company"},
		{"name", " ", "BAD_INPUT INVALID", "1 to 200"},
		{"name", nil, "BAD_INPUT INVALID", "null"},
		{"currency", "eur", "BAD_INPUT INVALID", "capital letters"},
		{"currency", "DEM", "BAD_INPUT INVALID", "ISO 4217"},
		{"timeZone", "Local", "BAD_INPUT INVALID", "IANA"},
		{"timeZone", "../etc/passwd", "BAD_INPUT INVALID", "IANA"},
		{"timeZone", "Mars/Base", "BAD_INPUT INVALID", "IANA"},
		{"scheduledHoursPerWeek", "0", "BAD_INPUT INVALID", "at most 168"},
		{"scheduledHoursPerWeek", "168.1", "BAD_INPUT INVALID", "at most 168"},
		{"scheduledHoursPerWeek", "40.25", "BAD_INPUT INVALID", "one digit"},
	} {
		p := change[companyPayload](s, updateCompany, vars{"in": vars{"expectedVersion": 2, c.field: c.value}})
		if len(p.Errors) != 1 || p.Errors[0].Code+" "+p.Errors[0].Reason != c.code ||
			string(p.Errors[0].Field) != "input."+c.field ||
			!strings.Contains(p.Errors[0].Message, c.says) ||
			p.Company != nil {
			t.Errorf("%s %v: %+v, want %s that says %q", c.field, c.value, p, c.code, c.says)
		}
	}
	var told struct {
		History struct {
			Nodes []struct {
				Action  string
				Node    struct{ ID string }
				Changes []struct{ Field, From, To string }
			}
		}
		Node struct{ Name string }
	}
	s.data(
		&told,
		`query($id: ID!) { history(filter: { subject: [COMPANY] }) { nodes { action node { id } changes { field from to } } } node(id: $id) { ... on Company { name } } }`,
		vars{"id": c.ID},
	)
	if n := told.History.Nodes; len(n) != 1 || n[0].Action != "UPDATED" || n[0].Node.ID != c.ID ||
		len(n[0].Changes) != 3 ||
		n[0].Changes[0].To != "CHF" ||
		told.Node.Name != "Ours" {
		t.Errorf("the history is %+v", told)
	}
	s.exec(`UPDATE users SET role = 'MANAGER' WHERE email = 'ours@example.com'`)
	s.serveAs("ours@example.com")
	if a := s.ask(
		updateCompany,
		vars{"in": vars{"expectedVersion": 2}},
	); len(a.Errors) != 1 ||
		a.Errors[0].Extensions["code"] != string(fleet.Forbidden) {
		t.Errorf("a manager got %+v", a.Errors)
	}
}

func TestAdminsRenameUsers(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	ada, max := o.signedIn("ada"), o.signedIn("max")
	const update = `mutation($in: UpdateUserInput!) { p: updateUser(input: $in) { user` + ofPerson + ` errors { code reason message field } } }`
	in := vars{"userId": o.id("max"), "expectedVersion": 1, "name": "Maximilian", "email": "maximilian@example.com"}
	o.refused(fleet.Forbidden, max, update, vars{"in": in})
	if p := o.access(ada, update, vars{"in": in}); p.User == nil || p.User.Name != "Maximilian" || len(p.Errors) > 0 {
		t.Fatalf("got %+v", p)
	}
	if who := o.who(max); who != "Maximilian" {
		t.Errorf("the open session asks as %q", who)
	}
	o.signIn(o.browser(), "maximilian@example.com", passphrase, "/")
	if p := o.access(ada, update, vars{"in": in}); len(p.Errors) != 1 || p.Errors[0].Reason != "STALE_VERSION" {
		t.Errorf("the same again got %+v", p)
	}
	for field, c := range map[string]struct {
		in     vars
		reason string
	}{
		"input.email":           {vars{"expectedVersion": 2, "email": "ANN@example.com"}, "TAKEN"},
		"input.name":            {vars{"expectedVersion": 2, "name": " "}, "INVALID"},
		"input.expectedVersion": {vars{"expectedVersion": 1, "name": "x"}, "STALE_VERSION"},
		"input.userId":          {vars{"expectedVersion": 2, "userId": o.id("tom"), "name": "x"}, "NOT_FOUND"},
	} {
		in := vars{"userId": o.id("max")}
		for k, v := range c.in {
			in[k] = v
		}
		if p := o.access(
			ada,
			update,
			vars{"in": in},
		); len(p.Errors) != 1 || p.Errors[0].Reason != c.reason || string(p.Errors[0].Field) != field ||
			p.User != nil {
			t.Errorf("%s got %+v", field, p)
		}
	}
	if p := o.access(
		ada,
		disableUser,
		vars{"id": o.id("max"), "v": 1},
	); len(p.Errors) != 1 ||
		p.Errors[0].Reason != "STALE_VERSION" {
		t.Errorf("disabling by an old version got %+v", p)
	}
	if n := o.count(
		`SELECT count(*)::int FROM history WHERE subject = 'USER' AND subject_id = $1 AND action = 'UPDATED'`,
		[16]byte(o.users["max"].ID),
	); n != 1 {
		t.Errorf("%d entries of the history, want 1", n)
	}
}
