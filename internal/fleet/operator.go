package fleet

import (
	"slices"
	"time"
)

// OperatorStatus says whether a person can run machines.
type OperatorStatus string

// An operator's statuses.
const (
	OperatorActive   OperatorStatus = "ACTIVE"
	OperatorInactive OperatorStatus = "INACTIVE" // away: on leave, licence expired
	OperatorRetired  OperatorStatus = "RETIRED"  // left for good
)

// OperatorStatuses lists every status.
func OperatorStatuses() []OperatorStatus {
	return []OperatorStatus{OperatorActive, OperatorInactive, OperatorRetired}
}

// Valid reports whether s is one of OperatorStatuses.
func (s OperatorStatus) Valid() bool { return slices.Contains(OperatorStatuses(), s) }

// Limits of an operator's texts, in characters. The database holds them too.
const (
	MaxPersonName    = 100
	MaxLicenseNumber = 100
)

// Operator is a person qualified to run machines.
type Operator struct {
	ID            UUID
	UserID        *UUID // the operator's user account, if there is one
	FirstName     string
	LastName      string
	LicenseNumber *string
	Status        OperatorStatus
	CreatedAt     time.Time
	UpdatedAt     time.Time
	DeletedAt     *time.Time // nil while the operator is not deleted
	Version       int
}

// GlobalID returns the operator's public id.
func (o *Operator) GlobalID() string { return GlobalID(KindOperator, o.ID) }

// RowVersion implements Versioned.
func (o *Operator) RowVersion() int { return o.Version }

// OperatorOrder is an order of operators. Ties are ordered by id.
type OperatorOrder string

// The orders of operators.
const (
	OperatorNameAsc       OperatorOrder = "NAME_ASC" // last name, then first name, ignoring case: the default
	OperatorNameDesc      OperatorOrder = "NAME_DESC"
	OperatorCreatedAtDesc OperatorOrder = "CREATED_AT_DESC"
	OperatorCreatedAtAsc  OperatorOrder = "CREATED_AT_ASC"
)

// OperatorOrders lists every order, the default first.
func OperatorOrders() []OperatorOrder {
	return []OperatorOrder{OperatorNameAsc, OperatorNameDesc, OperatorCreatedAtDesc, OperatorCreatedAtAsc}
}

// List returns the list of a company's operators in this order.
func (o OperatorOrder) List(company UUID) List {
	l := List{Name: "operators", Company: company, Order: string(o), Key: TextKey}
	if o == OperatorCreatedAtAsc || o == OperatorCreatedAtDesc {
		l.Key = TimeKey
	}
	return l
}

// Position returns the operator's position in this order.
func (o *Operator) Position(by OperatorOrder) Position {
	if by == OperatorCreatedAtAsc || by == OperatorCreatedAtDesc {
		return Position{timeKey(o.CreatedAt), o.ID}
	}
	return Position{o.LastName + " " + o.FirstName, o.ID} // lowered by the database
}

// OperatorFilter selects the operators that meet every condition. A nil condition is ignored.
type OperatorFilter struct {
	IDs           []RowID
	Search        *string
	Status        []OperatorStatus
	User          *IDFilter
	LicenseNumber *StringFilter
	CreatedAt     *DateTimeFilter
	UpdatedAt     *DateTimeFilter
	Deleted       *Deleted // nil: only operators that are not

	And, Or []*OperatorFilter
	Not     *OperatorFilter
}

// Check returns a BAD_INPUT for the first invalid condition.
func (f *OperatorFilter) Check() error { return checkFilter(f).err }

// Conditions returns the number of conditions, those of filters within the filter included.
func (f *OperatorFilter) Conditions() int { return checkFilter(f).conditions }

func (f *OperatorFilter) check(c *checker) {
	c.ids("ids", KindOperator, f.IDs)
	c.search(f.Search)
	c.list("status", f.Status != nil, len(f.Status))
	c.reference("user", KindUser, f.User)
	c.text("licenseNumber", f.LicenseNumber, MaxLicenseNumber)
	c.times("createdAt", f.CreatedAt)
	c.times("updatedAt", f.UpdatedAt)
	c.deleted(f.Deleted)
	within(c, f.And, f.Or, f.Not)
}
