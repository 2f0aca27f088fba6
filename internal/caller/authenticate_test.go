package caller_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/caller"
	"bitcorp.dev/fleet/internal/fleet"
)

var errDown = errors.New("the database is down")

// credentials knows one session and one token of a manager.
type credentials struct {
	caller.Credentials
	viewer  fleet.Viewer
	ended   bool
	down    bool
	lookups int
}

func (c *credentials) find(kind auth.Kind, secret, want string) (auth.Identity, error) {
	c.lookups++
	if c.down {
		return auth.Identity{}, errDown
	}
	if secret != want || c.ended {
		return auth.Identity{}, &fleet.Error{Code: fleet.Unauthenticated, Message: "unknown " + string(kind)}
	}
	return auth.Identity{Grant: fleet.Grant{Viewer: c.viewer}, Kind: kind}, nil
}

func (c *credentials) AuthenticateSession(_ context.Context, secret string) (auth.Identity, error) {
	return c.find(auth.BySession, secret, "session")
}

func (c *credentials) AuthenticateToken(_ context.Context, token string) (auth.Identity, error) {
	return c.find(auth.ByToken, token, "token")
}

func (c *credentials) Recheck(_ context.Context, i auth.Identity) error {
	_, err := c.find(i.Kind, "again", "again")
	return err
}

func (c *credentials) Watch(_ context.Context, i auth.Identity, ended func(error)) {
	if _, err := c.find(i.Kind, "again", "again"); err != nil {
		ended(err)
	}
}

func (c *credentials) IsCached(secret string) bool { return secret == "token" }

func request(t *testing.T, cookie string, authorization ...string) *http.Request {
	r := httptest.NewRequestWithContext(
		caller.With(t.Context(), caller.Caller{RequestID: "1", Address: "192.0.2.1"}),
		"GET",
		"/",
		nil,
	)
	if cookie != "" {
		r.AddCookie(&http.Cookie{Name: "fleet_session", Value: cookie})
	}
	for _, header := range authorization {
		r.Header.Add("Authorization", header)
	}
	return r
}

