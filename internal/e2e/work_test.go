package e2e_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// workRow is a maintenance record with the dates of its life.
type workRow struct {
	ID, Status, MaintenanceDate                   string
	DueDate, FirstDueDate, StartedAt, CompletedAt *string
	Cost                                          *string
	DownFrom, DownTo                              *string
	Version                                       int
}

type workPayload struct {
	MaintenanceRecord *workRow
	Equipment         *machine
	Errors            []fault
}

const workFields = ` { maintenanceRecord { id status maintenanceDate dueDate firstDueDate startedAt completedAt cost downFrom downTo version }
	equipment { id status version } errors { code reason message field } } }`

const (
	recordWork   = `mutation($in: RecordMaintenanceInput!) { p: recordMaintenance(input: $in)` + workFields
	startWork    = `mutation($in: StartMaintenanceInput!) { p: startMaintenance(input: $in)` + workFields
	completeWork = `mutation($in: CompleteMaintenanceInput!) { p: completeMaintenance(input: $in)` + workFields
	cancelWork   = `mutation($in: CancelMaintenanceInput!) { p: cancelMaintenance(input: $in)` + workFields
	correctWork  = `mutation($in: CorrectMaintenanceInput!) { p: correctMaintenance(input: $in)` + workFields
)

// work runs a mutation of a maintenance record that must succeed.
func (s *service) work(mutation string, in vars) workPayload {
	s.t.Helper()
	p := change[workPayload](s, mutation, vars{"in": in})
	if len(p.Errors) > 0 || p.MaintenanceRecord == nil {
		s.t.Fatalf("%v: %+v", in, p.Errors)
	}
	return p
}

// refused runs a mutation of a maintenance record that must be refused, and returns the first fault.
func (s *service) refused(mutation string, in vars) fault {
	s.t.Helper()
	p := change[workPayload](s, mutation, vars{"in": in})
	if len(p.Errors) == 0 || p.MaintenanceRecord != nil {
		s.t.Fatalf("%v was not refused: %+v", in, p.MaintenanceRecord)
	}
	return p.Errors[0]
}

func text(s *string) string {
	if s == nil {
		return "null"
	}
	return *s
}

// TestAnOverdueJobCostsTheDayItIsDoneAndStaysLate puts a plan off and completes it after its due date.
func TestAnOverdueJobCostsTheDayItIsDoneAndStaysLate(t *testing.T) {
	t.Parallel()
	s := newService(t)
	e := s.machine(nil)
	p := s.work(recordWork, vars{"equipmentId": e.ID, "kind": "PREVENTIVE", "status": "PLANNED", "dueDate": "2026-08-01"})
	id := p.MaintenanceRecord.ID
	p = s.work(correctWork, vars{"maintenanceRecordId": id, "expectedVersion": 1, "dueDate": "2026-09-01"})
	if r := p.MaintenanceRecord; r.MaintenanceDate != "2026-09-01" || text(r.DueDate) != "2026-09-01" ||
		text(r.FirstDueDate) != "2026-08-01" || r.StartedAt != nil || r.CompletedAt != nil {
		t.Errorf("put off: %+v", r)
	}
	began := time.Now().Add(-time.Minute)
	p = s.work(completeWork, vars{"maintenanceRecordId": id, "cost": "100"})
	r := p.MaintenanceRecord
	done, err := time.Parse(time.RFC3339, text(r.CompletedAt))
	if err != nil || done.Before(began) || done.After(time.Now().Add(time.Minute)) ||
		r.MaintenanceDate != done.UTC().Format(time.DateOnly) || text(r.DueDate) != "2026-09-01" ||
		text(r.FirstDueDate) != "2026-08-01" || r.StartedAt != nil {
		t.Errorf("completed: %+v, %v", r, err)
	}
	var got struct {
		Month, Today []struct{ TotalCost string }
		Record       struct {
			History struct {
				Nodes []struct {
					Action  string
					Changes []struct{ Field, From, To *string }
				}
			}
		}
	}
	s.data(&got, `query($id: ID!, $today: Date!) {
		month: maintenanceSummary(filter: { maintenanceDate: { gte: "2026-09-01", lte: "2026-09-30" } }) { totalCost }
		today: maintenanceSummary(filter: { maintenanceDate: { gte: $today } }) { totalCost }
		record: maintenanceRecord(id: $id) { history { nodes { action changes { field from to } } } } }`,
		vars{"id": id, "today": r.MaintenanceDate})
	if got.Month[0].TotalCost != "0.00" || got.Today[0].TotalCost != "100.00" {
		t.Errorf("costs %+v in September, %+v on the day it was done", got.Month, got.Today)
	}
	var told []string
	for _, n := range got.Record.History.Nodes[:2] {
		for _, c := range n.Changes {
			told = append(told, n.Action+" "+*c.Field+": "+text(c.From)+" to "+text(c.To))
		}
	}
	if diff := cmp.Diff([]string{
		"COMPLETED status: PLANNED to COMPLETED",
		"COMPLETED completedAt: null to " + told[1][len("COMPLETED completedAt: null to "):],
		"COMPLETED maintenanceDate: 2026-09-01 to " + r.MaintenanceDate,
		"COMPLETED cost: null to 100.00",
		"CORRECTED dueDate: 2026-08-01 to 2026-09-01",
		"CORRECTED maintenanceDate: 2026-08-01 to 2026-09-01",
	}, told); diff != "" {
		t.Error(diff)
	}
}

