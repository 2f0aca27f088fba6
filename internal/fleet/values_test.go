package fleet_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bitcorp.dev/fleet/internal/fleet"
)

func TestEquipmentValues(t *testing.T) {
	long := func(n int) string { return strings.Repeat("é", n) }
	valid := func() *fleet.Equipment { return &fleet.Equipment{Name: "Crane", Category: "Crane"} }
	for _, c := range []struct {
		name   string
		change func(*fleet.Equipment)
		field  string
	}{
		{"valid", func(*fleet.Equipment) {}, ""},
		{"longest name", func(e *fleet.Equipment) { e.Name = long(fleet.MaxEquipmentName) }, ""},
		{"name too long", func(e *fleet.Equipment) { e.Name = long(fleet.MaxEquipmentName + 1) }, "name"},
		{"blank name", func(e *fleet.Equipment) { e.Name = " \t" }, "name"},
		{"name with NUL", func(e *fleet.Equipment) { e.Name = "a\x00" }, "name"},
		{"name in Latin-1", func(e *fleet.Equipment) { e.Name = "caf\xe9" }, "name"},
		{"name that turns the text around", func(e *fleet.Equipment) { e.Name = "Crane \u202e42" }, "name"},
		{"name of two lines", func(e *fleet.Equipment) { e.Name = "Crane\n42" }, "name"},
		{"serial number with a character that is not seen", func(e *fleet.Equipment) { e.SerialNumber = ptr("S\u200b1") },
			"serialNumber"},
		{"category with a bell", func(e *fleet.Equipment) { e.Category = "Crane\a" }, "category"},
		{"description of two lines", func(e *fleet.Equipment) { e.Description = ptr("one\n\ttwo") }, ""},
		{"longest serial number", func(e *fleet.Equipment) { e.SerialNumber = ptr(long(fleet.MaxSerialNumber)) }, ""},
		{"serial number too long", func(e *fleet.Equipment) { e.SerialNumber = ptr(long(fleet.MaxSerialNumber + 1)) },
			"serialNumber"},
		{"empty serial number", func(e *fleet.Equipment) { e.SerialNumber = ptr("") }, "serialNumber"},
		{"description too long", func(e *fleet.Equipment) { e.Description = ptr(long(fleet.MaxDescription + 1)) },
			"description"},
		{"blank category", func(e *fleet.Equipment) { e.Category = "" }, "category"},
		{"category too long", func(e *fleet.Equipment) { e.Category = long(fleet.MaxCategory + 1) }, "category"},
		{"free of charge", func(e *fleet.Equipment) { e.Cost = ptr(fleet.Decimal("0.00")) }, ""},
		{"highest cost", func(e *fleet.Equipment) { e.Cost = ptr(fleet.MaxMoney) }, ""},
		{"negative cost", func(e *fleet.Equipment) { e.Cost = ptr(fleet.Decimal("-0.01")) }, "cost"},
		{"cost too high", func(e *fleet.Equipment) { e.Cost = ptr(fleet.Decimal("1000000000000")) }, "cost"},
		{"cost in mills", func(e *fleet.Equipment) { e.Cost = ptr(fleet.Decimal("1.001")) }, "cost"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := valid()
			c.change(e)
			code := fleet.Code("")
			if c.field != "" {
				code = fleet.BadInput
			}
			wantError(t, e.Check(), code, c.field)
		})
	}
}

