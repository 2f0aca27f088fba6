package auth_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/fleet"
)

var (
	modelRounds = flag.Int("endings.rounds", 60, "rounds of TestNothingOutlivesItsEnding")
	modelSeed   = flag.Uint64("endings.seed", 0, "seed of TestNothingOutlivesItsEnding; 0 for a random one")
)

// TestNothingOutlivesItsEnding compares the service with one rule: nothing that began after an ending was
// answered, or commits after it, is by what was ended. In each round a user signs in, writes by a session and by
// an access token, and something of the user is ended, all at once. PostgreSQL's snapshots tell which writes were
// committed when the ending was answered.
func TestNothingOutlivesItsEnding(t *testing.T) {
	t.Parallel()
	seed := *modelSeed
	if seed == 0 {
		seed = rand.Uint64() //nolint:gosec // not a secret
	}
	t.Logf("-endings.seed=%d -endings.rounds=%d", seed, *modelRounds)
	h := newFixture(t, auth.Config{})
	// A slow sign-in and slow writes leave more time for endings.
	h.exec(`CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
		$$ BEGIN PERFORM pg_sleep(random() * 0.004); RETURN NEW; END $$`)
	h.exec(`CREATE TRIGGER slow BEFORE INSERT ON access_tokens FOR EACH ROW EXECUTE FUNCTION slow()`)
	h.exec(`CREATE TRIGGER slow BEFORE INSERT ON sessions FOR EACH ROW EXECUTE FUNCTION slow()`)
	pool, err := pgxpool.New(t.Context(), h.url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	var (
		next    atomic.Int64
		workers sync.WaitGroup
		done    [len(endingKinds)]atomic.Int64
	)
	for worker := range 4 {
		workers.Go(func() {
			m := &endingModel{fixture: h, pool: pool,
				random: rand.New(rand.NewPCG(seed, uint64(worker)))} //nolint:gosec // not a secret
			for !t.Failed() {
				round := next.Add(1)
				if round > int64(*modelRounds) || t.Context().Err() != nil {
					return
				}
				kind := m.random.IntN(len(endingKinds))
				m.round(int(round), endingKinds[kind])
				done[kind].Add(1)
			}
		})
	}
	workers.Wait()
	for i, k := range endingKinds {
		t.Logf("%s: %d rounds", k.name, done[i].Load())
	}
}

// endingKind is a way to end something. It says what ends: the session and the token of the round, and the
// sessions of sign-ins with the old password.
type endingKind struct {
	name                     string
	session, token, password bool
	elsewhere                bool // another process ends it: this one may read for a second
	end                      func(ctx context.Context, r *endingRound) error
}

var endingKinds = [...]endingKind{
	{"reset", true, false, true, false, func(ctx context.Context, r *endingRound) error {
		_, err := r.ResetPassword(ctx, admin(r.ours), fleet.WriteInfo{}, r.user.ID, r.next)
		return err
	}},
	{"change", true, false, true, false, func(ctx context.Context, r *endingRound) error {
		_, err := r.ChangePassword(ctx, r.kept.Viewer, fleet.WriteInfo{By: r.kept.Credential()}, r.kept.ID,
			r.password, r.next)
		return err
	}},
	{"disable", true, true, true, false, func(ctx context.Context, r *endingRound) error {
		_, err := r.ChangeUser(ctx, admin(r.ours), fleet.WriteInfo{}, r.user.ID, nil,
			fleet.UserChange{Disabled: fleet.Maybe[bool]{Set: true, To: true}})
		return err
	}},
	{"another role", true, true, false, false, func(ctx context.Context, r *endingRound) error {
		_, err := r.ChangeUser(ctx, admin(r.ours), fleet.WriteInfo{}, r.user.ID, nil,
			fleet.UserChange{Role: fleet.Maybe[fleet.Role]{Set: true, To: fleet.RoleAnalyst}})
		return err
	}},
	{"end of the session", true, false, false, false, func(ctx context.Context, r *endingRound) error {
		return r.EndSession(ctx, admin(r.ours), fleet.WriteInfo{}, r.session.ID)
	}},
	{"sign-out", true, false, false, false, func(ctx context.Context, r *endingRound) error {
		return r.SignOut(ctx, r.secret)
	}},
	{"sign-out everywhere", true, false, false, false, func(ctx context.Context, r *endingRound) error {
		_, err := r.SignOutEverywhere(ctx, r.kept.Viewer, fleet.WriteInfo{By: r.kept.Credential()}, r.kept.ID)
		return err
	}},
	{"revocation", false, true, false, false, func(ctx context.Context, r *endingRound) error {
		_, err := r.RevokeToken(ctx, r.kept.Viewer, fleet.WriteInfo{By: r.kept.Credential()}, r.token.ID)
		return err
	}},
	{"no more passwords", true, false, true, true, func(ctx context.Context, r *endingRound) error {
		return r.store.Identity().SetProvider(ctx, fleet.IdentityProvider{CompanyID: r.ours.ID,
			Issuer: "https://login.example.com", ClientID: "fleet"})
	}},
}

type endingModel struct {
	*fixture
	pool   *pgxpool.Pool
	random *rand.Rand
}

// endingRound is a round of the model, with a company, user, sessions and token of its own.
type endingRound struct {
	*endingModel
	ours                 fleet.Company
	user                 fleet.User
	password, next       string
	secret, keptSecret   string
	session, token, kept auth.Identity
	tokenSecret          string
}

func (m *endingModel) round(n int, kind endingKind) {
	ctx := m.t.Context()
	fatal := func(what string, err error) {
		m.t.Errorf("round %d, %s: %s: %v", n, kind.name, what, err)
	}
	r, err := m.prepare(ctx, n)
	if err != nil {
		fatal("prepare", err)
		return
	}
	signIn := auth.Credentials{Email: r.user.Email, Password: r.password}
	var (
		wait     sync.WaitGroup
		mu       sync.Mutex
		opened   []string
		snapshot string
	)
	at := func(do func()) {
		pause := time.Duration(m.random.IntN(6000)) * time.Microsecond
		wait.Go(func() {
			time.Sleep(pause)
			do()
		})
	}
	for i := range 2 {
		at(func() {
			secret, _, err := m.SignIn(ctx, signIn, auth.Client{Network: fmt.Sprint(n, i)})
			if err == nil {
				mu.Lock()
				opened = append(opened, secret)
				mu.Unlock()
			} else if fleet.CodeOf(err) != fleet.Unauthenticated {
				fatal("sign-in", err)
			}
		})
		for name, by := range map[string]auth.Identity{"session": r.session, "token": r.token} {
			at(func() { r.write(ctx, fmt.Sprintf("%d %s %d", n, name, i), by, fatal) })
		}
	}
	at(func() {
		if err := kind.end(ctx, r); err != nil {
			fatal("end", err)
			return
		}
		if err := m.pool.QueryRow(ctx, `SELECT pg_current_snapshot()::text`).Scan(&snapshot); err != nil {
			fatal("snapshot", err)
		}
		r.check(ctx, kind, fatal)
		r.write(ctx, fmt.Sprintf("%d session late", n), r.session, fatal)
		r.write(ctx, fmt.Sprintf("%d token late", n), r.token, fatal)
	})
	wait.Wait()
	if m.t.Failed() {
		return
	}
	if kind.password {
		for _, secret := range opened {
			if _, err := m.AuthenticateSession(ctx, secret); fleet.CodeOf(err) != fleet.Unauthenticated {
				fatal("a session by the old password is open", err)
			}
		}
		_, _, err := m.SignIn(ctx, signIn, auth.Client{Network: fmt.Sprint("after ", n)})
		if fleet.CodeOf(err) != fleet.Unauthenticated {
			fatal("sign-in with the old password", err)
		}
	}
	for name, ended := range map[string]bool{"session": kind.session, "token": kind.token} {
		var late int
		if err := m.pool.QueryRow(ctx, `
			SELECT count(*) FROM history WHERE request LIKE $1 || ' %'
			AND NOT pg_visible_in_snapshot(xmin::text::xid8, $2::pg_snapshot)`,
			fmt.Sprintf("%d %s", n, name), snapshot).Scan(&late); err != nil || ended && late > 0 {
			fatal(fmt.Sprintf("%d writes by the %s were committed after the ending was answered", late, name), err)
		}
	}
}

// prepare makes the rows of a round.
func (m *endingModel) prepare(ctx context.Context, n int) (*endingRound, error) {
	r := &endingRound{endingModel: m, password: fmt.Sprint("the old passphrase of ", n),
		next: fmt.Sprint("the new passphrase of ", n)}
	var err error
	if r.ours, err = m.store.Identity().CreateCompany(ctx, fmt.Sprint("Company ", n)); err != nil {
		return nil, err
	}
	if r.user, err = m.AddUser(ctx, admin(r.ours), fleet.WriteInfo{},
		fleet.User{Email: fmt.Sprintf("u%d@example.com", n), Name: "U", Role: fleet.RoleManager}, r.password); err != nil {
		return nil, err
	}
	signIn := auth.Credentials{Email: r.user.Email, Password: r.password}
	for _, s := range []struct {
		secret *string
		as     *auth.Identity
	}{{&r.secret, &r.session}, {&r.keptSecret, &r.kept}} {
		if *s.secret, _, err = m.SignIn(ctx, signIn, auth.Client{Network: fmt.Sprint(n)}); err != nil {
			return nil, err
		}
		if *s.as, err = m.AuthenticateSession(ctx, *s.secret); err != nil {
			return nil, err
		}
	}
	if r.tokenSecret, _, err = m.CreateToken(ctx, admin(r.ours), fleet.WriteInfo{}, fleet.AccessToken{UserID: r.user.ID,
		Name: "first", Scope: fleet.ScopeAdmin}, time.Time{}); err == nil {
		r.token, err = m.AuthenticateToken(ctx, r.tokenSecret)
	}
	return r, err
}

// write makes a write with the identity of a request that began before.
func (r *endingRound) write(ctx context.Context, name string, by auth.Identity, fatal func(string, error)) {
	_, _, err := r.CreateToken(ctx, by.Viewer, fleet.WriteInfo{Request: name, By: by.Credential()},
		fleet.AccessToken{UserID: r.user.ID, Name: name, Scope: fleet.ScopeRead}, time.Time{})
	if err != nil && fleet.CodeOf(err) != fleet.Unauthenticated {
		fatal("write", err)
	}
}

// check asks by the session and by the token after the ending was answered.
func (r *endingRound) check(ctx context.Context, kind endingKind, fatal func(string, error)) {
	session, err := r.AuthenticateSession(ctx, r.secret)
	if kind.session && !kind.elsewhere && err == nil && session.Viewer == r.session.Viewer {
		fatal("the session is valid", nil)
	}
	token, err := r.AuthenticateToken(ctx, r.tokenSecret)
	if kind.token && err == nil && token.Viewer == r.token.Viewer {
		fatal("the token is valid", nil)
	}
	if !kind.token && err != nil {
		fatal("the token is not valid", err)
	}
}
