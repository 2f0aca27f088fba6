package fleet

import (
	"fmt"
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

// Check returns FORBIDDEN unless the viewer has at least the role and, when
// they ask with an access token, that has at least the scope.
func (v Viewer) Check(role Role, scope Scope) error {
	if slices.Index(Roles(), v.Role) > slices.Index(Roles(), role) || !v.Role.Valid() {
		return &Error{Code: Forbidden, Message: fmt.Sprintf("this takes the role %s, yours is %s", role, v.Role)}
	}
	if v.Scope != "" && slices.Index(Scopes(), v.Scope) < slices.Index(Scopes(), scope) {
		return &Error{Code: Forbidden, Message: fmt.Sprintf("this takes an access token of the scope %s, this one's is %s", scope, v.Scope)}
	}
	return nil
}
