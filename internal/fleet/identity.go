package fleet

import (
	"net/mail"
	"slices"
	"strings"
	"time"
)

// Scope says what an access token allows. It never allows more than the role
// of its user.
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

// SecretHash is the SHA-256 of a session's or token's secret: all that is kept of it.
type SecretHash [32]byte

// SignInMethod says how somebody signed in.
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

// AccessToken is what a program signs in with, without its secret.
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

// Facts returns what the history tells of a token, as texts.
func (t *AccessToken) Facts() []Fact {
	return []Fact{{"user", globalIDOf(KindUser, &t.UserID)}, {"name", &t.Name}, {"scope", (*string)(&t.Scope)},
		{"expiresAt", stampOf(&t.ExpiresAt)}, {"revokedAt", stampOf(t.RevokedAt)}}
}

// MaxTokens is how many access tokens of a user may work at once: no more than
// a list shows.
const MaxTokens = 50

// Account is a user who can sign in by password, and the password's hash.
type Account struct {
	Viewer
	Hash string
}

// UserChange is a change to what a user may do.
type UserChange struct {
	Role     Maybe[Role]
	Disabled Maybe[bool] // shuts the user out, or lets them in again
}

// Check returns a BAD_INPUT about what cannot be meant.
func (c UserChange) Check() error {
	if c.Role.Set && !c.Role.To.Valid() {
		return BadInputf("role", "%s is no role: %v", Quote(string(c.Role.To)), Roles())
	}
	return nil
}

// Apply returns the user after the change; at is when.
func (c UserChange) Apply(u User, at time.Time) User {
	c.Role.apply(&u.Role)
	switch {
	case c.Disabled.Set && !c.Disabled.To:
		u.DisabledAt = nil
	case c.Disabled.Set && u.DisabledAt == nil:
		u.DisabledAt = &at
	}
	return u
}

// Facts returns what the history tells of a user, as texts.
func (u *User) Facts() []Fact {
	return []Fact{{"email", &u.Email}, {"name", &u.Name}, {"role", (*string)(&u.Role)}, {"disabledAt", stampOf(u.DisabledAt)}}
}

// Administers reports whether the user is an administrator who can sign in.
func (u User) Administers() bool { return u.Role == RoleAdmin && u.DisabledAt == nil }

// UserList is the list of a company's users by their names, upper and lower case alike.
func UserList(company UUID) List {
	return List{Name: "users", Company: company, Order: "NAME_ASC", Key: TextKey}
}

// Position returns the user's place in UserList.
func (u *User) Position() Position { return Position{u.Name, u.ID} } // lowered by the database

// Grant is what a session or token opens: who asks, and until when.
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
	ClientSecret string // where it is: env:NAME, file:/path, or "" for a public client
	RoleClaim    string // path of the claim that names roles; "" for none
	Roles        map[string]Role
	Passwords    bool // whether users may sign in by password too

	// RequiredClaims are what an ID token must say, by the paths of the claims.
	RequiredClaims map[string]string
	// TrustEmail says that an address counts of which the provider does not say
	// whether it is verified.
	TrustEmail bool
}

// Arrival is a user whom their company's provider has signed in.
type Arrival struct {
	Viewer
	Had    Role // before the provider gave them one
	Linked bool // for the first time: by their e-mail address
}

// CheckEmail returns an error unless email is a plain address.
func CheckEmail(email string) error {
	parsed, err := mail.ParseAddress(email)
	if err != nil || parsed.Address != email || len(email) > 254 || strings.ContainsAny(email, " \t\r\n\x00") {
		return BadInputf("email", "%s is no e-mail address, such as dana@example.com", Quote(email))
	}
	return nil
}

// CheckName returns an error about field unless name has 1 to most characters,
// and something to see among them.
func CheckName(field, name string, most int) error {
	return InField(field, checkRequired(name, most))
}
