package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// recordHistory adds an entry to the history of the transaction. writeHistory writes the entries.
func (tx *writeTx) recordHistory(subject fleet.Subject, id fleet.UUID, action fleet.Action,
	changes []fleet.FieldChange) {
	tx.entries = append(tx.entries, fleet.HistoryEntry{ID: fleet.NewUUID(), Subject: subject, SubjectID: &id,
		Action: action, Changes: changes})
}

// subjectName is the name of the row of an entry e, deleted or not; for work it is that of the machine. Primary keys.
const subjectName = `CASE e.subject
	WHEN 'EQUIPMENT' THEN (SELECT s.name FROM equipment s WHERE s.id = e.subject_id)
	WHEN 'OPERATOR' THEN (SELECT s.first_name || ' ' || s.last_name FROM operators s WHERE s.id = e.subject_id)
	WHEN 'MAINTENANCE_RECORD' THEN (SELECT s.name FROM maintenance_records m JOIN equipment s ON s.id = m.equipment_id
		WHERE m.id = e.subject_id)
	WHEN 'USER' THEN (SELECT s.name FROM users s WHERE s.id = e.subject_id)
	WHEN 'ACCESS_TOKEN' THEN (SELECT s.name FROM access_tokens s WHERE s.id = e.subject_id)
	WHEN 'SERVICE_SCHEDULE' THEN (SELECT s.title FROM service_schedules s WHERE s.id = e.subject_id)
	WHEN 'COMPANY' THEN (SELECT s.name FROM companies s WHERE s.id = e.subject_id)
	WHEN 'SITE' THEN (SELECT s.name FROM sites s WHERE s.id = e.subject_id)
	WHEN 'PAPER' THEN (SELECT coalesce(s.name, o.first_name || ' ' || o.last_name) FROM papers p
		LEFT JOIN equipment s ON s.id = p.equipment_id LEFT JOIN operators o ON o.id = p.operator_id
		WHERE p.id = e.subject_id) END`

