package e2e_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/ingest"
	"bitcorp.dev/fleet/internal/localpg"
	"bitcorp.dev/fleet/internal/localpg/pgtest"
	"bitcorp.dev/fleet/internal/store/storetest"
	"bitcorp.dev/fleet/migrations"
)

const (
	theStats   = `totalEquipment activeEquipment averageCost totalValue statusCounts { status count }`
	askStats   = `{ dashboardStats { ` + theStats + ` sequence } }`
	watchStats = `subscription { dashboardStats { ` + theStats + ` } }`
)

type statistics struct {
	DashboardStats struct {
		TotalEquipment, ActiveEquipment int
		AverageCost                     *string
		TotalValue                      string
		StatusCounts                    []struct {
			Status string
			Count  int
		}
		Sequence int64
	}
}

func (s *service) statistics() (d statistics) {
	s.t.Helper()
	s.data(&d, askStats, nil)
	return d
}

func (s *service) total() int {
	s.t.Helper()
	return s.statistics().DashboardStats.TotalEquipment
}

// TestEveryInstanceShowsEveryChange changes the fleet in every way there is
// and waits until the other instance answers and tells it.
func TestEveryInstanceShowsEveryChange(t *testing.T) {
	t.Parallel()
	a := newService(t)
	b := a.another()
	socket, stream := b.overSocket(watchStats, nil), b.overStream(watchStats)
	agreed := int64(-1)
	shows := func(what string, total, active int, value string) {
		t.Helper()
		is := func(d statistics) bool {
			s := d.DashboardStats
			return s.TotalEquipment == total && s.ActiveEquipment == active && s.TotalValue == value
		}
		b.eventually(func() bool { return is(b.statistics()) })
		b.eventually(func() bool { return is(last[statistics](t, socket)) && is(last[statistics](t, stream)) })
		before := agreed
		if agreed = b.statistics().DashboardStats.Sequence; agreed <= before && before >= 0 {
			t.Errorf("%s: the sequence went from %d to %d", what, before, agreed)
		}
		if got := a.statistics().DashboardStats.Sequence; got != agreed {
			t.Errorf("%s: one instance is at %d, the other at %d", what, got, agreed)
		}
	}
	b.total() // is in memory from here on
	shows("nothing", 0, 0, "0.00")
	m := a.machine(vars{"cost": "100.50"})
	shows("a mutation", 1, 1, "100.50")
	a.exec(`UPDATE equipment SET cost = 200`)
	shows("psql", 1, 1, "200.00")
	a.importMachines("10", "20")
	shows("an import", 3, 3, "230.00")
	p := change[struct {
		Results []struct{ Outcome string }
		Errors  []fault
	}](a, `mutation($id: ID!, $v: Int!) { p: updateEquipmentBatch(input: { updates: [{ equipmentId: $id, expectedVersion: $v, status: INACTIVE }] }) { results { outcome } errors { message } } }`, vars{"id": m.ID, "v": m.Version + 1})
	if len(p.Results) != 1 || p.Results[0].Outcome != "APPLIED" {
		t.Fatalf("%+v", p)
	}
	shows("a batch", 3, 2, "230.00")
	a.exec(`TRUNCATE equipment CASCADE`)
	shows("TRUNCATE", 0, 0, "0.00")
	if n := len(all[statistics](t, socket)); n > 6 {
		t.Errorf("the subscriber was told %d times of 6 states: %+v", n, all[statistics](t, socket))
	}
}

