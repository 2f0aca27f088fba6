package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/app"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/localpg"
	"bitcorp.dev/fleet/internal/seed"
	"bitcorp.dev/fleet/internal/store"
)

// runFeed measures what the change feed costs writers: updates of machines, as
// the mutation makes them, with the triggers on and off in turns, as many as
// there can be and at a given rate.
//
//	go run ./bench feed
func runFeed(ctx context.Context, args []string) (err error) {
	flags := flag.NewFlagSet("feed", flag.ExitOnError)
	dir := flags.String("data-dir", ".cache/bench-live", "folder of the PostgreSQL")
	rounds := flags.Int("rounds", 7, "rounds of each; medians of them are reported")
	each := flags.Duration("each", 3*time.Second, "length of a round")
	writers := flags.Int("writers", 16, "writers at once")
	rate := flags.Int("rate", 500, "writes a second, where they are not as many as there can be")
	if err := flags.Parse(args); err != nil {
		return err
	}
	folder, err := filepath.Abs(*dir)
	if err != nil {
		return err
	}
	pg, err := localpg.Start(ctx, localpg.Options{Dir: folder, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pg.Stop(context.WithoutCancel(ctx))) }()
	// An instance listens, and folds the counts, or it would have more and more to read.
	c := inProcess(pg.URL())
	c.Database.MaxConns, c.Database.KeepConns = *writers+4, *writers
	a, err := app.New(ctx, c)
	if err != nil {
		return err
	}
	defer runInProcess(ctx, a)()
	db := a.Store
	f := &feeder{db: db}
	if f.v, err = db.Identity().ViewerByEmail(ctx, seed.DemoManager); err != nil {
		return err
	}
	page, err := db.Fleet().EquipmentPage(ctx, f.v, nil, fleet.EquipmentNameAsc, fleet.Window{Limit: fleet.MaxPage})
	if err != nil {
		return err
	}
	f.machines = page.Items
	conn, err := pgx.Connect(ctx, pg.URL())
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()

	for _, perSecond := range []int{0, *rate} {
		var with, without []measuredWrites
		var ratios []float64
		for range *rounds {
			for _, state := range []string{"ENABLE", "DISABLE"} {
				for _, event := range []string{"inserted", "updated", "deleted"} {
					if _, err := conn.Exec(
						ctx,
						fmt.Sprintf("ALTER TABLE equipment %s TRIGGER equipment_%s", state, event),
					); err != nil {
						return err
					}
				}
				// The listener finds out that it is too much.
				if _, err := f.write(ctx, *writers, perSecond, time.Second); err != nil {
					return err
				}
				m, err := f.write(ctx, *writers, perSecond, *each)
				if err != nil {
					return err
				}
				if state == "ENABLE" {
					with = append(with, m)
				} else {
					without = append(without, m)
					ratios = append(ratios, with[len(with)-1].perSecond/m.perSecond)
				}
			}
		}
		a, b := middle(with), middle(without)
		name := "as many as there can be"
		if perSecond > 0 {
			name = fmt.Sprintf("%d a second", perSecond)
		}
		fmt.Printf(
			"| %s | %.0f | %.0f | %.2f | %v / %v | %v / %v |\n",
			name,
			a.perSecond,
			b.perSecond,
			median(ratios),
			a.p50.Round(
				10*time.Microsecond,
			),
			a.p99.Round(10*time.Microsecond),
			b.p50.Round(10*time.Microsecond),
			b.p99.Round(10*time.Microsecond),
		)
	}
	_, err = conn.Exec(ctx, "ALTER TABLE equipment ENABLE TRIGGER ALL")
	return err
}

type feeder struct {
	db       *store.DB
	v        fleet.Viewer
	machines []*fleet.Equipment
	n        atomic.Int64
}

type measuredWrites struct {
	perSecond float64
	p50, p99  time.Duration
}

// write updates machines, each writer its own, for some time.
func (f *feeder) write(ctx context.Context, writers, perSecond int, long time.Duration) (m measuredWrites, err error) {
	var mu sync.Mutex
	var all []time.Duration
	var group sync.WaitGroup
	begun := time.Now()
	for w := range writers {
		group.Go(func() {
			var own []time.Duration
			for i := 0; time.Since(begun) < long && ctx.Err() == nil; i++ {
				if perSecond > 0 {
					time.Sleep(time.Until(begun.Add(time.Duration(i*writers+w) * time.Second / time.Duration(perSecond))))
				}
				at := time.Now()
				text := fmt.Sprintf("write %d", f.n.Add(1))
				patch := fleet.EquipmentPatch{Description: fleet.Maybe[*string]{Set: true, To: &text}}
				if _, oneErr := f.db.Fleet().UpdateEquipment(
					ctx,
					f.v,
					fleet.WriteInfo{},
					f.machines[w].ID,
					nil,
					patch,
				); oneErr != nil {
					mu.Lock()
					err = errors.Join(err, oneErr)
					mu.Unlock()
					return
				}
				own = append(own, time.Since(at))
			}
			mu.Lock()
			defer mu.Unlock()
			all = append(all, own...)
		})
	}
	group.Wait()
	slices.Sort(all)
	return measuredWrites{
			float64(len(all)) / time.Since(begun).Seconds(),
			percentile(all, 0.5),
			percentile(all, 0.99),
		}, errors.Join(
			err,
			ctx.Err(),
		)
}

// middle returns the round of the median throughput.
func middle(list []measuredWrites) measuredWrites {
	slices.SortFunc(list, func(a, b measuredWrites) int {
		switch {
		case a.perSecond < b.perSecond:
			return -1
		case a.perSecond > b.perSecond:
			return 1
		}
		return 0
	})
	return list[len(list)/2]
}
