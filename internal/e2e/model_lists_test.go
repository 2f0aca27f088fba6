package e2e_test

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"
)

// modelLists are the lists of the API that the model compares, and the sums of the same rows.
const modelLists = `{
	equipmentList(first: 20) { totalCount nodes { id status cost assignedOperator { id } site { id }
		assignments(first: 50) { totalCount nodes { assignedAt releasedAt operator { id } } }
		siteMoves(first: 50) { totalCount nodes { arrivedAt leftAt site { id } } }
		maintenanceRecords(first: 50) { totalCount nodes { id } } } }
	maintenanceRecords(first: 100) { totalCount nodes { id status cost equipment { id } } }
	operators(first: 20) { totalCount nodes { id assignedEquipment { nodes { id } } } }
	sites(first: 20) { totalCount nodes { id equipment { nodes { id } } } }
	maintenanceSummary { records totalCost unknownCost }
	byMachine: maintenanceSummary(groupBy: [EQUIPMENT]) { equipment { id } records totalCost unknownCost }
	maintenanceAggregates(groupBy: [STATUS]) { keys { value } count cost { sum count missing } }
	equipmentAggregates(groupBy: [STATUS]) { keys { value } count cost { sum } }
	dashboardStats { totalEquipment totalValue statusCounts { status count } }
}`

type modelAnswer struct {
	EquipmentList struct {
		TotalCount int
		Nodes      []struct {
			ID, Status             string
			Cost                   *string
			AssignedOperator, Site *struct{ ID string }
			Assignments            struct {
				TotalCount int
				Nodes      []struct {
					AssignedAt time.Time
					ReleasedAt *time.Time
					Operator   *struct{ ID string }
				}
			}
			SiteMoves struct {
				TotalCount int
				Nodes      []struct {
					ArrivedAt time.Time
					LeftAt    *time.Time
					Site      *struct{ ID string }
				}
			}
			MaintenanceRecords struct {
				TotalCount int
				Nodes      []struct{ ID string }
			}
		}
	}
	MaintenanceRecords struct {
		TotalCount int
		Nodes      []struct {
			ID, Status string
			Cost       *string
			Equipment  *struct{ ID string }
		}
	}
	Operators struct {
		TotalCount int
		Nodes      []struct {
			ID                string
			AssignedEquipment struct{ Nodes []struct{ ID string } }
		}
	}
	Sites struct {
		TotalCount int
		Nodes      []struct {
			ID        string
			Equipment struct{ Nodes []struct{ ID string } }
		}
	}
	MaintenanceSummary, ByMachine []struct {
		Equipment            *struct{ ID string }
		Records, UnknownCost int
		TotalCost            string
	}
	MaintenanceAggregates, EquipmentAggregates []struct {
		Keys  []struct{ Value string }
		Count int
		Cost  struct {
			Sum            string
			Count, Missing int
		}
	}
	DashboardStats struct {
		TotalEquipment int
		TotalValue     string
		StatusCounts   []struct {
			Status string
			Count  int
		}
	}
}

