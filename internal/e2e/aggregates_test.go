package e2e_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/ingest"
)

// withWorkOrders serves the real work orders, and returns the rows of the file by the names of its columns
// and the figures that are expected of them.
func withWorkOrders(t *testing.T) (s *service, orders []map[string]string, expected []byte) {
	t.Helper()
	file, expected := workOrders(t)
	mapping, err := ingest.LoadMapping("excavator-work-orders")
	if err != nil {
		t.Fatal(err)
	}
	s = newService(t)
	o := ingest.Options{Entity: ingest.Maintenance, Mapping: mapping, Fence: s.stats.Fence}
	if report, err := ingest.Run(t.Context(), s.store.Bulk(), s.viewer, o, file); err != nil || report.Created != 5485 {
		t.Fatalf("%v, %v", report, err)
	}
	if _, err := file.Seek(0, 0); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines[1:] {
		order := map[string]string{}
		for i, name := range lines[0] {
			order[name] = line[i]
		}
		orders = append(orders, order)
	}
	return s, orders, expected
}

type aggregateKey struct {
	Dimension    string
	Value, Label *string
	From, To     *string
}

type numberFigures struct {
	Count, Missing                 int
	Sum                            string
	Average, Min, Max, Median, P90 *string
}

type maintenanceAggregate struct {
	Keys                []aggregateKey
	Count               int
	Cost                numberFigures
	FirstDate, LastDate *string
}