// TestTheDayOfWorkIsThatOfTheCompany: it is another day on Kiritimati than on Pago Pago, at any moment.
func TestTheDayOfWorkIsThatOfTheCompany(t *testing.T) {
	t.Parallel()
	s := newService(t)
	e := s.machine(nil)
	done := func(zone string) string {
		s.exec(`UPDATE companies SET time_zone = $1`, zone)
		p := s.work(recordWork, vars{"equipmentId": e.ID, "kind": "OTHER"})
		at, err := time.Parse(time.RFC3339, text(p.MaintenanceRecord.CompletedAt))
		place, zoneErr := time.LoadLocation(zone)
		if err != nil || zoneErr != nil || at.In(place).Format(time.DateOnly) != p.MaintenanceRecord.MaintenanceDate {
			t.Errorf("%s: %+v, %v, %v", zone, p.MaintenanceRecord, err, zoneErr)
		}
		return p.MaintenanceRecord.MaintenanceDate
	}
	east, west := done("Pacific/Kiritimati"), done("Pacific/Pago_Pago")
	if east <= west {
		t.Errorf("%s on Kiritimati and %s on Pago Pago", east, west)
	}
	f := s.refused(recordWork, vars{"equipmentId": e.ID, "kind": "OTHER", "maintenanceDate": east})
	if f.Code != "BAD_INPUT" || string(f.Field) != "input.maintenanceDate" {
		t.Errorf("work of tomorrow: %+v", f)
	}
}

// TestTheLastWorkIsNoPlan: the last work has begun or is done, the next is the plan that is due first.
func TestTheLastWorkIsNoPlan(t *testing.T) {
	t.Parallel()
	s := newService(t)
	e := s.machine(nil)
	plan := func(due string) string {
		return s.work(
			recordWork,
			vars{"equipmentId": e.ID, "kind": "PREVENTIVE", "status": "PLANNED", "dueDate": due},
		).MaintenanceRecord.ID
	}
	check := func(name, latest, next string) {
		t.Helper()
		var got struct {
			Equipment struct{ LatestMaintenance, NextMaintenance *struct{ ID string } }
		}
		s.data(
			&got,
			`query($id: ID!) { equipment(id: $id) { latestMaintenance { id } nextMaintenance { id } } }`,
			vars{"id": e.ID},
		)
		id := func(row *struct{ ID string }) string {
			if row == nil {
				return ""
			}
			return row.ID
		}
		if l, n := id(got.Equipment.LatestMaintenance), id(got.Equipment.NextMaintenance); l != latest || n != next {
			t.Errorf("%s: the last work is %q and the next %q, want %q and %q", name, l, n, latest, next)
		}
	}
	check("without work", "", "")
	called := plan("2027-01-01")
	s.work(cancelWork, vars{"maintenanceRecordId": called})
	check("after a cancelled plan", "", "")
	later, sooner := plan("2027-06-01"), plan("2027-05-01")
	check("with plans", "", sooner)
	done := s.work(
		recordWork,
		vars{"equipmentId": e.ID, "kind": "CORRECTIVE", "maintenanceDate": "2026-10-01"},
	).MaintenanceRecord.ID
	check("with work done", done, sooner)
	s.work(startWork, vars{"maintenanceRecordId": sooner})
	check("with work begun", sooner, later)
	s.work(cancelWork, vars{"maintenanceRecordId": sooner})
	check("with that called off", done, later)
}

