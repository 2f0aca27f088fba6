package e2e_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"bitcorp.dev/fleet/internal/fleet"
)

// rule is the access rule of fields: the least role, and the least scope of an
// access token. Without a role it is everybody, signed in or not.
type rule struct {
	role   fleet.Role
	token  fleet.Scope
	fields string
}

// rules are what docs/access.md promises of every field of the root types and
// of those below them that take more than their objects do. An argument that
// takes more stands behind its field.
var rules = []rule{
	{"", "", "Query.viewer"},
	{
		fleet.RoleOperator,
		fleet.ScopeRead,
		"Query.node Query.nodes Query.equipment Query.equipmentList Query.categories Query.operator Query.operators Query.site Query.sites Query.paper Query.papers Query.maintenanceRecord Query.maintenanceRecords Query.maintenanceSummary Query.equipmentAggregates Query.maintenanceAggregates Query.kpis Query.serviceSchedule Query.serviceSchedules Query.dueMaintenance Query.dashboardStats",
	},
	{
		fleet.RoleOperator,
		fleet.ScopeRead,
		"Subscription.dashboardStats Subscription.equipmentChanged Subscription.maintenanceRecorded",
	},
	{
		fleet.RoleOperator,
		fleet.ScopeAdmin,
		"Query.accessTokens Query.sessions Mutation.createAccessToken Mutation.revokeAccessToken Mutation.endSession Mutation.signOutEverywhere Mutation.changePassword",
	},
	{
		fleet.RoleAnalyst,
		fleet.ScopeRead,
		"Query.history Equipment.history Operator.history MaintenanceRecord.history ServiceSchedule.history Site.history Paper.history Equipment.statusPeriods Query.savedQuery Query.savedQueries",
	},
	{
		fleet.RoleAnalyst,
		fleet.ScopeWrite,
		"Mutation.createSavedQuery Mutation.updateSavedQuery Mutation.deleteSavedQuery Mutation.restoreSavedQuery",
	},
	{fleet.RoleAnalyst, fleet.ScopeRead, "Query.dashboardStats(scope:COMPANY) Subscription.dashboardStats(scope:COMPANY)"},
	{
		fleet.RoleManager,
		fleet.ScopeRead,
		"Query.equipmentList(filter.deleted:ONLY) Query.categories(filter.deleted:ONLY) Query.operators(filter.deleted:ONLY) Query.sites(filter.deleted:ONLY) Query.papers(filter.deleted:ONLY) Query.maintenanceRecords(filter.deleted:ONLY) Query.maintenanceSummary(filter.deleted:ONLY) Query.serviceSchedules(filter.deleted:ONLY) Subscription.equipmentChanged(filter.deleted:ONLY) Subscription.maintenanceRecorded(filter.deleted:ONLY) Equipment.maintenanceRecords(filter.deleted:ONLY) Equipment.assignments(filter.deleted:ONLY) Operator.assignments(filter.deleted:ONLY) Operator.assignedEquipment(filter.deleted:ONLY) Site.equipment(filter.deleted:ONLY) Equipment.papers(filter.deleted:ONLY) Operator.papers(filter.deleted:ONLY) Query.savedQueries(filter.deleted:ONLY)",
	},
	{
		fleet.RoleManager,
		fleet.ScopeWrite,
		"Mutation.createEquipment Mutation.updateEquipment Mutation.updateEquipmentBatch Mutation.deleteEquipment Mutation.restoreEquipment Mutation.mergeEquipment Mutation.undoMergeEquipment",
	},
	{
		fleet.RoleManager,
		fleet.ScopeWrite,
		"Mutation.createOperator Mutation.updateOperator Mutation.retireOperator Mutation.deleteOperator Mutation.restoreOperator Mutation.assignOperator Mutation.releaseOperator Mutation.correctAssignment Mutation.deleteAssignment Mutation.planAssignment Mutation.cancelAssignmentPlan Mutation.addMeter Mutation.changeMeter Mutation.deleteMeter Mutation.addMeterReading Mutation.correctMeterReading Mutation.voidMeterReading",
	},
	{
		fleet.RoleManager,
		fleet.ScopeWrite,
		"Mutation.createSite Mutation.updateSite Mutation.deleteSite Mutation.restoreSite Mutation.moveEquipment Mutation.correctSiteMove Mutation.deleteSiteMove Mutation.createPaper Mutation.updatePaper Mutation.deletePaper Mutation.restorePaper",
	},
	{
		fleet.RoleManager,
		fleet.ScopeWrite,
		"Mutation.recordMaintenance Mutation.startMaintenance Mutation.completeMaintenance Mutation.cancelMaintenance Mutation.correctMaintenance Mutation.reopenMaintenance Mutation.deleteMaintenance Mutation.restoreMaintenance Mutation.moveMaintenance",
	},
	{
		fleet.RoleManager,
		fleet.ScopeWrite,
		"Mutation.createServiceSchedule Mutation.updateServiceSchedule Mutation.pauseServiceSchedule Mutation.resumeServiceSchedule Mutation.deleteServiceSchedule Mutation.restoreServiceSchedule",
	},
	{
		fleet.RoleAdmin,
		fleet.ScopeAdmin,
		"Mutation.updateCompany Mutation.purgeEquipment Query.users Mutation.createUser Mutation.updateUser Mutation.updateUserRole Mutation.disableUser Mutation.enableUser Mutation.resetPassword User.accessTokens User.sessions User.history",
	},
}

