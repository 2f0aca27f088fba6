package fleet

import (
	"fmt"
	"slices"
	"time"
)

// MaintenanceKind says why work was done. PREVENTIVE and CORRECTIVE are split
// as EN 13306 splits them: before a fault, and after one.
type MaintenanceKind string

// The kinds of maintenance.
const (
	Preventive   MaintenanceKind = "PREVENTIVE"
	Corrective   MaintenanceKind = "CORRECTIVE"
	Inspection   MaintenanceKind = "INSPECTION"
	Modification MaintenanceKind = "MODIFICATION"
	OtherKind    MaintenanceKind = "OTHER"
)

// MaintenanceKinds lists every kind.
func MaintenanceKinds() []MaintenanceKind {
	return []MaintenanceKind{Preventive, Corrective, Inspection, Modification, OtherKind}
}

// Valid reports whether k is one of MaintenanceKinds.
func (k MaintenanceKind) Valid() bool { return slices.Contains(MaintenanceKinds(), k) }

// MaintenanceStatus says how far work has come.
type MaintenanceStatus string

// The statuses of a maintenance record.
const (
	MaintenancePlanned    MaintenanceStatus = "PLANNED"
	MaintenanceInProgress MaintenanceStatus = "IN_PROGRESS"
	MaintenanceCompleted  MaintenanceStatus = "COMPLETED"
	MaintenanceCancelled  MaintenanceStatus = "CANCELLED"
)

// MaintenanceStatuses lists every status.
func MaintenanceStatuses() []MaintenanceStatus {
	return []MaintenanceStatus{MaintenancePlanned, MaintenanceInProgress, MaintenanceCompleted, MaintenanceCancelled}
}

// Valid reports whether s is one of MaintenanceStatuses.
func (s MaintenanceStatus) Valid() bool { return slices.Contains(MaintenanceStatuses(), s) }

// Limits of a record's texts, in characters. The database holds them too.
const (
	MaxSourceKind  = 100
	MaxPerformedBy = 200
	MaxSourceRef   = 200
)

// MaintenanceRecord is work on a machine.
type MaintenanceRecord struct {
	ID              UUID
	EquipmentID     UUID
	Kind            MaintenanceKind
	SourceKind      *string // the kind as the source system calls it, such as SAP's PM01
	Status          MaintenanceStatus
	DueDate         *Date      // nil for work that was never planned
	FirstDueDate    *Date      // the due date before it was put off; nil with DueDate
	StartedAt       *time.Time // nil before, and when unknown
	CompletedAt     *time.Time // nil before, and when only the day is known
	MaintenanceDate Date       // the day that the work counts to
	Description     *string
	Cost            *Decimal // negative for a reversal; nil while unknown, and then no part of a mean
	LabourCost      *Decimal // with PartsCost adds up to Cost, or both are nil
	PartsCost       *Decimal
	LabourHours     *Decimal // of all people together; negative in a reversal alone
	PerformedBy     *string
	DownFrom        *time.Time // the machine could not run from here …
	DownTo          *time.Time // … to here; nil with DownFrom set: still down
	DownToExpected  bool       // DownTo is a promise: still down until it is told otherwise
	MeterHours      *Decimal   // engine hours at the work
	SourceRef       *string    // the row's id in the system it was imported from
	ReversalOf      *UUID      // the record whose cost this one takes back
	ScheduleID      *UUID      // the service schedule that it belongs to
	Occurrence      *int       // which of the schedule's services on the machine it is, from 1
	ServiceDueOn    *Date      // when the schedule had it due by days
	ServiceDueHours *Decimal   // and by engine hours, over replacements of the meter
	CreatedAt       time.Time
	UpdatedAt       time.Time
	DeletedAt       *time.Time // nil: not deleted
	Version         int
}

// GlobalID returns the record's public id.
func (m *MaintenanceRecord) GlobalID() string { return GlobalID(KindMaintenance, m.ID) }

// RowVersion implements Versioned.
func (m *MaintenanceRecord) RowVersion() int { return m.Version }

// MaintenanceOrder is an order of maintenance records. Ties are ordered by id, so that of two
// records of one date the one recorded later counts as newer.
type MaintenanceOrder string

