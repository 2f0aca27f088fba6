package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

const siteMoveColumns = `sm.id, sm.equipment_id, sm.site_id, sm.arrived_at, sm.left_at, sm.created_at`

func scanSiteMove(row pgx.CollectableRow, before ...any) (*fleet.SiteMove, error) {
	m := new(fleet.SiteMove)
	err := row.Scan(append(before, (*[16]byte)(&m.ID), (*[16]byte)(&m.EquipmentID), (*[16]byte)(&m.SiteID),
		&m.ArrivedAt, &m.LeftAt, &m.CreatedAt)...)
	return m, err
}

var siteMoveSortKey = sortKey{"sm.arrived_at", "?::timestamptz", true}

// SiteMovesByEquipment returns a page of the moves of each machine, newest first. One statement; index
// site_moves_by_equipment.
func (s *Fleet) SiteMovesByEquipment(ctx context.Context, v fleet.Viewer, equipment []fleet.UUID,
	w fleet.Window) (map[fleet.UUID]fleet.Page[*fleet.SiteMove], error) {
	q, outer := s.query(), s.query()
	q.TableExpr("site_moves AS sm")
	q.shown(ofSiteMoves, "sm", v, deletedRows{of: ofEquipment})
	q.Where("sm.equipment_id = k.id")
	q.window("sm", siteMoveColumns, siteMoveSortKey, w)
	outer.perParent(q, equipment, "sm")
	groups, err := collectGroups(ctx, outer, scanSiteMove)
	if err != nil {
		return nil, fmt.Errorf("site moves: %w", err)
	}
	return pages(w, equipment, groups), nil
}

// SiteMoveCountByEquipment returns the number of moves of each machine. One statement; index
// site_moves_by_equipment.
func (s *Fleet) SiteMoveCountByEquipment(ctx context.Context, v fleet.Viewer,
	equipment []fleet.UUID) (map[fleet.UUID]int, error) {
	q := s.query()
	q.TableExpr("site_moves AS sm").ColumnExpr("sm.equipment_id, count(*)").GroupExpr("sm.equipment_id")
	q.shown(ofSiteMoves, "sm", v, deletedRows{of: ofEquipment})
	q.Where(q.args.in("sm.equipment_id", equipment))
	counts, err := q.counts(ctx)
	if err != nil {
		return nil, fmt.Errorf("count site moves: %w", err)
	}
	return counts, nil
}

// SiteMovesByID returns the visible moves with these ids. One statement, primary key.
func (s *Fleet) SiteMovesByID(ctx context.Context, v fleet.Viewer,
	ids []fleet.UUID) (map[fleet.UUID]*fleet.SiteMove, error) {
	var args arguments
	text := `SELECT ` + siteMoveColumns + ` FROM site_moves sm WHERE ` + visible(ofSiteMoves, "sm", v, args.add) + `
		AND ` + args.in("sm.id", ids)
	list, err := readRows(ctx, s.conns, only(scanSiteMove), text, args...)
	if err != nil {
		return nil, fmt.Errorf("site moves by id: %w", err)
	}
	return keyed(list, func(m *fleet.SiteMove) fleet.UUID { return m.ID }), nil
}

