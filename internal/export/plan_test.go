package export_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"bitcorp.dev/fleet/graph"
	"bitcorp.dev/fleet/internal/export"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/tabular"
)

// plan returns the plan of the first operation of a document.
func plan(t *testing.T, document string, variables map[string]any) (*export.Plan, error) {
	t.Helper()
	doc, errs := gqlparser.LoadQueryWithRules(graph.Schema(), document, nil)
	if errs != nil {
		t.Fatalf("%v\n%s", errs, document)
	}
	return export.NewPlan(graph.Schema(), doc.Operations[0], variables)
}

// TestEveryNamedExportHasAPlan compares the columns that imports and analyses rely on.
func TestEveryNamedExportHasAPlan(t *testing.T) {
	t.Parallel()
	for name, document := range export.Documents() {
		p, err := plan(t, document, nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if n := len(p.Columns); n < 5 {
			t.Errorf("%s has %d columns", name, n)
		}
	}
}

// TestEveryListHasANamedExport: one for each type of a page.
func TestEveryListHasANamedExport(t *testing.T) {
	t.Parallel()
	named := map[string]bool{}
	for name, document := range export.Documents() {
		doc, errs := gqlparser.LoadQueryWithRules(graph.Schema(), document, nil)
		if errs != nil {
			t.Fatalf("%s: %v", name, errs)
		}
		for set := doc.Operations[0].SelectionSet; len(set) > 0; {
			f := set[0].(*ast.Field)
			named[f.Definition.Type.Name()], set = true, f.SelectionSet
		}
	}
	for name := range graph.Schema().Types {
		if strings.HasSuffix(name, "Connection") && !named[name] {
			t.Errorf("no named export has the rows of a %s", name)
		}
	}
}

// columns lists the names and types of a plan's columns.
func columns(p *export.Plan) string {
	var list []string
	for _, c := range p.Columns {
		list = append(list, fmt.Sprintf("%s:%d", c.Name, c.Type))
	}
	return strings.Join(list, " ")
}

func TestColumnsAreTheFieldsThatAreSelected(t *testing.T) {
	t.Parallel()
	for document, want := range map[string]string{
		`{ equipmentList { nodes { id cost createdAt version user { email } } pageInfo { hasNextPage } } }`: "id:0 cost:1 createdAt:4 version:1 user.email:0",
		`query ($no: Boolean = false) { l: equipmentList { nodes { n: name cost @include(if: $no) ...on Equipment { status } ...F } } }
		 fragment F on Equipment { name user { name } n: name }`: "n:0 status:0 name:0 user.name:0",
		`{ maintenanceRecords { edges { cursor node { maintenanceDate downToExpected } } } }`:             "cursor:0 node.maintenanceDate:3 node.downToExpected:2",
		`{ equipment(id: "x") { meterReadings { nodes { hours } } } }`:                                    "hours:1",
		`{ categories { category count } }`:                                                               "category:0 count:1",
		`{ history { nodes { at changes { field } } } }`:                                                  "at:4 changes:0",
		`{ maintenanceAggregates(groupBy: [KIND]) { keys { label } cost { sum } } }`:                      "keys.1.label:0 keys.2.label:0 keys.3.label:0 keys.4.label:0 cost.sum:1",
		`{ equipmentList { nodes { name maintenanceRecords(first: 2) { totalCount nodes { cost } } } } }`: "name:0 maintenanceRecords.totalCount:1 maintenanceRecords.nodes:0",
	} {
		p, err := plan(t, document, map[string]any{"no": false})
		if err != nil {
			t.Errorf("%s: %v", document, err)
		} else if got := columns(p); got != want {
			t.Errorf("%s: %s, want %s", document, got, want)
		}
	}
}

func TestWhatIsNoListIsRefused(t *testing.T) {
	t.Parallel()
	for document, says := range map[string]string{
		`{ viewer { name } }`: "selects none",
		`{ equipmentList { nodes { id } } operators { nodes { id } } }`:     "equipmentList.nodes and operators.nodes",
		`{ equipmentList { nodes { id } edges { cursor } } }`:               "equipmentList.nodes and equipmentList.edges",
		`{ equipmentList { totalCount nodes { id } } }`:                     "leave out equipmentList.totalCount",
		`{ equipment(id: "x") { name meterReadings { nodes { hours } } } }`: "leave out equipment.name",
		`{ equipmentList { nodes { __typename } } }`:                        "selects no fields",
	} {
		_, err := plan(t, document, nil)
		var refused *fleet.Error
		if !errors.As(err, &refused) || refused.Code != fleet.BadInput || !strings.Contains(refused.Message, says) {
			t.Errorf("%s: %v", document, err)
		}
	}
}

// TestRowsAreThoseOfTheResponse writes random machines as JSON, in several layouts, and compares the file with them.
func TestRowsAreThoseOfTheResponse(t *testing.T) {
	t.Parallel()
	type user struct {
		Email string `json:"email"`
	}
	type machine struct {
		Name    string           `json:"name"`
		Cost    *string          `json:"cost"`
		Version int              `json:"version"`
		User    *user            `json:"user"`
		Work    []map[string]any `json:"work"`
	}
	random := rand.New(rand.NewPCG(3, 4))
	const letters = "ab\"\\\n\t,{}[]:é🚜\u2028"
	text := func() string {
		var b strings.Builder
		for range random.IntN(8) {
			b.WriteRune([]rune(letters)[random.IntN(len([]rune(letters)))])
		}
		return b.String()
	}
	p, err := plan(t, `{ m: equipmentList { pageInfo { hasNextPage } nodes { name cost version user { email } } } }`, nil)
	if err != nil {
		t.Fatal(err)
	}
	for round := range 300 {
		var machines []machine
		want := []string{}
		for range random.IntN(4) {
			m := machine{Name: text(), Version: random.IntN(1000)}
			row := []string{m.Name, "", fmt.Sprint(m.Version), ""}
			if random.IntN(2) == 0 {
				cost := fmt.Sprintf("%d.50", random.IntN(100))
				m.Cost, row[1] = &cost, cost
			}
			if random.IntN(2) == 0 {
				m.User = &user{text()}
				row[3] = m.User.Email
			}
			machines = append(machines, m)
			want = append(want, strings.Join(row, "|"))
		}
		if machines == nil {
			machines = []machine{}
		}
		response := map[string]any{
			"m": map[string]any{"nodes": machines, "pageInfo": map[string]any{"a": []int{1}, "hasNextPage": true}},
		}
		data, err := json.Marshal(response)
		if round%2 == 0 {
			data, err = json.MarshalIndent(response, "", "  ")
		}
		if err != nil {
			t.Fatal(err)
		}
		var lines bytes.Buffer
		file, err := p.NewFile(&lines, export.JSONL, time.UTC)
		if err == nil {
			err = file.Page(data)
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, data)
		}
		got := []string{}
		decoder := json.NewDecoder(&lines)
		for decoder.More() {
			var m machine
			if err := decoder.Decode(&m); err != nil {
				t.Fatal(err)
			}
			row := []string{m.Name, "", fmt.Sprint(m.Version), ""}
			if m.Cost != nil {
				row[1] = *m.Cost
			}
			if m.User != nil {
				row[3] = m.User.Email
			}
			got = append(got, strings.Join(row, "|"))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s\n%s", diff, data)
		}
		checkValues(t, p, data, want)
	}
}

