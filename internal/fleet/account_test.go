package fleet_test

import (
	"strings"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

func TestACompanyKeepsAnAdministrator(t *testing.T) {
	admin := fleet.User{Email: "ada@example.com", Role: fleet.RoleAdmin}
	manager := fleet.User{Role: fleet.RoleManager}
	off := admin
	off.DisabledAt = &now
	for _, c := range []struct {
		name          string
		before, after fleet.User
		admins        int
		code          fleet.Code
	}{
		{"the last one becomes a manager", admin, manager, 1, fleet.Conflict},
		{"the last one is disabled", admin, off, 1, fleet.Conflict},
		{"one of two becomes a manager", admin, manager, 2, ""},
		{"the last one stays", admin, admin, 1, ""},
		{"a disabled one becomes a manager", off, manager, 1, ""},
		{"a manager is changed", manager, manager, 1, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			field := ""
			if c.code != "" {
				field = "userId"
			}
			wantError(t, fleet.CheckLastAdmin(c.before, c.after, c.admins), c.code, field)
		})
	}
	if !admin.EndsSessions(off) || !off.EndsSessions(admin) || admin.EndsSessions(manager) {
		t.Error("disabling and enabling end sessions, another role does not")
	}
}

func TestUserChanges(t *testing.T) {
	user := fleet.User{Role: fleet.RoleAnalyst}
	earlier := now.Add(-time.Hour)
	off := fleet.User{Role: fleet.RoleAnalyst, DisabledAt: &earlier}
	disable, enable := fleet.UserChange{Disabled: fleet.Maybe[bool]{Set: true, To: true}},
		fleet.UserChange{Disabled: fleet.Maybe[bool]{Set: true}}
	promote := fleet.UserChange{Role: fleet.Maybe[fleet.Role]{Set: true, To: fleet.RoleAdmin}}
	if got := disable.Apply(user, now); got.DisabledAt == nil || !got.DisabledAt.Equal(now) {
		t.Errorf("disabled at %v, want now", got.DisabledAt)
	}
	if got := disable.Apply(off, now); !got.DisabledAt.Equal(earlier) {
		t.Errorf("disabled again at %v, want the first time", got.DisabledAt)
	}
	if got := enable.Apply(off, now); got.DisabledAt != nil {
		t.Errorf("enabled, but disabled at %v", got.DisabledAt)
	}
	if got := promote.Apply(off, now); got.Role != fleet.RoleAdmin || got.DisabledAt == nil {
		t.Errorf("promoted: %+v", got)
	}
	wantError(t, promote.Check(), "", "")
	wantError(t, fleet.UserChange{Role: fleet.Maybe[fleet.Role]{Set: true, To: "KING"}}.Check(), fleet.BadInput, "role")
}

func TestRoleFromProvider(t *testing.T) {
	for _, c := range []struct {
		has, given fleet.Role
		admins     int
		want       fleet.Role
	}{
		{fleet.RoleAnalyst, "", 1, fleet.RoleAnalyst},
		{fleet.RoleAnalyst, fleet.RoleManager, 1, fleet.RoleManager},
		{fleet.RoleAnalyst, fleet.RoleAdmin, 0, fleet.RoleAdmin},
		{fleet.RoleAdmin, fleet.RoleAnalyst, 2, fleet.RoleAnalyst},
		{fleet.RoleAdmin, fleet.RoleAnalyst, 1, fleet.RoleAdmin},
		{fleet.RoleAdmin, fleet.RoleAdmin, 1, fleet.RoleAdmin},
	} {
		if got := fleet.RoleFromProvider(c.has, c.given, c.admins); got != c.want {
			t.Errorf("%s given %q with %d administrators: %s, want %s", c.has, c.given, c.admins, got, c.want)
		}
	}
}

func TestTokensPerUser(t *testing.T) {
	wantError(t, fleet.CheckTokens(0), "", "")
	wantError(t, fleet.CheckTokens(fleet.MaxTokens-1), "", "")
	wantError(t, fleet.CheckTokens(fleet.MaxTokens), fleet.Conflict, "")
	if fleet.MaxTokens != 50 {
		t.Errorf("a user may have %d tokens; docs/limits.md says 50", fleet.MaxTokens)
	}
}

func TestAGivenPasswordMustBeChanged(t *testing.T) {
	if p := fleet.GivenPassword("h"); !p.MustChange || p.Hash != "h" {
		t.Errorf("%+v", p)
	}
	if p := fleet.ChosenPassword("h"); p.MustChange || p.Hash != "h" {
		t.Errorf("%+v", p)
	}
	v := fleet.Viewer{UserID: fleet.UUID{1}}
	if v.RecordsEnd(v.UserID) || !v.RecordsEnd(fleet.UUID{2}) {
		t.Error("the history records the end of another person's session, not of one's own")
	}
}

