package ceiling

import (
	"context"
)

// page takes three statements, as by hand one would: machines, their
// operators, their last three records.
func page(ctx context.Context, h *Handler, w *work, _ []byte) error {
	const size = 50
	rows, err := h.pool.Query(ctx, `
		SELECT id, name, serial_number, category, status, cost::text, created_at, operator_id
		FROM   equipment WHERE company_id = $1 AND deleted_at IS NULL
		ORDER  BY created_at DESC, id DESC LIMIT 51`, h.company)
	hasNext := "false"
	if err := each(rows, err, func(c [][]byte) {
		if len(w.rows) == size {
			hasNext = "true"
			return
		}
		w.ids = append(w.ids, [16]byte(c[0]))
		w.operators = append(w.operators, idOr0(c[7]))
		from := len(w.parts)
		b := append(w.parts, `{"id":`...)
		b = appendID(b, "equipment_", c[0])
		b = append(b, `,"name":`...)
		b = appendText(b, c[1])
		b = append(b, `,"serialNumber":`...)
		b = appendText(b, c[2])
		b = append(b, `,"category":`...)
		b = appendText(b, c[3])
		b = append(b, `,"status":`...)
		b = appendPlain(b, c[4])
		b = append(b, `,"cost":`...)
		b = appendPlain(b, c[5])
		b = append(b, `,"createdAt":`...)
		b = appendTime(b, c[6])
		w.parts = b
		w.rows = append(w.rows, part{from, len(b)})
	}); err != nil {
		return err
	}

	operators := w.places()
	rows, err = h.pool.Query(ctx, `
		SELECT k.n, o.id, o.first_name, o.last_name, o.license_number
		FROM   unnest($2::uuid[]) WITH ORDINALITY AS k(id, n)
		JOIN   operators o ON o.id = k.id
		WHERE  o.company_id = $1 AND o.deleted_at IS NULL`, h.company, w.operators)
	if err := each(rows, err, func(c [][]byte) {
		from := len(w.parts)
		b := append(w.parts, `{"id":`...)
		b = appendID(b, "operator_", c[1])
		b = append(b, `,"firstName":`...)
		b = appendText(b, c[2])
		b = append(b, `,"lastName":`...)
		b = appendText(b, c[3])
		b = append(b, `,"licenseNumber":`...)
		b = appendText(b, c[4])
		w.parts = append(b, '}')
		operators[index(c[0])] = part{from, len(w.parts)}
	}); err != nil {
		return err
	}

	records := w.places()
	rows, err = h.pool.Query(ctx, `
		SELECT k.n, m.*
		FROM   unnest($2::uuid[]) WITH ORDINALITY AS k(id, n)
		CROSS  JOIN LATERAL (
		         SELECT id, maintenance_date, kind, status, cost::text, description
		         FROM   maintenance_records m
		         WHERE  m.equipment_id = k.id AND m.company_id = $1 AND m.deleted_at IS NULL
		         ORDER  BY maintenance_date DESC, id DESC LIMIT 3) AS m`, h.company, w.ids)
	if err := each(rows, err, func(c [][]byte) {
		p := &records[index(c[0])]
		b := w.parts
		if p.to == 0 {
			p.from = len(b)
		} else {
			b = append(b, ',')
		}
		b = append(b, `{"id":`...)
		b = appendID(b, "maintenance_", c[1])
		b = append(b, `,"maintenanceDate":`...)
		b = appendDate(b, c[2])
		b = append(b, `,"kind":`...)
		b = appendPlain(b, c[3])
		b = append(b, `,"status":`...)
		b = appendPlain(b, c[4])
		b = append(b, `,"cost":`...)
		b = appendPlain(b, c[5])
		b = append(b, `,"description":`...)
		b = appendText(b, c[6])
		w.parts = append(b, '}')
		p.to = len(w.parts)
	}); err != nil {
		return err
	}

	b := append(w.out, `{"data":{"equipmentList":{"nodes":[`...)
	for i, r := range w.rows[:len(w.ids)] {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, w.parts[r.from:r.to]...)
		b = append(b, `,"assignedOperator":`...)
		b = w.orNull(b, operators[i])
		b = append(b, `,"maintenanceRecords":{"nodes":[`...)
		b = append(b, w.parts[records[i].from:records[i].to]...)
		b = append(b, `]}}`...)
	}
	b = append(b, `],"pageInfo":{"hasNextPage":`...)
	b = append(b, hasNext...)
	w.out = append(b, `}}}}`...)
	return nil
}

// idOr0 reads an id, null as an id that no row has.
func idOr0(id []byte) [16]byte {
	if id == nil {
		return [16]byte{}
	}
	return [16]byte(id)
}

// places returns a part for each of w.ids, all empty.
func (w *work) places() []part {
	from := len(w.more)
	for range w.ids {
		w.more = append(w.more, part{})
	}
	return w.more[from:len(w.more):len(w.more)]
}

