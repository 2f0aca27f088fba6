package fleet

import (
	"slices"
	"time"
)

// Scope limits what an access token allows. It never allows more than the role of its user.
type Scope string

// The scopes, from least to most.
const (
	ScopeRead  Scope = "READ"  // queries and subscriptions
	ScopeWrite Scope = "WRITE" // mutations of the fleet too
	ScopeAdmin Scope = "ADMIN" // everything that the user's role allows: users, tokens and settings too
)

// Scopes lists every scope.
func Scopes() []Scope { return []Scope{ScopeRead, ScopeWrite, ScopeAdmin} }

// Valid reports whether s is one of Scopes.
func (s Scope) Valid() bool { return slices.Contains(Scopes(), s) }

// SecretHash is the SHA-256 of the secret of a session or token. The secret itself is not stored.
type SecretHash [32]byte

// SignInMethod is how the user of a session was authenticated.
type SignInMethod string

// The ways to sign in.
const (
	ByPassword SignInMethod = "PASSWORD"
	ByOIDC     SignInMethod = "OIDC"
)

// Session is a browser that is signed in.
type Session struct {
	ID        UUID
	CompanyID UUID
	UserID    UUID
	Method    SignInMethod
	UserAgent string // as the browser names itself, up to 200 characters
	CreatedAt time.Time
	LastUsed  time.Time // up to a minute behind
	IdleEnd   time.Time // unless it is used before
	End       time.Time // in any case
}

// GlobalID returns the session's public id.
func (s *Session) GlobalID() string { return GlobalID(KindSession, s.ID) }

// AccessToken is a token with which a program authenticates, without its secret.
type AccessToken struct {
	ID        UUID
	CompanyID UUID
	UserID    UUID
	Email     string // of the user
	Name      string
	Scope     Scope
	CreatedAt time.Time
	ExpiresAt time.Time
	RevokedAt *time.Time
	LastUsed  *time.Time // up to a minute behind
}

// GlobalID returns the token's public id.
func (t *AccessToken) GlobalID() string { return GlobalID(KindToken, t.ID) }

// Facts returns the fields of a token as the history records them.
func (t *AccessToken) Facts() []Fact {
	return []Fact{{"user", globalIDOf(KindUser, &t.UserID)}, {"name", &t.Name}, {"scope", (*string)(&t.Scope)},
		{"expiresAt", stampOf(&t.ExpiresAt)}, {"revokedAt", stampOf(t.RevokedAt)}}
}

// MaxTokens is the maximum number of valid access tokens of a user, fewer than a list returns.
const MaxTokens = 50

// MaxSessions is the maximum number of sessions of a user, as many as a list returns. A further one ends the
// one that was used the longest ago.
const MaxSessions = 100

// SignInCompanies is the maximum number of companies in which a sign-in that names none tries a password,
// and the number of password hashes that every sign-in takes.
const SignInCompanies = 2

// PasswordOwner is what the password of a user must not be made of.
type PasswordOwner struct {
	Email, Name string
	Company     string // its name
	Hash        string // of the present password; "" if there is none or the company allows only single sign-on
}

// CountedFailure is a failed sign-in as it was counted.
type CountedFailure struct {
	Key          SecretHash
	BlockedUntil time.Time // the end of the wait that it caused
}

// Account is a user that can sign in by password, and the hash of the password.
type Account struct {
	Viewer
	Hash string
}

// UserChange is an update of a user, or disables or enables the user.
type UserChange struct {
	Email    Maybe[string]
	Name     Maybe[string]
	Role     Maybe[Role]
	Disabled Maybe[bool] // disables the user, or enables the user again
}

// MaxUserName is the maximum length of a user's name, in characters.
const MaxUserName = 200

// Check returns the Faults of the new values, by field.
func (c UserChange) Check() error {
	var faults Faults
	if c.Email.Set {
		faults.Add("", CheckEmail(c.Email.To))
	}
	if c.Name.Set {
		faults.Add("", CheckName("name", c.Name.To, MaxUserName))
	}
	if c.Role.Set && !c.Role.To.Valid() {
		faults.Add("role", BadInputf("", "%s is no role: %v", Quote(string(c.Role.To)), Roles()))
	}
	return faults.Err()
}

// Apply returns the user after the change; at is the time of the change.
func (c UserChange) Apply(u User, at time.Time) User {
	c.Email.apply(&u.Email)
	c.Name.apply(&u.Name)
	c.Role.apply(&u.Role)
	switch {
	case c.Disabled.Set && !c.Disabled.To:
		u.DisabledAt = nil
	case c.Disabled.Set && u.DisabledAt == nil:
		u.DisabledAt = &at
	}
	return u
}

// Facts returns the fields of a user as the history records them.
func (u *User) Facts() []Fact {
	return []Fact{{"email", &u.Email}, {"name", &u.Name}, {"role", (*string)(&u.Role)},
		{"disabledAt", stampOf(u.DisabledAt)}}
}

// Administers reports whether the user is an enabled administrator.
func (u User) Administers() bool { return u.Role == RoleAdmin && u.DisabledAt == nil }

// Grant is what a valid session or token gives a request: its viewer, until when.
type Grant struct {
	Viewer
	ID       UUID // of the session or token
	LastUsed time.Time
	End      time.Time
}

// IdentityProvider is a company's single sign-on by OpenID Connect.
type IdentityProvider struct {
	CompanyID    UUID
	Issuer       string
	ClientID     string
	ClientSecret string // a reference, env:NAME or file:/path; "" for a public client
	RoleClaim    string // path of the claim that names roles; "" for none
	Roles        map[string]Role
	Passwords    bool // whether users may sign in by password too

	// RequiredClaims are the values that claims of an ID token must have, by the paths of the
	// claims.
	RequiredClaims map[string]string
	// TrustEmail accepts e-mail addresses for which the provider does not say whether they are
	// verified.
	TrustEmail bool
}

// Arrival is the result of a sign-in by the company's identity provider.
type Arrival struct {
	Viewer
	Had    Role // the role before the sign-in
	Linked bool // the sign-in linked the user, by e-mail address
}

// CheckName returns a BAD_INPUT about field unless name has 1 to most characters that are not all
// blank and none that is not seen.
func CheckName(field, name string, most int) error {
	err := checkRequired(name, most)
	if err == nil {
		err = checkPlain(name)
	}
	return InField(field, err)
}