// TestASubscriptionSendsEachChangeOfItsSequence changes what moves no other
// figure, on this instance and past it: a subscription that selects the
// sequence sends it, one that does not sends nothing.
func TestASubscriptionSendsEachChangeOfItsSequence(t *testing.T) {
	t.Parallel()
	a := newService(t)
	b := a.another()
	m := a.machine(nil)
	const selected = `subscription { dashboardStats { totalEquipment ... on DashboardStats { at: sequence } } }`
	type event struct {
		DashboardStats struct{ TotalEquipment, At int64 }
	}
	with := []*subscriber{a.overSocket(selected, nil), b.overSocket(selected, nil), b.overStream(selected)}
	without := b.overSocket(
		`subscription($no: Boolean! = false) { dashboardStats { totalEquipment sequence @include(if: $no) } }`,
		nil,
	)
	b.eventually(func() bool { return len(all[event](t, without)) == 1 })
	for _, one := range []struct {
		what string
		make func()
	}{
		{"a name by a mutation", func() {
			p := change[equipmentPayload](a, `mutation($id: ID!, $v: Int!) { p: updateEquipment(input: { equipmentId: $id, expectedVersion: $v, name: "Renamed" }) { equipment { id } errors { message } } }`, vars{"id": m.ID, "v": m.Version})
			if len(p.Errors) > 0 {
				t.Fatal(p.Errors)
			}
		}},
		{"a name by psql", func() { a.exec(`UPDATE equipment SET name = 'Renamed again'`) }},
		{"a record by psql", func() {
			a.exec(`INSERT INTO maintenance_records (company_id, equipment_id, kind, maintenance_date) SELECT company_id, id, 'INSPECTION', '2026-01-01' FROM equipment`)
		}},
	} {
		var before, after int64
		const sequence = `SELECT sum(changes)::bigint FROM company_changes`
		a.row(sequence, []any{&before})
		one.make()
		a.row(sequence, []any{&after})
		if after <= before {
			t.Fatalf("%s: the sequence went from %d to %d", one.what, before, after)
		}
		for n, s := range with {
			b.eventually(func() bool { return last[event](t, s).DashboardStats.At == after })
			if a, b := a.statistics(), b.statistics(); a.DashboardStats.Sequence != after || b.DashboardStats.Sequence != after {
				t.Errorf(
					"%s: subscriber %d is at %d, the instances answer %d and %d",
					one.what,
					n,
					after,
					a.DashboardStats.Sequence,
					b.DashboardStats.Sequence,
				)
			}
		}
	}
	a.machine(nil)
	b.eventually(func() bool { return last[event](t, without).DashboardStats.TotalEquipment == 2 })
	if n := len(all[event](t, without)); n != 2 {
		t.Errorf("a subscription without the sequence sent %d events of 2 states", n)
	}
}

// importMachines imports a file of machines of these costs.
func (s *service) importMachines(costs ...string) {
	s.t.Helper()
	text := "Ref,Name,Category,Cost\n"
	for i, cost := range costs {
		text += fmt.Sprintf("R%d,Machine %d,Crane,%s\n", i, i, cost)
	}
	o := ingest.Options{Entity: ingest.Equipment, Name: "machines.csv", Mapping: ingest.Mapping{Columns: map[string]string{
		"sourceRef": "Ref", "name": "Name", "category": "Category", "cost": "Cost"}}}
	if _, err := ingest.Run(s.t.Context(), s.store.Bulk(), s.viewer, o, strings.NewReader(text)); err != nil {
		s.t.Fatal(err)
	}
}

// TestNoFigureIsStale reads on two instances while both, and psql, write. An
// answer counts every machine that the feed had reported to the instance, and every
// machine that the instance itself had acknowledged, before it was asked.
func TestNoFigureIsStale(t *testing.T) {
	t.Parallel()
	type instance struct {
		*service
		ear   *ear
		acked atomic.Int64
	}
	base := newService(t)
	instances := make([]*instance, 2)
	for i := range instances {
		e := new(ear)
		of := *base
		of.heard = e
		of.serveAs("ours@example.com")
		instances[i] = &instance{service: &of, ear: e}
	}
	const writes = 60
	var writers, readers sync.WaitGroup
	for _, one := range instances {
		for range 2 {
			writers.Go(func() {
				for range writes {
					one.machine(nil)
					one.acked.Add(1)
				}
			})
		}
	}
	writers.Go(func() {
		for range writes {
			base.exec(
				`INSERT INTO equipment (company_id, name, category) VALUES ($1, 'psql', 'Crane')`,
				[16]byte(base.viewer.CompanyID),
			)
		}
	})
	done := make(chan struct{})
	var reads, stale atomic.Int64
	for _, one := range instances {
		for range 3 {
			readers.Go(func() {
				for {
					select {
					case <-done:
						return
					default:
					}
					atLeast := max(one.ear.rows.Load(), one.acked.Load())
					if got := int64(one.total()); got < atLeast {
						stale.Add(1)
						t.Errorf("%d machines, but %d were there before", got, atLeast)
					}
					reads.Add(1)
				}
			})
		}
	}
	writers.Wait()
	for _, one := range instances {
		one.eventually(func() bool { return one.total() == 5*writes })
		if one.ear.rows.Load() == 0 {
			t.Error("an instance heard of no row: this shows nothing")
		}
	}
	close(done)
	readers.Wait()
	if a, b := instances[0].statistics(), instances[1].statistics(); fmt.Sprint(a) != fmt.Sprint(b) {
		t.Errorf("instances differ: %+v, %+v", a, b)
	}
	if reads.Load() < writes {
		t.Errorf("only %d reads: this shows nothing", reads.Load())
	}
	t.Logf("%d reads, %d stale", reads.Load(), stale.Load())
}

