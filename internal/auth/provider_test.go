package auth_test

import (
	"net/url"
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/fleet"
)

func TestProvidersOpenToAllNeedAClaim(t *testing.T) {
	t.Parallel()
	for issuer, open := range map[string]bool{
		"https://accounts.google.com":                                                 true,
		"https://accounts.google.com/":                                                true,
		"https://login.microsoftonline.com/common/v2.0":                               true,
		"https://login.microsoftonline.com/organizations/v2.0":                        true,
		"https://login.microsoftonline.com/Consumers/v2.0":                            true,
		"https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0": true,
		"https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0": false,
		"https://accounts.google.com.example.com":                                     false,
		"https://login.example.com":                                                   false,
	} {
		p := fleet.IdentityProvider{Issuer: issuer, ClientID: "fleet"}
		if err := auth.CheckProvider(p); err != nil || auth.OpenToAll(p) != open {
			t.Errorf("%s: open %v, %v", issuer, auth.OpenToAll(p), err)
		}
		p.TrustEmail = true
		if err := auth.CheckProvider(p); (err != nil) != open {
			t.Errorf("%s with TrustEmail: %v", issuer, err)
		}
		p.RequiredClaims = map[string]string{"hd": "example.com"}
		if err := auth.CheckProvider(p); err != nil || auth.OpenToAll(p) {
			t.Errorf("%s with a claim: open %v, %v", issuer, auth.OpenToAll(p), err)
		}
	}
	for path, value := range map[string]string{"": "example.com", "hd": ""} {
		p := fleet.IdentityProvider{Issuer: "https://login.example.com", ClientID: "fleet",
			RequiredClaims: map[string]string{path: value}}
		want(t, fleet.BadInput, auth.CheckProvider(p))
	}
}

func TestCheckProvider(t *testing.T) {
	t.Parallel()
	valid := fleet.IdentityProvider{Issuer: "https://login.example.com", ClientID: "fleet"}
	for name, c := range map[string]struct {
		change func(*fleet.IdentityProvider)
		field  string // of the error, "" for none
	}{
		"valid":                 {func(*fleet.IdentityProvider) {}, ""},
		"http on localhost":     {func(p *fleet.IdentityProvider) { p.Issuer = "http://localhost:5556/dex" }, ""},
		"http on IPv6 loopback": {func(p *fleet.IdentityProvider) { p.Issuer = "http://[::1]:5556" }, ""},
		"http elsewhere":        {func(p *fleet.IdentityProvider) { p.Issuer = "http://login.example.com" }, "issuer"},
		"localhost as a subdomain": {func(p *fleet.IdentityProvider) {
			p.Issuer = "http://localhost.example.com"
		}, "issuer"},
		"no scheme":                  {func(p *fleet.IdentityProvider) { p.Issuer = "login.example.com" }, "issuer"},
		"no host":                    {func(p *fleet.IdentityProvider) { p.Issuer = "https:///x" }, "issuer"},
		"no client id":               {func(p *fleet.IdentityProvider) { p.ClientID = "" }, "clientId"},
		"a role claim without roles": {func(p *fleet.IdentityProvider) { p.RoleClaim = "groups" }, "roles"},
		"roles without a role claim": {func(p *fleet.IdentityProvider) {
			p.Roles = map[string]fleet.Role{"x": fleet.RoleAnalyst}
		}, "roles"},
		"an unknown role": {func(p *fleet.IdentityProvider) {
			p.RoleClaim, p.Roles = "groups", map[string]fleet.Role{"x": "BOSS"}
		}, "roles"},
		"roles": {func(p *fleet.IdentityProvider) {
			p.RoleClaim, p.Roles = "groups", map[string]fleet.Role{"x": fleet.RoleAnalyst}
		}, ""},
		"a secret instead of a reference": {func(p *fleet.IdentityProvider) { p.ClientSecret = "hunter2" }, "clientSecret"},
	} {
		p := valid
		c.change(&p)
		err := auth.CheckProvider(p)
		if c.field == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		want(t, fleet.BadInput, err)
		if err != nil && !strings.HasPrefix(err.Error(), c.field+": ") {
			t.Errorf("%s: %v does not name %s", name, err, c.field)
		}
	}
}

func TestEachCompanyHasItsOwnRedirectURI(t *testing.T) {
	t.Parallel()
	company := fleet.NewUUID()
	for _, public := range []string{"https://fleet.example.com", "https://fleet.example.com/"} {
		u, err := url.Parse(public)
		if err != nil {
			t.Fatal(err)
		}
		if got := auth.RedirectURL(u, company); got != "https://fleet.example.com/sign-in/oidc/callback/"+company.String() {
			t.Errorf("%s: %s", public, got)
		}
	}
}
