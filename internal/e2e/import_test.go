package e2e_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/ingest"
)

// figures of a group of work orders, as expected.json has them.
type figures struct {
	Records                                     int
	TotalCost, AverageCost, FirstDate, LastDate string
}

// workOrders returns the file of real work orders and its expected figures;
// they lie beside the checkout, not in it.
func workOrders(t *testing.T) (file *os.File, expected []byte) {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "data")
	file, err := os.Open(filepath.Join(dir, "excavator-work-orders.csv"))
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip("the real work orders are not here:", err)
	}
	t.Cleanup(func() { _ = file.Close() })
	if expected, err = os.ReadFile(filepath.Join(dir, "expected.json")); err != nil {
		t.Fatal(err)
	}
	return file, expected
}

// TestEveryFigureOfTheRealWorkOrdersIsRight imports them and asks for each
// figure of expected.json by GraphQL.
func TestEveryFigureOfTheRealWorkOrdersIsRight(t *testing.T) {
	t.Parallel()
	file, text := workOrders(t)
	var want struct {
		All                     figures
		ByAsset, ByType, ByYear map[string]figures
		ByMonth                 map[string]struct {
			Records   int
			TotalCost string
		}
		LatestPerAsset           map[string]struct{ ID, Date, Description, Cost string }
		NegativeCosts, ZeroCosts int
		RowsAlikeButForID        int `json:"rowsAlikeButForId"`
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	s := newService(t)
	mapping, err := ingest.LoadMapping("excavator-work-orders")
	if err != nil {
		t.Fatal(err)
	}
	report, err := ingest.Run(
		t.Context(),
		s.store.Bulk(),
		s.viewer,
		ingest.Options{Entity: ingest.Maintenance, Mapping: mapping, Fence: s.stats.Fence},
		file,
	)
	if err != nil || report.Created != 5485 || report.MachinesCreated != 5 {
		t.Fatalf("%v, %v", report, err)
	}

	groups := func(filter map[string]any, by ...string) []group {
		var got struct{ MaintenanceSummary []group }
		s.data(
			&got,
			`query($by: [MaintenanceGrouping!], $f: MaintenanceRecordFilter) { maintenanceSummary(groupBy: $by, filter: $f, first: 1000) {
			equipment { name } kind sourceKind year month records totalCost averageCost firstDate lastDate } }`,
			map[string]any{"by": by, "f": filter},
		)
		return got.MaintenanceSummary
	}
	check := func(what string, want map[string]figures, got []group, key func(group) string) {
		t.Helper()
		m := map[string]figures{}
		for _, g := range got {
			m[key(g)] = g.figures()
		}
		if diff := cmp.Diff(want, m); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	check("all", map[string]figures{"": want.All}, groups(nil), func(group) string { return "" })
	check("by machine", want.ByAsset, groups(nil, "EQUIPMENT"), func(g group) string { return g.Equipment.Name })
	check("by source's kind", want.ByType, groups(nil, "SOURCE_KIND"), func(g group) string { return *g.SourceKind })
	check("by year", want.ByYear, groups(nil, "YEAR"), func(g group) string { return fmt.Sprint(*g.Year) })
	for name, w := range want.ByAsset { // the same by filter
		var id struct {
			EquipmentList struct{ Nodes []struct{ ID, Name string } }
		}
		s.data(&id, `{ equipmentList(filter: { category: ["Hydraulic excavator"] }) { nodes { id name } } }`, nil)
		for _, n := range id.EquipmentList.Nodes {
			if n.Name == name {
				check(
					"of machine "+name,
					map[string]figures{"": w},
					groups(map[string]any{"equipment": map[string]any{"in": []string{n.ID}}}),
					func(group) string { return "" },
				)
			}
		}
	}
	months := groups(nil, "MONTH")
	if len(months) != len(want.ByMonth) {
		t.Errorf("%d months, want %d", len(months), len(want.ByMonth))
	}
	for _, g := range months {
		if w := want.ByMonth[*g.Month]; w.Records != g.Records || w.TotalCost != g.TotalCost {
			t.Errorf("month %s: %d records of %s, want %+v", *g.Month, g.Records, g.TotalCost, w)
		}
	}
	// Our kinds are sums of the source's.
	kinds, sums := map[string]string{
		"PM01": "CORRECTIVE",
		"PM02": "CORRECTIVE",
		"PM04": "MODIFICATION",
		"PM05": "INSPECTION",
		"PM06": "PREVENTIVE",
		"PM13": "OTHER",
	}, map[string]fleet.Decimal{}
	counts := map[string]int{}
	for code, f := range want.ByType {
		k := kinds[code]
		counts[k] += f.Records
		if sums[k] == "" {
			sums[k] = "0.00"
		}
		sums[k] = sums[k].Plus(fleet.Decimal(f.TotalCost))
	}
	for _, g := range groups(nil, "KIND") {
		if g.Records != counts[*g.Kind] || g.TotalCost != string(sums[*g.Kind]) {
			t.Errorf("kind %s: %d records of %s, want %d of %s", *g.Kind, g.Records, g.TotalCost, counts[*g.Kind], sums[*g.Kind])
		}
	}

	var totals struct{ Negative, Zero struct{ TotalCount int } }
	s.data(
		&totals,
		`{ negative: maintenanceRecords(filter: { cost: { lt: 0 } }) { totalCount } zero: maintenanceRecords(filter: { cost: { gte: 0, lte: 0 } }) { totalCount } }`,
		nil,
	)
	if totals.Negative.TotalCount != want.NegativeCosts || totals.Zero.TotalCount != want.ZeroCosts {
		t.Errorf("%+v, want %d negative and %d zero", totals, want.NegativeCosts, want.ZeroCosts)
	}

	var latest struct {
		EquipmentList struct {
			Nodes []struct {
				Name              string
				LatestMaintenance struct{ SourceRef, MaintenanceDate, Description, Cost string }
			}
		}
	}
	s.data(
		&latest,
		`{ equipmentList { nodes { name latestMaintenance { sourceRef maintenanceDate description cost } } } }`,
		nil,
	)
	for _, n := range latest.EquipmentList.Nodes {
		l, w := n.LatestMaintenance, want.LatestPerAsset[n.Name]
		if l.SourceRef != "work-orders:"+w.ID || l.MaintenanceDate != w.Date || l.Description != w.Description ||
			l.Cost != w.Cost {
			t.Errorf("latest of %s is %+v, want %+v", n.Name, l, w)
		}
	}
	s.checkEachRecord(want.All, want.RowsAlikeButForID)

	// Once more: nothing changes, no row is touched.
	if _, err := file.Seek(0, 0); err != nil {
		t.Fatal(err)
	}
	report, err = ingest.Run(
		t.Context(),
		s.store.Bulk(),
		s.viewer,
		ingest.Options{Entity: ingest.Maintenance, Mapping: mapping, Fence: s.stats.Fence},
		file,
	)
	if err != nil || report.Unchanged != 5485 || report.Created+report.Updated+report.MachinesCreated != 0 {
		t.Errorf("the second import: %v, %v", report, err)
	}
}

type group struct {
	Equipment           *struct{ Name string }
	Kind, SourceKind    *string
	Year                *int
	Month               *string
	Records             int
	TotalCost           string
	AverageCost         string
	FirstDate, LastDate string
}

func (g group) figures() figures {
	return figures{g.Records, g.TotalCost, g.AverageCost, g.FirstDate, g.LastDate}
}

// checkEachRecord reads the whole history page by page, adds it up by itself,
// and counts the rows that are alike but for their id.
func (s *service) checkEachRecord(all figures, alike int) {
	s.t.Helper()
	sum, records, seen := new(big.Rat), 0, map[string]bool{}
	var after *string
	for {
		var page struct {
			MaintenanceRecords struct {
				Nodes []struct {
					MaintenanceDate, Cost, SourceKind string
					Description                       *string
					Version                           int
					Equipment                         struct{ Name string }
				}
				PageInfo struct {
					HasNextPage bool
					EndCursor   *string
				}
			}
		}
		s.data(&page, `query($after: String) { maintenanceRecords(first: 100, after: $after, orderBy: MAINTENANCE_DATE_ASC) {
			nodes { maintenanceDate cost sourceKind description version equipment { name } } pageInfo { hasNextPage endCursor } } }`, map[string]any{"after": after})
		for _, r := range page.MaintenanceRecords.Nodes {
			cost, _ := new(big.Rat).SetString(r.Cost)
			sum.Add(sum, cost)
			records++
			description := ""
			if r.Description != nil {
				description = *r.Description
			}
			seen[strings.Join([]string{r.MaintenanceDate, r.Equipment.Name, description, r.SourceKind, r.Cost}, "\x00")] = true
			if r.Version != 1 {
				s.t.Fatalf("a record has version %d", r.Version)
			}
		}
		if after = page.MaintenanceRecords.PageInfo.EndCursor; !page.MaintenanceRecords.PageInfo.HasNextPage {
			break
		}
	}
	if records != all.Records || sum.FloatString(2) != all.TotalCost || records-len(seen) != alike {
		s.t.Errorf(
			"the pages hold %d records of %s, %d alike; want %d of %s, %d alike",
			records,
			sum.FloatString(2),
			records-len(seen),
			all.Records,
			all.TotalCost,
			alike,
		)
	}
}

// TestAnImportIsToldOnce: one entry with its counts, and none where nothing changed.
func TestAnImportIsToldOnce(t *testing.T) {
	t.Parallel()
	s := newService(t)
	o := ingest.Options{
		Entity:  ingest.Equipment,
		Name:    "machines.csv",
		Mapping: ingest.Mapping{Columns: map[string]string{"sourceRef": "Id", "name": "Name", "category": "Kind"}},
	}
	for range 2 {
		if _, err := ingest.Run(
			t.Context(),
			s.store.Bulk(),
			s.viewer,
			o,
			strings.NewReader("Id,Name,Kind\n1,A,Crane\n2,B,Crane\n"),
		); err != nil {
			t.Fatal(err)
		}
	}
	var told struct {
		History struct {
			TotalCount int
			Nodes      []struct {
				Action  string
				Node    *struct{ ID string }
				User    struct{ ID string }
				Changes []struct{ Field, To string }
			}
		}
	}
	s.data(
		&told,
		`{ history(filter: { subject: [IMPORT] }) { totalCount nodes { action node { id } user { id } changes { field to } } } }`,
		nil,
	)
	if told.History.TotalCount != 1 || told.History.Nodes[0].Node != nil {
		t.Fatalf("told %+v", told)
	}
	got := map[string]string{}
	for _, c := range told.History.Nodes[0].Changes {
		got[c.Field] = c.To
	}
	want := map[string]string{
		"entity":          "equipment",
		"file":            "machines.csv",
		"read":            "2",
		"created":         "2",
		"updated":         "0",
		"unchanged":       "0",
		"rejected":        "0",
		"machinesCreated": "0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
