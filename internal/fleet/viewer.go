package fleet

import (
	"slices"
	"time"
)

// Role says what a user may read and write.
type Role string

// The roles, from most to least.
const (
	RoleAdmin    Role = "ADMIN"
	RoleManager  Role = "MANAGER"
	RoleAnalyst  Role = "ANALYST"
	RoleOperator Role = "OPERATOR"
)

// Roles lists every role.
func Roles() []Role { return []Role{RoleAdmin, RoleManager, RoleAnalyst, RoleOperator} }

// Valid reports whether r is one of Roles.
func (r Role) Valid() bool { return slices.Contains(Roles(), r) }

// Company is the tenant: every row belongs to one, nothing crosses it.
type Company struct {
	ID        UUID
	Name      string
	CreatedAt time.Time
}

// User is a person who signs in.
type User struct {
	ID         UUID
	Email      string
	Name       string
	Role       Role
	CreatedAt  time.Time
	DisabledAt *time.Time // since when nothing of theirs opens anything; nil for most
}

// GlobalID returns the user's public id.
func (u *User) GlobalID() string { return GlobalID(KindUser, u.ID) }

// Viewer is who asks: the signed-in user of a request with company and role.
// Every method of the store takes one, so that no query can forget its scope.
type Viewer struct {
	CompanyID UUID
	UserID    UUID
	Role      Role
	// Scope narrows what Role allows when a program asks with an access token;
	// "" narrows nothing.
	Scope Scope
}

// CheckWrite returns FORBIDDEN unless the viewer may change the fleet.
func (v Viewer) CheckWrite() error {
	if v.Role == RoleAdmin || v.Role == RoleManager {
		return nil
	}
	return &Error{Code: Forbidden, Message: "changing the fleet takes the role MANAGER or ADMIN, yours is " + string(v.Role)}
}

// MayWrite reports whether the request's credentials allow mutations at all.
// Whether the role does is a question of its own.
func (v Viewer) MayWrite() bool {
	return v.Scope == "" || v.Scope == ScopeWrite || v.Scope == ScopeAdmin
}

// MayAdminister reports whether the request's credentials allow work on users,
// tokens and settings. Whether the role does is a question of its own.
func (v Viewer) MayAdminister() bool { return v.Scope == "" || v.Scope == ScopeAdmin }
