package auth

import (
	"net/url"
	"slices"
	"strings"

	"bitcorp.dev/fleet/internal/fleet"
)

// CallbackPath is the parent path of all redirect URIs.
const CallbackPath = "/sign-in/oidc/callback/"

// RedirectURL returns the redirect URI of a company, on a server with the public
// URL. Each company has its own, so that an authorization response can only belong
// to a sign-in that began at this company's provider, as a defence against mix-up
// attacks (RFC 9700, section 4.4.2).
func RedirectURL(public *url.URL, company fleet.UUID) string {
	return public.JoinPath(CallbackPath, company.String()).String()
}

// CheckProvider returns a BAD_INPUT error unless p is a valid configuration of
// single sign-on, or the error of ReadSecret. It sends no request.
func CheckProvider(p fleet.IdentityProvider) error {
	issuer, err := url.Parse(p.Issuer)
	loopback := err == nil && slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, issuer.Hostname())
	if err != nil || issuer.Host == "" || issuer.Scheme != "https" && (issuer.Scheme != "http" || !loopback) {
		return fleet.BadInputf("issuer", "%s is not an issuer such as https://login.example.com; "+
			"http is allowed only for localhost", fleet.Quote(p.Issuer))
	}
	if err := fleet.CheckName("clientId", p.ClientID, 500); err != nil {
		return err
	}
	if (p.RoleClaim == "") != (len(p.Roles) == 0) {
		return fleet.BadInputf("roles", "a role claim and the roles of its values require each other")
	}
	for value, role := range p.Roles {
		if !role.Valid() {
			return fleet.BadInputf("roles", "%s maps to %s, which is not a role: %v", fleet.Quote(value),
				fleet.Quote(string(role)), fleet.Roles())
		}
	}
	for path, value := range p.RequiredClaims {
		if path == "" || value == "" {
			return fleet.BadInputf("requiredClaims",
				"%s=%s requires nothing: it must be a claim and its value, such as hd=example.com", path, value)
		}
	}
	if p.TrustEmail && OpenToAll(p) {
		return fleet.BadInputf("trustEmail", "anyone can have an account at %s, with any address: "+
			"require a claim of your organization, such as hd=example.com", p.Issuer)
	}
	_, err = ReadSecret(p.ClientSecret)
	return err
}

// publicIssuers are the prefixes of known issuers where anyone can have an account.
var publicIssuers = []string{
	"https://accounts.google.com",
	"https://login.microsoftonline.com/common",
	"https://login.microsoftonline.com/organizations",
	"https://login.microsoftonline.com/consumers",
	// The tenant of Microsoft's personal accounts.
	"https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad",
}

// OpenToAll reports whether the provider is known to give accounts to anyone and p
// requires no claim that limits sign-in to the company's own.
func OpenToAll(p fleet.IdentityProvider) bool {
	return len(p.RequiredClaims) == 0 && slices.ContainsFunc(publicIssuers, func(issuer string) bool {
		rest, is := strings.CutPrefix(strings.ToLower(p.Issuer), issuer)
		return is && (rest == "" || rest[0] == '/')
	})
}
