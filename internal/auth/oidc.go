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

// FlowLife is how long a user may take to sign in at the identity provider.
const FlowLife = 10 * time.Minute

// redeemTimeout limits the exchange of an authorization code.
const redeemTimeout = 10 * time.Second

// Flow is the state of a single sign-on between the authorization request and the
// response. The browser keeps it in an HttpOnly cookie, so that a response with the
// state of another browser is refused.
type Flow struct {
	Company  fleet.UUID `json:"c"`
	Issuer   string     `json:"i"`
	State    string     `json:"s"`
	Nonce    string     `json:"n"`
	Verifier string     `json:"v"` // code verifier of PKCE (RFC 7636)
	Next     string     `json:"x"` // page to open afterwards
	Began    int64      `json:"t"` // Unix seconds
}

// Encode returns the flow as the value of a cookie.
func (f Flow) Encode() string {
	text, err := json.Marshal(f)
	if err != nil {
		panic(err) // cannot happen: strings and a number
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// maxFlow is the longest encoded flow, in bytes.
const maxFlow = 3000

// DecodeFlow decodes the result of Encode. It returns UNAUTHENTICATED for any other
// text.
func DecodeFlow(text string) (Flow, error) {
	var f Flow
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(text) > maxFlow || json.Unmarshal(raw, &f) != nil ||
		f.State == "" || f.Nonce == "" || f.Verifier == "" {
		return Flow{}, errNoFlow
	}
	return f, nil
}

var (
	errNoPublicURL  = unauthenticated("single sign-on is not set up: the server has no FLEET_PUBLIC_URL")
	errNoFlow       = unauthenticated("this sign-in did not start in this browser, or has expired: start again")
	errNoSSO        = unauthenticated("this company has no single sign-on here")
	errNotConfirmed = unauthenticated("your company's identity provider did not confirm the sign-in: " +
		"start again, or ask your administrator")
	errNoProvider = unauthenticated("your company's identity provider does not answer: try again in a minute")
)

// BeginSSO starts a single sign-on with a company's provider. It returns the URL of
// the authorization request, to which the browser is redirected, and the flow that
// FinishSSO needs; next is the page to open afterwards. All refusals are
// UNAUTHENTICATED, with the same message for an unknown company as for one without
// single sign-on.
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
	d, err := s.discover(ctx, p.Issuer)
	if err != nil {
		return "", Flow{}, errNoProvider
	}
	oauth, err := s.oauthConfig(p, d)
	if err != nil {
		return "", Flow{}, err
	}
	f := Flow{
		Company: c.ID, Issuer: p.Issuer, State: newSecret(), Nonce: newSecret(), Verifier: oauth2.GenerateVerifier(),
		Next: next, Began: s.now().Unix(),
	}
	return oauth.AuthCodeURL(f.State, oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)), f, nil
}

// Callback is an authorization response.
type Callback struct {
	Company string // id of the company whose redirect URI it came to
	State   string
	Code    string // authorization code
	Issuer  string // the iss parameter (RFC 9207), or ""
}

// FinishSSO exchanges the authorization code, creates a session and returns it with
// its secret, as SignIn does. Refusals are UNAUTHENTICATED; what the response or the
// ID token lacked is logged. A response to another company's redirect URI is refused,
// because this company's provider must not get another provider's code.
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
	if p.Issuer != f.Issuer { // the configuration has changed meanwhile
		return "", fleet.Session{}, errNoFlow
	}
	claims, err := s.redeem(ctx, p, f, a)
	if err != nil {
		s.config.Log.WarnContext(ctx, "single sign-on refused",
			"company", f.Company, "issuer", p.Issuer, "error", shorten(err.Error()))
		return "", fleet.Session{}, errNotConfirmed
	}
	v, err := s.userOf(ctx, p, claims)
	if err != nil {
		return "", fleet.Session{}, err
	}
	secret, session, err := s.open(ctx, v, fleet.Proof{Issuer: p.Issuer, Subject: claims.Subject}, from)
	if fleet.CodeOf(err) == fleet.NotFound { // disabled, unlinked, or the provider removed meanwhile
		return "", fleet.Session{}, errNotConfirmed
	}
	return secret, session, err
}

