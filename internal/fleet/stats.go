package fleet

import "time"

// StatsScope says whose machines statistics count.
type StatsScope string

// The scopes of DashboardStats.
const (
	StatsScopeCompany StatsScope = "COMPANY" // every machine of the viewer's company
	StatsScopeMine    StatsScope = "MINE"    // the machines that the viewer is responsible for
)

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
}

// StatusCount is the number of machines of one status.
type StatusCount struct {
	Status EquipmentStatus
	Count  int
}
