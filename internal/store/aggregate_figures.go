package store

import (
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// figureColumns are the figures of a number.
var figureColumns = map[fleet.Figure]string{
	fleet.FigureCount: "count", fleet.FigureMissing: "missing", fleet.FigureSum: "sum", fleet.FigureAverage: "average",
	fleet.FigureMin: "min", fleet.FigureMax: "max", fleet.FigureMedian: "median", fleet.FigureP90: "p90",
}

// column is the name that the columns of a number begin with.
func column(n fleet.Number) string { return strings.ToLower(string(n)) }

// figureColumn is the column of a figure of the groups g.
func figureColumn(n *fleet.Number, f fleet.Figure) string {
	if n == nil {
		return "g.rows"
	}
	return "g." + column(*n) + "_" + figureColumns[f]
}

// ranks is the aggregate from which median and 90th percentile are made. It is three values that occur: half of
// the rows are at or below the first one and half at or above the second, and the median is their mean;
// nine of ten rows are at or below the third.
const ranks = "percentile_disc(ARRAY[0.5, 0.500000000001, 0.9])"

// rawFigures are the columns of the figures of a number.
func rawFigures(n fleet.Number, value string, ranked bool) string {
	columns := fmt.Sprintf(`count(%[2]s) AS %[1]s_count, count(*) - count(%[2]s) AS %[1]s_missing,
		coalesce(round(sum(%[2]s), 2), 0.00) AS %[1]s_sum, round(avg(%[2]s), 2) AS %[1]s_average,
		round(min(%[2]s), 2) AS %[1]s_min, round(max(%[2]s), 2) AS %[1]s_max`, column(n), value)
	if ranked {
		columns += fmt.Sprintf(`,
		`+ranks+` WITHIN GROUP (ORDER BY %[2]s) AS %[1]s_ranks`, column(n), value)
	}
	return columns
}

// rankFigures are the columns that are computed from the ranks.
func rankFigures(a *fleet.Aggregation, numbers []fleet.Number) (columns string) {
	for _, n := range numbers {
		if a.Numbers[n] {
			columns += fmt.Sprintf(`, round((%[1]s_ranks[1] + %[1]s_ranks[2]) / 2, 2) AS %[1]s_median,
				round(%[1]s_ranks[3], 2) AS %[1]s_p90`, column(n))
		}
	}
	return columns
}

// filledFigures are the figures of a number of groups r, some of which have no rows.
func filledFigures(n fleet.Number, ranked bool) string {
	columns := fmt.Sprintf(`coalesce(r.%[1]s_count, 0) AS %[1]s_count, coalesce(r.%[1]s_missing, 0) AS %[1]s_missing,
		coalesce(r.%[1]s_sum, 0.00) AS %[1]s_sum, r.%[1]s_average, r.%[1]s_min, r.%[1]s_max`, column(n))
	if ranked {
		columns += fmt.Sprintf(", r.%[1]s_median, r.%[1]s_p90", column(n))
	}
	return columns
}

// readFigures are the columns of the figures of a number as aggregateRow reads them.
func readFigures(n fleet.Number, ranked bool) string {
	columns := fmt.Sprintf(`g.%[1]s_count, g.%[1]s_missing, g.%[1]s_sum::text, g.%[1]s_average::text, g.%[1]s_min::text,
		g.%[1]s_max::text`, column(n))
	if ranked {
		columns += fmt.Sprintf(", g.%[1]s_median::text, g.%[1]s_p90::text", column(n))
	}
	return columns
}

// aggregateRow reads the groups of an aggregation.
type aggregateRow struct {
	a       *fleet.Aggregation
	of      aggregated
	numbers []fleet.Number
	// buckets and combinations are those that the groups are filled with; none is set when there is no
	// group beside them.
	buckets, combinations int
	none                  bool
}

func (r *aggregateRow) scan(row pgx.CollectableRow, _ ...any) (*fleet.Aggregate, error) {
	var rows *int
	var first, last *time.Time
	keys := make([]struct{ value, label *string }, len(r.a.GroupBy))
	figures := make([]struct {
		count, missing *int
		sum            *string
		fleet.NumberFigures
	}, len(r.numbers))
	targets := []any{&r.buckets, &r.combinations, &rows}
	for i := range keys {
		targets = append(targets, &keys[i].value, &keys[i].label)
	}
	targets = append(targets, &first, &last)
	for i, n := range r.numbers {
		f := &figures[i]
		targets = append(targets, &f.count, &f.missing, &f.sum, &f.Average, &f.Min, &f.Max)
		if r.a.Numbers[n] {
			targets = append(targets, &f.Median, &f.P90)
		}
	}
	if err := row.Scan(targets...); err != nil {
		return nil, err
	}
	if r.none = rows == nil; r.none {
		return nil, nil
	}
	g := &fleet.Aggregate{
		Keys:      make([]*fleet.AggregateKey, 0, len(keys)),
		Count:     *rows,
		FirstDate: dateOf(first),
		LastDate:  dateOf(last),
		Figures:   make(map[fleet.Number]*fleet.NumberFigures, len(r.numbers)),
	}
	for i, k := range keys {
		key, err := r.key(r.a.GroupBy[i], k.value, k.label)
		if err != nil {
			return nil, err
		}
		g.Keys = append(g.Keys, key)
	}
	for i, n := range r.numbers {
		f := figures[i].NumberFigures
		f.Count, f.Missing, f.Sum = *figures[i].count, *figures[i].missing, fleet.Decimal(*figures[i].sum)
		g.Figures[n] = &f
	}
	return g, nil
}

// key returns the key of a group in a dimension. The label of a text is the text itself.
func (r *aggregateRow) key(d fleet.Dimension, value, label *string) (*fleet.AggregateKey, error) {
	if d.IsTime() {
		day, err := fleet.ParseDate(*value)
		return fleet.BucketKey(d, day), err
	}
	key := &fleet.AggregateKey{Dimension: d, Value: value, Label: label}
	switch kind := r.of.dimensions[d].kind; {
	case value == nil:
	case kind == "":
		key.Label = value
	default:
		row, err := fleet.ParseUUID(*value)
		if err != nil {
			return nil, err
		}
		id := fleet.GlobalID(kind, row)
		key.Value = &id
	}
	return key, nil
}