func checkValues(t *testing.T, p *export.Plan, data []byte, want []string) {
	t.Helper()
	got := []string{}
	if err := p.Rows(data, func(_ []byte, values []tabular.Value) error {
		var row []string
		for _, v := range values {
			row = append(row, string(v.Text))
		}
		got = append(got, strings.Join(row, "|"))
		return nil
	}); err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("%s\n%s", diff, data)
	}
}

func TestAListThatIsNotThereIsNoEmptyOne(t *testing.T) {
	t.Parallel()
	p, err := plan(t, `{ equipment(id: "x") { meterReadings { nodes { hours } } } }`, nil)
	if err != nil {
		t.Fatal(err)
	}
	for data, want := range map[string]error{
		`{"equipment":null}`:                                        export.ErrNoList,
		`{"equipment":{"meterReadings":{"nodes":[]}}}`:              nil,
		`{"equipment":{"meterReadings":{"nodes":[{"hours":"1"}]}}}`: nil,
	} {
		if err := p.Check([]byte(data)); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", data, err, want)
		}
	}
	for cut := range `{"equipment":{"meterReadings":{"nodes":[{"hours":"1"}]}}}` {
		if err := p.Check([]byte(`{"equipment":{"meterReadings":{"nodes":[{"hours":"1"}]}}}`[:cut])); err == nil && cut < 50 {
			t.Errorf("a response that breaks off at %d is taken for a whole one", cut)
		}
	}
}

// TestShortListsHaveTheColumnsThatTheyFill of the first response.
func TestShortListsHaveTheColumnsThatTheyFill(t *testing.T) {
	t.Parallel()
	p, err := plan(t, `{ maintenanceAggregates(groupBy: [KIND, YEAR]) { keys { label } count } }`, nil)
	if err != nil {
		t.Fatal(err)
	}
	data := []byte(
		`{"maintenanceAggregates":[{"keys":[{"label":"A"},{"label":"2026"}],"count":3},{"keys":[{"label":null},{"label":"2027"}],"count":4}]}`,
	)
	if err := p.Fit(data); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	file, err := p.NewFile(&out, export.CSV, time.UTC)
	if err == nil {
		err = file.Page(data)
	}
	if err != nil {
		t.Fatal(err)
	}
	if want := "keys.1.label,keys.2.label,count\r\nA,2026,3\r\n,2027,4\r\n"; out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}
