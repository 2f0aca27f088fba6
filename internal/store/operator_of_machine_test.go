package store_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/ingest"
	"bitcorp.dev/fleet/internal/store"
	"bitcorp.dev/fleet/internal/store/storetest"
)

// strayOperators counts, in one snapshot, the machines that have another operator than their open assignment.
const strayOperators = `SELECT count(*) FROM equipment e
	LEFT JOIN assignments a ON a.equipment_id = e.id AND a.released_at IS NULL
	WHERE a.operator_id IS DISTINCT FROM e.operator_id`

// assignmentWrites are statements past the server; $1 chooses a machine, $2 an operator.
var assignmentWrites = []string{
	`INSERT INTO assignments (company_id, equipment_id, operator_id, assigned_at) SELECT e.company_id, e.id, o.id,
		clock_timestamp() FROM one_machine($1) e, one_operator($2) o`,
	`INSERT INTO assignments (company_id, equipment_id, operator_id, assigned_at, released_at) SELECT e.company_id, e.id,
		o.id, now() - $2 * interval '1 day', now() - $2 * interval '1 day' + interval '1 ms'
		FROM one_machine($1) e, one_operator($2) o`,
	`INSERT INTO assignments (company_id, equipment_id, operator_id, assigned_at) SELECT e.company_id, e.id, o.id,
		clock_timestamp() FROM equipment e, one_operator($2) o WHERE e.operator_id IS NULL AND $1 > 4`,
	`UPDATE assignments SET released_at = clock_timestamp() WHERE released_at IS NULL AND equipment_id IN
		(SELECT id FROM one_machine($1))`,
	`UPDATE assignments SET released_at = clock_timestamp() WHERE released_at IS NULL AND operator_id IN
		(SELECT id FROM one_operator($2))`,
	`UPDATE assignments SET released_at = NULL WHERE id = (SELECT id FROM assignments WHERE equipment_id IN
		(SELECT id FROM one_machine($1)) ORDER BY assigned_at DESC LIMIT 1)`,
	`UPDATE assignments SET operator_id = (SELECT id FROM one_operator($2)) WHERE equipment_id IN
		(SELECT id FROM one_machine($1))`,
	`UPDATE assignments SET equipment_id = (SELECT id FROM one_machine($1)) WHERE released_at IS NULL AND operator_id IN
		(SELECT id FROM one_operator($2))`,
	`UPDATE assignments SET assigned_at = assigned_at - interval '1 us'`,
	`DELETE FROM assignments WHERE equipment_id IN (SELECT id FROM one_machine($1)) AND $2 = 1`,
	`DELETE FROM assignments WHERE released_at IS NULL AND operator_id IN (SELECT id FROM one_operator($2)) AND $1 = 1`,
	`INSERT INTO assignments (id, company_id, equipment_id, operator_id) SELECT id, company_id, equipment_id, operator_id
		FROM assignments WHERE equipment_id IN (SELECT id FROM one_machine($1)) ORDER BY assigned_at DESC LIMIT 1
		ON CONFLICT (id) DO UPDATE SET released_at = CASE WHEN assignments.released_at IS NULL THEN clock_timestamp() END,
			operator_id = (SELECT id FROM one_operator($2))`,
	`UPDATE equipment SET operator_id = (SELECT id FROM one_operator($2)) WHERE id IN (SELECT id FROM one_machine($1))`,
	`UPDATE equipment SET operator_id = NULL, name = 'm$1' WHERE id IN (SELECT id FROM one_machine($1))`,
	`INSERT INTO equipment (company_id, name, category, operator_id) SELECT company_id, 'm', 'k', id FROM one_operator($2)
		WHERE $1 = 0`,
	`WITH e AS (SELECT e.* FROM one_machine($1) e) INSERT INTO assignments (company_id, equipment_id, operator_id, assigned_at,
		released_at) SELECT e.company_id, e.id, o.id, now() + interval '1 day', CASE WHEN $1 > 3 THEN now() + interval '2 days' END
		FROM e, one_operator($2) o`,
}

