package store

import (
	"context"
	"fmt"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

// lockedRecord is a record and its machine, locked until the transaction ends, and the time after that.
type lockedRecord struct {
	record  *fleet.MaintenanceRecord
	machine *fleet.Equipment
	now     time.Time
}

// lockRecord locks a record's machine, then the record, and returns both as they are after that. find is findRecord or
// findAnyRecord. Statements: find, two locks, time.
func (tx *writeTx) lockRecord(ctx context.Context, id fleet.UUID,
	find func(context.Context, fleet.UUID, string) (*fleet.MaintenanceRecord, error)) (*lockedRecord, error) {
	before, err := find(ctx, id, "")
	if err != nil {
		return nil, fleet.InField("maintenanceRecordId", err)
	}
	l := new(lockedRecord)
	if l.machine, l.now, err = tx.lockMachine(ctx, before.EquipmentID); err != nil {
		return nil, fleet.InField("maintenanceRecordId", err)
	}
	// The record may have changed before the machine was locked.
	if l.record, err = find(ctx, id, " FOR NO KEY UPDATE"); err != nil {
		return nil, fleet.InField("maintenanceRecordId", err)
	}
	if l.record.EquipmentID != before.EquipmentID {
		return nil, movedMeanwhile()
	}
	return l, nil
}

// movedMeanwhile is the error about a record that was moved while its machine was locked.
func movedMeanwhile() error {
	return fleet.Conflictf(fleet.Concurrent, "maintenanceRecordId", "the record was moved to another machine at the same "+
		"time: look at it again")
}

// ReopenMaintenance makes completed or cancelled work open again. Statements: begin, find, two locks, time, update,
// history, commit; two more when the machine's status changes, one for a service of a schedule.
func (s *Fleet) ReopenMaintenance(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID, expected *int,
	stopsMachine bool) (*fleet.Work, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.Work, error) {
		l, err := tx.lockRecord(ctx, id, tx.findRecord)
		if err != nil {
			return nil, err
		}
		if err := fleet.CheckVersion(expected, l.record); err != nil {
			return nil, err
		}
		after, err := l.record.Reopened(l.machine, stopsMachine, l.now)
		if err != nil {
			return nil, err
		}
		saved, err := tx.saveRecord(ctx, l.record, after, fleet.ActionReopened)
		if err != nil {
			return nil, err
		}
		if err := tx.withdrawServices(ctx, saved); err != nil {
			return nil, err
		}
		machine, err := tx.followDowntime(ctx, l.machine, saved.Down(l.now))
		return &fleet.Work{Record: saved, Equipment: machine}, err
	})
}

// DeleteMaintenance marks a record as deleted and returns it. It can be restored. Statements: begin, find, two locks,
// time, look for a reversal, update, history, commit; two more when the machine's status changes, one for a service of a
// schedule.
func (s *Fleet) DeleteMaintenance(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID,
	expected *int) (*fleet.Work, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.Work, error) {
		l, err := tx.lockRecord(ctx, id, tx.findRecord)
		if err != nil {
			return nil, err
		}
		if err := fleet.CheckVersion(expected, l.record); err != nil {
			return nil, err
		}
		reversed, err := tx.isReversed(ctx, id)
		if err != nil {
			return nil, err
		}
		if err := l.record.CheckDelete(reversed); err != nil {
			return nil, err
		}
		gone, err := tx.record(ctx, `UPDATE maintenance_records AS m SET deleted_at = now() WHERE m.company_id = $1
			AND m.id = $2 RETURNING `+maintenanceColumns, [16]byte(id))
		if err != nil {
			return nil, fmt.Errorf("delete maintenance record: %w", err)
		}
		tx.recordHistory(fleet.SubjectMaintenance, id, fleet.ActionDeleted, fleet.Changes(gone.Facts(), nil))
		if !gone.Status.Open() {
			if err := tx.withdrawServices(ctx, gone); err != nil {
				return nil, err
			}
		}
		machine, err := tx.followDowntime(ctx, l.machine, false)
		return &fleet.Work{Record: gone, Equipment: machine}, err
	})
}

// RestoreMaintenance restores a deleted record; one that is not deleted is returned unchanged. The record that it
// reverses must be there, without another reversal. Statements: begin, find, two locks, time, update, history, commit;
// two more when the machine's status changes, one for the record that it reverses.
func (s *Fleet) RestoreMaintenance(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID,
	expected *int) (*fleet.Work, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.Work, error) {
		l, err := tx.lockRecord(ctx, id, tx.findAnyRecord)
		if err != nil {
			return nil, err
		}
		if l.record.DeletedAt == nil {
			return &fleet.Work{Record: l.record, Equipment: l.machine}, fleet.CheckVersion(expected, l.record)
		}
		if err := fleet.CheckDeletedVersion(expected, l.record.Version); err != nil {
			return nil, err
		}
		if err := l.record.CheckRestore(l.machine); err != nil {
			return nil, err
		}
		if l.record.ReversalOf != nil {
			if _, err := tx.findRecord(ctx, *l.record.ReversalOf, ""); err != nil {
				return nil, fleet.InField("maintenanceRecordId", err)
			}
		}
		back, err := tx.record(ctx, `UPDATE maintenance_records AS m SET deleted_at = NULL WHERE m.company_id = $1
			AND m.id = $2 RETURNING `+maintenanceColumns, [16]byte(id))
		if err != nil {
			return nil, fmt.Errorf("restore maintenance record: %w", err)
		}
		tx.recordHistory(fleet.SubjectMaintenance, id, fleet.ActionRestored, fleet.Changes(nil, back.Facts()))
		machine, err := tx.followDowntime(ctx, l.machine, back.Down(l.now))
		return &fleet.Work{Record: back, Equipment: machine}, err
	})
}

