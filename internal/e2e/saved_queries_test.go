package e2e_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bitcorp.dev/fleet/internal/fleet"
)

type savedQuery struct {
	ID, Name, Document     string
	Description, Variables *string
	CreatedBy, ChangedBy   *struct{ Email string }
	DeletedAt              *string
	Version                int
}

type savedQueryPayload struct {
	SavedQuery *savedQuery
	DeletedID  *string
	Errors     []fault
}

const (
	savedQueryFields = ` { id name description document variables createdBy { email } changedBy { email } deletedAt version } `
	ofSavedQuery     = ` savedQuery` + savedQueryFields + ` errors { code reason message field ... on VersionConflict { version } } } }`
	saveQuery        = `mutation($in: CreateSavedQueryInput!) { p: createSavedQuery(input: $in) {` + ofSavedQuery
	updateSaved      = `mutation($in: UpdateSavedQueryInput!) { p: updateSavedQuery(input: $in) {` + ofSavedQuery
	deleteSaved      = `mutation($in: DeleteSavedQueryInput!) { p: deleteSavedQuery(input: $in) { deletedId` + ofSavedQuery
	restoreSaved     = `mutation($in: RestoreSavedQueryInput!) { p: restoreSavedQuery(input: $in) {` + ofSavedQuery
	savedByID        = `query($id: ID!) { savedQuery(id: $id)` + savedQueryFields + `}`
)

// saved runs a mutation of a saved query that must succeed.
func (s *service) saved(mutation string, in vars) savedQuery {
	s.t.Helper()
	p := change[savedQueryPayload](s, mutation, vars{"in": in})
	if len(p.Errors) > 0 || p.SavedQuery == nil {
		s.t.Fatalf("%v: %+v", in, p.Errors)
	}
	return *p.SavedQuery
}

// savedQuery returns a saved query by its id; nil when there is none for the sender.
func (s *service) savedQuery(id string) *savedQuery {
	s.t.Helper()
	var got struct{ SavedQuery *savedQuery }
	s.data(&got, savedByID, vars{"id": id})
	return got.SavedQuery
}

// code returns the code of the only error of an answer, "" for none.
func (a answer) code() string {
	if len(a.Errors) == 0 {
		return ""
	}
	code, _ := a.Errors[0].Extensions["code"].(string)
	return code
}

// TestASavedQueryIsOfItsCompany opens a saved query as each user: those of the company get it, except the role OPERATOR,
// and those of another company learn nothing.
func TestASavedQueryIsOfItsCompany(t *testing.T) {
	t.Parallel()
	h := newAccessFixture(t)
	analyst := h.by("analyst").service
	const document = "# Costs\nquery Costs { viewer { name } }\n"
	made := analyst.saved(
		saveQuery,
		vars{"name": " Costs  of cranes ", "description": "for the board", "document": document,
			"variables": "{\n  // since\n  \"a\": 1\n}"},
	)
	if made.Name != "Costs of cranes" || made.Document != document || made.Version != 1 ||
		made.CreatedBy.Email != personOf("analyst").email() || *made.Variables != "{\n  // since\n  \"a\": 1\n}" {
		t.Errorf("%+v", made)
	}
	for _, name := range []string{"analyst", "manager", "admin"} {
		if got := h.by(name).savedQuery(made.ID); !cmp.Equal(got, &made) {
			t.Errorf("to %s: %s", name, cmp.Diff(&made, got))
		}
	}
	if got := h.by("chief").savedQuery(made.ID); got != nil {
		t.Errorf("another company gets %+v", got)
	}
	var missing struct{ Node *struct{ ID string } }
	for _, name := range []string{"chief", "operator"} {
		if h.by(name).data(&missing, `query($id: ID!) { node(id: $id) { id } }`, vars{"id": made.ID}); missing.Node != nil {
			t.Errorf("%s gets %+v", name, missing.Node)
		}
	}
	for _, query := range []string{savedByID, saveQuery} {
		in := vars{"id": made.ID, "in": vars{"name": "Mine", "document": document}}
		if got := h.by("operator").ask(query, in).code(); got != string(fleet.Forbidden) {
			t.Errorf("an operator: %q for %s", got, query)
		}
		reader := h.as(personOf("analyst").byToken(fleet.ScopeRead))
		if got, want := reader.ask(
			query,
			in,
		).code(), map[bool]string{true: string(fleet.Forbidden)}[query == saveQuery]; got != want {
			t.Errorf("a token that reads: %q for %s", got, query)
		}
	}
	for query, in := range map[string]vars{
		updateSaved:  {"savedQueryId": made.ID, "expectedVersion": 1, "name": "Ours now"},
		deleteSaved:  {"savedQueryId": made.ID},
		restoreSaved: {"savedQueryId": made.ID},
	} {
		p := change[savedQueryPayload](h.by("chief").service, query, vars{"in": in})
		if len(p.Errors) != 1 || p.Errors[0].Code != "NOT_FOUND" || p.Errors[0].Field != "input.savedQueryId" {
			t.Errorf("another company: %+v", p)
		}
		if got := h.by("manager").ask(query, vars{"in": in}).code(); got != string(fleet.Forbidden) {
			t.Errorf("a manager that did not save it: %q", got)
		}
	}
	if got := h.by("admin").saved(updateSaved, vars{"savedQueryId": made.ID, "expectedVersion": 1, "name": "Costs"}); got.
		ChangedBy.Email != personOf("admin").email() || got.CreatedBy.Email != personOf("analyst").email() {
		t.Errorf("an ADMIN changes it: %+v", got)
	}
}

