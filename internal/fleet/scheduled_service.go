package fleet

import "time"

// ScheduledService is a service schedule as it applies to one machine: when the next time is due there, and what is
// expected by the use of the machine. It is computed by the database (migrations/00151_scheduled_services.sql).
type ScheduledService struct {
	ID          UUID // of its position in lists
	ScheduleID  UUID
	EquipmentID UUID
	Active      bool // the schedule is not paused
	Occurrence  int  // which service on the machine is next, from 1
	RecordID    *UUID
	DueOn       *Date    // by days
	DueHours    *Decimal // by engine hours, over replacements of the meter
	Hours       *Decimal // at the last reading
	Forecast    ServiceForecast
	ExpectedOn  *Date // DueOn or the day of the forecast, whichever comes first
	Today       DueStatus
}

// Status returns how near the service is today; nil while the schedule is paused.
func (s *ScheduledService) Status() *DueStatus {
	if !s.Active {
		return nil
	}
	return &s.Today
}

// ServiceForecast says on which day a machine reaches the engine hours of a service, by its use per day.
type ServiceForecast struct {
	On, Earliest, Latest                         *Date // Earliest by the highest use, Latest by the lowest
	UsePerDay, LowestUsePerDay, HighestUsePerDay *Decimal
	Since, Until                                 *time.Time // of the readings that tell of the use
	NullReason                                   *ForecastReason
}

// DueStatus says how near work is today.
type DueStatus string

// How near work is.
const (
	Upcoming DueStatus = "UPCOMING" // further away than the lead time
	Due      DueStatus = "DUE"      // within the lead time
	Overdue  DueStatus = "OVERDUE"  // the day has passed, or the meter shows more hours
)

// DueStatuses lists every status.
func DueStatuses() []DueStatus { return []DueStatus{Upcoming, Due, Overdue} }

// ForecastReason says why there is no forecast of the day on which engine hours are reached.
type ForecastReason string

// Why there is no forecast.
const (
	NotByHours     ForecastReason = "NOT_BY_HOURS"
	NoReadings     ForecastReason = "NO_READINGS"
	TooFewReadings ForecastReason = "TOO_FEW_READINGS" // all within one day
	NotUsed        ForecastReason = "NOT_USED"
	TooFar         ForecastReason = "TOO_FAR" // more than ten years
)

// ForecastReasons lists every reason.
func ForecastReasons() []ForecastReason {
	return []ForecastReason{NotByHours, NoReadings, TooFewReadings, NotUsed, TooFar}
}

// ScheduledServiceList is the list of the services of a machine, in the order of the days.
func ScheduledServiceList(company UUID) List {
	return List{Name: "scheduledServices", Company: company, Order: "EXPECTED_ON_ASC", Key: DateKey}
}

// neverExpected is the sort key of services of which no day is known; it is after all others.
const neverExpected = "9999-12-31"

// Position returns the service's position in the order of the days.
func (s *ScheduledService) Position() Position {
	if s.ExpectedOn == nil {
		return Position{neverExpected, s.ID}
	}
	return Position{s.ExpectedOn.String(), s.ID}
}

// DueMaintenance is work that is to be done on a machine: a service of a schedule, or planned work of its own.
type DueMaintenance struct {
	ID          UUID // of the service or the record
	EquipmentID UUID
	Status      DueStatus
	ExpectedOn  *Date
	ServiceID   *UUID // nil for planned work of its own
	RecordID    *UUID // nil until the work is planned
}

// DueMaintenanceList is the list of what is to be done on a company's machines, in the order of the days.
func DueMaintenanceList(company UUID) List {
	return List{Name: "dueMaintenance", Company: company, Order: "EXPECTED_ON_ASC", Key: DateKey}
}

// Position returns the position of the work in DueMaintenanceList.
func (d *DueMaintenance) Position() Position {
	return (&ScheduledService{ID: d.ID, ExpectedOn: d.ExpectedOn}).Position()
}

// DueMaintenanceFilter selects the work that meets every condition. A nil condition is ignored.
type DueMaintenanceFilter struct {
	Status          []DueStatus
	ExpectedOn      *DateFilter
	Equipment       *IDFilter
	Category        []string // of the machine
	ServiceSchedule *IDFilter
}

// Check returns a BAD_INPUT for the first invalid condition.
func (f *DueMaintenanceFilter) Check() error { return checkFilter(f).err }

// Conditions returns the number of conditions.
func (f *DueMaintenanceFilter) Conditions() int { return checkFilter(f).conditions }

func (f *DueMaintenanceFilter) check(c *checker) {
	c.list("status", f.Status != nil, len(f.Status))
	c.days("expectedOn", f.ExpectedOn)
	c.reference("equipment", KindEquipment, f.Equipment)
	c.texts("category", f.Category, MaxCategory)
	c.reference("serviceSchedule", KindSchedule, f.ServiceSchedule)
}
