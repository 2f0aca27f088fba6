package main

import (
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"bitcorp.dev/fleet/internal/localpg/pgtest"
	"bitcorp.dev/fleet/internal/store/storetest"
)

type vars = map[string]any

// homes are the databases of a server that is killed: one that the blow takes
// along and one that lives on with the dead server's sessions.
var homes = map[string]func(t *testing.T) (setting string){
	"with its private PostgreSQL": func(t *testing.T) string { return "FLEET_DATA_DIR=" + dataDir(t) },
	"beside its PostgreSQL":       func(t *testing.T) string { return "DATABASE_URL=" + pgtest.Clone(t, storetest.Template()) },
}

const (
	clients  = 4
	enough   = 15 // acknowledged writes of each before the blow
	create   = `mutation($in: CreateEquipmentInput!, $key: String) { p: createEquipment(input: $in, idempotencyKey: $key) { equipment { id } errors { message } } }`
	rename   = `mutation($in: [UpdateEquipmentInput!]!, $atomic: Boolean!, $key: String) { p: updateEquipmentBatch(input: { updates: $in, atomic: $atomic }, idempotencyKey: $key) { results { outcome errors { code message field } } errors { message } } }`
	everyOne = `query($search: String, $after: String) { equipmentList(first: 100, after: $after, filter: { search: $search }) { nodes { id name version } pageInfo { hasNextPage endCursor } } }`
)

type unit struct {
	ID, Name string
	Version  int
}

// found returns every machine with the word in its text.
func (s *site) found(word string) (list []unit) {
	s.t.Helper()
	var after *string
	for {
		var d struct {
			EquipmentList struct {
				Nodes    []unit
				PageInfo struct {
					HasNextPage bool
					EndCursor   *string
				}
			}
		}
		if err := s.data(&d, everyOne, vars{"search": word, "after": after}); err != nil {
			s.t.Fatal(err)
		}
		list = append(list, d.EquipmentList.Nodes...)
		if after = d.EquipmentList.PageInfo.EndCursor; !d.EquipmentList.PageInfo.HasNextPage {
			return list
		}
	}
}

// create makes a machine and returns its id.
func (s *site) create(name, key string) (string, error) {
	var d struct {
		P struct {
			Equipment *struct{ ID string }
			Errors    []struct{ Message string }
		}
	}
	err := s.data(
		&d,
		create,
		vars{"in": vars{"name": name, "category": "Excavator", "serialNumber": "SN " + name}, "key": key},
	)
	if err == nil && d.P.Equipment == nil {
		err = fmt.Errorf("%v", d.P.Errors)
	}
	if err != nil {
		return "", err
	}
	return d.P.Equipment.ID, nil
}

// underBlow runs write in each client until the server is killed, which it is
// when enough writes have been acknowledged.
func (s *site) underBlow(write func(client, n int) error) {
	s.t.Helper()
	var acknowledged [clients]atomic.Int64
	var dead atomic.Bool
	var group sync.WaitGroup
	for client := range clients {
		group.Go(func() {
			for n := 0; ; n++ {
				if err := write(client, n); err != nil {
					if !dead.Load() {
						s.t.Errorf("client %d, write %d, before the kill: %v", client, n, err)
					}
					return
				}
				acknowledged[client].Add(1)
			}
		})
	}
	s.until(patience, "enough writes", func() bool {
		for client := range clients {
			if acknowledged[client].Load() < enough {
				return false
			}
		}
		return true
	})
	dead.Store(true)
	s.kill()
	group.Wait()
}

