package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"bitcorp.dev/fleet/internal/fleet"
)

// writeTx is a transaction that writes on behalf of a viewer. It locks an operator or a site before machines, and
// a machine before the rows that belong to it, so that no two writes deadlock.
type writeTx struct {
	pgx.Tx
	v       fleet.Viewer
	request *string // id of the request; nil from the command line
	reason  *string // why the change is made; nil for none
	// confirmed says that values that can hardly be true are meant.
	confirmed bool
	entries   []fleet.HistoryEntry
}

// write runs do in a transaction and commits its changes together with their history, or rolls back
// when do returns an error. With an idempotency key do runs once, and a repeated call returns the
// first answer. A violated constraint is returned as the Error of the field that caused it.
//
// It begins with the check of admit, in one round trip, which the methods that call it count as part of
// "begin": nothing is written, or committed, by a session or token that has ended.
func write[T any](ctx context.Context, s *database, v fleet.Viewer, w fleet.WriteInfo,
	do func(*writeTx) (T, error)) (T, error) {
	return ending(ctx, s, v, w, targetIs(fleet.UUID{}), do)
}

// ending is write for a change that ends something of the user that target returns. It waits for the
// writes of that user that have begun; those that begin later see the change.
func ending[T any](ctx context.Context, s *database, v fleet.Viewer, w fleet.WriteInfo,
	target func(context.Context, *writeTx) (fleet.UUID, error), do func(*writeTx) (T, error)) (result T, err error) {
	if w.Once != nil {
		if err := w.Once.CheckKey(); err != nil {
			return result, fleet.InField("idempotencyKey", err)
		}
	}
	err = s.inTx(ctx, func(inner pgx.Tx) error {
		tx := newWriteTx(inner, v, w)
		user, err := target(ctx, tx)
		if err != nil {
			return err
		}
		if err := tx.admit(ctx, w.By, user); err != nil {
			return err
		}
		if w.Once == nil {
			if result, err = do(tx); err != nil {
				return err
			}
			return tx.writeHistory(ctx)
		}
		answer, err := tx.claim(ctx, w.Once)
		if err != nil {
			return err
		}
		if answer != nil {
			return json.Unmarshal(answer, &result)
		}
		if result, err = do(tx); err != nil {
			return err
		}
		if err := tx.writeHistory(ctx); err != nil {
			return err
		}
		return tx.answer(ctx, w.Once, result)
	})
	if err != nil {
		var none T
		return none, refusal(err)
	}
	return result, nil
}

// targetIs is the target of an ending whose user is known.
func targetIs(id fleet.UUID) func(context.Context, *writeTx) (fleet.UUID, error) {
	return func(context.Context, *writeTx) (fleet.UUID, error) { return id, nil }
}

func newWriteTx(tx pgx.Tx, v fleet.Viewer, w fleet.WriteInfo) *writeTx {
	made := &writeTx{Tx: tx, v: v, reason: w.Reason, confirmed: w.Confirmed}
	if w.Request != "" {
		made.request = &w.Request
	}
	return made
}

// claim takes an idempotency key for this transaction. If the key was used before, it returns the
// stored answer; a concurrent use waits until this transaction ends. Two statements at most,
// primary key.
func (tx *writeTx) claim(ctx context.Context, once *fleet.Once) (answer []byte, err error) {
	company, user := [16]byte(tx.v.CompanyID), [16]byte(tx.v.UserID)
	tag, err := tx.Exec(ctx, `
		INSERT INTO idempotency_keys AS k (company_id, user_id, key, input_hash) VALUES ($1, $2, $3, $4)
		ON CONFLICT (company_id, user_id, key) DO UPDATE SET input_hash = EXCLUDED.input_hash, answer = NULL,
			created_at = now()
		WHERE  k.created_at < now() - $5::interval`, company, user, once.Key, once.Input[:], fleet.IdempotencyTTL)
	if err != nil {
		return nil, fmt.Errorf("claim idempotency key: %w", err)
	}
	if tag.RowsAffected() == 1 {
		return nil, nil
	}
	var input []byte
	err = tx.QueryRow(ctx, `SELECT input_hash, answer FROM idempotency_keys WHERE company_id = $1 AND user_id = $2
		AND key = $3`,
		company, user, once.Key).Scan(&input, &answer)
	if err != nil {
		return nil, fmt.Errorf("read idempotency key: %w", err)
	}
	if err := once.CheckInput(input); err != nil {
		return nil, err
	}
	return answer, nil
}

// answer stores the answer that a repeated call with the key returns.
func (tx *writeTx) answer(ctx context.Context, once *fleet.Once, result any) error {
	text, err := json.Marshal(result)
	if err != nil {
		return fmt.Errorf("store the answer: %w", err)
	}
	if _, err = tx.Exec(ctx, `UPDATE idempotency_keys SET answer = $4 WHERE company_id = $1 AND user_id = $2
		AND key = $3`,
		[16]byte(tx.v.CompanyID), [16]byte(tx.v.UserID), once.Key, text); err != nil {
		return fmt.Errorf("store the answer: %w", err)
	}
	return nil
}

// SweepIdempotencyKeys deletes expired keys and returns their number. One statement, index
// idempotency_keys_by_age.
func (s *DB) SweepIdempotencyKeys(ctx context.Context) (int64, error) {
	tag, err := s.exec(ctx, `DELETE FROM idempotency_keys
		WHERE created_at < now() - $1::interval`, fleet.IdempotencyTTL)
	if err != nil {
		return 0, fmt.Errorf("sweep idempotency keys: %w", err)
	}
	return tag.RowsAffected(), nil
}