// The orders of maintenance records.
const (
	MaintenanceDateDesc MaintenanceOrder = "MAINTENANCE_DATE_DESC" // newest first: the default
	MaintenanceDateAsc  MaintenanceOrder = "MAINTENANCE_DATE_ASC"
	MaintenanceCostDesc MaintenanceOrder = "COST_DESC"
	MaintenanceCostAsc  MaintenanceOrder = "COST_ASC"
)

// MaintenanceOrders lists every order, the default first.
func MaintenanceOrders() []MaintenanceOrder {
	return []MaintenanceOrder{MaintenanceDateDesc, MaintenanceDateAsc, MaintenanceCostDesc, MaintenanceCostAsc}
}

// List returns the list of a company's maintenance records in this order.
func (o MaintenanceOrder) List(company UUID) List {
	l := List{Name: "maintenanceRecords", Company: company, Order: string(o), Key: DateKey}
	if o == MaintenanceCostAsc || o == MaintenanceCostDesc {
		l.Key = DecimalKey
	}
	return l
}

// unknownWorkCost is the sort key of a record without a known cost. It is below every cost, so that
// comparing keys needs no case for NULL.
const unknownWorkCost Decimal = "-1000000000000"

// Position returns the record's position in this order.
func (m *MaintenanceRecord) Position(o MaintenanceOrder) Position {
	if o == MaintenanceCostAsc || o == MaintenanceCostDesc {
		if m.Cost == nil {
			return Position{string(unknownWorkCost), m.ID}
		}
		return Position{string(*m.Cost), m.ID}
	}
	return Position{m.MaintenanceDate.String(), m.ID}
}

// MaintenanceFilter selects the maintenance records that meet every condition. A nil condition is
// ignored.
type MaintenanceFilter struct {
	IDs             []RowID
	Search          *string
	Equipment       *IDFilter
	Category        []string // of the machine
	Kind            []MaintenanceKind
	SourceKind      *StringFilter
	Status          []MaintenanceStatus
	MaintenanceDate *DateFilter
	Cost            *DecimalFilter
	PerformedBy     *StringFilter
	SourceRef       *StringFilter
	Down            *bool // whether the downtime has not ended
	CreatedAt       *DateTimeFilter
	UpdatedAt       *DateTimeFilter
	Deleted         *Deleted // nil: only records that are not, of machines that are not

	And, Or []*MaintenanceFilter
	Not     *MaintenanceFilter
}

// Check returns a BAD_INPUT for the first invalid condition.
func (f *MaintenanceFilter) Check() error { return checkFilter(f).err }

// Conditions returns the number of conditions, those of filters within the filter included.
func (f *MaintenanceFilter) Conditions() int { return checkFilter(f).conditions }

// Excludes reports whether the record of a key can never match the filter, which may be nil, because
// the filter names the ids of others.
func (f *MaintenanceFilter) Excludes(key UUID) bool {
	return f != nil && excludes(key, f.IDs, f.And, f.Or, (*MaintenanceFilter).Excludes)
}

func (f *MaintenanceFilter) check(c *checker) {
	c.ids("ids", KindMaintenance, f.IDs)
	c.search(f.Search)
	c.reference("equipment", KindEquipment, f.Equipment)
	c.texts("category", f.Category, MaxCategory)
	c.list("kind", f.Kind != nil, len(f.Kind))
	c.text("sourceKind", f.SourceKind, MaxSourceKind)
	c.list("status", f.Status != nil, len(f.Status))
	c.days("maintenanceDate", f.MaintenanceDate)
	c.amounts("cost", f.Cost)
	c.text("performedBy", f.PerformedBy, MaxPerformedBy)
	c.text("sourceRef", f.SourceRef, MaxSourceRef)
	c.count("down", f.Down != nil)
	c.times("createdAt", f.CreatedAt)
	c.times("updatedAt", f.UpdatedAt)
	c.deleted(f.Deleted)
	within(c, f.And, f.Or, f.Not)
}

// MaintenanceGrouping is a dimension by which maintenance is summed up.
type MaintenanceGrouping string

// The dimensions of MaintenanceSummary.
const (
	ByEquipment  MaintenanceGrouping = "EQUIPMENT"
	ByCategory   MaintenanceGrouping = "CATEGORY"
	ByKind       MaintenanceGrouping = "KIND"
	BySourceKind MaintenanceGrouping = "SOURCE_KIND"
	ByStatus     MaintenanceGrouping = "STATUS"
	ByYear       MaintenanceGrouping = "YEAR"
	ByMonth      MaintenanceGrouping = "MONTH"
)

