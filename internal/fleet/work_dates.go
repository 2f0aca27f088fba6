package fleet

import "time"

// A record has up to four dates of its life and the day that it counts to. Planned work counts to
// its due date, running work to the day on which it began, completed work to the day of its
// completion, unless another day is given. The due date stays when the work begins, is put off or
// done, so that late work is known as late.

// momentOf returns when something happened that is reported now: now, or nil when it was another day
// than today, of which only the day is known. The zero Date stands for today.
func momentOf(day Date, now time.Time) *time.Time {
	if !day.IsZero() && day != DateOf(now) {
		return nil
	}
	now = now.UTC()
	return &now
}

// FillDates derives the dates that a new record lacks from those that it has. Days are those of the
// time zone.
func (m *MaintenanceRecord) FillDates(zone *time.Location) {
	if m.Status == MaintenancePlanned && m.DueDate == nil && !m.MaintenanceDate.IsZero() {
		due := m.MaintenanceDate
		m.DueDate = &due
	}
	if m.MaintenanceDate.IsZero() {
		switch at := m.countsFrom(); {
		case at != nil:
			m.MaintenanceDate = DateOf(at.In(zone))
		case m.DueDate != nil && (m.Status == MaintenancePlanned || m.Status == MaintenanceCancelled):
			m.MaintenanceDate = *m.DueDate
		}
	}
	m.keepFirstDue()
}

// countsFrom returns the moment on which day the record counts; nil when it is unknown or the work is
// not of a status that has one.
func (m *MaintenanceRecord) countsFrom() *time.Time {
	switch m.Status {
	case MaintenanceInProgress:
		return m.StartedAt
	case MaintenanceCompleted:
		return m.CompletedAt
	default:
		return nil
	}
}

// keepFirstDue sets the first due date with the due date.
func (m *MaintenanceRecord) keepFirstDue() {
	switch {
	case m.DueDate == nil:
		m.FirstDueDate = nil
	case m.FirstDueDate == nil:
		first := *m.DueDate
		m.FirstDueDate = &first
	}
}

// date sets the dates of after, a record after the step's patch.
func (s MaintenanceStep) date(before, after *MaintenanceRecord, now time.Time) {
	p := s.Patch
	switch s.To {
	case MaintenanceInProgress:
		if after.StartedAt == nil {
			after.StartedAt = momentOf(Date{}, now)
		}
		after.MaintenanceDate = DateOf(after.StartedAt.In(now.Location()))
	case MaintenanceCompleted:
		if !p.CompletedAt.Set {
			after.CompletedAt = momentOf(p.MaintenanceDate.To, now)
		}
		switch {
		case p.MaintenanceDate.Set:
		case after.CompletedAt != nil:
			after.MaintenanceDate = DateOf(after.CompletedAt.In(now.Location()))
		default:
			after.MaintenanceDate = DateOf(now)
		}
	case "":
		s.correctDates(before, after, now.Location())
	}
	after.keepFirstDue()
}

// correctDates keeps the day that a corrected record counts to with the date that it comes from: the
// due date of planned work, the start or completion of other work unless it counted to another day.
func (s MaintenanceStep) correctDates(before, after *MaintenanceRecord, zone *time.Location) {
	p := s.Patch
	if after.Status == MaintenancePlanned {
		switch {
		case p.MaintenanceDate.Set && !p.DueDate.Set, after.DueDate == nil && !p.DueDate.Set:
			due := after.MaintenanceDate
			after.DueDate = &due
		case p.DueDate.Set && !p.MaintenanceDate.Set && after.DueDate != nil:
			after.MaintenanceDate = *after.DueDate
		}
		if before.FirstDueDate == nil && !p.FirstDueDate.Set { // a row of before there were due dates
			first := before.MaintenanceDate
			after.FirstDueDate = &first
		}
		return
	}
	was, is := before.countsFrom(), after.countsFrom()
	if p.MaintenanceDate.Set || is == nil || (was != nil && was.Equal(*is)) {
		return
	}
	if was == nil || DateOf(was.In(zone)) == before.MaintenanceDate {
		after.MaintenanceDate = DateOf(is.In(zone))
	}
}

