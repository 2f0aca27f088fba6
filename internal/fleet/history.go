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
	SubjectUser        Subject = "USER"         // visible to administrators only
	SubjectCompany     Subject = "COMPANY"      // the settings of the company
	SubjectToken       Subject = "ACCESS_TOKEN" // visible to administrators only
	SubjectSchedule    Subject = "SERVICE_SCHEDULE"
	SubjectSite        Subject = "SITE"
	SubjectPaper       Subject = "PAPER" // of a machine or an operator
)

// Action is what was done to the subject.
type Action string

// The actions of the history.
const (
	ActionCreated                 Action = "CREATED"
	ActionUpdated                 Action = "UPDATED"
	ActionDeleted                 Action = "DELETED"
	ActionRestored                Action = "RESTORED"
	ActionPurged                  Action = "PURGED" // deleted for good, with all that belonged to it
	ActionRetired                 Action = "RETIRED"
	ActionAssigned                Action = "ASSIGNED"             // an operator to a machine; recorded for both
	ActionReleased                Action = "RELEASED"             // an operator from a machine; recorded for both
	ActionAssignmentCorrected     Action = "ASSIGNMENT_CORRECTED" // recorded for both
	ActionAssignmentDeleted       Action = "ASSIGNMENT_DELETED"   // recorded for both
	ActionAssignmentPlanned       Action = "ASSIGNMENT_PLANNED"   // recorded for both, as the two below
	ActionAssignmentPlanCancelled Action = "ASSIGNMENT_PLAN_CANCELLED"
	ActionAssignmentPlanDropped   Action = "ASSIGNMENT_PLAN_DROPPED" // it could not be carried out
	ActionMeterRead               Action = "METER_READ"              // recorded for the machine, as the five below
	ActionMeterCorrected          Action = "METER_CORRECTED"
	ActionMeterVoided             Action = "METER_VOIDED"
	ActionMeterAdded              Action = "METER_ADDED" // a further meter
	ActionMeterChanged            Action = "METER_CHANGED"
	ActionMeterDeleted            Action = "METER_DELETED"
	ActionStarted                 Action = "STARTED"    // work
	ActionCompleted               Action = "COMPLETED"  // work
	ActionCancelled               Action = "CANCELLED"  // work
	ActionCorrected               Action = "CORRECTED"  // work
	ActionReopened                Action = "REOPENED"   // work
	ActionMoved                   Action = "MOVED"      // to another machine
	ActionSiteMoved               Action = "SITE_MOVED" // a machine; recorded for it and its sites, as the two below
	ActionSiteMoveCorrected       Action = "SITE_MOVE_CORRECTED"
	ActionSiteMoveDeleted         Action = "SITE_MOVE_DELETED"
	ActionMerged                  Action = "MERGED"         // two machines that are one; recorded for both, as the one below
	ActionUnmerged                Action = "UNMERGED"       // a merge was taken back
	ActionStatusFollows           Action = "STATUS_FOLLOWS" // a machine's status changed because work on it began or ended
	ActionPaused                  Action = "PAUSED"         // a service schedule
	ActionResumed                 Action = "RESUMED"        // a service schedule
	ActionImported                Action = "IMPORTED"

	ActionPasswordChanged Action = "PASSWORD_CHANGED" // by the user
	ActionPasswordReset   Action = "PASSWORD_RESET"   // by another user
	ActionSignedOut       Action = "SIGNED_OUT"       // a session of the user, by another user
	ActionRevoked         Action = "REVOKED"          // an access token
)

// HistoryEntry records a change: its subject and action, the user and the request that made it, and
// the old and new values.
type HistoryEntry struct {
	ID        UUID
	Subject   Subject
	SubjectID *UUID // nil for an import
	// SubjectName is the name of the row at the time, for work that of its machine; nil for an import.
	SubjectName *string
	Action      Action
	UserID      *UUID   // nil: from the command line
	Request     *string // id of the request; nil: from the command line
	Reason      *string // why, as the user gave it
	Changes     []FieldChange
	At          time.Time
}

// subjectKinds are the kinds of ids that subjects have.
var subjectKinds = map[Subject]Kind{
	SubjectEquipment:   KindEquipment,
	SubjectOperator:    KindOperator,
	SubjectMaintenance: KindMaintenance,
	SubjectUser:        KindUser,
	SubjectCompany:     KindCompany,
	SubjectToken:       KindToken,
	SubjectSchedule:    KindSchedule,
	SubjectSite:        KindSite,
	SubjectPaper:       KindPaper,
}

// SubjectKind returns the kind of the changed row; false for an import.
func (h *HistoryEntry) SubjectKind() (Kind, bool) {
	kind, is := subjectKinds[h.Subject]
	return kind, is
}

// SubjectGlobalID returns the public id of the changed row, which may be gone; nil for an import.
func (h *HistoryEntry) SubjectGlobalID() *string {
	kind, is := h.SubjectKind()
	if !is {
		return nil
	}
	return globalIDOf(kind, h.SubjectID)
}

// GlobalID returns the entry's public id.
func (h *HistoryEntry) GlobalID() string { return GlobalID(KindHistory, h.ID) }

// Position returns the entry's position in HistoryList.
func (h *HistoryEntry) Position() Position { return Position{timeKey(h.At), h.ID} }

// MaxChanges is the maximum number of fields of an entry.
const MaxChanges = 20

// FieldChange is one field's part of a change; nil stands for no value.
type FieldChange struct {
	Field string  `json:"field"`
	From  *string `json:"from"`
	To    *string `json:"to"`
}

// Fact is the value of a field as text, as the history records it.
type Fact struct {
	Field string
	Value *string
}

// Changes returns the fields in which before and after differ. A nil before means that the row is
// created, a nil after that it is removed; otherwise both have the same fields in the same order.
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

// HistoryFilter selects the entries that meet every condition. A nil condition is ignored.
type HistoryFilter struct {
	IDs     []RowID
	Subject []Subject
	Action  []Action
	User    *IDFilter // that made the change; none from the command line
	At      *DateTimeFilter

	And, Or []*HistoryFilter
	Not     *HistoryFilter
}

// Check returns a BAD_INPUT for the first invalid condition.
func (f *HistoryFilter) Check() error { return checkFilter(f).err }

// Conditions returns the number of conditions, those of filters within the filter included.
func (f *HistoryFilter) Conditions() int { return checkFilter(f).conditions }

func (f *HistoryFilter) check(c *checker) {
	c.ids("ids", KindHistory, f.IDs)
	c.list("subject", f.Subject != nil, len(f.Subject))
	c.list("action", f.Action != nil, len(f.Action))
	c.reference("user", KindUser, f.User)
	c.times("at", f.At)
	within(c, f.And, f.Or, f.Not)
}

// HistoryList is the list of a company's history, newest first.
func HistoryList(company UUID) List {
	return List{Name: "history", Company: company, Order: "AT_DESC", Key: TimeKey}
}
