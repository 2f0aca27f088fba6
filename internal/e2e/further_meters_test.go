package e2e_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type meterPayload struct {
	Meter     *struct{ ID, Name, Unit string }
	DeletedID *string
	Errors    []fault
}

const (
	meterFields = ` { meter { id name unit } errors { code reason message field } } }`
	addMeter    = `mutation($in: AddMeterInput!) { p: addMeter(input: $in)` + meterFields
	changeMeter = `mutation($in: ChangeMeterInput!) { p: changeMeter(input: $in)` + meterFields
	deleteMeter = `mutation($in: DeleteMeterInput!) { p: deleteMeter(input: $in)
		{ deletedId errors { code reason message field } } }`
)

// meter runs a mutation of a meter that must succeed, and returns the meter's id.
func (s *service) meter(mutation string, in vars) string {
	s.t.Helper()
	p := change[meterPayload](s, mutation, vars{"in": in})
	switch {
	case len(p.Errors) > 0:
		s.t.Fatalf("%v: %+v", in, p.Errors)
	case p.Meter != nil:
		return p.Meter.ID
	case p.DeletedID != nil:
		return *p.DeletedID
	}
	s.t.Fatalf("%v: neither a meter nor an error", in)
	return ""
}

// noMeter runs one that must be refused, and returns the fault.
func (s *service) noMeter(mutation string, in vars) fault {
	s.t.Helper()
	p := change[meterPayload](s, mutation, vars{"in": in})
	if len(p.Errors) != 1 || p.Meter != nil || p.DeletedID != nil {
		s.t.Fatalf("%v was not refused: %+v", in, p)
	}
	return p.Errors[0]
}

