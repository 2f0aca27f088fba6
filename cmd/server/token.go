package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

// tokenCmd manages what programs sign in with.
type tokenCmd struct {
	Create tokenCreateCmd `cmd:"" help:"Make an access token of a user, and print it this once."`
	List   tokenListCmd   `cmd:"" help:"List a company's access tokens."`
	Revoke tokenRevokeCmd `cmd:"" help:"End an access token for good."`
}

// life is how long something lasts: days, as 90d, or as Go writes durations.
type life time.Duration

// UnmarshalText reads 90d, 12h and the like.
func (l *life) UnmarshalText(text []byte) error {
	if days, found := strings.CutSuffix(string(text), "d"); found {
		n, err := strconv.Atoi(days)
		if err != nil || n < 0 || n > 36500 {
			return errors.New("days are written like 90d")
		}
		*l = life(time.Duration(n) * 24 * time.Hour)
		return nil
	}
	d, err := time.ParseDuration(string(text))
	if err != nil {
		return errors.New("a time is written like 90d or 12h")
	}
	*l = life(d)
	return nil
}

type tokenCreateCmd struct {
	userFlags `embed:""`
	Name      string      `required:"" help:"What it is for; no two working tokens of a user share a name."`
	Scope     fleet.Scope `enum:"READ,WRITE,ADMIN" default:"READ" help:"READ, WRITE or ADMIN; never more than the user's role."`
	Expires   life        `default:"90d" placeholder:"90d" help:"How long it lasts, 366 days at most."`
}

// Run runs the command.
func (c *tokenCreateCmd) Run(ctx context.Context, g *globals, out io.Writer) error {
	u, closeStore, err := c.open(ctx, g)
	if err != nil {
		return err
	}
	defer closeStore()
	secret, t, err := u.auth.CreateToken(ctx, u.by, fleet.WriteInfo{}, fleet.AccessToken{
		UserID: u.ID, Name: c.Name, Scope: c.Scope, ExpiresAt: time.Now().Add(time.Duration(c.Expires)),
	}, time.Time{})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(
		out,
		"%s\nIt is shown this once, asks on behalf of %s with the scope %s, and expires on %s.\n",
		secret,
		u.Email,
		t.Scope,
		day(t.ExpiresAt),
	)
	return err
}

type tokenListCmd struct {
	companyFlag `embed:""`
}

// Run runs the command.
func (c *tokenListCmd) Run(ctx context.Context, g *globals, out io.Writer) error {
	db, company, closeStore, err := c.open(ctx, g)
	if err != nil {
		return err
	}
	defer closeStore()
	tokens, err := db.Identity().Tokens(ctx, commandLine(company.ID))
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, t := range tokens {
		state, used := "expires "+day(t.ExpiresAt), "never used"
		switch {
		case t.RevokedAt != nil:
			state = "revoked " + day(*t.RevokedAt)
		case time.Now().After(t.ExpiresAt):
			state = "expired " + day(t.ExpiresAt)
		}
		if t.LastUsed != nil {
			used = "used " + day(*t.LastUsed)
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", t.GlobalID(), t.Email, t.Name, t.Scope, state, used) // Flush tells
	}
	return w.Flush()
}

type tokenRevokeCmd struct {
	userFlags `embed:""`
	Token     string `arg:"" help:"The token's id, or its name."`
}

// Run runs the command.
func (c *tokenRevokeCmd) Run(ctx context.Context, g *globals, out io.Writer) error {
	u, closeStore, err := c.open(ctx, g)
	if err != nil {
		return err
	}
	defer closeStore()
	tokens, err := u.store.Identity().Tokens(ctx, u.by)
	if err != nil {
		return err
	}
	for _, t := range tokens {
		named := t.GlobalID() == c.Token || fleet.FoldASCII(t.Name) == fleet.FoldASCII(c.Token)
		if named && t.UserID == u.ID && t.RevokedAt == nil {
			if _, err := u.store.Identity().RevokeToken(ctx, u.by, fleet.WriteInfo{}, t.ID); err != nil {
				return err
			}
			_, err := fmt.Fprintf(out, "The token %s of %s opens nothing any more.\n", t.Name, u.Email)
			return err
		}
	}
	return fmt.Errorf("%s has no token %s that is not revoked", u.Email, fleet.Quote(c.Token))
}
