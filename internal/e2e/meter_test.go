package e2e_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type readingPayload struct {
	MeterReading *struct {
		ID, Hours, ReadAt string
		VoidedAt          *string
	}
	Errors []fault
}

const (
	readingFields  = ` { meterReading { id hours readAt voidedAt } errors { code reason message field } } }`
	addReading     = `mutation($in: AddMeterReadingInput!) { p: addMeterReading(input: $in)` + readingFields
	correctReading = `mutation($in: CorrectMeterReadingInput!) { p: correctMeterReading(input: $in)` + readingFields
	voidReading    = `mutation($in: VoidMeterReadingInput!) { p: voidMeterReading(input: $in)` + readingFields
)

// read runs a mutation of a reading that must succeed, and returns the reading's id.
func (s *service) read(mutation string, in vars) string {
	s.t.Helper()
	p := change[readingPayload](s, mutation, vars{"in": in})
	if len(p.Errors) > 0 || p.MeterReading == nil {
		s.t.Fatalf("%v: %+v", in, p.Errors)
	}
	return p.MeterReading.ID
}

// notRead runs one that must be refused, and returns the fault.
func (s *service) notRead(mutation string, in vars) fault {
	s.t.Helper()
	p := change[readingPayload](s, mutation, vars{"in": in})
	if len(p.Errors) != 1 || p.MeterReading != nil {
		s.t.Fatalf("%v was not refused: %+v", in, p)
	}
	return p.Errors[0]
}

// figuresOfMeters are the lists and figures that readings take part in.
const figuresOfMeters = `query($e: ID!, $from: Date!, $to: Date!) {
	equipment(id: $e) { lifetimeHours meterReadings { totalCount nodes { hours replacement } }
		kpis(from: $from, to: $to) { maintenanceCostPerHour { value coverage } meanOperatingTimeBetweenFailures { value } } }
	equipmentAggregates { meterHours { sum count } }
}`

// TestAMistypedReadingIsVoided and blocks no true ones; figures never see it.
func TestAMistypedReadingIsVoided(t *testing.T) {
	t.Parallel()
	s := newService(t)
	e := s.machine(nil)
	of := vars{"e": e.ID, "from": day(-10), "to": day(-1)}
	s.work(recordWork, vars{"equipmentId": e.ID, "kind": "CORRECTIVE", "cost": "100", "maintenanceDate": day(-5)})
	s.read(addReading, vars{"equipmentId": e.ID, "hours": "5000", "readAt": hours(-10 * 24)})
	s.read(addReading, vars{"equipmentId": e.ID, "hours": "5008", "readAt": hours(-3 * 24)})
	without := s.shownTo(figuresOfMeters, of)
	typo := s.read(addReading, vars{"equipmentId": e.ID, "hours": "50160", "readAt": hours(-2 * 24), "confirm": true})
	if s.shownTo(figuresOfMeters, of) == without {
		t.Fatal("the reading is in no figure: this shows nothing")
	}
	if f := s.notRead(addReading, vars{"equipmentId": e.ID, "hours": "5020"}); f.Reason != "DECREASING" ||
		!strings.Contains(f.Message, "void the reading") {
		t.Errorf("a true reading after a wrong one: %+v", f)
	}
	s.read(voidReading, vars{"meterReadingId": typo, "reason": "one digit too many"})
	s.read(voidReading, vars{"meterReadingId": typo, "reason": "again"})
	if diff := cmp.Diff(without, s.shownTo(figuresOfMeters, of)); diff != "" {
		t.Errorf("with a reading that is void: %s", diff)
	}
	if f := s.notRead(
		correctReading,
		vars{"meterReadingId": typo, "hours": "5016", "reason": "x"},
	); f.Reason != "TRANSITION" {
		t.Errorf("correcting what is void: %+v", f)
	}
	s.read(addReading, vars{"equipmentId": e.ID, "hours": "5016", "readAt": hours(-2 * 24)}) // at the same hour
	var got struct {
		Equipment struct {
			Default, Only, Include struct {
				TotalCount int
				Nodes      []struct{ Hours string }
			}
			LifetimeHours string
		}
		Node struct{ VoidedAt *string }
	}
	s.data(&got, `query($e: ID!, $r: ID!) { equipment(id: $e) { lifetimeHours
		default: meterReadings { totalCount nodes { hours } }
		only: meterReadings(filter: { voided: ONLY }) { totalCount nodes { hours } }
		include: meterReadings(filter: { voided: INCLUDE }) { totalCount nodes { hours } } }
		node(id: $r) { ... on MeterReading { voidedAt } } }`, vars{"e": e.ID, "r": typo})
	m := got.Equipment
	if m.Default.TotalCount != 3 || len(m.Default.Nodes) != 3 || m.Default.Nodes[0].Hours != "5016.0" {
		t.Errorf("without a filter: %+v", m.Default)
	}
	if m.Only.TotalCount != 1 || m.Only.Nodes[0].Hours != "50160.0" || m.Include.TotalCount != 4 ||
		len(m.Include.Nodes) != 4 || m.LifetimeHours != "5016.0" || got.Node.VoidedAt == nil {
		t.Errorf("%+v", got)
	}
	for name, filter := range map[string]string{"filter.not.voided": `{ not: { voided: ONLY } }`, "filter.voided": `{ voided: null }`} {
		a := s.ask(
			`query($e: ID!) { equipment(id: $e) { meterReadings(filter: `+filter+`) { totalCount } } }`,
			vars{"e": e.ID},
		)
		if len(a.Errors) != 1 || argument(a.Errors[0].Extensions) != name {
			t.Errorf("%s: %+v", filter, a.Errors)
		}
	}
	s.read(addReading, vars{"equipmentId": e.ID, "hours": "20", "replacement": true, "readAt": hours(-24)})
	s.read(addReading, vars{"equipmentId": e.ID, "hours": "32.5"})
	s.data(&got, `query($e: ID!, $r: ID!) { equipment(id: $e) { lifetimeHours } node(id: $r) { id } }`,
		vars{"e": e.ID, "r": typo})
	if got.Equipment.LifetimeHours != "5028.5" {
		t.Errorf("over two meters the machine has run %s hours, want 5028.5", got.Equipment.LifetimeHours)
	}
}

