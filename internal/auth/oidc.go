package auth

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"bitcorp.dev/fleet/internal/fleet"
)

const (
	// cachedProviders is how many providers' descriptions are remembered.
	cachedProviders = 100
	// discoverEvery is how old one may be. Keys have a life of their own: one
	// that is not known yet is asked for at once.
	discoverEvery = time.Hour
	// FlowLife is how long somebody may take at their provider.
	FlowLife = 10 * time.Minute
)

// CallbackPath is where a provider sends the browser back to.
const CallbackPath = "/sign-in/oidc/callback"

type discovered struct {
	provider *oidc.Provider
	at       time.Time
}

// Flow is a single sign-on under way. The browser keeps it, in a cookie that
// scripts cannot read: who comes back with another's state has not begun here.
type Flow struct {
	Company  fleet.UUID `json:"c"`
	State    string     `json:"s"`
	Nonce    string     `json:"n"`
	Verifier string     `json:"v"` // of PKCE
	Next     string     `json:"x"` // page to go to afterwards
	Began    int64      `json:"t"` // Unix seconds
}

// Encode returns the flow as text for a cookie.
func (f Flow) Encode() string {
	text, err := json.Marshal(f)
	if err != nil {
		panic(err) // strings and numbers
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// maxFlow is how long the text of a flow may be, in bytes.
const maxFlow = 3000

// DecodeFlow reads what Encode wrote.
func DecodeFlow(text string) (Flow, error) {
	var f Flow
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(text) > maxFlow || json.Unmarshal(raw, &f) != nil || f.State == "" || f.Nonce == "" || f.Verifier == "" {
		return Flow{}, errNoFlow
	}
	return f, nil
}

var (
	errNoFlow = unauthenticated("this sign-in did not begin in this browser, or too long ago: begin again")
	errNoSSO  = unauthenticated("this company has no single sign-on here")
)

// Begin returns where the browser goes to sign in at the company's provider,
// and the flow that it has to bring back. It says the same of a company that
// is unknown as of one without single sign-on.
func (s *Service) Begin(ctx context.Context, company, next string) (string, Flow, error) {
	if s.config.PublicURL == nil {
		return "", Flow{}, unauthenticated("single sign-on needs to know where this server is: its operator has to set FLEET_PUBLIC_URL")
	}
	if fleet.CheckName("company", company, 200) != nil {
		return "", Flow{}, errNoSSO
	}
	c, err := s.store.CompanyByName(ctx, company)
	var p fleet.IdentityProvider
	if err == nil {
		p, err = s.store.Provider(ctx, c.ID)
	}
	if fleet.CodeOf(err) == fleet.NotFound {
		return "", Flow{}, errNoSSO
	}
	if err != nil {
		return "", Flow{}, err
	}
	oauth, _, err := s.client(ctx, p)
	if err != nil {
		return "", Flow{}, err
	}
	f := Flow{Company: c.ID, State: newSecret(), Nonce: newSecret(), Verifier: oauth2.GenerateVerifier(), Next: next, Began: s.now().Unix()}
	return oauth.AuthCodeURL(f.State, oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)), f, nil
}

// Finish opens a session for whom the provider sent back with state and code.
func (s *Service) Finish(ctx context.Context, f Flow, state, code string, from Client) (string, fleet.Session, error) {
	age := s.now().Sub(time.Unix(f.Began, 0))
	if subtle.ConstantTimeCompare([]byte(state), []byte(f.State)) != 1 || age < -time.Minute || age > FlowLife || code == "" {
		return "", fleet.Session{}, errNoFlow
	}
	p, err := s.store.Provider(ctx, f.Company)
	if fleet.CodeOf(err) == fleet.NotFound {
		return "", fleet.Session{}, errNoSSO
	}
	if err != nil {
		return "", fleet.Session{}, err
	}
	claims, err := s.redeem(ctx, p, f, code)
	if err != nil {
		s.config.Log.WarnContext(ctx, "single sign-on refused", "company", f.Company, "issuer", p.Issuer, "error", err)
		return "", fleet.Session{}, unauthenticated("your company's provider did not confirm the sign-in: begin again, or ask your administrator")
	}
	role, ok := claims.role(p)
	if !ok {
		return "", fleet.Session{}, unauthenticated("your company's provider gives you no role here: ask your administrator")
	}
	v, err := s.store.UserByIdentity(ctx, p.CompanyID, p.Issuer, claims.Subject, claims.email(), role)
	if fleet.CodeOf(err) == fleet.NotFound {
		return "", fleet.Session{}, unauthenticated("your company has no such user here: ask your administrator")
	}
	if err != nil {
		return "", fleet.Session{}, err
	}
	if role != "" && v.Role != role {
		s.config.Log.WarnContext(ctx, "the provider gives a company's last administrator another role: they stay one", "user", v.UserID, "role", role)
	}
	return s.open(ctx, v, fleet.ByOIDC, from)
}

// client returns what speaks to a company's provider.
func (s *Service) client(ctx context.Context, p fleet.IdentityProvider) (*oauth2.Config, *oidc.IDTokenVerifier, error) {
	d, ok := s.providers.Get(p.Issuer)
	if !ok || s.now().Sub(d.at) > discoverEvery {
		provider, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), s.config.Client), p.Issuer)
		if err != nil {
			return nil, nil, fmt.Errorf("discover identity provider %s: %w", p.Issuer, err)
		}
		d = discovered{provider, s.now()}
		s.providers.Add(p.Issuer, d)
	}
	secret, err := ReadSecret(p.ClientSecret)
	if err != nil {
		return nil, nil, err
	}
	oauth := &oauth2.Config{
		ClientID: p.ClientID, ClientSecret: secret, Endpoint: d.provider.Endpoint(),
		RedirectURL: s.config.PublicURL.JoinPath(CallbackPath).String(),
		Scopes:      []string{oidc.ScopeOpenID, "email", "profile"},
	}
	return oauth, d.provider.Verifier(&oidc.Config{ClientID: p.ClientID, Now: s.now}), nil
}