// MaintenanceGroupings lists every dimension.
func MaintenanceGroupings() []MaintenanceGrouping {
	return []MaintenanceGrouping{ByEquipment, ByCategory, ByKind, BySourceKind, ByStatus, ByYear, ByMonth}
}

// MaxGroupings is the maximum number of dimensions of a summary.
const MaxGroupings = 4

// MaintenanceSummaryOrder is an order of the rows of a summary. Ties are ordered by the dimensions.
type MaintenanceSummaryOrder string

// The orders of a summary.
const (
	SummaryByDimensions    MaintenanceSummaryOrder = "DIMENSIONS" // the default
	SummaryTotalCostDesc   MaintenanceSummaryOrder = "TOTAL_COST_DESC"
	SummaryTotalCostAsc    MaintenanceSummaryOrder = "TOTAL_COST_ASC"
	SummaryAverageCostDesc MaintenanceSummaryOrder = "AVERAGE_COST_DESC"
	SummaryAverageCostAsc  MaintenanceSummaryOrder = "AVERAGE_COST_ASC"
	SummaryRecordsDesc     MaintenanceSummaryOrder = "RECORDS_DESC"
	SummaryRecordsAsc      MaintenanceSummaryOrder = "RECORDS_ASC"
)

// MaintenanceSummaryOrders lists every order, the default first.
func MaintenanceSummaryOrders() []MaintenanceSummaryOrder {
	return []MaintenanceSummaryOrder{SummaryByDimensions, SummaryTotalCostDesc, SummaryTotalCostAsc,
		SummaryAverageCostDesc, SummaryAverageCostAsc, SummaryRecordsDesc, SummaryRecordsAsc}
}

// The maximum number of rows of a summary: with First, and without.
const (
	MaxSummaryFirst  = 10_000
	MaxSummaryGroups = 100
)

// MaintenanceSummary says how records are summed up.
type MaintenanceSummary struct {
	GroupBy []MaintenanceGrouping
	OrderBy MaintenanceSummaryOrder
	First   *int // the first rows of the order; nil: all rows, or an error when they are too many
}

// Check returns a BAD_INPUT that names the argument: too many dimensions, a repeated one, or a
// First that is out of range.
func (s MaintenanceSummary) Check() error {
	if len(s.GroupBy) > MaxGroupings {
		return BadInputf("groupBy", "%d dimensions are too many: at most %d", len(s.GroupBy), MaxGroupings)
	}
	for i, d := range s.GroupBy {
		if slices.Contains(s.GroupBy[:i], d) {
			return BadInputf("groupBy", "%s is there twice", d)
		}
	}
	if s.First != nil && (*s.First < 1 || *s.First > MaxSummaryFirst) {
		return BadInputf("first", "%d is not a number of groups: 1 to %d", *s.First, MaxSummaryFirst)
	}
	return nil
}

// Limit returns how many rows to read: without First one more than there may be.
func (s MaintenanceSummary) Limit() int {
	if s.First != nil {
		return *s.First
	}
	return MaxSummaryGroups + 1
}

// CheckSize returns a LIMIT_EXCEEDED when a summary without First has too many rows: leaving some
// out would make sums over them wrong.
func (s MaintenanceSummary) CheckSize(groups int) error {
	if s.First == nil && groups > MaxSummaryGroups {
		return &Error{Code: LimitExceeded, Field: "first",
			Message: fmt.Sprintf("the summary has more than %d groups: ask for the first ones of the order, up to %d, "+
				"filter more or group by less", MaxSummaryGroups, MaxSummaryFirst)}
	}
	return nil
}

// MaintenanceGroup is one row of a summary. Only the requested dimensions are set.
type MaintenanceGroup struct {
	EquipmentID *UUID
	Category    *string
	Kind        *MaintenanceKind
	SourceKind  *string // also nil for records without one
	Status      *MaintenanceStatus
	Year        *int
	Month       *string // YYYY-MM

	Records     int
	TotalCost   Decimal
	AverageCost *Decimal // of known costs, rounded to cents, halves away from zero; nil without one
	UnknownCost int      // records without a known cost
	FirstDate   *Date    // nil without records
	LastDate    *Date
}
