package fleet

import (
	"slices"
	"time"
)

// EquipmentStatus says whether a machine can work.
type EquipmentStatus string

// A machine's statuses.
const (
	EquipmentActive      EquipmentStatus = "ACTIVE"      // can work
	EquipmentMaintenance EquipmentStatus = "MAINTENANCE" // in the workshop
	EquipmentInactive    EquipmentStatus = "INACTIVE"    // parked, could work
	EquipmentRetired     EquipmentStatus = "RETIRED"     // will not work again
)

// EquipmentStatuses lists every status, in the order of a machine's life.
func EquipmentStatuses() []EquipmentStatus {
	return []EquipmentStatus{EquipmentActive, EquipmentMaintenance, EquipmentInactive, EquipmentRetired}
}

// Valid reports whether s is one of EquipmentStatuses.
func (s EquipmentStatus) Valid() bool { return slices.Contains(EquipmentStatuses(), s) }

// Limits of a machine's texts, in characters. The database holds them too.
const (
	MaxEquipmentName = 200
	MaxSerialNumber  = 100
	MaxCategory      = 100
	MaxDescription   = 10_000
	MaxManufacturer  = 100
	MaxModel         = 100
)

// Equipment is an asset of the fleet: a machine.
type Equipment struct {
	ID           UUID
	UserID       *UUID // the responsible user, if there is one
	OperatorID   *UUID // of the open assignment, nil without one; assignments change it
	SiteID       *UUID // where the machine is now, nil when it is at no site; moves change it
	Name         string
	SerialNumber *string
	Description  *string
	Category     string
	Status       EquipmentStatus
	// StatusAfterWork is what the machine becomes when no work keeps it down any more; nil when no work
	// does, and when it then stays in MAINTENANCE.
	StatusAfterWork *EquipmentStatus
	Cost            *Decimal // what it cost; nil when unknown
	Manufacturer    *string
	Model           *string
	Year            *int // of manufacture
	// InServiceOn is the first day of the machine's service, RetiredOn the last one. Only a RETIRED machine
	// has the latter.
	InServiceOn, RetiredOn *Date
	ReplacementValue       *Decimal // what a new one of its kind costs
	ScheduledHoursPerWeek  *Decimal // nil: those of the company
	CreatedAt              time.Time
	UpdatedAt              time.Time
	DeletedAt              *time.Time // nil while the machine is in the fleet
	Version                int        // 1 when new, one more with every change
}

// GlobalID returns the machine's public id.
func (e *Equipment) GlobalID() string { return GlobalID(KindEquipment, e.ID) }

// RowVersion implements Versioned.
func (e *Equipment) RowVersion() int { return e.Version }

// EquipmentOrder is an order of machines. Ties are ordered by id, so that every order is total.
type EquipmentOrder string

// The orders of machines.
const (
	EquipmentCreatedAtDesc EquipmentOrder = "CREATED_AT_DESC" // newest first: the default
	EquipmentCreatedAtAsc  EquipmentOrder = "CREATED_AT_ASC"
	EquipmentNameAsc       EquipmentOrder = "NAME_ASC" // upper and lower case alike
	EquipmentNameDesc      EquipmentOrder = "NAME_DESC"
	EquipmentCostAsc       EquipmentOrder = "COST_ASC" // unknown costs count as lower than 0
	EquipmentCostDesc      EquipmentOrder = "COST_DESC"

	EquipmentUpdatedAtDesc    EquipmentOrder = "UPDATED_AT_DESC"
	EquipmentUpdatedAtAsc     EquipmentOrder = "UPDATED_AT_ASC"
	EquipmentSerialNumberAsc  EquipmentOrder = "SERIAL_NUMBER_ASC" // those without one count as lower than all others
	EquipmentSerialNumberDesc EquipmentOrder = "SERIAL_NUMBER_DESC"

	// In the orders below, machines without the value count as lower than all others.

	EquipmentManufacturerAsc      EquipmentOrder = "MANUFACTURER_ASC"
	EquipmentManufacturerDesc     EquipmentOrder = "MANUFACTURER_DESC"
	EquipmentModelAsc             EquipmentOrder = "MODEL_ASC"
	EquipmentModelDesc            EquipmentOrder = "MODEL_DESC"
	EquipmentYearAsc              EquipmentOrder = "YEAR_ASC"
	EquipmentYearDesc             EquipmentOrder = "YEAR_DESC"
	EquipmentInServiceOnAsc       EquipmentOrder = "IN_SERVICE_ON_ASC"
	EquipmentInServiceOnDesc      EquipmentOrder = "IN_SERVICE_ON_DESC"
	EquipmentRetiredOnAsc         EquipmentOrder = "RETIRED_ON_ASC"
	EquipmentRetiredOnDesc        EquipmentOrder = "RETIRED_ON_DESC"
	EquipmentReplacementValueAsc  EquipmentOrder = "REPLACEMENT_VALUE_ASC"
	EquipmentReplacementValueDesc EquipmentOrder = "REPLACEMENT_VALUE_DESC"
)

