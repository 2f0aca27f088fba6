package auth

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"bitcorp.dev/fleet/internal/fleet"
)

// FlowLife is how long somebody may take at their provider.
const FlowLife = 10 * time.Minute

// redeemTimeout is how long a provider has to confirm a sign-in.
const redeemTimeout = 10 * time.Second

// Flow is a single sign-on under way. The browser keeps it, in a cookie that
// scripts cannot read: who comes back with another's state has not begun here.
type Flow struct {
	Company  fleet.UUID `json:"c"`
	Issuer   string     `json:"i"`
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
	errNoPublicURL = unauthenticated("single sign-on needs to know where this server is: its operator has to set FLEET_PUBLIC_URL")
	errNoFlow      = unauthenticated("this sign-in did not begin in this browser, or too long ago: begin again")
	errNoSSO       = unauthenticated("this company has no single sign-on here")
	errNoProvider  = unauthenticated("your company's provider does not answer: try again in a minute")
)

// BeginSSO returns where the browser goes to sign in at the company's provider,
// and the flow that it has to bring back. It says the same of a company that
// is unknown as of one without single sign-on.
func (s *Service) BeginSSO(ctx context.Context, company, next string) (string, Flow, error) {
	if s.config.PublicURL == nil {
		return "", Flow{}, errNoPublicURL
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
	d, err := s.describe(ctx, p.Issuer)
	if err != nil {
		return "", Flow{}, errNoProvider
	}
	oauth, err := s.client(p, d)
	if err != nil {
		return "", Flow{}, err
	}
	f := Flow{
		Company: c.ID, Issuer: p.Issuer, State: newSecret(), Nonce: newSecret(), Verifier: oauth2.GenerateVerifier(),
		Next: next, Began: s.now().Unix(),
	}
	return oauth.AuthCodeURL(f.State, oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)), f, nil
}

// Callback is what the browser brings back from a provider.
type Callback struct {
	Company string // whose address it came to, see RedirectURL
	State   string
	Code    string
	Issuer  string // who sent it, if it says so (RFC 9207)
}

// FinishSSO opens a session for whom the provider sent back. An answer that came
// to another company's address than the flow's is for another provider: ours
// must not get its code.
func (s *Service) FinishSSO(ctx context.Context, f Flow, a Callback, from Client) (string, fleet.Session, error) {
	if s.config.PublicURL == nil {
		return "", fleet.Session{}, errNoPublicURL
	}
	age := s.now().Sub(time.Unix(f.Began, 0))
	if a.Company != f.Company.String() || subtle.ConstantTimeCompare([]byte(a.State), []byte(f.State)) != 1 ||
		age < -time.Minute || age > FlowLife || a.Code == "" {
		return "", fleet.Session{}, errNoFlow
	}
	p, err := s.store.Provider(ctx, f.Company)
	if fleet.CodeOf(err) == fleet.NotFound {
		return "", fleet.Session{}, errNoSSO
	}
	if err != nil {
		return "", fleet.Session{}, err
	}
	if p.Issuer != f.Issuer { // it was set anew meanwhile
		return "", fleet.Session{}, errNoFlow
	}
	claims, err := s.redeem(ctx, p, f, a)
	if err != nil {
		s.config.Log.WarnContext(ctx, "single sign-on refused", "company", f.Company, "issuer", p.Issuer, "error", shorten(err.Error()))
		return "", fleet.Session{}, unauthenticated("your company's provider did not confirm the sign-in: begin again, or ask your administrator")
	}
	v, err := s.arrive(ctx, p, claims)
	if err != nil {
		return "", fleet.Session{}, err
	}
	return s.open(ctx, v, fleet.ByOIDC, from)
}

