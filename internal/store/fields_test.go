package store_test

import (
	"context"
	"reflect"
	"slices"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
	"bitcorp.dev/fleet/internal/store/storetest"
)

// TestEveryConditionOfAFilterIsInItsStatement sets each condition of a filter alone. The statement or its arguments must
// change: a condition that the store forgets would return rows that do not meet it.
func TestEveryConditionOfAFilterIsInItsStatement(t *testing.T) {
	t.Parallel()
	db, _ := storetest.New(t)
	rows, v := db.Fleet(), fleet.Viewer{CompanyID: fleet.NewUUID(), UserID: fleet.NewUUID(), Role: fleet.RoleAdmin}
	checkConditions(t, func(ctx context.Context, f *fleet.EquipmentFilter) error {
		_, err := rows.EquipmentCount(ctx, v, f)
		return err
	})
	checkConditions(t, func(ctx context.Context, f *fleet.OperatorFilter) error {
		_, err := rows.OperatorCount(ctx, v, f)
		return err
	})
	checkConditions(t, func(ctx context.Context, f *fleet.SiteFilter) error {
		_, err := rows.SiteCount(ctx, v, f)
		return err
	})
	checkConditions(t, func(ctx context.Context, f *fleet.SavedQueryFilter) error {
		_, err := rows.SavedQueryCount(ctx, v, f)
		return err
	})
	checkConditions(t, func(ctx context.Context, f *fleet.PaperFilter) error {
		_, err := rows.PaperCount(ctx, v, f)
		return err
	})
	checkConditions(t, func(ctx context.Context, f *fleet.MaintenanceFilter) error {
		_, err := rows.MaintenanceCount(ctx, v, f)
		return err
	})
	checkConditions(t, func(ctx context.Context, f *fleet.HistoryFilter) error {
		_, err := rows.HistoryCount(ctx, v, f)
		return err
	})
	checkConditions(t, func(ctx context.Context, f *fleet.UserFilter) error {
		_, err := db.Identity().UserCount(ctx, v, f)
		return err
	})
	checkConditions(t, func(ctx context.Context, f *fleet.ServiceScheduleFilter) error {
		_, err := rows.ScheduleCount(ctx, v, f)
		return err
	})
	checkConditions(t, func(ctx context.Context, f *fleet.DueMaintenanceFilter) error {
		_, err := rows.DueMaintenanceCount(ctx, v, f)
		return err
	})
	parents := []fleet.UUID{fleet.NewUUID()}
	checkConditions(t, func(ctx context.Context, f *fleet.AssignmentFilter) error {
		_, err := rows.AssignmentCountByEquipment(ctx, v, parents, f)
		return err
	})
	checkConditions(t, func(ctx context.Context, f *fleet.MeterReadingFilter) error {
		_, err := rows.MeterReadingCountByEquipment(ctx, v, parents, f)
		return err
	})
	checkConditions(t, func(ctx context.Context, f *fleet.MeterReadingFilter) error {
		_, err := rows.MeterReadingCountByMeter(ctx, v, parents, f)
		return err
	})
}

func checkConditions[F any](t *testing.T, count func(context.Context, *F) error) {
	t.Helper()
	sent := func(f *F) []any {
		t.Helper()
		texts, args, err := store.Sent(t.Context(), func(ctx context.Context) error { return count(ctx, f) })
		if err != nil {
			t.Fatalf("%+v: %v", *f, err)
		}
		return []any{texts, args}
	}
	none := sent(new(F))
	differs := func(f *F, name string) {
		t.Helper()
		if reflect.DeepEqual(sent(f), none) {
			t.Errorf("%T.%s does not change the statement", *f, name)
		}
	}
	for i := range reflect.TypeFor[F]().NumField() {
		field := reflect.TypeFor[F]().Field(i)
		set := func(f *F, sample func(reflect.Value)) *F { sample(reflect.ValueOf(f).Elem().Field(i)); return f }
		inner := reflect.ValueOf(new(F)) // a filter within the filter
		setSample(t, inner.Elem().Field(0), 0)
		switch parts := field.Type; {
		case field.Name == "And" || field.Name == "Or":
			differs(set(new(F), func(v reflect.Value) { v.Set(reflect.Append(v, inner)) }), field.Name)
		case field.Name == "Not":
			differs(set(new(F), func(v reflect.Value) { v.Set(inner) }), field.Name)
		case parts.Kind() == reflect.Pointer && parts.Elem().Kind() == reflect.Struct:
			for part := range parts.Elem().NumField() {
				differs(set(new(F), func(v reflect.Value) {
					v.Set(reflect.New(parts.Elem()))
					setSample(t, v.Elem().Field(part), 0)
				}), field.Name+"."+parts.Elem().Field(part).Name)
			}
		default:
			differs(set(new(F), func(v reflect.Value) { setSample(t, v, 0) }), field.Name)
		}
	}
}

