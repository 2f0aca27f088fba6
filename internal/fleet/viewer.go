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

// Check returns FORBIDDEN unless the viewer has at least the role least and,
// when they ask with an access token, its scope covers what they ask for: to
// change something WRITE, for what is an ADMIN's ADMIN.
func (v Viewer) Check(least Role, change bool) error {
	if slices.Index(Roles(), v.Role) > slices.Index(Roles(), least) || !v.Role.Valid() {
		return &Error{Code: Forbidden, Message: fmt.Sprintf("this takes the role %s, yours is %s", least, v.Role)}
	}
	needed := ScopeRead
	switch {
	case least == RoleAdmin:
		needed = ScopeAdmin
	case change:
		needed = ScopeWrite
	}
	if v.Scope != "" && slices.Index(Scopes(), v.Scope) < slices.Index(Scopes(), needed) {
		return &Error{Code: Forbidden, Message: fmt.Sprintf("this takes an access token of the scope %s, this one's is %s", needed, v.Scope)}
	}
	return nil
}

// CheckAdminister returns FORBIDDEN unless the viewer may see and change
// users, access tokens and settings of the company.
func (v Viewer) CheckAdminister() error {
	if v.Role != RoleAdmin {
		return &Error{Code: Forbidden, Message: "this takes the role ADMIN, yours is " + string(v.Role)}
	}
	if v.Scope != "" && v.Scope != ScopeAdmin {
		return &Error{Code: Forbidden, Message: "this takes an access token of the scope ADMIN, this one's is " + string(v.Scope)}
	}
	return nil
}

// CheckOwnAccess returns FORBIDDEN unless the viewer may see and change their
// own sessions and access tokens: everybody may, but not with a token that is
// itself narrower, which could make a wider one.
func (v Viewer) CheckOwnAccess() error {
	if v.Scope != "" && v.Scope != ScopeAdmin {
		return &Error{Code: Forbidden, Message: "sessions and access tokens take an access token of the scope ADMIN, this one's is " + string(v.Scope)}
	}
	return nil
}
