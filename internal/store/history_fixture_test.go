package store_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
	"bitcorp.dev/fleet/internal/store/storetest"
)

// history is a company with random rows, which are kept beside the database for the reference.
type history struct {
	db       *store.DB
	viewer   fleet.Viewer
	zone     *time.Location
	people   map[fleet.UUID]string // names of users, operators and sites
	machines []*historyMachine
}

type historyMachine struct {
	id               fleet.UUID
	name             string
	category, status string
	user             *fleet.UUID
	cost             *big.Rat
	served, retired  *fleet.Date
	statuses         []historyStatus // in the order of time; the last one is the present one
	replacement      *big.Rat
	maker, model     *string
	created          time.Time
	assigned         []historyAssignment // in the order of time
	been             []historyAssignment // to sites, in the order of time
	readings         []historyReading    // in the order of time
	records          []*fleet.MaintenanceRecord
}

type historyAssignment struct {
	to   fleet.UUID // the operator, or the site
	from time.Time
	till *time.Time
}

type historyStatus struct {
	status string
	since  *time.Time
	until  *time.Time
}

type historyReading struct {
	at          time.Time
	hours       int // tenths
	replacement bool
}

func pick[T any](random *rand.Rand, of ...T) T { return of[random.IntN(len(of))] }

// newHistory fills a database with 25 machines of six years.
func newHistory(t *testing.T, random *rand.Rand, zone string) *history {
	t.Helper()
	db, _ := storetest.New(t)
	location, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	company := fleet.NewUUID()
	h := &history{db: db, zone: location, people: map[fleet.UUID]string{}, viewer: fleet.Viewer{CompanyID: company,
		UserID: fleet.NewUUID(), Role: fleet.RoleAnalyst}}
	exec := func(sql string, args ...any) {
		t.Helper()
		if err := db.Exec(t.Context(), sql, args...); err != nil {
			t.Fatalf("%v\n%s %v", err, sql, args)
		}
	}
	exec(`INSERT INTO companies (id, name, time_zone) VALUES ($1, $2, $3)`, [16]byte(company), zone, zone)
	var users, operators, sites []fleet.UUID
	for i := range 3 {
		user, operator := fleet.NewUUID(), fleet.NewUUID()
		h.people[user], h.people[operator] = fmt.Sprintf("user%d", i), fmt.Sprintf("op%d last", i)
		exec(`INSERT INTO users (id, company_id, email, name, role) VALUES ($1, $2, $3, $4, 'MANAGER')`, [16]byte(user),
			[16]byte(company), fmt.Sprintf("u%d@example.com", i), h.people[user])
		exec(`INSERT INTO operators (id, company_id, first_name, last_name) VALUES ($1, $2, $3, 'last')`,
			[16]byte(operator), [16]byte(company), fmt.Sprintf("op%d", i))
		site := fleet.NewUUID()
		h.people[site] = fmt.Sprintf("site%d", i)
		exec(`INSERT INTO sites (id, company_id, name) VALUES ($1, $2, $3)`, [16]byte(site), [16]byte(company),
			h.people[site])
		users, operators, sites = append(users, user), append(operators, operator), append(sites, site)
	}
	for i := range 25 {
		m := &historyMachine{
			id:       fleet.NewUUID(),
			name:     fmt.Sprintf("machine%02d", i),
			category: pick(random, "crane", "truck"),
			status:   pick(random, "ACTIVE", "INACTIVE", "RETIRED"),
			created:  h.moment(random),
		}
		if random.IntN(3) > 0 {
			m.user = &users[random.IntN(len(users))]
		}
		var cost, user any
		if random.IntN(3) > 0 {
			m.cost = big.NewRat(int64(random.IntN(100_000)), 100)
			cost = m.cost.FloatString(2)
		}
		if m.user != nil {
			user = [16]byte(*m.user)
		}
		h.serve(random, m)
		exec(`INSERT INTO equipment (id, company_id, user_id, name, category, status, cost, created_at, in_service_on,
				retired_on, replacement_value, manufacturer, model)
			VALUES ($1, $2, $3, $4, $5, $6, $7::numeric, $8, $9, $10, $11::numeric, $12, $13)`, [16]byte(m.id), [16]byte(company),
			user, m.name, m.category, m.status, cost, m.created, dayTime(m.served), dayTime(m.retired),
			ratText(m.replacement), m.maker, m.model)
		h.park(random, m, exec)
		m.assigned = h.assign(random, operators)
		m.been = h.assign(random, sites)
		for _, a := range m.assigned {
			exec(`INSERT INTO assignments (company_id, equipment_id, operator_id, assigned_at, released_at)
				VALUES ($1, $2, $3, $4, $5)`, [16]byte(company), [16]byte(m.id), [16]byte(a.to), a.from, a.till)
		}
		for _, a := range m.been {
			exec(`INSERT INTO site_moves (company_id, equipment_id, site_id, arrived_at, left_at)
				VALUES ($1, $2, $3, $4, $5)`, [16]byte(company), [16]byte(m.id), [16]byte(a.to), a.from, a.till)
		}
		h.read(random, m, exec)
		for range random.IntN(25) {
			h.work(random, m, exec)
		}
		h.machines = append(h.machines, m)
	}
	// What must not count: a deleted record, a deleted machine, another company's rows.
	other := fleet.NewUUID()
	exec(`INSERT INTO companies (id, name) VALUES ($1, 'other')`, [16]byte(other))
	for _, c := range []fleet.UUID{company, other} {
		exec(`WITH e AS (INSERT INTO equipment (company_id, name, category, cost, deleted_at) VALUES ($1, 'x', 'x', 5,
			CASE WHEN $2 THEN now() END) RETURNING *) INSERT INTO maintenance_records (company_id, equipment_id, kind,
			maintenance_date, cost, deleted_at) SELECT company_id, id, 'OTHER', '1999-01-01', 7, deleted_at FROM e`,
			[16]byte(c), c == company)
	}
	return h
}

