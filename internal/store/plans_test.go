package store_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
)

// testPlans checks that the plan of every named query has its index, no sequential scan of a table,
// and no sort that the index makes unnecessary.
func testPlans(t *testing.T, db *store.DB, v fleet.Viewer) {
	first := fleet.Window{Limit: 50}
	ctx := t.Context()
	page, err := db.Fleet().EquipmentPage(ctx, v, nil, fleet.EquipmentCreatedAtDesc, first)
	if err != nil {
		t.Fatal(err)
	}
	var machines []fleet.UUID
	for _, e := range page.Items {
		machines = append(machines, e.ID)
	}
	people, err := db.Fleet().OperatorPage(ctx, v, nil, fleet.OperatorNameAsc, first)
	if err != nil {
		t.Fatal(err)
	}
	var operators []fleet.UUID
	for _, o := range people.Items {
		operators = append(operators, o.ID)
	}
	places, err := db.Fleet().SitePage(ctx, v, nil, fleet.SiteNameAsc, first)
	if err != nil {
		t.Fatal(err)
	}
	var sites []fleet.UUID
	for _, s := range places.Items {
		sites = append(sites, s.ID)
	}
	listOfSites := func(f *fleet.SiteFilter, o fleet.SiteOrder, w fleet.Window) func(context.Context) error {
		return func(ctx context.Context) error { _, err := db.Fleet().SitePage(ctx, v, f, o, w); return err }
	}
	rare, short, yes := "K012779", "ex", true
	name := "crane 100"
	oldest := fleet.Position{Key: page.Items[49].CreatedAt.Format("2006-01-02T15:04:05.999999Z07:00"), ID: machines[49]}
	equipment := func(f fleet.EquipmentFilter, o fleet.EquipmentOrder, w fleet.Window) func(context.Context) error {
		return func(ctx context.Context) error { _, err := db.Fleet().EquipmentPage(ctx, v, &f, o, w); return err }
	}
	records := func(f fleet.MaintenanceFilter, o fleet.MaintenanceOrder) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := db.Fleet().MaintenancePage(ctx, v, &f, o, first)
			return err
		}
	}
	created := fleet.EquipmentCreatedAtDesc
	middle := fleet.Window{Limit: 50, Offset: 60_000}
	checkPlans(t, db, []plan{
		{"machines, newest first", equipment(fleet.EquipmentFilter{}, created, first), "equipment_by_created", false},
		{"machines, a deep page", equipment(fleet.EquipmentFilter{}, created, fleet.Window{Limit: 50, After: &oldest}),
			"equipment_by_created", false},
		{"machines, the last page", equipment(fleet.EquipmentFilter{}, created,
			fleet.Window{Limit: 50, Backward: true}), "equipment_by_created", false},
		{
			"machines from an offset",
			equipment(fleet.EquipmentFilter{}, created, middle),
			skips("equipment_by_created"),
			false,
		},
		{"machines by name from an offset", equipment(fleet.EquipmentFilter{}, fleet.EquipmentNameDesc, middle),
			skips("equipment_by_natural_name"), false},
		{"machines by cost from an offset", equipment(fleet.EquipmentFilter{}, fleet.EquipmentCostDesc, middle),
			skips("equipment_by_cost"), false},
		{
			"machines of a status from an offset",
			equipment(fleet.EquipmentFilter{Status: []fleet.EquipmentStatus{fleet.EquipmentActive}},
				created, fleet.Window{Limit: 50, Offset: 30_000}),
			"Index Only Scan using equipment_by_",
			false,
		},
		{"operators by name from an offset", func(ctx context.Context) error {
			_, err := db.Fleet().OperatorPage(ctx, v, nil, fleet.OperatorNameAsc, fleet.Window{Limit: 50, Offset: 4000})
			return err
		}, skips("operators_by_natural_name"), false},
		{"records from an offset", func(ctx context.Context) error {
			_, err := db.Fleet().MaintenancePage(
				ctx,
				v,
				nil,
				fleet.MaintenanceDateDesc,
				fleet.Window{Limit: 50, Offset: 600_000},
			)
			return err
		}, skips("maintenance_records_by_date"), false},
		{"records by cost from an offset", func(ctx context.Context) error {
			_, err := db.Fleet().MaintenancePage(ctx, v, nil, fleet.MaintenanceCostAsc, fleet.Window{Limit: 50, Offset: 600_000})
			return err
		}, skips("maintenance_records_by_work_cost"), false},
		{"machines, oldest first", equipment(fleet.EquipmentFilter{}, fleet.EquipmentCreatedAtAsc, first),
			"equipment_by_created", false},
		{"machines by name", equipment(fleet.EquipmentFilter{}, fleet.EquipmentNameAsc, first), "equipment_by_natural_name",
			false},
		{"machines by name after a position",
			equipment(fleet.EquipmentFilter{}, fleet.EquipmentNameDesc,
				fleet.Window{Limit: 50, After: &fleet.Position{Key: name, ID: machines[0]}}),
			"equipment_by_natural_name", false},
		{"machines by cost", equipment(fleet.EquipmentFilter{}, fleet.EquipmentCostDesc, first), "equipment_by_cost",
			false},
		{"machines by change", equipment(fleet.EquipmentFilter{}, fleet.EquipmentUpdatedAtDesc, first),
			"equipment_by_updated", false},
		{"machines by serial number", equipment(fleet.EquipmentFilter{}, fleet.EquipmentSerialNumberAsc, first),
			"equipment_by_natural_serial", false},
		{"machines of a serial number", equipment(fleet.EquipmentFilter{
			SerialNumber: &fleet.StringFilter{In: []string{"sn-0"}}}, created, first), "equipment_serial_keys", true},
		{"machines by manufacturer", equipment(fleet.EquipmentFilter{}, fleet.EquipmentManufacturerAsc, first),
			"equipment_by_manufacturer", false},
		{"machines by model", equipment(fleet.EquipmentFilter{}, fleet.EquipmentModelDesc, first),
			"equipment_by_model", false},
		{"machines by year", equipment(fleet.EquipmentFilter{}, fleet.EquipmentYearDesc, first), "equipment_by_year", false},
		{"machines by service", equipment(fleet.EquipmentFilter{}, fleet.EquipmentInServiceOnAsc, first),
			"equipment_by_in_service", false},
		{"machines by retirement", equipment(fleet.EquipmentFilter{}, fleet.EquipmentRetiredOnDesc, first),
			"equipment_by_retired", false},
		{"machines by replacement value", equipment(fleet.EquipmentFilter{}, fleet.EquipmentReplacementValueDesc, first),
			"equipment_by_replacement", false},
		{"machines by year from an offset", equipment(fleet.EquipmentFilter{}, fleet.EquipmentYearDesc, middle),
			skips("equipment_by_year"), false},
		{"machines by manufacturer from an offset", equipment(fleet.EquipmentFilter{}, fleet.EquipmentManufacturerAsc,
			middle), skips("equipment_by_manufacturer"), false},
		{"machines of a manufacturer", equipment(fleet.EquipmentFilter{
			Manufacturer: &fleet.StringFilter{In: []string{"ajax"}}}, created, first), "equipment_manufacturer_key", true},
		{"machines of a model", equipment(fleet.EquipmentFilter{Model: &fleet.StringFilter{In: []string{"a7"}}}, created,
			first), "equipment_model_key", true},
		{"machines of a year", equipment(fleet.EquipmentFilter{Year: &fleet.IntFilter{Gte: ptr(2020)}},
			fleet.EquipmentYearAsc, first), "equipment_by_year", false},
		{"machines of unknown cost", equipment(fleet.EquipmentFilter{Cost: &fleet.DecimalFilter{IsNull: &yes}}, created,
			first), "equipment_by_(cost|created)", true},
		{"machines without operator", equipment(fleet.EquipmentFilter{Operator: &fleet.IDFilter{IsNull: &yes}}, created,
			first), "equipment_by_created", false},
		{"machines by ids", equipment(fleet.EquipmentFilter{IDs: fleet.RowIDs(fleet.KindEquipment, machines...)},
			created, first), "equipment_", true},
		{"machines of a status", equipment(
			fleet.EquipmentFilter{Status: []fleet.EquipmentStatus{fleet.EquipmentRetired}}, created, first),
			"equipment_by_(status|created)", false},
		{"machines of a category", equipment(fleet.EquipmentFilter{Category: []string{page.Items[0].Category}}, created,
			first), "equipment_by_(category_key|created)", false},
		{
			"a user's machines",
			equipment(fleet.EquipmentFilter{User: idsOf(fleet.KindUser, v.UserID)}, created, first),
			"equipment_by_user",
			false,
		},
		{"a user's machines of a status",
			equipment(fleet.EquipmentFilter{User: idsOf(fleet.KindUser, v.UserID),
				Status: []fleet.EquipmentStatus{fleet.EquipmentInactive}}, created, first), "equipment_by_user_status",
			false},
		{"a user's active machines", equipment(fleet.EquipmentFilter{User: idsOf(fleet.KindUser, v.UserID),
			Status: []fleet.EquipmentStatus{fleet.EquipmentActive}}, created, first), "equipment_active_by_user",
			false},
		{
			"an operator's machines by filter",
			equipment(
				fleet.EquipmentFilter{Operator: idsOf(fleet.KindOperator, operators[0])},
				created,
				first,
			),
			"equipment_by_operator",
			false,
		},
		{"machines at a site", equipment(fleet.EquipmentFilter{Site: idsOf(fleet.KindSite, sites[0])}, created, first),
			"equipment_by_site", false},
		{"machines at no site", equipment(fleet.EquipmentFilter{Site: &fleet.IDFilter{IsNull: &yes}}, created, first),
			"equipment_by_created", false},
		{"machines by site", func(ctx context.Context) error {
			_, err := db.Fleet().EquipmentBySite(ctx, v, sites, nil, created, first)
			return err
		}, "equipment_by_site", false},
		{"number of machines by site", func(ctx context.Context) error {
			_, err := db.Fleet().EquipmentCountBySite(ctx, v, sites, nil)
			return err
		}, "equipment_by_site", true},
		{"sites by name", listOfSites(nil, fleet.SiteNameAsc, first), "sites_by_name", false},
		{"sites by name from an offset", listOfSites(nil, fleet.SiteNameDesc, fleet.Window{Limit: 50, Offset: 1500}),
			skips("sites_by_name"), false},
		{"sites by code", listOfSites(nil, fleet.SiteCodeDesc, first), "sites_by_code", false},
		{"sites by code from an offset", listOfSites(nil, fleet.SiteCodeAsc, fleet.Window{Limit: 50, Offset: 1500}),
			skips("sites_by_code"), false},
		{"sites, newest first", listOfSites(nil, fleet.SiteCreatedAtDesc, first), "sites_by_created", false},
		{"sites of a name", listOfSites(&fleet.SiteFilter{Name: []string{"site 7"}}, fleet.SiteNameAsc, first),
			"sites_name_key", true},
		{"sites of a code", listOfSites(&fleet.SiteFilter{Code: &fleet.StringFilter{In: []string{"c-7"}}},
			fleet.SiteNameAsc, first), "sites_code_key", true},
		{"machines of a cost", equipment(fleet.EquipmentFilter{Cost: &fleet.DecimalFilter{Gte: decimal("1000000"),
			Lte: decimal("1000100")}}, fleet.EquipmentCostAsc, first), "equipment_by_cost", false},
		{"search of a rare word", equipment(fleet.EquipmentFilter{Search: &rare}, created, first), "equipment_search_folded",
			true},
		{"search of the beginning of a word", equipment(fleet.EquipmentFilter{Search: &short}, created, first),
			"equipment_(words_folded|by_created)", true},
		{"machines by id", func(ctx context.Context) error {
			_,
				err := db.Fleet().EquipmentByID(ctx, v, machines)
			return err
		},
			"equipment_pkey|equipment_company_id_id_key", false},
		{"operators by id", func(ctx context.Context) error {
			_, err := db.Fleet().OperatorsByID(ctx, v, operators)
			return err
		}, "operators_pkey|operators_company_id_id_key", false},
		{"machines by operator", func(ctx context.Context) error {
			_, err := db.Fleet().EquipmentByOperator(ctx, v, operators, nil, created, first)
			return err
		}, "equipment_by_operator", false},
		{"machines by operator by name", func(ctx context.Context) error {
			_, err := db.Fleet().EquipmentByOperator(ctx, v, operators, nil, fleet.EquipmentNameAsc, first)
			return err
		}, "equipment_by_operator", true},
		{"number of machines by operator", func(ctx context.Context) error {
			_, err := db.Fleet().EquipmentCountByOperator(ctx, v, operators, nil)
			return err
		}, "equipment_by_operator", true},
		{"latest maintenance", func(ctx context.Context) error {
			_,
				err := db.Fleet().LatestMaintenance(ctx, v, machines)
			return err
		}, "maintenance_records_latest",
			false},
		{"next maintenance", func(ctx context.Context) error {
			_, err := db.Fleet().NextMaintenance(ctx, v, machines)
			return err
		}, "maintenance_records_next", false},
		{"records by machine", func(ctx context.Context) error {
			_, err := db.Fleet().MaintenanceByEquipment(ctx, v, machines, nil, fleet.MaintenanceDateDesc,
				fleet.Window{Limit: 3})
			return err
		}, "maintenance_records_by_equipment", false},
		{"operators by name", func(ctx context.Context) error {
			_, err := db.Fleet().OperatorPage(ctx, v, nil, fleet.OperatorNameAsc, first)
			return err
		}, "operators_by_natural_name", false},
		{"operators, newest first", func(ctx context.Context) error {
			_, err := db.Fleet().OperatorPage(ctx, v, nil, fleet.OperatorCreatedAtDesc, first)
			return err
		}, "operators_by_created", false},
		{"search of operators", func(ctx context.Context) error {
			_, err := db.Fleet().OperatorPage(ctx, v, &fleet.OperatorFilter{Search: people.Items[0].LicenseNumber},
				fleet.OperatorNameAsc, first)
			return err
		}, "operators_search_folded|operators_by_natural_name", true},
		{"records, newest first", records(fleet.MaintenanceFilter{}, fleet.MaintenanceDateDesc),
			"maintenance_records_by_date", false},
		{"records of a kind", records(fleet.MaintenanceFilter{Kind: []fleet.MaintenanceKind{fleet.Modification}},
			fleet.MaintenanceDateDesc), "maintenance_records_by_kind", false},
		{"records of a status", records(
			fleet.MaintenanceFilter{Status: []fleet.MaintenanceStatus{fleet.MaintenanceInProgress}},
			fleet.MaintenanceDateDesc), "maintenance_records_by_status", false},
		{"search of records", records(fleet.MaintenanceFilter{Search: &rare}, fleet.MaintenanceDateDesc),
			"maintenance_records_search_folded", true},
		{"records of a source's id", records(fleet.MaintenanceFilter{SourceRef: &fleet.StringFilter{In: []string{"W-1"}}},
			fleet.MaintenanceDateDesc), "maintenance_records_source", true},
		{"a performer's records", records(fleet.MaintenanceFilter{PerformedBy: &fleet.StringFilter{
			In: []string{"none of these"}}}, fleet.MaintenanceDateDesc), "maintenance_records_by_performer", false},
		{"open downtime", records(fleet.MaintenanceFilter{Down: &yes}, fleet.MaintenanceDateDesc),
			"maintenance_records_stops", true},
		{"records by cost", records(fleet.MaintenanceFilter{}, fleet.MaintenanceCostDesc),
			"maintenance_records_by_work_cost", false},
		{
			"a machine's records",
			records(fleet.MaintenanceFilter{Equipment: idsOf(fleet.KindEquipment, machines[0])}, fleet.MaintenanceDateDesc),
			"maintenance_records_by_equipment",
			false,
		},
		{"the company's statistics", func(ctx context.Context) error {
			_, err := db.Fleet().DashboardStats(ctx, v, fleet.StatsScopeCompany)
			return err
		}, "Index Only Scan using equipment_sums_by_user", false},
		{"a user's statistics", func(ctx context.Context) error {
			_, err := db.Fleet().DashboardStats(ctx, v, fleet.StatsScopeMine)
			return err
		}, "Index Only Scan using equipment_sums_by_user", false},
		{"a month's summary", func(ctx context.Context) error {
			from, _ := fleet.ParseDate("2026-05-01")
			to, _ := fleet.ParseDate("2026-05-31")
			_, err := db.Fleet().MaintenanceSummary(
				ctx,
				v,
				&fleet.MaintenanceFilter{MaintenanceDate: &fleet.DateFilter{Gte: &from, Lte: &to}},
				fleet.MaintenanceSummary{GroupBy: []fleet.MaintenanceGrouping{fleet.ByKind}},
			)
			return err
		}, "Index Only Scan using maintenance_records_by_date", true},
		{"machines by change from an offset", equipment(fleet.EquipmentFilter{}, fleet.EquipmentUpdatedAtDesc, middle),
			skips("equipment_by_updated"), false},
		{"machines by serial number from an offset", equipment(fleet.EquipmentFilter{}, fleet.EquipmentSerialNumberAsc,
			middle), skips("equipment_by_natural_serial"), false},
		{"categories", func(ctx context.Context) error {
			_, err := db.Fleet().Categories(ctx, v, nil, fleet.DefaultCategories)
			return err
		}, "Index Only Scan using equipment_categories", true},
		{"categories of a filter", func(ctx context.Context) error {
			_, err := db.Fleet().Categories(ctx, v, &fleet.EquipmentFilter{Search: &rare}, fleet.DefaultCategories)
			return err
		}, "equipment_search_folded", true},
	})
}