func TestEquipmentPatches(t *testing.T) {
	before := &fleet.Equipment{Name: "Crane", Category: "Crane", Status: fleet.EquipmentRetired, Version: 3}
	user := fleet.UUID{9}
	after, err := fleet.EquipmentPatch{
		Name:         fleet.Maybe[string]{Set: true, To: "Loader"},
		SerialNumber: fleet.Maybe[*string]{Set: true, To: ptr("S1")},
		Description:  fleet.Maybe[*string]{Set: true, To: ptr("d")},
		Category:     fleet.Maybe[string]{Set: true, To: "Loader"},
		Status:       fleet.Maybe[fleet.EquipmentStatus]{Set: true, To: fleet.EquipmentInactive},
		Cost:         fleet.Maybe[*fleet.Decimal]{Set: true, To: ptr(fleet.Decimal("5"))},
		UserID:       fleet.Maybe[*fleet.UUID]{Set: true, To: &user},
	}.Apply(before, fleet.DateOf(now))
	want := &fleet.Equipment{Name: "Loader", SerialNumber: ptr("S1"), Description: ptr("d"), Category: "Loader",
		Status: fleet.EquipmentInactive, Cost: ptr(fleet.Decimal("5")), UserID: &user, Version: 3}
	if diff := cmp.Diff(want, after); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if before.Name != "Crane" {
		t.Error("the patch changed the machine before it")
	}
	_, err = fleet.EquipmentPatch{Name: fleet.Maybe[string]{Set: true},
		Status: fleet.Maybe[fleet.EquipmentStatus]{Set: true, To: fleet.EquipmentActive}}.Apply(before, fleet.DateOf(now))
	faults := fleet.FaultsOf(err)
	if len(faults) != 2 || faults[0].Field != "status" || faults[0].Code != fleet.Conflict ||
		faults[1].Field != "name" || faults[1].Code != fleet.BadInput {
		t.Errorf("faults %v, want both the status and the name", err)
	}
}

func TestOperatorValues(t *testing.T) {
	for _, c := range []struct {
		o     fleet.Operator
		field string
	}{
		{fleet.Operator{FirstName: "Ada", LastName: "Byron"}, ""},
		{fleet.Operator{FirstName: "Ada", LastName: "Byron", LicenseNumber: ptr("L1")}, ""},
		{fleet.Operator{LastName: "Byron"}, "firstName"},
		{fleet.Operator{FirstName: "Ada", LastName: strings.Repeat("x", fleet.MaxPersonName+1)}, "lastName"},
		{fleet.Operator{FirstName: "Ada", LastName: "Byron", LicenseNumber: ptr(" ")}, "licenseNumber"},
	} {
		code := fleet.Code("")
		if c.field != "" {
			code = fleet.BadInput
		}
		wantError(t, c.o.Check(), code, c.field)
	}
}

