package fleet

import "strings"

// CheckLastAdmin returns a CONFLICT when a change would leave the company without an enabled
// administrator. admins is their number before the change.
func CheckLastAdmin(before, after User, admins int) error {
	if before.Administers() && !after.Administers() && admins < 2 {
		return Conflictf(LastAdmin, "userId", "%s is the company's last administrator: make another user one first",
			Quote(before.Email))
	}
	return nil
}

// EndsSessions reports whether the change from u to after signs the user out:
// disabling and enabling do.
func (u User) EndsSessions(after User) bool {
	return (u.DisabledAt == nil) != (after.DisabledAt == nil)
}

// RoleFromProvider returns the role of a user after a sign-in in which the identity provider gave a
// role, "" for none. The last enabled administrator of a company stays one; admins is their number.
func RoleFromProvider(has, given Role, admins int) Role {
	if given == "" || has == RoleAdmin && admins < 2 {
		return has
	}
	return given
}

// CheckTokens returns a CONFLICT when a user with this many valid access tokens may not have
// another.
func CheckTokens(working int) error {
	if working >= MaxTokens {
		return Conflictf(TooMany, "", "this user has %d valid access tokens, which is the maximum: revoke one first", working)
	}
	return nil
}

// Password is the hash of a password, and whether its user must change it.
type Password struct {
	Hash       string
	MustChange bool
}

// GivenPassword is a password that was set for the user. The user must change it, because another
// person knows it.
func GivenPassword(hash string) Password { return Password{Hash: hash, MustChange: true} }

// ChosenPassword is a password that the user has set.
func ChosenPassword(hash string) Password { return Password{Hash: hash} }

// RecordsEnd reports whether the history records that the viewer ends a session of a user. The end
// of the viewer's own session is not recorded.
func (v Viewer) RecordsEnd(user UUID) bool { return user != v.UserID }

// CompanyUser is a user and their company.
type CompanyUser struct {
	User
	Company Company
}

// OneUser returns the only user with an e-mail address. It returns NOT_FOUND for none, and a
// CONFLICT with the names of the companies for several, which are in different companies.
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
	return CompanyUser{}, Conflictf(InUse, "company", "several companies have a user %s: name one of %s", Quote(email),
		strings.Join(names, ", "))
}

// Administers reports whether the viewer manages the passwords, sessions and tokens of other users:
// an ADMIN does, except through an access token of a lower scope.
func (v Viewer) Administers() bool { return v.Check(RoleAdmin, ScopeAdmin) == nil }
