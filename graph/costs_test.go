package graph_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"bitcorp.dev/fleet/graph"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/gql/cost"
)

// costOf returns the cost of an operation, and whether it is a valid one.
func costOf(schema *ast.Schema, document string, variables map[string]any) (int, bool) {
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: document}, 5000)
	if err != nil || len(validator.ValidateWithRules(schema, doc, rules.NewDefaultRules())) > 0 ||
		len(doc.Operations) != 1 {
		return 0, false
	}
	coerced, err := validator.VariableValues(schema, doc.Operations[0], variables)
	if err != nil {
		return 0, false
	}
	return cost.Estimate(schema, doc.Operations[0], coerced), true
}

func testSchema() *ast.Schema { return graph.Schema() }

// TestEveryListIsBounded walks the schema; a list of objects is a connection or has @listSize.
func TestEveryListIsBounded(t *testing.T) {
	t.Parallel()
	if err := cost.CheckSchema(testSchema()); err != nil {
		t.Error(err)
	}
	for sdl, missing := range map[string]string{
		`type Query { rows: [Row!] } type Row { id: ID }`:                                                        "Query.rows",
		`type Query { rows: [Row!] } interface Row { id: ID }`:                                                   "Query.rows",
		`type Query { rows: RowConnection } type RowConnection { nodes: [Row] } type Row { id: ID }`:             "Query.rows",
		`type Query { rows(first: Int): RowConnection } type RowConnection { nodes: [Row] } type Row { id: ID }`: "Query.rows",
		`type Query { rows(first: Int last: Int): RowConnection }
			type RowConnection { nodes: [Row] others: [Row] } type Row { id: ID }`: "RowConnection.others",
		`type Query { a: Part @listSize(max: 9, of: "rows") b: Part } type Part { rows: [Row] } type Row { id: ID }`: "Part.rows",
	} {
		schema := gqlparser.MustLoadSchema(
			&ast.Source{
				Input: sdl + ` directive @listSize(max: Int!, by: String, default: Int, of: String) on FIELD_DEFINITION`,
			},
		)
		if err := cost.CheckSchema(schema); err == nil || !strings.HasPrefix(err.Error(), missing+": ") {
			t.Errorf("%s: %v, want an error of %s", sdl, err, missing)
		}
	}
}

// TestSizesOfListsAreThoseThatAreEnforced compares @listSize with the limits of the domain.
func TestSizesOfListsAreThoseThatAreEnforced(t *testing.T) {
	t.Parallel()
	schema := testSchema()
	size := func(list ast.DirectiveList, argument string) string {
		d := list.ForName("listSize")
		if d == nil || d.Arguments.ForName(argument) == nil {
			return "none"
		}
		return d.Arguments.ForName(argument).Value.Raw
	}
	field := func(of *ast.Definition, name string) ast.DirectiveList { return of.Fields.ForName(name).Directives }
	for what, c := range map[string]struct {
		got  string
		want int
	}{
		"StatusCount":              {size(schema.Types["StatusCount"].Directives, "max"), len(fleet.EquipmentStatuses())},
		"UserError":                {size(schema.Types["UserError"].Directives, "max"), fleet.MaxFaults},
		"FieldChange":              {size(schema.Types["FieldChange"].Directives, "max"), fleet.MaxChanges},
		"nodes":                    {size(field(schema.Query, "nodes"), "max"), graph.MaxNodes},
		"updateEquipmentBatch":     {size(field(schema.Mutation, "updateEquipmentBatch"), "max"), fleet.MaxBatch},
		"maintenanceSummary":       {size(field(schema.Query, "maintenanceSummary"), "max"), fleet.MaxSummaryFirst},
		"equipmentAggregates":      {size(field(schema.Query, "equipmentAggregates"), "max"), fleet.MaxGroupsFirst},
		"maintenanceAggregates":    {size(field(schema.Query, "maintenanceAggregates"), "max"), fleet.MaxGroupsFirst},
		"aggregates without first": {size(field(schema.Query, "maintenanceAggregates"), "default"), fleet.MaxGroups},
		"KpiAge":                   {size(schema.Types["KpiAge"].Directives, "max"), len(fleet.NewKpis(fleet.KpiWindow{}, nil, nil, new(fleet.KpiSums), new(fleet.KpiSums)).OverdueByAge)},
		"KpiExclusion":             {size(schema.Types["KpiExclusion"].Directives, "max"), len(fleet.KpiReasons())},
		"AggregateKey":             {size(schema.Types["AggregateKey"].Directives, "max"), fleet.MaxGroupings},
		"summary without first":    {size(field(schema.Query, "maintenanceSummary"), "default"), fleet.MaxSummaryGroups},
	} {
		if c.got != strconv.Itoa(c.want) {
			t.Errorf("%s: the schema says %s, enforced are %d", what, c.got, c.want)
		}
	}
}