// ruleOf returns the rule of a field that has one.
func ruleOf(field string) (rule, bool) {
	for _, r := range rules {
		if slices.Contains(strings.Fields(r.fields), field) {
			return r, true
		}
	}
	return rule{}, false
}

// may reports whether they may ask for a field as far as rules say; what has no
// rule goes with its object.
func (a sender) may(field string) bool {
	r, is := ruleOf(field)
	switch {
	case !is || r.role == "":
		return true
	case a.person.name == "":
		return false
	}
	return slices.Index(fleet.Roles(), a.person.role) <= slices.Index(fleet.Roles(), r.role) &&
		(a.token == "" || slices.Index(fleet.Scopes(), a.token) >= slices.Index(fleet.Scopes(), r.token))
}

// TestIntrospectionTellsTheRuleOfEachField compares the end of each description with rules.
func TestIntrospectionTellsTheRuleOfEachField(t *testing.T) {
	t.Parallel()
	s := newService(t)
	var got struct {
		Schema struct {
			Types []struct {
				Name   string
				Fields []struct{ Name, Description string }
			}
		} `json:"__schema"`
	}
	s.data(&got, `{ __schema { types { name fields { name description } } } }`, nil)
	role := map[fleet.Role]string{
		fleet.RoleOperator: "OPERATOR or a higher one",
		fleet.RoleAnalyst:  "ANALYST or a higher one",
		fleet.RoleManager:  "MANAGER or a higher one",
		fleet.RoleAdmin:    "ADMIN",
	}
	scope := map[fleet.Scope]string{
		fleet.ScopeRead:  "READ or a wider one",
		fleet.ScopeWrite: "WRITE or a wider one",
		fleet.ScopeAdmin: "ADMIN",
	}
	told := 0
	for _, object := range got.Schema.Types {
		for _, f := range object.Fields {
			r, is := ruleOf(object.Name + "." + f.Name)
			want := "\n\nRequires the role " + role[r.role] + ", and of an access token the scope " + scope[r.token] + "."
			switch _, text, has := strings.Cut(f.Description, "\n\nRequires the role "); {
			case is && r.role == "":
				want = "\n\nPublic: needs no authentication."
			case !is && has:
				t.Errorf("%s.%s tells a rule that it does not have: %s", object.Name, f.Name, text)
				continue
			case !is:
				continue
			}
			if told++; !strings.HasSuffix(f.Description, want) {
				t.Errorf("%s.%s: the description is %q, want %q at its end", object.Name, f.Name, f.Description, want)
			}
		}
	}
	if told < 40 {
		t.Errorf("%d fields with a rule: this shows nothing", told)
	}
}

// TestEveryFieldHasARule fails when a field is added without a
// rule: the role and scope that it takes, or the visibility of its values.
func TestEveryFieldHasARule(t *testing.T) {
	t.Parallel()
	s := schema()
	for name, d := range s.Types {
		root := d == s.Query || d == s.Mutation || d == s.Subscription
		for _, f := range d.Fields {
			if strings.HasPrefix(f.Name, "__") {
				continue
			}
			said := f.Directives.ForName("auth") != nil || f.Directives.ForName("public") != nil
			if root && !said {
				t.Errorf("%s.%s: say who may ask for it, by @auth or @public", name, f.Name)
			}
			r, is := ruleOf(name + "." + f.Name)
			if is != (root || said) {
				t.Errorf(
					"%s.%s: it has a rule in the schema or in rules of this test and not in the other: add it to rules and to the table of docs/access.md, or remove it there",
					name,
					f.Name,
				)
			}
			// The store refuses much too: the rule in the schema must not rely on that.
			if role, scope := required(d, f, s); is && (role != r.role || scope != r.token) {
				t.Errorf(
					"%s.%s: takes the role %q and the scope %q in the schema, %q and %q by rules",
					name,
					f.Name,
					role,
					scope,
					r.role,
					r.token,
				)
			}
		}
		if d.Kind != ast.Object || strings.HasPrefix(name, "__") || root || wraps(s, d) {
			continue
		}
		if d.Directives.ForName("scope") == nil {
			t.Errorf("%s: say which of its values are there for whom, by @scope", name)
		}
	}
	for _, r := range rules {
		for _, field := range strings.Fields(r.fields) {
			on, name, _ := strings.Cut(strings.Split(field, "(")[0], ".")
			if s.Types[on] == nil || s.Types[on].Fields.ForName(name) == nil {
				t.Errorf("%s has a rule, but there is no such field", field)
			}
		}
	}
}

