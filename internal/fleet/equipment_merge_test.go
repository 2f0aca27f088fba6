package fleet_test

import (
	"strings"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

func moment(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text+"T00:00:00Z")
	if err != nil {
		panic(err)
	}
	return t
}

func momentOf(text string) *time.Time {
	if text == "" {
		return nil
	}
	t := moment(text)
	return &t
}

func TestMergesAreOfTwoMachinesInTheirVersions(t *testing.T) {
	a := &fleet.Equipment{ID: fleet.NewUUID(), Version: 2}
	b := &fleet.Equipment{ID: fleet.NewUUID(), Version: 3}
	one, two, three := 1, 2, 3
	for name, c := range map[string]struct {
		merge fleet.Merge
		field string
	}{
		"any versions":    {fleet.Merge{EquipmentID: a.ID, DuplicateID: b.ID}, ""},
		"both versions":   {fleet.Merge{EquipmentID: a.ID, DuplicateID: b.ID, Expected: &two, ExpectedDuplicate: &three}, ""},
		"one machine":     {fleet.Merge{EquipmentID: a.ID, DuplicateID: a.ID}, "duplicateId"},
		"stale":           {fleet.Merge{EquipmentID: a.ID, DuplicateID: b.ID, Expected: &one}, "expectedVersion"},
		"stale duplicate": {fleet.Merge{EquipmentID: a.ID, DuplicateID: b.ID, ExpectedDuplicate: &one}, "expectedDuplicateVersion"},
	} {
		err := c.merge.Check()
		if err == nil {
			err = c.merge.CheckVersions(a, b)
		}
		if got := fieldOf(err); got != c.field {
			t.Errorf("%s: the error is about %q, want %q: %v", name, got, c.field, err)
		}
	}
}

func fieldOf(err error) string {
	if list := fleet.FaultsOf(err); len(list) > 0 {
		return list[0].Field
	}
	return ""
}

func TestRetiredMachinesTakeNoWorkAndNoOperatorOfADuplicate(t *testing.T) {
	operator := fleet.NewUUID()
	for name, c := range map[string]struct {
		status   fleet.EquipmentStatus
		operator *fleet.UUID
		open     int
		refused  bool
	}{
		"active":                      {fleet.EquipmentActive, &operator, 2, false},
		"retired, nothing is open":    {fleet.EquipmentRetired, nil, 0, false},
		"retired, work is open":       {fleet.EquipmentRetired, nil, 1, true},
		"retired, an operator is set": {fleet.EquipmentRetired, &operator, 0, true},
	} {
		err := fleet.CheckMerge(&fleet.Equipment{Status: c.status}, &fleet.Equipment{OperatorID: c.operator}, c.open)
		checkConflict(t, name, err, c.refused, fleet.Transition)
		back := fleet.CheckUndoMerge(&fleet.Equipment{Status: c.status, OperatorID: c.operator}, c.open)
		checkConflict(t, name+", taken back", back, c.refused, fleet.Transition)
	}
}

func checkConflict(t *testing.T, name string, err error, refused bool, why fleet.Reason, named ...string) {
	t.Helper()
	list := fleet.FaultsOf(err)
	if !refused {
		if err != nil {
			t.Errorf("%s: refused: %v", name, err)
		}
		return
	}
	if len(list) != 1 || list[0].Code != fleet.Conflict || list[0].Why() != why || list[0].Field != "duplicateId" {
		t.Errorf("%s: %v, want a CONFLICT about duplicateId of the reason %s", name, err, why)
		return
	}
	for _, n := range named {
		if !strings.Contains(list[0].Message, n) {
			t.Errorf("%s: the message does not name %s: %s", name, n, list[0].Message)
		}
	}
}