// TestSavedQueriesAreRefused for what is wrong with them: the field, the value and what is allowed.
func TestSavedQueriesAreRefused(t *testing.T) {
	t.Parallel()
	s := newService(t)
	const document = "{ viewer { name } }"
	first := s.saved(saveQuery, vars{"name": "Costs", "document": document})
	other := s.saved(saveQuery, vars{"name": "Others", "document": document})
	long := strings.Repeat("x", 100_001)
	update := func(in vars) vars {
		in["savedQueryId"], in["expectedVersion"] = other.ID, 1
		return in
	}
	for _, c := range []struct {
		mutation                    string
		in                          vars
		code, reason, field, within string
	}{
		{saveQuery, vars{"name": " cósts ", "document": document}, "CONFLICT", "TAKEN", "input.name", "accents"},
		{saveQuery, vars{"name": " ", "document": document}, "BAD_INPUT", "INVALID", "input.name", "1 to 200"},
		{saveQuery, vars{"name": "A", "document": "{\n  viewer { name \n"}, "BAD_INPUT", "INVALID", "input.document", "line 3"},
		{saveQuery, vars{"name": "A", "document": "# nothing"}, "BAD_INPUT", "INVALID", "input.document", "no operation"},
		{saveQuery, vars{"name": "A", "document": ""}, "BAD_INPUT", "INVALID", "input.document", "1 to 100000"},
		{saveQuery, vars{"name": "A", "document": "# " + long}, "BAD_INPUT", "INVALID", "input.document", "100003"},
		{saveQuery, vars{"name": "A", "document": document, "variables": long}, "BAD_INPUT", "INVALID", "input.variables", "100001"},
		{saveQuery, vars{"name": "A", "document": document + "# fleet_pat_abc"}, "BAD_INPUT", "INVALID", "input.document", "token"},
		{saveQuery, vars{"name": "A", "document": document, "variables": `{"t": "fleet_pat_abc"}`}, "BAD_INPUT", "INVALID",
			"input.variables", "token"},
		{updateSaved, update(vars{"name": "COSTS"}), "CONFLICT", "TAKEN", "input.name", "Costs"},
		{updateSaved, update(vars{"document": "{"}), "BAD_INPUT", "INVALID", "input.document", "column"},
		{updateSaved, update(vars{"document": nil}), "BAD_INPUT", "INVALID", "input.document", "null"},
		{updateSaved, update(vars{"variables": `{"t": "fleet_pat_abc"}`}), "BAD_INPUT", "INVALID", "input.variables", "token"},
	} {
		c.within = strings.ReplaceAll(c.within, "Costs", "name")
		p := change[savedQueryPayload](s, c.mutation, vars{"in": c.in})
		if len(p.Errors) != 1 || p.Errors[0].Code != c.code || p.Errors[0].Reason != c.reason ||
			string(p.Errors[0].Field) != c.field || !strings.Contains(p.Errors[0].Message, c.within) {
			t.Errorf("%.80s: %+v", fmt.Sprint(c.in), p.Errors)
		}
	}
	s.exec(`INSERT INTO saved_queries (company_id, name, document, created_by, changed_by)
		SELECT $1, 'Many ' || i, 'x', $2, $2 FROM generate_series(3, $3::int) i`, [16]byte(s.viewer.CompanyID),
		[16]byte(s.viewer.UserID), fleet.MaxSavedQueries)
	p := change[savedQueryPayload](s, saveQuery, vars{"in": vars{"name": "One more", "document": document}})
	if len(p.Errors) != 1 || p.Errors[0].Reason != "TOO_MANY" || !strings.Contains(p.Errors[0].Message, "1000") {
		t.Errorf("one more than are allowed: %+v", p.Errors)
	}
	s.saved(deleteSaved, vars{"savedQueryId": first.ID})
	s.saved(saveQuery, vars{"name": "One more", "document": document})
	p = change[savedQueryPayload](s, restoreSaved, vars{"in": vars{"savedQueryId": first.ID}})
	if len(p.Errors) != 1 || p.Errors[0].Reason != "TOO_MANY" {
		t.Errorf("a restored one more than are allowed: %+v", p.Errors)
	}
}