// writeHistory writes the entries. One statement, whatever their number.
func (tx *writeTx) writeHistory(ctx context.Context) error {
	if len(tx.entries) == 0 {
		return nil
	}
	var ids [][16]byte
	var subjects []*fleet.UUID
	var names, actions, changes []string
	for _, e := range tx.entries {
		text, err := json.Marshal(e.Changes)
		if err != nil {
			return fmt.Errorf("write history: %w", err)
		}
		ids, subjects = append(ids, e.ID), append(subjects, e.SubjectID)
		names, actions, changes = append(names, string(e.Subject)), append(actions, string(e.Action)),
			append(changes, string(text))
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO history (id, company_id, user_id, request, subject, subject_id, action, changes, reason, subject_name)
		SELECT e.id, $1, $2, $3, e.subject, e.subject_id, e.action, e.changes::jsonb, $9, `+subjectName+`
		FROM   unnest($4::uuid[], $5::text[], $6::uuid[], $7::text[], $8::text[]) AS e (id, subject, subject_id, action,
			changes)`,
		[16]byte(tx.v.CompanyID), userOf(tx.v), tx.request, ids, names, subjects, actions, changes,
		tx.reason); err != nil {
		return fmt.Errorf("write history: %w", err)
	}
	tx.entries = nil
	return nil
}

// userOf returns the viewer's user; nil for the command line, which has none.
func userOf(v fleet.Viewer) *[16]byte {
	if v.UserID.IsZero() {
		return nil
	}
	u := [16]byte(v.UserID)
	return &u
}

const historyColumns = `h.id, h.subject, h.subject_id, h.action, h.user_id, h.request, h.reason, h.changes, h.at, h.subject_name`

func scanHistory(row pgx.CollectableRow, before ...any) (*fleet.HistoryEntry, error) {
	h := new(fleet.HistoryEntry)
	var changes []byte
	err := row.Scan(append(before, (*[16]byte)(&h.ID), (*string)(&h.Subject), &h.SubjectID, (*string)(&h.Action),
		&h.UserID, &h.Request, &h.Reason, &changes, &h.At, &h.SubjectName)...)
	if err == nil {
		err = json.Unmarshal(changes, &h.Changes)
		h.Changes = h.Changes[:min(len(h.Changes), fleet.MaxChanges)]
	}
	return h, err
}

var historySortKey = sortKey{"h.at", "?::timestamptz", true}

func historyWhere(q *query, v fleet.Viewer, f *fleet.HistoryFilter) {
	q.visible(ofHistory, "h", v)
	filter(q, f, historyConditions)
}

func historyConditions(c *conditions, f *fleet.HistoryFilter) {
	c.ids("h.id", f.IDs)
	oneOf(c, "h.subject", f.Subject)
	oneOf(c, "h.action", f.Action)
	c.reference("h.user_id", f.User)
	between(c, "h.at", "timestamptz", "h.at IS NULL", f.At)
	combine(c, f.And, f.Or, f.Not, historyConditions)
}

// HistoryPage returns a page of the company's history, newest first. One statement; index
// history_by_at, or the one of the filter (_by_user, _by_action).
func (s *Fleet) HistoryPage(ctx context.Context, v fleet.Viewer, f *fleet.HistoryFilter,
	w fleet.Window) (fleet.Page[*fleet.HistoryEntry], error) {
	if f != nil || w.Offset > 0 {
		done, err := s.scan(ctx)
		if err != nil {
			return fleet.Page[*fleet.HistoryEntry]{}, err
		}
		defer done()
	}
	q := s.query()
	q.TableExpr("history AS h")
	historyWhere(q, v, f)
	q.window("h", historyColumns, historySortKey, w)
	list, err := collect(ctx, q, scanHistory)
	if err != nil {
		return fleet.Page[*fleet.HistoryEntry]{}, fmt.Errorf("list history: %w", err)
	}
	return fleet.NewPage(w, list), nil
}

// HistoryCount returns the number of entries that match f. One statement.
func (s *Fleet) HistoryCount(ctx context.Context, v fleet.Viewer, f *fleet.HistoryFilter) (int, error) {
	done, err := s.scan(ctx)
	if err != nil {
		return 0, err
	}
	defer done()
	q := s.query()
	q.TableExpr("history AS h").ColumnExpr("count(*)")
	historyWhere(q, v, f)
	n, err := q.count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count history: %w", err)
	}
	return n, nil
}

// HistoryBySubject returns a page of the history of each row, newest first. One statement; index
// history_by_subject.
func (s *Fleet) HistoryBySubject(ctx context.Context, v fleet.Viewer, subjects []fleet.UUID,
	w fleet.Window) (map[fleet.UUID]fleet.Page[*fleet.HistoryEntry], error) {
	q, outer := s.query(), s.query()
	q.TableExpr("history AS h")
	historyWhere(q, v, nil)
	q.Where("h.subject_id = k.id")
	q.window("h", historyColumns, historySortKey, w)
	outer.perParent(q, subjects, "h")
	groups, err := collectGroups(ctx, outer, scanHistory)
	if err != nil {
		return nil, fmt.Errorf("history by subject: %w", err)
	}
	return pages(w, subjects, groups), nil
}

// HistoryCountBySubject returns the number of entries of each row. One statement; index
// history_by_subject.
func (s *Fleet) HistoryCountBySubject(ctx context.Context, v fleet.Viewer, subjects []fleet.UUID) (map[fleet.UUID]int,
	error) {
	q := s.query()
	q.TableExpr("history AS h").ColumnExpr("h.subject_id, count(*)").GroupExpr("h.subject_id")
	historyWhere(q, v, nil)
	q.Where(q.args.in("h.subject_id", subjects))
	counts, err := q.counts(ctx)
	if err != nil {
		return nil, fmt.Errorf("count history by subject: %w", err)
	}
	return counts, nil
}

// HistoryByID returns the visible entries with these ids. One statement, primary key.
func (s *Fleet) HistoryByID(ctx context.Context, v fleet.Viewer, ids []fleet.UUID) (map[fleet.UUID]*fleet.HistoryEntry,
	error) {
	q := s.query()
	q.TableExpr("history AS h").ColumnExpr(historyColumns)
	historyWhere(q, v, nil)
	q.Where(q.args.in("h.id", ids))
	list, err := collect(ctx, q, scanHistory)
	if err != nil {
		return nil, fmt.Errorf("history by id: %w", err)
	}
	return keyed(list, func(h *fleet.HistoryEntry) fleet.UUID { return h.ID }), nil
}
