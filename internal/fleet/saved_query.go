package fleet

import "time"

// Limits of saved queries. The database holds those of the texts too.
const (
	MaxSavedQueryName        = 200     // characters
	MaxSavedQueryDescription = 2_000   // characters
	MaxSavedQueryText        = 100_000 // bytes of the document, and of the variables
	MaxSavedQueries          = 1_000   // of a company that are not deleted
	MaxSavedQueryVersions    = 500     // kept of one; the oldest are removed
)

// SavedQuery is a GraphQL document that a user has saved under a name for all users of the company.
type SavedQuery struct {
	ID          UUID
	Name        string
	Description *string
	Document    string
	Variables   *string // JSON as GraphiQL takes it; nil for none
	CreatorID   UUID    // the user that saved it first
	EditorID    UUID    // the user that changed it last
	CreatedAt   time.Time
	UpdatedAt   time.Time
	DeletedAt   *time.Time // nil: not deleted
	Version     int        // 1 when new, one more with every change
}

// GlobalID returns the saved query's public id.
func (q *SavedQuery) GlobalID() string { return GlobalID(KindSavedQuery, q.ID) }

// RowVersion implements Versioned.
func (q *SavedQuery) RowVersion() int { return q.Version }

// Tidy tidies the name and the description. The document and its variables stay as they were written, and variables
// without text are none.
func (q *SavedQuery) Tidy() {
	tidy(&q.Name)
	q.Description = tidied(q.Description)
	if q.Variables != nil && *q.Variables == "" {
		q.Variables = nil
	}
}

// Check returns the Faults of the values, by field. Whether the document is GraphQL is checked before.
func (q *SavedQuery) Check() error {
	var faults Faults
	faults.Add("name", checkRequired(q.Name, MaxSavedQueryName))
	faults.Add("description", checkOptional(q.Description, MaxSavedQueryDescription))
	faults.Add("document", checkSavedText(q.Document))
	if q.Variables != nil {
		faults.Add("variables", checkSavedText(*q.Variables))
	}
	return faults.Err()
}

func checkSavedText(s string) error {
	if len(s) > MaxSavedQueryText {
		return BadInputf("", "%d bytes are too many: at most %d", len(s), MaxSavedQueryText)
	}
	if s == "" {
		return BadInputf("", "the text is empty: 1 to %d bytes are needed", MaxSavedQueryText)
	}
	return CheckText(s)
}

// CheckChange returns FORBIDDEN unless the viewer has saved the query or is an ADMIN.
func (q *SavedQuery) CheckChange(v Viewer) error {
	if q.CreatorID == v.UserID || v.Role == RoleAdmin {
		return nil
	}
	return &Error{Code: Forbidden, Field: "savedQueryId",
		Message: "the query was saved by another user: that user and an ADMIN may change it, others save one of their own"}
}

// CheckSavedQueries returns a CONFLICT if a company with n saved queries cannot have another one.
func CheckSavedQueries(n int) error {
	if n < MaxSavedQueries {
		return nil
	}
	return Conflictf(TooMany, "", "the company has %d saved queries, %d are allowed: delete one first", n,
		MaxSavedQueries)
}

// SavedQueryPatch is an update of a saved query.
type SavedQueryPatch struct {
	Name        Maybe[string]
	Description Maybe[*string]
	Document    Maybe[string]
	Variables   Maybe[*string]
}

// Apply returns the saved query after the update, or its Faults.
func (p SavedQueryPatch) Apply(q *SavedQuery) (*SavedQuery, error) {
	after := *q
	p.Name.apply(&after.Name)
	p.Description.apply(&after.Description)
	p.Document.apply(&after.Document)
	p.Variables.apply(&after.Variables)
	after.Tidy()
	return &after, after.Check()
}

// SavedQueryOrder is an order of saved queries. Ties are ordered by id.
type SavedQueryOrder string

// The orders of saved queries.
const (
	SavedQueryNameAsc       SavedQueryOrder = "NAME_ASC" // as names of machines are ordered: the default
	SavedQueryNameDesc      SavedQueryOrder = "NAME_DESC"
	SavedQueryUpdatedAtDesc SavedQueryOrder = "UPDATED_AT_DESC"
	SavedQueryUpdatedAtAsc  SavedQueryOrder = "UPDATED_AT_ASC"
)

// SavedQueryOrders lists every order, the default first.
func SavedQueryOrders() []SavedQueryOrder {
	return []SavedQueryOrder{SavedQueryNameAsc, SavedQueryNameDesc, SavedQueryUpdatedAtDesc, SavedQueryUpdatedAtAsc}
}

// List returns the list of a company's saved queries in this order.
func (o SavedQueryOrder) List(company UUID) List {
	l := List{Name: "savedQueries", Company: company, Order: string(o), Key: TextKey}
	if o == SavedQueryUpdatedAtAsc || o == SavedQueryUpdatedAtDesc {
		l.Key = TimeKey
	}
	return l
}

// Position returns the saved query's position in this order.
func (q *SavedQuery) Position(by SavedQueryOrder) Position {
	switch by {
	case SavedQueryUpdatedAtAsc, SavedQueryUpdatedAtDesc:
		return Position{timeKey(q.UpdatedAt), q.ID}
	default:
		return Position{q.Name, q.ID} // lowered by the database
	}
}

// SavedQueryFilter selects the saved queries that meet every condition. A nil condition is ignored.
type SavedQueryFilter struct {
	IDs       []RowID
	Search    *string
	Name      []string
	CreatedBy *IDFilter
	UpdatedAt *DateTimeFilter
	Deleted   *Deleted // nil: only those that are not

	And, Or []*SavedQueryFilter
	Not     *SavedQueryFilter
}

// Check returns a BAD_INPUT for the first invalid condition.
func (f *SavedQueryFilter) Check() error { return checkFilter(f).err }

// Conditions returns the number of conditions, those of filters within the filter included.
func (f *SavedQueryFilter) Conditions() int { return checkFilter(f).conditions }

func (f *SavedQueryFilter) check(c *checker) {
	c.ids("ids", KindSavedQuery, f.IDs)
	c.search(f.Search)
	c.texts("name", f.Name, MaxSavedQueryName)
	c.reference("createdBy", KindUser, f.CreatedBy)
	c.times("updatedAt", f.UpdatedAt)
	c.deleted(f.Deleted)
	within(c, f.And, f.Or, f.Not)
}
