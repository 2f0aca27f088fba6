package fleet

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// ServiceSchedule is work that comes again: by days, by engine hours, or by whichever comes first. It applies to one
// machine, to all of a category, or to all of a manufacturer's model. When a machine is due is in ScheduledService.
type ServiceSchedule struct {
	ID             UUID
	EquipmentID    *UUID   // one of EquipmentID, Category and Model is set
	Category       *string // compared without case, accents and blanks, as Manufacturer and Model are
	Manufacturer   *string // set with Model
	Model          *string
	Title          string
	Kind           MaintenanceKind
	EstimatedCost  *Decimal
	EstimatedHours *Decimal // how long the work takes
	IntervalDays   *int     // one of the intervals is set, or both
	IntervalHours  *Decimal
	Recurrence     ServiceRecurrence
	LastDoneOn     *Date    // the work was done before the schedule began …
	LastDoneHours  *Decimal // … at these engine hours
	FirstDueOn     *Date    // or the first time is not an interval after that
	FirstDueHours  *Decimal
	LeadDays       int      // how long before it is due the work is planned
	LeadHours      *Decimal // the same in engine hours
	Pauses         []SeasonalPause
	PausedAt       *time.Time // nil: active
	CreatedAt      time.Time
	UpdatedAt      time.Time
	DeletedAt      *time.Time // nil: not deleted
	Version        int
}

// ServiceRecurrence says from where the next time is counted.
type ServiceRecurrence string

// The ways in which work comes again.
const (
	FromCompletion ServiceRecurrence = "FROM_COMPLETION" // an interval after it was done
	FixedGrid      ServiceRecurrence = "FIXED"           // on multiples of the interval after the first time
)

// ServiceRecurrences lists every way.
func ServiceRecurrences() []ServiceRecurrence { return []ServiceRecurrence{FromCompletion, FixedGrid} }

// SeasonalPause are days of each year on which no work falls due by days, both ends included. One that ends
// before it begins runs over the turn of the year.
type SeasonalPause struct{ From, To MonthDay }

// FirstDay returns the first day, as MM-DD.
func (p SeasonalPause) FirstDay() string { return p.From.String() }

// LastDay returns the last day, as MM-DD.
func (p SeasonalPause) LastDay() string { return p.To.String() }

// MonthDay is a day of any year, as 100 × month + day.
type MonthDay int

// String returns MM-DD.
func (d MonthDay) String() string { return fmt.Sprintf("%02d-%02d", d/100, d%100) }

// ParseMonthDay parses MM-DD. The error is a BAD_INPUT without field.
func ParseMonthDay(s string) (MonthDay, error) {
	day, err := time.Parse(time.DateOnly, "2024-"+s) // a leap year
	if err != nil {
		return 0, BadInputf("", "%s is not a day of a year: write MM-DD, a day that exists", Quote(s))
	}
	return MonthDay(int(day.Month())*100 + day.Day()), nil
}

// Limits of a schedule.
const (
	MaxServiceTitle  = 200
	MaxIntervalDays  = 36_500
	MaxLeadDays      = 3650
	MaxPauses        = 12
	lastServiceYear  = 2200
	maxServiceEffort = Decimal("99999.99")
)

// GlobalID returns the schedule's public id.
func (s *ServiceSchedule) GlobalID() string { return GlobalID(KindSchedule, s.ID) }

// RowVersion implements Versioned.
func (s *ServiceSchedule) RowVersion() int { return s.Version }

// Tidy tidies the schedule's texts.
func (s *ServiceSchedule) Tidy() {
	tidy(&s.Title)
	s.Category, s.Manufacturer, s.Model = tidied(s.Category), tidied(s.Manufacturer), tidied(s.Model)
}

