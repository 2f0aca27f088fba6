package fleet

import (
	"strconv"
	"time"
)

// SavedQueryVersion is a state in which a saved query was saved.
type SavedQueryVersion struct {
	ID          UUID
	Number      int // the saved query's version at the time
	Action      Action
	Name        string
	Description *string
	Document    string
	Variables   *string
	UserID      UUID
	SavedAt     time.Time
}

// SavedQueryVersionList is the list of the versions of a saved query, newest first.
func SavedQueryVersionList(company UUID) List {
	return List{Name: "savedQueryVersions", Company: company, Order: "NUMBER_DESC", Key: IntegerKey}
}

// Position returns the version's position in SavedQueryVersionList.
func (v *SavedQueryVersion) Position() Position { return Position{strconv.Itoa(v.Number), v.ID} }
