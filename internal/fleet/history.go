package fleet

import "time"

// Subject is what an entry of the history is about.
type Subject string

// The subjects of the history.
const (
	SubjectEquipment   Subject = "EQUIPMENT"
	SubjectOperator    Subject = "OPERATOR"
	SubjectMaintenance Subject = "MAINTENANCE_RECORD"
	SubjectImport      Subject = "IMPORT"       // a file: one entry with its counts
	SubjectUser        Subject = "USER"         // told to administrators alone
	SubjectToken       Subject = "ACCESS_TOKEN" // told to administrators alone
)

// Action is what was done to the subject.
type Action string

// The actions of the history.
const (
	ActionCreated       Action = "CREATED"
	ActionUpdated       Action = "UPDATED"
	ActionDeleted       Action = "DELETED"
	ActionRestored      Action = "RESTORED"
	ActionPurged        Action = "PURGED" // deleted for good, with all that belonged to it
	ActionRetired       Action = "RETIRED"
	ActionAssigned      Action = "ASSIGNED"       // an operator to a machine; told of both
	ActionReleased      Action = "RELEASED"       // an operator from a machine; told of both
	ActionMeterRead     Action = "METER_READ"     // told of the machine
	ActionStarted       Action = "STARTED"        // work
	ActionCompleted     Action = "COMPLETED"      // work
	ActionCancelled     Action = "CANCELLED"      // work
	ActionCorrected     Action = "CORRECTED"      // work
	ActionStatusFollows Action = "STATUS_FOLLOWS" // a machine's status changed because work on it began or ended
	ActionImported      Action = "IMPORTED"

	ActionPasswordChanged Action = "PASSWORD_CHANGED" // by the user
	ActionPasswordReset   Action = "PASSWORD_RESET"   // by somebody else, who knows it
	ActionSignedOut       Action = "SIGNED_OUT"       // a session of the user, by somebody else
	ActionRevoked         Action = "REVOKED"          // an access token
)

// HistoryEntry says who changed what, when, from what to what, by which request.
type HistoryEntry struct {
	ID        UUID
	Subject   Subject
	SubjectID *UUID // nil for an import
	Action    Action
	UserID    *UUID   // nil: from the command line
	Request   *string // id of the request; nil: from the command line
	Changes   []FieldChange
	At        time.Time
}

// GlobalID returns the entry's public id.
func (h *HistoryEntry) GlobalID() string { return GlobalID(KindHistory, h.ID) }

// Position returns the entry's place among others, newest first.
func (h *HistoryEntry) Position() Position { return Position{timeKey(h.At), h.ID} }

// FieldChange is one field's part of a change; nil stands for no value.
type FieldChange struct {
	Field string  `json:"field"`
	From  *string `json:"from"`
	To    *string `json:"to"`
}

// Fact is a field's value as text, as the history tells it.
type Fact struct {
	Field string
	Value *string
}

// Changes returns in what two rows of facts differ; before nil means that
// nothing was there, after nil that nothing is left. Both have the same fields
// in the same order.
func Changes(before, after []Fact) []FieldChange {
	list := []FieldChange{}
	for i := range max(len(before), len(after)) {
		var c FieldChange
		if before != nil {
			c.Field, c.From = before[i].Field, before[i].Value
		}
		if after != nil {
			c.Field, c.To = after[i].Field, after[i].Value
		}
		if (c.From == nil) != (c.To == nil) || (c.From != nil && *c.From != *c.To) {
			list = append(list, c)
		}
	}
	return list
}

func globalIDOf(k Kind, u *UUID) *string {
	if u == nil {
		return nil
	}
	id := GlobalID(k, *u)
	return &id
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

func stampOf(t *time.Time) *string {
	if t == nil {
		return nil
	}
	s := stamp(*t)
	return &s
}

// HistoryFilter chooses entries: those that meet every condition given.
type HistoryFilter struct {
	Subject []Subject
	UserID  *UUID
	From    *time.Time // inclusive
	Before  *time.Time // exclusive
}

// Check returns a BAD_INPUT about the first condition that cannot be meant.
func (f *HistoryFilter) Check() error { return checkList("subject", len(f.Subject)) }

// HistoryList is the list of a company's history, newest first.
func HistoryList(company UUID) List {
	return List{Name: "history", Company: company, Order: "AT_DESC", Key: TimeKey}
}
