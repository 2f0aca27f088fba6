package fleet_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bitcorp.dev/fleet/internal/fleet"
)

func TestPageArguments(t *testing.T) {
	list := fleet.EquipmentNameAsc.List(fleet.UUID{1})
	at := list.Cursor(fleet.Position{Key: "Crane", ID: fleet.UUID{2}})
	for _, c := range []struct {
		name  string
		args  fleet.PageArgs
		want  fleet.Window
		field string
	}{
		{"none", fleet.PageArgs{}, fleet.Window{Limit: fleet.DefaultPage}, ""},
		{"first", fleet.PageArgs{First: ptr(1)}, fleet.Window{Limit: 1}, ""},
		{"last", fleet.PageArgs{Last: ptr(fleet.MaxPage)}, fleet.Window{Limit: fleet.MaxPage, Backward: true}, ""},
		{"first after", fleet.PageArgs{First: ptr(3), After: &at},
			fleet.Window{Limit: 3, After: &fleet.Position{Key: "Crane", ID: fleet.UUID{2}}}, ""},
		{"last before", fleet.PageArgs{Last: ptr(3), Before: &at},
			fleet.Window{Limit: 3, Backward: true, Before: &fleet.Position{Key: "Crane", ID: fleet.UUID{2}}}, ""},
		{"both ends", fleet.PageArgs{First: ptr(1), Last: ptr(1)}, fleet.Window{}, "last"},
		{"offset", fleet.PageArgs{First: ptr(3), Offset: ptr(60_000)}, fleet.Window{Limit: 3, Offset: 60_000}, ""},
		{"offset of zero", fleet.PageArgs{Offset: ptr(0)}, fleet.Window{Limit: fleet.DefaultPage}, ""},
		{"offset, last", fleet.PageArgs{Last: ptr(1), Offset: ptr(0)}, fleet.Window{}, "offset"},
		{"offset, after", fleet.PageArgs{After: &at, Offset: ptr(1)}, fleet.Window{}, "offset"},
		{"offset, before", fleet.PageArgs{Before: &at, Offset: ptr(1)}, fleet.Window{}, "offset"},
		{"negative offset", fleet.PageArgs{Offset: ptr(-1)}, fleet.Window{}, "offset"},
		{"great offset", fleet.PageArgs{Offset: ptr(fleet.MaxOffset + 1)}, fleet.Window{}, "offset"},
		{"first of zero", fleet.PageArgs{First: ptr(0)}, fleet.Window{}, "first"},
		{"last of too many", fleet.PageArgs{Last: ptr(fleet.MaxPage + 1)}, fleet.Window{}, "last"},
		{"broken after", fleet.PageArgs{After: ptr("x")}, fleet.Window{}, "after"},
		{"broken before", fleet.PageArgs{Before: ptr("x")}, fleet.Window{}, "before"},
		{"too long", fleet.PageArgs{After: ptr(strings.Repeat("A", 5000))}, fleet.Window{}, "after"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, err := c.args.Window(list)
			code := fleet.Code("")
			if c.field != "" {
				code = fleet.BadInput
			}
			wantError(t, err, code, c.field)
			if diff := cmp.Diff(c.want, w); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	_, err := fleet.EquipmentNameDesc.List(fleet.UUID{1}).Position(at)
	wantError(t, err, fleet.BadInput, "")
	if !strings.Contains(err.Error(), "NAME_ASC") || !strings.Contains(err.Error(), "NAME_DESC") {
		t.Errorf("%q names not both orders", err)
	}
	_, err = fleet.EquipmentNameAsc.List(fleet.UUID{2}).Position(at)
	wantError(t, err, fleet.BadInput, "")
}

func TestPages(t *testing.T) {
	at := &fleet.Position{}
	for _, c := range []struct {
		name string
		w    fleet.Window
		read []int
		want fleet.Page[int]
	}{
		{"the only page", fleet.Window{Limit: 3}, []int{1, 2, 3}, fleet.Page[int]{Items: []int{1, 2, 3}}},
		{"the first page", fleet.Window{Limit: 2}, []int{1, 2, 3}, fleet.Page[int]{Items: []int{1, 2}, HasNext: true}},
		{"a page in the middle", fleet.Window{Limit: 2, After: at}, []int{2, 3, 4},
			fleet.Page[int]{Items: []int{2, 3}, HasNext: true, HasPrevious: true}},
		{"the end after a cursor", fleet.Window{Limit: 2, After: at}, []int{4},
			fleet.Page[int]{Items: []int{4}, HasPrevious: true}},
		{"the last page", fleet.Window{Limit: 2, Backward: true}, []int{4, 3, 2},
			fleet.Page[int]{Items: []int{3, 4}, HasPrevious: true}},
		{"backward to the beginning", fleet.Window{Limit: 2, Backward: true, Before: at}, []int{1},
			fleet.Page[int]{Items: []int{1}, HasNext: true}},
		{"nothing", fleet.Window{Limit: 2}, nil, fleet.Page[int]{}},
		{"behind an offset", fleet.Window{Limit: 2, Offset: 1}, []int{2, 3, 4},
			fleet.Page[int]{Items: []int{2, 3}, HasNext: true, HasPrevious: true}},
		{"behind the end", fleet.Window{Limit: 2, Offset: 9}, nil, fleet.Page[int]{}},
	} {
		if diff := cmp.Diff(c.want, fleet.NewPage(c.w, c.read)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// TestPositionsAreOfTheirList checks that the cursor of a row reads back in
// the list of its order.
func TestPositionsAreOfTheirList(t *testing.T) {
	company := fleet.UUID{1}
	check := func(name string, l fleet.List, p fleet.Position, key string) {
		t.Helper()
		if p.Key != key {
			t.Errorf("%s: key %q, want %q", name, p.Key, key)
		}
		if got, err := l.Position(l.Cursor(p)); err != nil || got != p {
			t.Errorf("%s: %+v reads as %+v, %v", name, p, got, err)
		}
	}
	at := "2026-03-02T12:00:00Z"
	e := &fleet.Equipment{
		ID:           fleet.UUID{2},
		Name:         "Crane",
		Cost:         ptr(fleet.Decimal("12.50")),
		CreatedAt:    now,
		UpdatedAt:    now,
		SerialNumber: ptr("SN-1"),

		Manufacturer: ptr("Ajax"), Model: ptr("A7"), Year: ptr(2019), InServiceOn: ptr(fleet.DateOf(now)),
		RetiredOn: ptr(fleet.DateOf(now.AddDate(0, 0, 1))), ReplacementValue: ptr(fleet.Decimal("99.00")),
	}
	service := map[string][2]string{"MANUFACTURER": {"Ajax", ""}, "MODEL": {"A7", ""}, "YEAR": {"2019", "0"},
		"IN_SERVICE_ON": {"2026-03-02", "0001-01-01"}, "RETIRED_ON": {"2026-03-03", "0001-01-01"},
		"REPLACEMENT_VALUE": {"99.00", "-1"}}
	unknown := &fleet.Equipment{ID: fleet.UUID{2}}
	for _, o := range fleet.EquipmentOrders() {
		key := map[bool]string{true: "Crane", false: at}[strings.HasPrefix(string(o), "NAME")]
		if strings.HasPrefix(string(o), "SERIAL") {
			key = "SN-1"
			check("no serial number", o.List(company), unknown.Position(o), "")
		}
		if strings.HasPrefix(string(o), "COST") {
			key = "12.50"
			check("unknown cost", o.List(company), unknown.Position(o), "-1")
		}
		by := strings.TrimSuffix(strings.TrimSuffix(string(o), "_ASC"), "_DESC")
		if keys, is := service[by]; is {
			key = keys[0]
			check("none of "+by, o.List(company), unknown.Position(o), keys[1])
		}
		check(string(o), o.List(company), e.Position(o), key)
	}
	op := &fleet.Operator{ID: fleet.UUID{3}, FirstName: "Ada", LastName: "Byron", CreatedAt: now}
	for _, o := range fleet.OperatorOrders() {
		key := map[bool]string{true: "Byron Ada", false: at}[strings.HasPrefix(string(o), "NAME")]
		check(string(o), o.List(company), op.Position(o), key)
	}
	m := record(fleet.MaintenanceCompleted)
	m.ID = fleet.UUID{4}
	for _, o := range fleet.MaintenanceOrders() {
		key := map[bool]string{true: "100.00", false: "2026-03-02"}[strings.HasPrefix(string(o), "COST")]
		check(string(o), o.List(company), m.Position(o), key)
	}
	later := now.Add(time.Hour)
	open := &fleet.Assignment{AssignedAt: now}
	ended := &fleet.Assignment{ID: fleet.UUID{5}, AssignedAt: now, ReleasedAt: &later}
	for _, o := range fleet.AssignmentOrders() {
		key, without := at, at
		if strings.HasPrefix(string(o), "RELEASED") {
			key, without = "2026-03-02T13:00:00Z", "9999-12-31T00:00:00Z"
		}
		check(string(o), o.List(company), ended.Position(o), key)
		check("open", o.List(company), open.Position(o), without)
	}
	for _, o := range fleet.MeterReadingOrders() {
		key := map[bool]string{true: "120.5", false: at}[strings.HasPrefix(string(o), "HOURS")]
		check(string(o), o.List(company), (&fleet.MeterReading{ReadAt: now, Hours: "120.5"}).Position(o), key)
	}
	for _, o := range fleet.UserOrders() {
		key := map[bool]string{true: "Dana", false: at}[strings.HasPrefix(string(o), "NAME")]
		check(string(o), o.List(company), (&fleet.User{Name: "Dana", CreatedAt: now}).Position(o), key)
	}
	check("history", fleet.HistoryList(company), (&fleet.HistoryEntry{At: now}).Position(), at)
}

func TestFilters(t *testing.T) {
	many := func(n int) (list []string) {
		for i := range n {
			list = append(list, fmt.Sprint(i))
		}
		return list
	}
	d := func(s fleet.Decimal) *fleet.Decimal { return &s }
	day := func(s string) *fleet.Date { d, _ := fleet.ParseDate(s); return &d }
	later := now.Add(time.Second)
	for _, c := range []struct {
		name  string
		check func() error
		field string
	}{
		{"no filter of machines", (*fleet.EquipmentFilter)(nil).Check, ""},
		{"years reversed", (&fleet.EquipmentFilter{Year: &fleet.IntFilter{Gte: ptr(2020), Lt: ptr(2020)}}).Check, "year.lt"},
		{"days of service reversed", (&fleet.EquipmentFilter{InServiceOn: &fleet.DateFilter{Gte: day("2026-03-02"),
			Lt: day("2026-03-01")}}).Check, "inServiceOn.lt"},
		{"unknown and retired then", (&fleet.EquipmentFilter{RetiredOn: &fleet.DateFilter{Gte: day("2026-03-02"),
			IsNull: ptr(true)}}).Check, "retiredOn.isNull"},
		{"replacement values reversed", (&fleet.EquipmentFilter{ReplacementValue: &fleet.DecimalFilter{Gt: d("1"),
			Lt: d("1")}}).Check, "replacementValue.lt"},
		{"no hours a week", (&fleet.EquipmentFilter{ScheduledHoursPerWeek: &fleet.DecimalFilter{Gt: d("1"),
			Lt: d("1")}}).Check, "scheduledHoursPerWeek.lt"},
		{"a manufacturer too long", (&fleet.EquipmentFilter{Manufacturer: &fleet.StringFilter{
			In: []string{strings.Repeat("x", fleet.MaxManufacturer+1)}}}).Check, "manufacturer.in.0"},
		{"no models", (&fleet.EquipmentFilter{Model: &fleet.StringFilter{In: []string{}}}).Check, "model.in"},
		{"no filter of operators", (*fleet.OperatorFilter)(nil).Check, ""},
		{"no filter of records", (*fleet.MaintenanceFilter)(nil).Check, ""},
		{"empty", (&fleet.EquipmentFilter{}).Check, ""},
		{"search", (&fleet.EquipmentFilter{Search: ptr("cat 320d")}).Check, ""},
		{"blank search", (&fleet.EquipmentFilter{Search: ptr(" ")}).Check, ""},
		{"search of signs", (&fleet.OperatorFilter{Search: ptr("a ?")}).Check, ""},
		{"search of too many words", (&fleet.EquipmentFilter{Search: ptr(strings.Join(many(fleet.MaxSearchTerms+1),
			" "))}).Check, "search"},
		{"longest search", (&fleet.EquipmentFilter{Search: ptr(strings.Repeat("é", fleet.MaxSearch))}).Check, ""},
		{"search too long", (&fleet.EquipmentFilter{Search: ptr(strings.Repeat("é", fleet.MaxSearch+1))}).Check,
			"search"},
		{"search with NUL", (&fleet.EquipmentFilter{Search: ptr("a\x00")}).Check, "search"},
		{"too many statuses", (&fleet.EquipmentFilter{Status: make([]fleet.EquipmentStatus,
			fleet.MaxFilterValues+1)}).Check, "status"},
		{"too many statuses of operators",
			(&fleet.OperatorFilter{Status: make([]fleet.OperatorStatus, fleet.MaxFilterValues+1)}).Check, "status"},
		{"categories", (&fleet.EquipmentFilter{Category: many(fleet.MaxFilterValues)}).Check, ""},
		{"too many categories", (&fleet.EquipmentFilter{Category: many(fleet.MaxFilterValues + 1)}).Check, "category"},
		{"category too long", (&fleet.EquipmentFilter{Category: []string{strings.Repeat("x",
			fleet.MaxCategory+1)}}).Check, "category.0"},
		{"category with NUL", (&fleet.EquipmentFilter{Category: []string{"\x00"}}).Check, "category.0"},
		{"costs", (&fleet.EquipmentFilter{Cost: &fleet.DecimalFilter{Gte: d("5"), Lte: d("5.00")}}).Check, ""},
		{"costs reversed", (&fleet.EquipmentFilter{Cost: &fleet.DecimalFilter{Gte: d("5"), Lte: d("4.99")}}).Check, "cost.lte"},
		{"period", (&fleet.EquipmentFilter{CreatedAt: &fleet.DateTimeFilter{Gte: &now, Lt: &later}}).Check, ""},
		{"empty period", (&fleet.EquipmentFilter{CreatedAt: &fleet.DateTimeFilter{Gte: &now, Lt: &now}}).Check,
			"createdAt.lt"},
		{"one day", (&fleet.MaintenanceFilter{MaintenanceDate: &fleet.DateFilter{Gte: day("2026-03-02"),
			Lte: day("2026-03-02")}}).Check, ""},
		{"days reversed", (&fleet.MaintenanceFilter{MaintenanceDate: &fleet.DateFilter{Gt: day("2026-03-02"),
			Lte: day("2026-03-02")}}).Check, "maintenanceDate.lte"},
		{"too many kinds", (&fleet.MaintenanceFilter{Kind: make([]fleet.MaintenanceKind,
			fleet.MaxFilterValues+1)}).Check, "kind"},
		{"too many source kinds", (&fleet.MaintenanceFilter{SourceKind: &fleet.StringFilter{
			In: many(fleet.MaxFilterValues + 1)}}).Check, "sourceKind.in"},
		{"too many statuses of records",
			(&fleet.MaintenanceFilter{Status: make([]fleet.MaintenanceStatus, fleet.MaxFilterValues+1)}).Check,
			"status"},
		{"record costs reversed", (&fleet.MaintenanceFilter{Cost: &fleet.DecimalFilter{Gt: d("1"), Lt: d("1")}}).Check, "cost.lt"},
		{"too many subjects", (&fleet.HistoryFilter{Subject: make([]fleet.Subject, fleet.MaxFilterValues+1)}).Check,
			"subject"},
		{"an empty list", (&fleet.EquipmentFilter{Status: []fleet.EquipmentStatus{}}).Check, "status"},
		{"no ids", (&fleet.EquipmentFilter{IDs: []fleet.RowID{}}).Check, "ids"},
		{"an empty and", (&fleet.EquipmentFilter{And: []*fleet.EquipmentFilter{}}).Check, "and"},
		{"an empty or", (&fleet.OperatorFilter{Or: []*fleet.OperatorFilter{}}).Check, "or"},
		{"an id of another kind", (&fleet.EquipmentFilter{User: &fleet.IDFilter{
			In: fleet.RowIDs(fleet.KindOperator, fleet.UUID{1})}}).Check, "user.in.0"},
		{"none and one of some", (&fleet.EquipmentFilter{User: &fleet.IDFilter{IsNull: ptr(true),
			In: fleet.RowIDs(fleet.KindUser, fleet.UUID{1})}}).Check, "user.isNull"},
		{"some one of some", (&fleet.EquipmentFilter{User: &fleet.IDFilter{IsNull: ptr(false),
			In: fleet.RowIDs(fleet.KindUser, fleet.UUID{1})}}).Check, ""},
		{"unknown and above", (&fleet.EquipmentFilter{Cost: &fleet.DecimalFilter{IsNull: ptr(true), Gt: d("1")}}).Check,
			"cost.isNull"},
		{"a fault within", (&fleet.MaintenanceFilter{Or: []*fleet.MaintenanceFilter{{}, {Not: &fleet.MaintenanceFilter{
			Cost: &fleet.DecimalFilter{Gt: d("1"), Lt: d("1")}}}}}).Check, "or.1.not.cost.lt"},
		{"five levels", nested(5).Check, ""},
		{"six levels", nested(6).Check, "not.not.not.not.not.not"},
		{"fifty conditions", (&fleet.EquipmentFilter{And: noFilters(49)}).Check, ""},
		{"fifty-one conditions", (&fleet.EquipmentFilter{And: noFilters(50)}).Check, "and.49.status"},
		{"no filter of users", (*fleet.UserFilter)(nil).Check, ""},
		{"no filter of assignments", (*fleet.AssignmentFilter)(nil).Check, ""},
		{"no filter of readings", (*fleet.MeterReadingFilter)(nil).Check, ""},
		{"the ids of no users", (&fleet.UserFilter{IDs: fleet.RowIDs(fleet.KindOperator, fleet.UUID{1})}).Check, "ids.0"},
		{"search of users with NUL", (&fleet.UserFilter{Search: ptr("a\x00")}).Check, "search"},
		{"no roles", (&fleet.UserFilter{Role: []fleet.Role{}}).Check, "role"},
		{"enabled and disabled then", (&fleet.UserFilter{DisabledAt: &fleet.DateTimeFilter{IsNull: ptr(true), Gt: &now}}).Check,
			"disabledAt.isNull"},
		{"users of no time", (&fleet.UserFilter{CreatedAt: &fleet.DateTimeFilter{Gt: &now, Lt: &now}}).Check, "createdAt.lt"},
		{"a fault within of users", (&fleet.UserFilter{Not: &fleet.UserFilter{Or: []*fleet.UserFilter{}}}).Check, "not.or"},
		{"the ids of no assignments", (&fleet.AssignmentFilter{IDs: fleet.RowIDs(fleet.KindUser, fleet.UUID{1})}).Check,
			"ids.0"},
		{"an operator for a machine", (&fleet.AssignmentFilter{Equipment: &fleet.IDFilter{
			In: fleet.RowIDs(fleet.KindOperator, fleet.UUID{1})}}).Check, "equipment.in.0"},
		{"a machine for an operator", (&fleet.AssignmentFilter{Operator: &fleet.IDFilter{
			In: fleet.RowIDs(fleet.KindEquipment, fleet.UUID{1})}}).Check, "operator.in.0"},
		{"assigned at no time", (&fleet.AssignmentFilter{AssignedAt: &fleet.DateTimeFilter{Gte: &later, Lte: &now}}).Check,
			"assignedAt.lte"},
		{"released at no time", (&fleet.AssignmentFilter{ReleasedAt: &fleet.DateTimeFilter{Gte: &later, Lt: &now}}).Check,
			"releasedAt.lt"},
		{"a fault within of assignments", (&fleet.AssignmentFilter{And: []*fleet.AssignmentFilter{{IDs: []fleet.RowID{}}}}).Check,
			"and.0.ids"},
		{"the ids of no readings", (&fleet.MeterReadingFilter{IDs: fleet.RowIDs(fleet.KindUser, fleet.UUID{1})}).Check,
			"ids.0"},
		{"read at no time", (&fleet.MeterReadingFilter{ReadAt: &fleet.DateTimeFilter{Gt: &later, Lte: &now}}).Check,
			"readAt.lte"},
		{"no hours", (&fleet.MeterReadingFilter{Hours: &fleet.DecimalFilter{Gte: d("2"), Lt: d("2")}}).Check, "hours.lt"},
		{"a fault within of readings", (&fleet.MeterReadingFilter{Not: &fleet.MeterReadingFilter{
			Hours: &fleet.DecimalFilter{IsNull: ptr(true), Lt: d("2")}}}).Check, "not.hours.isNull"},
		{"subjects", (&fleet.HistoryFilter{Subject: []fleet.Subject{fleet.SubjectUser}}).Check, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			code := fleet.Code("")
			if c.field != "" {
				code = fleet.BadInput
			}
			wantError(t, c.check(), code, c.field)
		})
	}
	if got := fleet.SearchTerms("  CAT  320D "); !slices.Equal(got, []string{"cat", "320d"}) {
		t.Errorf("terms %q", got)
	}
	wantError(t, fleet.CheckSearch(nil), "", "")
	if got := fleet.SearchTerms(
		"Smith & Sons %_ mu\u0308ller",
	); !slices.Equal(
		got,
		[]string{"smith", "sons", "muller"},
	) {
		t.Errorf("terms %q", got)
	}
}

// nested returns a filter with filters nested to some depth.
func nested(depth int) *fleet.EquipmentFilter {
	f := &fleet.EquipmentFilter{}
	for range depth {
		f = &fleet.EquipmentFilter{Not: f}
	}
	return f
}

// noFilters returns n filters of one condition each.
func noFilters(n int) []*fleet.EquipmentFilter {
	list := make([]*fleet.EquipmentFilter, n)
	for i := range list {
		list[i] = &fleet.EquipmentFilter{Status: []fleet.EquipmentStatus{fleet.EquipmentActive}}
	}
	return list
}

func TestConditionsAreCounted(t *testing.T) {
	f := &fleet.EquipmentFilter{Search: ptr("crane"), Cost: &fleet.DecimalFilter{Gte: ptr(fleet.Decimal("1")),
		Lt: ptr(fleet.Decimal("2"))}, Or: noFilters(3), Not: nested(1)}
	if got := f.Conditions(); got != 9 {
		t.Errorf("%d conditions, want search, two bounds, or, three statuses, and two of not", got)
	}
	yes := true
	if got := (&fleet.AssignmentFilter{Open: &yes, Not: &fleet.AssignmentFilter{Open: &yes}}).Conditions(); got != 3 {
		t.Errorf("%d conditions of assignments, want two and not", got)
	}
	if got := (&fleet.MeterReadingFilter{Replacement: &yes, Hours: &fleet.DecimalFilter{IsNull: &yes}}).Conditions(); got != 2 {
		t.Errorf("%d conditions of readings, want two", got)
	}
	if got := (&fleet.UserFilter{Role: fleet.Roles(), DisabledAt: &fleet.DateTimeFilter{IsNull: &yes}}).Conditions(); got != 2 {
		t.Errorf("%d conditions of users, want two", got)
	}
	if got := (*fleet.MaintenanceFilter)(nil).Conditions(); got != 0 {
		t.Errorf("no filter has %d conditions", got)
	}
}

func TestSummaries(t *testing.T) {
	by := func(g ...fleet.MaintenanceGrouping) fleet.MaintenanceSummary {
		return fleet.MaintenanceSummary{GroupBy: g}
	}
	first := func(n int) fleet.MaintenanceSummary { return fleet.MaintenanceSummary{First: &n} }
	wantError(t, by(fleet.MaintenanceGroupings()[:fleet.MaxGroupings]...).Check(), "", "")
	wantError(t, by(fleet.MaintenanceGroupings()[:fleet.MaxGroupings+1]...).Check(), fleet.BadInput, "groupBy")
	wantError(t, by(fleet.ByKind, fleet.ByYear, fleet.ByKind).Check(), fleet.BadInput, "groupBy")
	wantError(t, first(1).Check(), "", "")
	wantError(t, first(fleet.MaxSummaryFirst).Check(), "", "")
	wantError(t, first(0).Check(), fleet.BadInput, "first")
	wantError(t, first(fleet.MaxSummaryFirst+1).Check(), fleet.BadInput, "first")
	wantError(t, by().CheckSize(fleet.MaxSummaryGroups), "", "")
	wantError(t, by().CheckSize(fleet.MaxSummaryGroups+1), fleet.LimitExceeded, "first")
	wantError(t, first(200).CheckSize(fleet.MaxSummaryGroups+1), "", "")
	if got := []int{by().Limit(), first(7).Limit()}; !slices.Equal(got, []int{fleet.MaxSummaryGroups + 1, 7}) {
		t.Errorf("limits %v", got)
	}
}

// TestFiltersExcludeTheRowsOfOtherIDs gives a filter of ids, alone and within others, the key it
// names and another.
func TestFiltersExcludeTheRowsOfOtherIDs(t *testing.T) {
	named, other := fleet.UUID{1}, fleet.UUID{2}
	ids := &fleet.EquipmentFilter{IDs: fleet.RowIDs(fleet.KindEquipment, named)}
	for _, c := range []struct {
		name         string
		filter       *fleet.EquipmentFilter
		named, other bool // whether the filter excludes it
	}{
		{"no filter", nil, false, false},
		{"no ids", &fleet.EquipmentFilter{Category: []string{"Crane"}}, false, false},
		{"ids", ids, false, true},
		{"and", &fleet.EquipmentFilter{And: []*fleet.EquipmentFilter{{}, ids}}, false, true},
		{"or with other conditions", &fleet.EquipmentFilter{Or: []*fleet.EquipmentFilter{{}, ids}}, false, false},
		{"or", &fleet.EquipmentFilter{Or: []*fleet.EquipmentFilter{ids, ids}}, false, true},
		{"not", &fleet.EquipmentFilter{Not: ids}, false, false},
	} {
		if got := c.filter.Excludes(named); got != c.named {
			t.Errorf("%s: excludes the key that it names: %v", c.name, got)
		}
		if got := c.filter.Excludes(other); got != c.other {
			t.Errorf("%s: excludes another key: %v", c.name, got)
		}
	}
	records := &fleet.MaintenanceFilter{IDs: fleet.RowIDs(fleet.KindMaintenance, named)}
	if records.Excludes(named) || !records.Excludes(other) {
		t.Error("a filter of records does not exclude exactly the other record")
	}
}
