package store_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
)

// testPaging reads all machines page by page, in every order and from both ends, while other
// connections insert and delete machines throughout the list. Every machine that exists all the
// time is returned once.
func testPaging(t *testing.T, db *store.DB, v fleet.Viewer) {
	ctx, stop := context.WithCancel(t.Context())
	var writing sync.WaitGroup
	writing.Go(func() {
		for n := 0; ctx.Err() == nil; n++ {
			// These machines are recognized by their category.
			if err := db.Exec(t.Context(), `WITH gone AS (DELETE FROM equipment WHERE company_id = $1
				AND category = 'Passing' AND random() < 0.5)
				INSERT INTO equipment (company_id, name, category, cost, created_at)
				SELECT $1, chr(65 + (random() * 50)::int) || random(), 'Passing',
					CASE WHEN random() < 0.8 THEN (random() * 900000)::numeric(14,2) END,
					now() - random() * interval '12 years'
				FROM generate_series(1, 20)`, [16]byte(v.CompanyID)); err != nil {
				t.Error(err)
				return
			}
			select { // leaves processor time to the readers
			case <-ctx.Done():
			case <-time.After(10 * time.Millisecond):
			}
		}
	})
	var reading sync.WaitGroup
	for _, order := range fleet.EquipmentOrders() {
		for _, backward := range []bool{false, true} {
			reading.Go(func() {
				seen := make(map[fleet.UUID]int, manyMachines)
				for item := range walk(t, db, v, order, backward) {
					if item.Category != "Passing" {
						seen[item.ID]++
					}
				}
				twice := 0
				for _, n := range seen {
					if n != 1 {
						twice++
					}
				}
				if len(seen) != manyMachines || twice > 0 {
					t.Errorf("%s, backward %v: %d machines, %d of them more than once; want %d once", order, backward,
						len(seen), twice, manyMachines)
				}
			})
		}
	}
	reading.Wait()
	stop()
	writing.Wait()
}

// walk returns an iterator over all machines, page by page, with the cursors of the API.
func walk(t *testing.T, db *store.DB, v fleet.Viewer, order fleet.EquipmentOrder,
	backward bool) func(func(*fleet.Equipment) bool) {
	list := order.List(v.CompanyID)
	return func(yield func(*fleet.Equipment) bool) {
		size := fleet.MaxPage
		args := fleet.PageArgs{First: &size}
		if backward {
			args = fleet.PageArgs{Last: &size}
		}
		for {
			w, err := args.Window(list)
			if err != nil {
				t.Error(err)
				return
			}
			page, err := db.Fleet().EquipmentPage(t.Context(), v, nil, order, w)
			if err != nil {
				t.Error(err)
				return
			}
			for _, e := range page.Items {
				if !yield(e) {
					return
				}
			}
			more, edge := page.HasNext, len(page.Items)-1
			if backward {
				more, edge = page.HasPrevious, 0
			}
			if !more {
				return
			}
			cursor := list.Cursor(page.Items[edge].Position(order))
			if backward {
				args.Before = &cursor
			} else {
				args.After = &cursor
			}
		}
	}
}
