package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
)

const updateMany = `mutation($in: [UpdateEquipmentInput!]!, $dry: Boolean! = false, $atomic: Boolean! = false, $key: String) {
	p: updateEquipmentBatch(input: { updates: $in, dryRun: $dry, atomic: $atomic }, idempotencyKey: $key) { results { outcome equipment {` + ofMachine + `}` + faults + ` }` + faults + ` } }`

// TestAHundredClientsOneMachine updates one machine from many clients: no update is lost.
func TestAHundredClientsOneMachine(t *testing.T) {
	t.Parallel()
	s := newService(t)
	e := s.machine(nil)
	var wg sync.WaitGroup
	var mu sync.Mutex
	applied := 0
	for client := range 100 {
		wg.Go(func() {
			version := 1
			for try := range 3 {
				p := change[equipmentPayload](
					s,
					updateOne,
					vars{"in": vars{"equipmentId": e.ID, "expectedVersion": version, "description": fmt.Sprint(client, " ", try)}},
				)
				mu.Lock()
				switch {
				case p.Equipment != nil:
					applied++
				case len(p.Errors) == 1 && p.Errors[0].Code == "CONFLICT" && p.Errors[0].Current != nil:
					version = p.Errors[0].Version
				default:
					t.Errorf("got %+v", p)
				}
				mu.Unlock()
				if p.Equipment != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	if v := s.count(`SELECT version FROM equipment`); v != applied+1 || applied == 0 {
		t.Errorf("version %d after %d successes", v, applied)
	}
	if n := s.count(`SELECT count(*)::int FROM history WHERE action = 'UPDATED'`); n != applied {
		t.Errorf("%d entries of %d successes", n, applied)
	}
}

func TestAKeyMakesAWriteHappenOnce(t *testing.T) {
	t.Parallel()
	s := newService(t)
	in := vars{"name": "Crane 7", "category": "Crane", "serialNumber": "C7"}
	var mu sync.Mutex
	ids := map[string]int{}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			p := change[equipmentPayload](s, createOne, vars{"in": in, "key": "once"})
			mu.Lock()
			defer mu.Unlock()
			if p.Equipment == nil {
				t.Errorf("got %+v", p)
				return
			}
			ids[p.Equipment.ID]++
		})
	}
	wg.Wait()
	if n := s.count(`SELECT count(*)::int FROM equipment`); n != 1 || len(ids) != 1 {
		t.Fatalf("%d machines, %v", n, ids)
	}
	for _, other := range []vars{{"name": "Crane 8", "category": "Crane", "serialNumber": "C7"}, {"name": "Crane 7", "category": "Crane", "serialNumber": "C7", "description": nil}} {
		p := change[equipmentPayload](s, createOne, vars{"in": other, "key": "once"})
		if len(p.Errors) != 1 || p.Errors[0].Code != "CONFLICT" || p.Errors[0].Reason != "KEY_REUSED" ||
			p.Errors[0].Field != "idempotencyKey" {
			t.Errorf("another input under the key got %+v", p)
		}
	}
	// A refused write keeps no answer: mended elsewhere, it succeeds.
	taken := vars{"name": "Crane 9", "category": "Crane", "serialNumber": "C7"}
	if p := change[equipmentPayload](s, createOne, vars{"in": taken, "key": "second"}); len(p.Errors) != 1 {
		t.Fatalf("got %+v", p)
	}
	s.exec(`UPDATE equipment SET serial_number = NULL`)
	if p := change[equipmentPayload](s, createOne, vars{"in": taken, "key": "second"}); p.Equipment == nil {
		t.Errorf("got %+v", p)
	}
	// Keys live 30 days, and expire.
	s.exec(`UPDATE idempotency_keys SET created_at = now() - interval '29 days 23 hours'`)
	if p := change[equipmentPayload](
		s,
		createOne,
		vars{"in": vars{"name": "Crane 10", "category": "Crane"}, "key": "second"},
	); len(p.Errors) != 1 ||
		p.Errors[0].Reason != "KEY_REUSED" {
		t.Errorf("within 30 days got %+v", p)
	}
	if n, err := s.store.SweepIdempotencyKeys(t.Context()); err != nil || n != 0 {
		t.Errorf("swept %d, %v; want none within 30 days", n, err)
	}
	s.exec(`UPDATE idempotency_keys SET created_at = now() - interval '30 days 1 second'`)
	if p := change[equipmentPayload](
		s,
		createOne,
		vars{"in": vars{"name": "Crane 10", "category": "Crane"}, "key": "second"},
	); p.Equipment == nil ||
		p.Equipment.Name != "Crane 10" {
		t.Errorf("after 30 days got %+v", p)
	}
	if n, err := s.store.SweepIdempotencyKeys(t.Context()); err != nil || n != 1 {
		t.Errorf("swept %d, %v; want 1", n, err)
	}
	// Another user's key is another key.
	s.serveAs("theirs@example.com")
	if p := change[equipmentPayload](
		s,
		createOne,
		vars{"in": in, "key": "once"},
	); p.Equipment == nil ||
		ids[p.Equipment.ID] != 0 {
		t.Errorf("the other company got %+v", p)
	}
}

type batchPayload struct {
	Results []struct {
		Outcome   string
		Equipment *machine
		Errors    []fault
	}
	Errors []fault
}

func outcomes(p batchPayload) (list []string) {
	for _, r := range p.Results {
		list = append(list, r.Outcome)
	}
	return list
}

func TestBatches(t *testing.T) {
	t.Parallel()
	s := newService(t)
	var ids []string
	for i := range 4 {
		ids = append(ids, s.machine(vars{"serialNumber": fmt.Sprint("S", i)}).ID)
	}
	item := func(i, version int, more vars) vars {
		v := vars{"equipmentId": ids[i], "expectedVersion": version, "description": "changed"}
		for k, x := range more {
			v[k] = x
		}
		return v
	}
	mixed := []vars{
		item(0, 1, nil),
		item(1, 7, nil),
		item(2, 1, vars{"serialNumber": "s0"}),
		item(3, 1, vars{"cost": "-1"}),
		{"equipmentId": "nonsense", "expectedVersion": 1},
	}
	wantFields := []string{
		"",
		"input.updates.1.expectedVersion",
		"input.updates.2.serialNumber",
		"input.updates.3.cost",
		"input.updates.4.equipmentId",
	}
	check := func(p batchPayload, first string) {
		t.Helper()
		if got, want := outcomes(p), []string{first, "FAILED", "FAILED", "FAILED", "FAILED"}; !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v; %+v", got, want, p)
		}
		for i, field := range wantFields {
			if field != "" && (len(p.Results[i].Errors) != 1 || string(p.Results[i].Errors[0].Field) != field) {
				t.Errorf("item %d: %+v, want a fault of %s", i, p.Results[i].Errors, field)
			}
		}
	}
	check(change[batchPayload](s, updateMany, vars{"in": mixed, "dry": true}), "ROLLED_BACK")
	check(change[batchPayload](s, updateMany, vars{"in": mixed, "atomic": true}), "ROLLED_BACK")
	if n := s.count(`SELECT sum(version)::int FROM equipment`); n != 4 {
		t.Fatalf("versions add up to %d", n)
	}
	check(change[batchPayload](s, updateMany, vars{"in": mixed, "key": "k"}), "APPLIED")
	check(change[batchPayload](s, updateMany, vars{"in": mixed, "key": "k"}), "APPLIED") // the version is 2 by now
	if n := s.count(`SELECT sum(version)::int FROM equipment`); n != 5 {
		t.Fatalf("versions add up to %d", n)
	}
	all := []vars{item(0, 2, nil), item(1, 1, nil), item(2, 1, nil)}
	for range 2 { // the second time it is the answer that was kept
		p := change[batchPayload](s, updateMany, vars{"in": all, "atomic": true, "key": "a"})
		if got := outcomes(
			p,
		); !slices.Equal(got, []string{"APPLIED", "APPLIED", "APPLIED"}) ||
			p.Results[1].Equipment.Version != 2 {
			t.Errorf("got %v %+v", got, p)
		}
	}
	twice := change[batchPayload](s, updateMany, vars{"in": []vars{item(0, 2, nil), item(0, 2, nil)}})
	if len(twice.Errors) != 1 || twice.Errors[0].Field != "input.updates.1.equipmentId" {
		t.Errorf("one machine twice got %+v", twice)
	}
	var many []vars
	for range 251 {
		many = append(many, item(0, 2, nil))
	}
	a := s.ask(updateMany, vars{"in": many})
	if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != string(fleet.LimitExceeded) ||
		argument(a.Errors[0].Extensions) != "input.updates" {
		t.Errorf("251 items got %+v", a.Errors)
	}
	if n := s.count(`SELECT sum(version)::int FROM equipment`); n != 7 {
		t.Errorf("versions add up to %d", n)
	}
}

