package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"bitcorp.dev/fleet/internal/app"
	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/fleet"
)

// ssoCmd manages where a company's users sign in.
type ssoCmd struct {
	Set    ssoSetCmd    `cmd:"" help:"Let a company's users sign in at its OpenID Connect provider."`
	Show   ssoShowCmd   `cmd:"" help:"Show a company's provider, and the redirect address to register there."`
	Remove ssoRemoveCmd `cmd:"" help:"Forget a company's provider; the sessions that it opened end."`
}

type ssoSetCmd struct {
	companyFlag `embed:""`

	Issuer       string   `required:"" placeholder:"URL" help:"The provider's issuer, such as https://login.example.com/realms/fleet."`
	ClientID     string   `name:"client-id" required:"" placeholder:"ID" help:"Our id at the provider. The redirect address to register there is the one that this command and sso show print."`
	ClientSecret string   `placeholder:"env:NAME" help:"Where the server finds our secret: env:NAME or file:/path. Without one we are a public client."`
	RoleClaim    string   `placeholder:"PATH" help:"Claim of the ID token that names roles or groups, such as realm_access.roles."`
	Role         []string `sep:"none" placeholder:"GROUP=ROLE" help:"Which role a value of that claim gives, once for each; of several the highest counts. Without roles users keep the role that they have here."`
	RequireClaim []string `sep:"none" placeholder:"PATH=VALUE" help:"What a claim of the ID token must say, once for each; where anybody may have an account, that it is one of yours, such as hd=example.com at Google."`
	TrustEmail   bool     `help:"Take the provider's addresses for verified unless it says that they are not. Some never say so, such as Microsoft Entra ID. Who may write addresses there can then sign in as any of the company's users who has not yet."`
	NoPasswords  bool     `help:"The company's users can sign in at the provider alone; sessions opened by password end, access tokens stay."`

	redirects `embed:""`
}

// redirects tell where providers are to send browsers back to.
type redirects struct {
	PublicURL string `name:"public-url" env:"FLEET_PUBLIC_URL" placeholder:"https://fleet.example.com" help:"Where browsers find the server, as it is set for serve."`
}

// to returns the redirect address of a company, for an administrator to read.
func (r redirects) to(company fleet.UUID) (string, error) {
	public, err := app.ParsePublicURL(r.PublicURL)
	if err != nil {
		return "", err
	}
	if public == nil {
		return "FLEET_PUBLIC_URL, which is not set here, and " + auth.CallbackPath + company.String(), nil
	}
	return auth.RedirectURL(public, company), nil
}

// Run runs the command.
func (c *ssoSetCmd) Run(ctx context.Context, g *globals, out io.Writer) error {
	p := fleet.IdentityProvider{
		Issuer:         c.Issuer,
		ClientID:       c.ClientID,
		ClientSecret:   c.ClientSecret,
		RoleClaim:      c.RoleClaim,
		Roles:          map[string]fleet.Role{},
		Passwords:      !c.NoPasswords,
		RequiredClaims: map[string]string{},
		TrustEmail:     c.TrustEmail,
	}
	for _, text := range c.Role {
		at := strings.LastIndex(text, "=") // names of groups may have one too
		if at < 1 {
			return fmt.Errorf("--role %s is not of the form GROUP=ROLE", text)
		}
		p.Roles[text[:at]] = fleet.Role(text[at+1:])
	}
	for _, text := range c.RequireClaim {
		path, value, found := strings.Cut(text, "=")
		if _, twice := p.RequiredClaims[path]; !found || twice {
			return fmt.Errorf("--require-claim %s is not of the form PATH=VALUE, or its claim is there twice", text)
		}
		p.RequiredClaims[path] = value
	}
	if err := auth.CheckProvider(p); err != nil {
		return err
	}
	db, company, closeStore, err := c.open(ctx, g)
	if err != nil {
		return err
	}
	defer closeStore()
	p.CompanyID = company.ID
	redirect, err := c.to(company.ID)
	if err != nil {
		return err
	}
	if err := db.Identity().SetProvider(ctx, p); err != nil {
		return err
	}
	_, err = fmt.Fprintf(
		out,
		`Users of %s sign in at %s. Whoever is to come in needs a user here first, with the same e-mail address.
Redirect address to register there, exactly and alone: %s
`,
		company.Name,
		p.Issuer,
		redirect,
	)
	if err == nil && auth.OpenToAll(p) {
		_, err = fmt.Fprintf(out, `Warning: anybody may have an account at %s. Require a claim that only your own have:
--require-claim hd=example.com at Google; at Microsoft the issuer of your own tenant, https://login.microsoftonline.com/TENANT/v2.0.
`, p.Issuer)
	}
	return err
}

type ssoShowCmd struct {
	companyFlag `embed:""`
	redirects   `embed:""`
}

// Run runs the command.
func (c *ssoShowCmd) Run(ctx context.Context, g *globals, out io.Writer) error {
	db, company, closeStore, err := c.open(ctx, g)
	if err != nil {
		return err
	}
	defer closeStore()
	// It is the same before a provider is set: registering the service there needs it first.
	redirect, err := c.to(company.ID)
	if err == nil {
		_, err = fmt.Fprintf(out, "redirect to    %s\n", redirect)
	}
	if err != nil {
		return err
	}
	p, err := db.Identity().Provider(ctx, company.ID)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(
		out,
		"issuer         %s\nclient id      %s\nclient secret  %s\nrole claim     %s\npasswords      %t\ntrust e-mail   %t\n",
		p.Issuer,
		p.ClientID,
		p.ClientSecret,
		p.RoleClaim,
		p.Passwords,
		p.TrustEmail,
	); err != nil {
		return err
	}
	for _, group := range slices.Sorted(maps.Keys(p.Roles)) {
		if _, err := fmt.Fprintf(out, "role           %s=%s\n", group, p.Roles[group]); err != nil {
			return err
		}
	}
	for _, path := range slices.Sorted(maps.Keys(p.RequiredClaims)) {
		if _, err := fmt.Fprintf(out, "require        %s=%s\n", path, p.RequiredClaims[path]); err != nil {
			return err
		}
	}
	return nil
}

type ssoRemoveCmd struct {
	companyFlag `embed:""`
}

// Run runs the command.
func (c *ssoRemoveCmd) Run(ctx context.Context, g *globals, out io.Writer) error {
	db, company, closeStore, err := c.open(ctx, g)
	if err != nil {
		return err
	}
	defer closeStore()
	if err := db.Identity().RemoveProvider(ctx, company.ID); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s has no single sign-on any more.\n", company.Name)
	return err
}
