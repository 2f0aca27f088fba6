package store_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"bitcorp.dev/fleet/internal/store/storetest"
)

// differences counts, in one snapshot, the sums that differ from those of the machines.
const differences = `
	WITH counted AS (
	  SELECT company_id, user_id, status, count(*) AS machines, count(cost) AS priced, coalesce(sum(cost), 0) AS cost
	  FROM   equipment WHERE deleted_at IS NULL
	  GROUP  BY GROUPING SETS ((company_id, status), (company_id, user_id, status))
	  HAVING grouping(user_id) = 1 OR user_id IS NOT NULL),
	summed AS (
	  SELECT company_id, user_id, status, sum(machines) AS machines, sum(priced) AS priced, sum(cost) AS cost
	  FROM   equipment_sums GROUP BY 1, 2, 3
	  HAVING sum(machines) <> 0 OR sum(priced) <> 0 OR sum(cost) <> 0)
	SELECT count(*) FROM ((TABLE counted EXCEPT ALL TABLE summed) UNION ALL (TABLE summed EXCEPT ALL TABLE counted)) d`

// sumWrites are statements past the server; $1 is a number below 40, by which they choose rows and values.
var sumWrites = []string{
	`INSERT INTO equipment (company_id, user_id, name, category, status, cost)
	 SELECT c.id, CASE WHEN ($1 + n) % 3 > 0 THEN (SELECT u.id FROM users u WHERE u.company_id = c.id ORDER BY u.id LIMIT 1 OFFSET $1 % 2) END,
	   'm', 'k', (ARRAY['ACTIVE', 'INACTIVE', 'RETIRED'])[1 + $1 % 3], CASE WHEN $1 % 4 > 0 THEN $1 / 8.0 END
	 FROM companies c, generate_series(1, 1 + $1 % 5) n`,
	`UPDATE equipment SET cost = nullif(round(random()::numeric * $1, 2), 0) WHERE hashtext(id::text) % 40 = $1`,
	`UPDATE equipment SET status = 'ACTIVE' WHERE hashtext(id::text) % 40 = $1`,
	`UPDATE equipment SET status = 'INACTIVE', cost = NULL WHERE hashtext(id::text) % 40 = $1`,
	`UPDATE equipment e SET user_id = (SELECT u.id FROM users u WHERE u.company_id = e.company_id ORDER BY random() LIMIT 1)
	 WHERE hashtext(id::text) % 40 = $1`,
	`UPDATE equipment SET user_id = NULL WHERE hashtext(id::text) % 40 = $1`,
	`UPDATE equipment SET name = 'm' || $1::int WHERE hashtext(id::text) % 40 = $1`,
	`UPDATE equipment SET deleted_at = CASE WHEN deleted_at IS NULL THEN now() END WHERE hashtext(id::text) % 40 = $1`,
	`DELETE FROM equipment WHERE hashtext(id::text) % 40 = $1`,
	`INSERT INTO equipment (id, company_id, name, category, cost) SELECT id, company_id, 'upsert', 'k', $1 FROM equipment
	 WHERE hashtext(id::text) % 40 = $1 ON CONFLICT (id) DO UPDATE SET cost = excluded.cost, deleted_at = NULL`,
}

// TestSumsOfEquipmentAreExactInEverySnapshot compares the sums with the machines again and again while
// writers change them by every kind of statement, with transactions that fail, and sweeps fold the sums.
func TestSumsOfEquipmentAreExactInEverySnapshot(t *testing.T) {
	t.Parallel()
	db, url := storetest.New(t)
	for _, name := range []string{"Ours", "Theirs"} {
		if err := db.Exec(t.Context(), `WITH c AS (INSERT INTO companies (name) VALUES ($1) RETURNING id)
			INSERT INTO users (company_id, email, name, role) SELECT id, n || '@example.com', n::text, 'MANAGER'
			FROM c, generate_series(1, 3) n`, name); err != nil {
			t.Fatal(err)
		}
	}
	const writers, statements = 4, 120
	seed := uint64(time.Now().UnixNano())
	t.Log("seed", seed)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	exact := func(ctx context.Context, conn *pgx.Conn, when string) {
		var n int
		if err := conn.QueryRow(ctx, differences).Scan(&n); err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		} else if n > 0 {
			t.Errorf("%d sums are wrong %s", n, when)
		}
	}
	var writing, others sync.WaitGroup
	for w := range writers {
		conn, random := connect(t, url), rand.New(rand.NewPCG(seed, uint64(w)))
		writing.Go(func() {
			for range statements {
				err := pgx.BeginFunc(t.Context(), conn, func(tx pgx.Tx) error {
					for range 1 + random.IntN(3) {
						if _, err := tx.Exec(t.Context(), sumWrites[random.IntN(len(sumWrites))],
							pgx.QueryExecModeSimpleProtocol, random.IntN(40)); err != nil {
							return err
						}
					}
					if random.IntN(5) == 0 {
						return pgx.ErrTxClosed // rolls it back
					}
					return nil
				})
				var refused *pgconn.PgError
				if err == nil || errors.Is(err, pgx.ErrTxClosed) || errors.As(err, &refused) && refused.Code == "40P01" {
					continue // 40P01: two writers wait for each other
				}
				t.Error(err)
			}
		})
	}
	reader := connect(t, url)
	others.Go(func() {
		for ctx.Err() == nil {
			exact(ctx, reader, "while writers write")
		}
	})
	for range 2 {
		others.Go(func() {
			for ctx.Err() == nil {
				if err := db.FoldEquipmentSums(ctx); err != nil && ctx.Err() == nil {
					t.Error(err)
				}
			}
		})
	}
	writing.Wait()
	stop()
	others.Wait()
	last := connect(t, url)
	exact(t.Context(), last, "at the end")
	if err := db.FoldEquipmentSums(t.Context()); err != nil {
		t.Fatal(err)
	}
	exact(t.Context(), last, "after folding")
	var rows, groups int
	if err := last.QueryRow(
		t.Context(),
		`SELECT count(*), count(DISTINCT (company_id, user_id, status)) FROM equipment_sums`,
	).
		Scan(
			&rows,
			&groups,
		); err != nil || rows != groups ||
		rows == 0 {
		t.Errorf("%d rows of %d sums are left after folding: %v", rows, groups, err)
	}
	if _, err := last.Exec(t.Context(), `TRUNCATE equipment CASCADE`); err != nil {
		t.Fatal(err)
	}
	exact(t.Context(), last, "after TRUNCATE")
}