func TestOneUserOfAnAddress(t *testing.T) {
	acme, bolt := fleet.CompanyUser{Company: fleet.Company{Name: "Acme"}},
		fleet.CompanyUser{Company: fleet.Company{Name: "Bolt"}}
	got, err := fleet.OneUser([]fleet.CompanyUser{bolt}, "a@b", "")
	if err != nil || got.Company.Name != "Bolt" {
		t.Errorf("%+v, %v", got, err)
	}
	_, err = fleet.OneUser(nil, "a@b", "")
	wantError(t, err, fleet.NotFound, "email")
	_, err = fleet.OneUser(nil, "a@b", "Acme")
	wantError(t, err, fleet.NotFound, "email")
	if !strings.Contains(err.Error(), `"Acme"`) {
		t.Errorf("%v does not name the company", err)
	}
	_, err = fleet.OneUser([]fleet.CompanyUser{acme, bolt}, "a@b", "")
	wantError(t, err, fleet.Conflict, "company")
	if !strings.Contains(err.Error(), `"Acme", "Bolt"`) {
		t.Errorf("%v does not name the companies", err)
	}
}

func TestRolesAndScopes(t *testing.T) {
	for i, has := range fleet.Roles() {
		for j, needs := range fleet.Roles() {
			want := fleet.Code("")
			if i > j {
				want = fleet.Forbidden
			}
			wantError(t, fleet.Viewer{Role: has}.Check(needs, fleet.ScopeAdmin), want, "")
		}
	}
	for i, has := range fleet.Scopes() {
		for j, needs := range fleet.Scopes() {
			want := fleet.Code("")
			if i < j {
				want = fleet.Forbidden
			}
			wantError(t, fleet.Viewer{Role: fleet.RoleAdmin, Scope: has}.Check(fleet.RoleOperator, needs), want, "")
		}
	}
	wantError(t, fleet.Viewer{Role: "KING"}.Check(fleet.RoleOperator, fleet.ScopeRead), fleet.Forbidden, "")
	for v, want := range map[fleet.Viewer]bool{
		{Role: fleet.RoleAdmin}: true, {Role: fleet.RoleAdmin, Scope: fleet.ScopeAdmin}: true,
		{Role: fleet.RoleAdmin, Scope: fleet.ScopeWrite}: false, {Role: fleet.RoleManager}: false,
	} {
		if v.Administers() != want {
			t.Errorf("%+v administers: %v, want %v", v, !want, want)
		}
	}
	if fleet.Scope("ALL").Valid() || !fleet.ScopeRead.Valid() || fleet.Role("KING").Valid() {
		t.Error("a scope or role is valid that does not exist")
	}
}

func TestStatisticsByRole(t *testing.T) {
	manager, operator := fleet.Viewer{UserID: fleet.UUID{1}, Role: fleet.RoleManager},
		fleet.Viewer{UserID: fleet.UUID{2}, Role: fleet.RoleOperator}
	wantError(t, manager.CheckScope(fleet.StatsScopeCompany), "", "")
	wantError(t, operator.CheckScope(fleet.StatsScopeMine), "", "")
	wantError(t, operator.CheckScope(fleet.StatsScopeCompany), fleet.Forbidden, "")
	if u := manager.StatsUser(fleet.StatsScopeMine); u == nil || *u != manager.UserID {
		t.Errorf("a manager's own figures count the machines of %v", u)
	}
	if u := manager.StatsUser(fleet.StatsScopeCompany); u != nil {
		t.Errorf("the company's figures count the machines of %v", u)
	}
	if u := operator.StatsUser(fleet.StatsScopeMine); u != nil {
		t.Errorf("an operator's figures count the machines of the responsible user %v, not those that they run", u)
	}
	if !manager.SeesSequence() || operator.SeesSequence() {
		t.Error("everybody but an OPERATOR sees the sequence")
	}
}

func TestSameFigures(t *testing.T) {
	a := fleet.DashboardStats{TotalEquipment: 2, TotalValue: "10", AverageCost: ptr(fleet.Decimal("5")),
		StatusCounts: []fleet.StatusCount{{fleet.EquipmentActive, 2}}, ComputedAt: now}
	for name, change := range map[string]func(*fleet.DashboardStats){
		"total":      func(s *fleet.DashboardStats) { s.TotalEquipment++ },
		"value":      func(s *fleet.DashboardStats) { s.TotalValue = "11" },
		"average":    func(s *fleet.DashboardStats) { s.AverageCost = ptr(fleet.Decimal("6")) },
		"no average": func(s *fleet.DashboardStats) { s.AverageCost = nil },
		"statuses": func(s *fleet.DashboardStats) {
			s.StatusCounts = []fleet.StatusCount{{fleet.EquipmentRetired, 2}}
		},
	} {
		b := a
		change(&b)
		if a.SameFigures(b) || b.SameFigures(a) {
			t.Errorf("another %s counts as the same figures", name)
		}
	}
	later := a
	later.ComputedAt, later.AverageCost = now.Add(time.Hour), ptr(fleet.Decimal("5"))
	if !a.SameFigures(later) {
		t.Error("the same figures at a later time count as others")
	}
}

func TestEmailsAndNames(t *testing.T) {
	for email, valid := range map[string]bool{
		"dana@example.com": true, "a@b": true, "": false, "dana": false, "Dana <dana@example.com>": false,
		"dana@example.com ": false, "da na@example.com": false, strings.Repeat("a", 250) + "@b.co": false,
	} {
		want := fleet.BadInput
		field := "email"
		if valid {
			want, field = "", ""
		}
		wantError(t, fleet.CheckEmail(email), want, field)
	}
	wantError(t, fleet.CheckName("name", "Dana", 4), "", "")
	wantError(t, fleet.CheckName("name", "Danas", 4), fleet.BadInput, "name")
	wantError(t, fleet.CheckName("name", "  ", 4), fleet.BadInput, "name")
}