// checkLists compares the lists with the model, and the sums with the lists.
func (m *model) checkLists() {
	m.t.Helper()
	var a modelAnswer
	m.data(&a, modelLists, nil)
	var want, got []string
	say := func(list *[]string, format string, args ...any) { *list = append(*list, fmt.Sprintf(format, args...)) }
	live := map[string]int{} // records of each machine
	for id, r := range m.records {
		if !r.deleted && !m.machines[r.machine].deleted {
			live[r.machine]++
			say(&want, "%s of %s is %s", id, r.machine, r.status)
		}
	}
	for id, e := range m.machines {
		if e.deleted {
			continue
		}
		operator, site, runs, stays := "", "", 0, 0
		for _, p := range e.runs {
			if m.people[p.of].deleted {
				continue
			}
			if runs++; p.to == nil {
				operator = p.of
			}
			say(&want, "%s has %s from %s until %s", id, p.of, p.from, moment(p.to))
		}
		for _, p := range e.stays {
			if m.places[p.of].deleted {
				continue
			}
			if stays++; p.to == nil {
				site = p.of
			}
			say(&want, "%s is at %s from %s until %s", id, p.of, p.from, moment(p.to))
		}
		say(
			&want,
			"%s is %s, run by %q at %q, in %d, %d and %d rows",
			id,
			m.status(id),
			operator,
			site,
			runs,
			stays,
			live[id],
		)
		if operator != "" {
			say(&want, "%s runs %s", operator, id)
		}
		if site != "" {
			say(&want, "%s has %s", site, id)
		}
	}
	for id, o := range m.people {
		if !o.deleted {
			say(&want, "%s", id)
		}
	}
	for id, s := range m.places {
		if !s.deleted {
			say(&want, "%s", id)
		}
	}
	for _, r := range a.MaintenanceRecords.Nodes {
		say(&got, "%s of %s is %s", r.ID, nodeOf(r.Equipment), r.Status)
	}
	for _, e := range a.EquipmentList.Nodes {
		for _, p := range e.Assignments.Nodes {
			say(&got, "%s has %s from %s until %s", e.ID, nodeOf(p.Operator), p.AssignedAt.UTC(), moment(p.ReleasedAt))
		}
		for _, p := range e.SiteMoves.Nodes {
			say(&got, "%s is at %s from %s until %s", e.ID, nodeOf(p.Site), p.ArrivedAt.UTC(), moment(p.LeftAt))
		}
		say(&got, "%s is %s, run by %q at %q, in %d, %d and %d rows", e.ID, e.Status, nodeOf(e.AssignedOperator),
			nodeOf(e.Site), e.Assignments.TotalCount, e.SiteMoves.TotalCount, e.MaintenanceRecords.TotalCount)
		if len(e.MaintenanceRecords.Nodes) != min(e.MaintenanceRecords.TotalCount, 50) {
			m.t.Errorf("%s lists %d of %d records", e.ID, len(e.MaintenanceRecords.Nodes), e.MaintenanceRecords.TotalCount)
		}
	}
	for _, o := range a.Operators.Nodes {
		say(&got, "%s", o.ID)
		for _, e := range o.AssignedEquipment.Nodes {
			say(&got, "%s runs %s", o.ID, e.ID)
		}
	}
	for _, s := range a.Sites.Nodes {
		say(&got, "%s", s.ID)
		for _, e := range s.Equipment.Nodes {
			say(&got, "%s has %s", s.ID, e.ID)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		m.t.Errorf("the lists differ from the model: %s", diff)
	}
	m.checkSums(&a)
}

// sum is that of amounts, those that are unknown apart.
type sum struct {
	rows, unknown int
	total         big.Rat
}

func (s *sum) add(amount *string) {
	s.rows++
	if amount == nil {
		s.unknown++
		return
	}
	var r big.Rat
	r.SetString(*amount)
	s.total.Add(&s.total, &r)
}

func (s *sum) String() string {
	return fmt.Sprint(s.rows, " rows, ", s.unknown, " unknown, ", s.total.FloatString(2))
}

// checkSums compares each sum with that of the rows of the list.
func (m *model) checkSums(a *modelAnswer) {
	m.t.Helper()
	want := map[string]*sum{"records": {}, "machines": {}}
	add := func(amount *string, groups ...string) {
		for _, g := range groups {
			if want[g] == nil {
				want[g] = &sum{}
			}
			want[g].add(amount)
		}
	}
	for _, r := range a.MaintenanceRecords.Nodes {
		add(r.Cost, "records", "records of "+nodeOf(r.Equipment), "records "+r.Status)
	}
	for _, e := range a.EquipmentList.Nodes {
		add(e.Cost, "machines", "machines "+e.Status)
	}
	got := map[string]string{}
	line := func(rows, unknown int, total string) string {
		return fmt.Sprint(rows, " rows, ", unknown, " unknown, ", total)
	}
	for _, g := range a.MaintenanceSummary {
		got["records"] = line(g.Records, g.UnknownCost, g.TotalCost)
	}
	for _, g := range a.ByMachine {
		got["records of "+nodeOf(g.Equipment)] = line(g.Records, g.UnknownCost, g.TotalCost)
	}
	for _, g := range a.MaintenanceAggregates {
		got["records "+g.Keys[0].Value] = line(g.Count, g.Cost.Missing, g.Cost.Sum)
	}
	for _, g := range a.EquipmentAggregates {
		got["machines "+g.Keys[0].Value] = line(g.Count, 0, g.Cost.Sum)
	}
	got["machines"] = line(a.DashboardStats.TotalEquipment, 0, a.DashboardStats.TotalValue)
	lines := map[string]string{}
	for name, s := range want {
		lines[name] = s.String()
	}
	if diff := cmp.Diff(lines, got); diff != "" {
		m.t.Errorf("the sums differ from their rows: %s", diff)
	}
	for _, c := range a.DashboardStats.StatusCounts {
		if s := want["machines "+c.Status]; s == nil && c.Count != 0 || s != nil && s.rows != c.Count {
			m.t.Errorf("the dashboard has %d machines that are %s, the list %v", c.Count, c.Status, s)
		}
	}
	if a.MaintenanceRecords.TotalCount != len(a.MaintenanceRecords.Nodes) ||
		a.EquipmentList.TotalCount != len(a.EquipmentList.Nodes) {
		m.t.Errorf("%d records and %d machines are counted, %d and %d listed", a.MaintenanceRecords.TotalCount,
			a.EquipmentList.TotalCount, len(a.MaintenanceRecords.Nodes), len(a.EquipmentList.Nodes))
	}
}

// nodeOf is the id of a row, "" for none.
func nodeOf(row *struct{ ID string }) string {
	if row == nil {
		return ""
	}
	return row.ID
}

// moment is a time as text.
func moment(at *time.Time) string {
	if at == nil {
		return "now"
	}
	return strings.TrimSpace(at.UTC().String())
}