func TestPeriodsOfDuplicatesDoNotOverlap(t *testing.T) {
	type times struct{ from, to string }
	for name, c := range map[string]struct {
		stays, duplicate []times
		refused          bool
	}{
		"none":                        {nil, nil, false},
		"one after the other":         {[]times{{"2026-01-01", "2026-02-01"}}, []times{{"2026-02-01", ""}}, false},
		"interleaved":                 {[]times{{"2026-01-01", "2026-02-01"}, {"2026-03-01", ""}}, []times{{"2026-02-01", "2026-03-01"}}, false},
		"both open":                   {[]times{{"2026-01-01", ""}}, []times{{"2026-02-01", ""}}, true},
		"one within another":          {[]times{{"2026-01-01", "2026-05-01"}}, []times{{"2026-02-01", "2026-03-01"}}, true},
		"the duplicate's comes first": {[]times{{"2026-02-01", "2026-03-01"}}, []times{{"2026-01-01", "2026-02-02"}}, true},
		"of one beginning":            {[]times{{"2026-01-01", "2026-02-01"}}, []times{{"2026-01-01", "2026-02-01"}}, true},
	} {
		var assignments []*fleet.Assignment
		var moves []*fleet.SiteMove
		for i, list := range [][]times{c.duplicate, c.stays} {
			machine := fleet.UUID{byte(i + 1)}
			for _, p := range list {
				assignments = append(assignments, &fleet.Assignment{ID: fleet.NewUUID(), EquipmentID: machine,
					OperatorID: fleet.NewUUID(), AssignedAt: moment(p.from), ReleasedAt: momentOf(p.to)})
				moves = append(moves, &fleet.SiteMove{ID: fleet.NewUUID(), EquipmentID: machine, SiteID: fleet.NewUUID(),
					ArrivedAt: moment(p.from), LeftAt: momentOf(p.to)})
			}
		}
		var named []string
		if c.refused {
			named = []string{assignments[0].GlobalID(), assignments[1].GlobalID()}
		}
		checkConflict(t, name, fleet.CheckMergedAssignments(assignments), c.refused, fleet.Overlap, named...)
		checkConflict(t, name, fleet.CheckMergedSites(moves), c.refused, fleet.Overlap)
	}
}

func TestReadingsOfDuplicatesAreOfOneMeter(t *testing.T) {
	const stays, duplicate = 1, 2
	type reading struct {
		of          byte
		on          string
		hours       fleet.Decimal
		replacement bool
	}
	for name, c := range map[string]struct {
		readings []reading
		confirm  bool
		why      fleet.Reason
	}{
		"interleaved":        {[]reading{{stays, "2026-01-01", "100", false}, {duplicate, "2026-01-03", "120", false}, {stays, "2026-01-05", "130", false}}, false, ""},
		"decrease":           {[]reading{{stays, "2026-01-01", "100", false}, {duplicate, "2026-01-03", "90", false}}, true, fleet.Decreasing},
		"a new meter":        {[]reading{{stays, "2026-01-01", "100", false}, {duplicate, "2026-01-03", "0", true}}, false, ""},
		"of one moment":      {[]reading{{stays, "2026-01-01", "100", false}, {duplicate, "2026-01-01", "100", false}}, true, fleet.Taken},
		"too many hours":     {[]reading{{stays, "2026-01-01", "100", false}, {duplicate, "2026-01-02", "200", false}}, false, fleet.Implausible},
		"confirmed":          {[]reading{{stays, "2026-01-01", "100", false}, {duplicate, "2026-01-02", "200", false}}, true, ""},
		"of one machine":     {[]reading{{stays, "2026-01-01", "100", false}, {stays, "2026-01-02", "200", false}}, false, ""},
		"after the new ones": {[]reading{{duplicate, "2026-01-01", "500", false}, {duplicate, "2026-01-03", "5", true}, {stays, "2026-01-05", "400", false}}, true, ""},
	} {
		var of []*fleet.MeterReading
		for _, r := range c.readings {
			of = append(of, &fleet.MeterReading{ID: fleet.NewUUID(), EquipmentID: fleet.UUID{r.of}, ReadAt: moment(r.on),
				Hours: r.hours, Replacement: r.replacement})
		}
		checkConflict(t, name, fleet.CheckMergedReadings(of, c.confirm), c.why != "", c.why)
	}
	left := []*fleet.MeterReading{
		{ReadAt: moment("2026-01-01"), Hours: "100"},
		{ReadAt: moment("2026-01-09"), Hours: "20"},
	}
	checkConflict(t, "left behind", fleet.CheckReadingsLeft(left), true, fleet.Decreasing)
	left[1].Replacement = true
	checkConflict(t, "left behind, of a new meter", fleet.CheckReadingsLeft(left), false, "")
}

func TestMergesAreToldByTheirHistory(t *testing.T) {
	other := &fleet.Equipment{ID: fleet.NewUUID(), Name: "Crane 2"}
	got := fleet.MergeChanges("duplicate", other, fleet.MergedRows{Records: 3, Papers: 1})
	want := map[string]string{
		"duplicate":          other.GlobalID(),
		"duplicateName":      "Crane 2",
		"maintenanceRecords": "3",
		"papers":             "1",
	}
	if len(got) != len(want) {
		t.Errorf("%d changes, want %d", len(got), len(want))
	}
	for _, c := range got {
		if c.To == nil || *c.To != want[c.Field] {
			t.Errorf("%s: %v, want %s", c.Field, c.To, want[c.Field])
		}
	}
	if n := (fleet.MergedRows{1, 2, 3, 4, 5, 6, 7, 8}).Sum(); n != 36 {
		t.Errorf("%d rows have moved, want 36", n)
	}
}
