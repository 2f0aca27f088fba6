package fleet

import (
	"slices"
	"time"
)

// StatsScope selects the machines that statistics count.
type StatsScope string

// The scopes of DashboardStats.
const (
	StatsScopeCompany StatsScope = "COMPANY" // every machine of the viewer's company
	StatsScopeMine    StatsScope = "MINE"    // those of the viewer; for an OPERATOR those run now
)

// CheckScope returns FORBIDDEN unless the viewer may see the figures of a scope.
func (v Viewer) CheckScope(s StatsScope) error {
	if s == StatsScopeCompany && v.Role == RoleOperator {
		return &Error{Code: Forbidden,
			Message: "the figures of the whole company take the role ANALYST, yours is OPERATOR: ask for the scope MINE"}
	}
	return nil
}

// StatsUser returns the user that a scope filters machines by; nil when the scope counts all
// machines that are visible to the viewer, as always for an OPERATOR.
func (v Viewer) StatsUser(s StatsScope) *UUID {
	if s != StatsScopeMine || v.Role == RoleOperator {
		return nil
	}
	return &v.UserID
}

// SeesSequence reports whether the viewer may know how often the company's fleet has changed. For
// an OPERATOR it would count changes of rows that are not visible.
func (v Viewer) SeesSequence() bool { return v.Role != RoleOperator }

// DashboardStats are the figures of the machines of a scope without deleted ones, all from one
// snapshot of the database.
type DashboardStats struct {
	TotalEquipment       int
	ActiveEquipment      int
	MaintenanceEquipment int
	AverageCost          *Decimal      // over machines of known cost, rounded to cents; nil when there is none
	TotalValue           Decimal       // sum of the known costs; 0.00 when there is none
	StatusCounts         []StatusCount // one for every status, zeros included: they add up to TotalEquipment
	ComputedAt           time.Time     // when the snapshot was taken
	// Sequence is the number of statements that had changed the company's fleet by then; nil if the viewer may not
	// know it.
	Sequence *int64
}

// StatusCount is the number of machines of one status.
type StatusCount struct {
	Status EquipmentStatus
	Count  int
}

// SameFigures reports whether s and other have equal figures, whenever they were computed.
func (s DashboardStats) SameFigures(other DashboardStats) bool {
	return s.TotalEquipment == other.TotalEquipment && s.TotalValue == other.TotalValue &&
		(s.AverageCost == nil) == (other.AverageCost == nil) &&
		(s.AverageCost == nil || *s.AverageCost == *other.AverageCost) &&
		slices.Equal(s.StatusCounts, other.StatusCounts)
}

// SameSequence reports whether s and other have the same sequence, or both have none.
func (s DashboardStats) SameSequence(other DashboardStats) bool {
	return (s.Sequence == nil) == (other.Sequence == nil) && (s.Sequence == nil || *s.Sequence == *other.Sequence)
}