func TestAnAcknowledgedWriteSurvivesAKillOnce(t *testing.T) {
	t.Parallel()
	for name, home := range homes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			setting := home(t)
			s := serve(t, patience, setting)
			var mu sync.Mutex
			sent, acknowledged := map[string]bool{}, map[string]string{} // name; name → id
			s.underBlow(func(client, n int) error {
				name := fmt.Sprintf("blow-%d-%d", client, n)
				mu.Lock()
				sent[name] = true
				mu.Unlock()
				id, err := s.create(name, name)
				if err == nil {
					mu.Lock()
					acknowledged[name] = id
					mu.Unlock()
				}
				return err
			})

			s = serve(t, patience, setting)
			check := func(when string, want func(name string, times int) bool) {
				t.Helper()
				times := map[string]int{}
				for _, m := range s.found("blow") {
					times[m.Name]++
					if id, ok := acknowledged[m.Name]; ok && id != m.ID {
						t.Errorf("%s %s is %s, it was acknowledged as %s", when, m.Name, m.ID, id)
					}
					if !sent[m.Name] {
						t.Errorf("%s there is %s, which nobody sent", when, m.Name)
					}
				}
				for name := range sent {
					if !want(name, times[name]) {
						t.Errorf("%s %s is there %d times, acknowledged as %q", when, name, times[name], acknowledged[name])
					}
				}
			}
			check("after the kill", func(name string, times int) bool {
				_, ok := acknowledged[name]
				return times == 1 || times == 0 && !ok
			})
			for name := range sent {
				for range 2 {
					id, err := s.create(name, name)
					if first, ok := acknowledged[name]; err != nil || ok && id != first {
						t.Errorf("asked again, %s is %s (%v), it was acknowledged as %q", name, id, err, first)
					}
					acknowledged[name] = id
				}
			}
			check("asked again,", func(_ string, times int) bool { return times == 1 })
		})
	}
}

// TestABatchIsKilledWholeOrBetweenItsItems: an atomic one is there whole or not
// at all, of another each item is. Asked again, both are there once.
func TestABatchIsKilledWholeOrBetweenItsItems(t *testing.T) {
	t.Parallel()
	for name, home := range homes {
		t.Run("atomic, "+name, func(t *testing.T) {
			t.Parallel()
			killBatches(t, home(t), true)
		})
		t.Run("one by one, "+name, func(t *testing.T) {
			t.Parallel()
			killBatches(t, home(t), false)
		})
	}
}

func killBatches(t *testing.T, setting string, atomic bool) {
	const size = 10 // machines of each client's batch
	s := serve(t, patience, setting)
	var ids [clients][]string
	for client := range clients {
		for i := range size {
			name := fmt.Sprintf("herd-%d-%d", client, i)
			id, err := s.create(name, name)
			if err != nil {
				t.Fatal(err)
			}
			ids[client] = append(ids[client], id)
		}
	}
	// Round n takes every machine of the client's from version n+1 to n+2.
	batch := func(s *site, client, n int) error {
		var inputs []vars
		for _, id := range ids[client] {
			inputs = append(
				inputs,
				vars{"equipmentId": id, "expectedVersion": n + 1, "name": fmt.Sprintf("herd-%d round %d", client, n)},
			)
		}
		var d struct {
			P struct {
				Results []struct {
					Outcome string
					Errors  []json.RawMessage
				}
				Errors []json.RawMessage
			}
		}
		if err := s.data(
			&d,
			rename,
			vars{"in": inputs, "atomic": atomic, "key": fmt.Sprintf("%d-%d", client, n)},
		); err != nil {
			return err
		}
		for _, r := range d.P.Results {
			if r.Outcome != "APPLIED" {
				return fmt.Errorf("%s: %s", r.Outcome, r.Errors)
			}
		}
		if len(d.P.Results) != size {
			return fmt.Errorf("%d results, %s", len(d.P.Results), d.P.Errors)
		}
		return nil
	}
	var rounds [clients]int // acknowledged
	s.underBlow(func(client, n int) error {
		err := batch(s, client, n)
		if err == nil {
			rounds[client] = n + 1
		}
		return err
	})

	s = serve(t, patience, setting)
	check := func(when string, want func(client, version int) bool) {
		t.Helper()
		for client := range clients {
			herd := s.found(fmt.Sprintf("herd-%d", client))
			if len(herd) != size {
				t.Fatalf("%s there are %d machines", when, len(herd))
			}
			for _, m := range herd {
				whole := m.Version == herd[0].Version && (m.Version == 1 || m.Name == herd[0].Name)
				if atomic && !whole || !want(client, m.Version) {
					t.Errorf("%s client %d, with %d rounds acknowledged, has %+v beside %+v", when, client, rounds[client], m, herd[0])
				}
			}
		}
	}
	check("after the kill", func(client, version int) bool {
		return version == rounds[client]+1 || version == rounds[client]+2
	})
	for client, n := range rounds { // the one that was under way, if it was
		if err := batch(s, client, n); err != nil {
			t.Errorf("client %d asks again for round %d: %v", client, n, err)
		}
	}
	check("asked again,", func(client, version int) bool { return version == rounds[client]+2 })
}
