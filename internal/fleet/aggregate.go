package fleet

import (
	"fmt"
	"slices"
	"strings"
)

// Dimension is a property by which rows are grouped.
type Dimension string

// The dimensions of aggregates.
const (
	DimensionEquipment    Dimension = "EQUIPMENT"
	DimensionCategory     Dimension = "CATEGORY"
	DimensionStatus       Dimension = "STATUS"
	DimensionKind         Dimension = "KIND"
	DimensionSourceKind   Dimension = "SOURCE_KIND"
	DimensionManufacturer Dimension = "MANUFACTURER"
	DimensionModel        Dimension = "MODEL"
	DimensionUser         Dimension = "USER"
	DimensionOperator     Dimension = "OPERATOR"
	DimensionSite         Dimension = "SITE"
	DimensionDay          Dimension = "DAY"
	DimensionWeek         Dimension = "WEEK"
	DimensionMonth        Dimension = "MONTH"
	DimensionQuarter      Dimension = "QUARTER"
	DimensionYear         Dimension = "YEAR"
)

// Dimensions lists every dimension.
func Dimensions() []Dimension {
	return append([]Dimension{DimensionEquipment, DimensionCategory, DimensionStatus, DimensionKind, DimensionSourceKind,
		DimensionManufacturer, DimensionModel, DimensionUser, DimensionOperator, DimensionSite}, buckets...)
}

var buckets = []Dimension{DimensionDay, DimensionWeek, DimensionMonth, DimensionQuarter, DimensionYear}

// IsTime reports whether the groups of a dimension are buckets of time.
func (d Dimension) IsTime() bool { return slices.Contains(buckets, d) }

// Number is a number of rows that is aggregated.
type Number string

// The numbers of aggregates.
const (
	NumberCost          Number = "COST"
	NumberLabourCost    Number = "LABOUR_COST"
	NumberPartsCost     Number = "PARTS_COST"
	NumberLabourHours   Number = "LABOUR_HOURS"
	NumberDowntimeHours Number = "DOWNTIME_HOURS"
	NumberMeterHours    Number = "METER_HOURS"
)

// Numbers lists every number.
func Numbers() []Number {
	return []Number{
		NumberCost,
		NumberLabourCost,
		NumberPartsCost,
		NumberLabourHours,
		NumberDowntimeHours,
		NumberMeterHours,
	}
}

// Figure is computed from the rows of a group, or from one of their numbers.
type Figure string

// The figures of a group.
const (
	FigureCount   Figure = "COUNT"
	FigureMissing Figure = "MISSING"
	FigureSum     Figure = "SUM"
	FigureAverage Figure = "AVERAGE"
	FigureMin     Figure = "MIN"
	FigureMax     Figure = "MAX"
	FigureMedian  Figure = "MEDIAN"
	FigureP90     Figure = "P90"
)

// Figures lists every figure.
func Figures() []Figure {
	return []Figure{FigureCount, FigureMissing, FigureSum, FigureAverage, FigureMin, FigureMax, FigureMedian, FigureP90}
}

// IsRank reports whether the rows have to be sorted for a figure.
func (f Figure) IsRank() bool { return f == FigureMedian || f == FigureP90 }

// SortDirection is the direction of an order.
type SortDirection string

// The directions of an order.
const (
	Ascending  SortDirection = "ASC"
	Descending SortDirection = "DESC"
)

// SortDirections lists every direction.
func SortDirections() []SortDirection { return []SortDirection{Ascending, Descending} }

// AggregateCondition is a condition on a figure of groups.
type AggregateCondition struct {
	Number           *Number // nil for the count of the rows
	Figure           Figure
	Gte, Gt, Lte, Lt *Decimal
	IsNull           *bool
}

// Range returns the condition on the figure's value.
func (c *AggregateCondition) Range() *DecimalFilter {
	return &DecimalFilter{Gte: c.Gte, Gt: c.Gt, Lte: c.Lte, Lt: c.Lt, IsNull: c.IsNull}
}

// AggregateOrder orders groups by a figure. Groups without the figure come last.
type AggregateOrder struct {
	Number    *Number // nil for the count of the rows
	Figure    Figure
	Direction SortDirection
}

// Limits of aggregates.
const (
	MaxHaving          = 10      // conditions on figures
	MaxAggregateOrders = 4       // figures of an order
	MaxGroupsFirst     = 10_000  // groups with First
	MaxGroups          = 400     // groups without: a year by day
	MaxBuckets         = 4_000   // of time: ten years by day
	MaxFilledGroups    = 200_000 // buckets times the combinations of other dimensions
)

// Aggregated describes the rows that are aggregated: their dimensions and numbers.
type Aggregated struct {
	name       string // of the rows, for messages
	dimensions []Dimension
	numbers    []Number
}

