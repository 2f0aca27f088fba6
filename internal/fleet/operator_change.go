package fleet

// OperatorPatch is an update of an operator.
type OperatorPatch struct {
	FirstName     Maybe[string]
	LastName      Maybe[string]
	LicenseNumber Maybe[*string]
	Status        Maybe[OperatorStatus]
	UserID        Maybe[*UUID]
}

// Apply returns the operator after the update, or its Faults.
func (p OperatorPatch) Apply(o *Operator) (*Operator, error) {
	after := *o
	p.FirstName.apply(&after.FirstName)
	p.LastName.apply(&after.LastName)
	p.LicenseNumber.apply(&after.LicenseNumber)
	p.Status.apply(&after.Status)
	p.UserID.apply(&after.UserID)
	after.Tidy()
	return &after, after.Check()
}

// Tidy tidies the operator's texts.
func (o *Operator) Tidy() {
	tidy(&o.FirstName, &o.LastName)
	o.LicenseNumber = tidied(o.LicenseNumber)
}

// Check returns the Faults of the operator's values, by field.
func (o *Operator) Check() error {
	var faults Faults
	faults.Add("firstName", checkRequired(o.FirstName, MaxPersonName))
	faults.Add("lastName", checkRequired(o.LastName, MaxPersonName))
	faults.Add("licenseNumber", checkOptionalName(o.LicenseNumber, MaxLicenseNumber))
	return faults.Err()
}

// Facts returns the fields of an operator as the history records them.
func (o *Operator) Facts() []Fact {
	return []Fact{{"firstName", &o.FirstName}, {"lastName", &o.LastName}, {"licenseNumber", o.LicenseNumber},
		{"status", (*string)(&o.Status)},
		{"user", globalIDOf(KindUser, o.UserID)}}
}
