package store_test

import (
	"context"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
	"bitcorp.dev/fleet/internal/store/storetest"
)

// TestListsTakeASlotForAFilter reads lists of users, assignments and meter readings. The statements
// that may read more than their page take a slot among the expensive ones: those with a filter, with
// an offset, and counts of the company. All others take none.
func TestListsTakeASlotForAFilter(t *testing.T) {
	t.Parallel()
	_, url := storetest.New(t)
	taken, open := 0, 0
	db, err := store.Open(t.Context(), store.Config{URL: url, MaxConns: 2,
		BeforeScan: func(context.Context) (func(), error) {
			taken, open = taken+1, open+1
			return func() { open-- }, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	v := fleet.Viewer{CompanyID: fleet.NewUUID(), UserID: fleet.NewUUID(), Role: fleet.RoleAdmin}
	ctx, parents, first, yes := t.Context(), []fleet.UUID{fleet.NewUUID()}, fleet.Window{Limit: 1}, true
	users := func(f *fleet.UserFilter, w fleet.Window) error {
		_, err := db.Identity().UserPage(ctx, v, f, fleet.UserNameAsc, w)
		return err
	}
	assignments := func(f *fleet.AssignmentFilter) error {
		_, err := db.Fleet().AssignmentsByEquipment(ctx, v, parents, f, fleet.AssignmentReleasedAtAsc, first)
		return err
	}
	ofOperators := func(f *fleet.AssignmentFilter) error {
		_, err := db.Fleet().AssignmentsByOperator(ctx, v, parents, f, fleet.AssignmentAssignedAtAsc, first)
		return err
	}
	assignmentCounts := func(f *fleet.AssignmentFilter) error {
		_, err := db.Fleet().AssignmentCountByOperator(ctx, v, parents, f)
		return err
	}
	readings := func(f *fleet.MeterReadingFilter) error {
		_, err := db.Fleet().MeterReadingsByEquipment(ctx, v, parents, f, fleet.MeterReadingHoursAsc, first)
		return err
	}
	readingCounts := func(f *fleet.MeterReadingFilter) error {
		_, err := db.Fleet().MeterReadingCountByEquipment(ctx, v, parents, f)
		return err
	}
	ofMeters := func(f *fleet.MeterReadingFilter) error {
		_, err := db.Fleet().MeterReadingsByMeter(ctx, v, parents, f, fleet.MeterReadingHoursAsc, first)
		return err
	}
	machines := func(f fleet.EquipmentFilter, o fleet.EquipmentOrder) error {
		_, err := db.Fleet().EquipmentPage(ctx, v, &f, o, first)
		return err
	}
	created, one := fleet.EquipmentCreatedAtDesc, idsOf(fleet.KindOperator, fleet.NewUUID())
	two := idsOf(fleet.KindOperator, fleet.NewUUID(), fleet.NewUUID())
	active := []fleet.EquipmentStatus{fleet.EquipmentActive}
	running, replaced := &fleet.AssignmentFilter{Open: &yes}, &fleet.MeterReadingFilter{Replacement: &yes}
	for _, c := range []struct {
		name string
		call func() error
		want int
	}{
		{"users", func() error { return users(nil, first) }, 0},
		{"users of a role", func() error { return users(&fleet.UserFilter{Role: fleet.Roles()}, first) }, 1},
		{"users from an offset", func() error { return users(nil, fleet.Window{Limit: 1, Offset: 1}) }, 1},
		{"number of users", func() error { _, err := db.Identity().UserCount(ctx, v, nil); return err }, 1},
		{"assignments of machines", func() error { return assignments(nil) }, 0},
		{"open assignments of machines", func() error { return assignments(running) }, 1},
		{"assignments of operators", func() error { return ofOperators(nil) }, 0},
		{"open assignments of operators", func() error { return ofOperators(running) }, 1},
		{"numbers of assignments", func() error { return assignmentCounts(nil) }, 0},
		{"numbers of open assignments", func() error { return assignmentCounts(running) }, 1},
		{"an operator's machines", func() error { return machines(fleet.EquipmentFilter{Operator: one}, created) }, 0},
		{"an operator's machines by name", func() error {
			return machines(fleet.EquipmentFilter{Operator: one}, fleet.EquipmentNameAsc)
		}, 1},
		{"an operator's active machines", func() error {
			return machines(fleet.EquipmentFilter{Operator: one, Status: active}, created)
		}, 1},
		{"machines of two operators", func() error { return machines(fleet.EquipmentFilter{Operator: two}, created) }, 1},
		{"machines without an operator", func() error {
			return machines(fleet.EquipmentFilter{Operator: &fleet.IDFilter{IsNull: &yes}}, created)
		}, 1},
		{"readings", func() error { return readings(nil) }, 0},
		{"readings of new meters", func() error { return readings(replaced) }, 1},
		{"readings of further meters", func() error { return ofMeters(nil) }, 0},
		{"readings of new further meters", func() error { return ofMeters(replaced) }, 1},
		{"numbers of readings", func() error { return readingCounts(nil) }, 0},
		{"numbers of readings of new meters", func() error { return readingCounts(replaced) }, 1},
	} {
		taken = 0
		if err := c.call(); err != nil || taken != c.want || open != 0 {
			t.Errorf("%s: took %d slots, want %d, returned all but %d; %v", c.name, taken, c.want, open, err)
		}
	}
}