// TestASavedQueryHasVersions of each change, and a change of an earlier version is a conflict.
func TestASavedQueryHasVersions(t *testing.T) {
	t.Parallel()
	s := newService(t)
	id := s.saved(saveQuery, vars{"name": "Costs", "document": "{ viewer { name } }"}).ID
	second := s.saved(updateSaved, vars{"savedQueryId": id, "expectedVersion": 1, "document": "{ viewer { id } }",
		"variables": "{}", "description": "of cranes"})
	if same := s.saved(
		updateSaved,
		vars{"savedQueryId": id, "expectedVersion": 2, "name": "Costs"},
	); !cmp.Equal(
		same,
		second,
	) {
		t.Errorf("a change without a difference: %+v", same)
	}
	p := change[savedQueryPayload](
		s,
		updateSaved,
		vars{"in": vars{"savedQueryId": id, "expectedVersion": 1, "name": "Mine"}},
	)
	if len(p.Errors) != 1 || p.Errors[0].Reason != "STALE_VERSION" || p.Errors[0].Version != 2 {
		t.Errorf("a change of an earlier version: %+v", p.Errors)
	}
	if gone := s.saved(
		deleteSaved,
		vars{"savedQueryId": id, "expectedVersion": 2},
	); gone.DeletedAt == nil ||
		s.savedQuery(id) != nil {
		t.Errorf("deleted: %+v", gone)
	}
	for query, in := range map[string]vars{updateSaved: {"savedQueryId": id, "expectedVersion": 3, "name": "Gone"},
		deleteSaved: {"savedQueryId": id}} {
		if p := change[savedQueryPayload](s, query, vars{"in": in}); len(p.Errors) != 1 || p.Errors[0].Code != "NOT_FOUND" {
			t.Errorf("of a deleted one: %+v", p.Errors)
		}
	}
	if got := s.savedNames(`(filter: { deleted: ONLY })`); got != "Costs" {
		t.Errorf("deleted are %q", got)
	}
	another := s.saved(saveQuery, vars{"name": "COSTS", "document": "{ viewer { id } }"}).ID
	p = change[savedQueryPayload](s, restoreSaved, vars{"in": vars{"savedQueryId": id}})
	if len(p.Errors) != 1 || p.Errors[0].Reason != "TAKEN" {
		t.Errorf("its name is another's: %+v", p.Errors)
	}
	s.saved(deleteSaved, vars{"savedQueryId": another})
	if back := s.saved(restoreSaved, vars{"savedQueryId": id}); back.DeletedAt != nil || back.Version != 4 {
		t.Errorf("restored: %+v", back)
	}
	if got, want := s.versionsOf(id), []string{"4 RESTORED { viewer { id } } {}", "3 DELETED { viewer { id } } {}",
		"2 UPDATED { viewer { id } } {}", "1 CREATED { viewer { name } } none"}; !cmp.Equal(got, want) {
		t.Error(cmp.Diff(want, got))
	}
	if rows := s.table(s.export("savedQueryVersions.csv", map[string]string{"savedQueryId": id})); len(rows) != 4 ||
		rows[3]["document"] != "{ viewer { name } }" || rows[0]["savedBy.name"] != "Ours manager" {
		t.Errorf("versions as a file: %v", rows)
	}
	if rows := s.table(s.export("savedQueries.csv", nil)); len(rows) != 1 || rows[0]["name"] != "Costs" {
		t.Errorf("saved queries as a file: %v", rows)
	}
	// Of many versions the last ones are kept.
	s.exec(`ALTER TABLE saved_queries DISABLE TRIGGER saved_queries_touch; UPDATE saved_queries SET version = 501;
		ALTER TABLE saved_queries ENABLE TRIGGER saved_queries_touch`)
	s.saved(updateSaved, vars{"savedQueryId": id, "expectedVersion": 501, "name": "Costs of all"})
	if got := s.versionsOf(id); len(got) != 3 || !strings.HasPrefix(got[0], "502 ") || !strings.HasPrefix(got[2], "3 ") {
		t.Errorf("kept are %v", got)
	}
}

