package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"golang.org/x/term"

	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
)

// userCmd manages the users of a company.
type userCmd struct {
	Add      userAddCmd      `cmd:"" help:"Add a user to a company."`
	List     userListCmd     `cmd:"" help:"List a company's users."`
	Password userPasswordCmd `cmd:"" help:"Give a user a new password, which they are to change; their sessions end."`
	Disable  userDisableCmd  `cmd:"" help:"Shut a user out: sessions end, access tokens open nothing."`
	Enable   userEnableCmd   `cmd:"" help:"Let a user in again."`
	Unlink   userUnlinkCmd   `cmd:"" help:"Forget who a user is at their company's provider; the next sign-in there links them again, by their verified e-mail address."`
}

// identity returns what signs in, on an open store, and what closes that.
func (g *globals) identity(ctx context.Context) (*auth.Service, *store.DB, func(), error) {
	db, closeStore, err := g.openStore(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	a, err := auth.New(db.Identity(), auth.Config{Log: g.log})
	if err != nil {
		closeStore()
		return nil, nil, nil, err
	}
	return a, db, closeStore, nil
}

// password is where a password comes from: never an argument, which every
// process of the machine can read.
type password struct {
	PasswordFile  string `xor:"password" placeholder:"FILE" help:"File with the password."`
	PasswordStdin bool   `xor:"password" help:"Read the password from standard input."`
}

// maxPasswordBytes is more than any password that is taken.
const maxPasswordBytes = 4096

// read returns the password, and whether it was made because none was given. It refuses one that its owner
// must not have.
func (p *password) read(owner fleet.PasswordOwner) (secret string, made bool, err error) {
	var text []byte
	switch {
	case p.PasswordFile != "":
		text, err = os.ReadFile(p.PasswordFile)
	case p.PasswordStdin && term.IsTerminal(int(os.Stdin.Fd())): //nolint:gosec // a file descriptor is small
		_, _ = fmt.Fprint(os.Stderr, "Password: ")
		text, err = term.ReadPassword(int(os.Stdin.Fd())) //nolint:gosec // as above
		_, _ = fmt.Fprintln(os.Stderr)
	case p.PasswordStdin:
		text, err = io.ReadAll(io.LimitReader(os.Stdin, maxPasswordBytes))
	default:
		return auth.NewPassword(), true, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("read the password: %w", err)
	}
	secret = strings.TrimRight(string(text), "\r\n")
	return secret, false, auth.CheckPassword("password", secret, owner)
}

// tell prints a password that was made.
func tell(out io.Writer, secret string) error {
	_, err := fmt.Fprintf(out, "Password: %s\nIt is shown this once.\n", secret)
	return err
}

type userAddCmd struct {
	Company         string     `required:"" placeholder:"NAME" help:"Company of the user."`
	CreateCompany   bool       `help:"Make the company if it is not there."`
	Email           string     `required:"" placeholder:"ADDRESS" help:"E-mail address, with which they sign in."`
	Name            string     `required:"" help:"The person's name."`
	Role            fleet.Role `required:"" enum:"ADMIN,MANAGER,ANALYST,OPERATOR" placeholder:"ROLE" help:"ADMIN, MANAGER, ANALYST or OPERATOR."`
	WithoutPassword bool       `xor:"password" help:"They sign in at their company's provider alone."`
	password        `embed:""`
}

// Run runs the command.
func (c *userAddCmd) Run(ctx context.Context, g *globals, out io.Writer) error {
	// Before a database is started or a company is made for what AddUser refuses.
	owner := fleet.PasswordOwner{Email: c.Email, Name: c.Name, Company: c.Company}
	err := errors.Join(fleet.CheckName("company", c.Company, fleet.MaxCompanyName), fleet.CheckEmail(c.Email),
		fleet.CheckName("name", c.Name, fleet.MaxUserName))
	var secret string
	var made bool
	if err == nil && !c.WithoutPassword {
		secret, made, err = c.read(owner)
	}
	if err != nil {
		return err
	}
	a, db, closeStore, err := g.identity(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	company, err := db.Identity().CompanyByName(ctx, c.Company)
	if fleet.CodeOf(err) == fleet.NotFound && c.CreateCompany {
		company, err = db.Identity().CreateCompany(ctx, c.Company)
	}
	if err != nil {
		return err
	}
	u, err := a.AddUser(
		ctx,
		commandLine(company.ID),
		fleet.WriteInfo{},
		fleet.User{Email: c.Email, Name: c.Name, Role: c.Role},
		secret,
	)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "%s may sign in to %s as %s.\n", u.Email, company.Name, u.Role); err != nil || !made {
		return err
	}
	return tell(out, secret)
}

type userListCmd struct {
	companyFlag `embed:""`
}

// Run runs the command.
func (c *userListCmd) Run(ctx context.Context, g *globals, out io.Writer) error {
	db, company, closeStore, err := c.open(ctx, g)
	if err != nil {
		return err
	}
	defer closeStore()
	users, err := db.Identity().Users(ctx, company.ID)
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, u := range users {
		state := ""
		if u.DisabledAt != nil {
			state = "disabled since " + day(*u.DisabledAt)
		}
		_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", u.Email, u.Name, u.Role, state) // Flush tells
	}
	return t.Flush()
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// userFlags select a user.
type userFlags struct {
	Email   string `required:"" placeholder:"ADDRESS" help:"E-mail address of the user."`
	Company string `placeholder:"NAME" help:"Company of the user, where several have one of this address."`
}

// target is the user selected by --email and --company, in an open store.
type target struct {
	fleet.User
	by    fleet.Viewer // the viewer that changes the user
	auth  *auth.Service
	store *store.DB
}

// open finds the user; the function that it returns closes the store.
func (w *userFlags) open(ctx context.Context, g *globals) (*target, func(), error) {
	a, db, closeStore, err := g.identity(ctx)
	if err != nil {
		return nil, nil, err
	}
	u, company, err := db.Identity().UserByEmail(ctx, w.Email, w.Company)
	if fleet.CodeOf(err) == fleet.Conflict {
		err = fmt.Errorf("%w, by --company", err)
	}
	if err != nil {
		closeStore()
		return nil, nil, err
	}
	return &target{u, commandLine(company), a, db}, closeStore, nil
}

// commandLine is the viewer of commands that change a company's users: access to
// the database makes an administrator of every company. The history names no user.
func commandLine(company fleet.UUID) fleet.Viewer {
	return fleet.Viewer{CompanyID: company, Role: fleet.RoleAdmin}
}

type userPasswordCmd struct {
	userFlags `embed:""`
	password  `embed:""`
}

// Run runs the command.
func (c *userPasswordCmd) Run(ctx context.Context, g *globals, out io.Writer) error {
	secret, made, err := c.read(fleet.PasswordOwner{Email: c.Email})
	if err != nil {
		return err
	}
	u, closeStore, err := c.open(ctx, g)
	if err != nil {
		return err
	}
	defer closeStore()
	if _, err := u.auth.ResetPassword(ctx, u.by, fleet.WriteInfo{}, u.ID, secret); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(
		out,
		"%s has a new password, which they are to change; their sessions have ended.\n",
		u.Email,
	); err != nil ||
		!made {
		return err
	}
	return tell(out, secret)
}

type userDisableCmd struct {
	userFlags `embed:""`
}

// Run runs the command.
func (c *userDisableCmd) Run(ctx context.Context, g *globals, out io.Writer) error {
	return g.disable(ctx, out, c.userFlags, true)
}

type userEnableCmd struct {
	userFlags `embed:""`
}

// Run runs the command.
func (c *userEnableCmd) Run(ctx context.Context, g *globals, out io.Writer) error {
	return g.disable(ctx, out, c.userFlags, false)
}

type userUnlinkCmd struct {
	userFlags `embed:""`
}

// Run runs the command.
func (c *userUnlinkCmd) Run(ctx context.Context, g *globals, out io.Writer) error {
	u, closeStore, err := c.open(ctx, g)
	if err != nil {
		return err
	}
	defer closeStore()
	links, err := u.store.Identity().Unlink(ctx, u.by, u.ID)
	if err != nil {
		return err
	}
	if links == 0 {
		return fmt.Errorf("%s is linked to nobody at a provider", u.Email)
	}
	_, err = fmt.Fprintf(out, "%s is linked to nobody any more; their sessions from there have ended.\n", u.Email)
	return err
}

// disable shuts a user out, or lets them in again.
func (g *globals) disable(ctx context.Context, out io.Writer, c userFlags, disabled bool) error {
	u, closeStore, err := c.open(ctx, g)
	if err != nil {
		return err
	}
	defer closeStore()
	if _, err := u.auth.ChangeUser(
		ctx,
		u.by,
		fleet.WriteInfo{},
		u.ID,
		nil,
		fleet.UserChange{Disabled: fleet.Maybe[bool]{Set: true, To: disabled}},
	); err != nil {
		var known *fleet.Error
		if errors.As(err, &known) {
			return errors.New(known.Message)
		}
		return err
	}
	state := "may sign in again"
	if disabled {
		state = "is shut out"
	}
	_, err = fmt.Fprintf(out, "%s %s.\n", u.Email, state)
	return err
}