// TestEveryFieldOfARowIsStored creates rows with a value in each field, then updates each field to another value, and
// compares what is read back.
func TestEveryFieldOfARowIsStored(t *testing.T) {
	t.Parallel()
	db, _ := storetest.New(t)
	rows := db.Fleet()
	company := fleet.NewUUID()
	v := fleet.Viewer{CompanyID: company, UserID: userSample(0), Role: fleet.RoleAdmin}
	if err := db.Exec(t.Context(), `INSERT INTO companies (id, name)
		VALUES ($1, 'Ours')`, [16]byte(company)); err != nil {
		t.Fatal(err)
	}
	for n, email := range []string{"a@example.com", "b@example.com"} {
		if err := db.Exec(t.Context(), `INSERT INTO users (id, company_id, email, name, role)
			VALUES ($1, $2, $3, $3, 'ADMIN')`,
			[16]byte(userSample(n)), [16]byte(company), email); err != nil {
			t.Fatal(err)
		}
	}

	machine := filled[fleet.Equipment](t, 0)
	machine.ScheduledHoursPerWeek = ptr(fleet.Decimal("7.0")) // of one digit, not of two as money is
	made, err := rows.CreateEquipment(t.Context(), v, fleet.WriteInfo{}, &machine)
	if err != nil {
		t.Fatal(err)
	}
	checkStored(t, machine, *made)
	patch := patchOf[fleet.EquipmentPatch](t)
	patch.RetiredOn = fleet.Maybe[*fleet.Date]{}
	changed, err := rows.UpdateEquipment(t.Context(), v, fleet.WriteInfo{}, made.ID, nil, patch)
	if err != nil {
		t.Fatal(err)
	}
	want := filled[fleet.Equipment](t, 1)
	want.ScheduledHoursPerWeek = ptr(fleet.Decimal("8.0"))
	checkStored(t, want, *changed)
	found, err := rows.EquipmentByID(t.Context(), v, []fleet.UUID{made.ID})
	if err != nil || found[made.ID] == nil {
		t.Fatal(found, err)
	}
	checkStored(t, *changed, *found[made.ID])

	operator := filled[fleet.Operator](t, 0)
	hired, err := rows.CreateOperator(t.Context(), v, fleet.WriteInfo{}, &operator)
	if err != nil {
		t.Fatal(err)
	}
	checkStored(t, operator, *hired)
	moved, err := rows.UpdateOperator(t.Context(), v, fleet.WriteInfo{}, hired.ID, nil, patchOf[fleet.OperatorPatch](t))
	if err != nil {
		t.Fatal(err)
	}
	checkStored(t, filled[fleet.Operator](t, 1), *moved)

	schedule := filledSchedule(t, 0)
	schedule.EquipmentID, schedule.FirstDueHours = &made.ID, nil
	planned, err := rows.CreateSchedule(t.Context(), v, fleet.WriteInfo{}, &schedule)
	if err != nil {
		t.Fatal(err)
	}
	checkStored(t, schedule, *planned)
	next := patchOf[fleet.ServiceSchedulePatch](t)
	next.FirstDueOn, next.FirstDueHours = fleet.Maybe[*fleet.Date]{}, fleet.Maybe[*fleet.Decimal]{}
	next.IntervalHours.To, next.LastDoneHours.To, next.LeadHours.To = ptr(fleet.Decimal("8.0")),
		ptr(fleet.Decimal("8.0")), ptr(fleet.Decimal("8.0"))
	replanned, err := rows.UpdateSchedule(t.Context(), v, fleet.WriteInfo{}, planned.ID, nil, next)
	if err != nil {
		t.Fatal(err)
	}
	again := filledSchedule(t, 1)
	again.EquipmentID, again.FirstDueHours = &made.ID, nil
	checkStored(t, again, *replanned)
	read, err := rows.SchedulesByID(t.Context(), v, []fleet.UUID{planned.ID})
	if err != nil || read[planned.ID] == nil {
		t.Fatal(read, err)
	}
	checkStored(t, *replanned, *read[planned.ID])

	paper := filled[fleet.Paper](t, 0)
	paper.EquipmentID, paper.Kind, paper.OperatorID = &made.ID, fleet.PaperInsurance, nil
	written, err := rows.CreatePaper(t.Context(), v, fleet.WriteInfo{}, &paper)
	if err != nil {
		t.Fatal(err)
	}
	checkStored(t, paper, *written)
	renewal := patchOf[fleet.PaperPatch](t)
	renewal.Kind.To = fleet.PaperLicence
	renewed, err := rows.UpdatePaper(t.Context(), v, fleet.WriteInfo{}, written.ID, nil, renewal)
	if err != nil {
		t.Fatal(err)
	}
	wanted := filled[fleet.Paper](t, 1)
	wanted.EquipmentID, wanted.Kind, wanted.OperatorID = &made.ID, fleet.PaperLicence, nil
	checkStored(t, wanted, *renewed)

	site := filled[fleet.Site](t, 0)
	site.TimeZone = ptr("Europe/Berlin")
	built, err := rows.CreateSite(t.Context(), v, fleet.WriteInfo{}, &site)
	if err != nil {
		t.Fatal(err)
	}
	checkStored(t, site, *built)
	zoned := patchOf[fleet.SitePatch](t)
	zoned.TimeZone.To = ptr("UTC")
	after, err := rows.UpdateSite(t.Context(), v, fleet.WriteInfo{}, built.ID, nil, zoned)
	if err != nil {
		t.Fatal(err)
	}
	other := filled[fleet.Site](t, 1)
	other.TimeZone = ptr("UTC")
	checkStored(t, other, *after)
}

