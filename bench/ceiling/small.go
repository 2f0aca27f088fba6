package ceiling

import (
	"context"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// one takes one statement.
func one(ctx context.Context, h *Handler, w *work, body []byte) error {
	id, err := fleet.ParseIDOf(fleet.KindEquipment, variable(body))
	if err != nil {
		return err
	}
	b := append(w.out, `{"data":{"equipment":`...)
	found := false
	rows, err := h.pool.Query(ctx, `
		SELECT e.id, e.name, e.serial_number, e.description, e.category, e.status, e.cost::text, e.created_at, e.updated_at, e.version,
		       o.id, o.first_name, o.last_name, o.license_number, o.status
		FROM   equipment e
		LEFT   JOIN operators o ON o.id = e.operator_id AND o.company_id = $1 AND o.deleted_at IS NULL
		WHERE  e.company_id = $1 AND e.id = $2 AND e.deleted_at IS NULL`, h.company, [16]byte(id))
	if err := each(rows, err, func(c [][]byte) {
		found = true
		b = append(b, `{"id":`...)
		b = appendID(b, "equipment_", c[0])
		b = append(b, `,"name":`...)
		b = appendText(b, c[1])
		b = append(b, `,"serialNumber":`...)
		b = appendText(b, c[2])
		b = append(b, `,"description":`...)
		b = appendText(b, c[3])
		b = append(b, `,"category":`...)
		b = appendText(b, c[4])
		b = append(b, `,"status":`...)
		b = appendPlain(b, c[5])
		b = append(b, `,"cost":`...)
		b = appendPlain(b, c[6])
		b = append(b, `,"createdAt":`...)
		b = appendTime(b, c[7])
		b = append(b, `,"updatedAt":`...)
		b = appendTime(b, c[8])
		b = append(b, `,"version":`...)
		b = appendInt(b, c[9])
		b = append(b, `,"assignedOperator":`...)
		if c[10] == nil {
			b = append(b, `null}`...)
			return
		}
		b = append(b, `{"id":`...)
		b = appendID(b, "operator_", c[10])
		b = append(b, `,"firstName":`...)
		b = appendText(b, c[11])
		b = append(b, `,"lastName":`...)
		b = appendText(b, c[12])
		b = append(b, `,"licenseNumber":`...)
		b = appendText(b, c[13])
		b = append(b, `,"status":`...)
		b = appendPlain(b, c[14])
		b = append(b, `}}`...)
	}); err != nil {
		return err
	}
	if !found {
		b = append(b, "null"...)
	}
	w.out = append(b, `}}`...)
	return nil
}

// stats takes one statement.
func stats(ctx context.Context, h *Handler, w *work, _ []byte) error {
	rows, err := h.pool.Query(ctx, `
		SELECT count(*), round(avg(cost), 2)::text, coalesce(sum(cost), 0)::text,
		       count(*) FILTER (WHERE status = 'ACTIVE'), count(*) FILTER (WHERE status = 'MAINTENANCE'),
		       count(*) FILTER (WHERE status = 'INACTIVE'), count(*) FILTER (WHERE status = 'RETIRED')
		FROM   equipment WHERE company_id = $1 AND deleted_at IS NULL`, h.company)
	return each(rows, err, func(c [][]byte) {
		b := append(w.out, `{"data":{"dashboardStats":{"totalEquipment":`...)
		b = appendInt(b, c[0])
		b = append(b, `,"activeEquipment":`...)
		b = appendInt(b, c[3])
		b = append(b, `,"maintenanceEquipment":`...)
		b = appendInt(b, c[4])
		b = append(b, `,"averageCost":`...)
		b = appendPlain(b, c[1])
		b = append(b, `,"totalValue":`...)
		b = appendPlain(b, c[2])
		for i, head := range []string{
			`,"statusCounts":[{"status":"ACTIVE","count":`, `},{"status":"MAINTENANCE","count":`,
			`},{"status":"INACTIVE","count":`, `},{"status":"RETIRED","count":`} {
			b = append(b, head...)
			b = appendInt(b, c[3+i])
		}
		w.out = append(b, `}]}}}`...)
	})
}

// search takes one statement, which is planned with its value: a frequent and
// a rare word need different plans. The word has three letters or more.
func search(ctx context.Context, h *Handler, w *work, body []byte) error {
	b := append(w.out, `{"data":{"equipmentList":{"nodes":[`...)
	first := true
	rows, err := h.pool.Query(ctx, `
		SELECT id, name, serial_number, category, status
		FROM   equipment WHERE company_id = $1 AND deleted_at IS NULL AND text_fold(name || ' ' || coalesce(serial_number, '') ||
			' ' || category || ' ' || coalesce(description, '')) LIKE $2
		ORDER  BY created_at DESC, id DESC LIMIT 20`, pgx.QueryExecModeCacheDescribe, h.company, "%"+variable(body)+"%")
	err = each(rows, err, func(c [][]byte) {
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(b, `{"id":`...)
		b = appendID(b, "equipment_", c[0])
		b = append(b, `,"name":`...)
		b = appendText(b, c[1])
		b = append(b, `,"serialNumber":`...)
		b = appendText(b, c[2])
		b = append(b, `,"category":`...)
		b = appendText(b, c[3])
		b = append(b, `,"status":`...)
		b = appendPlain(b, c[4])
		b = append(b, '}')
	})
	w.out = append(b, `]}}}`...)
	return err
}