// serve gives a machine days of service, a replacement value and a manufacturer, or leaves them unknown.
func (h *history) serve(random *rand.Rand, m *historyMachine) {
	first, last := fleet.DateOf(h.moment(random).In(h.zone)), fleet.DateOf(h.moment(random).In(h.zone))
	if last.Before(first) {
		first, last = last, first
	}
	if random.IntN(2) == 0 {
		m.served = &first
	}
	if m.status == "RETIRED" && random.IntN(3) > 0 {
		m.retired = &last
	}
	if random.IntN(3) > 0 {
		m.replacement = big.NewRat(int64(1+random.IntN(10_000_000)), 100)
	}
	if random.IntN(3) > 0 {
		maker, model := pick(random, "Ajax", "Bolt"), pick(random, "7", "8")
		m.maker, m.model = &maker, &model
	}
}

// park gives a machine statuses of before, which end with the present one.
func (h *history) park(random *rand.Rand, m *historyMachine, exec func(string, ...any)) {
	exec(`DELETE FROM equipment_status_periods WHERE equipment_id = $1`, [16]byte(m.id))
	var moments []time.Time
	for range random.IntN(7) {
		moments = append(moments, h.moment(random))
	}
	slices.SortFunc(moments, time.Time.Compare)
	var since *time.Time
	for i := range len(moments) + 1 {
		p := historyStatus{status: pick(random, "ACTIVE", "MAINTENANCE", "INACTIVE", "INACTIVE", "RETIRED"), since: since}
		if i == len(moments) {
			p.status = m.status
		} else {
			p.until, since = &moments[i], &moments[i]
		}
		exec(`INSERT INTO equipment_status_periods (company_id, equipment_id, status, since, until)
			VALUES ($1, $2, $3, $4, $5)`,
			[16]byte(h.viewer.CompanyID), [16]byte(m.id), p.status, p.since, p.until)
		m.statuses = append(m.statuses, p)
	}
}

func ratText(r *big.Rat) *string {
	if r == nil {
		return nil
	}
	text := r.FloatString(2)
	return &text
}

// moment is a time of six years, often about midnight of the zone or where its clocks change.
func (h *history) moment(random *rand.Rand) time.Time {
	at := time.Date(2020+random.IntN(6), time.Month(1+random.IntN(12)), 1+random.IntN(31), 0, 0, 0, 0, h.zone)
	switch random.IntN(4) {
	case 0:
		at = time.Date(at.Year(), pick(random, time.March, time.April, time.September, time.October, time.November),
			1+random.IntN(14), 0, 0, 0, 0, h.zone)
	case 1:
		at = time.Date(2024, time.February, 28+random.IntN(3), 0, 0, 0, 0, h.zone)
	}
	return at.Add(pick(random, 0, -time.Microsecond, time.Minute, time.Duration(random.IntN(1440))*time.Minute)).UTC()
}

// assign makes periods of a machine that do not overlap: of operators, or at sites.
func (h *history) assign(random *rand.Rand, among []fleet.UUID) (list []historyAssignment) {
	at := h.moment(random)
	for range random.IntN(12) {
		a := historyAssignment{to: among[random.IntN(len(among))], from: at}
		till := at.Add(time.Duration(1+random.IntN(60*24*40)) * time.Minute)
		if random.IntN(3) == 0 { // of a few hours: several have the same day
			till = at.Add(time.Duration(1+random.IntN(600)) * time.Minute)
		}
		if a.till = &till; random.IntN(15) == 0 {
			a.till = nil
		}
		list = append(list, a)
		if a.till == nil {
			return list
		}
		at = till.Add(time.Duration(random.IntN(3)) * time.Duration(random.IntN(5000)) * time.Minute)
	}
	return list
}