func (w *work) orNull(b []byte, p part) []byte {
	if p.to == 0 {
		return append(b, "null"...)
	}
	return append(b, w.parts[p.from:p.to]...)
}

// deep takes three statements: machines, their operators, and the machines of
// these with the last record of each.
func deep(ctx context.Context, h *Handler, w *work, _ []byte) error {
	rows, err := h.pool.Query(ctx, `
		SELECT id, name, status, operator_id FROM equipment WHERE company_id = $1 AND deleted_at IS NULL
		ORDER  BY created_at DESC, id DESC LIMIT 50`, h.company)
	if err := each(rows, err, func(c [][]byte) {
		w.ids = append(w.ids, [16]byte(c[0]))
		w.operators = append(w.operators, idOr0(c[3]))
		from := len(w.parts)
		b := append(w.parts, `{"id":`...)
		b = appendID(b, "equipment_", c[0])
		b = append(b, `,"name":`...)
		b = appendText(b, c[1])
		b = append(b, `,"status":`...)
		w.parts = appendPlain(b, c[2])
		w.rows = append(w.rows, part{from, len(w.parts)})
	}); err != nil {
		return err
	}
	machines := len(w.ids)

	// operators[i] is the operator of machine i, owns[i] its place among w.ids.
	operators := w.places()
	owns := make([]int, machines)
	rows, err = h.pool.Query(ctx, `
		SELECT k.n, o.id, o.last_name
		FROM   unnest($2::uuid[]) WITH ORDINALITY AS k(id, n)
		JOIN   operators o ON o.id = k.id
		WHERE  o.company_id = $1 AND o.deleted_at IS NULL`, h.company, w.operators)
	seen := make(map[[16]byte]int, machines)
	if err := each(rows, err, func(c [][]byte) {
		i := index(c[0])
		from := len(w.parts)
		b := append(w.parts, `{"id":`...)
		b = appendID(b, "operator_", c[1])
		b = append(b, `,"lastName":`...)
		w.parts = appendText(b, c[2])
		operators[i] = part{from, len(w.parts)}
		id := [16]byte(c[1])
		place, ok := seen[id]
		if !ok {
			place = len(w.ids) - machines
			seen[id] = place
			w.ids = append(w.ids, id)
		}
		owns[i] = place
	}); err != nil {
		return err
	}

	owned := make([]part, len(w.ids)-machines)
	rows, err = h.pool.Query(ctx, `
		SELECT k.n, e.id, e.name, m.id, m.maintenance_date, m.kind, m.cost::text
		FROM   unnest($2::uuid[]) WITH ORDINALITY AS k(id, n)
		CROSS  JOIN LATERAL (
		         SELECT e.id, e.name
		         FROM   equipment e
		         WHERE  e.operator_id = k.id AND e.company_id = $1 AND e.deleted_at IS NULL
		         ORDER  BY e.created_at DESC, e.id DESC LIMIT 10) AS e
		LEFT   JOIN LATERAL (
		         SELECT m.id, m.maintenance_date, m.kind, m.cost
		         FROM   maintenance_records m
		         WHERE  m.equipment_id = e.id AND m.company_id = $1 AND m.deleted_at IS NULL
		           AND  m.status IN ('IN_PROGRESS', 'COMPLETED')
		         ORDER  BY m.maintenance_date DESC, m.id DESC LIMIT 1) AS m ON true`, h.company, w.ids[machines:])
	if err := each(rows, err, func(c [][]byte) {
		p := &owned[index(c[0])]
		b := w.parts
		if p.to == 0 {
			p.from = len(b)
		} else {
			b = append(b, ',')
		}
		b = append(b, `{"id":`...)
		b = appendID(b, "equipment_", c[1])
		b = append(b, `,"name":`...)
		b = appendText(b, c[2])
		b = append(b, `,"latestMaintenance":`...)
		if c[3] == nil {
			b = append(b, `null}`...)
		} else {
			b = append(b, `{"id":`...)
			b = appendID(b, "maintenance_", c[3])
			b = append(b, `,"maintenanceDate":`...)
			b = appendDate(b, c[4])
			b = append(b, `,"kind":`...)
			b = appendPlain(b, c[5])
			b = append(b, `,"cost":`...)
			b = appendPlain(b, c[6])
			b = append(b, `}}`...)
		}
		w.parts, p.to = b, len(b)
	}); err != nil {
		return err
	}

	b := append(w.out, `{"data":{"equipmentList":{"nodes":[`...)
	for i, r := range w.rows {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, w.parts[r.from:r.to]...)
		b = append(b, `,"assignedOperator":`...)
		b = w.orNull(b, operators[i])
		if operators[i].to > 0 {
			own := owned[owns[i]]
			b = append(b, `,"assignedEquipment":{"nodes":[`...)
			b = append(b, w.parts[own.from:own.to]...)
			b = append(b, `]}}`...)
		}
		b = append(b, '}')
	}
	w.out = append(b, `]}}}`...)
	return nil
}