// Check returns the Faults of the schedule's values, by field.
func (s *ServiceSchedule) Check() error {
	var faults Faults
	faults.Add("title", checkRequired(s.Title, MaxServiceTitle))
	faults.Add("category", checkOptionalName(s.Category, MaxCategory))
	faults.Add("manufacturer", checkOptionalName(s.Manufacturer, MaxManufacturer))
	faults.Add("model", checkOptionalName(s.Model, MaxModel))
	s.checkTarget(&faults)
	s.checkIntervals(&faults)
	s.checkStart(&faults)
	if s.EstimatedCost != nil {
		faults.Add("estimatedCost", s.EstimatedCost.CheckMoney())
		if s.EstimatedCost.Cmp("0") < 0 {
			faults.Add("estimatedCost", BadInputf("", "%s is below 0: give what the work will cost", *s.EstimatedCost))
		}
	}
	if h := s.EstimatedHours; h != nil && (h.Cmp("0") < 0 || h.Cmp(maxServiceEffort) > 0 || h.Trim(2).Scale() > 2) {
		faults.Add("estimatedHours", BadInputf("", "%s is not a duration: 0 to %s hours, two digits after the point", *h,
			maxServiceEffort))
	}
	if s.LeadDays < 0 || s.LeadDays > MaxLeadDays {
		faults.Add("leadDays", BadInputf("", "%d is not a lead time: 0 to %d days", s.LeadDays, MaxLeadDays))
	}
	s.checkPauses(&faults)
	return faults.Err()
}

func (s *ServiceSchedule) checkTarget(faults *Faults) {
	given := 0
	for _, is := range []bool{s.EquipmentID != nil, s.Category != nil, s.Manufacturer != nil || s.Model != nil} {
		if is {
			given++
		}
	}
	switch {
	case given == 0:
		faults.Add("", &Error{Code: BadInput, Field: "equipmentId",
			Message: "the schedule applies to no machine: give equipmentId, category, or manufacturer and model"})
	case given > 1:
		faults.Add("", &Error{Code: BadInput, Field: "category", Related: "equipmentId",
			Message: "the schedule applies to one of these: equipmentId, category, or manufacturer and model: give one"})
	case (s.Manufacturer == nil) != (s.Model == nil):
		faults.Add("", &Error{Code: BadInput, Field: "model", Related: "manufacturer",
			Message: "models of two manufacturers may share a name: give manufacturer and model together"})
	}
}

func (s *ServiceSchedule) checkIntervals(faults *Faults) {
	if s.IntervalDays == nil && s.IntervalHours == nil {
		const message = "the schedule is due by nothing: give intervalDays, intervalHours, or both"
		faults.Add("", &Error{Code: BadInput, Field: "intervalDays", Message: message})
		faults.Add("", &Error{Code: BadInput, Field: "intervalHours", Message: message})
	}
	if d := s.IntervalDays; d != nil && (*d < 1 || *d > MaxIntervalDays) {
		faults.Add("intervalDays", BadInputf("", "%d is not an interval: 1 to %d days", *d, MaxIntervalDays))
	}
	if h := s.IntervalHours; h != nil {
		faults.Add("intervalHours", h.CheckHours())
		if h.Cmp("0") == 0 {
			faults.Add("intervalHours", BadInputf("", "0 is not an interval: give the hours from one time to the next"))
		}
	}
	if s.Recurrence == FixedGrid && s.IntervalDays != nil && s.IntervalHours != nil {
		faults.Add(
			"",
			&Error{Code: BadInput, Field: "recurrence", Related: "intervalDays", Message: "FIXED has one interval, " +
				"of days or of hours: with both, use FROM_COMPLETION"},
		)
	}
}