// required is the least role and scope that the schema says a field takes; "" is none.
func required(on *ast.Definition, f *ast.FieldDefinition, s *ast.Schema) (fleet.Role, fleet.Scope) {
	auth := f.Directives.ForName("auth")
	if auth == nil {
		return "", ""
	}
	role := fleet.Role(auth.Arguments.ForName("role").Value.Raw)
	switch scope := auth.Arguments.ForName("scope"); {
	case scope != nil:
		return role, fleet.Scope(scope.Value.Raw)
	case role == fleet.RoleAdmin:
		return role, fleet.ScopeAdmin
	case on == s.Mutation:
		return role, fleet.ScopeWrite
	default:
		return role, fleet.ScopeRead
	}
}

// wraps reports whether a type is but a wrapping of others, which have rules: a
// list, a row of a list, the answer to a mutation.
func wraps(s *ast.Schema, d *ast.Definition) bool {
	switch {
	case strings.HasSuffix(d.Name, "Connection"):
		return d.Fields.ForName("nodes") != nil && d.Fields.ForName("pageInfo") != nil
	case strings.HasSuffix(d.Name, "Edge"):
		return d.Fields.ForName("node") != nil && d.Fields.ForName("cursor") != nil && len(d.Fields) == 2
	}
	return strings.HasSuffix(d.Name, "Payload") &&
		slices.ContainsFunc(s.Mutation.Fields, func(f *ast.FieldDefinition) bool { return f.Type.Name() == d.Name })
}

// TestTheRulesAreDocumented compares rules with docs/access.md.
func TestTheRulesAreDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/access.md")
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	table.WriteString("| least role | token | fields |\n|---|---|---|\n")
	for _, r := range rules {
		role, token := r.role, r.token
		if role == "" {
			role, token = "anybody", "none"
		}
		fmt.Fprintf(&table, "| %s | %s | `%s` |\n", role, token, strings.ReplaceAll(r.fields, " ", "`, `"))
	}
	if !strings.Contains(string(text), table.String()) {
		t.Errorf("docs/access.md has another table of fields than rules, which are:\n%s", &table)
	}
}

// TestFieldsAreRefusedToWhomTheRulesSay asks for every field that has a rule, as
// an anonymous client, and as every role by session and by access tokens of every scope.
func TestFieldsAreRefusedToWhomTheRulesSay(t *testing.T) {
	t.Parallel()
	w := &walk{schema: schema()}
	h := newAccessFixture(t)
	w.who = personOf("admin").bySession()
	w.learn(h.as(w.who).service, t)
	askers := []sender{anonymous}
	for _, p := range people {
		if p.owner != theirs {
			askers = append(askers, p.bySession())
			for _, s := range fleet.Scopes() {
				askers = append(askers, p.byToken(s))
			}
		}
	}
	places := map[string]place{}
	for _, p := range w.places(t, ast.Query, ast.Mutation, ast.Subscription) {
		places[p.name()] = p
	}
	for _, r := range rules {
		for _, field := range strings.Fields(r.fields) {
			name, argument, _ := strings.Cut(strings.TrimSuffix(field, ")"), "(")
			p, is := places[name]
			if !is {
				t.Errorf("%s: no way leads there", name)
				continue
			}
			for _, a := range askers {
				values := w.needed(p, func(s slot) string { return a.id(w.kinds[name+" "+s.path][0]) })
				if path, value, is := strings.Cut(argument, ":"); is {
					values[path] = value
				} else if p.field.Arguments.ForName("scope") != nil {
					values["scope"] = "MINE"
				}
				q := w.question("", p, values, mine, 0)
				want := fleet.Forbidden
				if a.person.name == "" {
					want = fleet.Unauthenticated
				}
				if got := h.as(a).refusal(p, q); got == "" && !a.may(field) || got != "" && (got != want || a.may(field)) {
					t.Errorf("%s to %s: %q, but the rule is %s and %s", field, a.name(), got, r.role, r.token)
				}
			}
		}
	}
}

// refusal asks, and returns by which code it was refused; "" when it was not.
func (h *accessFixture) refusal(p place, q question) fleet.Code {
	h.t.Helper()
	text := ""
	if p.operation == ast.Subscription {
		sub := h.overSocket(q.query, q.variables)
		h.eventually(func() bool { text = sub.text(); return text != "" })
		sub.leave()
	} else {
		text = allOf(h.ask(q.query, q.variables))
	}
	if p.operation == ast.Mutation {
		h.restore()
	}
	for _, code := range []fleet.Code{fleet.Forbidden, fleet.Unauthenticated} {
		if strings.Contains(text, `"code":"`+string(code)+`"`) {
			return code
		}
	}
	return ""
}