// MoveEquipment moves a machine to a site, or away from the one where it is. Statements: begin, lock of the site, lock
// of the machine, time, two to find the moves around, one to end the move of before, one to add the new one, one to
// read the machine, history, commit; index site_moves_by_equipment.
func (s *Fleet) MoveEquipment(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, in fleet.SiteMoveInput,
	expected *int) (*fleet.MovedMachine, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.MovedMachine, error) {
		if in.SiteID != nil {
			if _, err := tx.lockSite(ctx, *in.SiteID, forMove); err != nil {
				return nil, fleet.InField("siteId", err)
			}
		}
		machine, err := tx.lockEquipment(ctx, in.EquipmentID)
		if err != nil {
			return nil, fleet.InField("equipmentId", err)
		}
		if err := fleet.CheckVersion(expected, machine); err != nil {
			return nil, err
		}
		now, err := tx.now(ctx)
		if err != nil {
			return nil, err
		}
		at, err := in.At(now)
		if err != nil {
			return nil, err
		}
		during, next, err := tx.movesAround(ctx, in.EquipmentID, at)
		if err != nil {
			return nil, err
		}
		ended, made, err := in.Move(during, next, at)
		if err != nil {
			return nil, err
		}
		moved := &fleet.MovedMachine{}
		if ended != nil {
			saved, err := tx.saveSiteMove(ctx, ended)
			if err != nil {
				return nil, err
			}
			tx.recordSiteMove(fleet.ActionSiteMoved, saved, saved.ChangesSince(during), made == nil)
		}
		if made != nil {
			if moved.Move, err = tx.siteMove(ctx, `
				INSERT INTO site_moves AS sm (id, company_id, equipment_id, site_id, arrived_at, left_at)
					VALUES ($2, $1, $3, $4, $5, $6)
				RETURNING `+siteMoveColumns, [16]byte(fleet.NewUUID()), [16]byte(made.EquipmentID),
				[16]byte(made.SiteID), made.ArrivedAt, made.LeftAt); err != nil {
				return nil, fmt.Errorf("move equipment: %w", err)
			}
			tx.recordSiteMove(fleet.ActionSiteMoved, moved.Move, fleet.Changes(nil, moved.Move.Facts()), true)
		}
		moved.Equipment, err = tx.lockEquipment(ctx, in.EquipmentID) // with its site, which a trigger has set
		return moved, err
	})
}

// movesAround returns the move of a machine that a moment lies in, nil for none, and the beginning of the next one
// after it. Two statements; index site_moves_by_equipment.
func (tx *writeTx) movesAround(ctx context.Context, equipment fleet.UUID, at time.Time) (during *fleet.SiteMove,
	next *time.Time, err error) {
	during, err = tx.siteMove(ctx, `SELECT `+siteMoveColumns+` FROM site_moves sm WHERE sm.company_id = $1
		AND sm.equipment_id = $2 AND sm.arrived_at <= $3 AND (sm.left_at IS NULL OR sm.left_at > $3)
		ORDER BY sm.arrived_at DESC LIMIT 1`, [16]byte(equipment), at)
	if noRows(err) {
		during, err = nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("find the move of the machine: %w", err)
	}
	if err = tx.QueryRow(ctx, `SELECT min(sm.arrived_at) FROM site_moves sm WHERE sm.company_id = $1
		AND sm.equipment_id = $2 AND sm.arrived_at > $3`, [16]byte(tx.v.CompanyID), [16]byte(equipment),
		at).Scan(&next); err != nil {
		return nil, nil, fmt.Errorf("find the next move of the machine: %w", err)
	}
	return during, next, nil
}

// CorrectSiteMove corrects the site or the period of a move. Statements: begin, find, three locks, time, update,
// history, commit.
func (s *Fleet) CorrectSiteMove(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID,
	patch fleet.SiteMovePatch) (*fleet.SiteMove, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.SiteMove, error) {
		before, _, err := tx.lockSiteMove(ctx, id, &patch.SiteID)
		if err != nil {
			return nil, err
		}
		now, err := tx.now(ctx)
		if err != nil {
			return nil, err
		}
		after, err := patch.Apply(before, now)
		if err != nil {
			return nil, err
		}
		if len(fleet.Changes(before.Facts(), after.Facts())) == 0 {
			return before, nil
		}
		saved, err := tx.saveSiteMove(ctx, after)
		if err != nil {
			return nil, err
		}
		changes := saved.ChangesSince(before)
		tx.recordSiteMove(fleet.ActionSiteMoveCorrected, saved, changes, true)
		if saved.SiteID != before.SiteID {
			tx.recordHistory(fleet.SubjectSite, before.SiteID, fleet.ActionSiteMoveCorrected, changes)
		}
		return saved, nil
	})
}

