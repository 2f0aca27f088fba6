package store

import (
	"context"
	"fmt"
	"math/big"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// Kpis returns the key figures of the machines that match f. One statement: both windows are of one
// snapshot; indexes of the machines' filter, maintenance_records_by_equipment and
// meter_readings_by_equipment_time, or scans where that is cheaper.
func (s *Fleet) Kpis(ctx context.Context, v fleet.Viewer, f *fleet.EquipmentFilter,
	w fleet.KpiWindow) (*fleet.Kpis, error) {
	sums, err := s.kpiSums(ctx, v, f, w, "'00000000-0000-0000-0000-000000000000'::uuid")
	if err != nil {
		return nil, fmt.Errorf("key figures: %w", err)
	}
	pair := sums[fleet.UUID{}]
	return fleet.NewKpis(w, nil, f, &pair[0], &pair[1]), nil
}

// KpisByEquipment returns the key figures of each machine. One statement.
func (s *Fleet) KpisByEquipment(ctx context.Context, v fleet.Viewer, equipment []fleet.UUID,
	w fleet.KpiWindow) (map[fleet.UUID]*fleet.Kpis, error) {
	f := &fleet.EquipmentFilter{IDs: fleet.RowIDs(fleet.KindEquipment, equipment...)}
	sums, err := s.kpiSums(ctx, v, f, w, "e.id")
	if err != nil {
		return nil, fmt.Errorf("key figures by equipment: %w", err)
	}
	found := make(map[fleet.UUID]*fleet.Kpis, len(equipment))
	for _, id := range equipment {
		pair := sums[id]
		found[id] = fleet.NewKpis(w, &id, nil, &pair[0], &pair[1])
	}
	return found, nil
}

// kpiSums returns the sums over both windows by a key of the machines; there are none for a key without
// machines. It takes a slot: the records of all machines are read.
func (s *Fleet) kpiSums(ctx context.Context, v fleet.Viewer, f *fleet.EquipmentFilter, w fleet.KpiWindow,
	key string) (map[fleet.UUID][2]fleet.KpiSums, error) {
	done, err := s.scan(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	machines, records, q := s.query(), s.query(), s.query()
	machines.TableExpr(
		"equipment AS e",
	).ColumnExpr(
		key + " AS key, e.id, e.status, e.in_service_on, e.retired_on, e.replacement_value, " + idlePeriods + " AS idle",
	)
	equipmentWhere(machines, v, f)
	records.args = machines.args
	records.TableExpr("maintenance_records AS m").Join("CROSS JOIN clock").ColumnExpr(kpiRecord)
	maintenanceWhere(records, v, nil, ofEquipment)
	records.Where("m.equipment_id IN (SELECT id FROM machine)")
	q.args, q.unprepared = records.args, true
	q.With("clock", s.bun.NewRaw("SELECT "+companyZone(q, v)+" AS zone, statement_timestamp() AS now"))
	previous := w.Previous()
	day := func(d fleet.Date) string { return q.args.add(d.Time()) + "::date" }
	q.With("period", s.bun.NewRaw(fmt.Sprintf(`
		SELECT p.i, p.first, least(p.last, (now AT TIME ZONE zone)::date) AS last, p.first::timestamp AT TIME ZONE zone AS start,
		       least((p.last + 1)::timestamp AT TIME ZONE zone, now) AS stop
		FROM   (VALUES (0, %s, %s), (1, %s, %s)) AS p (i, first, last) CROSS JOIN clock`,
		day(w.From), day(w.To), day(previous.From), day(previous.To))))
	q.With("machine", machines.SelectQuery)
	q.With("record", records.SelectQuery)
	for _, part := range kpiParts {
		sql := part.sql
		if part.name == "reading" {
			sql = fmt.Sprintf(sql, visible(ofReadings, "r", v, q.args.add)+" AND "+isCounted+" AND "+ofHourMeter)
		}
		q.With(part.name, s.bun.NewRaw(sql))
	}
	q.TableExpr("total").Join("JOIN work USING (key, i)").Join("LEFT JOIN restored USING (key, i)").
		Join("LEFT JOIN outages USING (key, i)").ColumnExpr(kpiTotal)
	type sums struct {
		key    fleet.UUID
		period int
		fleet.KpiSums
	}
	list, err := collect(ctx, q, func(row pgx.CollectableRow, _ ...any) (*sums, error) {
		r := new(sums)
		return r, scanKpis(row, &r.key, &r.period, &r.KpiSums)
	})
	if err != nil {
		return nil, zoneError(err)
	}
	found := map[fleet.UUID][2]fleet.KpiSums{}
	for _, r := range list {
		pair := found[r.key]
		pair[r.period] = r.KpiSums
		found[r.key] = pair
	}
	return found, nil
}

// scanKpis reads the columns of kpiTotal.
func scanKpis(row pgx.CollectableRow, key *fleet.UUID, period *int, k *fleet.KpiSums) error {
	return row.Scan((*[16]byte)(key), period, &k.Machines, &k.Retired, &k.Inactive, &k.NotInService,
		rat{&k.ReplacementValue}, &k.Valued, rat{&k.ValuedCost}, &k.ValuedRecords, &k.ValuedUnknown,
		rat{&k.Calendar}, rat{&k.Down}, rat{&k.CorrectiveDown}, &k.Failures, &k.StoppingFailures,
		&k.CountedFailures, &k.Metered, rat{&k.MeterHours}, rat{&k.MeterCovered}, &k.MeteredFailures,
		rat{&k.Cost}, &k.CostRecords, &k.UnknownCosts, rat{&k.Labour}, rat{&k.Parts}, &k.SplitRecords,
		&k.UnknownSplits, &k.Restorations.Count, rat{&k.Restorations.Mean}, rat{&k.Restorations.Median},
		rat{&k.Restorations.P90}, &k.DownPeriods.Count, rat{&k.DownPeriods.Mean}, rat{&k.DownPeriods.Median},
		rat{&k.DownPeriods.P90}, &k.DownPeriodsOpen, &k.Done, &k.DonePlanned, &k.RestorationsOpen,
		&k.RestorationsUnknown, &k.DownUnknownEnds, &k.Backlog, &k.Overdue[0], &k.Overdue[1], &k.Overdue[2],
		&k.Overdue[3])
}

// rat scans the text of a numeric, exactly.
type rat struct{ to **big.Rat }

// Scan implements sql.Scanner.
func (r rat) Scan(value any) error {
	if value == nil {
		return nil
	}
	text, _ := value.(string)
	parsed, ok := new(big.Rat).SetString(text)
	if !ok {
		return fmt.Errorf("%v is not a number", value)
	}
	*r.to = parsed
	return nil
}