func (s *ServiceSchedule) checkStart(faults *Faults) {
	for _, d := range []struct {
		field string
		day   *Date
	}{{"lastDoneOn", s.LastDoneOn}, {"firstDueOn", s.FirstDueOn}} {
		if d.day == nil {
			continue
		}
		faults.Add(d.field, d.day.CheckYearIfKnown())
		if d.day.Time().Year() > lastServiceYear {
			faults.Add(d.field, BadInputf("", "%s is after %d: give an earlier day", d.day, lastServiceYear))
		}
	}
	hours := map[string]*Decimal{
		"lastDoneHours": s.LastDoneHours,
		"firstDueHours": s.FirstDueHours,
		"leadHours":     s.LeadHours,
	}
	for _, field := range []string{"lastDoneHours", "firstDueHours", "leadHours"} {
		switch h := hours[field]; {
		case h == nil:
		case s.IntervalHours == nil:
			faults.Add("", &Error{Code: BadInput, Field: field, Related: "intervalHours",
				Message: "the schedule is not due by hours: give intervalHours, or leave " + field + " out"})
		default:
			faults.Add(field, h.CheckHours())
		}
	}
	switch {
	case s.FirstDueOn != nil && s.IntervalDays == nil:
		faults.Add("", &Error{Code: BadInput, Field: "firstDueOn", Related: "intervalDays",
			Message: "the schedule is not due by days: give intervalDays, or leave firstDueOn out"})
	case s.FirstDueOn != nil && s.LastDoneOn != nil:
		faults.Add("firstDueOn", BadInputf("", "the first time is an interval after lastDoneOn: give one of both"))
	}
	switch {
	case s.FirstDueHours != nil && s.LastDoneHours != nil:
		faults.Add("firstDueHours", BadInputf("", "the first time is an interval after lastDoneHours: give one of both"))
	case s.LastDoneHours != nil && s.EquipmentID == nil:
		faults.Add("lastDoneHours", BadInputf("", "machines differ in their hours: leave it out, and the hours of each "+
			"machine on lastDoneOn count"))
	}
}

func (s *ServiceSchedule) checkPauses(faults *Faults) {
	if len(s.Pauses) > MaxPauses {
		faults.Add("pauses", BadInputf("", "%d pauses are too many: at most %d", len(s.Pauses), MaxPauses))
		return
	}
	for day := range 365 { // of a common year
		at := time.Date(2023, 1, 1+day, 0, 0, 0, 0, time.UTC)
		if !s.pausedOn(DateOf(at)) {
			return
		}
	}
	faults.Add("pauses", BadInputf("", "the pauses leave no day of the year free: pause the schedule instead"))
}

// pausedOn reports whether a day lies in a seasonal pause.
func (s *ServiceSchedule) pausedOn(d Date) bool {
	on := MonthDay(int(d.Time().Month())*100 + d.Time().Day())
	return slices.ContainsFunc(s.Pauses, func(p SeasonalPause) bool {
		if p.From > p.To {
			return on >= p.From || on <= p.To
		}
		return p.From <= on && on <= p.To
	})
}

// ServiceSchedulePatch is an update of a schedule. What it applies to stays.
type ServiceSchedulePatch struct {
	Title          Maybe[string]
	Kind           Maybe[MaintenanceKind]
	EstimatedCost  Maybe[*Decimal]
	EstimatedHours Maybe[*Decimal]
	IntervalDays   Maybe[*int]
	IntervalHours  Maybe[*Decimal]
	Recurrence     Maybe[ServiceRecurrence]
	LastDoneOn     Maybe[*Date]
	LastDoneHours  Maybe[*Decimal]
	FirstDueOn     Maybe[*Date]
	FirstDueHours  Maybe[*Decimal]
	LeadDays       Maybe[int]
	LeadHours      Maybe[*Decimal]
	Pauses         Maybe[[]SeasonalPause]
}

// Apply returns the schedule after the update, or its Faults.
func (p ServiceSchedulePatch) Apply(s *ServiceSchedule) (*ServiceSchedule, error) {
	after := *s
	p.Title.apply(&after.Title)
	p.Kind.apply(&after.Kind)
	p.EstimatedCost.apply(&after.EstimatedCost)
	p.EstimatedHours.apply(&after.EstimatedHours)
	p.IntervalDays.apply(&after.IntervalDays)
	p.IntervalHours.apply(&after.IntervalHours)
	p.Recurrence.apply(&after.Recurrence)
	p.LastDoneOn.apply(&after.LastDoneOn)
	p.LastDoneHours.apply(&after.LastDoneHours)
	p.FirstDueOn.apply(&after.FirstDueOn)
	p.FirstDueHours.apply(&after.FirstDueHours)
	p.LeadDays.apply(&after.LeadDays)
	p.LeadHours.apply(&after.LeadHours)
	p.Pauses.apply(&after.Pauses)
	after.Tidy()
	return &after, after.Check()
}