// EquipmentOrders lists every order, the default first.
func EquipmentOrders() []EquipmentOrder {
	return []EquipmentOrder{EquipmentCreatedAtDesc, EquipmentCreatedAtAsc, EquipmentNameAsc, EquipmentNameDesc,
		EquipmentCostAsc, EquipmentCostDesc, EquipmentUpdatedAtDesc, EquipmentUpdatedAtAsc, EquipmentSerialNumberAsc,
		EquipmentSerialNumberDesc, EquipmentManufacturerAsc, EquipmentManufacturerDesc, EquipmentModelAsc,
		EquipmentModelDesc, EquipmentYearAsc, EquipmentYearDesc, EquipmentInServiceOnAsc, EquipmentInServiceOnDesc,
		EquipmentRetiredOnAsc, EquipmentRetiredOnDesc, EquipmentReplacementValueAsc, EquipmentReplacementValueDesc}
}

// List returns the list of a company's machines in this order.
func (o EquipmentOrder) List(company UUID) List {
	l := List{Name: "equipment", Company: company, Order: string(o)}
	switch o {
	case EquipmentNameAsc, EquipmentNameDesc, EquipmentSerialNumberAsc, EquipmentSerialNumberDesc,
		EquipmentManufacturerAsc, EquipmentManufacturerDesc, EquipmentModelAsc, EquipmentModelDesc:
		l.Key = TextKey
	case EquipmentCostAsc, EquipmentCostDesc, EquipmentReplacementValueAsc, EquipmentReplacementValueDesc:
		l.Key = DecimalKey
	case EquipmentYearAsc, EquipmentYearDesc:
		l.Key = IntegerKey
	case EquipmentInServiceOnAsc, EquipmentInServiceOnDesc, EquipmentRetiredOnAsc, EquipmentRetiredOnDesc:
		l.Key = DateKey
	default:
		l.Key = TimeKey
	}
	return l
}

// The sort keys of machines without a value. They are below every value, so that comparing keys needs no
// case for NULL.
const (
	unknownCost = "-1"
	unknownYear = "0"
	unknownDay  = "0001-01-01"
)

// orUnknown returns a sort key, or the one for no value.
func orUnknown[T ~string](key *T, unknown string) string {
	if key == nil {
		return unknown
	}
	return string(*key)
}