// AggregatedEquipment and AggregatedMaintenance are the rows that can be aggregated.
var (
	AggregatedEquipment = Aggregated{"machines",
		append([]Dimension{DimensionCategory, DimensionStatus, DimensionManufacturer, DimensionModel, DimensionUser,
			DimensionOperator, DimensionSite}, buckets...),
		[]Number{NumberCost, NumberMeterHours}}
	AggregatedMaintenance = Aggregated{"maintenance records", Dimensions(),
		[]Number{NumberCost, NumberLabourCost, NumberPartsCost, NumberLabourHours, NumberDowntimeHours}}
)

// Dimensions and Numbers list what the rows are grouped by, and what is computed from them.
func (of Aggregated) Dimensions() []Dimension { return of.dimensions }

// Numbers lists the numbers of the rows.
func (of Aggregated) Numbers() []Number { return of.numbers }

// Aggregation says how rows are aggregated.
type Aggregation struct {
	GroupBy []Dimension
	Having  []*AggregateCondition
	OrderBy []*AggregateOrder
	First   *int // the first groups of the order; nil: all groups, or an error when they are too many
	// Numbers are those of which figures are computed, with true where the rows are sorted for it. Check
	// adds those of Having and OrderBy.
	Numbers map[Number]bool
}

// Check returns a BAD_INPUT that names the argument that is not allowed for these rows.
func (a *Aggregation) Check(of Aggregated) error {
	if len(a.GroupBy) > MaxGroupings {
		return BadInputf("groupBy", "%d dimensions are too many: at most %d", len(a.GroupBy), MaxGroupings)
	}
	for i, d := range a.GroupBy {
		field := fmt.Sprintf("groupBy.%d", i)
		if !slices.Contains(of.dimensions, d) {
			return BadInputf(field, "%s have no %s: group them by %v", of.name, d, of.dimensions)
		}
		for _, other := range a.GroupBy[:i] {
			switch {
			case d == other:
				return BadInputf(field, "%s is there twice", d)
			case d.IsTime() && other.IsTime():
				return BadInputf(field, "%s and %s are both buckets of time: group by one of them", other, d)
			}
		}
	}
	if len(a.Having) > MaxHaving {
		return BadInputf("having", "%d conditions are too many: at most %d", len(a.Having), MaxHaving)
	}
	for i, h := range a.Having {
		if err := h.check(); err != nil {
			return InField(fmt.Sprintf("having.%d", i), err)
		}
		if err := a.compute(of, h.Number, h.Figure); err != nil {
			return InField(fmt.Sprintf("having.%d", i), err)
		}
	}
	if len(a.OrderBy) > MaxAggregateOrders {
		return BadInputf("orderBy", "%d figures are too many: at most %d", len(a.OrderBy), MaxAggregateOrders)
	}
	for i, o := range a.OrderBy {
		if err := a.compute(of, o.Number, o.Figure); err != nil {
			return InField(fmt.Sprintf("orderBy.%d", i), err)
		}
	}
	if a.First != nil && (*a.First < 1 || *a.First > MaxGroupsFirst) {
		return BadInputf("first", "%d is not a number of groups: 1 to %d", *a.First, MaxGroupsFirst)
	}
	return nil
}

func (c *AggregateCondition) check() error {
	r := c.Range()
	if !r.Bounded() && r.IsNull == nil {
		return BadInputf("", "there is no condition on %s: give gte, gt, lte, lt or isNull", c.Figure)
	}
	var bounds checker
	bounds.amounts("", r)
	for _, e := range FaultsOf(bounds.err) {
		e.Field = strings.TrimPrefix(e.Field, ".")
	}
	return bounds.err
}

// compute notes that a figure is needed.
func (a *Aggregation) compute(of Aggregated, n *Number, f Figure) error {
	switch {
	case n == nil && f == FigureCount:
		return nil
	case n == nil:
		return BadInputf("number", "%s is a figure of a number: name one of %v", f, of.numbers)
	case !slices.Contains(of.numbers, *n):
		return BadInputf("number", "%s have no %s: name one of %v", of.name, *n, of.numbers)
	}
	a.Wants(*n, f)
	return nil
}

// Wants notes that a figure of a number is needed.
func (a *Aggregation) Wants(n Number, f Figure) {
	if a.Numbers == nil {
		a.Numbers = map[Number]bool{}
	}
	a.Numbers[n] = a.Numbers[n] || f.IsRank()
}

// Bucket returns the bucket of time by which rows are grouped and its place in GroupBy, or -1.
func (a *Aggregation) Bucket() int { return slices.IndexFunc(a.GroupBy, Dimension.IsTime) }

