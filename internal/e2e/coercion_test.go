package e2e_test

import (
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
)

// TestOneBadValueAndNothingIsExecuted sends operations of which one value is bad:
// none of their fields is executed, whatever stands before the value.
func TestOneBadValueAndNothingIsExecuted(t *testing.T) {
	t.Parallel()
	s := newService(t)
	const first = `first: createEquipment(input: { name: "first", category: "Crane" }) { equipment { id } } `
	for _, c := range []struct {
		name, query, field, says string
		variables                map[string]any
	}{
		{"an integer beyond 32 bits", `mutation { ` + first + `second: deleteEquipment(input: { equipmentId: "equipment_00000000000000000000000000", expectedVersion: 3000000000 }) { errors { code } } }`,
			"input.expectedVersion", "3000000000 is not an integer of 32 bits", nil},
		{"the same in a variable", `mutation($v: Int!) { ` + first + `second: deleteEquipment(input: { equipmentId: "equipment_00000000000000000000000000", expectedVersion: $v }) { errors { code } } }`,
			"input.expectedVersion", "3000000000 is not an integer of 32 bits", vars{"v": 3000000000}},
		{"a decimal", `mutation { ` + first + `second: createEquipment(input: { name: "b", category: "Crane", cost: "1e3" }) { errors { code } } }`,
			"input.cost", `"1e3" is not a decimal number`, nil},
		{"a decimal in a variable", `mutation($c: Decimal) { ` + first + `second: createEquipment(input: { name: "b", category: "Crane", cost: $c }) { errors { code } } }`,
			"input.cost", `"x" is not a decimal number`, vars{"c": "x"}},
		{"a day", `mutation($i: RecordMaintenanceInput!) { ` + first + `second: recordMaintenance(input: $i) { errors { code } } }`,
			"input.maintenanceDate", `"2026-02-30" is not a date`, vars{"i": vars{"equipmentId": "x", "kind": "OTHER", "maintenanceDate": "2026-02-30"}}},
		{"an enum value in another case", `mutation($i: CreateEquipmentInput!) { ` + first + `second: createEquipment(input: $i) { errors { code } } }`,
			"input.status", `"retired" is not a value of EquipmentStatus`, vars{"i": vars{"name": "b", "category": "Crane", "status": "retired"}}},
		{"null where a default stands", `mutation($s: EquipmentStatus) { ` + first + `second: createEquipment(input: { name: "b", category: "Crane", status: $s }) { errors { code } } }`,
			"input.status", "null is not allowed here, EquipmentStatus! is expected", vars{"s": nil}},
		{"null for a dry run", `mutation($d: Boolean) { ` + first + `second: updateEquipmentBatch(input: { updates: [], dryRun: $d }) { errors { code } } }`,
			"input.dryRun", "null is not allowed here, Boolean! is expected", vars{"d": nil}},
		{"null for @include", `mutation($n: Boolean = true) { createEquipment(input: { name: "first", category: "Crane" }) { equipment { id @include(if: $n) } } }`,
			"@include.if", "null is not allowed here, Boolean! is expected", vars{"n": nil}},
		{"a number for a name", `mutation($n: String!) { ` + first + `second: createEquipment(input: { name: $n, category: "Crane" }) { errors { code } } }`,
			"input.name", "5 is not a string", vars{"n": 5}},
		{"an enum value in a filter", `query($k: [MaintenanceKind!]) { maintenanceSummary(filter: { kind: $k }) { records } }`,
			"filter.kind.0", `"corrective" is not a value of MaintenanceKind. Did you mean PREVENTIVE, CORRECTIVE,`, vars{"k": []string{"corrective"}}},
		{"a moment before the first year in UTC", `{ equipmentList(filter: { createdAt: { gte: "0001-01-01T00:00:00+01:00" } }) { totalCount } }`,
			"filter.createdAt.gte", "is not a moment", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := s.ask(c.query, c.variables)
			if len(a.Errors) != 1 || a.Data != nil || a.statements != 0 {
				t.Fatalf("%d statements, data %s, errors %v; want one error and nothing else", a.statements, a.Data, a.Errors)
			}
			e := a.Errors[0]
			if e.Extensions["code"] != string(fleet.BadInput) || argument(e.Extensions) != c.field ||
				!strings.Contains(e.Message, c.says) {
				t.Errorf("got %q %v, want a BAD_INPUT in field %q that says %q", e.Message, e.Extensions, c.field, c.says)
			}
		})
	}
	var d struct{ EquipmentList struct{ TotalCount int } }
	if s.data(&d, `{ equipmentList { totalCount } }`, nil); d.EquipmentList.TotalCount != 0 {
		t.Errorf("%d machines were created", d.EquipmentList.TotalCount)
	}
}

func TestADecimalMayBeANumberWithAPoint(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for _, cost := range []string{`12`, `1.50`, `"1.50"`, `123456789012.34`} {
		var d struct {
			CreateEquipment struct{ Equipment struct{ Cost string } }
		}
		s.data(
			&d,
			`mutation { createEquipment(input: { name: "n", category: "Crane", cost: `+cost+` }) { equipment { cost } } }`,
			nil,
		)
		if got, want := strings.TrimSuffix(d.CreateEquipment.Equipment.Cost, ".00"), strings.Trim(cost, `"`); got != want {
			t.Errorf("cost %s became %s", cost, got)
		}
	}
}

// TestSuggestionsAreForThoseWhoMayExplore: what a message suggests is a part of
// the schema.
func TestSuggestionsAreForThoseWhoMayExplore(t *testing.T) {
	t.Parallel()
	s := newService(t)
	const query = `query($s: StatsScope) { dashboardStats(scope: $s) { totalEquipment } }`
	if a := s.ask(
		query,
		vars{"s": "all"},
	); len(a.Errors) != 1 ||
		!strings.Contains(a.Errors[0].Message, "COMPANY or MINE") {
		t.Errorf("errors %v; want what is allowed", a.Errors)
	}
	s.serve("")
	if a := s.ask(query, vars{"s": "all"}); len(a.Errors) != 1 || strings.Contains(a.Errors[0].Message, "COMPANY") {
		t.Errorf("errors %v; want no names of the schema", a.Errors)
	}
}