// savedNames lists the names of the saved queries with these arguments.
func (s *service) savedNames(args string) string {
	s.t.Helper()
	var got struct {
		SavedQueries struct {
			TotalCount int
			Nodes      []struct{ Name string }
		}
	}
	s.data(&got, `{ savedQueries`+args+` { totalCount nodes { name } } }`, nil)
	names := make([]string, len(got.SavedQueries.Nodes))
	for i, n := range got.SavedQueries.Nodes {
		names[i] = n.Name
	}
	if got.SavedQueries.TotalCount < len(names) {
		s.t.Errorf("%d of %v", got.SavedQueries.TotalCount, names)
	}
	return strings.Join(names, ", ")
}

// versionsOf lists the versions of a saved query, newest first, read one by one.
func (s *service) versionsOf(id string) (list []string) {
	s.t.Helper()
	after := json.RawMessage("null")
	for {
		var got struct {
			SavedQuery struct {
				Versions struct {
					TotalCount int
					Nodes      []struct {
						Number           int
						Action, Document string
						Variables        *string
						SavedBy          *struct{ Email string }
					}
					PageInfo struct {
						HasNextPage bool
						EndCursor   json.RawMessage
					}
				}
			}
		}
		s.data(&got, `query($id: ID!, $after: String) { savedQuery(id: $id) { versions(first: 1, after: $after) { totalCount
			nodes { number action document variables savedBy { email } } pageInfo { hasNextPage endCursor } } } }`,
			vars{"id": id, "after": after})
		page := got.SavedQuery.Versions
		for _, v := range page.Nodes {
			variables := "none"
			if v.Variables != nil {
				variables = *v.Variables
			}
			if v.SavedBy == nil || v.SavedBy.Email != "ours@example.com" {
				s.t.Errorf("saved by %+v", v.SavedBy)
			}
			list = append(list, fmt.Sprintf("%d %s %s %s", v.Number, v.Action, v.Document, variables))
		}
		if after = page.PageInfo.EndCursor; !page.PageInfo.HasNextPage {
			if page.TotalCount != len(list) {
				s.t.Errorf("%d versions are counted: %v", page.TotalCount, list)
			}
			return list
		}
	}
}

// TestSavedQueriesAreFound by words, names and their creator, in each order.
func TestSavedQueriesAreFound(t *testing.T) {
	t.Parallel()
	h := newAccessFixture(t)
	h.exec(`DELETE FROM saved_query_versions; DELETE FROM saved_queries`)
	s := h.by("admin").service
	for name, description := range map[string]string{"Query 10": "tyres of loaders", "query 9": "Cranes"} {
		s.saved(saveQuery, vars{"name": name, "description": description, "document": "{ viewer { id } }"})
	}
	h.by("analyst").saved(saveQuery, vars{"name": "Idle", "document": "{ viewer { id } }"})
	for args, want := range map[string]string{
		"":                             "Idle, query 9, Query 10",
		"(orderBy: NAME_DESC)":         "Query 10, query 9, Idle",
		"(orderBy: UPDATED_AT_DESC)":   "Idle, ",
		`(filter: { search: "LOAD" })`: "Query 10",
		`(filter: { search: "query" }, first: 1)`: "query 9",
		`(filter: { name: ["QUERY 9"] })`:         "query 9",
		fmt.Sprintf(`(filter: { createdBy: { in: [%q] } })`, personOf("analyst").id(fleet.KindUser)): "Idle",
	} {
		if got := s.savedNames(args); got != want && !(strings.HasSuffix(want, ", ") && strings.HasPrefix(got, want)) {
			t.Errorf("%s: %q, want %q", args, got, want)
		}
	}
}