// filledSchedule is a schedule of a machine with sample n in every field that can be set beside the others. Hours of
// meters have one digit.
func filledSchedule(t *testing.T, n int) fleet.ServiceSchedule {
	t.Helper()
	s := filled[fleet.ServiceSchedule](t, n)
	s.Category, s.Manufacturer, s.Model, s.PausedAt, s.FirstDueOn = nil, nil, nil, nil, nil
	hours := []fleet.Decimal{"7.0", "8.0"}[n]
	s.IntervalHours, s.LastDoneHours, s.LeadHours, s.FirstDueHours = &hours, &hours, &hours, &hours
	return s
}

// kept are fields that the database sets, and the day of retirement, which only a RETIRED machine has.
var kept = []string{"ID", "OperatorID", "SiteID", "CreatedAt", "UpdatedAt", "DeletedAt", "Version", "StatusAfterWork",
	"RetiredOn"}

func checkStored[R any](t *testing.T, want, got R) {
	t.Helper()
	for i := range reflect.TypeFor[R]().NumField() {
		name := reflect.TypeFor[R]().Field(i).Name
		w, g := reflect.ValueOf(want).Field(i).Interface(), reflect.ValueOf(got).Field(i).Interface()
		if !slices.Contains(kept, name) && !reflect.DeepEqual(w, g) {
			t.Errorf("%T.%s is read back as %v, want %v", want, name, reflect.Indirect(reflect.ValueOf(g)),
				reflect.Indirect(reflect.ValueOf(w)))
		}
	}
}

// filled returns a row with sample n in every field.
func filled[R any](t *testing.T, n int) (row R) {
	t.Helper()
	for i := range reflect.TypeFor[R]().NumField() {
		if !slices.Contains(kept, reflect.TypeFor[R]().Field(i).Name) {
			setSample(t, reflect.ValueOf(&row).Elem().Field(i), n)
		}
	}
	return row
}

// patchOf returns a patch that sets every field to sample 1.
func patchOf[P any](t *testing.T) (patch P) {
	t.Helper()
	for i := range reflect.TypeFor[P]().NumField() {
		field := reflect.ValueOf(&patch).Elem().Field(i)
		field.Field(0).SetBool(true) // a Maybe that is set
		setSample(t, field.Field(1), 1)
	}
	return patch
}

func userSample(n int) fleet.UUID { return fleet.UUID{6: 0x70, 8: 0x80, 15: byte(1 + n)} }

// setSample sets v to one of two values.
func setSample(t *testing.T, v reflect.Value, n int) {
	t.Helper()
	day := time.Date(2026, 1, 2+n, 0, 0, 0, 0, time.UTC)
	switch v.Interface().(type) {
	case fleet.EquipmentStatus:
		v.SetString(string([]fleet.EquipmentStatus{fleet.EquipmentActive, fleet.EquipmentInactive}[n]))
	case fleet.OperatorStatus:
		v.SetString(string([]fleet.OperatorStatus{fleet.OperatorActive, fleet.OperatorInactive}[n]))
	case fleet.Decimal:
		v.SetString([]string{"7.00", "8.00"}[n])
	case fleet.Date:
		v.Set(reflect.ValueOf(fleet.DateOf(day)))
	case time.Time:
		v.Set(reflect.ValueOf(day))
	case fleet.UUID:
		v.Set(reflect.ValueOf(userSample(n)))
	case fleet.RowID:
		v.Set(reflect.ValueOf(fleet.RowID{Kind: fleet.KindUser, Key: userSample(n)}))
	case fleet.MaintenanceKind:
		v.SetString(string([]fleet.MaintenanceKind{fleet.Preventive, fleet.Inspection}[n]))
	case fleet.ServiceRecurrence:
		v.SetString(string(fleet.FromCompletion)) // FIXED has one interval
	case fleet.SeasonalPause:
		v.Set(reflect.ValueOf(fleet.SeasonalPause{From: 1201, To: fleet.MonthDay(201 + n)}))
	case bool:
		v.SetBool(n == 0)
	default:
		switch v.Kind() {
		case reflect.Pointer:
			v.Set(reflect.New(v.Type().Elem()))
			setSample(t, v.Elem(), n)
		case reflect.Slice:
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			setSample(t, v.Index(0), n)
		case reflect.Int:
			v.SetInt(int64(2020 + n))
		case reflect.String:
			v.SetString([]string{"first", "second"}[n])
		default:
			t.Fatalf("no samples of a %s: add two", v.Type())
		}
	}
}
