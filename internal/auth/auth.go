// Package auth finds out who asks: passwords, browser sessions, access tokens
// for programs, and single sign-on by OpenID Connect. It knows no HTTP and no
// SQL: internal/server hands it what a request carries and puts the viewer it
// returns into the request, internal/store keeps what it must remember. What
// a viewer may do is decided elsewhere.
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
)

// Store remembers; internal/store does.
type Store interface {
	AccountsByEmail(ctx context.Context, email, company string) ([]fleet.Account, error)
	OwnPassword(ctx context.Context, v fleet.Viewer) (email, hash string, err error)
	ChangePassword(ctx context.Context, v fleet.Viewer, how fleet.Writing, keep fleet.UUID, old, hash string) (*fleet.User, error)
	ResetPassword(ctx context.Context, v fleet.Viewer, how fleet.Writing, id fleet.UUID, hash string) (*fleet.User, error)
	RehashPassword(ctx context.Context, user fleet.UUID, old, hash string) error
	AddUser(ctx context.Context, v fleet.Viewer, how fleet.Writing, u fleet.User, hash string) (fleet.User, error)

	AddSession(ctx context.Context, secret fleet.SecretHash, n fleet.Session, idle, whole time.Duration) (fleet.Session, error)
	SessionGrant(ctx context.Context, secret fleet.SecretHash) (fleet.Grant, error)
	TouchSession(ctx context.Context, secret fleet.SecretHash, idle time.Duration) error
	EndSession(ctx context.Context, secret fleet.SecretHash) error
	EndSessions(ctx context.Context, user fleet.UUID) (int, error)

	AddToken(ctx context.Context, v fleet.Viewer, how fleet.Writing, secret fleet.SecretHash, t fleet.AccessToken) (*fleet.AccessToken, error)
	TokenGrant(ctx context.Context, secret fleet.SecretHash) (fleet.Grant, error)
	TouchToken(ctx context.Context, id fleet.UUID) error

	ChangeUser(ctx context.Context, v fleet.Viewer, how fleet.Writing, id fleet.UUID, change fleet.UserChange) (*fleet.User, error)
	EndSessionByID(ctx context.Context, v fleet.Viewer, how fleet.Writing, id fleet.UUID) (user fleet.UUID, err error)
	RevokeToken(ctx context.Context, v fleet.Viewer, how fleet.Writing, id fleet.UUID) (*fleet.AccessToken, error)

	CountFailure(ctx context.Context, key fleet.SecretHash, account *fleet.SecretHash, free int, longest, forget time.Duration) (time.Duration, error)
	TakeBackFailures(ctx context.Context, keys ...fleet.SecretHash) error
	ForgetFailures(ctx context.Context, account fleet.SecretHash, email string) error
	SweepIdentity(ctx context.Context, forget time.Duration) error

	CompanyByName(ctx context.Context, name string) (fleet.Company, error)
	Provider(ctx context.Context, company fleet.UUID) (fleet.IdentityProvider, error)
	UserByIdentity(ctx context.Context, company fleet.UUID, issuer, subject, email string, role fleet.Role) (fleet.Arrival, error)
}

// Config says how long sign-ins last and where the server is.
type Config struct {
	// SessionIdle ends a session that is not used (default DefaultSessionIdle).
	SessionIdle time.Duration
	// SessionMax ends every session (default DefaultSessionMax).
	SessionMax time.Duration
	// PublicURL is where browsers find the server, such as
	// https://fleet.example.com; single sign-on needs it.
	PublicURL *url.URL
	// Hashing is what a password costs (default DefaultHashing).
	Hashing Hashing
	// Client asks identity providers (default: one with a timeout of 10 s).
	Client *http.Client
	Log    *slog.Logger
}

// Defaults of Config.
const (
	DefaultSessionIdle = 24 * time.Hour
	DefaultSessionMax  = 14 * 24 * time.Hour
)

// cachedGrants is how many sessions and tokens are remembered between requests:
// more than there are connections that last, each of which is checked again and again.
const cachedGrants = 50_000

// Service signs in and checks. Its methods may be called concurrently.
type Service struct {
	store      Store
	config     Config
	hasher     *hasher
	grants     *lru.Cache[fleet.SecretHash, cachedGrant]
	checks     singleflight.Group // by hash
	providers  *lru.Cache[string, description]
	describing singleflight.Group // by issuer
	now        func() time.Time
}

// New checks the configuration and returns a service.
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
	if c.Client == nil {
		c.Client = &http.Client{Timeout: 10 * time.Second}
	}
	c.Client = toProviders(c.Client)
	if c.Log == nil {
		c.Log = slog.Default()
	}
	h, err := newHasher(c.Hashing)
	if err != nil {
		return nil, err
	}
	grants, err := lru.New[fleet.SecretHash, cachedGrant](cachedGrants)
	if err != nil {
		return nil, fmt.Errorf("sessions: %w", err)
	}
	providers, err := lru.New[string, description](cachedProviders)
	if err != nil {
		return nil, fmt.Errorf("identity providers: %w", err)
	}
	return &Service{store: store, config: c, hasher: h, grants: grants, providers: providers, now: time.Now}, nil
}

// sweepEvery is how often what has ended is forgotten.
const sweepEvery = 10 * time.Minute

// Run forgets from time to time what has ended, until ctx ends. Nothing
// depends on it but the size of the tables.
func (s *Service) Run(ctx context.Context) error {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if err := s.store.SweepIdentity(ctx, forgetFailures); err != nil && !errors.Is(err, context.Canceled) {
				s.config.Log.WarnContext(ctx, "sweep sessions", "error", err)
			}
		}
	}
}

// Throttled is a RATE_LIMITED that says when to try again.
type Throttled struct {
	RetryAfter time.Duration // at least a second
	Message    string
}

func (t *Throttled) Error() string { return t.Message }

// Unwrap makes a fleet.Error of it.
func (t *Throttled) Unwrap() error {
	return &fleet.Error{Code: fleet.RateLimited, Message: t.Message}
}

func unauthenticated(message string) error {
	return &fleet.Error{Code: fleet.Unauthenticated, Message: message}
}
