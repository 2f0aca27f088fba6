// Package auth authenticates: passwords (Argon2id), browser sessions, access
// tokens of programs, and single sign-on by OpenID Connect. It knows no cookies,
// headers or SQL, and authorization is decided elsewhere. Credentials come in
// from the HTTP handlers and the command line, identities go back to them, and
// users, sessions and tokens are kept through Store.
package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/outgoing"
)

// Store keeps users, sessions, access tokens, identity providers and counts of
// failed sign-ins. internal/store implements it.
type Store interface {
	AccountsByEmail(ctx context.Context, email, company string) ([]fleet.Account, error)
	PasswordOwner(ctx context.Context, v fleet.Viewer, id fleet.UUID) (fleet.PasswordOwner, error)
	ChangePassword(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, keep fleet.UUID,
		old, hash string) (*fleet.User, error)
	ResetPassword(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID, hash string) (*fleet.User, error)
	RehashPassword(ctx context.Context, user fleet.UUID, old, hash string) error
	AddUser(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, u fleet.User, hash string) (fleet.User, error)

	AddSession(ctx context.Context, secret fleet.SecretHash, n fleet.Session, p fleet.Proof,
		idle, lifetime time.Duration) (fleet.Session, error)
	SessionGrant(ctx context.Context, secret fleet.SecretHash) (fleet.Grant, error)
	SessionGrants(ctx context.Context, secrets []fleet.SecretHash) (map[fleet.SecretHash]fleet.Grant, error)
	TouchSession(ctx context.Context, secret fleet.SecretHash, idle time.Duration) error
	EndSession(ctx context.Context, secret fleet.SecretHash) (user fleet.UUID, err error)
	EndSessions(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, keep fleet.UUID) (int, error)

	AddToken(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, secret fleet.SecretHash,
		t fleet.AccessToken) (*fleet.AccessToken, error)
	TokenGrant(ctx context.Context, secret fleet.SecretHash) (fleet.Grant, error)
	TokenGrants(ctx context.Context, secrets []fleet.SecretHash) (map[fleet.SecretHash]fleet.Grant, error)
	TouchToken(ctx context.Context, id fleet.UUID) error

	ChangeUser(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID, expected *int,
		change fleet.UserChange) (*fleet.User, error)
	EndSessionByID(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID) (user fleet.UUID, err error)
	RevokeToken(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID) (*fleet.AccessToken, error)

	CountFailure(ctx context.Context, key fleet.SecretHash, free int, longest, forget time.Duration) (
		counted fleet.CountedFailure, wait time.Duration, err error)
	TakeBackFailures(ctx context.Context, counted []fleet.CountedFailure) error
	SweepIdentity(ctx context.Context, forget time.Duration) error

	CompanyByName(ctx context.Context, name string) (fleet.Company, error)
	Provider(ctx context.Context, company fleet.UUID) (fleet.IdentityProvider, error)
	UserByIdentity(ctx context.Context, company fleet.UUID,
		issuer, subject, email string, role fleet.Role) (fleet.Arrival, error)
}

// Config is the configuration of a Service. A field that is zero takes its default.
type Config struct {
	// SessionIdle is the idle timeout of a session (default DefaultSessionIdle).
	SessionIdle time.Duration
	// SessionMax is the lifetime of a session, however much it is used (default
	// DefaultSessionMax).
	SessionMax time.Duration
	// PublicURL is the URL of the server as browsers see it, such as
	// https://fleet.example.com. Without it there is no single sign-on.
	PublicURL *url.URL
	// Hashing is the cost of hashing a password (default DefaultHashing).
	Hashing Hashing
	// SignInTime is how long a sign-in by password takes at least, so that what it finds, and whether it
	// writes a session, does not show in its time. 0 is no such time.
	SignInTime time.Duration
	// Clients returns the client for requests on behalf of an issuer (default: those of a zero
	// outgoing.Config).
	Clients func(issuer string) *http.Client
	// Log receives sign-ins, refusals and failures (default slog.Default()). It
	// never receives a secret.
	Log *slog.Logger
}

// Defaults of Config.
const (
	DefaultSessionIdle = 24 * time.Hour
	DefaultSessionMax  = 14 * 24 * time.Hour
	DefaultSignInTime  = 250 * time.Millisecond // several times what its two hashes take
)

// cachedGrants is the size of the cache of sessions and tokens. It exceeds the
// number of long-lived connections, each of which is rechecked all the time.
const cachedGrants = 50_000

// Service authenticates users and programs. Its methods may be called
// concurrently.
type Service struct {
	store       Store
	config      Config
	hasher      *hasher
	grants      *lru.Cache[fleet.SecretHash, cachedGrant]
	endings     *endings
	checks      singleflight.Group            // by SecretHash
	providers   *lru.Cache[string, discovery] // by issuer
	discovering singleflight.Group            // by issuer
	watches     watches
	now         func() time.Time
}

// New returns a Service, or an error if c.Hashing is out of range.
func New(store Store, c Config) (*Service, error) {
	if c.SessionIdle <= 0 {
		c.SessionIdle = DefaultSessionIdle
	}
	if c.SessionMax <= 0 {
		c.SessionMax = DefaultSessionMax
	}
	if c.Hashing == (Hashing{}) {
		c.Hashing = DefaultHashing
	}
	if c.Clients == nil {
		c.Clients = outgoing.New(outgoing.Config{}).For
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	h, err := newHasher(c.Hashing)
	if err != nil {
		return nil, err
	}
	grants, err := lru.New[fleet.SecretHash, cachedGrant](cachedGrants)
	if err != nil {
		return nil, fmt.Errorf("session cache: %w", err)
	}
	ended, err := newEndings()
	if err != nil {
		return nil, err
	}
	providers, err := lru.New[string, discovery](cachedProviders)
	if err != nil {
		return nil, fmt.Errorf("identity provider cache: %w", err)
	}
	return &Service{store: store, config: c, hasher: h, grants: grants, endings: ended, providers: providers,
		now: time.Now}, nil
}

// sweepEvery is the interval between two sweeps of expired rows.
const sweepEvery = 10 * time.Minute

// Run deletes expired sessions and counts of failed sign-ins every 10 minutes
// until ctx ends, and returns nil. Only the size of the tables depends on it:
// expired rows are ignored in any case.
func (s *Service) Run(ctx context.Context) error {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if err := s.store.SweepIdentity(ctx, forgetFailures); err != nil && !errors.Is(err, context.Canceled) {
				s.config.Log.WarnContext(ctx, "sweep expired sessions", "error", err)
			}
		}
	}
}

// Throttled is a RATE_LIMITED error with the time to wait.
type Throttled struct {
	RetryAfter time.Duration // at least a second
	Message    string        // for people
}

// Error returns the message.
func (t *Throttled) Error() string { return t.Message }

// Unwrap returns a fleet.Error with the code RATE_LIMITED and the same message.
func (t *Throttled) Unwrap() error {
	return &fleet.Error{Code: fleet.RateLimited, Message: t.Message}
}

func unauthenticated(message string) error {
	return &fleet.Error{Code: fleet.Unauthenticated, Message: message}
}