// TestTheOperatorOfAMachineIsThatOfItsOpenAssignment compares them in many snapshots while mutations, imports
// and other clients of the database write assignments. FLEET_MODEL_ROUNDS multiplies the writes.
func TestTheOperatorOfAMachineIsThatOfItsOpenAssignment(t *testing.T) {
	t.Parallel()
	m := newAssigning(t)
	rounds := 1
	if n, err := strconv.Atoi(os.Getenv("FLEET_MODEL_ROUNDS")); err == nil {
		rounds = n
	}
	m.write(t, 4, 100*rounds, func(ctx context.Context, conn *pgx.Conn, r *rand.Rand) error {
		switch n := r.IntN(8); {
		case n == 0:
			return m.imports(ctx, r)
		case n < 4:
			return m.mutate(ctx, r)
		}
		isolation := []pgx.TxIsoLevel{pgx.ReadCommitted, pgx.RepeatableRead, pgx.Serializable}[r.IntN(3)]
		return pgx.BeginTxFunc(ctx, conn, pgx.TxOptions{IsoLevel: isolation}, func(tx pgx.Tx) error {
			for range 1 + r.IntN(3) {
				err := pgx.BeginFunc(ctx, tx, func(savepoint pgx.Tx) error {
					chosen := strings.NewReplacer("$1", strconv.Itoa(r.IntN(8)), "$2", strconv.Itoa(r.IntN(4)))
					sql := chosen.Replace(assignmentWrites[r.IntN(len(assignmentWrites))])
					if _, err := savepoint.Exec(ctx, sql); err != nil || r.IntN(6) > 0 {
						return err
					}
					return errRollback
				})
				if err != nil && r.IntN(2) == 0 {
					return err
				}
			}
			if r.IntN(6) == 0 {
				return errRollback
			}
			return nil
		})
	}, "40001", "40P01", "55P03", "23P01", "23505", "23503", "23514", "25P02")
	m.lists(t)
	if err := m.db.Exec(t.Context(), `TRUNCATE assignments`); err != nil {
		t.Fatal(err)
	}
	m.exact(t, m.connect(t), "after TRUNCATE")
}

// TestWritesOfAssignmentsDoNotWaitForEachOther runs the mutations that change assignments: none may be refused
// because two of them locked the same rows in different orders.
func TestWritesOfAssignmentsDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	m := newAssigning(t)
	m.write(t, 6, 80, func(ctx context.Context, _ *pgx.Conn, r *rand.Rand) error {
		err := m.mutate(ctx, r)
		var refused *fleet.Error
		if errors.As(err, &refused) && refused.Reason == fleet.Concurrent {
			t.Error(err)
		}
		return err
	})
	m.lists(t)
}

// TestAnAssignmentLeavesItsMachineAsItIs but for the operator: version and time stay, and the feed publishes the
// assignment alone. What the transaction changes after it counts as always.
func TestAnAssignmentLeavesItsMachineAsItIs(t *testing.T) {
	t.Parallel()
	m := newAssigning(t)
	conn := m.connect(t)
	read := func() (s struct{ versions, times, changes, other string }) {
		t.Helper()
		if err := conn.QueryRow(t.Context(), `SELECT string_agg(version::text, ',' ORDER BY id),
			string_agg(updated_at::text, ',' ORDER BY id), (SELECT count(*)::text FROM company_changes),
			(SELECT count(*)::text FROM history) FROM equipment`).Scan(&s.versions, &s.times, &s.changes,
			&s.other); err != nil {
			t.Fatal(err)
		}
		return s
	}
	before := read()
	for i, sql := range []string{
		`INSERT INTO assignments (company_id, equipment_id, operator_id) SELECT company_id, id, (SELECT id FROM one_operator(1))
			FROM equipment`,
		`UPDATE assignments SET operator_id = (SELECT id FROM one_operator(2))`,
		`UPDATE assignments SET released_at = clock_timestamp()`,
		`DELETE FROM assignments`,
	} {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
		after := read()
		want := before
		want.changes = strconv.Itoa(i + 1 + atoi(t, before.changes))
		if after != want {
			t.Errorf("after %s: %+v, want %+v", sql, after, want)
		}
	}
	if _, err := conn.Exec(t.Context(), `BEGIN; INSERT INTO assignments (company_id, equipment_id, operator_id)
		SELECT company_id, id, (SELECT id FROM one_operator(1)) FROM one_machine(0);
		UPDATE equipment SET name = 'new' WHERE id = (SELECT id FROM one_machine(0)); COMMIT`); err != nil {
		t.Fatal(err)
	}
	if after := read(); strings.Count(after.versions, "2") != 1 ||
		atoi(t, after.changes) != atoi(t, before.changes)+6 {
		t.Errorf("after a change in the same transaction: %+v, before %+v", after, before)
	}
}