func TestAuthenticate(t *testing.T) {
	t.Parallel()
	manager := fleet.Viewer{UserID: fleet.NewUUID(), Role: fleet.RoleManager}
	demo := fleet.Viewer{UserID: fleet.NewUUID(), Role: fleet.RoleManager}
	for name, c := range map[string]struct {
		cookie  string
		headers []string
		demo    *fleet.Viewer
		down    bool
		none    bool // no credentials are checked at all

		viewer  fleet.Viewer
		kind    auth.Kind
		expired bool
		code    fleet.Code
	}{
		"nothing":                   {},
		"a session":                 {cookie: "session", viewer: manager, kind: auth.BySession},
		"an ended session":          {cookie: "old", expired: true},
		"a token":                   {headers: []string{"Bearer token"}, viewer: manager, kind: auth.ByToken},
		"a token beside a session":  {cookie: "session", headers: []string{"bearer  token"}, viewer: manager, kind: auth.ByToken},
		"a wrong token":             {cookie: "session", headers: []string{"Bearer x"}, code: fleet.Unauthenticated},
		"another scheme":            {headers: []string{"Basic token"}, code: fleet.Unauthenticated},
		"an empty header":           {cookie: "session", headers: []string{""}, code: fleet.Unauthenticated},
		"two headers":               {headers: []string{"Bearer token", "Bearer token"}, code: fleet.Unauthenticated},
		"a token as a cookie":       {cookie: "token", expired: true},
		"the demo":                  {demo: &demo, viewer: demo},
		"an ended session in demo":  {cookie: "old", demo: &demo, viewer: demo, expired: true},
		"a session in demo":         {cookie: "session", demo: &demo, viewer: manager, kind: auth.BySession},
		"a wrong token in demo":     {headers: []string{"Bearer x"}, demo: &demo, code: fleet.Unauthenticated},
		"a session without a check": {cookie: "session", none: true},
		"a token without a check":   {headers: []string{"Bearer token"}, none: true, code: fleet.Unauthenticated},
		"no database":               {cookie: "session", demo: &demo, down: true, code: fleet.Internal},
	} {
		known := &credentials{viewer: manager, down: c.down}
		a := &caller.Authenticator{Credentials: known, Cookie: "fleet_session", Demo: c.demo}
		if c.none {
			a.Credentials = nil
		}
		got, expired, err := a.Authenticate(request(t, c.cookie, c.headers...))
		if c.code != "" {
			if err == nil || fleet.CodeOf(err) != c.code || got != (caller.Caller{}) {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
			continue
		}
		if err != nil || got.Viewer != c.viewer || got.Identity.Kind != c.kind || expired != c.expired ||
			got.RequestID != "1" ||
			got.Address != "192.0.2.1" {
			t.Errorf("%s: %+v, expired %t, %v", name, got, expired, err)
		}
	}
}

// TestUnknownCredentialsNeedABudget: only those that were valid lately are
// looked up once the network has none left.
func TestUnknownCredentialsNeedABudget(t *testing.T) {
	t.Parallel()
	known := &credentials{viewer: fleet.Viewer{Role: fleet.RoleManager}}
	limited := &fleet.Error{Code: fleet.RateLimited}
	a := &caller.Authenticator{Credentials: known, Cookie: "fleet_session", AllowLookup: func(ctx context.Context) error {
		if caller.Of(ctx).Address != "192.0.2.1" {
			t.Error("the lookup is charged to another address")
		}
		return limited
	}}
	if _, _, err := a.Authenticate(request(t, "session")); !errors.Is(err, limited) {
		t.Errorf("an unknown session: %v", err)
	}
	if _, _, err := a.Authenticate(request(t, "", "Bearer guess")); !errors.Is(err, limited) {
		t.Errorf("an unknown token: %v", err)
	}
	if _, err := a.Connect(
		request(t, "").Context(),
		map[string]any{"Authorization": "Bearer guess"},
	); !errors.Is(
		err,
		limited,
	) {
		t.Errorf("an unknown token of a socket: %v", err)
	}
	if known.lookups != 0 {
		t.Errorf("%d lookups", known.lookups)
	}
	if _, _, err := a.Authenticate(request(t, "", "Bearer token")); err != nil {
		t.Errorf("a token that was valid lately: %v", err)
	}
}

func TestSocketsAuthenticateByTheirFirstMessage(t *testing.T) {
	t.Parallel()
	a := &caller.Authenticator{Credentials: &credentials{viewer: fleet.Viewer{Role: fleet.RoleManager}}}
	ctx := request(t, "").Context()
	for name, payload := range map[string]map[string]any{
		"upper case": {"Authorization": "Bearer token"},
		"lower case": {"authorization": "Bearer token"},
		"headers":    {"headers": map[string]any{"Authorization": "Bearer token"}},
		"Headers":    {"Headers": map[string]any{"AUTHORIZATION": "Bearer token", "X-Other": 1.0}},
		"with null":  {"Authorization": nil, "headers": map[string]any{"authorization": "Bearer token"}},
	} {
		connected, err := a.Connect(ctx, payload)
		if c := caller.Of(connected); err != nil || c.Identity.Kind != auth.ByToken || c.Address != "192.0.2.1" {
			t.Errorf("%s: %+v, %v", name, c, err)
		}
	}
	for name, payload := range map[string]map[string]any{
		"none": nil, "null": {"Authorization": nil}, "headers of another kind": {"headers": "Bearer token"},
		"other headers": {"headers": map[string]any{"X-Other": "Bearer x"}},
	} {
		connected, err := a.Connect(ctx, payload)
		if c := caller.Of(connected); err != nil || c != caller.Of(ctx) {
			t.Errorf("%s: %+v, %v", name, c, err)
		}
	}
	for name, payload := range map[string]map[string]any{
		"a wrong token":  {"Authorization": "Bearer x"},
		"one in headers": {"headers": map[string]any{"Authorization": "Bearer x"}},
		"a number":       {"Authorization": 1.0},
		"two tokens":     {"Authorization": "Bearer token", "headers": map[string]any{"Authorization": "Bearer token"}},
		"two spellings":  {"Authorization": "Bearer token", "authorization": "Bearer token"},
	} {
		if _, err := a.Connect(ctx, payload); fleet.CodeOf(err) != fleet.Unauthenticated {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOnlyConnectionsWithCredentialsAreWatched(t *testing.T) {
	t.Parallel()
	known := &credentials{viewer: fleet.Viewer{Role: fleet.RoleManager}}
	a := &caller.Authenticator{Credentials: known}
	ctx := request(t, "").Context()
	var ended []error
	end := func(err error) { ended = append(ended, err) }
	a.Watch(ctx, end)
	if known.lookups != 0 {
		t.Error("an anonymous connection is watched")
	}
	ctx, err := a.Connect(ctx, map[string]any{"Authorization": "Bearer token"})
	if err != nil {
		t.Fatal(err)
	}
	a.Watch(ctx, end)
	if len(ended) != 0 {
		t.Errorf("a valid token ends: %v", ended)
	}
	known.ended = true
	a.Watch(ctx, end)
	if len(ended) != 1 || fleet.CodeOf(ended[0]) != fleet.Unauthenticated {
		t.Errorf("got %v", ended)
	}
}

func TestRecheck(t *testing.T) {
	t.Parallel()
	known := &credentials{viewer: fleet.Viewer{UserID: fleet.NewUUID(), Role: fleet.RoleManager}}
	a := &caller.Authenticator{Credentials: known}
	ctx := request(t, "").Context()
	if err := a.Recheck(ctx); err != nil || known.lookups != 0 {
		t.Errorf("an anonymous connection: %v after %d lookups", err, known.lookups)
	}
	ctx, err := a.Connect(ctx, map[string]any{"Authorization": "Bearer token"})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Recheck(ctx); err != nil {
		t.Errorf("nothing has changed: %v", err)
	}
	known.ended = true
	if err := a.Recheck(ctx); fleet.CodeOf(err) != fleet.Unauthenticated {
		t.Errorf("a revoked token: %v", err)
	}
	known.down = true
	if err := a.Recheck(ctx); !errors.Is(err, errDown) {
		t.Errorf("no database: %v", err)
	}
}
