package fleet_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

// fixed are fields that no update changes: keys, what the database keeps, and what an import alone sets.
var fixed = []string{"ID", "CreatedAt", "UpdatedAt", "DeletedAt", "Version", "EquipmentID", "OperatorID", "SiteID",
	"SourceKind", "SourceRef", "Status", "StatusAfterWork", "DownToExpected",
	"ScheduleID", "Occurrence", "ServiceDueOn", "ServiceDueHours",
	"PausedAt"}

// TestEveryFieldCanBeUpdatedAndIsInTheHistory sets each field of a patch alone. Applying it must change the row's field
// of the same name, and the history must record the change.
func TestEveryFieldCanBeUpdatedAndIsInTheHistory(t *testing.T) {
	t.Parallel()
	checkPatch(t, fleet.EquipmentPatch{}, func(p fleet.EquipmentPatch) (before, after row) {
		e := &fleet.Equipment{Status: fleet.EquipmentActive}
		changed, _ := p.Apply(e, fleet.DateOf(now)) // the other fields are empty, which is an error that does not matter here
		return e, changed
	})
	checkPatch(t, fleet.OperatorPatch{}, func(p fleet.OperatorPatch) (before, after row) {
		o := &fleet.Operator{Status: fleet.OperatorActive}
		changed, _ := p.Apply(o)
		return o, changed
	})
	checkPatch(t, fleet.PaperPatch{}, func(p fleet.PaperPatch) (before, after row) {
		paper := &fleet.Paper{}
		changed, _ := p.Apply(paper)
		return paper, changed
	})
	checkPatch(t, fleet.SitePatch{}, func(p fleet.SitePatch) (before, after row) {
		s := &fleet.Site{}
		changed, _ := p.Apply(s)
		return s, changed
	})
	checkPatch(t, fleet.MaintenancePatch{}, func(p fleet.MaintenancePatch) (before, after row) {
		m := &fleet.MaintenanceRecord{}
		return m, p.Apply(m)
	})
	checkPatch(t, fleet.ServiceSchedulePatch{}, func(p fleet.ServiceSchedulePatch) (before, after row) {
		s := &fleet.ServiceSchedule{}
		changed, _ := p.Apply(s)
		return s, changed
	}, "Category", "Manufacturer", "Model") // what a schedule applies to
}

type row interface{ Facts() []fleet.Fact }

func checkPatch[P any](t *testing.T, empty P, apply func(P) (before, after row), stays ...string) {
	t.Helper()
	before, _ := apply(empty)
	kind := reflect.TypeOf(before).Elem()
	patch := reflect.TypeFor[P]()
	for i := range kind.NumField() {
		name := kind.Field(i).Name
		if _, updatable := patch.FieldByName(name); !updatable && !slices.Contains(append(stays, fixed...), name) {
			t.Errorf("%s has no %s, so that %s.%s cannot be updated", patch, name, kind, name)
		}
	}
	for i := range patch.NumField() {
		name := patch.Field(i).Name
		p := empty
		value := reflect.ValueOf(&p).Elem().Field(i)
		value.Field(0).SetBool(true) // a Maybe that is set
		setSample(t, value.Field(1))
		before, after := apply(p)
		was, is := reflect.ValueOf(before).Elem().FieldByName(name), reflect.ValueOf(after).Elem().FieldByName(name)
		if reflect.DeepEqual(was.Interface(), is.Interface()) {
			t.Errorf("%s.Apply does not change %s", patch, name)
		}
		if len(fleet.Changes(before.Facts(), after.Facts())) == 0 {
			t.Errorf("%s.Facts does not change with %s", kind, name)
		}
	}
}

// setSample sets v to a value that is not its zero value.
func setSample(t *testing.T, v reflect.Value) {
	t.Helper()
	switch v.Interface().(type) {
	case fleet.EquipmentStatus:
		v.SetString(string(fleet.EquipmentInactive))
	case fleet.OperatorStatus:
		v.SetString(string(fleet.OperatorInactive))
	case []fleet.SeasonalPause:
		v.Set(reflect.ValueOf([]fleet.SeasonalPause{{From: 1201, To: 131}}))
	case fleet.Date:
		v.Set(reflect.ValueOf(fleet.DateOf(time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC))))
	case time.Time:
		v.Set(reflect.ValueOf(time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)))
	case fleet.UUID:
		v.Set(reflect.ValueOf(fleet.NewUUID()))
	default:
		switch v.Kind() {
		case reflect.Pointer:
			v.Set(reflect.New(v.Type().Elem()))
			setSample(t, v.Elem())
		case reflect.String:
			v.SetString("7")
		case reflect.Int:
			v.SetInt(7)
		default:
			t.Fatalf("no sample of a %s: add one", v.Type())
		}
	}
}
