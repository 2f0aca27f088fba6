package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"bitcorp.dev/fleet/internal/fleet"
)

// MaintenanceAggregates groups the records that match f. One statement, so that the groups add up;
// index maintenance_records_by_date, index-only unless a filter, a dimension or a number needs the table.
func (s *Fleet) MaintenanceAggregates(ctx context.Context, v fleet.Viewer, f *fleet.MaintenanceFilter,
	a *fleet.Aggregation) ([]*fleet.Aggregate, error) {
	q := s.query()
	maintenanceWhere(q, v, f, ofNothing)
	list, err := s.aggregate(ctx, v, q, aggregatedMaintenance, a)
	if err != nil {
		return nil, fmt.Errorf("aggregate maintenance: %w", err)
	}
	return list, nil
}

// EquipmentAggregates groups the machines that match f. One statement; an index of the machines that is
// not partial, equipment_by_status where it is enough.
func (s *Fleet) EquipmentAggregates(ctx context.Context, v fleet.Viewer, f *fleet.EquipmentFilter,
	a *fleet.Aggregation) ([]*fleet.Aggregate, error) {
	q := s.query()
	equipmentWhere(q, v, f)
	list, err := s.aggregate(ctx, v, q, aggregatedEquipment, a)
	if err != nil {
		return nil, fmt.Errorf("aggregate equipment: %w", err)
	}
	return list, nil
}