// TestUnknownCostOfWorkIsNoPartOfAMean: 0 is free of charge, null is unknown.
func TestUnknownCostOfWorkIsNoPartOfAMean(t *testing.T) {
	t.Parallel()
	s := newService(t)
	e, other := s.machine(nil), s.machine(vars{"name": "Other", "category": "Crane"})
	add := func(in vars) workRow {
		in["kind"], in["maintenanceDate"] = "CORRECTIVE", "2026-05-01"
		if in["equipmentId"] == nil {
			in["equipmentId"] = e.ID
		}
		return *s.work(recordWork, in).MaintenanceRecord
	}
	first := add(vars{})
	add(vars{"cost": "100"})
	if r := add(vars{"cost": nil}); first.Cost != nil || r.Cost != nil {
		t.Errorf("unknown costs are %v and %v", text(first.Cost), text(r.Cost))
	}
	add(vars{"cost": nil, "equipmentId": other.ID})
	type sums struct {
		Records, UnknownCost int
		TotalCost            string
		AverageCost          *string
	}
	summary := func(args string) []string {
		t.Helper()
		var got struct{ MaintenanceSummary []sums }
		s.data(
			&got,
			`query($e: ID!) { maintenanceSummary`+args+` { records unknownCost totalCost averageCost } }`,
			vars{"e": e.ID},
		)
		var lines []string
		for _, g := range got.MaintenanceSummary {
			lines = append(
				lines,
				fmt.Sprint(g.Records, " records, ", g.UnknownCost, " unknown, ", g.TotalCost, ", mean ", text(g.AverageCost)),
			)
		}
		return lines
	}
	mine, theirs := "3 records, 2 unknown, 100.00, mean 100.00", "1 records, 1 unknown, 0.00, mean null"
	of := `(filter: { equipment: { in: [$e] } })`
	if diff := cmp.Diff([]string{mine}, summary(of)); diff != "" {
		t.Error(diff)
	}
	add(vars{"cost": "0"})
	mine = "4 records, 2 unknown, 100.00, mean 50.00"
	if diff := cmp.Diff([]string{mine}, summary(of)); diff != "" {
		t.Error("0 is free of charge:", diff)
	}
	for order, want := range map[string][]string{
		"AVERAGE_COST_DESC": {mine, theirs}, "AVERAGE_COST_ASC": {theirs, mine},
		"TOTAL_COST_DESC": {mine, theirs}, "TOTAL_COST_ASC": {theirs, mine},
	} {
		if diff := cmp.Diff(
			want,
			summary(`(groupBy: [CATEGORY], orderBy: `+order+`, filter: { not: { equipment: { in: [$e] }, kind: [OTHER] } })`),
		); diff != "" {
			t.Error(order, diff)
		}
	}
	add(vars{"cost": "-7.50"})
	costs := func(args string) (list []string) {
		t.Helper()
		for after := (*string)(nil); ; {
			var got struct {
				MaintenanceRecords struct {
					Nodes    []workRow
					PageInfo struct {
						HasNextPage bool
						EndCursor   *string
					}
				}
			}
			s.data(
				&got,
				`query($after: String) { maintenanceRecords(first: 2, after: $after, `+args+`) { nodes { cost } pageInfo { hasNextPage endCursor } } }`,
				vars{"after": after},
			)
			for _, n := range got.MaintenanceRecords.Nodes {
				list = append(list, text(n.Cost))
			}
			if after = got.MaintenanceRecords.PageInfo.EndCursor; !got.MaintenanceRecords.PageInfo.HasNextPage {
				return list
			}
		}
	}
	for args, want := range map[string][]string{
		"orderBy: COST_ASC":  {"null", "null", "null", "-7.50", "0.00", "100.00"},
		"orderBy: COST_DESC": {"100.00", "0.00", "-7.50", "null", "null", "null"},
		"orderBy: COST_ASC, filter: { cost: { isNull: true } }":      {"null", "null", "null"},
		"orderBy: COST_ASC, filter: { cost: { isNull: false } }":     {"-7.50", "0.00", "100.00"},
		"orderBy: COST_ASC, filter: { cost: { lt: 50 } }":            {"-7.50", "0.00"},
		"orderBy: COST_ASC, filter: { cost: { gte: 0 } }":            {"0.00", "100.00"},
		"orderBy: COST_ASC, filter: { not: { cost: { lt: 50 } } }":   {"null", "null", "null", "100.00"},
		"orderBy: COST_DESC, filter: { not: { cost: { gte: 50 } } }": {"0.00", "-7.50", "null", "null", "null"},
	} {
		if diff := cmp.Diff(want, costs(args)); diff != "" {
			t.Error(args, diff)
		}
	}
	p := s.work(
		correctWork,
		vars{"maintenanceRecordId": first.ID, "expectedVersion": 1, "labourCost": "10", "partsCost": "2.50"},
	)
	if text(p.MaintenanceRecord.Cost) != "12.50" {
		t.Errorf("the parts became known: %+v", p.MaintenanceRecord)
	}
	p = s.work(correctWork, vars{"maintenanceRecordId": first.ID, "expectedVersion": 2, "cost": nil})
	if p.MaintenanceRecord.Cost != nil {
		t.Errorf("unknown after all: %+v", p.MaintenanceRecord)
	}
}
