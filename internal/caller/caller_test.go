package caller_test

import (
	"context"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/caller"
	"bitcorp.dev/fleet/internal/fleet"
)

func TestCallerInContext(t *testing.T) {
	t.Parallel()
	none := caller.Of(t.Context())
	if none != (caller.Caller{}) || none.SignedIn() {
		t.Errorf("a context without a request has the caller %+v", none)
	}
	if v, ok := caller.ViewerOf(t.Context()); ok {
		t.Errorf("a context without a request has the viewer %+v", v)
	}
	anonymous := caller.With(t.Context(), caller.Caller{RequestID: "1", Address: "192.0.2.1"})
	if v, ok := caller.ViewerOf(anonymous); ok {
		t.Errorf("an anonymous request has the viewer %+v", v)
	}
	viewer := fleet.Viewer{UserID: fleet.NewUUID(), Role: fleet.RoleManager}
	c := caller.Of(anonymous)
	c.Viewer = viewer
	demo := caller.With(anonymous, c)
	if v, ok := caller.ViewerOf(demo); !ok || v != viewer {
		t.Errorf("the viewer is %+v, %t", v, ok)
	}
	if got := caller.Of(demo); got.RequestID != "1" || got.Address != "192.0.2.1" || got.SignedIn() {
		t.Errorf("the demo viewer's request is %+v", got)
	}
	if v, ok := caller.ViewerOf(anonymous); ok {
		t.Errorf("a caller changed in an outer context: %+v", v)
	}
	if got := caller.Of(context.WithoutCancel(demo)); got.Viewer != viewer {
		t.Errorf("a socket's context has the caller %+v", got)
	}
}

func TestWhatIdentitiesTell(t *testing.T) {
	t.Parallel()
	end := time.Now().Add(time.Hour)
	grant := fleet.Grant{
		ID:     fleet.NewUUID(),
		Viewer: fleet.Viewer{UserID: fleet.NewUUID(), Role: fleet.RoleAdmin},
		End:    end,
	}
	from := caller.Caller{Address: "192.0.2.1"}
	session := from.SignedInAs(auth.Identity{Grant: grant, Kind: auth.BySession})
	token := from.SignedInAs(auth.Identity{Grant: grant, Kind: auth.ByToken})
	user := "user:" + grant.UserID.String()
	for name, c := range map[string]struct {
		caller               caller.Caller
		signedIn             bool
		budget, quota        string
		session              fleet.UUID
		tokenEnd             time.Time
		viewer               fleet.Viewer
		budgetOfFailedLookup string
	}{
		"anonymous": {from, false, "address:192.0.2.1", "address:192.0.2.1", fleet.UUID{}, time.Time{}, fleet.Viewer{}, "address:192.0.2.1"},
		"session":   {session, true, user, user, grant.ID, time.Time{}, grant.Viewer, "address:192.0.2.1"},
		"token":     {token, true, "token:" + grant.ID.String(), user, fleet.UUID{}, end, grant.Viewer, "address:192.0.2.1"},
	} {
		got := c.caller
		if got.SignedIn() != c.signedIn || got.BudgetKey() != c.budget || got.QuotaKey() != c.quota ||
			got.Viewer != c.viewer || got.Session() != c.session || !got.TokenEnd().Equal(c.tokenEnd) ||
			got.AddressKey() != c.budgetOfFailedLookup {
			t.Errorf("%s: %+v with budget %s, quota %s, session %s, token end %s",
				name, got, got.BudgetKey(), got.QuotaKey(), got.Session(), got.TokenEnd())
		}
	}
}
