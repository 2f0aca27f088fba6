package auth_test

import (
	"errors"
	"regexp"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/fleet"
)

func asThrottled(t testing.TB, err error) *auth.Throttled {
	t.Helper()
	var throttled *auth.Throttled
	if !errors.As(err, &throttled) {
		t.Fatalf("%v is not throttled", err)
	}
	return throttled
}

func (h *fixture) token(name string, scope fleet.Scope) (string, *fleet.AccessToken) {
	h.t.Helper()
	token, kept, err := h.CreateToken(h.t.Context(), admin(h.ours), fleet.WriteInfo{},
		fleet.AccessToken{UserID: h.dana.ID, Name: name, Scope: scope, ExpiresAt: time.Now().Add(time.Hour)}, time.Time{})
	if err != nil {
		h.t.Fatal(err)
	}
	return token, kept
}

func TestATokenAllowsWhatItsScopeCovers(t *testing.T) {
	t.Parallel()
	h := newFixture(t, auth.Config{})
	for scope, may := range map[fleet.Scope][2]bool{fleet.ScopeRead: {false, false}, fleet.ScopeWrite: {true, false},
		fleet.ScopeAdmin: {true, true}} {
		token, kept := h.token("for "+string(scope), scope)
		if !regexp.MustCompile(`^fleet_pat_[A-Z2-7]{33}$`).MatchString(token) {
			t.Error("the token is", token)
		}
		got, err := h.AuthenticateToken(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		if got.Viewer != (fleet.Viewer{CompanyID: h.ours.ID, UserID: h.dana.ID, Role: fleet.RoleManager,
			Scope: scope}) || got.ID != kept.ID {
			t.Errorf("the token is %+v", got)
		}
		viewer := got.Viewer
		viewer.Role = fleet.RoleAdmin
		if allowed := [2]bool{viewer.Check(fleet.RoleManager, fleet.ScopeWrite) == nil,
			viewer.Check(fleet.RoleAdmin, fleet.ScopeAdmin) == nil}; allowed != may {
			t.Errorf("scope %s allows an ADMIN to write and administer: %v, want %v", scope, allowed, may)
		}
	}
	list, err := h.store.Identity().Tokens(t.Context(),
		fleet.Viewer{CompanyID: h.ours.ID, UserID: h.dana.ID, Role: fleet.RoleManager})
	if err != nil || len(list) != 3 || list[0].LastUsed == nil {
		t.Errorf("%+v, %v", list, err)
	}
	if list, err := h.store.Identity().Tokens(t.Context(), admin(h.theirs)); err != nil || len(list) != 0 {
		t.Errorf("the other company sees %+v, %v", list, err)
	}
}

func TestTokensEnd(t *testing.T) {
	t.Parallel()
	h := newFixture(t, auth.Config{})
	for name, end := range map[string]func(fleet.UUID){
		"revoked": func(id fleet.UUID) {
			if _, err := h.store.Identity().RevokeToken(t.Context(), admin(h.ours), fleet.WriteInfo{}, id); err != nil {
				t.Error(err)
			}
		},
		"expired":  func(fleet.UUID) { h.exec(`UPDATE access_tokens SET expires_at = now()`) },
		"disabled": func(fleet.UUID) { h.exec(`UPDATE users SET disabled_at = now()`) },
	} {
		h.exec(`UPDATE users SET disabled_at = null`)
		token, kept := h.token(name, fleet.ScopeRead)
		if _, err := h.AuthenticateToken(t.Context(), token); err != nil {
			t.Fatal(err)
		}
		end(kept.ID)
		began := time.Now()
		for {
			_, err := h.AuthenticateToken(t.Context(), token)
			if err != nil && fleet.CodeOf(err) == fleet.Unauthenticated {
				break
			}
			if time.Since(began) > 10*time.Second {
				t.Fatalf("%s: the token is still valid after %s", name, time.Since(began))
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
}

func TestTokensOfOthersCannotBeRevoked(t *testing.T) {
	t.Parallel()
	h := newFixture(t, auth.Config{})
	token, kept := h.token("mine", fleet.ScopeRead)
	for _, v := range []fleet.Viewer{
		admin(h.theirs),
		{CompanyID: h.ours.ID, UserID: h.stranger.ID, Role: fleet.RoleManager},
		{CompanyID: h.ours.ID, UserID: h.stranger.ID, Role: fleet.RoleAdmin, Scope: fleet.ScopeWrite},
	} {
		_, err := h.store.Identity().RevokeToken(t.Context(), v, fleet.WriteInfo{}, kept.ID)
		want(t, fleet.NotFound, err)
	}
	if _, err := h.AuthenticateToken(t.Context(), token); err != nil {
		t.Error(err)
	}
	_, _, err := h.CreateToken(t.Context(), admin(h.ours), fleet.WriteInfo{},
		fleet.AccessToken{UserID: h.dana.ID, Name: "MINE", Scope: fleet.ScopeRead,
			ExpiresAt: time.Now().Add(time.Hour)}, time.Time{})
	want(t, fleet.Conflict, err)
	for _, wrong := range []fleet.AccessToken{
		{Name: "", Scope: fleet.ScopeRead, ExpiresAt: time.Now().Add(time.Hour)},
		{Name: "x", Scope: "ALL", ExpiresAt: time.Now().Add(time.Hour)},
		{Name: "x", Scope: fleet.ScopeRead, ExpiresAt: time.Now()},
		{Name: "x", Scope: fleet.ScopeRead, ExpiresAt: time.Now().Add(10 * 366 * 24 * time.Hour)},
	} {
		_, _, err := h.CreateToken(t.Context(), admin(h.ours), fleet.WriteInfo{}, wrong, time.Time{})
		want(t, fleet.BadInput, err)
	}
}

func TestMalformedTokensAreRefusedWithoutTheDatabase(t *testing.T) {
	t.Parallel()
	h := newFixture(t, auth.Config{})
	token, _ := h.token("x", fleet.ScopeRead)
	h.store.Close() // a query would fail with another error
	for _, wrong := range []string{"", "fleet_pat_", token[:len(token)-1], token + "A", "x" + token,
		token[:20] + "A" + token[20:], swap(token, 15), swap(token, len(token)-1)} {
		_, err := h.AuthenticateToken(t.Context(), wrong)
		want(t, fleet.Unauthenticated, err)
	}
}

// swap replaces one character.
func swap(token string, at int) string {
	c := byte('A')
	if token[at] == c {
		c = 'B'
	}
	return token[:at] + string(c) + token[at+1:]
}