// listener counts the machines that the feed has reported, as far as it names them.
type ear struct{ rows atomic.Int64 }

func (e *ear) Changed(c fleet.TableChange) {
	if c.Table == fleet.TableEquipment {
		e.rows.Add(int64(len(c.Rows)))
	}
}
func (*ear) Lost()  {}
func (*ear) Found() {}

// TestALostListenerLosesNothing cuts the feed again and again during writes.
func TestALostListenerLosesNothing(t *testing.T) {
	t.Parallel()
	s := newService(t)
	figures := s.overSocket(watchStats, nil)
	rows := s.overSocket(`subscription { equipmentChanged { change id } }`, nil)
	for i := range 10 {
		s.machine(nil)
		s.exec(
			`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'fleet feed'`,
		)
		s.exec(
			`INSERT INTO equipment (company_id, name, category) VALUES ($1, 'psql', 'Crane')`,
			[16]byte(s.viewer.CompanyID),
		)
		s.eventually(func() bool { return s.total() == 2*(i+1) }) // also without a listener
	}
	s.eventually(func() bool { return last[statistics](t, figures).DashboardStats.TotalEquipment == 20 })
	resyncs := func() (n int) {
		for _, e := range all[equipmentNews](t, rows) {
			if e.EquipmentChanged.Change == "RESYNC" {
				n++
			}
		}
		return n
	}
	s.eventually(func() bool { return resyncs() >= 2 })
	before := resyncs()
	m := s.machine(nil)
	s.eventually(func() bool { // by its name, or, if the last cut was not noticed before, as one of all
		return last[equipmentNews](t, rows).EquipmentChanged.ID == m.ID || resyncs() > before
	})
}

type equipmentNews struct {
	EquipmentChanged struct {
		Change, ID string
		Equipment  *machine
	}
}