// DeleteSiteMove removes a move, and returns it with its machine. Statements: begin, find, two locks, delete, one to
// read the machine, history, commit.
func (s *Fleet) DeleteSiteMove(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo,
	id fleet.UUID) (*fleet.DeletedSiteMove, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.DeletedSiteMove, error) {
		gone, machine, err := tx.lockSiteMove(ctx, id, nil)
		if err != nil {
			return nil, err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM site_moves WHERE company_id = $1 AND id = $2`,
			[16]byte(tx.v.CompanyID), [16]byte(id)); err != nil {
			return nil, fmt.Errorf("delete site move: %w", err)
		}
		tx.recordSiteMove(fleet.ActionSiteMoveDeleted, gone, fleet.Changes(gone.Facts(), nil), true)
		machine, err = tx.lockEquipment(ctx, machine.ID) // with its site, which a trigger has set
		return &fleet.DeletedSiteMove{Move: gone, Equipment: machine}, err
	})
}

// recordSiteMove adds an entry for the site of a move, and one for the machine where machine says so.
func (tx *writeTx) recordSiteMove(action fleet.Action, m *fleet.SiteMove, changes []fleet.FieldChange, machine bool) {
	if machine {
		tx.recordHistory(fleet.SubjectEquipment, m.EquipmentID, action, changes)
	}
	tx.recordHistory(fleet.SubjectSite, m.SiteID, action, changes)
}

// saveSiteMove writes the site and the period of a move. Primary key.
func (tx *writeTx) saveSiteMove(ctx context.Context, m *fleet.SiteMove) (*fleet.SiteMove, error) {
	saved, err := tx.siteMove(ctx, `UPDATE site_moves AS sm SET site_id = $3, arrived_at = $4, left_at = $5
		WHERE sm.company_id = $1 AND sm.id = $2 RETURNING `+siteMoveColumns, [16]byte(m.ID), [16]byte(m.SiteID),
		m.ArrivedAt, m.LeftAt)
	if err != nil {
		return nil, fmt.Errorf("change site move: %w", err)
	}
	return saved, nil
}

// siteMove runs a statement that returns one move; $1 is the company.
func (tx *writeTx) siteMove(ctx context.Context, sql string, args ...any) (*fleet.SiteMove, error) {
	return oneRow(ctx, tx, scanSiteMove, sql, args)
}

// lockSiteMove locks the site that a move is given, if to has one, then its machine, then the move, and returns the
// move and the machine. Moves stay with their machine. Statements: find, two locks, one more for a site; primary keys.
func (tx *writeTx) lockSiteMove(ctx context.Context, id fleet.UUID,
	to *fleet.Maybe[fleet.UUID]) (*fleet.SiteMove, *fleet.Equipment, error) {
	find := func(lock string) (*fleet.SiteMove, error) {
		m, err := tx.siteMove(ctx, `SELECT `+siteMoveColumns+` FROM site_moves sm WHERE sm.company_id = $1
			AND sm.id = $2`+lock, [16]byte(id))
		if noRows(err) {
			return nil, fleet.NotFoundf("siteMoveId", "there is no move %s in the company",
				fleet.GlobalID(fleet.KindSiteMove, id))
		}
		if err != nil {
			return nil, fmt.Errorf("find site move: %w", err)
		}
		return m, nil
	}
	found, err := find("")
	if err != nil {
		return nil, nil, err
	}
	if to != nil {
		site, field := found.SiteID, "siteMoveId"
		if to.Set {
			site, field = to.To, "siteId"
		}
		if _, err := tx.lockSite(ctx, site, forMove); err != nil {
			return nil, nil, fleet.InField(field, err)
		}
	}
	machine, err := tx.lockEquipment(ctx, found.EquipmentID)
	if err != nil {
		return nil, nil, fleet.InField("siteMoveId", err)
	}
	locked, err := find(" FOR NO KEY UPDATE")
	if err == nil && to != nil && !to.Set && locked.SiteID != found.SiteID {
		err = &fleet.Error{Code: fleet.Conflict, Reason: fleet.Concurrent, Field: "siteMoveId",
			Message: "the move was given another site meanwhile: read it again"}
	}
	return locked, machine, err
}
