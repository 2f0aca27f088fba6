package fleet

import (
	"strings"
	"time"
)

// CheckLastAdmin returns a CONFLICT when a change would leave the company
// without an administrator who can sign in. admins is their number before.
func CheckLastAdmin(before, after User, admins int) error {
	if before.Administers() && !after.Administers() && admins < 2 {
		return Conflictf("id", "%s is the company's last administrator: make another user one first", Quote(before.Email))
	}
	return nil
}

// EndsSessions reports whether the change from u to after signs the user out:
// disabling and enabling do.
func (u User) EndsSessions(after User) bool {
	return (u.DisabledAt == nil) != (after.DisabledAt == nil)
}

// RoleFromProvider returns the role of a user whose company's provider gives
// them a role, "" for none. The company's last administrator stays one; admins
// is the number of administrators who can sign in.
func RoleFromProvider(has, given Role, admins int) Role {
	if given == "" || has == RoleAdmin && admins < 2 {
		return has
	}
	return given
}

// CheckTokens returns a CONFLICT when a user with this many working access
// tokens may have no more.
func CheckTokens(working int) error {
	if working >= MaxTokens {
		return Conflictf("", "this user has %d access tokens that work, and may have no more: revoke one first", working)
	}
	return nil
}

// Password is the hash of a password, and whether its user must change it.
type Password struct {
	Hash       string
	MustChange bool
}

// GivenPassword is a password that another person has set, who therefore knows it.
func GivenPassword(hash string) Password { return Password{Hash: hash, MustChange: true} }

// ChosenPassword is a password that its user has set.
func ChosenPassword(hash string) Password { return Password{Hash: hash} }

// RecordsEnd reports whether the history records that the viewer ends a
// session of a user: only another person's.
func (v Viewer) RecordsEnd(user UUID) bool { return user != v.UserID }

// CompanyUser is a user and their company.
type CompanyUser struct {
	User
	Company Company
}

// OneUser returns the only user of an e-mail address. None is a NOT_FOUND;
// several, one in each of several companies, are a CONFLICT that names these.
func OneUser(found []CompanyUser, email, company string) (CompanyUser, error) {
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) == 0 && company == "":
		return CompanyUser{}, NotFoundf("email", "there is no user %s", Quote(email))
	case len(found) == 0:
		return CompanyUser{}, NotFoundf("email", "there is no user %s in the company %s", Quote(email), Quote(company))
	}
	names := make([]string, len(found))
	for i, u := range found {
		names[i] = Quote(u.Company.Name)
	}
	return CompanyUser{}, Conflictf("company", "several companies have a user %s: name one of %s", Quote(email), strings.Join(names, ", "))
}

// Administers reports whether the viewer manages what other users sign in
// with: an ADMIN does, except through an access token of a lower scope.
func (v Viewer) Administers() bool { return v.Check(RoleAdmin, ScopeAdmin) == nil }

// ReadingAt returns the reading with its moment, now if it has none.
func (r MeterReading) ReadingAt(now time.Time) MeterReading {
	if r.ReadAt.IsZero() {
		r.ReadAt = now
	}
	return r
}
