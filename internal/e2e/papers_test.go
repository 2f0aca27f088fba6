package e2e_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bitcorp.dev/fleet/internal/fleet"
)

type paperPayload struct {
	Paper *struct {
		ID, ValidUntil string
		Number         *string
		DeletedAt      *string
		Version        int
	}
	DeletedID *string
	Errors    []fault
}

const (
	ofPaper      = ` paper { id number validUntil deletedAt version } errors { code reason message field } } }`
	createPaper  = `mutation($in: CreatePaperInput!) { p: createPaper(input: $in) {` + ofPaper
	updatePaper  = `mutation($in: UpdatePaperInput!) { p: updatePaper(input: $in) {` + ofPaper
	deletePaper  = `mutation($in: DeletePaperInput!) { p: deletePaper(input: $in) { deletedId` + ofPaper
	restorePaper = `mutation($in: RestorePaperInput!) { p: restorePaper(input: $in) {` + ofPaper
)

// paper runs a mutation of a paper that must succeed.
func (s *service) paper(mutation string, in vars) paperPayload {
	s.t.Helper()
	p := change[paperPayload](s, mutation, vars{"in": in})
	if len(p.Errors) > 0 || p.Paper == nil {
		s.t.Fatalf("%v: %+v", in, p.Errors)
	}
	return p
}

