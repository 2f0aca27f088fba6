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
)

// Equipment is an asset of the fleet: a machine.
type Equipment struct {
	ID           UUID
	UserID       *UUID // the responsible user, if there is one
	OperatorID   *UUID // of the open assignment, nil without one; assignments change it
	Name         string
	SerialNumber *string
	Description  *string
	Category     string
	Status       EquipmentStatus
	// StatusAfterWork is what the machine becomes when no work keeps it down any more; nil when no work
	// does, and when it then stays in MAINTENANCE.
	StatusAfterWork *EquipmentStatus
	Cost            *Decimal // what it cost; nil when unknown
	CreatedAt       time.Time
	UpdatedAt       time.Time
	DeletedAt       *time.Time // nil while the machine is in the fleet
	Version         int        // 1 when new, one more with every change
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
)

// EquipmentOrders lists every order, the default first.
func EquipmentOrders() []EquipmentOrder {
	return []EquipmentOrder{EquipmentCreatedAtDesc, EquipmentCreatedAtAsc, EquipmentNameAsc, EquipmentNameDesc,
		EquipmentCostAsc, EquipmentCostDesc, EquipmentUpdatedAtDesc, EquipmentUpdatedAtAsc, EquipmentSerialNumberAsc,
		EquipmentSerialNumberDesc}
}

// List returns the list of a company's machines in this order.
func (o EquipmentOrder) List(company UUID) List {
	l := List{Name: "equipment", Company: company, Order: string(o)}
	switch o {
	case EquipmentNameAsc, EquipmentNameDesc, EquipmentSerialNumberAsc, EquipmentSerialNumberDesc:
		l.Key = TextKey
	case EquipmentCostAsc, EquipmentCostDesc:
		l.Key = DecimalKey
	default:
		l.Key = TimeKey
	}
	return l
}

// unknownCost is the sort key of a machine without a known cost. It is below every cost, so that
// comparing keys needs no case for NULL.
const unknownCost Decimal = "-1"

// Position returns the machine's position in this order.
func (e *Equipment) Position(o EquipmentOrder) Position {
	p := Position{ID: e.ID}
	switch o {
	case EquipmentNameAsc, EquipmentNameDesc:
		p.Key = e.Name // the database lowers both sides of the comparison
	case EquipmentCostAsc, EquipmentCostDesc:
		p.Key = string(unknownCost)
		if e.Cost != nil {
			p.Key = string(*e.Cost)
		}
	case EquipmentSerialNumberAsc, EquipmentSerialNumberDesc:
		if e.SerialNumber != nil {
			p.Key = *e.SerialNumber
		}
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
	SerialNumber *StringFilter
	Cost         *DecimalFilter
	CreatedAt    *DateTimeFilter
	UpdatedAt    *DateTimeFilter
	Deleted      *Deleted // nil: only machines that are not

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
	c.text("serialNumber", f.SerialNumber, MaxSerialNumber)
	c.amounts("cost", f.Cost)
	c.times("createdAt", f.CreatedAt)
	c.times("updatedAt", f.UpdatedAt)
	c.deleted(f.Deleted)
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