// TestADatabaseThatComesBack stops the database under a server and starts it again.
func TestADatabaseThatComesBack(t *testing.T) {
	t.Parallel()
	dir := pgtest.Dir(t)
	start := func() *localpg.Server {
		pg, err := localpg.Start(t.Context(), localpg.Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		return pg
	}
	stop := func(pg *localpg.Server) {
		if err := pg.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	}
	pg := start()
	defer func() { stop(pg) }()
	if _, err := migrations.Up(t.Context(), pg.URL()); err != nil {
		t.Fatal(err)
	}
	db, url := storetest.Open(t, pg.URL())
	s := &service{t: t, store: db, url: url}
	s.people()
	s.serveAs("ours@example.com")
	s.machine(nil)
	figures := s.overSocket(watchStats, nil)
	s.eventually(func() bool { return last[statistics](t, figures).DashboardStats.TotalEquipment == 1 })

	// Reads go on all the time, bypassing the cache too.
	var asking sync.WaitGroup
	ended := make(chan struct{})
	finish := sync.OnceFunc(func() { close(ended); asking.Wait() })
	defer finish()
	var answered, refused atomic.Int64
	for _, query := range []string{askStats, `{ equipmentList(first: 1) { nodes { name } } }`} {
		asking.Go(func() {
			for {
				select {
				case <-ended:
					return
				case <-time.After(2 * time.Millisecond):
				}
				begun := time.Now()
				a := s.ask(query, nil)
				if took := time.Since(begun); took > 40*time.Second {
					t.Errorf("an answer took %s, its deadline is after 30 s", took)
				}
				if len(a.Errors) == 0 {
					answered.Add(1)
					continue
				}
				refused.Add(1)
				if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != string(fleet.Unavailable) ||
					!strings.Contains(a.Errors[0].Message, "database does not answer") {
					t.Errorf("while the database is away: %+v", a.Errors)
				}
			}
		})
	}
	stop(pg)
	s.eventually(func() bool { return s.metric("fleet_feed_listening") == 0 && refused.Load() > 0 })
	a := s.ask(askStats, nil)
	if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != string(fleet.Unavailable) ||
		!strings.Contains(a.Errors[0].Message, "database does not answer") {
		t.Errorf("without a database: %s %+v", a.Data, a.Errors)
	}
	if a.status != http.StatusServiceUnavailable || a.header.Get("Retry-After") != "1" {
		t.Errorf("without a database: status %d, Retry-After %q", a.status, a.header.Get("Retry-After"))
	}
	// Nothing is known of a token then, so that its client is asked to try again.
	if code := s.closeCode(tokenOf(secret("anybody"))); code != websocket.StatusTryAgainLater {
		t.Errorf("without a database: a socket with a token is closed with %d", code)
	}
	pg = start()
	s.exec(`INSERT INTO equipment (company_id, name, category) VALUES ($1, 'psql', 'Crane')`, [16]byte(s.viewer.CompanyID))
	s.eventually(func() bool { return last[statistics](t, figures).DashboardStats.TotalEquipment == 2 })
	s.eventually(func() bool { return len(s.ask(askStats, nil).Errors) == 0 })
	finish()
	if got := s.total(); got != 2 {
		t.Errorf("%d machines afterwards, want 2", got)
	}
	if answered.Load() == 0 {
		t.Error("nobody was answered: this shows nothing")
	}
}

func TestChangesOfRowsAreTold(t *testing.T) {
	t.Parallel()
	s := newService(t)
	rows := s.overSocket(
		`subscription { equipmentChanged { change id equipment { id name status assignedOperator { lastName } latestMaintenance { cost } } } }`,
		nil,
	)
	parked := s.overSocket(
		`subscription($f: EquipmentFilter) { equipmentChanged(filter: $f) { change id } }`,
		vars{"f": vars{"status": []string{"INACTIVE"}}},
	)
	records := s.overSocket(
		`subscription { maintenanceRecorded(filter: { kind: [CORRECTIVE] }) { change id record { cost equipment { name } } } }`,
		nil,
	)
	type recordNews struct {
		MaintenanceRecorded struct {
			Change, ID string
			Record     *struct {
				Cost      string
				Equipment struct{ Name string }
			}
		}
	}
	told := func(sub *subscriber, change, id string) {
		t.Helper()
		s.eventually(func() bool {
			e := last[equipmentNews](t, sub).EquipmentChanged
			return e.Change == change && e.ID == id
		})
	}
	told(rows, "RESYNC", "")
	told(parked, "RESYNC", "")
	s.eventually(func() bool { return last[recordNews](t, records).MaintenanceRecorded.Change == "RESYNC" })

	m := s.machine(vars{"name": "Digger"})
	told(rows, "CREATED", m.ID)
	operator := s.operator("L-1")
	change[struct{ Errors []fault }](
		s,
		`mutation($m: ID!, $o: ID!) { p: assignOperator(input: { equipmentId: $m, operatorId: $o }) { errors { message } } }`,
		vars{"m": m.ID, "o": operator},
	)
	told(rows, "UPDATED", m.ID)
	if e := last[equipmentNews](
		t,
		rows,
	).EquipmentChanged.Equipment; e == nil || e.AssignedOperator == nil ||
		e.AssignedOperator.LastName != "Byron" {
		t.Errorf("the news of an assignment is %+v", e)
	}
	p := change[equipmentPayload](
		s,
		updateOne,
		vars{"in": vars{"equipmentId": m.ID, "expectedVersion": m.Version, "status": "INACTIVE"}},
	)
	told(parked, "UPDATED", m.ID)
	p = change[equipmentPayload](
		s,
		updateOne,
		vars{"in": vars{"equipmentId": m.ID, "expectedVersion": p.Equipment.Version, "status": "ACTIVE"}},
	)
	told(parked, "REMOVED", m.ID)

	id := ""
	s.row(
		`INSERT INTO maintenance_records (company_id, equipment_id, kind, maintenance_date, cost) SELECT company_id, id, 'CORRECTIVE', '2026-01-01', 7 FROM equipment RETURNING id::text`,
		[]any{&id},
	)
	s.eventually(func() bool {
		e := last[recordNews](t, records).MaintenanceRecorded
		return e.Change == "CREATED" && e.Record != nil && e.Record.Cost == "7.00" && e.Record.Equipment.Name == "Digger"
	})
	change[equipmentPayload](s, deleteOne, vars{"id": m.ID, "v": p.Equipment.Version})
	told(rows, "REMOVED", m.ID)
	recordIs := func(change string) { // records leave with their machine
		t.Helper()
		s.eventually(func() bool {
			e := last[recordNews](t, records).MaintenanceRecorded
			_, key, _ := fleet.ParseGlobalID(e.ID)
			return e.Change == change && key.String() == id
		})
	}
	recordIs("REMOVED")
	change[equipmentPayload](s, restoreOne, vars{"id": m.ID})
	told(rows, "UPDATED", m.ID)
	recordIs("UPDATED")

	s.exec(
		`INSERT INTO equipment (company_id, name, category) SELECT $1, 'Many ' || i, 'Crane' FROM generate_series(1, 51) i`,
		[16]byte(s.viewer.CompanyID),
	)
	told(rows, "RESYNC", "")
	for _, sub := range []*subscriber{rows, parked, records} {
		if why := sub.why(); why != "" {
			t.Error("it ended:", why)
		}
	}
}

// TestAFilterOfIDsExcludesOtherRows changes other rows, and then those that subscriptions name.
func TestAFilterOfIDsExcludesOtherRows(t *testing.T) {
	t.Parallel()
	s := newService(t)
	mine := s.machine(vars{"name": "mine"})
	s.machine(vars{"name": "other"})
	s.exec(`INSERT INTO maintenance_records (company_id, equipment_id, kind, maintenance_date, description)
		SELECT company_id, id, 'INSPECTION', '2026-01-01', name FROM equipment`)
	var key [16]byte
	s.row(`SELECT id FROM maintenance_records WHERE description = 'mine'`, []any{&key})
	record := fleet.GlobalID(fleet.KindMaintenance, key)
	machines := `subscription($f: EquipmentFilter) { news: equipmentChanged(filter: $f) { change id } }`
	records := `subscription($f: MaintenanceRecordFilter) { news: maintenanceRecorded(filter: $f) { change id } }`
	type news struct{ News struct{ Change, ID string } }
	everyMachine, everyRecord := s.overSocket(machines, nil), s.overSocket(records, nil)
	named := []struct {
		id   string
		news *subscriber
	}{
		{mine.ID, s.overSocket(machines, vars{"f": vars{"ids": mine.ID}})},
		{mine.ID, s.overSocket(machines, vars{"f": vars{"and": vars{"ids": mine.ID}, "status": "ACTIVE"}})},
		{mine.ID, s.overSocket(machines, vars{"f": vars{"or": []vars{{"ids": mine.ID}, {"ids": mine.ID}}}})},
		{record, s.overSocket(records, vars{"f": vars{"ids": record}})},
	}
	wait := func(sub *subscriber, is func(change, id string) bool) {
		t.Helper()
		s.eventually(func() bool { e := last[news](t, sub).News; return is(e.Change, e.ID) })
	}
	begun := func(change, _ string) bool { return change == "RESYNC" }
	wait(everyMachine, begun)
	wait(everyRecord, begun)
	for _, n := range named {
		wait(n.news, begun)
	}
	changed := func(change, _ string) bool { return change == "UPDATED" }
	s.exec(`UPDATE equipment SET status = 'INACTIVE' WHERE name = 'other'`)
	s.exec(`UPDATE maintenance_records SET cost = 8 WHERE description = 'other'`)
	wait(everyMachine, changed)
	wait(everyRecord, changed)
	s.exec(`UPDATE equipment SET status = 'INACTIVE' WHERE name = 'mine'`)
	s.exec(`UPDATE maintenance_records SET cost = 8 WHERE description = 'mine'`)
	for i, n := range named {
		wait(n.news, func(_, id string) bool { return id == n.id })
		if events := all[news](t, n.news); len(events) != 2 {
			t.Errorf("subscription %d: %+v, want RESYNC and the change of %s", i, events, n.id)
		}
	}
}

// TestNobodyIsToldOfAnotherCompany listens in one company while the other changes.
func TestNobodyIsToldOfAnotherCompany(t *testing.T) {
	t.Parallel()
	s := newService(t)
	rows, figures := s.overSocket(`subscription { equipmentChanged { change id } }`, nil), s.overSocket(watchStats, nil)
	theirs := *s
	theirs.serveAs("theirs@example.com")
	theirs.machine(nil)
	theirs.machine(nil)
	mine := s.machine(nil)
	s.eventually(func() bool { return last[equipmentNews](t, rows).EquipmentChanged.ID == mine.ID })
	for i, e := range all[equipmentNews](t, rows) {
		if want := []string{"", mine.ID}[i]; e.EquipmentChanged.ID != want {
			t.Errorf("event %d is %+v", i, e)
		}
	}
	s.eventually(func() bool { return last[statistics](t, figures).DashboardStats.TotalEquipment == 1 })
	if n := len(all[statistics](t, figures)); n > 2 {
		t.Errorf("told %d times of 2 states", n)
	}
}

// TestSubscribersShareAnExecution counts the statements of a change.
func TestSubscribersShareAnExecution(t *testing.T) {
	t.Parallel()
	s := newService(t)
	var all []*subscriber
	for range 20 {
		all = append(all, s.overSocket(watchStats, nil))
	}
	s.eventually(func() bool { return s.metric("fleet_live_subscribers") == 20 })
	if n := s.metric("fleet_live_questions"); n != 1 {
		t.Errorf("%v questions", n)
	}
	s.machine(nil)
	for _, sub := range all {
		s.eventually(func() bool { return last[statistics](t, sub).DashboardStats.TotalEquipment == 1 })
	}
	if n := s.metric("fleet_live_answers_total"); n > 3 { // of none, of one, and perhaps one that was the same
		t.Errorf("%v answers were computed for one change", n)
	}
}

// TestAServerThatStopsCompletesNothing: what is complete, clients do not ask for again.
func TestAServerThatStopsCompletesNothing(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for _, sub := range []*subscriber{s.overStream(watchStats), s.overStream(watchStats), s.overSocket(watchStats, nil)} {
		s.eventually(func() bool { return len(all[statistics](t, sub)) == 1 })
		defer func() {
			s.eventually(func() bool { return sub.why() != "" })
			if strings.HasPrefix(sub.why(), "complete") {
				t.Error("the subscription was completed")
			}
		}()
	}
	s.stop()
}

func TestASubscriptionThatIsWrongIsRefused(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for query, want := range map[string]string{
		`subscription { equipmentChanged(filter: { operator: null }) { id } }`:         "operator",
		`subscription { equipmentChanged(filter: { user: { in: "nobody" } }) { id } }`: "user",
		`subscription { dashboardStats { totalEquipment } equipmentChanged { id } }`:   "one",
	} {
		sub := s.overSocket(query, nil)
		s.eventually(func() bool { return sub.why() != "" })
		if why := sub.why(); !strings.HasPrefix(why, "error") || !strings.Contains(why, want) ||
			!strings.Contains(why, string(fleet.BadInput)) {
			t.Errorf("%s: %s", query, why)
		}
	}
}
