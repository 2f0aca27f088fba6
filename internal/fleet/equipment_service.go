package fleet

import "strconv"

// MinYear is the first year of manufacture.
const MinYear = 1900

// NeedsDay reports whether Apply needs the present day: the patch retires a machine or sets a day of it.
func (p EquipmentPatch) NeedsDay() bool {
	return p.Status.Set && p.Status.To == EquipmentRetired || p.Year.To != nil || p.InServiceOn.To != nil ||
		p.RetiredOn.To != nil
}

// HasDays reports whether CheckDays has anything to check.
func (e *Equipment) HasDays() bool {
	return e.Year != nil || e.InServiceOn != nil || e.RetiredOn != nil
}

// retire sets the day on which the machine retires to today, or clears it when the machine returns.
func (e *Equipment) retire(before EquipmentStatus, today Date) {
	switch {
	case e.Status != EquipmentRetired:
		e.RetiredOn = nil
	case before != EquipmentRetired && !today.IsZero():
		e.RetiredOn = &today
	}
}

// checkService returns the Faults of the machine's service that need no clock.
func (e *Equipment) checkService() error {
	var faults Faults
	if e.Year != nil && *e.Year < MinYear {
		faults.Add("year", BadInputf("", "%d is no year of manufacture: %d or later", *e.Year, MinYear))
	}
	if e.InServiceOn != nil {
		faults.Add("inServiceOn", e.InServiceOn.CheckYearIfKnown())
	}
	if e.RetiredOn != nil {
		faults.Add("retiredOn", e.RetiredOn.CheckYearIfKnown())
		if e.Status != EquipmentRetired {
			faults.Add("", &Error{Code: BadInput, Field: "retiredOn", Related: "status", Message: "only a RETIRED machine " +
				"has a day on which it retired: leave it out, or retire the machine"})
		}
		if e.InServiceOn != nil && e.RetiredOn.Before(*e.InServiceOn) {
			faults.Add("", &Error{Code: BadInput, Field: "retiredOn", Related: "inServiceOn", Message: e.RetiredOn.String() +
				" is before inServiceOn " + e.InServiceOn.String()})
		}
	}
	faults.Add("replacementValue", checkMoney(e.ReplacementValue))
	if v := e.ReplacementValue; v != nil && v.Cmp("0") <= 0 {
		faults.Add("replacementValue", BadInputf("", "%s is no replacement value: more than 0, or null when unknown", *v))
	}
	if h := e.ScheduledHoursPerWeek; h != nil {
		faults.Add("scheduledHoursPerWeek", h.checkWeek())
	}
	return faults.Err()
}

// CheckDays returns the Faults of days that can only be mistakes: of a manufacture or a service more than a
// year ahead, and of a retirement that is to come.
func (e *Equipment) CheckDays(today Date) error {
	var faults Faults
	last := DateOf(today.day.AddDate(1, 0, 0))
	if e.Year != nil && *e.Year > last.day.Year() {
		faults.Add("year", BadInputf("", "%d is to come: %d to %d", *e.Year, MinYear, last.day.Year()))
	}
	if e.InServiceOn != nil && last.Before(*e.InServiceOn) {
		faults.Add("inServiceOn", BadInputf("", "%s is more than a year ahead: %s or earlier", e.InServiceOn, last))
	}
	if e.RetiredOn != nil && today.Before(*e.RetiredOn) {
		faults.Add("retiredOn", BadInputf("", "%s is to come: %s or earlier, retire the machine on that day", e.RetiredOn,
			today))
	}
	return faults.Err()
}

// checkWeek returns a BAD_INPUT without field unless d is a number of hours of a week.
func (d Decimal) checkWeek() error {
	if d.Cmp("0") <= 0 || d.Cmp("168") > 0 || d.Trim(0).Scale() > 1 {
		return BadInputf("", "%s is not a number of hours in a week: more than 0, at most 168, one digit after the point", d)
	}
	return nil
}

// numberOf returns the text of a number that may be absent.
func numberOf(n *int) *string {
	if n == nil {
		return nil
	}
	text := strconv.Itoa(*n)
	return &text
}