// MoveMaintenance moves a record to another machine. Statements: begin, find, three locks, time, look for a reversal,
// update, history, commit; two more for each machine whose status changes, one for the readings next to its meter value.
func (s *Fleet) MoveMaintenance(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID, expected *int,
	to fleet.UUID) (*fleet.Move, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.Move, error) {
		found, err := tx.findRecord(ctx, id, "")
		if err != nil {
			return nil, fleet.InField("maintenanceRecordId", err)
		}
		from, target, err := tx.lockMachines(ctx, found.EquipmentID, to)
		if err != nil {
			return nil, err
		}
		before, err := tx.findRecord(ctx, id, " FOR NO KEY UPDATE")
		if err != nil {
			return nil, fleet.InField("maintenanceRecordId", err)
		}
		if before.EquipmentID != found.EquipmentID {
			return nil, movedMeanwhile()
		}
		if err := fleet.CheckVersion(expected, before); err != nil {
			return nil, err
		}
		return tx.move(ctx, before, from, target)
	})
}

// lockMachines locks the machine of a record and another one, in the order of their keys, so that two moves between the
// same machines do not wait for each other.
func (tx *writeTx) lockMachines(
	ctx context.Context,
	ofRecord, other fleet.UUID,
) (of, target *fleet.Equipment, err error) {
	err = inOrder(ofRecord, other, func() (err error) {
		of, err = tx.lockEquipment(ctx, ofRecord)
		return fleet.InField("maintenanceRecordId", err)
	}, func() (err error) {
		target, err = tx.lockEquipment(ctx, other)
		return fleet.InField("equipmentId", err)
	})
	return of, target, err
}

func (tx *writeTx) move(ctx context.Context, before *fleet.MaintenanceRecord,
	from, to *fleet.Equipment) (*fleet.Move, error) {
	now, err := tx.localTime(ctx)
	if err != nil {
		return nil, err
	}
	reversed, err := tx.isReversed(ctx, before.ID)
	if err != nil {
		return nil, err
	}
	after, err := before.MovedTo(to, reversed)
	if err != nil {
		return nil, err
	}
	if after == before {
		return &fleet.Move{Record: before, From: from, Equipment: to}, nil
	}
	if err := tx.checkMeter(ctx, nil, after, now); err != nil {
		return nil, err
	}
	moved, err := tx.record(ctx, `UPDATE maintenance_records AS m SET equipment_id = $3, schedule_id = NULL,
		occurrence = NULL, service_due_on = NULL, service_due_hours = NULL WHERE m.company_id = $1
		AND m.id = $2 RETURNING `+maintenanceColumns, [16]byte(before.ID), [16]byte(after.EquipmentID))
	if err != nil {
		return nil, fmt.Errorf("move maintenance record: %w", err)
	}
	tx.recordHistory(fleet.SubjectMaintenance, before.ID, fleet.ActionMoved, fleet.MoveChanges(from, to))
	if from, err = tx.followDowntime(ctx, from, false); err != nil {
		return nil, err
	}
	if to, err = tx.followDowntime(ctx, to, moved.Down(now)); err != nil {
		return nil, err
	}
	return &fleet.Move{Record: moved, From: from, Equipment: to}, nil
}

// isReversed reports whether a record has a reversal that is not deleted. One statement; index
// maintenance_records_reversed_once.
func (tx *writeTx) isReversed(ctx context.Context, id fleet.UUID) (reversed bool, err error) {
	if err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM maintenance_records m WHERE m.company_id = $1
		AND m.reversal_of = $2 AND m.deleted_at IS NULL)`, [16]byte(tx.v.CompanyID), [16]byte(id)).Scan(&reversed); err != nil {
		return false, fmt.Errorf("look for a reversal: %w", err)
	}
	return reversed, nil
}

// checkReversalOf returns an error unless the record that after reverses from now on can be reversed by it. One
// statement when it has changed, primary key; the locked machine keeps that record as it is.
func (tx *writeTx) checkReversalOf(ctx context.Context, before, after *fleet.MaintenanceRecord) error {
	of := after.ReversalOf
	if of == nil || before != nil && before.ReversalOf != nil && *before.ReversalOf == *of {
		return nil
	}
	original, err := tx.findRecord(ctx, *of, "")
	if err != nil {
		return fleet.InField("reversalOfId", err)
	}
	return after.CheckReversalOf(original)
}

// ReversalsOf returns the reversal of each record. One statement; index maintenance_records_reversed_once.
func (s *Fleet) ReversalsOf(ctx context.Context, v fleet.Viewer,
	records []fleet.UUID) (map[fleet.UUID]*fleet.MaintenanceRecord, error) {
	var args arguments
	text := `SELECT ` + maintenanceColumns + ` FROM maintenance_records m WHERE ` +
		visible(ofRecords, "m", v, args.add) + ` AND ` + args.in("m.reversal_of", records)
	list, err := readRows(ctx, s.conns, only(scanMaintenance), text, args...)
	if err != nil {
		return nil, fmt.Errorf("reversals of maintenance records: %w", err)
	}
	return keyed(list, func(m *fleet.MaintenanceRecord) fleet.UUID { return *m.ReversalOf }), nil
}