func TestMaintenanceValues(t *testing.T) {
	hour := func(n int) *time.Time { return ptr(now.Add(time.Duration(n) * time.Hour)) }
	d := func(s fleet.Decimal) *fleet.Decimal { return &s }
	for _, c := range []struct {
		name   string
		status fleet.MaintenanceStatus
		change func(*fleet.MaintenanceRecord)
		field  string
	}{
		{"valid", fleet.MaintenanceCompleted, func(*fleet.MaintenanceRecord) {}, ""},
		{"reversal", fleet.MaintenanceCompleted, func(m *fleet.MaintenanceRecord) { m.Cost = d("-12.50") }, ""},
		{"blank description", fleet.MaintenanceCompleted, func(m *fleet.MaintenanceRecord) { m.Description = ptr(" ") },
			"description"},
		{"long name of a workshop", fleet.MaintenanceCompleted,
			func(m *fleet.MaintenanceRecord) { m.PerformedBy = ptr(strings.Repeat("x", fleet.MaxPerformedBy+1)) },
			"performedBy"},
		{"cost in mills", fleet.MaintenanceCompleted, func(m *fleet.MaintenanceRecord) { m.Cost = d("1.001") }, "cost"},
		{"unknown", fleet.MaintenanceCompleted, func(m *fleet.MaintenanceRecord) { m.Cost = nil }, ""},
		{"parts of an unknown cost", fleet.MaintenanceCompleted,
			func(m *fleet.MaintenanceRecord) { m.Cost, m.LabourCost, m.PartsCost = nil, d("40"), d("60") }, "cost"},
		{"one part", fleet.MaintenanceCompleted, func(m *fleet.MaintenanceRecord) { m.LabourCost = d("100") },
			"partsCost"},
		{"parts that add up", fleet.MaintenanceCompleted,
			func(m *fleet.MaintenanceRecord) { m.LabourCost, m.PartsCost = d("40"), d("60") }, ""},
		{"parts that do not", fleet.MaintenanceCompleted,
			func(m *fleet.MaintenanceRecord) { m.LabourCost, m.PartsCost = d("40"), d("61") }, "cost"},
		{"hours", fleet.MaintenanceCompleted, func(m *fleet.MaintenanceRecord) { m.MeterHours = d("10.5") }, ""},
		{"hundredths of hours", fleet.MaintenanceCompleted,
			func(m *fleet.MaintenanceRecord) { m.MeterHours = d("10.55") }, "meterHours"},
		{"end without beginning", fleet.MaintenanceCompleted, func(m *fleet.MaintenanceRecord) { m.DownTo = hour(0) },
			"downFrom"},
		{"end before beginning", fleet.MaintenanceCompleted,
			func(m *fleet.MaintenanceRecord) { m.DownFrom, m.DownTo = hour(-1), hour(-2) }, "downTo"},
		{"down in the future", fleet.MaintenancePlanned, func(m *fleet.MaintenanceRecord) { m.DownFrom = hour(1) },
			"downFrom"},
		{"planned downtime", fleet.MaintenancePlanned,
			func(m *fleet.MaintenanceRecord) { m.DownFrom, m.DownTo = hour(1), hour(2) }, ""},
		{"completed with downtime to come", fleet.MaintenanceCompleted,
			func(m *fleet.MaintenanceRecord) { m.DownFrom, m.DownTo = hour(-1), hour(1) }, "downTo"},
		{"cancelled with downtime to come", fleet.MaintenanceCancelled,
			func(m *fleet.MaintenanceRecord) { m.DownFrom, m.DownTo = hour(1), hour(2) }, "downTo"},
		{"an expected end", fleet.MaintenanceInProgress,
			func(m *fleet.MaintenanceRecord) { m.DownFrom, m.DownTo = hour(-1), hour(1) }, ""},
		{"completed but still down", fleet.MaintenanceCompleted,
			func(m *fleet.MaintenanceRecord) { m.DownFrom = hour(-1) }, "downTo"},
		{"completed tomorrow", fleet.MaintenanceCompleted,
			func(m *fleet.MaintenanceRecord) { m.MaintenanceDate = fleet.DateOf(now.AddDate(0, 0, 1)) },
			"maintenanceDate"},
		{"planned for next year", fleet.MaintenancePlanned, func(m *fleet.MaintenanceRecord) {
			m.MaintenanceDate = fleet.DateOf(now.AddDate(1, 0, 0))
			m.DueDate = &m.MaintenanceDate
		}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := record(c.status)
			c.change(m)
			code := fleet.Code("")
			if c.field != "" {
				code = fleet.BadInput
			}
			wantError(t, m.Check(now), code, c.field)
		})
	}
}

