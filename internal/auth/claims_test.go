package auth

import (
	"encoding/json"
	"slices"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
)

func claimsOf(t *testing.T, text string) claims {
	t.Helper()
	var c claims
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(text), &c.all); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestOnlyVerifiedAddressesCount(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claims           string
		strict, trusting string // without and with TrustEmail
	}{
		{`{"email":"a@example.com","email_verified":true}`, "a@example.com", "a@example.com"},
		{`{"email":"a@example.com","email_verified":"true"}`, "a@example.com", "a@example.com"},
		{`{"email":"a@example.com"}`, "", "a@example.com"},
		{`{"email":"a@example.com","email_verified":null}`, "", "a@example.com"},
		{`{"email":"a@example.com","email_verified":false}`, "", ""},
		{`{"email":"a@example.com","email_verified":"false"}`, "", ""},
		{`{"email":"a@example.com","email_verified":1}`, "", ""},
		{`{"email":"not an address","email_verified":true}`, "", ""},
		{`{"email_verified":true}`, "", ""},
	} {
		got := claimsOf(t, c.claims)
		if email := got.email(fleet.IdentityProvider{}); email != c.strict {
			t.Errorf("%s: %q, want %q", c.claims, email, c.strict)
		}
		if email := got.email(fleet.IdentityProvider{TrustEmail: true}); email != c.trusting {
			t.Errorf("%s with TrustEmail: %q, want %q", c.claims, email, c.trusting)
		}
	}
}

func TestValuesOfAClaim(t *testing.T) {
	t.Parallel()
	c := claimsOf(t, `{
		"one": "a", "list": ["a", 1, null, "b"], "number": 1, "object": {"roles": ["c"], "deep": {"name": "d"}},
		"https://example.com/roles": "e", "object.roles.x": "f"}`)
	for path, want := range map[string][]string{
		"one": {"a"}, "list": {"a", "b"}, "number": nil, "object": nil, "object.roles": {"c"}, "object.deep.name": {"d"},
		"https://example.com/roles": {"e"}, "object.roles.x": {"f"}, "missing": nil,
		"one.x": nil, "object.missing.x": nil, "": nil,
	} {
		if got := c.values(path); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
}

func TestTheRoleClaimGivesTheHighestRole(t *testing.T) {
	t.Parallel()
	c := claimsOf(t, `{"groups": ["guests", "drivers", "office"], "level": "9"}`)
	roles := map[string]fleet.Role{
		"drivers": fleet.RoleOperator, "office": fleet.RoleManager, "boss": fleet.RoleAdmin,
	}
	for _, p := range []struct {
		claim string
		role  fleet.Role
		ok    bool
	}{{"", "", true}, {"groups", fleet.RoleManager, true}, {"level", "", false}, {"missing", "", false}} {
		provider := fleet.IdentityProvider{RoleClaim: p.claim, Roles: roles}
		if role, ok := c.role(provider); role != p.role || ok != p.ok {
			t.Errorf("%q: %q, %v", p.claim, role, ok)
		}
	}
}

func TestRequiredClaimsMustHaveTheirValue(t *testing.T) {
	t.Parallel()
	c := claimsOf(t, `{"hd": "example.com", "org": {"ids": ["7", "8"]}}`)
	for _, r := range []struct {
		required map[string]string
		missing  string
	}{
		{nil, ""},
		{map[string]string{"hd": "example.com", "org.ids": "8"}, ""},
		{map[string]string{"hd": "example.org"}, "hd"},
		{map[string]string{"hd": "Example.com"}, "hd"},
		{map[string]string{"hd": "example.com", "org.ids": "9"}, "org.ids"},
		{map[string]string{"tid": "x"}, "tid"},
	} {
		if got := c.missing(fleet.IdentityProvider{RequiredClaims: r.required}); got != r.missing {
			t.Errorf("%v: %q is missing, want %q", r.required, got, r.missing)
		}
	}
}
