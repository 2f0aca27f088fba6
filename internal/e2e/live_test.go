package e2e_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"bitcorp.dev/fleet/internal/ingest"
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
		// What is changed past an instance reaches it later than the other, and by the same number.
		a.eventually(func() bool { return a.statistics().DashboardStats.Sequence == agreed })
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
