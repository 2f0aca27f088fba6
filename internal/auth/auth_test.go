package auth_test

import (
	"context"
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"

	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
	"bitcorp.dev/fleet/internal/store/storetest"
	"bitcorp.dev/fleet/internal/testlog"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if code == 0 {
		if err := goleak.Find(goleak.IgnoreTopFunction("database/sql.(*DB).connectionOpener")); err != nil {
			println(err.Error())
			code = 1
		}
	}
	os.Exit(code)
}

// cheap is a fast cost, so that tests do not spend their time hashing.
var cheap = auth.Hashing{Memory: 64, Passes: 1, Threads: 1}

const password = "correct horse battery staple"

// fixture is a service on a database of its own, with a user in each of two companies.
type fixture struct {
	*auth.Service
	t              testing.TB
	store          *store.DB
	url            string
	log            *testlog.Buffer
	ours, theirs   fleet.Company
	dana, stranger fleet.User
}

func newFixture(t testing.TB, c auth.Config) *fixture {
	t.Helper()
	db, url := storetest.New(t)
	h := &fixture{t: t, store: db, url: url, log: new(testlog.Buffer)}
	c.Log = slog.New(slog.NewTextHandler(io.MultiWriter(h.log, testlog.Writer(t, "auth")),
		&slog.HandlerOptions{Level: slog.LevelDebug}))
	if c.Hashing == (auth.Hashing{}) {
		c.Hashing = cheap
	}
	h.Service = h.service(c)
	var err error
	if h.ours, err = db.Identity().CreateCompany(t.Context(), "Ours"); err == nil {
		h.theirs, err = db.Identity().CreateCompany(t.Context(), "Theirs")
	}
	if err == nil {
		h.dana, err = h.AddUser(t.Context(), admin(h.ours), fleet.WriteInfo{},
			fleet.User{Email: "dana@example.com", Name: "Dana Reyes", Role: fleet.RoleManager}, password)
	}
	if err == nil {
		h.stranger, err = h.AddUser(t.Context(), admin(h.theirs), fleet.WriteInfo{},
			fleet.User{Email: "sam@example.com", Name: "Sam", Role: fleet.RoleAdmin}, password)
	}
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// admin returns a viewer with the role ADMIN and no user, as the command line has.
func admin(c fleet.Company) fleet.Viewer {
	return fleet.Viewer{CompanyID: c.ID, Role: fleet.RoleAdmin}
}

// viewer returns dana as a viewer.
func (h *fixture) viewer() fleet.Viewer {
	return fleet.Viewer{CompanyID: h.ours.ID, UserID: h.dana.ID, Role: h.dana.Role}
}

func (h *fixture) service(c auth.Config) *auth.Service {
	h.t.Helper()
	s, err := auth.New(h.store.Identity(), c)
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

func (h *fixture) exec(sql string, args ...any) {
	h.t.Helper()
	conn, err := pgx.Connect(context.Background(), h.url)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.Exec(context.Background(), sql, args...); err != nil {
		h.t.Fatalf("%v\n%s", err, sql)
	}
}

func (h *fixture) signIn() (string, fleet.Session) {
	h.t.Helper()
	secret, session, err := h.SignIn(h.t.Context(), auth.Credentials{Email: "Dana@Example.com", Password: password},
		auth.Client{Network: "192.0.2.1", UserAgent: "test"})
	if err != nil {
		h.t.Fatal(err)
	}
	return secret, session
}

// want fails unless err has that code.
func want(t testing.TB, code fleet.Code, err error) {
	t.Helper()
	if err == nil || fleet.CodeOf(err) != code {
		t.Errorf("got %v, want %s", err, code)
	}
}

func TestSignInCreatesASessionOfItsUser(t *testing.T) {
	t.Parallel()
	h := newFixture(t, auth.Config{})
	secret, session := h.signIn()
	got, err := h.AuthenticateSession(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	if got.Viewer != (fleet.Viewer{CompanyID: h.ours.ID, UserID: h.dana.ID,
		Role: fleet.RoleManager}) || got.ID != session.ID {
		t.Errorf("the session is %+v", got)
	}
	if other, _ := h.signIn(); other == secret {
		t.Error("two sign-ins have one secret")
	}
	_, err = h.AuthenticateSession(t.Context(), strings.Repeat("A", 26))
	want(t, fleet.Unauthenticated, err)
}

func TestUnknownUsersAndWrongPasswordsGetTheSameError(t *testing.T) {
	t.Parallel()
	h := newFixture(t, auth.Config{})
	h.exec(`
		INSERT INTO users (company_id, email, name, role)
		SELECT id, 'nopassword@example.com', 'x', 'ANALYST' FROM companies LIMIT 1`)
	h.exec(`
		INSERT INTO identity_providers (company_id, issuer, client_id, passwords)
		SELECT id, 'https://x.example', 'x', false FROM companies WHERE name = 'Theirs'`)
	var answers []string
	for _, try := range [][2]string{
		{"dana@example.com", "wrong"}, {"nobody@example.com", password}, {"nopassword@example.com",
			""}, {"nopassword@example.com", password},
		{"", ""}, {"no\x00body", "x"}, {"dana@example.com", ""}, {"dana@example.com",
			strings.Repeat("x", 100_000)}, {"sam@example.com", password},
	} {
		_, _, err := h.SignIn(t.Context(), auth.Credentials{Email: try[0], Password: try[1]}, auth.Client{Network: try[0]})
		want(t, fleet.Unauthenticated, err)
		answers = append(answers, err.Error())
	}
	for _, a := range answers {
		if a != answers[0] {
			t.Errorf("%q is not %q", a, answers[0])
		}
	}
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	h := newFixture(t, auth.Config{})
	other := h.service(auth.Config{Hashing: cheap}) // another instance
	for name, end := range map[string]func(secret string){
		"sign-out": func(secret string) { _ = h.SignOut(t.Context(), secret) },
		"sign-out everywhere": func(string) {
			_, _ = h.SignOutEverywhere(t.Context(), h.viewer(), fleet.WriteInfo{}, fleet.UUID{})
		},
		"a new password": func(string) {
			_,
				_ = h.ResetPassword(t.Context(), admin(h.ours), fleet.WriteInfo{}, h.dana.ID, password)
		},
		"disabled": func(string) { h.exec(`UPDATE users SET disabled_at = now()`) },
		"idle":     func(string) { h.exec(`UPDATE sessions SET idle_expires_at = now()`) },
		"old":      func(string) { h.exec(`UPDATE sessions SET expires_at = now(), idle_expires_at = now()`) },
	} {
		h.exec(`UPDATE users SET disabled_at = null`)
		secret, _ := h.signIn()
		for _, s := range []*auth.Service{h.Service, other} {
			if _, err := s.AuthenticateSession(t.Context(), secret); err != nil {
				t.Fatal(name, err)
			}
		}
		end(secret)
		began := time.Now()
		for _, s := range []*auth.Service{h.Service, other} {
			for {
				_, err := s.AuthenticateSession(t.Context(), secret)
				if fleet.CodeOf(err) == fleet.Unauthenticated && err != nil {
					break
				}
				if time.Since(began) > 10*time.Second {
					t.Fatalf("%s: the session is still valid after %s", name, time.Since(began))
				}
				time.Sleep(20 * time.Millisecond)
			}
		}
	}
}

// TestAFurtherSessionEndsTheOneUsedTheLongestAgo once a user has as many as are allowed.
func TestAFurtherSessionEndsTheOneUsedTheLongestAgo(t *testing.T) {
	t.Parallel()
	h := newFixture(t, auth.Config{})
	h.exec(
		`INSERT INTO sessions (secret_hash, id, company_id, user_id, method, user_agent, last_used_at, idle_expires_at, expires_at)
		SELECT sha256(i::text::bytea), gen_random_uuid(), $1, $2, 'PASSWORD', i::text, now() - i * interval '1 minute',
		  now() + interval '1 hour', now() + interval '1 hour'
		FROM generate_series(1, $3::int) i`,
		[16]byte(h.ours.ID),
		[16]byte(h.dana.ID),
		fleet.MaxSessions,
	)
	h.signIn()
	var n int
	var oldest string
	h.row(&n, `SELECT count(*)::int FROM sessions`)
	h.row(&oldest, `SELECT max(user_agent::int)::text FROM sessions WHERE user_agent ~ '^[0-9]+$'`)
	if n != fleet.MaxSessions || oldest != "99" {
		t.Errorf("%d sessions are left, the oldest is %s", n, oldest)
	}
}

func TestRevocationOnTheSameInstanceIsImmediate(t *testing.T) {
	t.Parallel()
	h := newFixture(t, auth.Config{})
	first, _ := h.signIn()
	second, _ := h.signIn()
	for _, secret := range []string{first, second} {
		if _, err := h.AuthenticateSession(t.Context(), secret); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.SignOut(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	_, err := h.AuthenticateSession(t.Context(), first)
	want(t, fleet.Unauthenticated, err)
	if _, err = h.AuthenticateSession(t.Context(), second); err != nil {
		t.Error("signing out ended another session:", err)
	}
	if n, err := h.SignOutEverywhere(t.Context(), h.viewer(), fleet.WriteInfo{}, fleet.UUID{}); err != nil || n != 1 {
		t.Errorf("%d sessions ended, %v", n, err)
	}
	_, err = h.AuthenticateSession(t.Context(), second)
	want(t, fleet.Unauthenticated, err)
}

func TestAChangedRoleAppliesToOpenSessions(t *testing.T) {
	t.Parallel()
	h := newFixture(t, auth.Config{})
	secret, _ := h.signIn()
	h.exec(`UPDATE users SET role = 'ANALYST'`)
	if got, err := h.AuthenticateSession(t.Context(), secret); err != nil || got.Role != fleet.RoleAnalyst {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestUseExtendsASessionUpToItsLifetime(t *testing.T) {
	t.Parallel()
	h := newFixture(t, auth.Config{SessionIdle: time.Hour, SessionMax: 2 * time.Hour})
	secret, _ := h.signIn()
	h.exec(`
		UPDATE sessions
		SET    last_used_at = now() - interval '50 minutes', idle_expires_at = now() + interval '10 minutes',
		       expires_at = now() + interval '30 minutes'`)
	got, err := h.AuthenticateSession(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	lists, err := h.store.Identity().SessionsByUser(t.Context(), got.Viewer, []fleet.UUID{got.UserID})
	if err != nil || len(lists[got.UserID]) != 1 {
		t.Fatal(lists, err)
	}
	if s := lists[got.UserID][0]; time.Since(s.LastUsed) > 5*time.Minute || !s.IdleEnd.Equal(s.End) {
		t.Errorf("after use: %+v", s)
	}
}

func TestChecksTakeOneStatementPerSecond(t *testing.T) {
	t.Parallel()
	h := newFixture(t, auth.Config{})
	secret, _ := h.signIn()
	ctx, statements := store.CountStatements(t.Context())
	began := time.Now()
	for range 1000 {
		if _, err := h.AuthenticateSession(ctx, secret); err != nil {
			t.Fatal(err)
		}
	}
	if n, most := statements.Count(), 2+int(time.Since(began)/time.Second); n < 1 || n > most {
		t.Errorf("%d statements, want 1 to %d", n, most)
	}
}

func TestPasswordsAreRehashedWhenTheCostChanges(t *testing.T) {
	t.Parallel()
	h := newFixture(t, auth.Config{})
	costlier := h.service(auth.Config{Hashing: auth.Hashing{Memory: 128, Passes: 2, Threads: 1}})
	if _, _, err := costlier.SignIn(t.Context(), auth.Credentials{Email: "dana@example.com", Password: password},
		auth.Client{}); err != nil {
		t.Fatal(err)
	}
	accounts, err := h.store.Identity().AccountsByEmail(t.Context(), "dana@example.com", "")
	if err != nil || len(accounts) != 1 || !strings.HasPrefix(accounts[0].Hash, "$argon2id$v=19$m=128,t=2,p=1$") {
		t.Error("the hash is", accounts, err)
	}
	h.signIn() // the password is the same
}

func TestNewUsersAreValidated(t *testing.T) {
	t.Parallel()
	h := newFixture(t, auth.Config{})
	good := fleet.User{Email: "new@example.com", Name: "New", Role: fleet.RoleAnalyst}
	for field, change := range map[string]func(*fleet.User, *string){
		"password": func(_ *fleet.User, p *string) { *p = "short" },
		"email":    func(u *fleet.User, _ *string) { u.Email = "New <new@example.com>" },
		"name":     func(u *fleet.User, _ *string) { u.Name = " " },
		"role":     func(u *fleet.User, _ *string) { u.Role = "BOSS" },
	} {
		u, p := good, password
		change(&u, &p)
		_, err := h.AddUser(t.Context(), admin(h.ours), fleet.WriteInfo{}, u, p)
		want(t, fleet.BadInput, err)
		if err != nil && !strings.HasPrefix(err.Error(), field+": ") {
			t.Errorf("%v does not name %s", err, field)
		}
	}
	_, err := h.AddUser(t.Context(), admin(h.ours), fleet.WriteInfo{},
		fleet.User{Email: "DANA@example.com", Name: "x", Role: fleet.RoleAnalyst}, "")
	want(t, fleet.Conflict, err)
}