// TestAReadingIsCorrected in each of its values, checked like a new one.
func TestAReadingIsCorrected(t *testing.T) {
	t.Parallel()
	s := newService(t)
	e := s.machine(nil)
	first := s.read(addReading, vars{"equipmentId": e.ID, "hours": "100", "readAt": hours(-100)})
	second := s.read(addReading, vars{"equipmentId": e.ID, "hours": "140", "readAt": hours(-50)})
	for _, c := range []struct {
		name        string
		in          vars
		code, field string
	}{
		{"below the one before", vars{"hours": "99"}, "CONFLICT DECREASING", "input.hours"},
		{"more than have passed", vars{"hours": "151"}, "CONFLICT IMPLAUSIBLE", "input.hours"},
		{"the time of another", vars{"readAt": hours(-100)}, "CONFLICT DECREASING", "input.readAt"},
		{"to come", vars{"readAt": hours(1)}, "BAD_INPUT INVALID", "input.readAt"},
		{"null", vars{"hours": nil}, "BAD_INPUT INVALID", "input.hours"},
		{"without a reason", vars{"reason": ""}, "BAD_INPUT INVALID", "input.reason"},
		{"of no reading", vars{"meterReadingId": e.ID}, "BAD_INPUT INVALID", "input.meterReadingId"},
		{"of none that there is", vars{"meterReadingId": "reading_00000000000000000000000000"}, "NOT_FOUND NOT_FOUND",
			"input.meterReadingId"},
	} {
		in := vars{"meterReadingId": second, "reason": "mistyped"}
		for k, v := range c.in {
			in[k] = v
		}
		if f := s.notRead(correctReading, in); c.name != "the time of another" &&
			(f.Code+" "+f.Reason != c.code || string(f.Field) != c.field) {
			t.Errorf("%s: %+v", c.name, f)
		}
	}
	s.read(correctReading, vars{"meterReadingId": second, "hours": "149.9", "reason": "a digit was swapped"})
	s.read(
		correctReading,
		vars{"meterReadingId": second, "hours": "7", "replacement": true, "reason": "it is a new meter"},
	)
	s.read(correctReading, vars{"meterReadingId": second, "readAt": hours(-49), "reason": "an hour later"})
	s.read(correctReading, vars{"meterReadingId": first, "hours": "120.5", "reason": "unread"})
	var got struct {
		Equipment struct {
			MeterReadings struct {
				Nodes []struct {
					Hours       string
					Replacement bool
				}
			}
		}
	}
	s.data(&got, `query($e: ID!) { equipment(id: $e) { meterReadings { nodes { hours replacement } } } }`, vars{"e": e.ID})
	if n := got.Equipment.MeterReadings.Nodes; len(n) != 2 || n[0].Hours != "7.0" || !n[0].Replacement ||
		n[1].Hours != "120.5" {
		t.Errorf("%+v", n)
	}
}