// TestAggregatesOfTheRealWorkOrdersAreExact compares each group with expected.json, and median and 90th
// percentile with those of the file's own costs.
func TestAggregatesOfTheRealWorkOrdersAreExact(t *testing.T) {
	t.Parallel()
	s, orders, text := withWorkOrders(t)
	var want struct {
		All                     figures
		ByAsset, ByType, ByYear map[string]figures
		ByMonth                 map[string]struct {
			Records   int
			TotalCost string
		}
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	groups := func(by ...string) []maintenanceAggregate {
		t.Helper()
		var got struct{ MaintenanceAggregates []maintenanceAggregate }
		a := s.data(&got, `query($by: [AggregateDimension!]) { maintenanceAggregates(groupBy: $by) {
			keys { dimension value label from to } count firstDate lastDate
			cost { count missing sum average min max median p90 } } }`, map[string]any{"by": by})
		if a.statements != 1 {
			t.Errorf("%v: %d statements, want 1", by, a.statements)
		}
		return got.MaintenanceAggregates
	}
	check := func(dimension string, want map[string]figures, column string, length int) {
		t.Helper()
		by := []string{}
		if dimension != "" {
			by = []string{dimension}
		}
		got := map[string]figures{}
		for _, g := range groups(by...) {
			label := ""
			if dimension != "" {
				label = *g.Keys[0].Label
			}
			got[label] = figures{g.Count, g.Cost.Sum, *g.Cost.Average, *g.FirstDate, *g.LastDate}
			costs := costsOf(orders, column, length, label)
			n := len(costs)
			middle := new(big.Rat).Add(costs[(n-1)/2], costs[n/2])
			ranks := []string{costs[0].FloatString(2), costs[n-1].FloatString(2),
				middle.Quo(middle, big.NewRat(2, 1)).FloatString(2), costs[(9*n+9)/10-1].FloatString(2)}
			if found := []string{*g.Cost.Min, *g.Cost.Max, *g.Cost.Median, *g.Cost.P90}; !slices.Equal(found, ranks) ||
				g.Cost.Count != n || g.Cost.Missing != 0 {
				t.Errorf("%s %s: min, max, median and p90 are %v, the file has %v", dimension, label, found, ranks)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", dimension, diff)
		}
	}
	check("", map[string]figures{"": want.All}, "BscStartDate", 0)
	check("EQUIPMENT", want.ByAsset, "Asset", 1)
	check("SOURCE_KIND", want.ByType, "PMType", 4)
	check("YEAR", want.ByYear, "BscStartDate", 4)
	months := groups("MONTH")
	empty := 0
	for _, g := range months {
		w := want.ByMonth[*g.Keys[0].Label]
		if w.TotalCost == "" {
			w.TotalCost, empty = "0.00", empty+1
		}
		if g.Count != w.Records || g.Cost.Sum != w.TotalCost || (g.Cost.Average == nil) != (w.Records == 0) {
			t.Errorf("%s: %d records of %s, want %+v", *g.Keys[0].Label, g.Count, g.Cost.Sum, w)
		}
	}
	// July 2001 to December 2012, without a gap.
	if len(months) != 138 || len(months)-empty != len(want.ByMonth) || *months[0].Keys[0].From != "2001-07-01" ||
		*months[137].Keys[0].To != "2012-12-31" {
		t.Errorf("%d months, %d of them empty: %v to %v", len(months), empty, months[0].Keys, months[len(months)-1].Keys)
	}
}

// costsOf are the costs of the orders whose column begins with a text of a length, in their order.
func costsOf(orders []map[string]string, column string, length int, begins string) (costs []*big.Rat) {
	for _, o := range orders {
		if o[column][:length] == begins {
			cost, _ := new(big.Rat).SetString(o["Cost"])
			costs = append(costs, cost)
		}
	}
	slices.SortFunc(costs, (*big.Rat).Cmp)
	return costs
}

// TestBadAggregatesAreNamed: each is a BAD_INPUT, or a LIMIT_EXCEEDED, that names the argument.
func TestBadAggregatesAreNamed(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.fill(2)
	s.exec(`INSERT INTO maintenance_records (company_id, equipment_id, kind, maintenance_date)
		SELECT company_id, id, 'OTHER', d::date FROM equipment, (VALUES ('1900-01-01'), ('2100-01-01')) v (d)`)
	for _, c := range []struct {
		arguments, field, says string
		code                   fleet.Code
	}{
		{`groupBy: [KIND, CATEGORY, KIND]`, "groupBy.2", "KIND is there twice", fleet.BadInput},
		{`groupBy: [MONTH, YEAR]`, "groupBy.1", "MONTH and YEAR are both buckets of time", fleet.BadInput},
		{`groupBy: [KIND, CATEGORY, STATUS, USER, DAY]`, "groupBy", "5 dimensions are too many: at most 4", fleet.BadInput},
		{`groupBy: [DAY]`, "groupBy", "the rows span 73050 buckets of DAY, at most 4000 are allowed", fleet.LimitExceeded},
		{`groupBy: [DAY], filter: { maintenanceDate: { gte: "2026-02-01", lte: "2026-01-01" } }`, "filter.maintenanceDate.lte",
			"contradicts gte 2026-02-01", fleet.BadInput},
		{`groupBy: [MONTH]`, "first", "there are more than 400 groups", fleet.LimitExceeded},
		{`first: 0`, "first", "0 is not a number of groups: 1 to 10000", fleet.BadInput},
		{`first: 10001`, "first", "10001 is not a number of groups", fleet.BadInput},
		{`having: [{ number: COST, figure: SUM, gte: null }]`, "having.0.gte", "null is no condition", fleet.BadInput},
		{`having: [{ gte: 1 }, { figure: SUM, gte: 1 }]`, "having.1.number", "SUM is a figure of a number: name one of", fleet.BadInput},
		{`having: [{ number: COST, figure: SUM }]`, "having.0", "there is no condition on SUM", fleet.BadInput},
		{`having: [{ gte: 2, lt: 1 }]`, "having.0.lt", "1 contradicts gte 2", fleet.BadInput},
		{`having: [{ number: METER_HOURS, figure: SUM, gte: 1 }]`, "having.0.number", "have no METER_HOURS", fleet.BadInput},
		{`having: [` + strings.Repeat(`{ gte: 1 } `, 11) + `]`, "having", "11 conditions are too many: at most 10", fleet.BadInput},
		{`orderBy: [{ figure: MEDIAN }]`, "orderBy.0.number", "MEDIAN is a figure of a number", fleet.BadInput},
		{`orderBy: [` + strings.Repeat(`{ } `, 5) + `]`, "orderBy", "5 figures are too many: at most 4", fleet.BadInput},
	} {
		a := s.ask(`{ maintenanceAggregates(`+c.arguments+`) { count } }`, nil)
		if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != string(c.code) ||
			!strings.Contains(a.Errors[0].Message, c.says) ||
			strings.Join(pathText(a.Errors[0].Extensions["argument"]), ".") != c.field {
			t.Errorf("%s: %+v, want %s of %s: %s", c.arguments, a.Errors, c.code, c.field, c.says)
		}
	}
	for _, field := range []string{"EQUIPMENT", "KIND", "SOURCE_KIND"} {
		a := s.ask(`{ equipmentAggregates(groupBy: [`+field+`]) { count } }`, nil)
		if len(a.Errors) != 1 || !strings.Contains(a.Errors[0].Message, "machines have no "+field) {
			t.Errorf("%s: %+v", field, a.Errors)
		}
	}
	// A zone that this server knows and the database does not.
	s.exec(`UPDATE companies SET time_zone = 'Mars/Olympus' WHERE name = 'Ours'`)
	a := s.ask(`{ equipmentAggregates(groupBy: [DAY]) { count } }`, nil)
	if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != string(fleet.Conflict) ||
		!strings.Contains(a.Errors[0].Message, "Mars/Olympus") {
		t.Errorf("a zone that does not exist: %+v", a.Errors)
	}
}

// pathText is a path in the extensions of an error.
func pathText(path any) (texts []string) {
	list, _ := path.([]any)
	for _, part := range list {
		texts = append(texts, fmt.Sprint(part))
	}
	return texts
}

// TestOnlyTheFiguresThatAreSelectedAreComputed: what is sorted for a median costs much, and is left out where
// no median is selected, by whatever fragment or alias.
func TestOnlyTheFiguresThatAreSelectedAreComputed(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.fill(4)
	var got struct {
		EquipmentAggregates []struct {
			Price struct{ Middle, Sum string }
			Keys  []struct{ Label string }
		}
	}
	s.data(
		&got,
		`query($no: Boolean = false) { equipmentAggregates(groupBy: [CATEGORY], orderBy: [{ number: COST, figure: MEDIAN, direction: ASC }]) {
		...F keys { label } cost @include(if: $no) { sum } } }
		fragment F on EquipmentAggregate { price: cost { ... { middle: median } sum } }`,
		nil,
	)
	if len(got.EquipmentAggregates) != 2 || got.EquipmentAggregates[0].Keys[0].Label != "Crane" ||
		got.EquipmentAggregates[0].Price.Middle != "2000.50" || got.EquipmentAggregates[1].Price.Sum != "6001.50" {
		t.Errorf("%+v", got)
	}
}
