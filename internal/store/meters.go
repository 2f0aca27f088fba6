package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// meterColumns are the columns of scanMeter.
const meterColumns = `mt.id, mt.equipment_id, mt.name, mt.unit, mt.created_at`

// scanMeter reads a row that ends with meterColumns; before receives the columns in front of them.
func scanMeter(row pgx.CollectableRow, before ...any) (*fleet.Meter, error) {
	m := new(fleet.Meter)
	err := row.Scan(append(before, (*[16]byte)(&m.ID), (*[16]byte)(&m.EquipmentID), &m.Name, (*string)(&m.Unit),
		&m.CreatedAt)...)
	return m, err
}

// MetersByEquipment returns the further meters of each machine, by name. One statement; index of the key
// (company_id, equipment_id, id).
func (s *Fleet) MetersByEquipment(ctx context.Context, v fleet.Viewer,
	equipment []fleet.UUID) (map[fleet.UUID][]*fleet.Meter, error) {
	var args arguments
	text := `SELECT ` + meterColumns + ` FROM meters mt WHERE ` +
		shown(ofMeters, "mt", v, deletedRows{of: ofEquipment}, args.add) + ` AND ` + args.in("mt.equipment_id", equipment) + `
		ORDER BY ` + natural("mt.name") + `, mt.id`
	list, err := readRows(ctx, s.conns, only(scanMeter), text, args...)
	if err != nil {
		return nil, fmt.Errorf("meters: %w", err)
	}
	found := make(map[fleet.UUID][]*fleet.Meter, len(equipment))
	for _, m := range list {
		found[m.EquipmentID] = append(found[m.EquipmentID], m)
	}
	return found, nil
}

// MetersByID returns the visible meters with these ids. One statement, primary key.
func (s *Fleet) MetersByID(ctx context.Context, v fleet.Viewer,
	ids []fleet.UUID) (map[fleet.UUID]*fleet.Meter, error) {
	return s.metersByID(ctx, v, ids, deletedRows{})
}

// MetersOf returns the meters of readings that the viewer sees, those of deleted machines as well. One statement,
// primary key.
func (s *Fleet) MetersOf(ctx context.Context, v fleet.Viewer,
	ids []fleet.UUID) (map[fleet.UUID]*fleet.Meter, error) {
	return s.metersByID(ctx, v, ids, withDeleted())
}

func (s *Fleet) metersByID(ctx context.Context, v fleet.Viewer, ids []fleet.UUID,
	d deletedRows) (map[fleet.UUID]*fleet.Meter, error) {
	var args arguments
	text := `SELECT ` + meterColumns + ` FROM meters mt WHERE ` + shown(ofMeters, "mt", v, d, args.add) + `
		AND ` + args.in("mt.id", ids)
	list, err := readRows(ctx, s.conns, only(scanMeter), text, args...)
	if err != nil {
		return nil, fmt.Errorf("meters by id: %w", err)
	}
	return keyed(list, func(m *fleet.Meter) fleet.UUID { return m.ID }), nil
}

// AddMeter adds a further meter to a machine. Statements: begin, lock, count, insert, history, commit.
func (s *Fleet) AddMeter(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, m fleet.Meter) (*fleet.Meter, error) {
	m.Tidy()
	if err := m.Check(); err != nil {
		return nil, err
	}
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.Meter, error) {
		if _, err := tx.lockEquipment(ctx, m.EquipmentID); err != nil {
			return nil, fleet.InField("equipmentId", err)
		}
		n, err := tx.count(ctx, `SELECT count(*) FROM meters mt WHERE mt.company_id = $1 AND mt.equipment_id = $2`,
			m.EquipmentID)
		if err != nil {
			return nil, fmt.Errorf("count meters: %w", err)
		}
		if err := fleet.CheckNumberOfMeters(n); err != nil {
			return nil, err
		}
		made, err := tx.meter(ctx, `INSERT INTO meters AS mt (id, company_id, equipment_id, name, unit)
			VALUES ($2, $1, $3, $4, $5) RETURNING `+meterColumns, [16]byte(fleet.NewUUID()), [16]byte(m.EquipmentID), m.Name,
			string(m.Unit))
		if err != nil {
			return nil, fmt.Errorf("add meter: %w", err)
		}
		tx.recordHistory(fleet.SubjectEquipment, made.EquipmentID, fleet.ActionMeterAdded,
			fleet.Changes(nil, made.Facts()))
		return made, nil
	})
}