// refusals are the constraints that concurrent writes can violate although a check before the
// statement passed.
var refusals = map[string]fleet.Error{
	"equipment_serial_keys": {Code: fleet.Conflict, Reason: fleet.Taken, Field: "serialNumber",
		Message: "another machine of the fleet has this serial number"},
	"maintenance_records_reversed_once": {Code: fleet.Conflict, Reason: fleet.Taken, Field: "reversalOfId",
		Related: "maintenanceRecordId",
		Message: "the record that it reverses has another reversal: delete that one first"},
	"maintenance_records_of_schedule": {Code: fleet.Conflict, Reason: fleet.Taken, Field: "serviceScheduleId",
		Related: "maintenanceRecordId",
		Message: "the service of the schedule has another record: delete that one first"},
	"companies_name": {Code: fleet.Conflict, Reason: fleet.Taken, Field: "name",
		Message: "another company has this name"},
	"operators_license": {Code: fleet.Conflict, Reason: fleet.Taken, Field: "licenseNumber",
		Message: "another operator of the company has this licence number"},
	"equipment_company_id_user_id_fkey": {Code: fleet.NotFound, Field: "userId",
		Message: "the company has no user of this id"},
	"operators_user": {Code: fleet.NotFound, Field: "userId",
		Message: "the company has no user of this id"},
	"operators_by_user": {Code: fleet.Conflict, Reason: fleet.Taken, Field: "userId",
		Message: "this user is another operator of the company already"},
	"assignments_never_overlap": {Code: fleet.Conflict, Reason: fleet.Overlap, Field: "assignedAt",
		Related: "equipmentId",
		Message: "an operator, another or the same one, runs the machine within this period: release first, or give " +
			"another period"},
	"sites_name_key": {Code: fleet.Conflict, Reason: fleet.Taken, Field: "name", Related: "siteId",
		Message: "another site of the company has this name, without regard to case, accents and blanks"},
	"sites_code_key": {Code: fleet.Conflict, Reason: fleet.Taken, Field: "code", Related: "siteId",
		Message: "another site of the company has this code, without regard to case, accents and blanks"},
	"saved_queries_name_key": {Code: fleet.Conflict, Reason: fleet.Taken, Field: "name", Related: "savedQueryId",
		Message: "another saved query of the company has this name, without regard to case, accents and blanks"},
	"site_moves_never_overlap": {Code: fleet.Conflict, Reason: fleet.Overlap, Field: "arrivedAt",
		Related: "siteMoveId",
		Message: "the machine is at another site, or at the same one, within this period: shorten that move first, or " +
			"give another period"},
	"site_moves_open_by_equipment": {Code: fleet.Conflict, Reason: fleet.Overlap, Field: "leftAt",
		Related: "siteMoveId",
		Message: "the machine is at a site now by another move: give the end of this one"},
	"assignment_plans_never_overlap": {
		Code:    fleet.Conflict,
		Reason:  fleet.Overlap,
		Field:   "startsAt",
		Related: "equipmentId",
		Message: "another assignment is planned for the machine within this period: cancel that plan, or give another period",
	},
	"assignments_open_by_equipment": {Code: fleet.Conflict, Reason: fleet.Overlap, Field: "assignedAt",
		Related: "equipmentId",
		Message: "an operator runs the machine now: release first"},
	"meter_readings_never_decrease": {Code: fleet.Conflict, Reason: fleet.Decreasing, Field: "hours",
		Related: "meterReadingId",
		Message: "readings of a meter never decrease: the one before shows more, or the one after less; " +
			"void the reading that is wrong; the first one of a new meter has replacement: true"},
	"meters_name_key": {Code: fleet.Conflict, Reason: fleet.Taken, Field: "name", Related: "equipmentId",
		Message: "another meter of the machine has this name, without regard to case, accents and blanks"},
	"meter_readings_by_meter_time": {Code: fleet.Conflict, Reason: fleet.Taken, Field: "readAt",
		Related: "meterId",
		Message: "there is a reading of this meter and this moment already: correct or void it"},
	"meter_readings_by_equipment_time": {Code: fleet.Conflict, Reason: fleet.Taken, Field: "readAt",
		Related: "equipmentId",
		Message: "there is a reading of this moment already: correct or void it"},
}

// oneRow runs a statement that returns one row; $1 is the company.
func oneRow[T any](ctx context.Context, tx *writeTx, scan rowScan[T], sql string, args []any) (T, error) {
	rows, _ := tx.Query(ctx, sql, append([]any{[16]byte(tx.v.CompanyID)}, args...)...)
	return pgx.CollectExactlyOneRow(rows, only(scan))
}

// refusal maps a violated constraint to the Error of its field. Other errors are returned
// unchanged.
func refusal(err error) error {
	var refused *pgconn.PgError
	if !errors.As(err, &refused) {
		return err
	}
	if known, ok := refusals[refused.ConstraintName]; ok {
		return &known
	}
	if refused.Code == "40P01" || refused.Code == "40001" { // deadlock or serialization failure: a retry may succeed
		return fleet.Conflictf(fleet.Concurrent, "", "the same rows were changed at the same time: try again")
	}
	if refused.Code == "55P03" { // lock_timeout
		return fleet.Conflictf(fleet.Concurrent, "",
			"much of the company is being written, as by an import: try again when that has ended")
	}
	return err
}