func TestCostsMultiplyAndDoNotOverflow(t *testing.T) {
	t.Parallel()
	schema := testSchema()
	for document, want := range map[string]int{
		`{ viewer { name } }`: 2,
		`{ equipmentList(first: 10) { nodes { name status } } }`:                                                                                                      31,
		`{ equipmentList(last: 100) { nodes { maintenanceRecords(first: 100) { nodes { id } } } } }`:                                                                  1 + 100*(1+1+100*2),
		`query ($n: Int = 3) { equipmentList(first: $n) { nodes { id } } }`:                                                                                           7,
		`{ equipmentList(first: -5) { nodes { id } } }`:                                                                                                               3,
		`{ equipmentList(first: 2000000000) { nodes { id } } }`:                                                                                                       201,
		`{ categories { count } }`:                                                                                                                                    101,
		`{ categories(first: 2000, filter: {category: ["a", "b"]}) { count } }`:                                                                                       1002,
		`{ equipmentList(first: 1, filter: {or: [{status: ACTIVE}, {cost: {gt: 1, lt: 2}}]}) { nodes { id } } }`:                                                      6,
		`{ users(first: 2, filter: {role: [ADMIN], disabledAt: {isNull: true}}) { nodes { id } } }`:                                                                   7,
		`{ equipmentList(first: 2) { nodes { assignments(first: 1, filter: {open: true}) { nodes { id } } } } }`:                                                      1 + 2*(1+2+1*2),
		`{ equipmentList(first: 2) { nodes { meterReadings(first: 1, filter: {hours: {gt: 1, lt: 2}}) { nodes { id } } } } }`:                                         1 + 2*(1+3+1*2),
		`{ maintenanceSummary(groupBy: [KIND]) { records } }`:                                                                                                         101,
		`{ maintenanceSummary(groupBy: [EQUIPMENT], first: 10000) { records } }`:                                                                                      10_001,
		`{ maintenanceSummary(groupBy: [EQUIPMENT], first: 20000) { records } }`:                                                                                      10_001,
		`{ equipmentList(first: 10, offset: 60000) { nodes { id } } }`:                                                                                                621,
		`{ equipmentList(first: 10, offset: 2000000000) { nodes { id } } }`:                                                                                           10_021,
		`{ maintenanceAggregates(groupBy: [KIND]) { count cost { sum median } } }`:                                                                                    1 + 400*(1+1+2),
		`{ equipmentAggregates(first: 10, having: [{ gte: 2 }]) { keys { label } cost { sum } } }`:                                                                    1 + 10*(1+4*1+1+1),
		`{ maintenanceAggregates(first: 20000) { count } }`:                                                                                                           10_001,
		`{ kpis(from: "2026-01-01", to: "2026-01-31") { failures { value excluded { count } } } }`:                                                                    100 + 1 + 2 + 13,
		`{ equipmentList(first: 10) { nodes { kpis(from: "2026-01-01", to: "2026-01-31") { failures { value contributingRecords(first: 2) { nodes { id } } } } } } }`: 1 + 10*(1+10+1+1+1+2*2),
		`{ maintenanceSummary { records } }`:                                                                                                                          101,
		`{ dashboardStats { statusCounts { count } } }`:                                                                                                               6,
		`{ history(first: 2) { nodes { changes { field to } } } }`:                                                                                                    1 + 2*(1+1+20*2),
		`{ nodes(ids: "x") { id } }`:                                                                                                                                  2,
		`{ accessTokens { name } }`:                                                                                                                                   101,
		`mutation { updateEquipmentBatch(input: { updates: [] }) { results { outcome } errors { code } } }`:                                                           1 + 1 + 11,
		`mutation { updateEquipmentBatch(input: { updates: [{ equipmentId: "a", expectedVersion: 1 }, { equipmentId: "b", expectedVersion: 1 }] }) { ...F } } fragment F on UpdateEquipmentBatchPayload { results { errors { code } outcome } }`: 1 + 1 + 2*(11+1),
		`{ __type(name: "StatsScope") { name enumValues { name } } x: __type(name: "None") { name } }`:                                                                                                                                           1 + 2 + 2 + 1,
		`{ equipmentList(first: 10, offset: -1) { nodes { id } } }`:                                                                      21,
		`mutation { a: resetPassword(input: { userId: "a" }) { user { id } } b: resetPassword(input: { userId: "b" }) { user { id } } }`: 2 * 5002,
		`mutation { changePassword(input: { current: "a", new: "b" }) { user { id } } }`:                                                 10_000 + 1 + 1,
	} {
		if got, ok := costOf(schema, document, nil); !ok || got != want {
			t.Errorf("%s costs %d, %v; want %d", document, got, ok, want)
		}
	}
	// The schema leads from type to type without end.
	loop := "{ __schema { types { " + strings.Repeat("fields { type { ", 2) + "name" + strings.Repeat(" } }", 2) + " } } }"
	if got, ok := costOf(schema, loop, nil); !ok || got < 2000 {
		t.Errorf("types of fields of types cost %d, %v", got, ok)
	}
	deep := "equipmentList" + strings.Repeat(
		"(first: 100) { nodes { assignedOperator { assignedEquipment",
		40,
	) + " { nodes { id } }" + strings.Repeat(
		" } } }",
		40,
	)
	if got, ok := costOf(schema, "{ "+deep+" }", nil); !ok || got < 1<<40 {
		t.Errorf("nested 40 pages deep costs %d, %v", got, ok)
	}
}

