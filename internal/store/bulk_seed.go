package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"bitcorp.dev/fleet/internal/fleet"
)

// seedLock is the advisory lock that serializes seeding.
const seedLock = 0x666c656574 // "fleet"

// SeedTx is a transaction that fills companies in bulk.
type SeedTx struct{ tx pgx.Tx }

// Seed runs do in one transaction and commits when it returns nil. A lock serializes calls.
// Constraints, triggers and indexes stay in force; only the timeouts for statements and idle
// transactions are lifted.
func (s *Bulk) Seed(ctx context.Context, do func(*SeedTx) error) error {
	err := s.inTxOnce(withFresh(ctx), func(tx pgx.Tx) error {
		for _, sql := range []string{
			"SET LOCAL statement_timeout = 0",
			"SET LOCAL idle_in_transaction_session_timeout = 0",
			// A larger pending list of the GIN indexes writes fewer pages twice. In kB.
			"SET LOCAL gin_pending_list_limit = 65536",
			"SET LOCAL work_mem = 65536",
		} {
			if _, err := tx.Exec(ctx, sql); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", int64(seedLock)); err != nil {
			return err
		}
		return do(&SeedTx{tx})
	})
	var refused *fleet.Error
	switch {
	case err == nil, errors.As(err, &refused):
		return err
	case ctx.Err() != nil:
		return fmt.Errorf("seed: %w", ctx.Err()) // err is how the connection failed
	default:
		return fmt.Errorf("seed: %w", err)
	}
}

// SeedVacuum updates statistics and the visibility map after a Seed, so that the planner knows the
// number of rows and index-only scans need not read the tables. It waits for no lock. One statement
// per table.
func (s *Bulk) SeedVacuum(ctx context.Context) error {
	const vacuum = "VACUUM (ANALYZE) " +
		"companies, users, operators, equipment, equipment_status_periods, assignments, maintenance_records, meter_readings, " +
		"sites, site_moves, papers"
	conn, err := s.acquire(withFresh(ctx))
	if err != nil {
		return fmt.Errorf("vacuum after seed: %w", err)
	}
	defer conn.Release()
	if s.session.pooled { // has no timeout of ours outside of transactions
		if _, err := conn.Exec(ctx, vacuum); err != nil {
			return fmt.Errorf("vacuum after seed: %w", err)
		}
		return nil
	}
	if _, err := conn.Exec(ctx, "SET statement_timeout = 0"); err != nil {
		return fmt.Errorf("vacuum after seed: %w", err)
	}
	_, err = conn.Exec(ctx, vacuum)
	// The pool gets the connection back with its own timeout.
	_, resetErr := conn.Exec(context.WithoutCancel(ctx), "RESET statement_timeout")
	if err = errors.Join(err, resetErr); err != nil {
		return fmt.Errorf("vacuum after seed: %w", err)
	}
	return nil
}

// Exists reports whether there is a company with that name or a user with that e-mail address. One
// statement, indexes companies_name and users_email.
func (t *SeedTx) Exists(ctx context.Context, company, email string) (there bool, err error) {
	err = t.tx.QueryRow(ctx, `
		SELECT EXISTS (SELECT FROM companies WHERE lower(name)  = lower($1))
		    OR EXISTS (SELECT FROM users     WHERE ascii_fold(email) = $2)`, company, fleet.AddressKey(email)).Scan(&there)
	return there, err
}

// SeedCompany is a company to which rows are copied.
type SeedCompany struct {
	ID fleet.UUID
	tx pgx.Tx
}

// Company creates the company, or returns the existing one of that name if fleet.CheckSeed allows
// it. Two statements.
func (t *SeedTx) Company(ctx context.Context, c fleet.Company) (*SeedCompany, error) {
	_, err := t.tx.Exec(ctx, `
		INSERT INTO companies (id, name, created_at, updated_at)
		VALUES                ($1, $2, $3, $3)
		ON CONFLICT (lower(name)) DO NOTHING`, [16]byte(c.ID), c.Name, c.CreatedAt)
	if err != nil {
		return nil, fmt.Errorf("create company: %w", err)
	}
	var filled bool
	made := &SeedCompany{tx: t.tx}
	err = t.tx.QueryRow(ctx, `
		SELECT c.id,
		       EXISTS (SELECT FROM equipment e WHERE e.company_id = c.id)
		    OR EXISTS (SELECT FROM operators o WHERE o.company_id = c.id)
		FROM   companies c
		WHERE  lower(c.name) = lower($1)`, c.Name).Scan((*[16]byte)(&made.ID), &filled)
	if err != nil {
		return nil, fmt.Errorf("read company: %w", err)
	}
	if err := fleet.CheckSeed(c.Name, filled); err != nil {
		return nil, err
	}
	return made, nil
}

// SeedAssignment is a period in which an operator runs a machine.
type SeedAssignment struct {
	ID, EquipmentID, OperatorID fleet.UUID
	AssignedAt                  time.Time
	ReleasedAt                  *time.Time // nil: still open
}

// SeedMove is a period in which a machine is at a site.
type SeedMove struct {
	ID, EquipmentID, SiteID fleet.UUID
	ArrivedAt               time.Time
	LeftAt                  *time.Time // nil: it is there now
}

// SeedReading is a reading of an hour meter.
type SeedReading struct {
	ID, EquipmentID fleet.UUID
	ReadAt          time.Time
	Hours           fleet.Decimal
	Replacement     bool // the first reading of a new meter
}

// seedError maps a duplicate key to the CONFLICT of fleet.SeedExists: the same rows exist under
// another company, or the e-mail address of a user is taken.
func seedError(table string, err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == "23505" { // unique_violation
		return fleet.SeedExists(table, pg.Detail)
	}
	return fmt.Errorf("copy %s: %w", table, err)
}
