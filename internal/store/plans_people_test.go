package store_test

import (
	"context"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
)

// testPlansOfPeople checks the plans of users and the history, and of what machines and operators
// have: assignments and meter readings.
func testPlansOfPeople(t *testing.T, db *store.DB, v fleet.Viewer) {
	first, middle, yes := fleet.Window{Limit: 50}, fleet.Window{Limit: 50, Offset: 15_000}, true
	page, err := db.Fleet().EquipmentPage(t.Context(), v, nil, fleet.EquipmentCreatedAtAsc, first)
	if err != nil {
		t.Fatal(err)
	}
	var machines []fleet.UUID
	for _, e := range page.Items {
		machines = append(machines, e.ID)
	}
	people, err := db.Fleet().OperatorPage(t.Context(), v, nil, fleet.OperatorNameAsc, first)
	if err != nil {
		t.Fatal(err)
	}
	var operators []fleet.UUID
	for _, o := range people.Items {
		operators = append(operators, o.ID)
	}
	void := fleet.VoidedOnly
	long, short := "person777@", "pe"
	lately := page.Items[49].CreatedAt
	name, at := fleet.Position{Key: "person 12", ID: operators[0]},
		fleet.Position{Key: lately.Format(time.RFC3339Nano), ID: machines[0]}
	users := func(f *fleet.UserFilter, o fleet.UserOrder, w fleet.Window) func(context.Context) error {
		return func(ctx context.Context) error { _, err := db.Identity().UserPage(ctx, v, f, o, w); return err }
	}
	soon, _ := fleet.ParseDate("2026-07-01")
	papers := func(f *fleet.PaperFilter, o fleet.PaperOrder, w fleet.Window) func(context.Context) error {
		return func(ctx context.Context) error { _, err := db.Fleet().PaperPage(ctx, v, f, o, w); return err }
	}
	saved, err := db.Fleet().SavedQueryPage(t.Context(), v, nil, fleet.SavedQueryNameAsc, first)
	if err != nil {
		t.Fatal(err)
	}
	var queries []fleet.UUID
	for _, q := range saved.Items {
		queries = append(queries, q.ID)
	}
	savedQueries := func(f *fleet.SavedQueryFilter, o fleet.SavedQueryOrder) func(context.Context) error {
		return func(ctx context.Context) error { _, err := db.Fleet().SavedQueryPage(ctx, v, f, o, first); return err }
	}
	history := func(f *fleet.HistoryFilter, w fleet.Window) func(context.Context) error {
		return func(ctx context.Context) error { _, err := db.Fleet().HistoryPage(ctx, v, f, w); return err }
	}
	ofMachines := func(f *fleet.AssignmentFilter, o fleet.AssignmentOrder, w fleet.Window) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := db.Fleet().AssignmentsByEquipment(ctx, v, machines, f, o, w)
			return err
		}
	}
	ofOperators := func(f *fleet.AssignmentFilter, o fleet.AssignmentOrder, w fleet.Window) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := db.Fleet().AssignmentsByOperator(ctx, v, operators, f, o, w)
			return err
		}
	}
	readings := func(f *fleet.MeterReadingFilter, o fleet.MeterReadingOrder, w fleet.Window) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := db.Fleet().MeterReadingsByEquipment(ctx, v, machines, f, o, w)
			return err
		}
	}
	checkPlans(t, db, []plan{
		{"machines' status periods", func(ctx context.Context) error {
			_, err := db.Fleet().StatusPeriodsByEquipment(ctx, v, machines, fleet.Window{Limit: 3})
			return err
		}, "equipment_status_by_equipment", false},
		{"papers, what expires first", papers(nil, fleet.PaperValidUntilAsc, first), "papers_by_valid_until", false},
		{"papers from an offset", papers(nil, fleet.PaperValidUntilDesc, middle), skips("papers_by_valid_until"), false},
		{"papers, newest first", papers(nil, fleet.PaperCreatedAtDesc, first), "papers_by_created", false},
		{"papers that expire by a day", papers(&fleet.PaperFilter{ValidUntil: &fleet.DateFilter{Lt: &soon}},
			fleet.PaperValidUntilAsc, first), "(?s)papers_by_valid_until.*Index Cond: .*valid_until", false},
		{"papers that expire by a day and need a renewal", papers(&fleet.PaperFilter{OwnerRetired: ptr(false),
			ValidUntil: &fleet.DateFilter{Lt: &soon}}, fleet.PaperValidUntilAsc, first),
			"(?s)papers_by_valid_until.*Index Cond: .*valid_until", false},
		{"papers of a kind that expire by a day", papers(&fleet.PaperFilter{Kind: []fleet.PaperKind{fleet.PaperLicence},
			ValidUntil: &fleet.DateFilter{Lt: &soon}}, fleet.PaperValidUntilAsc, first),
			"(?s)papers_by_kind.*Index Cond: .*valid_until", false},
		{"papers of a number", papers(&fleet.PaperFilter{Number: &fleet.StringFilter{In: []string{"p-12"}}},
			fleet.PaperValidUntilAsc, first), "papers_by_number", true},
		{"papers of a machine", papers(&fleet.PaperFilter{Equipment: idsOf(fleet.KindEquipment, machines[0])},
			fleet.PaperValidUntilAsc, first), "papers_by_equipment", true},
		{"machines' papers", func(ctx context.Context) error {
			_, err := db.Fleet().PapersByEquipment(ctx, v, machines, nil, fleet.PaperValidUntilAsc, fleet.Window{Limit: 3})
			return err
		}, "papers_by_equipment", false},
		{"operators' papers", func(ctx context.Context) error {
			_, err := db.Fleet().PapersByOperator(ctx, v, operators, nil, fleet.PaperValidUntilDesc, fleet.Window{Limit: 3})
			return err
		}, "papers_by_operator", false},
		{"number of operators' papers", func(ctx context.Context) error {
			_, err := db.Fleet().PaperCountByOperator(ctx, v, operators, nil)
			return err
		}, "papers_by_operator", true},
		{"machines' moves", func(ctx context.Context) error {
			_, err := db.Fleet().SiteMovesByEquipment(ctx, v, machines, fleet.Window{Limit: 3})
			return err
		}, "site_moves_by_equipment", false},
		{"machines' assignment plans", func(ctx context.Context) error {
			_, err := db.Fleet().AssignmentPlansByEquipment(ctx, v, machines, fleet.Window{Limit: 3})
			return err
		}, "assignment_plans_by_equipment", false},
		{"operators' assignment plans", func(ctx context.Context) error {
			_, err := db.Fleet().AssignmentPlansByOperator(ctx, v, operators, fleet.Window{Limit: 3})
			return err
		}, "assignment_plans_by_operator", false},
		{"assignment plans that are due", func(ctx context.Context) error {
			_, err := db.CarryOutAssignmentPlans(ctx, &lately)
			return err
		}, "assignment_plans_due", true},
		{"saved queries by name", savedQueries(nil, fleet.SavedQueryNameAsc), "saved_queries_by_name", false},
		{"saved queries, changed last", savedQueries(nil, fleet.SavedQueryUpdatedAtDesc), "saved_queries_by_updated", false},
		{"saved queries of a name", savedQueries(&fleet.SavedQueryFilter{Name: []string{"query 7"}},
			fleet.SavedQueryNameAsc), "saved_queries_name_key", true},
		{"versions of saved queries", func(ctx context.Context) error {
			_, err := db.Fleet().SavedQueryVersions(ctx, v, queries, fleet.Window{Limit: 3})
			return err
		}, "saved_query_versions_by_number", false},
		{"number of versions of saved queries", func(ctx context.Context) error {
			_, err := db.Fleet().SavedQueryVersionCounts(ctx, v, queries[:3])
			return err
		}, "saved_query_versions_by_number", true},
		{"users by name", users(nil, fleet.UserNameAsc, first), "users_by_natural_name", false},
		{"users by name after a position", users(nil, fleet.UserNameDesc, fleet.Window{Limit: 50, After: &name}),
			"(?s)users_by_natural_name.*Index Cond: .*ROW", false},
		{"users by name from an offset", users(nil, fleet.UserNameDesc, middle), skips("users_by_natural_name"), false},
		{"users, newest first", users(nil, fleet.UserCreatedAtDesc, first), "users_by_created", false},
		{"users, oldest first", users(nil, fleet.UserCreatedAtAsc, first), "users_by_created", false},
		{"users from an offset", users(nil, fleet.UserCreatedAtAsc, middle), skips("users_by_created"), false},
		{"users by ids", users(&fleet.UserFilter{IDs: fleet.RowIDs(fleet.KindUser, v.UserID, machines[0])},
			fleet.UserNameAsc, first), "users_(pkey|company_id_id_key)", true},
		{"users of a role", users(&fleet.UserFilter{Role: []fleet.Role{fleet.RoleAdmin}}, fleet.UserNameAsc, first),
			"users_by_natural_role", false},
		{"disabled users", users(&fleet.UserFilter{DisabledAt: &fleet.DateTimeFilter{IsNull: ptr(false)}}, fleet.UserNameAsc,
			first), "users_disabled_natural", false},
		{"enabled users", users(&fleet.UserFilter{DisabledAt: &fleet.DateTimeFilter{IsNull: &yes}}, fleet.UserNameAsc,
			first), "users_by_natural_name", false},
		{"users added since", users(&fleet.UserFilter{CreatedAt: &fleet.DateTimeFilter{Gte: &lately}},
			fleet.UserCreatedAtDesc, first), "(?s)users_by_created.*Index Cond: .*created_at", false},
		{"search of a user", users(&fleet.UserFilter{Search: &long}, fleet.UserNameAsc, first), "users_search_folded", true},
		{"search of the beginning of a name", users(&fleet.UserFilter{Search: &short}, fleet.UserNameAsc, first),
			"users_(words_folded|by_natural_name)", true},

		{"history", history(nil, first), "history_by_at", false},
		{"history from an offset", history(nil, middle), skips("history_by_at"), false},
		{"history of a user", history(&fleet.HistoryFilter{User: idsOf(fleet.KindUser, v.UserID)}, first),
			"history_by_user", false},
		{"history of no user", history(&fleet.HistoryFilter{User: &fleet.IDFilter{IsNull: &yes}}, first),
			"history_by_user", true},
		{"history of a rare action", history(&fleet.HistoryFilter{Action: []fleet.Action{fleet.ActionPurged}}, first),
			"history_by_action", false},
		{"history of a time", history(&fleet.HistoryFilter{At: &fleet.DateTimeFilter{Lt: &lately}}, first),
			"(?s)history_by_at.*Index Cond: .*at <", false},
		{"history by ids", history(&fleet.HistoryFilter{IDs: fleet.RowIDs(fleet.KindHistory, machines...)}, first),
			"history_pkey", true},
		{"history of machines", func(ctx context.Context) error {
			_, err := db.Fleet().HistoryBySubject(ctx, v, machines, first)
			return err
		}, "history_by_subject", false},

		{
			"assignments of machines",
			ofMachines(nil, fleet.AssignmentAssignedAtDesc, first),
			"assignments_by_equipment",
			false,
		},
		{"assignments of machines, oldest first", ofMachines(nil, fleet.AssignmentAssignedAtAsc, first),
			"assignments_by_equipment", false},
		{"assignments of machines by their end", ofMachines(nil, fleet.AssignmentReleasedAtDesc, first),
			"assignments_ends_by_equipment", false},
		{"assignments of machines by their end after a position", ofMachines(nil, fleet.AssignmentReleasedAtAsc,
			fleet.Window{Limit: 50, After: &at}), "(?s)assignments_ends_by_equipment.*Index Cond: .*ROW", false},
		{"assignments of machines to an operator", ofMachines(&fleet.AssignmentFilter{
			Operator: idsOf(fleet.KindOperator, operators[0])}, fleet.AssignmentAssignedAtDesc, first),
			"assignments_", true},
		{"open assignments of machines", ofMachines(&fleet.AssignmentFilter{Open: &yes}, fleet.AssignmentAssignedAtDesc,
			first), "assignments_(never_overlap|(open_)?by_equipment)", true},
		{
			"assignments of operators",
			ofOperators(nil, fleet.AssignmentAssignedAtAsc, first),
			"assignments_by_operator",
			false,
		},
		{"assignments of operators by their end", ofOperators(nil, fleet.AssignmentReleasedAtAsc, first),
			"assignments_ends_by_operator", false},
		{"open assignments of operators", ofOperators(&fleet.AssignmentFilter{Open: &yes}, fleet.AssignmentAssignedAtDesc,
			first), "assignments_(open_)?by_operator", true},
		{"assignments of operators since", ofOperators(&fleet.AssignmentFilter{AssignedAt: &fleet.DateTimeFilter{
			Gte: &lately}}, fleet.AssignmentAssignedAtDesc, first),
			"(?s)assignments_by_operator.*Index Cond: .*assigned_at", false},
		{"assignments of operators that ended since", ofOperators(&fleet.AssignmentFilter{ReleasedAt: &fleet.DateTimeFilter{
			Gte: &lately}}, fleet.AssignmentReleasedAtDesc, first),
			"(?s)assignments_ends_by_operator.*Index Cond: .*COALESCE", false},

		{"readings", readings(nil, fleet.MeterReadingReadAtDesc, first), "meter_readings_by_equipment", false},
		{"readings, oldest first", readings(nil, fleet.MeterReadingReadAtAsc, first), "meter_readings_by_equipment", false},
		{"readings after a position", readings(nil, fleet.MeterReadingReadAtDesc, fleet.Window{Limit: 50, After: &at}),
			"(?s)meter_readings_by_equipment.*Index Cond: .*read_at", false},
		{"readings since", readings(&fleet.MeterReadingFilter{ReadAt: &fleet.DateTimeFilter{Gte: &lately}},
			fleet.MeterReadingReadAtAsc, first), "(?s)meter_readings_by_equipment.*Index Cond: .*read_at", false},
		{"readings by hours", readings(nil, fleet.MeterReadingHoursDesc, first), "meter_readings_by_hours", false},
		{"readings of some hours", readings(&fleet.MeterReadingFilter{Hours: &fleet.DecimalFilter{Gt: decimal("9000")}},
			fleet.MeterReadingHoursAsc, first), "(?s)meter_readings_by_hours.*Index Cond: .*hours", false},
		{"readings of new meters", readings(&fleet.MeterReadingFilter{Replacement: &yes}, fleet.MeterReadingReadAtDesc,
			first), "meter_readings_replacements", false},
		{"readings that are void", readings(&fleet.MeterReadingFilter{Voided: &void}, fleet.MeterReadingReadAtDesc, first),
			"meter_readings_voided", false},
		{"hours of all meters", func(ctx context.Context) error {
			_, err := db.Fleet().LifetimeHours(ctx, v, machines)
			return err
		}, "meter_readings_by_equipment_time", true},
		{"reversals of records", func(ctx context.Context) error {
			_, err := db.Fleet().ReversalsOf(ctx, v, machines)
			return err
		}, "maintenance_records_reversed_once", false},
	})
}