func atoi(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

var errRollback = errors.New("rolled back by the test")

// assigning is a company of eight machines and four operators, whose assignments many change at once.
type assigning struct {
	db   *store.DB
	url  string
	v    fleet.Viewer
	seed uint64
}

func newAssigning(t *testing.T) *assigning {
	t.Helper()
	db, url := storetest.New(t)
	m := &assigning{db: db, url: url, seed: uint64(time.Now().UnixNano())}
	m.v = fleet.Viewer{CompanyID: fleet.NewUUID(), UserID: fleet.NewUUID(), Role: fleet.RoleAdmin}
	t.Log("seed", m.seed)
	conn := m.connect(t)
	for _, sql := range []string{
		`INSERT INTO companies (id, name) VALUES ($1, 'Ours') RETURNING $2::uuid`,
		`INSERT INTO users (company_id, id, email, name, role) VALUES ($1, $2, 'a@example.com', 'A', 'ADMIN')`,
		`INSERT INTO equipment (company_id, name, category, source_ref) SELECT $1, n::text, 'k', n::text
			FROM generate_series(0, 7) n WHERE $2::uuid IS NOT NULL`,
		`INSERT INTO operators (company_id, first_name, last_name) SELECT $1, n::text, n::text
			FROM generate_series(0, 3) n WHERE $2::uuid IS NOT NULL`,
	} {
		if _, err := conn.Exec(t.Context(), sql, [16]byte(m.v.CompanyID), [16]byte(m.v.UserID)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := conn.Exec(t.Context(), `
		CREATE FUNCTION one_machine(n int) RETURNS SETOF equipment LANGUAGE sql STABLE AS
			'SELECT * FROM equipment ORDER BY id OFFSET n LIMIT 1';
		CREATE FUNCTION one_operator(n int) RETURNS SETOF operators LANGUAGE sql STABLE AS
			'SELECT * FROM operators ORDER BY id OFFSET n LIMIT 1'`); err != nil {
		t.Fatal(err)
	}
	return m
}

func (m *assigning) connect(t *testing.T) *pgx.Conn {
	t.Helper()
	conn := connect(t, m.url)
	// Long before a deadlock is detected: other clients lock rows in any order.
	if _, err := conn.Exec(t.Context(), `SET lock_timeout = '50ms'`); err != nil {
		t.Fatal(err)
	}
	return conn
}

func (m *assigning) exact(t *testing.T, conn *pgx.Conn, when string) {
	t.Helper()
	var n int
	if err := conn.QueryRow(t.Context(), strayOperators).Scan(&n); err != nil {
		t.Error(err)
	} else if n > 0 {
		t.Errorf("%d machines have the wrong operator %s", n, when)
	}
}

// write runs one in each of some writers, as often as times, while a reader compares. Refusals of the fleet and
// errors of the given SQL states are part of it.
func (m *assigning) write(t *testing.T, writers, times int, one func(context.Context, *pgx.Conn, *rand.Rand) error,
	states ...string) {
	t.Helper()
	var writing, reading sync.WaitGroup
	written, done := make([]int, writers), make(chan struct{})
	for w := range writers {
		conn, random := m.connect(t), rand.New(rand.NewPCG(m.seed, uint64(w)))
		writing.Go(func() {
			for range times {
				err := one(t.Context(), conn, random)
				var refused *fleet.Error
				var pg *pgconn.PgError
				switch {
				case err == nil:
					written[w]++
				case errors.Is(err, errRollback), errors.As(err, &refused) && refused.Code != fleet.Internal:
				case errors.As(err, &pg) && slices.Contains(states, pg.Code):
				default:
					t.Error(err)
				}
			}
		})
	}
	reader := m.connect(t)
	reading.Go(func() {
		for {
			m.exact(t, reader, "while writers write")
			select {
			case <-done:
				return
			default:
			}
		}
	})
	writing.Wait()
	close(done)
	reading.Wait()
	m.exact(t, reader, "at the end")
	t.Log("committed", written)
	for _, n := range written {
		if n < times/10 {
			t.Errorf("only %d of %d writes of a writer were committed", n, times)
		}
	}
}

// mutate calls one of the store's methods that change assignments, or the rows that they belong to.
func (m *assigning) mutate(ctx context.Context, r *rand.Rand) error {
	s, w := m.db.Fleet(), fleet.WriteInfo{}
	pick := func(table string, n int) (id fleet.UUID, err error) {
		err = m.db.QueryOne(ctx, `SELECT id FROM `+table+` ORDER BY id OFFSET `+strconv.Itoa(r.IntN(n))+` LIMIT 1`,
			(*[16]byte)(&id))
		return id, err
	}
	machine, err := pick("equipment", 8)
	if err != nil {
		return err
	}
	operator, err := pick("operators", 4)
	if err != nil {
		return err
	}
	status := func(to fleet.EquipmentStatus) error {
		_, err := s.UpdateEquipment(ctx, m.v, w, machine, nil,
			fleet.EquipmentPatch{Status: fleet.Maybe[fleet.EquipmentStatus]{Set: true, To: to}})
		return err
	}
	works := func(to fleet.OperatorStatus) error {
		_, err := s.UpdateOperator(ctx, m.v, w, operator, nil,
			fleet.OperatorPatch{Status: fleet.Maybe[fleet.OperatorStatus]{Set: true, To: to}})
		return err
	}
	switch n := r.IntN(20); {
	case n < 6:
		in := fleet.AssignmentInput{EquipmentID: machine, OperatorID: operator, Replace: r.IntN(3) > 0}
		if n == 5 {
			from := time.Now().Add(-time.Duration(1+r.IntN(9)) * time.Hour)
			to := from.Add(time.Minute)
			in.AssignedAt, in.ReleasedAt = &from, &to
		}
		_, err = s.AssignOperator(ctx, m.v, w, in)
	case n < 9:
		_, err = s.ReleaseOperator(ctx, m.v, w, machine, nil, nil)
	case n < 11:
		err = status(fleet.EquipmentRetired)
	case n < 14:
		err = status(fleet.EquipmentActive)
	case n == 14:
		_, err = s.DeleteEquipment(ctx, m.v, w, machine, nil, fleet.OpenWorkCancel)
	case n == 15:
		_, err = s.RestoreEquipment(ctx, m.v, w, machine, nil)
	case n == 16:
		_, err = s.RetireOperator(ctx, m.v, w, operator, nil)
	case n == 17:
		err = works(fleet.OperatorActive)
	case n == 18:
		_, err = s.DeleteOperator(ctx, m.v, w, operator, nil)
	default:
		_, err = s.RestoreOperator(ctx, m.v, w, operator, nil)
		if err == nil {
			err = works(fleet.OperatorActive)
		}
	}
	return err
}

// imports a list of machines in which one is retired and one works again.
func (m *assigning) imports(ctx context.Context, r *rand.Rand) error {
	ref := strconv.Itoa(r.IntN(7))
	_, err := ingest.Run(ctx, m.db.Bulk(), m.v, ingest.Options{Entity: ingest.Equipment, SkipBad: true, Overwrite: true,
		Mapping: ingest.Mapping{Columns: map[string]string{"name": "Name", "sourceRef": "Nr", "status": "Status",
			"category": "Category"}}},
		strings.NewReader("Nr,Name,Status,Category\n"+ref+","+ref+",RETIRED,k\n7,7,ACTIVE,k\n"))
	return err
}
