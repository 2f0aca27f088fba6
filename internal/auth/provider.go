package auth

import (
	"net/url"
	"slices"
	"strings"

	"bitcorp.dev/fleet/internal/fleet"
)

// CallbackPath is where providers send browsers back to, each company's to an
// address of its own below it.
const CallbackPath = "/sign-in/oidc/callback/"

// RedirectURL is the address that a company's provider sends browsers back to,
// on a server that browsers find at public. It is no other company's: an answer
// that comes to it can only be for a sign-in that began at this one's provider
// (RFC 9700 section 4.4.2).
func RedirectURL(public *url.URL, company fleet.UUID) string {
	return public.JoinPath(CallbackPath, company.String()).String()
}

// CheckProvider returns an error about what is wrong in the settings of a
// company's single sign-on.
func CheckProvider(p fleet.IdentityProvider) error {
	issuer, err := url.Parse(p.Issuer)
	loopback := err == nil && (issuer.Hostname() == "localhost" || issuer.Hostname() == "127.0.0.1" || issuer.Hostname() == "::1")
	if err != nil || issuer.Host == "" || issuer.Scheme != "https" && (issuer.Scheme != "http" || !loopback) {
		return fleet.BadInputf("issuer", "%s is no issuer, such as https://login.example.com; http is for this machine alone", fleet.Quote(p.Issuer))
	}
	if err := fleet.CheckName("clientId", p.ClientID, 500); err != nil {
		return err
	}
	if (p.RoleClaim == "") != (len(p.Roles) == 0) {
		return fleet.BadInputf("roles", "a role claim and the roles of its values go together: give both or neither")
	}
	for value, role := range p.Roles {
		if !role.Valid() {
			return fleet.BadInputf("roles", "%s stands for %s, which is no role: %v", fleet.Quote(value), fleet.Quote(string(role)), fleet.Roles())
		}
	}
	for path, value := range p.RequiredClaims {
		if path == "" || value == "" {
			return fleet.BadInputf("requiredClaims", "%s=%s requires nothing: a claim and what it must say are needed, such as hd=example.com", path, value)
		}
	}
	if p.TrustEmail && OpenToAll(p) {
		return fleet.BadInputf("trustEmail", "anybody may have an account at %s, with whichever address: require a claim that only your own have, such as hd=example.com", p.Issuer)
	}
	_, err = ReadSecret(p.ClientSecret)
	return err
}

// publicIssuers are issuers where anybody may have an account, as they begin.
var publicIssuers = []string{
	"https://accounts.google.com",
	"https://login.microsoftonline.com/common",
	"https://login.microsoftonline.com/organizations",
	"https://login.microsoftonline.com/consumers",
	"https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad", // of Microsoft's consumers, as their tokens name it
}

// OpenToAll reports whether anybody may have an account at the provider, as far
// as we know, and no claim is required that tells the company's from others.
func OpenToAll(p fleet.IdentityProvider) bool {
	return len(p.RequiredClaims) == 0 && slices.ContainsFunc(publicIssuers, func(issuer string) bool {
		rest, is := strings.CutPrefix(strings.ToLower(p.Issuer), issuer)
		return is && (rest == "" || rest[0] == '/')
	})
}
