package fleet

import "time"

// StatusPeriod is a period in which a machine had one status.
type StatusPeriod struct {
	ID, EquipmentID UUID
	Status          EquipmentStatus
	Since           *time.Time // nil for the first period: it began when the machine was entered, or before
	Until           *time.Time // nil for the present one
	UserID          *UUID      // that gave the machine the status; nil when its work did, or the command line
}

// StatusPeriodList is the list of the periods of a machine, newest first.
func StatusPeriodList(company UUID) List {
	return List{Name: "statusPeriods", Company: company, Order: "SINCE_DESC", Key: TimeKey}
}

// Position returns the period's position in StatusPeriodList: the first period begins before all others.
func (p *StatusPeriod) Position() Position {
	if p.Since == nil {
		return Position{"0001-01-01T00:00:00Z", p.ID}
	}
	return Position{timeKey(*p.Since), p.ID}
}