// ChangeMeter changes a meter's name, or its unit while it has no readings. Statements: begin, find, two locks, count,
// update, history, commit.
func (s *Fleet) ChangeMeter(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID,
	patch fleet.MeterPatch) (*fleet.Meter, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.Meter, error) {
		before, err := tx.lockMeter(ctx, id)
		if err != nil {
			return nil, err
		}
		n, err := tx.count(ctx, `SELECT count(*) FROM meter_readings r WHERE r.company_id = $1 AND r.meter_id = $2`, id)
		if err != nil {
			return nil, fmt.Errorf("count readings of a meter: %w", err)
		}
		after, err := patch.Apply(before, n)
		if err != nil {
			return nil, err
		}
		changes := after.MeterChanges(before)
		if len(changes) == 0 {
			return before, nil
		}
		saved, err := tx.meter(ctx, `UPDATE meters AS mt SET name = $3, unit = $4 WHERE mt.company_id = $1 AND mt.id = $2
			RETURNING `+meterColumns, [16]byte(id), after.Name, string(after.Unit))
		if err != nil {
			return nil, fmt.Errorf("change meter: %w", err)
		}
		tx.recordHistory(fleet.SubjectEquipment, saved.EquipmentID, fleet.ActionMeterChanged, changes)
		return saved, nil
	})
}

// DeleteMeter removes a meter of which no reading counts, with those that are void, and returns its id. Statements:
// begin, find, two locks, count, two deletes, history, commit.
func (s *Fleet) DeleteMeter(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID) (fleet.UUID, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (fleet.UUID, error) {
		gone, err := tx.lockMeter(ctx, id)
		if err != nil {
			return id, err
		}
		n, err := tx.count(ctx, `SELECT count(*) FROM meter_readings r WHERE r.company_id = $1 AND r.meter_id = $2
			AND `+isCounted, id)
		if err != nil {
			return id, fmt.Errorf("count readings of a meter: %w", err)
		}
		if err := gone.CheckDelete(n); err != nil {
			return id, err
		}
		for _, sql := range []string{
			`DELETE FROM meter_readings WHERE company_id = $1 AND meter_id = $2`,
			`DELETE FROM meters WHERE company_id = $1 AND id = $2`,
		} {
			if _, err := tx.Exec(ctx, sql, [16]byte(v.CompanyID), [16]byte(id)); err != nil {
				return id, fmt.Errorf("delete meter: %w", err)
			}
		}
		tx.recordHistory(fleet.SubjectEquipment, gone.EquipmentID, fleet.ActionMeterDeleted,
			fleet.Changes(gone.Facts(), nil))
		return id, nil
	})
}

// meterOf returns a meter of the company, or nil for the hour meter, which is no row. Primary key.
func (tx *writeTx) meterOf(ctx context.Context, id *fleet.UUID) (*fleet.Meter, error) {
	if id == nil {
		return nil, nil
	}
	m, err := tx.meter(ctx, `SELECT `+meterColumns+` FROM meters mt WHERE mt.company_id = $1 AND mt.id = $2`,
		[16]byte(*id))
	if noRows(err) {
		return nil, fleet.NotFoundf("meterId", "there is no meter %s in the company", fleet.GlobalID(fleet.KindMeter, *id))
	}
	if err != nil {
		return nil, fmt.Errorf("find meter: %w", err)
	}
	return m, nil
}

// lockMeter locks a meter's machine, then the meter, and returns it. Statements: find, two locks; primary key. A merge
// may move the meter between the first two: the machine that is locked then is one of both, and the meter is locked all
// the same.
func (tx *writeTx) lockMeter(ctx context.Context, id fleet.UUID) (*fleet.Meter, error) {
	found, err := tx.meterOf(ctx, &id)
	if err != nil {
		return nil, err
	}
	if _, err := tx.lockEquipment(ctx, found.EquipmentID); err != nil {
		return nil, fleet.InField("meterId", err)
	}
	locked, err := tx.meter(ctx, `SELECT `+meterColumns+` FROM meters mt WHERE mt.company_id = $1 AND mt.id = $2
		FOR UPDATE`, [16]byte(id))
	if noRows(err) {
		return nil, fleet.NotFoundf("meterId", "there is no meter %s in the company", fleet.GlobalID(fleet.KindMeter, id))
	}
	if err != nil {
		return nil, fmt.Errorf("lock meter: %w", err)
	}
	return locked, nil
}

// meter runs a statement that returns one meter; $1 is the company.
func (tx *writeTx) meter(ctx context.Context, sql string, args ...any) (*fleet.Meter, error) {
	return oneRow(ctx, tx, scanMeter, sql, args)
}

// count runs a statement that counts rows; $1 is the company, and $2 the row that they belong to.
func (tx *writeTx) count(ctx context.Context, sql string, of fleet.UUID) (n int, err error) {
	err = tx.QueryRow(ctx, sql, [16]byte(tx.v.CompanyID), [16]byte(of)).Scan(&n)
	return n, err
}