// Position returns the machine's position in this order.
func (e *Equipment) Position(o EquipmentOrder) Position {
	p := Position{ID: e.ID}
	switch o {
	case EquipmentNameAsc, EquipmentNameDesc:
		p.Key = e.Name // the database lowers both sides of the comparison
	case EquipmentCostAsc, EquipmentCostDesc:
		p.Key = orUnknown(e.Cost, unknownCost)
	case EquipmentSerialNumberAsc, EquipmentSerialNumberDesc:
		p.Key = orUnknown(e.SerialNumber, "")
	case EquipmentManufacturerAsc, EquipmentManufacturerDesc:
		p.Key = orUnknown(e.Manufacturer, "")
	case EquipmentModelAsc, EquipmentModelDesc:
		p.Key = orUnknown(e.Model, "")
	case EquipmentYearAsc, EquipmentYearDesc:
		p.Key = orUnknown(numberOf(e.Year), unknownYear)
	case EquipmentInServiceOnAsc, EquipmentInServiceOnDesc:
		p.Key = orUnknown(dayOf(e.InServiceOn), unknownDay)
	case EquipmentRetiredOnAsc, EquipmentRetiredOnDesc:
		p.Key = orUnknown(dayOf(e.RetiredOn), unknownDay)
	case EquipmentReplacementValueAsc, EquipmentReplacementValueDesc:
		p.Key = orUnknown(e.ReplacementValue, unknownCost)
	case EquipmentUpdatedAtAsc, EquipmentUpdatedAtDesc:
		p.Key = timeKey(e.UpdatedAt)
	default:
		p.Key = timeKey(e.CreatedAt)
	}
	return p
}

// EquipmentFilter selects the machines that meet every condition. A nil condition is ignored.
type EquipmentFilter struct {
	IDs          []RowID
	Search       *string
	Status       []EquipmentStatus
	Category     []string
	User         *IDFilter
	Operator     *IDFilter // runs the machine now
	Site         *IDFilter // where the machine is now
	SerialNumber *StringFilter
	Cost         *DecimalFilter
	CreatedAt    *DateTimeFilter
	UpdatedAt    *DateTimeFilter
	Deleted      *Deleted // nil: only machines that are not

	Manufacturer          *StringFilter
	Model                 *StringFilter
	Year                  *IntFilter
	InServiceOn           *DateFilter
	RetiredOn             *DateFilter
	ReplacementValue      *DecimalFilter
	ScheduledHoursPerWeek *DecimalFilter

	And, Or []*EquipmentFilter
	Not     *EquipmentFilter
}

// Check returns a BAD_INPUT for the first invalid condition.
func (f *EquipmentFilter) Check() error { return checkFilter(f).err }

// Conditions returns the number of conditions, those of filters within the filter included.
func (f *EquipmentFilter) Conditions() int { return checkFilter(f).conditions }

// Excludes reports whether the machine of a key can never match the filter, which may be nil, because
// the filter names the ids of others.
func (f *EquipmentFilter) Excludes(key UUID) bool {
	return f != nil && excludes(key, f.IDs, f.And, f.Or, (*EquipmentFilter).Excludes)
}

func (f *EquipmentFilter) check(c *checker) {
	c.ids("ids", KindEquipment, f.IDs)
	c.search(f.Search)
	c.list("status", f.Status != nil, len(f.Status))
	c.texts("category", f.Category, MaxCategory)
	c.reference("user", KindUser, f.User)
	c.reference("operator", KindOperator, f.Operator)
	c.reference("site", KindSite, f.Site)
	c.text("serialNumber", f.SerialNumber, MaxSerialNumber)
	c.amounts("cost", f.Cost)
	c.times("createdAt", f.CreatedAt)
	c.times("updatedAt", f.UpdatedAt)
	c.deleted(f.Deleted)
	c.text("manufacturer", f.Manufacturer, MaxManufacturer)
	c.text("model", f.Model, MaxModel)
	c.numbers("year", f.Year)
	c.days("inServiceOn", f.InServiceOn)
	c.days("retiredOn", f.RetiredOn)
	c.amounts("replacementValue", f.ReplacementValue)
	c.amounts("scheduledHoursPerWeek", f.ScheduledHoursPerWeek)
	within(c, f.And, f.Or, f.Not)
}

// MaxCategories is the maximum number of categories that a list returns, DefaultCategories how many
// it returns when the number is left out.
const (
	MaxCategories     = 1000
	DefaultCategories = 100
)

// CategoryCount is the number of machines of one category.
type CategoryCount struct {
	Category string
	Count    int
}

// CheckCategories returns a BAD_INPUT unless first is a number of categories.
func CheckCategories(first int) error {
	if first < 1 || first > MaxCategories {
		return BadInputf("first", "%d is not a number of categories: 1 to %d", first, MaxCategories)
	}
	return nil
}