// redeem exchanges the code for an ID token and checks it: signature, issuer,
// audience, time (go-oidc), authorized party, and that it answers this flow.
func (s *Service) redeem(ctx context.Context, p fleet.IdentityProvider, f Flow, code string) (claims, error) {
	var c claims
	oauth, verifier, err := s.client(ctx, p)
	if err != nil {
		return c, err
	}
	ctx = oidc.ClientContext(ctx, s.config.Client)
	answer, err := oauth.Exchange(ctx, code, oauth2.VerifierOption(f.Verifier))
	if err != nil {
		// The provider's answer may hold anything; its status is enough.
		return c, fmt.Errorf("the provider did not take the code: %s", statusOf(err))
	}
	raw, _ := answer.Extra("id_token").(string)
	token, err := verifier.Verify(ctx, raw)
	if err != nil {
		return c, err
	}
	if subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(f.Nonce)) != 1 {
		return c, fmt.Errorf("the ID token answers another sign-in: its nonce differs")
	}
	if err := token.Claims(&c); err != nil {
		return c, fmt.Errorf("the ID token's claims: %w", err)
	}
	if err := token.Claims(&c.all); err != nil {
		return c, fmt.Errorf("the ID token's claims: %w", err)
	}
	if c.Party != "" && c.Party != p.ClientID {
		return c, fmt.Errorf("the ID token is for another client")
	}
	c.Subject = token.Subject
	return c, nil
}

func statusOf(err error) string {
	if refused, ok := err.(*oauth2.RetrieveError); ok && refused.Response != nil { //nolint:errorlint // never wrapped
		return refused.Response.Status
	}
	return "it cannot be reached"
}

// claims of an ID token that we read.
type claims struct {
	Subject  string `json:"sub"`
	Email    string `json:"email"`
	Verified any    `json:"email_verified"` // some providers send "true"
	Party    string `json:"azp"`
	all      map[string]any
}

// email returns the address if the provider has verified it, else "".
func (c claims) email() string {
	if c.Verified != true && c.Verified != "true" || fleet.CheckEmail(c.Email) != nil {
		return ""
	}
	return c.Email
}

// role returns the highest role that the provider gives; "" when it has no
// say; not ok when it has and gives none.
func (c claims) role(p fleet.IdentityProvider) (fleet.Role, bool) {
	if p.RoleClaim == "" {
		return "", true
	}
	var found any = c.all
	if whole, ok := c.all[p.RoleClaim]; ok { // names such as https://example.com/roles have dots
		found = whole
	} else {
		for step := range strings.SplitSeq(p.RoleClaim, ".") {
			object, _ := found.(map[string]any)
			found = object[step]
		}
	}
	values, isList := found.([]any)
	if !isList {
		values = []any{found}
	}
	given := map[fleet.Role]bool{}
	for _, value := range values {
		if text, ok := value.(string); ok {
			given[p.Roles[text]] = true
		}
	}
	for _, role := range fleet.Roles() { // from most to least
		if given[role] {
			return role, true
		}
	}
	return "", false
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
	_, err = ReadSecret(p.ClientSecret)
	return err
}