func (h *history) read(random *rand.Rand, m *historyMachine, exec func(string, ...any)) {
	at, hours := h.moment(random), random.IntN(1000)
	for range random.IntN(12) {
		r := historyReading{at, hours, false}
		if random.IntN(6) == 0 {
			hours = random.IntN(50)
			r.hours, r.replacement = hours, true
		}
		exec(`INSERT INTO meter_readings (company_id, equipment_id, read_at, hours, replacement)
			VALUES ($1, $2, $3, $4::numeric / 10, $5)`, [16]byte(h.viewer.CompanyID), [16]byte(m.id), at, fmt.Sprint(r.hours),
			r.replacement)
		m.readings = append(m.readings, r)
		at, hours = at.Add(time.Duration(1+random.IntN(24*90))*time.Hour), hours+random.IntN(4000)
	}
}

// work adds a record. Some are of the years before, at leap days, or stop the machine for hours or months.
func (h *history) work(random *rand.Rand, m *historyMachine, exec func(string, ...any)) {
	r := &fleet.MaintenanceRecord{ID: fleet.NewUUID(), EquipmentID: m.id, Kind: pick(random, fleet.MaintenanceKinds()...),
		Status: pick(random, fleet.MaintenanceStatuses()...), MaintenanceDate: fleet.DateOf(h.moment(random).In(h.zone))}
	if random.IntN(2) == 0 {
		r.Kind = fleet.Corrective
	}
	if n := random.IntN(4); n > 0 {
		source := fmt.Sprintf("pm%d", n)
		r.SourceKind = &source
	}
	if random.IntN(4) > 0 {
		labour, parts := big.NewRat(int64(random.IntN(20_000)-500), 100), big.NewRat(int64(random.IntN(20_000)), 100)
		if random.IntN(5) == 0 { // a reversal
			labour, parts = labour.Neg(labour), parts.Neg(parts)
		}
		r.Cost = cents(new(big.Rat).Add(labour, parts))
		if random.IntN(2) == 0 {
			r.LabourCost, r.PartsCost = cents(labour), cents(parts)
		}
	}
	if random.IntN(2) == 0 {
		labour := big.NewRat(int64(random.IntN(5_000)), 100)
		if r.IsReversal() {
			labour = labour.Neg(labour)
		}
		r.LabourHours = cents(labour)
	}
	if random.IntN(3) > 0 {
		from := h.moment(random)
		to := from.Add(time.Duration(random.IntN(60*24*30)) * time.Minute)
		r.DownFrom = &from
		if r.DownTo = &to; r.Status.Open() && random.IntN(2) == 0 {
			r.DownTo = nil
		} else {
			r.DownToExpected = r.Status.Open() && random.IntN(2) == 0
		}
	}
	if r.Status == fleet.MaintenancePlanned {
		r.DueDate, r.FirstDueDate = &r.MaintenanceDate, &r.MaintenanceDate
	}
	if r.Status == fleet.MaintenanceCompleted && random.IntN(2) == 0 {
		started := h.moment(random)
		done := started.Add(time.Duration(random.IntN(60*24*20)) * time.Minute)
		r.StartedAt, r.CompletedAt = &started, &done
	}
	exec(`INSERT INTO maintenance_records (id, company_id, equipment_id, kind, source_kind, status, maintenance_date, cost,
			labour_cost, parts_cost, down_from, down_to, down_to_expected, due_date, first_due_date, started_at, completed_at,
			labour_hours)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8::numeric, $9::numeric, $10::numeric, $11, $12, $13, $14, $14, $15, $16,
			$17::numeric)`,
		[16]byte(r.ID), [16]byte(h.viewer.CompanyID), [16]byte(m.id), string(r.Kind), r.SourceKind, string(r.Status),
		r.MaintenanceDate.Time(), (*string)(r.Cost), (*string)(r.LabourCost), (*string)(r.PartsCost), r.DownFrom, r.DownTo,
		r.DownToExpected, dayTime(r.DueDate), r.StartedAt, r.CompletedAt, (*string)(r.LabourHours))
	m.records = append(m.records, r)
}

func dayTime(d *fleet.Date) *time.Time {
	if d == nil {
		return nil
	}
	at := d.Time()
	return &at
}

func cents(r *big.Rat) *fleet.Decimal {
	d := fleet.Decimal(r.FloatString(2))
	return &d
}

// now is the database's clock.
func (h *history) now(t *testing.T) time.Time {
	t.Helper()
	var now time.Time
	if err := h.db.QueryOne(t.Context(), "SELECT clock_timestamp()", &now); err != nil {
		t.Fatal(err)
	}
	return now
}