// userOf returns the user of an ID token's claims, linked to its subject and with the
// role that the claims give. All refusals are UNAUTHENTICATED.
func (s *Service) userOf(ctx context.Context, p fleet.IdentityProvider, c claims) (fleet.Viewer, error) {
	log := s.config.Log.With("company", p.CompanyID, "issuer", p.Issuer, "subject", c.Subject)
	role, ok := c.role(p)
	if !ok {
		log.WarnContext(ctx, "single sign-on refused: the claims give no role")
		return fleet.Viewer{}, unauthenticated("your company's identity provider gives you no role: ask your administrator")
	}
	a, err := s.store.UserByIdentity(ctx, p.CompanyID, p.Issuer, c.Subject, c.email(p), role)
	if fleet.CodeOf(err) == fleet.NotFound {
		log.WarnContext(ctx, "single sign-on refused: no user is linked to the subject or has the address",
			"address", c.Email != "", "verified", c.email(p) != "")
		return fleet.Viewer{}, unauthenticated("your company has no such user: ask your administrator")
	}
	if err != nil {
		return fleet.Viewer{}, err
	}
	log = log.With("user", a.UserID)
	if a.Linked {
		log.InfoContext(ctx, "user linked to the subject of an identity provider")
	}
	switch {
	case a.Role != a.Had:
		log.InfoContext(ctx, "user's role changed by a claim", "from", a.Had, "to", a.Role)
	case role != "" && a.Role != role:
		log.WarnContext(ctx, "claim ignored: it would demote the company's last administrator", "role", role)
	}
	return a.Viewer, nil
}

// oauthConfig returns the OAuth 2.0 client configuration for a provider.
func (s *Service) oauthConfig(p fleet.IdentityProvider, d discovery) (*oauth2.Config, error) {
	secret, err := ReadSecret(p.ClientSecret)
	if err != nil {
		return nil, err
	}
	return &oauth2.Config{
		ClientID: p.ClientID, ClientSecret: secret, Endpoint: d.endpoint,
		RedirectURL: RedirectURL(s.config.PublicURL, p.CompanyID),
		Scopes:      []string{oidc.ScopeOpenID, "email", "profile"},
	}, nil
}

// redeem exchanges the authorization code for an ID token and returns its claims.
// go-oidc verifies signature, issuer, audience and expiry; redeem verifies nonce,
// authorized party and required claims. The error is for the log.
func (s *Service) redeem(ctx context.Context, p fleet.IdentityProvider, f Flow, a Callback) (claims, error) {
	var c claims
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, s.config.Clients(p.Issuer)), redeemTimeout)
	defer cancel()
	d, err := s.discover(ctx, p.Issuer)
	if err != nil {
		return c, err
	}
	if a.Issuer != p.Issuer && (a.Issuer != "" || d.metadata.SendsIss) {
		return c, fmt.Errorf("the authorization response has the issuer %s", fleet.Quote(a.Issuer))
	}
	oauth, err := s.oauthConfig(p, d)
	if err != nil {
		return c, err
	}
	tokens, err := oauth.Exchange(ctx, a.Code, oauth2.VerifierOption(f.Verifier))
	if err != nil {
		// The response body may hold anything; its status is enough.
		return c, fmt.Errorf("the provider refused the authorization code: %s", statusOf(err))
	}
	raw, _ := tokens.Extra("id_token").(string)
	token, err := d.provider.Verifier(&oidc.Config{ClientID: p.ClientID, Now: s.now}).Verify(ctx, raw)
	if err != nil {
		return c, err
	}
	if subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(f.Nonce)) != 1 {
		return c, fmt.Errorf("the ID token has the nonce of another sign-in")
	}
	if err := token.Claims(&c); err != nil {
		return c, fmt.Errorf("decode the claims of the ID token: %w", err)
	}
	if err := token.Claims(&c.all); err != nil {
		return c, fmt.Errorf("decode the claims of the ID token: %w", err)
	}
	// OpenID Connect Core 1.0, section 3.1.3.7, rules 4 and 5.
	if c.Party != p.ClientID && (c.Party != "" || len(token.Audience) > 1) {
		return c, fmt.Errorf("the ID token is for another client")
	}
	if fleet.CheckName("sub", c.Subject, 255) != nil {
		return c, fmt.Errorf("the ID token has no valid sub claim")
	}
	if path := c.missing(p); path != "" {
		return c, fmt.Errorf("the claim %s of the ID token does not have the required value", fleet.Quote(path))
	}
	return c, nil
}

// statusOf returns the HTTP status of a failed token request.
func statusOf(err error) string {
	if refused, ok := err.(*oauth2.RetrieveError); ok && refused.Response != nil { //nolint:errorlint // never wrapped
		return refused.Response.Status
	}
	return "no response"
}