// arrive returns whom the claims mean, with the role that they give.
func (s *Service) arrive(ctx context.Context, p fleet.IdentityProvider, c claims) (fleet.Viewer, error) {
	log := s.config.Log.With("company", p.CompanyID, "issuer", p.Issuer, "subject", c.Subject)
	role, ok := c.role(p)
	if !ok {
		log.WarnContext(ctx, "single sign-on refused: the provider gives no role")
		return fleet.Viewer{}, unauthenticated("your company's provider gives you no role here: ask your administrator")
	}
	a, err := s.store.UserByIdentity(ctx, p.CompanyID, p.Issuer, c.Subject, c.email(p), role)
	if fleet.CodeOf(err) == fleet.NotFound {
		log.WarnContext(ctx, "single sign-on refused: no user is linked to the subject or can be", "address", c.Email != "", "verified", c.email(p) != "")
		return fleet.Viewer{}, unauthenticated("your company has no such user here: ask your administrator")
	}
	if err != nil {
		return fleet.Viewer{}, err
	}
	log = log.With("user", a.UserID)
	if a.Linked {
		log.InfoContext(ctx, "user linked to a subject of the provider")
	}
	switch {
	case a.Role != a.Had:
		log.InfoContext(ctx, "the provider changes a user's role", "from", a.Had, "to", a.Role)
	case role != "" && a.Role != role:
		log.WarnContext(ctx, "the provider gives a company's last administrator another role: they stay one", "role", role)
	}
	return a.Viewer, nil
}

// client returns what speaks to a company's provider.
func (s *Service) client(p fleet.IdentityProvider, d description) (*oauth2.Config, error) {
	secret, err := ReadSecret(p.ClientSecret)
	if err != nil {
		return nil, err
	}
	return &oauth2.Config{
		ClientID: p.ClientID, ClientSecret: secret, Endpoint: d.provider.Endpoint(),
		RedirectURL: RedirectURL(s.config.PublicURL, p.CompanyID),
		Scopes:      []string{oidc.ScopeOpenID, "email", "profile"},
	}, nil
}

// redeem exchanges the code for an ID token and checks it: signature, issuer,
// audience, time (go-oidc), authorized party, required claims, and that it answers this flow.
func (s *Service) redeem(ctx context.Context, p fleet.IdentityProvider, f Flow, a Callback) (claims, error) {
	var c claims
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, s.config.Client), redeemTimeout)
	defer cancel()
	d, err := s.describe(ctx, p.Issuer)
	if err != nil {
		return c, err
	}
	if a.Issuer != p.Issuer && (a.Issuer != "" || d.names) {
		return c, fmt.Errorf("the answer is not from this provider: it names %s", fleet.Quote(a.Issuer))
	}
	oauth, err := s.client(p, d)
	if err != nil {
		return c, err
	}
	answer, err := oauth.Exchange(ctx, a.Code, oauth2.VerifierOption(f.Verifier))
	if err != nil {
		// The provider's answer may hold anything; its status is enough.
		return c, fmt.Errorf("the provider did not take the code: %s", statusOf(err))
	}
	raw, _ := answer.Extra("id_token").(string)
	token, err := d.provider.Verifier(&oidc.Config{ClientID: p.ClientID, Now: s.now}).Verify(ctx, raw)
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
	// OpenID Connect Core 3.1.3.7, 4 and 5: of several audiences one is meant.
	if c.Party != p.ClientID && (c.Party != "" || len(token.Audience) > 1) {
		return c, fmt.Errorf("the ID token is for another client")
	}
	if fleet.CheckName("sub", c.Subject, 255) != nil {
		return c, fmt.Errorf("the ID token names nobody")
	}
	if path := c.missing(p); path != "" {
		return c, fmt.Errorf("the ID token's claim %s does not say what it must", fleet.Quote(path))
	}
	return c, nil
}

func statusOf(err error) string {
	if refused, ok := err.(*oauth2.RetrieveError); ok && refused.Response != nil { //nolint:errorlint // never wrapped
		return refused.Response.Status
	}
	return "it cannot be reached"
}
