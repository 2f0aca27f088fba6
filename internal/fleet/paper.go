package fleet

import (
	"slices"
	"time"
)

// PaperKind is the kind of a paper.
type PaperKind string

// The kinds of papers.
const (
	PaperInspection   PaperKind = "INSPECTION"
	PaperInsurance    PaperKind = "INSURANCE"
	PaperRegistration PaperKind = "REGISTRATION"
	PaperLicence      PaperKind = "LICENCE"
	PaperOther        PaperKind = "OTHER"
)

// PaperKinds lists every kind.
func PaperKinds() []PaperKind {
	return []PaperKind{PaperInspection, PaperInsurance, PaperRegistration, PaperLicence, PaperOther}
}

// Valid reports whether k is one of PaperKinds.
func (k PaperKind) Valid() bool { return slices.Contains(PaperKinds(), k) }

// Limits of a paper's texts, in characters. The database holds them too.
const (
	MaxPaperNumber = 100
	MaxNote        = 2000
)

// Paper is a document of a machine or of an operator that expires. A renewal gives it another ValidUntil.
type Paper struct {
	ID          UUID
	EquipmentID *UUID // nil for a paper of an operator
	OperatorID  *UUID // nil for a paper of a machine
	Kind        PaperKind
	Number      *string
	IssuedOn    *Date
	ValidUntil  Date // the last day on which it is valid
	Note        *string
	CreatedAt   time.Time
	UpdatedAt   time.Time
	DeletedAt   *time.Time // nil while the paper is not deleted
	Version     int        // 1 when new, one more with every change
}

// GlobalID returns the paper's public id.
func (p *Paper) GlobalID() string { return GlobalID(KindPaper, p.ID) }

// RowVersion implements Versioned.
func (p *Paper) RowVersion() int { return p.Version }

// Tidy tidies the paper's texts.
func (p *Paper) Tidy() { p.Number, p.Note = tidied(p.Number), tidied(p.Note) }

// Check returns the Faults of the paper's values, by field.
func (p *Paper) Check() error {
	var faults Faults
	switch {
	case p.EquipmentID == nil && p.OperatorID == nil:
		faults.Add("equipmentId", BadInputf("", "the paper is of nothing: give equipmentId or operatorId"))
	case p.EquipmentID != nil && p.OperatorID != nil:
		faults.Add("operatorId", BadInputf("", "a paper is of a machine or of an operator: give one of both"))
	}
	faults.Add("number", checkOptionalName(p.Number, MaxPaperNumber))
	faults.Add("note", checkOptional(p.Note, MaxNote))
	faults.Add("validUntil", p.ValidUntil.CheckYear())
	if p.IssuedOn != nil {
		faults.Add("issuedOn", p.IssuedOn.CheckYearIfKnown())
		if p.ValidUntil.Before(*p.IssuedOn) {
			faults.Add("validUntil", BadInputf("", "%s is before issuedOn %s", p.ValidUntil, p.IssuedOn))
		}
	}
	return faults.Err()
}

// Facts returns the fields of a paper as the history records them.
func (p *Paper) Facts() []Fact {
	return []Fact{
		{"equipment", globalIDOf(KindEquipment, p.EquipmentID)}, {"operator", globalIDOf(KindOperator, p.OperatorID)},
		{"kind", (*string)(&p.Kind)}, {"number", p.Number}, {"issuedOn", dayOf(p.IssuedOn)},
		{"validUntil", dayOf(&p.ValidUntil)}, {"note", p.Note},
	}
}

// PaperPatch is an update of a paper, which stays with its machine or operator.
type PaperPatch struct {
	Kind       Maybe[PaperKind]
	Number     Maybe[*string]
	IssuedOn   Maybe[*Date]
	ValidUntil Maybe[Date]
	Note       Maybe[*string]
}

// Apply returns the paper after the update, or its Faults.
func (patch PaperPatch) Apply(p *Paper) (*Paper, error) {
	after := *p
	patch.Kind.apply(&after.Kind)
	patch.Number.apply(&after.Number)
	patch.IssuedOn.apply(&after.IssuedOn)
	patch.ValidUntil.apply(&after.ValidUntil)
	patch.Note.apply(&after.Note)
	after.Tidy()
	return &after, after.Check()
}

// PaperOrder is an order of papers. Ties are ordered by id.
type PaperOrder string

// The orders of papers.
const (
	PaperValidUntilAsc  PaperOrder = "VALID_UNTIL_ASC" // what expires first comes first: the default
	PaperValidUntilDesc PaperOrder = "VALID_UNTIL_DESC"
	PaperCreatedAtDesc  PaperOrder = "CREATED_AT_DESC"
	PaperCreatedAtAsc   PaperOrder = "CREATED_AT_ASC"
)

// PaperOrders lists every order, the default first.
func PaperOrders() []PaperOrder {
	return []PaperOrder{PaperValidUntilAsc, PaperValidUntilDesc, PaperCreatedAtDesc, PaperCreatedAtAsc}
}

// List returns the list of papers in this order.
func (o PaperOrder) List(company UUID) List {
	l := List{Name: "papers", Company: company, Order: string(o), Key: DateKey}
	if o == PaperCreatedAtAsc || o == PaperCreatedAtDesc {
		l.Key = TimeKey
	}
	return l
}

// Position returns the paper's position in this order.
func (p *Paper) Position(by PaperOrder) Position {
	if by == PaperCreatedAtAsc || by == PaperCreatedAtDesc {
		return Position{timeKey(p.CreatedAt), p.ID}
	}
	return Position{p.ValidUntil.String(), p.ID}
}

// PaperFilter selects the papers that meet every condition. A nil condition is ignored.
type PaperFilter struct {
	IDs          []RowID
	Kind         []PaperKind
	Equipment    *IDFilter
	Operator     *IDFilter
	OwnerRetired *bool // whether the machine or operator of the paper is RETIRED
	Number       *StringFilter
	IssuedOn     *DateFilter
	ValidUntil   *DateFilter
	CreatedAt    *DateTimeFilter
	UpdatedAt    *DateTimeFilter
	Deleted      *Deleted // nil: only papers that are not, of machines and operators that are not

	And, Or []*PaperFilter
	Not     *PaperFilter
}

// Check returns a BAD_INPUT for the first invalid condition.
func (f *PaperFilter) Check() error { return checkFilter(f).err }

// Conditions returns the number of conditions, those of filters within the filter included.
func (f *PaperFilter) Conditions() int { return checkFilter(f).conditions }

func (f *PaperFilter) check(c *checker) {
	c.ids("ids", KindPaper, f.IDs)
	c.list("kind", f.Kind != nil, len(f.Kind))
	c.reference("equipment", KindEquipment, f.Equipment)
	c.reference("operator", KindOperator, f.Operator)
	c.count("ownerRetired", f.OwnerRetired != nil)
	c.text("number", f.Number, MaxPaperNumber)
	c.days("issuedOn", f.IssuedOn)
	c.days("validUntil", f.ValidUntil)
	c.times("createdAt", f.CreatedAt)
	c.times("updatedAt", f.UpdatedAt)
	c.deleted(f.Deleted)
	within(c, f.And, f.Or, f.Not)
}
