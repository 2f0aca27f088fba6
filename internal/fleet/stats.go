package fleet

import (
	"slices"
	"time"
)

// StatsScope says whose machines statistics count.
type StatsScope string

// The scopes of DashboardStats.
const (
	StatsScopeCompany StatsScope = "COMPANY" // every machine of the viewer's company
	StatsScopeMine    StatsScope = "MINE"    // the machines that the viewer is responsible for; an OPERATOR's, those they run now
)

// CheckScope returns FORBIDDEN unless the viewer may see the figures of a scope.
func (v Viewer) CheckScope(s StatsScope) error {
	if s == StatsScopeCompany && v.Role == RoleOperator {
		return &Error{Code: Forbidden, Message: "the figures of the whole company take the role ANALYST, yours is OPERATOR: ask for the scope MINE"}
	}
	return nil
}

// StatsUser returns the user whose machines a scope counts; nil when the scope
// counts all machines that the viewer sees, which for an OPERATOR are few.
func (v Viewer) StatsUser(s StatsScope) *UUID {
	if s != StatsScopeMine || v.Role == RoleOperator {
		return nil
	}
	return &v.UserID
}

// SeesSequence reports whether the viewer may know how often the company's
// fleet has changed. An OPERATOR may not: it counts rows that they do not see.
func (v Viewer) SeesSequence() bool { return v.Role != RoleOperator }

// DashboardStats are the figures of a scope's living machines, all from one
// snapshot of the database.
type DashboardStats struct {
	TotalEquipment       int
	ActiveEquipment      int
	MaintenanceEquipment int
	AverageCost          *Decimal      // over machines of known cost, rounded to cents; nil when there is none
	TotalValue           Decimal       // sum of the known costs; 0 when there is none
	StatusCounts         []StatusCount // one for every status, zeros included: they add up to TotalEquipment
	ComputedAt           time.Time     // when the snapshot was taken
	Sequence             *int64        // how many statements had changed the company's fleet by then; 0 for an untouched one, nil for who must not know
}

// StatusCount is the number of machines of one status.
type StatusCount struct {
	Status EquipmentStatus
	Count  int
}

// SameFigures reports whether s and other count the same, whenever they did.
func (s DashboardStats) SameFigures(other DashboardStats) bool {
	return s.TotalEquipment == other.TotalEquipment && s.TotalValue == other.TotalValue &&
		(s.AverageCost == nil) == (other.AverageCost == nil) && (s.AverageCost == nil || *s.AverageCost == *other.AverageCost) &&
		slices.Equal(s.StatusCounts, other.StatusCounts)
}

// SameSequence reports whether s and other are of the same sequence, or both
// of one that is hidden from the viewer.
func (s DashboardStats) SameSequence(other DashboardStats) bool {
	return (s.Sequence == nil) == (other.Sequence == nil) && (s.Sequence == nil || *s.Sequence == *other.Sequence)
}