func TestWorkKeepsAMachineDown(t *testing.T) {
	hour := func(n int) *time.Time { return ptr(now.Add(time.Duration(n) * time.Hour)) }
	for _, c := range []struct {
		name     string
		status   fleet.MaintenanceStatus
		from, to *time.Time
		expected bool
		want     bool
	}{
		{"without downtime", fleet.MaintenanceInProgress, nil, nil, false, false},
		{"from now on", fleet.MaintenanceInProgress, hour(0), nil, false, true},
		{"planned work on a broken machine", fleet.MaintenancePlanned, hour(-5), nil, false, true},
		{"with an expected end", fleet.MaintenanceInProgress, hour(-5), hour(5), true, true},
		{"with an expected end that has passed", fleet.MaintenanceInProgress, hour(-5), hour(-1), true, true},
		{"with an end", fleet.MaintenanceInProgress, hour(-5), hour(-1), false, false},
		{"from later on", fleet.MaintenancePlanned, hour(1), hour(5), true, false},
		{"completed", fleet.MaintenanceCompleted, hour(-5), hour(-1), false, false},
		{"cancelled", fleet.MaintenanceCancelled, hour(-5), hour(-1), false, false},
	} {
		m := record(c.status)
		m.DownFrom, m.DownTo, m.DownToExpected = c.from, c.to, c.expected
		if got := m.Down(now); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestErrors(t *testing.T) {
	plain := errors.New("broken pipe")
	wantError(t, fleet.InField("filter", fleet.BadInputf("costMin", "no")), fleet.BadInput, "filter.costMin")
	wantError(t, fleet.InField("filter", fleet.NotFoundf("", "no")), fleet.NotFound, "filter")
	wantError(t, fleet.InField("", fleet.Conflictf(fleet.InUse, "id", "no")), fleet.Conflict, "id")
	if err := fleet.InField("filter", plain); err != plain { //nolint:errorlint // the same value
		t.Errorf("InField changed an internal error to %v", err)
	}
	if fleet.InField("filter", nil) != nil {
		t.Error("InField made an error of nil")
	}
	if got := fleet.CodeOf(fmt.Errorf("wrapped: %w", fleet.BadInputf("a", "no"))); got != fleet.BadInput {
		t.Errorf("code %s", got)
	}
	if got := fleet.CodeOf(plain); got != fleet.Internal {
		t.Errorf("code %s, want INTERNAL", got)
	}
	if got := fleet.BadInputf("a", "%d is odd", 3).Error(); got != "a: 3 is odd" {
		t.Errorf("%q", got)
	}
	if got := fleet.BadInputf("", "odd").Error(); got != "odd" {
		t.Errorf("%q", got)
	}
}

func TestFaults(t *testing.T) {
	var faults fleet.Faults
	faults.Add("a", nil)
	if faults.Err() != nil || fleet.FaultsOf(nil) != nil {
		t.Error("no fault is an error")
	}
	faults.Add("a", fleet.BadInputf("", "first"))
	wantError(t, faults.Err(), fleet.BadInput, "a")
	faults.Add("b", fleet.Conflictf(fleet.Taken, "c", "second"))
	err := faults.Err()
	if err.Error() != "a: first; b.c: second" || fleet.CodeOf(err) != fleet.BadInput {
		t.Errorf("%v, code %s", err, fleet.CodeOf(err))
	}
	wantError(t, fleet.InField("input", err), fleet.BadInput, "input.a")
	if list := fleet.FaultsOf(fleet.InField("input", err)); len(list) != 2 || list[1].Field != "input.b.c" {
		t.Errorf("%v", list)
	}
	defer func() {
		if recover() == nil {
			t.Error("an internal error was taken for a fault of the input")
		}
	}()
	faults.Add("a", errors.New("broken pipe"))
}

func TestExpectedVersion(t *testing.T) {
	for _, row := range []fleet.Versioned{&fleet.Equipment{Version: 4}, &fleet.Operator{Version: 4},
		&fleet.MaintenanceRecord{Version: 4}} {
		wantError(t, fleet.CheckVersion(nil, row), "", "")
		wantError(t, fleet.CheckVersion(ptr(4), row), "", "")
		err := fleet.CheckVersion(ptr(3), row)
		wantError(t, err, fleet.Conflict, "expectedVersion")
		err = fleet.InField("input", err)
		wantError(t, err, fleet.Conflict, "input.expectedVersion")
		var stale *fleet.StaleVersion
		if !errors.As(err, &stale) || stale.Expected != 3 || stale.Version != 4 || stale.Current != row {
			t.Errorf("%T: %+v", row, stale)
		}
		if text := err.Error(); !strings.Contains(text, "3") || !strings.Contains(text, "4") {
			t.Errorf("%q names not both versions", text)
		}
	}
}

func TestQuote(t *testing.T) {
	if got := fleet.Quote("a\n"); got != `"a\n"` {
		t.Errorf("%s", got)
	}
	if got := fleet.Quote(strings.Repeat("a", 60)); strings.HasSuffix(got, "…") {
		t.Errorf("%s is cut", got)
	}
	if got := fleet.Quote(strings.Repeat("a", 59) + "é"); got != `"`+strings.Repeat("a", 59)+`"…` {
		t.Errorf("%s: a character is cut in two", got)
	}
}

func TestIdempotencyKeys(t *testing.T) {
	once := &fleet.Once{Key: "k", Input: [32]byte{1}}
	wantError(t, once.CheckKey(), "", "")
	wantError(t, (&fleet.Once{Key: " "}).CheckKey(), fleet.BadInput, "")
	wantError(t, (&fleet.Once{Key: strings.Repeat("k", fleet.MaxIdempotencyKey+1)}).CheckKey(), fleet.BadInput, "")
	wantError(t, once.CheckInput(once.Input[:]), "", "")
	wantError(t, once.CheckInput(make([]byte, 32)), fleet.Conflict, "idempotencyKey")
	item := fleet.WriteInfo{Request: "r", Once: once}.Item(7)
	if item.Once.Key != "k #7" || item.Once.Input != once.Input || item.Request != "r" || once.Key != "k" {
		t.Errorf("item %+v of %+v", item.Once, once)
	}
	if (fleet.WriteInfo{}).Item(7).Once != nil {
		t.Error("an item has a key without one of the batch")
	}
}

func TestBatches(t *testing.T) {
	item := func(n byte) fleet.EquipmentItem { return fleet.EquipmentItem{ID: fleet.UUID{n}} }
	wantError(t, fleet.EquipmentBatch{Items: []fleet.EquipmentItem{item(1), item(2), item(0), item(0)}}.Check(), "", "")
	wantError(t, fleet.EquipmentBatch{Items: []fleet.EquipmentItem{item(1), item(2), item(1)}}.Check(), fleet.BadInput,
		"2.equipmentId")
	wantError(t, fleet.EquipmentBatch{Items: make([]fleet.EquipmentItem, fleet.MaxBatch)}.Check(), "", "")
	wantError(t, fleet.EquipmentBatch{Items: make([]fleet.EquipmentItem, fleet.MaxBatch+1)}.Check(),
		fleet.LimitExceeded, "")
	for _, c := range []struct{ atomic, dry, failed, want bool }{
		{true, false, false, true}, {true, false, true, false}, {true, true, false, false}, {false, true, false, false},
		{false, false, true, true},
	} {
		if got := (fleet.EquipmentBatch{Atomic: c.atomic, DryRun: c.dry}).Commits(c.failed); got != c.want {
			t.Errorf("%+v commits: %v", c, got)
		}
	}
}

func TestHistoryChanges(t *testing.T) {
	e := &fleet.Equipment{Name: "Crane", Category: "Crane", Status: fleet.EquipmentActive}
	after := *e
	after.Name, after.Cost = "Loader", ptr(fleet.Decimal("5"))
	want := []fleet.FieldChange{{Field: "name", From: ptr("Crane"), To: ptr("Loader")}, {Field: "cost", To: ptr("5")}}
	if diff := cmp.Diff(want, fleet.Changes(e.Facts(), after.Facts())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := fleet.Changes(e.Facts(), e.Facts()); got == nil || len(got) != 0 {
		t.Errorf("no difference is %#v, want an empty list", got)
	}
	if got := fleet.Changes(nil, e.Facts()); len(got) != 3 {
		t.Errorf("a new row has %d changes, want one for each value: %v", len(got), got)
	}
	if got := fleet.Changes(e.Facts(), nil); len(got) != 3 || got[0].To != nil {
		t.Errorf("a row that is gone has changes %v", got)
	}
	for name, facts := range map[string][]fleet.Fact{
		"operator":   (&fleet.Operator{FirstName: "Ada", UserID: &fleet.UUID{1}}).Facts(),
		"record":     record(fleet.MaintenancePlanned).Facts(),
		"assignment": (&fleet.Assignment{ReleasedAt: &now}).Facts(),
		"reading":    (&fleet.MeterReading{Replacement: true}).Facts(nil),
		"value":      (&fleet.MeterReading{}).Facts(&fleet.Meter{Name: "Odometer"}),
		"meter":      (&fleet.Meter{Name: "Odometer"}).Facts(),
		"user":       (&fleet.User{Email: "a@b"}).Facts(), "token": (&fleet.AccessToken{Name: "ci"}).Facts(),
	} {
		seen := map[string]bool{}
		for _, f := range facts {
			if f.Field == "" || seen[f.Field] {
				t.Errorf("the facts of a %s have the field %q twice or without a name", name, f.Field)
			}
			seen[f.Field] = true
		}
	}
}

func TestDates(t *testing.T) {
	for text, valid := range map[string]bool{"2024-02-29": true, "2023-02-29": false, "0001-01-01": true,
		"0000-01-01": false, "2026-3-2": false, "2026-03-02T00:00:00Z": false, "": false} {
		d, err := fleet.ParseDate(text)
		if (err == nil) != valid || valid && d.String() != text {
			t.Errorf("%q reads as %s, %v", text, d, err)
		}
	}
	east := time.FixedZone("east", 12*3600)
	if got := fleet.DateOf(time.Date(2026, 3, 3, 1, 0, 0, 0,
		east)); got.String() != "2026-03-03" || got.Time().Location() != time.UTC {
		t.Errorf("the day in the east is %s", got)
	}
	var d fleet.Date
	if !d.IsZero() {
		t.Error("the zero date is a day")
	}
	if err := json.Unmarshal([]byte(`"2026-03-02"`), &d); err != nil || d.String() != "2026-03-02" || d.IsZero() {
		t.Errorf("%s, %v", d, err)
	}
	if text, err := json.Marshal(d); err != nil || string(text) != `"2026-03-02"` {
		t.Errorf("%s, %v", text, err)
	}
	if err := json.Unmarshal([]byte(`"yesterday"`), &d); err == nil {
		t.Error("yesterday is a date")
	}
}

func TestUUIDs(t *testing.T) {
	for _, text := range []string{"", "01890a5d", "{01890a5d-ac96-774b-bcce-b302099a8057}",
		"01890a5dac96774bbcceb302099a8057", "01890a5d-ac96-774b-bcce-b302099a805g",
		"01890a5d-ac96-774b-bcce_b302099a8057"} {
		if _, err := fleet.ParseUUID(text); !errors.Is(err, fleet.ErrUUID) {
			t.Errorf("%q: %v", text, err)
		}
	}
	var u fleet.UUID
	if err := json.Unmarshal([]byte(`"01890A5D-AC96-774B-BCCE-B302099A8057"`),
		&u); err != nil || u.String() != "01890a5d-ac96-774b-bcce-b302099a8057" {
		t.Errorf("%s, %v", u, err)
	}
	if text, err := json.Marshal(u); err != nil || string(text) != `"01890a5d-ac96-774b-bcce-b302099a8057"` {
		t.Errorf("%s, %v", text, err)
	}
	before := fleet.NewUUID()
	for range 1000 {
		next := fleet.NewUUID()
		if next.String() <= before.String() || next.IsZero() {
			t.Fatalf("%s comes after %s", next, before)
		}
		before = next
	}
}

func TestGlobalIDsNameTheirKind(t *testing.T) {
	u := fleet.NewUUID()
	for _, k := range fleet.Kinds() {
		id := fleet.GlobalID(k, u)
		if kind, key, err := fleet.ParseGlobalID(id); kind != k || key != u || err != nil {
			t.Errorf("%s reads as %s %s, %v", id, kind, key, err)
		}
		for _, other := range fleet.Kinds() {
			key, err := fleet.ParseIDOf(other, id)
			if other == k && (err != nil || key != u) {
				t.Errorf("%s as %s: %v", id, other, err)
			}
			if other != k {
				wantError(t, err, fleet.BadInput, "")
			}
		}
	}
	_, err := fleet.ParseIDOf(fleet.KindUser, "user_8zzzzzzzzzzzzzzzzzzzzzzzzz")
	wantError(t, err, fleet.BadInput, "")
	ids := map[string]string{
		(&fleet.Company{ID: u}).GlobalID(): "company",
		(&fleet.User{ID: u}).GlobalID():    "user", (&fleet.Equipment{ID: u}).GlobalID(): "equipment",
		(&fleet.Operator{ID: u}).GlobalID():          "operator",
		(&fleet.MaintenanceRecord{ID: u}).GlobalID(): "maintenance",
		(&fleet.Assignment{ID: u}).GlobalID():        "assignment", (&fleet.MeterReading{ID: u}).GlobalID(): "reading",
		(&fleet.HistoryEntry{ID: u}).GlobalID(): "history", (&fleet.Session{ID: u}).GlobalID(): "session",
		(&fleet.AccessToken{ID: u}).GlobalID(): "token", (&fleet.Site{ID: u}).GlobalID(): "site",
		(&fleet.SiteMove{ID: u}).GlobalID(): "sitemove", (&fleet.Paper{ID: u}).GlobalID(): "paper",
		(&fleet.ServiceSchedule{ID: u}).GlobalID(): "schedule",
		(&fleet.AssignmentPlan{ID: u}).GlobalID():  "assignmentplan",
		(&fleet.Meter{ID: u}).GlobalID():           "meter",
		(&fleet.SavedQuery{ID: u}).GlobalID():      "savedquery",
	}
	for id, kind := range ids {
		if !strings.HasPrefix(id, kind+"_") {
			t.Errorf("%s is the id of a %s", id, kind)
		}
	}
	if len(ids) != len(fleet.Kinds()) {
		t.Errorf("%d ids of %d kinds", len(ids), len(fleet.Kinds()))
	}
}

func TestEnumerations(t *testing.T) {
	for _, s := range fleet.EquipmentStatuses() {
		if !s.Valid() || fleet.EquipmentStatus(s+"!").Valid() {
			t.Error(s)
		}
	}
	for _, s := range fleet.OperatorStatuses() {
		if !s.Valid() || fleet.OperatorStatus(s+"!").Valid() {
			t.Error(s)
		}
	}
	for _, s := range fleet.MaintenanceStatuses() {
		if !s.Valid() || fleet.MaintenanceStatus(s+"!").Valid() {
			t.Error(s)
		}
	}
	for _, k := range fleet.MaintenanceKinds() {
		if !k.Valid() || fleet.MaintenanceKind(k+"!").Valid() {
			t.Error(k)
		}
	}
	for _, table := range []fleet.Table{fleet.TableEquipment, fleet.TableRecords, fleet.TableAssignments, fleet.TableSiteMoves,
		fleet.TableOperators} {
		if !table.Valid() || fleet.Table(table+"!").Valid() {
			t.Error(table)
		}
	}
}

func TestDecimalPanicsOnUnparsedText(t *testing.T) {
	for name, call := range map[string]func(){
		"Cmp": func() { fleet.Decimal("").Cmp("1") }, "Plus": func() { fleet.Decimal("1").Plus("x") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s took text that is no decimal", name)
				}
			}()
			call()
		}()
	}
	for text, want := range map[fleet.Decimal]fleet.Decimal{"1.500": "1.5", "1.000": "1", "100": "100", "0.10": "0.1"} {
		if got := text.Trim(0); got != want {
			t.Errorf("%s trimmed is %s, want %s", text, got, want)
		}
	}
}