// plan is what the plan of a query must have.
type plan struct {
	name  string
	call  func(context.Context) error
	index string // a pattern
	sorts bool   // few rows in another order than the index's
}

// skips is the pattern of a plan in which the rows are skipped by an index-only scan, and the page
// begins at the position that it found.
func skips(index string) string {
	return `(?s)InitPlan.*Index Only Scan( Backward)? using ` + index + `.*Index Scan( Backward)? using ` + index +
		`.*Index Cond: .*ROW\(.*\) [<>]= ROW\(\$\d, \$\d\)`
}

func checkPlans(t *testing.T, db *store.DB, plans []plan) {
	t.Helper()
	for _, q := range plans {
		t.Run(q.name, func(t *testing.T) {
			texts, args, err := store.Sent(t.Context(), q.call)
			if err != nil || len(texts) != 1 {
				t.Fatalf("%d statements, %v", len(texts), err)
			}
			plan, err := db.Plan(t.Context(), texts[0], args[0])
			if err != nil {
				t.Fatal(err)
			}
			if !regexp.MustCompile(q.index).MatchString(plan) || strings.Contains(plan,
				"Seq Scan") || (strings.Contains(plan, "Sort") && !q.sorts) {
				t.Errorf("want %s, no sequential scan, sort allowed: %v\n%s\n%s", q.index, q.sorts, texts[0], plan)
			}
		})
	}
}

func ptr[T any](v T) *T { return &v }

func decimal(s string) *fleet.Decimal {
	d := fleet.Decimal(s)
	return &d
}

func idsOf(k fleet.Kind, keys ...fleet.UUID) *fleet.IDFilter {
	return &fleet.IDFilter{In: fleet.RowIDs(k, keys...)}
}