// metersOf is what the page of a machine shows of its meters.
func (s *service) metersOf(machine string) string {
	s.t.Helper()
	var got struct {
		Equipment struct {
			Meters []struct {
				Name, Unit    string
				Lifetime      *string
				LatestReading *struct{ Value string }
				Readings      struct {
					TotalCount int
					Nodes      []struct {
						Value, Hours string
						Meter        struct{ Name string }
						Equipment    struct{ ID string }
					}
				}
			}
		}
	}
	s.data(&got, `query($id: ID!) { equipment(id: $id) { meters { name unit lifetime latestReading { value }
		readings { totalCount nodes { value hours meter { name } equipment { id } } } } } }`, vars{"id": machine})
	var b strings.Builder
	for _, m := range got.Equipment.Meters {
		last := "none"
		if m.LatestReading != nil {
			last = m.LatestReading.Value
		}
		fmt.Fprintf(&b, "%s %s: total %s, last %s, %d readings", m.Name, m.Unit, text(m.Lifetime), last,
			m.Readings.TotalCount)
		for _, r := range m.Readings.Nodes {
			b.WriteString(" " + r.Value)
			if r.Hours != r.Value || r.Meter.Name != m.Name || r.Equipment.ID != machine {
				s.t.Errorf("a reading of %s: %+v", m.Name, r)
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

// TestAMachineHasFurtherMeters, each with readings that are checked, corrected, voided and summed up for themselves.
func TestAMachineHasFurtherMeters(t *testing.T) {
	t.Parallel()
	s := newService(t)
	e, other := s.machine(nil), s.machine(vars{"name": "Other"})
	odometer := s.meter(addMeter, vars{"equipmentId": e.ID, "name": " Odometer ", "unit": "KILOMETRES"})
	trips := s.meter(addMeter, vars{"equipmentId": e.ID, "name": "Trips 10", "unit": "CYCLES"})
	s.meter(addMeter, vars{"equipmentId": e.ID, "name": "Trips 9", "unit": "LITRES"})
	foreign := s.meter(addMeter, vars{"equipmentId": other.ID, "name": "Odometer", "unit": "MILES"})
	at := func(h int, meter string, value string, more vars) vars {
		in := vars{"equipmentId": e.ID, "readAt": hours(h), "meterId": meter, "hours": value}
		for k, v := range more {
			in[k] = v
		}
		return in
	}
	// At one moment, of the hour meter and of two others.
	s.read(addReading, vars{"equipmentId": e.ID, "readAt": hours(-100), "hours": "5000"})
	first := s.read(addReading, at(-100, odometer, "90000", nil))
	s.read(addReading, at(-100, trips, "7", nil))
	for _, c := range []struct {
		name        string
		in          vars
		code, field string
		says        string
	}{
		{"at the same moment", at(-100, odometer, "90000", nil), "CONFLICT TAKEN", "input.readAt", "of this meter"},
		{"below", at(-90, odometer, "89999.9", nil), "CONFLICT DECREASING", "input.hours", "void the reading"},
		{"faster than a lorry", at(-90, odometer, "91301", nil), "CONFLICT IMPLAUSIBLE", "input.hours",
			"91301 kilometres are more than a machine runs at 130 kilometres an hour: 1300.0 kilometres since"},
		{"of another machine", at(-90, foreign, "1", nil), "BAD_INPUT INVALID", "input.meterId", "Odometer"},
		{"of none that there is", at(-90, "meter_00000000000000000000000000", "1", nil), "NOT_FOUND NOT_FOUND",
			"input.meterId", "no meter"},
		{"of a machine", at(-90, e.ID, "1", nil), "BAD_INPUT INVALID", "input.meterId", "expected the id of a meter"},
		{"below 0", at(-90, trips, "-1", nil), "BAD_INPUT INVALID", "input.hours", "not a value of a meter"},
	} {
		f := s.notRead(addReading, c.in)
		if f.Code+" "+f.Reason != c.code || string(f.Field) != c.field || !strings.Contains(f.Message, c.says) {
			t.Errorf("%s: %+v", c.name, f)
		}
	}
	second := s.read(addReading, at(-90, odometer, "91300", nil))
	typo := s.read(addReading, at(-80, odometer, "999999", vars{"confirm": true}))
	s.read(voidReading, vars{"meterReadingId": typo, "reason": "mistyped"})
	s.read(addReading, at(-80, odometer, "91400.5", nil))
	s.read(addReading, at(-70, odometer, "10", vars{"replacement": true}))
	s.read(addReading, at(-60, odometer, "110", nil))
	s.read(addReading, at(-99, trips, "1000000", nil)) // any number is plausible
	if f := s.notRead(correctReading, vars{"meterReadingId": second, "hours": "89000", "reason": "x",
		"confirm": true}); f.Reason != "DECREASING" {
		t.Errorf("corrected below the one before: %+v", f)
	}
	s.read(correctReading, vars{"meterReadingId": first, "hours": "90100", "reason": "misread"})
	if diff := cmp.Diff(`Odometer KILOMETRES: total 91500.5, last 110.0, 5 readings 110.0 10.0 91400.5 91300.0 90100.0
Trips 9 LITRES: total null, last none, 0 readings
Trips 10 CYCLES: total 1000000.0, last 1000000.0, 2 readings 1000000.0 7.0
`, s.metersOf(e.ID)); diff != "" {
		t.Error(diff)
	}
	var got struct {
		Equipment struct {
			LifetimeHours string
			MeterReadings struct {
				TotalCount int
				Nodes      []struct {
					Value string
					Meter *struct{ ID string }
				}
			}
			Meters []struct{ Void, All, New, One struct{ TotalCount int } }
		}
		Node struct {
			Name, Unit string
			Readings   struct{ Nodes []struct{ Value string } }
		}
	}
	s.data(&got, `query($e: ID!, $m: ID!, $r: ID!) { equipment(id: $e) { lifetimeHours
		meterReadings { totalCount nodes { value meter { id } } }
		meters { void: readings(filter: { voided: ONLY }) { totalCount } all: readings(filter: { voided: INCLUDE }) { totalCount }
			new: readings(filter: { replacement: true }) { totalCount } one: readings(filter: { ids: [$r] }) { totalCount } } }
		node(id: $m) { ... on Meter { name unit readings(first: 1, orderBy: HOURS_ASC) { nodes { value } } } } }`,
		vars{"e": e.ID, "m": odometer, "r": first})
	if h := got.Equipment; h.LifetimeHours != "5000.0" || h.MeterReadings.TotalCount != 1 ||
		h.MeterReadings.Nodes[0].Meter != nil || h.MeterReadings.Nodes[0].Value != "5000.0" {
		t.Errorf("the hour meter: %+v", h)
	}
	if m := got.Equipment.Meters[0]; m.Void.TotalCount != 1 || m.All.TotalCount != 6 || m.New.TotalCount != 1 ||
		m.One.TotalCount != 1 || got.Equipment.Meters[1].One.TotalCount != 0 {
		t.Errorf("readings of the odometer: %+v", m)
	}
	if n := got.Node; n.Name != "Odometer" || n.Unit != "KILOMETRES" || n.Readings.Nodes[0].Value != "10.0" {
		t.Errorf("the odometer by its id: %+v", n)
	}
}

// TestAMeterIsChangedAndDeleted while that can be.
func TestAMeterIsChangedAndDeleted(t *testing.T) {
	t.Parallel()
	s := newService(t)
	e := s.machine(vars{"name": "Lorry 1"})
	id := s.meter(addMeter, vars{"equipmentId": e.ID, "name": "Kilómetros", "unit": "MILES"})
	s.meter(changeMeter, vars{"meterId": id, "unit": "KILOMETRES"})
	s.meter(changeMeter, vars{"meterId": id, "name": "Kilómetros"}) // as it is
	second := s.meter(addMeter, vars{"equipmentId": e.ID, "name": "Fuel", "unit": "LITRES"})
	s.read(addReading, vars{"equipmentId": e.ID, "meterId": id, "hours": "10", "readAt": hours(-20)})
	wrong := s.read(addReading, vars{"equipmentId": e.ID, "meterId": second, "hours": "10", "readAt": hours(-20)})
	for _, c := range []struct {
		name, mutation string
		in             vars
		code, field    string
	}{
		{"a name that is taken", addMeter, vars{"equipmentId": e.ID, "name": " kilo metros", "unit": "MILES"},
			"CONFLICT TAKEN", "input.name"},
		{"renamed to one that is taken", changeMeter, vars{"meterId": second, "name": "KILÓMETROS"}, "CONFLICT TAKEN",
			"input.name"},
		{"without a name", addMeter, vars{"equipmentId": e.ID, "name": " ", "unit": "MILES"}, "BAD_INPUT INVALID",
			"input.name"},
		{"without a name any more", changeMeter, vars{"meterId": second, "name": nil}, "BAD_INPUT INVALID", "input.name"},
		{"another unit of what was read", changeMeter, vars{"meterId": second, "unit": "CYCLES"}, "CONFLICT IN_USE",
			"input.unit"},
		{"of no machine", addMeter, vars{"equipmentId": "equipment_00000000000000000000000000", "name": "x", "unit": "MILES"},
			"NOT_FOUND NOT_FOUND", "input.equipmentId"},
		{"none that there is", changeMeter, vars{"meterId": "meter_00000000000000000000000000", "name": "x"},
			"NOT_FOUND NOT_FOUND", "input.meterId"},
		{"a meter that was read", deleteMeter, vars{"meterId": second}, "CONFLICT IN_USE", "input.meterId"},
	} {
		if f := s.noMeter(c.mutation, c.in); f.Code+" "+f.Reason != c.code || string(f.Field) != c.field {
			t.Errorf("%s: %+v", c.name, f)
		}
	}
	s.read(correctReading, vars{"meterReadingId": wrong, "hours": "11", "reason": "misread"})
	s.read(voidReading, vars{"meterReadingId": wrong, "reason": "of another machine"})
	if f := s.noMeter(changeMeter, vars{"meterId": second, "unit": "CYCLES"}); f.Reason != "IN_USE" {
		t.Errorf("another unit with readings that are void: %+v", f)
	}
	s.meter(deleteMeter, vars{"meterId": second})
	if f := s.noMeter(deleteMeter, vars{"meterId": second}); f.Code != "NOT_FOUND" {
		t.Errorf("deleted twice: %+v", f)
	}
	if n := s.count(`SELECT count(*)::int FROM meter_readings WHERE meter_id IS NOT NULL`); n != 1 {
		t.Errorf("%d readings are left", n)
	}
	golden(t, "history_of_meters.txt", s.historyOf(map[string]string{e.ID: "the lorry"}))
	for i := range 19 {
		s.meter(addMeter, vars{"equipmentId": e.ID, "name": fmt.Sprint("Meter ", i), "unit": "HOURS"})
	}
	if f := s.noMeter(addMeter, vars{"equipmentId": e.ID, "name": "One more", "unit": "HOURS"}); f.Field !=
		"input.equipmentId" || !strings.Contains(f.Message, "20 meters") {
		t.Errorf("one meter more: %+v", f)
	}
	// Another company's are not there.
	theirs := *s
	theirs.serveAs("theirs@example.com")
	for mutation, in := range map[string]vars{changeMeter: {"meterId": id, "name": "Ours"}, deleteMeter: {"meterId": id}} {
		if f := theirs.noMeter(mutation, in); f.Code != "NOT_FOUND" {
			t.Errorf("by another company: %+v", f)
		}
	}
	machine := theirs.machine(nil)
	in := vars{"equipmentId": machine.ID, "meterId": id, "hours": "20"}
	if f := theirs.notRead(addReading, in); f.Code != "NOT_FOUND" || f.Field != "input.meterId" {
		t.Errorf("read by another company: %+v", f)
	}
	if a := theirs.shownTo(`query($id: ID!) { node(id: $id) { id } }`, vars{"id": id}); a != `{"node":null}` {
		t.Errorf("shown to another company: %s", a)
	}
}

// figuresOfHours is all that is known by engine hours.
const figuresOfHours = `query($e: ID!, $from: Date!, $to: Date!) {
	equipment(id: $e) { lifetimeHours meterReadings { totalCount nodes { value } }
		services { nodes { dueHours hours expectedOn forecast { on earliest latest usePerDay lowestUsePerDay since until } } }
		kpis(from: $from, to: $to) { maintenanceCostPerHour { value coverage } meanOperatingTimeBetweenFailures { value } } }
	equipmentAggregates { meterHours { sum count average } }
	kpis(from: $from, to: $to) { maintenanceCostPerHour { value } meanOperatingTimeBetweenFailures { value coverage } }
}`

// TestFurtherMetersChangeNoFigureOfHours: readings of kilometres before, between and after those of hours.
func TestFurtherMetersChangeNoFigureOfHours(t *testing.T) {
	t.Parallel()
	s := newService(t)
	e := s.machine(nil)
	of := vars{"e": e.ID, "from": day(-20), "to": day(-1)}
	s.work(recordWork, vars{"equipmentId": e.ID, "kind": "CORRECTIVE", "cost": "100", "maintenanceDate": day(-5)})
	for _, c := range []struct{ days, hours int }{{-30, 100}, {-20, 180}, {-10, 260}, {-1, 331}} {
		s.read(addReading, vars{"equipmentId": e.ID, "hours": fmt.Sprint(c.hours), "readAt": hours(c.days * 24)})
	}
	// One that was due by hours, so that the day on which they were reached is known.
	for title, due := range map[string]string{"Oil": "200", "Rope": "900"} {
		if p := change[schedulePayload](s, createSchedule, vars{"in": vars{"equipmentId": e.ID, "title": title,
			"intervalHours": "500", "firstDueHours": due}}); len(p.Errors) > 0 {
			t.Fatal(p.Errors)
		}
	}
	rows := `SELECT string_agg(to_jsonb(d)::text, E'\n' ORDER BY d.schedule_id) FROM scheduled_services d`
	services := func() (all string) {
		s.exec(`SELECT refresh_services(ARRAY(SELECT id FROM equipment), NULL)`)
		s.row(rows, []any{&all})
		return all
	}
	before, due := s.shownTo(figuresOfHours, of), services()
	odometer := s.meter(addMeter, vars{"equipmentId": e.ID, "name": "Odometer", "unit": "KILOMETRES"})
	for _, c := range []struct {
		hours, shows int
		replacement  bool
	}{{-40 * 24, 1000, false}, {-25 * 24, 20000, false}, {-15 * 24, 5, true}, {-5 * 24, 9000, false}, {-2, 9900, false}} {
		s.read(addReading, vars{"equipmentId": e.ID, "meterId": odometer, "hours": fmt.Sprint(c.shows),
			"readAt": hours(c.hours), "replacement": c.replacement, "confirm": true})
	}
	if diff := cmp.Diff(before, s.shownTo(figuresOfHours, of)); diff != "" {
		t.Errorf("kilometres have changed figures of hours: %s", diff)
	}
	if diff := cmp.Diff(due, services()); diff != "" {
		t.Errorf("kilometres have changed what is due by hours: %s", diff)
	}
	// What hours are compared with.
	s.read(addReading, vars{"equipmentId": e.ID, "hours": "332"})
	s.work(recordWork, vars{"equipmentId": e.ID, "kind": "OTHER", "meterHours": "250", "completedAt": hours(-11 * 24)})
	if f := s.notRead(addReading, vars{"equipmentId": e.ID, "hours": "340", "readAt": hours(-1)}); f.Reason !=
		"DECREASING" && f.Reason != "IMPLAUSIBLE" {
		t.Errorf("%+v", f)
	}
	if table := s.table(s.export("meterReadings.csv", map[string]string{"equipmentId": e.ID})); len(table) != 5 {
		t.Errorf("%d readings are exported, want those of the hour meter", len(table))
	}
}

// TestFurtherMetersMoveWithTheirMachine when it is merged and taken apart, and are deleted with it for good.
func TestFurtherMetersMoveWithTheirMachine(t *testing.T) {
	t.Parallel()
	s := newService(t)
	a, b := s.machine(vars{"name": "Lorry"}).ID, s.machine(vars{"name": "Lorry again"}).ID
	own := s.meter(addMeter, vars{"equipmentId": a, "name": "Fuel", "unit": "LITRES"})
	s.read(addReading, vars{"equipmentId": a, "meterId": own, "hours": "4", "readAt": hours(-9)})
	same := s.meter(addMeter, vars{"equipmentId": a, "name": "odo meter", "unit": "KILOMETRES"})
	moves := s.meter(addMeter, vars{"equipmentId": b, "name": "Odometer", "unit": "KILOMETRES"})
	s.meter(addMeter, vars{"equipmentId": b, "name": "Starts", "unit": "CYCLES"})
	// The readings of both machines' meters are not of one: at one moment, and decreasing.
	s.read(addReading, vars{"equipmentId": b, "meterId": moves, "hours": "100", "readAt": hours(-9)})
	wrong := s.read(addReading, vars{"equipmentId": b, "meterId": moves, "hours": "120", "readAt": hours(-8)})
	s.read(voidReading, vars{"meterReadingId": wrong, "reason": "mistyped"})
	s.read(addReading, vars{"equipmentId": b, "hours": "1", "readAt": hours(-9)})
	before := s.metersOf(a) + "\n" + s.metersOf(b)
	in := vars{"equipmentId": a, "duplicateId": b}
	if f := s.notMerged(mergeTwo, in); f.Reason != "TAKEN" || f.Field != "input.duplicateId" ||
		!strings.Contains(f.Message, same) || !strings.Contains(f.Message, moves) {
		t.Errorf("two meters of one name: %+v", f)
	}
	s.meter(changeMeter, vars{"meterId": same, "name": "Old odometer"})
	before = strings.ReplaceAll(before, "odo meter", "Old odometer")
	if p := s.merged(mergeTwo, in); *p.MovedRows != 5 { // two meters and three readings
		t.Errorf("%d rows have moved", *p.MovedRows)
	}
	if diff := cmp.Diff(`Fuel LITRES: total 4.0, last 4.0, 1 readings 4.0
Odometer KILOMETRES: total 100.0, last 100.0, 1 readings 100.0
Old odometer KILOMETRES: total null, last none, 0 readings
Starts CYCLES: total null, last none, 0 readings
`, s.metersOf(a)); diff != "" {
		t.Error(diff)
	}
	if left := s.count(`SELECT count(*)::int FROM meters m JOIN equipment e ON e.id = m.equipment_id
		WHERE e.name = 'Lorry again'`) + s.rowsLeftOn("Lorry again"); left != 0 {
		t.Errorf("%d rows are left on the duplicate", left)
	}
	// What is added to a meter that moves back goes with it.
	later := s.read(addReading, vars{"equipmentId": a, "meterId": moves, "hours": "130", "readAt": hours(-1)})
	if p := s.merged(undoMerge, vars{"duplicateId": b}); *p.MovedRows != 5 {
		t.Errorf("%d rows have moved back", *p.MovedRows)
	}
	if shown := s.metersOf(b); !strings.Contains(shown, "total 130.0, last 130.0, 2 readings") {
		t.Errorf("the meter that is back: %s", shown)
	}
	s.read(voidReading, vars{"meterReadingId": later, "reason": "of the merge"})
	if diff := cmp.Diff(before, s.metersOf(a)+"\n"+s.metersOf(b)); diff != "" {
		t.Errorf("not as before: %s", diff)
	}
	change[equipmentPayload](s, deleteOne, vars{"id": b})
	if f := s.notRead(addReading, vars{"equipmentId": b, "meterId": moves, "hours": "140"}); f.Code != "NOT_FOUND" {
		t.Errorf("read on a deleted machine: %+v", f)
	}
	if f := s.noMeter(changeMeter, vars{"meterId": moves, "name": "x"}); f.Code != "NOT_FOUND" {
		t.Errorf("changed on a deleted machine: %+v", f)
	}
	if shown := s.shownTo(`query($id: ID!) { node(id: $id) { id } }`, vars{"id": moves}); shown != `{"node":null}` {
		t.Errorf("of a deleted machine: %s", shown)
	}
	change[equipmentPayload](s, restoreOne, vars{"id": b})
	if diff := cmp.Diff(before, s.metersOf(a)+"\n"+s.metersOf(b)); diff != "" {
		t.Errorf("restored otherwise than before: %s", diff)
	}
	change[equipmentPayload](s, deleteOne, vars{"id": b})
	s.exec(`UPDATE users SET role = 'ADMIN'`)
	s.serveAs("ours@example.com")
	if p := change[equipmentPayload](s, `mutation($id: ID!) { p: purgeEquipment(input: { equipmentId: $id })
		{ deletedId errors { message } } }`, vars{"id": b}); p.DeletedID == nil {
		t.Errorf("not deleted for good: %+v", p)
	}
	if n := s.count(`SELECT ((SELECT count(*) FROM meters) + (SELECT count(*) FROM meter_readings))::int`); n != 3 {
		t.Errorf("%d meters and readings are left, want those of the other machine", n)
	}
}