// Limit returns how many groups to read: without First one more than there may be.
func (a *Aggregation) Limit() int {
	if a.First != nil {
		return *a.First
	}
	return MaxGroups + 1
}

// CheckBuckets returns a LIMIT_EXCEEDED when the time between the first and the last row has too many
// buckets, or when there are too many of them for all combinations of the other dimensions.
func (a *Aggregation) CheckBuckets(between, series int) error {
	d := a.GroupBy[a.Bucket()]
	switch {
	case between > MaxBuckets:
		return &Error{Code: LimitExceeded, Field: "groupBy", Message: fmt.Sprintf(
			"the rows span %d buckets of %s, at most %d are allowed: take a longer bucket, or a filter on the time",
			between, d, MaxBuckets)}
	case between*series > MaxFilledGroups:
		return &Error{Code: LimitExceeded, Field: "groupBy", Message: fmt.Sprintf(
			"%d buckets of %s for each of %d combinations of the other dimensions are more than %d groups: "+
				"take a longer bucket, fewer dimensions, or a filter", between, d, series, MaxFilledGroups)}
	}
	return nil
}

// CheckSize returns a LIMIT_EXCEEDED when there are too many groups without First: leaving some out
// would make sums over them wrong.
func (a *Aggregation) CheckSize(groups int) error {
	if a.First == nil && groups > MaxGroups {
		return &Error{Code: LimitExceeded, Field: "first",
			Message: fmt.Sprintf("there are more than %d groups: ask for the first ones of the order, up to %d, "+
				"filter more or group by less", MaxGroups, MaxGroupsFirst)}
	}
	return nil
}

// Aggregate is a group of rows and its figures.
type Aggregate struct {
	Keys                []*AggregateKey
	Count               int
	Figures             map[Number]*NumberFigures // those that were asked for
	FirstDate, LastDate *Date                     // of maintenance records; nil without records
}

// AggregateKey is the value that the rows of a group have in a dimension.
type AggregateKey struct {
	Dimension Dimension
	Value     *string // nil for rows without a value
	Label     *string // for people
	From, To  *Date   // first and last day of a bucket of time; else nil
}

// NumberFigures are the figures of a number of the rows of a group.
type NumberFigures struct {
	Count   int // rows that have the number
	Missing int // rows that do not
	Sum     Decimal
	Average *Decimal // nil without a row that has the number, as all below
	Min     *Decimal
	Max     *Decimal
	Median  *Decimal
	P90     *Decimal
}

// Cost returns the figures of the cost; nil unless they were asked for, as below.
func (a *Aggregate) Cost() *NumberFigures { return a.Figures[NumberCost] }

// LabourCost returns the figures of the cost of labour.
func (a *Aggregate) LabourCost() *NumberFigures { return a.Figures[NumberLabourCost] }

// PartsCost returns the figures of the cost of parts.
func (a *Aggregate) PartsCost() *NumberFigures { return a.Figures[NumberPartsCost] }

// LabourHours returns the figures of the hours of labour.
func (a *Aggregate) LabourHours() *NumberFigures { return a.Figures[NumberLabourHours] }

// DowntimeHours returns the figures of the downtime.
func (a *Aggregate) DowntimeHours() *NumberFigures { return a.Figures[NumberDowntimeHours] }

// MeterHours returns the figures of the last meter readings.
func (a *Aggregate) MeterHours() *NumberFigures { return a.Figures[NumberMeterHours] }

// bucketDays are how long buckets are: months, else days.
var bucketDays = map[Dimension]struct{ months, days int }{
	DimensionDay: {days: 1}, DimensionWeek: {days: 7}, DimensionMonth: {months: 1}, DimensionQuarter: {months: 3},
	DimensionYear: {months: 12},
}

// BucketKey returns the key of the bucket of time that begins on a day.
func BucketKey(d Dimension, from Date) *AggregateKey {
	length := bucketDays[d]
	to := DateOf(from.day.AddDate(0, length.months, length.days-1))
	if length.months > 0 {
		to = DateOf(from.day.AddDate(0, length.months, 0).AddDate(0, 0, -1))
	}
	value, label := from.String(), from.String()
	switch d {
	case DimensionWeek:
		year, week := from.day.ISOWeek()
		label = fmt.Sprintf("%04d-W%02d", year, week)
	case DimensionMonth:
		label = value[:len("2006-01")]
	case DimensionQuarter:
		label = fmt.Sprintf("%s-Q%d", value[:len("2006")], (int(from.day.Month())+2)/3)
	case DimensionYear:
		label = value[:len("2006")]
	}
	return &AggregateKey{Dimension: d, Value: &value, Label: &label, From: &from, To: &to}
}