// TestACancelledBatchTellsWhatWasDone holds one machine, so that the batch is
// at work when its request ends.
func TestACancelledBatchTellsWhatWasDone(t *testing.T) {
	t.Parallel()
	s := newService(t)
	var in []vars
	for range 12 {
		in = append(in, vars{"equipmentId": s.machine(nil).ID, "expectedVersion": 1, "name": "New"})
	}
	release := s.lock(`SELECT FROM equipment FOR UPDATE`)
	body, _ := json.Marshal(vars{"query": updateMany, "variables": vars{"in": in, "key": "k"}})
	ctx, cancel := context.WithCancel(t.Context())
	w := httptest.NewRecorder()
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.handler.ServeHTTP(w, s.request(ctx, body))
	}()
	s.eventually(func() bool {
		return s.count(
			`SELECT count(*)::int FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
		) == 4
	})
	cancel()
	release()
	<-done
	var a struct{ Data struct{ P batchPayload } }
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		t.Fatalf("%v: %s", err, w.Body)
	}
	got := outcomes(a.Data.P)
	applied := s.count(`SELECT count(*)::int FROM equipment WHERE name = 'New'`)
	told := 0
	for _, o := range got {
		if o == "APPLIED" {
			told++
		} else if o != "NOT_RUN" {
			t.Errorf("an outcome is %s", o)
		}
	}
	if told != applied || applied < 4 || applied == 12 || len(got) != 12 {
		t.Errorf("%d applied, told %v", applied, got)
	}
	p := change[batchPayload](s, updateMany, vars{"in": in, "key": "k"})
	for i, r := range p.Results {
		if r.Outcome != "APPLIED" || r.Equipment.Version != 2 {
			t.Errorf("asked again, item %d is %+v", i, r)
		}
	}
}