// FuzzCost: no document that is valid costs less than nothing, or less with a
// larger page than with a smaller one.
func FuzzCost(f *testing.F) {
	for _, document := range []string{
		`query ($n: Int) { equipmentList(first: $n) { nodes { id maintenanceRecords(last: $n) { edges { node { equipment { name } } } } } } }`,
		`query ($n: Int) { operators(first: $n) { ...F } } fragment F on OperatorConnection { nodes { equipment(first: $n) { totalCount } } }`,
		`query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Equipment { history { nodes { node { id } } } } } }`,
		`mutation ($i: UpdateEquipmentBatchInput!) { updateEquipmentBatch(input: $i) { results { equipment { id } } } }`,
		`{ maintenanceSummary(groupBy: [YEAR, KIND]) { records equipment { name } } __schema { types { name } } }`,
		`subscription { equipmentChanged { equipment { user { name } } } }`,
	} {
		f.Add(document, `{"n": 7, "ids": ["a", "b"], "i": []}`, 3)
		f.Add(document, `{"n": null}`, -1)
	}
	schema := testSchema()
	f.Fuzz(func(t *testing.T, document, variables string, n int) {
		var given map[string]any
		if json.Unmarshal([]byte(variables), &given) != nil || given == nil {
			given = map[string]any{}
		}
		cost, ok := costOf(schema, document, given)
		if ok && cost < 0 {
			t.Fatalf("%s costs %d", document, cost)
		}
		at := func(n int) (int, bool) {
			given["n"] = n
			return costOf(schema, document, given)
		}
		if n > 0 && n < 100 {
			less, valid := at(n)
			if more, _ := at(n + 1); valid && more < less {
				t.Fatalf("%s costs %d with %d and %d with one more", document, less, n, more)
			}
		}
	})
}

// TestScalarsNameTheirSpecification as introspection tells it.
func TestScalarsNameTheirSpecification(t *testing.T) {
	t.Parallel()
	for name, d := range testSchema().Types {
		if d.Kind != ast.Scalar || d.BuiltIn {
			continue
		}
		if by := d.Directives.ForName(
			"specifiedBy",
		); by == nil ||
			!strings.HasPrefix(by.Arguments.ForName("url").Value.Raw, "https://") {
			t.Errorf("the scalar %s has no @specifiedBy", name)
		}
	}
}