// aggregate groups the rows of q. It takes a slot: the whole list may have to be read.
func (s *Fleet) aggregate(ctx context.Context, v fleet.Viewer, q *query, of aggregated,
	a *fleet.Aggregation) ([]*fleet.Aggregate, error) {
	done, err := s.scan(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	read := aggregateRow{a: a, of: of, numbers: wantedNumbers(a)}
	list, err := collect(ctx, s.grouped(q, v, of, a), read.scan)
	if err != nil {
		return nil, zoneError(err)
	}
	if a.Bucket() >= 0 && len(list) > 0 {
		if err := a.CheckBuckets(read.buckets, read.combinations); err != nil {
			return nil, err
		}
		if read.none {
			return []*fleet.Aggregate{}, nil
		}
	}
	return list, a.CheckSize(len(list))
}

// zoneError returns a CONFLICT when the database does not know the company's time zone: names come and go
// with releases of the IANA database.
func zoneError(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == "22023" && strings.HasPrefix(pg.Message, "time zone ") {
		return fleet.Conflictf("", "groupBy", "the database does not know the company's time zone (%s): an ADMIN has to set "+
			"another one", pg.Message)
	}
	return err
}

// grouped returns the query of the groups of the rows of q: their keys and figures (raw), the combinations
// of other dimensions than time (ranked), the number of buckets (span), a group for each bucket and
// combination (g), and of these the groups that were asked for.
func (s *Fleet) grouped(q *query, v fleet.Viewer, of aggregated, a *fleet.Aggregation) *query {
	q.TableExpr(of.table)
	numbers := wantedNumbers(a)
	of.join(q, v, a, numbers)
	var keys []string // but for time
	for i, d := range a.GroupBy {
		if d.IsTime() {
			q.ColumnExpr(fmt.Sprintf("date_trunc('%s', %s::timestamp)::date AS k%d, NULL::text AS l%d",
				buckets[d].unit, of.day(q, v), i, i))
		} else {
			key := of.dimensions[d]
			label := "NULL::text"
			if key.label != "" {
				label = "min(" + key.label + ")"
			}
			q.ColumnExpr(fmt.Sprintf("%s AS k%d, %s AS l%d", key.key, i, label, i))
			keys = append(keys, fmt.Sprintf("k%d", i))
		}
		q.GroupExpr(fmt.Sprintf("k%d", i))
	}
	q.ColumnExpr("count(*) AS rows, " + of.dates)
	for _, n := range numbers {
		q.ColumnExpr(rawFigures(n, of.numbers[n].value, a.Numbers[n]))
	}

	outer := s.query()
	outer.unprepared = true // the number of rows to read depends on the values
	outer.With("raw", q.SelectQuery)
	series := "1"
	if len(keys) > 0 {
		series = "dense_rank() OVER (ORDER BY " + strings.Join(keys, ", ") + ")"
	}
	outer.With("ranked", s.bun.NewRaw("SELECT raw.*"+rankFigures(a, numbers)+", "+series+" AS series FROM raw"))
	columns := []string{"1 AS buckets, 1 AS combinations, g.rows"}
	if at := a.Bucket(); at >= 0 {
		s.fill(outer, a, at, numbers)
		columns[0] = "span.buckets, span.combinations, g.rows"
		outer.TableExpr("span")
	}
	outer.args = q.args
	matches := having(outer, a)
	if a.Bucket() >= 0 {
		outer.Join("LEFT JOIN g ON " + matches)
	} else {
		outer.TableExpr("ranked AS g").Where(matches)
	}
	for _, o := range a.OrderBy {
		outer.OrderExpr(figureColumn(o.Number, o.Figure) + " " + string(o.Direction) + " NULLS LAST")
	}
	for i := range a.GroupBy {
		columns = append(columns, fmt.Sprintf("g.k%d::text, g.l%d", i, i))
		outer.OrderExpr(fmt.Sprintf("g.l%d, g.k%d", i, i))
	}
	columns = append(columns, "g.first_date, g.last_date")
	for _, n := range numbers {
		columns = append(columns, readFigures(n, a.Numbers[n]))
	}
	outer.ColumnExpr(strings.Join(columns, ", "))
	outer.Limit(int64(a.Limit()))
	return outer
}

// wantedNumbers are the numbers whose figures are computed, in the order of fleet.Numbers.
func wantedNumbers(a *fleet.Aggregation) (list []fleet.Number) {
	for _, n := range fleet.Numbers() {
		if _, wanted := a.Numbers[n]; wanted {
			list = append(list, n)
		}
	}
	return list
}

// join adds to q what its dimensions and numbers read beside the rows.
func (of aggregated) join(q *query, v fleet.Viewer, a *fleet.Aggregation, numbers []fleet.Number) {
	needed := map[string]bool{}
	for _, d := range a.GroupBy {
		needed[of.dimensions[d].join] = true
	}
	for _, n := range numbers {
		needed[of.numbers[n].join] = true
	}
	for _, j := range of.joins {
		if needed[j.name] {
			needed[j.after] = true
		}
	}
	for _, j := range of.joins {
		if needed[j.name] {
			j.add(q, v)
		}
	}
}

// fill adds the buckets of time without rows, between the first one and the last, for each combination of
// the other dimensions. at is the place of the time among the dimensions.
func (s *Fleet) fill(outer *query, a *fleet.Aggregation, at int, numbers []fleet.Number) {
	day := fmt.Sprintf("k%d", at)
	b := buckets[a.GroupBy[at]]
	outer.With(
		"span",
		s.bun.NewRaw(fmt.Sprintf(`SELECT ends.*, coalesce(%s, 0) AS buckets FROM (SELECT min(%[2]s) AS first,
		max(%[2]s) AS last, count(DISTINCT series) AS combinations FROM ranked) AS ends`, b.number, day)),
	)
	outer.With(
		"bucket",
		s.bun.NewRaw(fmt.Sprintf(`SELECT generate_series(first::timestamp, last::timestamp, '%s')::date AS day
		FROM span WHERE buckets <= %d AND buckets * combinations <= %d`, b.step, fleet.MaxBuckets, fleet.MaxFilledGroups)),
	)
	var others, columns []string
	for i := range a.GroupBy {
		if i == at {
			columns = append(columns, fmt.Sprintf("bucket.day AS k%d, NULL::text AS l%d", i, i))
			continue
		}
		others = append(others, fmt.Sprintf("k%d, l%d", i, i))
		columns = append(columns, fmt.Sprintf("combination.k%d, combination.l%d", i, i))
	}
	outer.With("combination", s.bun.NewRaw("SELECT DISTINCT ON (series) "+
		strings.Join(append(others, "series"), ", ")+" FROM ranked ORDER BY series"))
	columns = append(columns, "coalesce(r.rows, 0) AS rows, r.first_date, r.last_date")
	for _, n := range numbers {
		columns = append(columns, filledFigures(n, a.Numbers[n]))
	}
	outer.With("g", s.bun.NewRaw("SELECT "+strings.Join(columns, ", ")+` FROM combination CROSS JOIN bucket
		LEFT JOIN ranked AS r ON r.series = combination.series AND r.`+day+` = bucket.day`))
}

// having returns the conditions that the groups g have to meet.
func having(q *query, a *fleet.Aggregation) string {
	c := conditions{q: q}
	for _, h := range a.Having {
		column := figureColumn(h.Number, h.Figure)
		between(&c, column, "numeric", column+" IS NULL", h.Range())
	}
	if len(c.list) == 0 {
		return "true"
	}
	return strings.Join(c.list, " AND ")
}