// TestPapersAreListedByTheirExpiry of machines and operators, renewed, deleted and restored, and with what they
// belong to.
func TestPapersAreListedByTheirExpiry(t *testing.T) {
	t.Parallel()
	s := newService(t)
	ada := s.operator("L-1")
	e := s.machine(vars{"name": "Digger"})
	insurance := s.paper(createPaper, vars{"equipmentId": e.ID, "kind": "INSURANCE", "number": " SOAT  7 ",
		"issuedOn": "2026-01-01", "validUntil": "2026-12-31"}).Paper
	if *insurance.Number != "SOAT 7" || insurance.Version != 1 {
		t.Errorf("%+v", insurance)
	}
	inspection := s.paper(
		createPaper,
		vars{"equipmentId": e.ID, "kind": "INSPECTION", "number": "CITV", "validUntil": "2026-06-30"},
	).Paper
	licence := s.paper(createPaper, vars{"operatorId": ada, "kind": "LICENCE", "number": "A-IIIb",
		"validUntil": "2027-03-01"}).Paper
	list := func(args string) string {
		t.Helper()
		var got struct {
			Papers struct{ Nodes []struct{ Number string } }
		}
		s.data(&got, "{ papers("+args+") { nodes { number } } }", nil)
		var numbers []string
		for _, n := range got.Papers.Nodes {
			numbers = append(numbers, n.Number)
		}
		return strings.Join(numbers, ", ")
	}
	is := func(what string, want map[string]string) {
		t.Helper()
		for args, numbers := range want {
			if got := list(args); got != numbers {
				t.Errorf("%s: papers(%s) are %s, want %s", what, args, got, numbers)
			}
		}
	}
	is("three", map[string]string{
		"first: 9":                                     "CITV, SOAT 7, A-IIIb",
		"orderBy: VALID_UNTIL_DESC, first: 2":          "A-IIIb, SOAT 7",
		`filter: { validUntil: { lt: "2026-12-31" } }`: "CITV",
		`filter: { validUntil: { gte: "2026-12-31", lte: "2027-03-01" } }`:   "SOAT 7, A-IIIb",
		`filter: { kind: [LICENCE, INSPECTION] }`:                            "CITV, A-IIIb",
		`filter: { operator: { isNull: false } }`:                            "A-IIIb",
		`filter: { equipment: { in: ["` + e.ID + `"] }, kind: [INSURANCE] }`: "SOAT 7",
		`filter: { number: { in: ["soat7"] } }`:                              "SOAT 7",
		`filter: { issuedOn: { isNull: true } }, offset: 1`:                  "A-IIIb",
		`filter: { not: { kind: [INSURANCE] } }, orderBy: CREATED_AT_ASC`:    "CITV, A-IIIb",
		`filter: { deleted: ONLY }`:                                          "",
	})
	// A renewal takes the paper out of what has expired.
	renewed := s.paper(updatePaper, vars{"paperId": inspection.ID, "expectedVersion": 1, "validUntil": "2027-06-30"}).Paper
	is(
		"renewed",
		map[string]string{"first: 9": "SOAT 7, A-IIIb, CITV", `filter: { validUntil: { lt: "2026-12-31" } }`: ""},
	)
	change[paperPayload](
		s,
		`mutation($id: ID!) { p: updateEquipment(input: { equipmentId: $id, expectedVersion: 1, status: RETIRED }) {
		errors { message } } }`,
		vars{"id": e.ID},
	)
	is("its machine is retired", map[string]string{"filter: { ownerRetired: false }": "A-IIIb",
		"filter: { ownerRetired: true }": "SOAT 7, CITV", "filter: { not: { ownerRetired: true } }": "A-IIIb"})
	for _, c := range []struct {
		name, mutation string
		in             vars
		want           string
	}{
		{"of nothing", createPaper, vars{"kind": "OTHER", "validUntil": "2027-01-01"}, "BAD_INPUT INVALID input"},
		{"of both", createPaper, vars{"kind": "OTHER", "validUntil": "2027-01-01", "equipmentId": e.ID, "operatorId": ada},
			"BAD_INPUT INVALID input.operatorId"},
		{"expired before it was issued", createPaper, vars{"kind": "OTHER", "equipmentId": e.ID, "issuedOn": "2026-05-02",
			"validUntil": "2026-05-01"}, "BAD_INPUT INVALID input.validUntil"},
		{"long ago", createPaper, vars{"kind": "OTHER", "equipmentId": e.ID, "validUntil": "1900-05-01"},
			"BAD_INPUT INVALID input.validUntil"},
		{"of no machine", createPaper, vars{"kind": "OTHER", "validUntil": "2027-01-01",
			"equipmentId": "equipment_00000000000000000000000000"}, "NOT_FOUND NOT_FOUND input.equipmentId"},
		{"of no operator", createPaper, vars{"kind": "OTHER", "validUntil": "2027-01-01",
			"operatorId": "operator_00000000000000000000000000"}, "NOT_FOUND NOT_FOUND input.operatorId"},
		{"an old version", updatePaper, vars{"paperId": inspection.ID, "expectedVersion": 1, "number": "x"},
			"CONFLICT STALE_VERSION input.expectedVersion"},
		{"without a kind", updatePaper, vars{"paperId": inspection.ID, "expectedVersion": 2, "kind": nil},
			"BAD_INPUT INVALID input.kind"},
		{"until no day", updatePaper, vars{"paperId": inspection.ID, "expectedVersion": 2, "validUntil": nil},
			"BAD_INPUT INVALID input.validUntil"},
		{"none", deletePaper, vars{"paperId": "paper_00000000000000000000000000"}, "NOT_FOUND NOT_FOUND input.paperId"},
	} {
		p := change[paperPayload](s, c.mutation, vars{"in": c.in})
		if len(p.Errors) != 1 || p.Errors[0].Code+" "+p.Errors[0].Reason+" "+string(p.Errors[0].Field) != c.want {
			t.Errorf("%s: %+v, want %s", c.name, p, c.want)
		}
	}
	gone := s.paper(deletePaper, vars{"paperId": inspection.ID, "expectedVersion": renewed.Version})
	if gone.DeletedID == nil || *gone.DeletedID != inspection.ID || gone.Paper.DeletedAt == nil {
		t.Errorf("%+v", gone)
	}
	is("deleted", map[string]string{"first: 9": "SOAT 7, A-IIIb", "filter: { deleted: ONLY }": "CITV",
		"filter: { deleted: INCLUDE }": "SOAT 7, A-IIIb, CITV"})
	if p := change[paperPayload](
		s,
		updatePaper,
		vars{"in": vars{"paperId": inspection.ID, "expectedVersion": 3, "number": "x"}},
	); len(
		p.Errors,
	) != 1 ||
		p.Errors[0].Code != string(fleet.NotFound) {
		t.Errorf("a deleted paper: %+v", p)
	}
	if back := s.paper(restorePaper, vars{"paperId": inspection.ID}).Paper; back.DeletedAt != nil {
		t.Errorf("%+v", back)
	}
	// Papers go and come back with their machine.
	change[equipmentPayload](s, deleteOne, vars{"id": e.ID})
	is("the machine deleted", map[string]string{"first: 9": "A-IIIb", "filter: { deleted: ONLY }": "SOAT 7, CITV"})
	if p := change[paperPayload](s, deletePaper, vars{"in": vars{"paperId": inspection.ID}}); len(p.Errors) != 1 ||
		p.Errors[0].Code != string(fleet.NotFound) {
		t.Errorf("a paper of a deleted machine: %+v", p)
	}
	change[equipmentPayload](s, restoreOne, vars{"id": e.ID})
	is("and restored", map[string]string{"first: 9": "SOAT 7, A-IIIb, CITV"})
	var ofOperator struct {
		Operator struct{ Own, Others, OfMachine struct{ TotalCount int } }
	}
	s.data(&ofOperator, `query($o: ID!, $e: ID!, $l: ID!, $i: ID!) { operator(id: $o) {
		own: papers(filter: { ids: [$l] }) { totalCount } others: papers(filter: { ids: [$i] }) { totalCount }
		ofMachine: papers(filter: { equipment: { in: [$e] } }) { totalCount } } }`,
		vars{"o": ada, "e": e.ID, "l": licence.ID, "i": insurance.ID})
	if o := ofOperator.Operator; o.Own.TotalCount != 1 || o.Others.TotalCount+o.OfMachine.TotalCount != 0 {
		t.Errorf("papers of the operator by ids and machine: %+v", o)
	}
	var got struct {
		Equipment, Operator struct {
			Papers struct {
				TotalCount int
				Nodes      []struct{ Kind string }
			}
		}
	}
	s.data(&got, `query($e: ID!, $o: ID!) { equipment(id: $e) { papers(first: 1) { totalCount nodes { kind } } }
		operator(id: $o) { papers { totalCount nodes { kind } } } }`, vars{"e": e.ID, "o": ada})
	if m, o := got.Equipment.Papers, got.Operator.Papers; m.TotalCount != 2 || m.Nodes[0].Kind != "INSURANCE" ||
		o.TotalCount != 1 || o.Nodes[0].Kind != "LICENCE" {
		t.Errorf("%+v", got)
	}
	names := map[string]string{
		insurance.ID:  "the insurance",
		inspection.ID: "the inspection",
		e.ID:          "the digger",
		ada:           "ada",
	}
	if diff := cmp.Diff([]string{}, missingIn(
		s.historyOf(names),
		"CREATED PAPER the insurance (Digger)",
		"UPDATED PAPER the inspection (Digger)",
		"DELETED PAPER the inspection (Digger)",
		"RESTORED PAPER the inspection (Digger)",
		"(Ada Byron)",
	)); diff != "" {
		t.Errorf("the history lacks: %s", diff)
	}
}

// missingIn lists the parts that a text lacks.
func missingIn(text string, parts ...string) []string {
	missing := []string{}
	for _, part := range parts {
		if !strings.Contains(text, part) {
			missing = append(missing, part)
		}
	}
	return missing
}
