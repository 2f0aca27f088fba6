package fleet

import "time"

// SiteMove is a period in which a machine is at a site: it arrives there, and leaves again. The periods of one
// machine never overlap, as those of its operators (Assignment) do not.
type SiteMove struct {
	ID          UUID
	EquipmentID UUID
	SiteID      UUID
	ArrivedAt   time.Time
	LeftAt      *time.Time // nil: the machine is there now
	CreatedAt   time.Time
}

// GlobalID returns the move's public id.
func (m *SiteMove) GlobalID() string { return GlobalID(KindSiteMove, m.ID) }

// Check returns the Faults of the period, which cannot begin or end after now.
func (m *SiteMove) Check(now time.Time) error {
	var faults Faults
	faults.Add("arrivedAt", checkMoment(m.ArrivedAt))
	if m.ArrivedAt.After(now) {
		faults.Add("arrivedAt", BadInputf("", "%s is in the future: give the moment at which the machine arrived",
			stamp(m.ArrivedAt)))
	}
	if m.LeftAt != nil {
		if !m.LeftAt.After(m.ArrivedAt) {
			faults.Add("leftAt", BadInputf("", "%s is not after arrivedAt %s", stamp(*m.LeftAt), stamp(m.ArrivedAt)))
		}
		if m.LeftAt.After(now) {
			faults.Add("leftAt", BadInputf("", "%s is in the future: leave it out while the machine is at the site",
				stamp(*m.LeftAt)))
		}
	}
	return faults.Err()
}

// Facts returns the fields of a move as the history records them.
func (m *SiteMove) Facts() []Fact {
	return []Fact{
		{"equipment", globalIDOf(KindEquipment, &m.EquipmentID)}, {"site", globalIDOf(KindSite, &m.SiteID)},
		{"arrivedAt", stampOf(&m.ArrivedAt)}, {"leftAt", stampOf(m.LeftAt)},
	}
}

// ChangesSince returns the changes of a move since before, with its machine and its site also where they stay the
// same: the entry would not tell them otherwise.
func (m *SiteMove) ChangesSince(before *SiteMove) []FieldChange {
	was, is := before.Facts(), m.Facts()
	changes := []FieldChange{{Field: is[0].Field, From: was[0].Value, To: is[0].Value},
		{Field: is[1].Field, From: was[1].Value, To: is[1].Value}}
	return append(changes, Changes(was[2:], is[2:])...)
}

// SiteMoveList is the list of the moves of a machine, newest first.
func SiteMoveList(company UUID) List {
	return List{Name: "siteMoves", Company: company, Order: "ARRIVED_AT_DESC", Key: TimeKey}
}

// Position returns the move's position in SiteMoveList.
func (m *SiteMove) Position() Position { return Position{timeKey(m.ArrivedAt), m.ID} }

// SiteMoveInput is a request to move a machine. A nil SiteID is no site: the machine leaves the one where it is. A
// nil MovedAt is now.
type SiteMoveInput struct {
	EquipmentID UUID
	SiteID      *UUID
	MovedAt     *time.Time
}

// At returns the moment of the move, or its Faults.
func (in SiteMoveInput) At(now time.Time) (time.Time, error) {
	at := now
	if in.MovedAt != nil {
		at = *in.MovedAt
	}
	var faults Faults
	faults.Add("movedAt", checkMoment(at))
	if at.After(now) {
		faults.Add("movedAt", BadInputf("", "%s is in the future: tell of the move when the machine has arrived", stamp(at)))
	}
	return at, faults.Err()
}

// Move returns what becomes of the period during which a machine is moved, and the new period; nil for none. The
// machine is at the new site until its next move: until the end of the period that the move shortens or, where it
// was at no site, until it arrives at the next one. during is the period of the moment, next the arrival after it.
func (in SiteMoveInput) Move(during *SiteMove, next *time.Time, at time.Time) (ended, made *SiteMove, err error) {
	if during != nil {
		switch {
		case in.SiteID != nil && *in.SiteID == during.SiteID:
			return nil, nil, Conflictf(Transition, "siteId", "the machine is at this site already, since %s",
				stamp(during.ArrivedAt))
		case !at.After(during.ArrivedAt):
			return nil, nil, &Error{Code: Conflict, Reason: Overlap, Field: "movedAt", Related: "equipmentId",
				Message: "the machine arrived at a site at this very moment: correct that move"}
		}
		before := *during
		before.LeftAt = &at
		ended, next = &before, during.LeftAt
	}
	if in.SiteID == nil {
		if during == nil {
			err = Conflictf(
				Transition,
				"equipmentId",
				"the machine is at no site that it could leave: name the site to move it to",
			)
		}
		return ended, nil, err
	}
	return ended, &SiteMove{EquipmentID: in.EquipmentID, SiteID: *in.SiteID, ArrivedAt: at, LeftAt: next}, nil
}

// MovedMachine is the result of moving a machine: it, and its move; nil when it has left a site for none.
type MovedMachine struct {
	Equipment *Equipment
	Move      *SiteMove
}

// SiteMovePatch is a correction of a move.
type SiteMovePatch struct {
	SiteID    Maybe[UUID]
	ArrivedAt Maybe[time.Time]
	LeftAt    Maybe[*time.Time]
}

// Apply returns the move after the patch, or its Faults.
func (p SiteMovePatch) Apply(m *SiteMove, now time.Time) (*SiteMove, error) {
	after := *m
	p.SiteID.apply(&after.SiteID)
	p.ArrivedAt.apply(&after.ArrivedAt)
	p.LeftAt.apply(&after.LeftAt)
	return &after, after.Check(now)
}

// DeletedSiteMove is the result of deleting a move: it, and its machine.
type DeletedSiteMove struct {
	Move      *SiteMove
	Equipment *Equipment
}
