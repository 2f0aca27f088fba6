package fleet

import "slices"

// equipmentMoves are the statuses that each status can change to. A retired machine returns as
// INACTIVE and is activated by a second change.
var equipmentMoves = map[EquipmentStatus][]EquipmentStatus{
	EquipmentActive:      {EquipmentMaintenance, EquipmentInactive, EquipmentRetired},
	EquipmentMaintenance: {EquipmentActive, EquipmentInactive, EquipmentRetired},
	EquipmentInactive:    {EquipmentActive, EquipmentMaintenance, EquipmentRetired},
	EquipmentRetired:     {EquipmentInactive},
}

// Moves returns the statuses that s can be changed to.
func (s EquipmentStatus) Moves() []EquipmentStatus { return slices.Clone(equipmentMoves[s]) }

// CheckMove returns a CONFLICT without field unless s can be changed to next.
func (s EquipmentStatus) CheckMove(next EquipmentStatus) error {
	if s == next || slices.Contains(equipmentMoves[s], next) {
		return nil
	}
	return Conflictf(Transition, "", "%s cannot become %s, only one of %v", s, next, equipmentMoves[s])
}

// EquipmentPatch is an update of a machine.
type EquipmentPatch struct {
	Name         Maybe[string]
	SerialNumber Maybe[*string]
	Description  Maybe[*string]
	Category     Maybe[string]
	Status       Maybe[EquipmentStatus]
	Cost         Maybe[*Decimal]
	UserID       Maybe[*UUID]

	Manufacturer          Maybe[*string]
	Model                 Maybe[*string]
	Year                  Maybe[*int]
	InServiceOn           Maybe[*Date]
	RetiredOn             Maybe[*Date]
	ReplacementValue      Maybe[*Decimal]
	ScheduledHoursPerWeek Maybe[*Decimal]
}

// Apply returns the machine after the update, or its Faults: invalid values, or a status that the
// machine cannot change to. today is the day in the company's time zone; it may be the zero Date unless
// the patch NeedsDay.
func (p EquipmentPatch) Apply(e *Equipment, today Date) (*Equipment, error) {
	after := *e
	p.Name.apply(&after.Name)
	p.SerialNumber.apply(&after.SerialNumber)
	p.Description.apply(&after.Description)
	p.Category.apply(&after.Category)
	p.Status.apply(&after.Status)
	if p.Status.Set { // a person has said what the machine is
		after.StatusAfterWork = nil
	}
	p.Cost.apply(&after.Cost)
	p.UserID.apply(&after.UserID)
	p.Manufacturer.apply(&after.Manufacturer)
	p.Model.apply(&after.Model)
	p.Year.apply(&after.Year)
	p.InServiceOn.apply(&after.InServiceOn)
	p.RetiredOn.apply(&after.RetiredOn)
	p.ReplacementValue.apply(&after.ReplacementValue)
	p.ScheduledHoursPerWeek.apply(&after.ScheduledHoursPerWeek)
	if !p.RetiredOn.Set {
		after.retire(e.Status, today)
	}
	after.Tidy()
	var faults Faults
	faults.Add("status", e.Status.CheckMove(after.Status))
	faults.Add("", after.Check())
	if p.NeedsDay() {
		faults.Add("", after.CheckDays(today))
	}
	return &after, faults.Err()
}

// Tidy tidies the machine's texts.
func (e *Equipment) Tidy() {
	tidy(&e.Name, &e.Category)
	e.SerialNumber, e.Description = tidied(e.SerialNumber), tidied(e.Description)
	e.Manufacturer, e.Model = tidied(e.Manufacturer), tidied(e.Model)
}

// Check returns the Faults of the machine's values, by field.
func (e *Equipment) Check() error {
	var faults Faults
	faults.Add("name", checkRequired(e.Name, MaxEquipmentName))
	faults.Add("serialNumber", checkOptionalName(e.SerialNumber, MaxSerialNumber))
	faults.Add("description", checkOptional(e.Description, MaxDescription))
	faults.Add("category", checkRequired(e.Category, MaxCategory))
	faults.Add("cost", checkMoney(e.Cost))
	if e.Cost != nil && e.Cost.Cmp("0") < 0 {
		faults.Add("cost", BadInputf("", "%s is below 0: a machine costs nothing or more", *e.Cost))
	}
	faults.Add("manufacturer", checkOptionalName(e.Manufacturer, MaxManufacturer))
	faults.Add("model", checkOptionalName(e.Model, MaxModel))
	faults.Add("", e.checkService())
	return faults.Err()
}

// Facts returns the fields of a machine as the history records them.
func (e *Equipment) Facts() []Fact {
	return []Fact{
		{"name", &e.Name}, {"serialNumber", e.SerialNumber}, {"description", e.Description},
		{"category", &e.Category},
		{"status", (*string)(&e.Status)},
		{"statusAfterWork", (*string)(e.StatusAfterWork)},
		{"cost", (*string)(e.Cost)},
		{"user", globalIDOf(KindUser, e.UserID)},
		{"manufacturer", e.Manufacturer}, {"model", e.Model}, {"year", numberOf(e.Year)},
		{"inServiceOn", dayOf(e.InServiceOn)}, {"retiredOn", dayOf(e.RetiredOn)},
		{"replacementValue", (*string)(e.ReplacementValue)},
		{"scheduledHoursPerWeek", (*string)(e.ScheduledHoursPerWeek)},
	}
}