// Facts returns the fields of a schedule as the history records them.
func (s *ServiceSchedule) Facts() []Fact {
	return []Fact{
		{"equipment", globalIDOf(KindEquipment, s.EquipmentID)},
		{"category", s.Category},
		{"manufacturer", s.Manufacturer},
		{"model", s.Model},
		{"title", &s.Title},
		{"kind", (*string)(&s.Kind)},
		{"estimatedCost", (*string)(s.EstimatedCost)},
		{"estimatedHours", (*string)(s.EstimatedHours)},
		{"intervalDays", numberOf(s.IntervalDays)},
		{"intervalHours", (*string)(s.IntervalHours)},
		{"recurrence", (*string)(&s.Recurrence)},
		{"lastDoneOn", dayOf(s.LastDoneOn)},
		{"lastDoneHours", (*string)(s.LastDoneHours)},
		{"firstDueOn", dayOf(s.FirstDueOn)},
		{"firstDueHours", (*string)(s.FirstDueHours)},
		{"leadDays", numberOf(&s.LeadDays)},
		{"leadHours", (*string)(s.LeadHours)},
		{"pauses", textOf(s.Pauses)},
		{"pausedAt", stampOf(s.PausedAt)},
	}
}

// textOf returns seasonal pauses as text; nil without one.
func textOf(pauses []SeasonalPause) *string {
	if len(pauses) == 0 {
		return nil
	}
	texts := make([]string, len(pauses))
	for i, p := range pauses {
		texts[i] = p.From.String() + " to " + p.To.String()
	}
	text := strings.Join(texts, ", ")
	return &text
}

// ServiceScheduleOrder is an order of service schedules. Ties are ordered by id.
type ServiceScheduleOrder string

// The orders of service schedules.
const (
	ScheduleTitleAsc      ServiceScheduleOrder = "TITLE_ASC" // ignoring case: the default
	ScheduleTitleDesc     ServiceScheduleOrder = "TITLE_DESC"
	ScheduleCreatedAtDesc ServiceScheduleOrder = "CREATED_AT_DESC"
	ScheduleCreatedAtAsc  ServiceScheduleOrder = "CREATED_AT_ASC"
)

// ServiceScheduleOrders lists every order, the default first.
func ServiceScheduleOrders() []ServiceScheduleOrder {
	return []ServiceScheduleOrder{ScheduleTitleAsc, ScheduleTitleDesc, ScheduleCreatedAtDesc, ScheduleCreatedAtAsc}
}

// List returns the list of a company's schedules in this order.
func (o ServiceScheduleOrder) List(company UUID) List {
	l := List{Name: "serviceSchedules", Company: company, Order: string(o), Key: TextKey}
	if o == ScheduleCreatedAtAsc || o == ScheduleCreatedAtDesc {
		l.Key = TimeKey
	}
	return l
}

// Position returns the schedule's position in this order.
func (s *ServiceSchedule) Position(o ServiceScheduleOrder) Position {
	if o == ScheduleCreatedAtAsc || o == ScheduleCreatedAtDesc {
		return Position{timeKey(s.CreatedAt), s.ID}
	}
	return Position{s.Title, s.ID} // lowered by the database
}

// ServiceScheduleFilter selects the schedules that meet every condition. A nil condition is ignored.
type ServiceScheduleFilter struct {
	IDs       []RowID
	Equipment *IDFilter // of schedules of one machine
	Category  []string  // of schedules of a category
	Kind      []MaintenanceKind
	Paused    *bool
	Deleted   *Deleted // nil: only schedules that are not

	And, Or []*ServiceScheduleFilter
	Not     *ServiceScheduleFilter
}

// Check returns a BAD_INPUT for the first invalid condition.
func (f *ServiceScheduleFilter) Check() error { return checkFilter(f).err }

// Conditions returns the number of conditions, those of filters within the filter included.
func (f *ServiceScheduleFilter) Conditions() int { return checkFilter(f).conditions }

func (f *ServiceScheduleFilter) check(c *checker) {
	c.ids("ids", KindSchedule, f.IDs)
	c.reference("equipment", KindEquipment, f.Equipment)
	c.texts("category", f.Category, MaxCategory)
	c.list("kind", f.Kind != nil, len(f.Kind))
	c.count("paused", f.Paused != nil)
	c.deleted(f.Deleted)
	within(c, f.And, f.Or, f.Not)
}