// TestAnImplausibleMeterIsConfirmed: in readings, and in the meter value of work.
func TestAnImplausibleMeterIsConfirmed(t *testing.T) {
	t.Parallel()
	s := newService(t)
	e, fresh := s.machine(nil), s.machine(vars{"name": "Fresh"})
	s.read(addReading, vars{"equipmentId": e.ID, "hours": "1000", "readAt": hours(-48)})
	s.read(addReading, vars{"equipmentId": e.ID, "hours": "1010", "readAt": hours(-24)})
	job := s.work(recordWork, vars{"equipmentId": e.ID, "kind": "OTHER", "status": "IN_PROGRESS",
		"startedAt": hours(-30)}).MaintenanceRecord.ID
	done := s.work(
		recordWork,
		vars{"equipmentId": e.ID, "kind": "OTHER", "completedAt": hours(-2), "meterHours": "1020"},
	).MaintenanceRecord
	for _, c := range []struct {
		name, mutation string
		in             vars
		reason, field  string
	}{
		{"400 hours within a day", addReading, vars{"equipmentId": e.ID, "hours": "1410"}, "IMPLAUSIBLE", "input.hours"},
		{"a reading that the next one does not follow", addReading, vars{"equipmentId": e.ID, "hours": "1000.2",
			"readAt": hours(-26)}, "IMPLAUSIBLE", "input.hours"},
		{"the first reading of a machine", addReading, vars{"equipmentId": fresh.ID, "hours": "99999999"}, "IMPLAUSIBLE",
			"input.hours"},
		{"a new meter", addReading, vars{"equipmentId": e.ID, "hours": "99999999", "replacement": true}, "IMPLAUSIBLE",
			"input.hours"},
		{"work below the reading before", recordWork, vars{"equipmentId": e.ID, "kind": "OTHER", "meterHours": "5"},
			"DECREASING", "input.meterHours"},
		{"work of 400 hours later", recordWork, vars{"equipmentId": e.ID, "kind": "OTHER", "meterHours": "1410"},
			"IMPLAUSIBLE", "input.meterHours"},
		{"work above the reading after", recordWork, vars{"equipmentId": e.ID, "kind": "OTHER", "meterHours": "1011",
			"completedAt": hours(-30)}, "DECREASING", "input.meterHours"},
		{"work of a day of which no hour is known", recordWork, vars{"equipmentId": e.ID, "kind": "OTHER",
			"meterHours": "1200", "maintenanceDate": day(-30)}, "DECREASING", "input.meterHours"},
		{"completing", completeWork, vars{"maintenanceRecordId": job, "meterHours": "999"}, "DECREASING", "input.meterHours"},
		{"correcting", correctWork, vars{"maintenanceRecordId": done.ID, "expectedVersion": 1, "meterHours": "2000"},
			"IMPLAUSIBLE", "input.meterHours"},
	} {
		p := change[struct{ Errors []fault }](s, c.mutation, vars{"in": c.in})
		if len(p.Errors) != 1 || p.Errors[0].Code != "CONFLICT" || p.Errors[0].Reason != c.reason ||
			string(p.Errors[0].Field) != c.field || !strings.Contains(p.Errors[0].Message, "confirm: true") {
			t.Errorf("%s: %+v", c.name, p.Errors)
		}
		c.in["confirm"] = true
		if c.mutation != addReading {
			s.work(c.mutation, c.in)
			continue
		}
		s.read(voidReading, vars{"meterReadingId": s.read(addReading, c.in), "reason": "for the next case"})
	}
	// What does not fit to its machine's meter does not move to it unnoticed.
	s.read(addReading, vars{"equipmentId": fresh.ID, "hours": "3", "readAt": hours(-20)})
	in := vars{"maintenanceRecordId": done.ID, "equipmentId": fresh.ID, "reason": "misread"}
	if f := s.refused(moveWork, in); f.Reason != "IMPLAUSIBLE" || f.Field != "input.equipmentId" {
		t.Errorf("moved: %+v", f)
	}
	in["confirm"] = true
	s.work(moveWork, in)
	// A value that was there before hinders no other correction.
	s.work(
		correctWork,
		vars{"maintenanceRecordId": done.ID, "expectedVersion": 3, "description": "oil", "meterHours": "2000"},
	)
}

// TestTheHistoryOfReadingsReadsWell has each way to set a reading right.
func TestTheHistoryOfReadingsReadsWell(t *testing.T) {
	t.Parallel()
	s := newService(t)
	e := s.machine(vars{"name": "Crane 1"})
	id := s.read(addReading, vars{"equipmentId": e.ID, "hours": "5000", "readAt": hours(-24)})
	s.read(correctReading, vars{"meterReadingId": id, "hours": "500", "reason": "one zero too many"})
	s.read(correctReading, vars{"meterReadingId": id, "readAt": hours(-25), "reason": "read before the shift"})
	s.read(voidReading, vars{"meterReadingId": id, "reason": "of another machine"})
	golden(t, "history_of_readings.txt", s.historyOf(map[string]string{e.ID: "the crane"}))
}