// checkDates adds the faults of the dates.
func (m *MaintenanceRecord) checkDates(now time.Time, faults *Faults) {
	begun := m.Status == MaintenanceInProgress || m.Status == MaintenanceCompleted
	at := m.countsFrom()
	switch {
	case m.Status == MaintenancePlanned && m.DueDate == nil:
		faults.Add("dueDate", BadInputf("", "planned work has a due date: give the day"))
	case m.Status == MaintenancePlanned && m.MaintenanceDate != *m.DueDate:
		faults.Add("", &Error{Code: BadInput, Field: "maintenanceDate", Related: "dueDate", Message: "planned work counts " +
			"to its due date " + m.DueDate.String() + ", not to " + m.MaintenanceDate.String() + ": give one of both"})
	case m.MaintenanceDate.IsZero():
		faults.Add("maintenanceDate", BadInputf("", "the day that the work counts to is missing: give it"))
	case at != nil && at.After(now): // which is a fault of its own
	case begun && DateOf(now).Before(m.MaintenanceDate):
		faults.Add("maintenanceDate", BadInputf("", "%s is in the future: work that is %s has a date that has passed",
			m.MaintenanceDate, m.Status))
	}
	switch {
	case m.StartedAt == nil:
	case m.Status == MaintenancePlanned:
		faults.Add("startedAt", BadInputf("", "planned work has not started: start it, or leave this out"))
	case m.StartedAt.After(now):
		faults.Add("startedAt", BadInputf("", "%s is in the future: work starts now or earlier", stamp(*m.StartedAt)))
	}
	switch {
	case m.CompletedAt == nil:
	case m.Status != MaintenanceCompleted:
		faults.Add("completedAt", BadInputf("", "work that is %s has not been completed: complete it, or leave this out",
			m.Status))
	case m.CompletedAt.After(now):
		faults.Add("completedAt", BadInputf("", "%s is in the future: work is completed now or earlier",
			stamp(*m.CompletedAt)))
	case m.StartedAt != nil && m.CompletedAt.Before(*m.StartedAt):
		faults.Add("", &Error{Code: BadInput, Field: "completedAt", Related: "startedAt", Message: stamp(*m.CompletedAt) +
			" is before startedAt " + stamp(*m.StartedAt)})
	}
}

// firstYear is the year before which nothing of a fleet is recorded: earlier dates are mistyped, or
// stand for unknown ones in other systems.
const firstYear = 1950

// CheckYear returns a BAD_INPUT without field for a day that can only be a mistake.
func (d Date) CheckYear() error {
	if d.Time().Year() < firstYear {
		return BadInputf("", "%s is before %d: give a later day", d, firstYear)
	}
	return nil
}

// CheckYearIfKnown is CheckYear for a day that may be left out.
func (d Date) CheckYearIfKnown() error {
	if d.CheckYear() != nil {
		return BadInputf("", "%s is before %d: give a later day, or leave it out if it is unknown", d, firstYear)
	}
	return nil
}

// checkMoment returns a BAD_INPUT without field for a moment that can only be a mistake.
func checkMoment(at time.Time) error {
	if at.UTC().Year() < firstYear {
		return BadInputf("", "%s is before %d: give the moment at which it was", stamp(at), firstYear)
	}
	return nil
}

// checkYears adds the faults of dates that can only be mistakes: before 1950, and more than a year
// ahead unless the work is planned.
func (m *MaintenanceRecord) checkYears(now time.Time, faults *Faults) {
	last := now.AddDate(1, 0, 0)
	for _, d := range []struct {
		field string
		day   *Date
	}{{"maintenanceDate", &m.MaintenanceDate}, {"dueDate", m.DueDate}, {"firstDueDate", m.FirstDueDate}} {
		if d.day != nil && !d.day.IsZero() { // the zero Date is a missing one
			faults.Add(d.field, d.day.CheckYear())
		}
	}
	for _, d := range []struct {
		field string
		at    *time.Time
	}{{"startedAt", m.StartedAt}, {"completedAt", m.CompletedAt}, {"downFrom", m.DownFrom}, {"downTo", m.DownTo}} {
		switch {
		case d.at == nil:
		case d.at.UTC().Year() < firstYear:
			faults.Add(d.field, BadInputf("", "%s is before %d: give the moment, or leave it out if it is unknown",
				stamp(*d.at), firstYear))
		case m.Status == MaintenanceInProgress && d.at.After(last):
			faults.Add(d.field, BadInputf("", "%s is more than a year ahead: give an earlier moment", stamp(*d.at)))
		}
	}
}
