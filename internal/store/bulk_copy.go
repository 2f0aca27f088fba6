package store

import (
	"context"
	"iter"
	"math/big"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"bitcorp.dev/fleet/internal/fleet"
)

// copyRows is the maximum number of rows of one COPY: its triggers keep data of its rows in memory
// until it ends.
const copyRows = 250_000

// copySeq writes rows with COPY, one statement per copyRows rows, and returns their number. It
// generates rows while PostgreSQL writes those before.
func copySeq[T any](ctx context.Context, c *SeedCompany, table string, columns []string, rows iter.Seq[T],
	values func(T) []any) (int, error) {
	next, stop := iter.Pull(rows)
	defer stop()
	row, more := next()
	total := 0
	for more {
		left := copyRows
		n, err := c.tx.CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromFunc(func() ([]any, error) {
			if !more || left == 0 {
				return nil, nil
			}
			v := values(row)
			left--
			row, more = next()
			return v, nil
		}))
		if err != nil {
			return total, seedError(strings.ReplaceAll(table, "_", " "), err)
		}
		total += int(n)
	}
	return total, nil
}

// CopyUsers writes users with COPY, one statement per 250,000 rows, as do the methods below.
func (c *SeedCompany) CopyUsers(ctx context.Context, rows iter.Seq[*fleet.User]) (int, error) {
	return copySeq(ctx, c, "users",
		[]string{"id", "company_id", "email", "name", "role", "created_at", "updated_at"},
		rows, func(u *fleet.User) []any {
			return []any{[16]byte(u.ID), [16]byte(c.ID), u.Email, u.Name, string(u.Role), u.CreatedAt, u.CreatedAt}
		})
}

// CopyOperators writes operators.
func (c *SeedCompany) CopyOperators(ctx context.Context, rows iter.Seq[*fleet.Operator]) (int, error) {
	return copySeq(ctx, c, "operators",
		[]string{"id", "company_id", "first_name", "last_name", "license_number", "status", "created_at", "updated_at",
			"version"},
		rows, func(o *fleet.Operator) []any {
			return []any{[16]byte(o.ID), [16]byte(c.ID), o.FirstName, o.LastName, copyText(o.LicenseNumber),
				string(o.Status), o.CreatedAt, o.UpdatedAt, int32(o.Version)} //nolint:gosec // small
		})
}

// CopyEquipment writes machines. Their users must have been written.
func (c *SeedCompany) CopyEquipment(ctx context.Context, rows iter.Seq[*fleet.Equipment]) (int, error) {
	return copySeq(ctx, c, "equipment",
		[]string{"id", "company_id", "user_id", "name", "serial_number", "description", "category", "status",
			"status_after_work", "cost", "manufacturer", "model", "year", "in_service_on", "retired_on",
			"replacement_value", "scheduled_hours_per_week", "created_at", "updated_at", "version"},
		rows, func(e *fleet.Equipment) []any {
			return []any{[16]byte(e.ID), [16]byte(c.ID), copyKey(e.UserID), e.Name, copyText(e.SerialNumber),
				copyText(e.Description), e.Category,
				string(e.Status), copyText((*string)(e.StatusAfterWork)), copyNumeric(e.Cost),
				copyText(e.Manufacturer), copyText(e.Model), copyInt(e.Year), copyDate(e.InServiceOn), copyDate(e.RetiredOn),
				copyNumeric(e.ReplacementValue), copyNumeric(e.ScheduledHoursPerWeek), e.CreatedAt, e.UpdatedAt,
				int32(e.Version)} //nolint:gosec // small
		})
}

// CopyAssignments writes assignments. Their machines and operators must have been written.
func (c *SeedCompany) CopyAssignments(ctx context.Context, rows iter.Seq[SeedAssignment]) (int, error) {
	return copySeq(ctx, c, "assignments",
		[]string{"id", "company_id", "equipment_id", "operator_id", "assigned_at", "released_at", "created_at"},
		rows, func(a SeedAssignment) []any {
			return []any{[16]byte(a.ID), [16]byte(c.ID), [16]byte(a.EquipmentID), [16]byte(a.OperatorID), a.AssignedAt,
				copyTime(a.ReleasedAt), a.AssignedAt}
		})
}

