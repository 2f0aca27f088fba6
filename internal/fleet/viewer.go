package fleet

import (
	"fmt"
	"slices"
	"time"
)

// Role determines what a user may read and write.
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

// User is a user account.
type User struct {
	ID         UUID
	Email      string
	Name       string
	Role       Role
	CreatedAt  time.Time
	DisabledAt *time.Time // since when the user cannot sign in; nil while enabled
	Version    int        // 1 when new, one more with every change
}

// RowVersion returns the user's version.
func (u *User) RowVersion() int { return u.Version }

// GlobalID returns the user's public id.
func (u *User) GlobalID() string { return GlobalID(KindUser, u.ID) }

// Viewer is the authenticated user of a request, with company and role. Every method of the store
// takes one, so that no query can omit the condition on visible rows.
type Viewer struct {
	CompanyID UUID
	UserID    UUID
	Role      Role
	// Scope restricts Role when the request has an access token; "" restricts nothing.
	Scope Scope
}

// Check returns FORBIDDEN unless the viewer has at least the role and, with an access token, at
// least the scope.
func (v Viewer) Check(role Role, scope Scope) error {
	if slices.Index(Roles(), v.Role) > slices.Index(Roles(), role) || !v.Role.Valid() {
		return &Error{Code: Forbidden, Message: fmt.Sprintf("this takes the role %s, yours is %s", role, v.Role)}
	}
	if v.Scope != "" && slices.Index(Scopes(), v.Scope) < slices.Index(Scopes(), scope) {
		return &Error{Code: Forbidden,
			Message: fmt.Sprintf("this takes an access token of the scope %s, this one's is %s", scope, v.Scope)}
	}
	return nil
}