// CopyMaintenance writes maintenance records. Their machines must have been written.
func (c *SeedCompany) CopyMaintenance(ctx context.Context, rows iter.Seq[*fleet.MaintenanceRecord]) (int, error) {
	return copySeq(ctx, c, "maintenance_records",
		[]string{"id", "company_id", "equipment_id", "kind", "source_kind", "status", "due_date",
			"first_due_date", "started_at", "completed_at", "maintenance_date", "description",
			"cost", "labour_cost", "parts_cost",
			"performed_by", "down_from", "down_to", "meter_hours", "source_ref", "created_at", "updated_at", "version"},
		rows, func(m *fleet.MaintenanceRecord) []any {
			return []any{[16]byte(m.ID), [16]byte(c.ID), [16]byte(m.EquipmentID), string(m.Kind),
				copyText(m.SourceKind), string(m.Status), copyDate(m.DueDate), copyDate(m.FirstDueDate),
				copyTime(m.StartedAt), copyTime(m.CompletedAt), m.MaintenanceDate.Time(), copyText(m.Description),
				copyNumeric(m.Cost), copyNumeric(m.LabourCost), copyNumeric(m.PartsCost), copyText(m.PerformedBy),
				copyTime(m.DownFrom), copyTime(m.DownTo), copyNumeric(m.MeterHours),
				copyText(m.SourceRef), m.CreatedAt, m.UpdatedAt, int32(m.Version)} //nolint:gosec // small
		})
}

// CopyReadings writes meter readings. Their machines must have been written.
func (c *SeedCompany) CopyReadings(ctx context.Context, rows iter.Seq[SeedReading]) (int, error) {
	return copySeq(ctx, c, "meter_readings",
		[]string{"id", "company_id", "equipment_id", "read_at", "hours", "replacement", "created_at"},
		rows, func(r SeedReading) []any {
			return []any{[16]byte(r.ID), [16]byte(c.ID), [16]byte(r.EquipmentID), r.ReadAt, copyNumeric(&r.Hours),
				r.Replacement, r.ReadAt}
		})
}

// CopySites writes sites.
func (c *SeedCompany) CopySites(ctx context.Context, rows iter.Seq[*fleet.Site]) (int, error) {
	return copySeq(ctx, c, "sites", []string{"id", "company_id", "name", "code", "created_at", "updated_at", "version"},
		rows, func(s *fleet.Site) []any {
			return []any{[16]byte(s.ID), [16]byte(c.ID), s.Name, copyText(s.Code), s.CreatedAt, s.UpdatedAt,
				int32(s.Version)} //nolint:gosec // small
		})
}

// CopyMoves writes moves. Their machines and sites must have been written.
func (c *SeedCompany) CopyMoves(ctx context.Context, rows iter.Seq[SeedMove]) (int, error) {
	return copySeq(ctx, c, "site_moves",
		[]string{"id", "company_id", "equipment_id", "site_id", "arrived_at", "left_at", "created_at"},
		rows, func(m SeedMove) []any {
			return []any{[16]byte(m.ID), [16]byte(c.ID), [16]byte(m.EquipmentID), [16]byte(m.SiteID), m.ArrivedAt,
				copyTime(m.LeftAt), m.ArrivedAt}
		})
}

// CopyPapers writes papers. Their machines and operators must have been written.
func (c *SeedCompany) CopyPapers(ctx context.Context, rows iter.Seq[*fleet.Paper]) (int, error) {
	return copySeq(ctx, c, "papers",
		[]string{"id", "company_id", "equipment_id", "operator_id", "kind", "number", "issued_on", "valid_until",
			"created_at", "updated_at", "version"},
		rows, func(p *fleet.Paper) []any {
			return []any{[16]byte(p.ID), [16]byte(c.ID), copyKey(p.EquipmentID), copyKey(p.OperatorID), string(p.Kind),
				copyText(p.Number), copyDate(p.IssuedOn), p.ValidUntil.Time(), p.CreatedAt, p.UpdatedAt,
				int32(p.Version)} //nolint:gosec // small
		})
}

// The functions below return nil for NULL and a plain value otherwise. The driver encodes plain values
// without reflection, but follows pointers with it, row by row.

func copyText(s *string) any {
	if s == nil {
		return nil
	}
	return *s
}

func copyInt(n *int) any {
	if n == nil {
		return nil
	}
	return int32(*n) //nolint:gosec // a year
}

func copyKey(u *fleet.UUID) any {
	if u == nil {
		return nil
	}
	return [16]byte(*u)
}

func copyDate(d *fleet.Date) any {
	if d == nil {
		return nil
	}
	return d.Time()
}

func copyTime(t *time.Time) any {
	if t == nil {
		return nil
	}
	return *t
}

// copyNumeric returns a decimal as the driver's numeric type: COPY's binary format does not take
// text.
func copyNumeric(d *fleet.Decimal) any {
	if d == nil {
		return nil
	}
	n := pgtype.Numeric{Int: new(big.Int), Valid: true}
	whole, fraction, _ := strings.Cut(string(*d), ".")
	n.Int.SetString(whole+fraction, 10)
	n.Exp = -int32(len(fraction)) //nolint:gosec // small
	return n
}
