package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
	"bitcorp.dev/fleet/internal/store/storetest"
)

// console runs commands against a database of its own.
type console struct {
	t     *testing.T
	url   string
	store *store.DB
	auth  *auth.Service
}

func newConsole(t *testing.T) *console {
	t.Helper()
	db, url := storetest.New(t)
	a, err := auth.New(db.Identity(), auth.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return &console{t, url, db, a}
}

func (c *console) try(args ...string) (string, error) {
	c.t.Helper()
	var out bytes.Buffer
	err := run(c.t.Context(), append(args, "--database-url", c.url, "--log-level", "ERROR"), &out, io.Discard)
	return out.String(), err
}

func (c *console) run(args ...string) string {
	c.t.Helper()
	out, err := c.try(args...)
	if err != nil {
		c.t.Fatalf("%q: %v", args, err)
	}
	return out
}

func (c *console) signIn(email, password string) error {
	_, _, err := c.auth.SignIn(
		c.t.Context(),
		auth.Credentials{Email: email, Password: password},
		auth.Client{Network: email},
	)
	return err
}

func (c *console) refused(text string, args ...string) {
	c.t.Helper()
	if _, err := c.try(args...); err == nil || !strings.Contains(err.Error(), text) {
		c.t.Errorf("%q got %v, want %q", args, err, text)
	}
}

func TestUsersByCommand(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	out := c.run(
		"user",
		"add",
		"--company",
		"Acme",
		"--create-company",
		"--email",
		"ada@example.com",
		"--name",
		"Ada",
		"--role",
		"ADMIN",
	)
	made := regexp.MustCompile(`Password: (\S+)`).FindStringSubmatch(out)
	if made == nil || c.signIn("ada@example.com", made[1]) != nil {
		t.Fatalf("ada cannot sign in: %s", out)
	}
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("correct horse battery\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out = c.run(
		"user",
		"add",
		"--company",
		"acme",
		"--email",
		"max@example.com",
		"--name",
		"Max",
		"--role",
		"MANAGER",
		"--password-file",
		file,
	)
	if strings.Contains(out, "battery") || c.signIn("max@example.com", "correct horse battery") != nil {
		t.Errorf("max cannot sign in: %s", out)
	}
	c.run(
		"user",
		"add",
		"--company",
		"acme",
		"--email",
		"sso@example.com",
		"--name",
		"Sam",
		"--role",
		"ANALYST",
		"--without-password",
	)
	c.refused(
		"no company",
		"user",
		"add",
		"--company",
		"Nobody",
		"--email",
		"x@example.com",
		"--name",
		"X",
		"--role",
		"ADMIN",
	)
	c.refused(
		"already",
		"user",
		"add",
		"--company",
		"Acme",
		"--email",
		"MAX@example.com",
		"--name",
		"X",
		"--role",
		"ADMIN",
	)
	c.refused(
		"must be one of",
		"user",
		"add",
		"--company",
		"Acme",
		"--email",
		"x@example.com",
		"--name",
		"X",
		"--role",
		"BOSS",
	)

	c.run("user", "disable", "--email", "max@example.com")
	if c.signIn("max@example.com", "correct horse battery") == nil {
		t.Error("max signs in, shut out")
	}
	if list := c.run(
		"user",
		"list",
		"--company",
		"Acme",
	); strings.Count(list, "\n") != 3 ||
		!regexp.MustCompile(`max@example.com +Max +MANAGER +disabled since`).MatchString(list) {
		t.Errorf("the users are\n%s", list)
	}
	c.run("user", "enable", "--email", "max@example.com")
	out = c.run("user", "password", "--email", "max@example.com")
	made = regexp.MustCompile(`Password: (\S+)`).FindStringSubmatch(out)
	if made == nil || c.signIn("max@example.com", made[1]) != nil ||
		c.signIn("max@example.com", "correct horse battery") == nil {
		t.Errorf("max's new password does not count: %s", out)
	}
	c.run(
		"user",
		"add",
		"--company",
		"Other",
		"--create-company",
		"--email",
		"max@example.com",
		"--name",
		"Max of Other",
		"--role",
		"ADMIN",
	)
	for _, command := range [][]string{{"user", "disable"}, {"user", "password"}, {"token", "create", "--name", "x"}} {
		c.refused(
			`several companies have a user "max@example.com": name one of "Acme", "Other", by --company`,
			append(command, "--email", "max@example.com")...)
	}
	c.refused(
		`no user "max@example.com" in the company "Third"`,
		"user",
		"disable",
		"--email",
		"max@example.com",
		"--company",
		"Third",
	)
	c.run("user", "disable", "--email", "max@example.com", "--company", "acme")
	if list := c.run("user", "list", "--company", "Acme"); !strings.Contains(list, "disabled since") {
		t.Errorf("the users are\n%s", list)
	}
	if list := c.run("user", "list", "--company", "Other"); strings.Contains(list, "disabled") {
		t.Errorf("the other company's users are\n%s", list)
	}
	c.refused("last administrator", "user", "disable", "--email", "ada@example.com")
	c.refused("there is no user", "user", "password", "--email", "nobody@example.com")
}

func TestTokensByCommand(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	c.run(
		"user",
		"add",
		"--company",
		"Acme",
		"--create-company",
		"--email",
		"ada@example.com",
		"--name",
		"Ada",
		"--role",
		"ADMIN",
	)
	out := c.run(
		"token",
		"create",
		"--email",
		"ada@example.com",
		"--name",
		"report",
		"--scope",
		"WRITE",
		"--expires",
		"30d",
	)
	token := strings.Fields(out)[0]
	who, err := c.auth.AuthenticateToken(t.Context(), token)
	if err != nil || who.Scope != fleet.ScopeWrite || who.Role != fleet.RoleAdmin {
		t.Fatalf("%+v, %v: %s", who, err, out)
	}
	list := c.run("token", "list", "--company", "Acme")
	if strings.Contains(list, token) ||
		!regexp.MustCompile(`^token_\w+ +ada@example.com +report +WRITE +expires `).MatchString(list) {
		t.Errorf("the tokens are\n%s", list)
	}
	for _, expires := range []string{"0d", "400d", "x", "1"} {
		if _, err := c.try(
			"token",
			"create",
			"--email",
			"ada@example.com",
			"--name",
			"other",
			"--expires",
			expires,
		); err == nil {
			t.Errorf("a token lasts %s", expires)
		}
	}
	c.run("token", "revoke", "--email", "ada@example.com", "Report")
	c.refused("not revoked", "token", "revoke", "--email", "ada@example.com", "report")
	c.run("token", "create", "--email", "ada@example.com", "--name", "report")
	c.run("token", "revoke", "--email", "ada@example.com", strings.Fields(c.run("token", "list", "--company", "Acme"))[0])
	if list := c.run("token", "list", "--company", "Acme"); strings.Count(list, "revoked") != 2 {
		t.Errorf("the tokens are\n%s", list)
	}
}

func TestSingleSignOnByCommand(t *testing.T) {
	c := newConsole(t)
	t.Setenv("FLEET_TEST_SECRET", "a secret of the provider: horse battery")
	c.run(
		"user",
		"add",
		"--company",
		"Acme",
		"--create-company",
		"--email",
		"ada@example.com",
		"--name",
		"Ada",
		"--role",
		"ADMIN",
	)
	set := []string{
		"sso",
		"set",
		"--company",
		"Acme",
		"--issuer",
		"https://login.example.com",
		"--client-id",
		"fleet",
		"--client-secret",
		"env:FLEET_TEST_SECRET",
	}
	company, err := c.store.Identity().CompanyByName(t.Context(), "Acme")
	if err != nil {
		t.Fatal(err)
	}
	callback := "/sign-in/oidc/callback/" + company.ID.String() + "\n"
	if out, err := c.try(
		"sso",
		"show",
		"--company",
		"Acme",
		"--public-url",
		"https://fleet.example.com/",
	); err == nil ||
		!strings.Contains(out, " https://fleet.example.com"+callback) {
		t.Errorf("before a provider is set: %v\n%s", err, out)
	}
	if out := c.run(
		append(set, "--public-url", "https://fleet.example.com")...); !strings.Contains(
		out,
		": https://fleet.example.com"+callback,
	) {
		t.Errorf("the redirect address is not in\n%s", out)
	}
	c.refused("a scheme and a host", append(set, "--public-url", "fleet.example.com")...)
	c.run(append(set, "--role-claim", "groups", "--role", "cn=ops,dc=example=MANAGER", "--role", "bosses=ADMIN")...)
	out := c.run("sso", "show", "--company", "Acme")
	if !strings.Contains(out, "cn=ops,dc=example=MANAGER\n") || !strings.Contains(out, "bosses=ADMIN\n") ||
		strings.Contains(out, "a secret") ||
		!strings.Contains(out, "FLEET_PUBLIC_URL, which is not set here, and "+callback) {
		t.Errorf("the provider is\n%s", out)
	}
	if strings.Contains(out, "require") || !strings.Contains(out, "trust e-mail   false\n") {
		t.Errorf("the provider is\n%s", out)
	}
	if out := c.run(
		append(
			set,
			"--trust-email",
			"--require-claim",
			"hd=example.com",
			"--require-claim",
			"groups=cn=ops,dc=example",
		)...); strings.Contains(
		out,
		"Warning",
	) {
		t.Errorf("warned of a provider that is not open to all\n%s", out)
	}
	out = c.run("sso", "show", "--company", "Acme")
	if !strings.Contains(out, "trust e-mail   true\n") ||
		!strings.Contains(out, "require        groups=cn=ops,dc=example\nrequire        hd=example.com\n") {
		t.Errorf("the provider is\n%s", out)
	}
	google := []string{
		"sso",
		"set",
		"--company",
		"Acme",
		"--issuer",
		"https://accounts.google.com",
		"--client-id",
		"fleet",
	}
	if out := c.run(google...); !strings.Contains(out, "Warning: anybody may have an account") {
		t.Errorf("not warned:\n%s", out)
	}
	c.refused("require a claim", append(google, "--trust-email")...)
	c.refused("PATH=VALUE", append(set, "--require-claim", "hd")...)
	c.refused("twice", append(set, "--require-claim", "hd=a", "--require-claim", "hd=b")...)
	c.refused("requires nothing", append(set, "--require-claim", "hd=")...)
	c.refused("require each other", append(set, "--role", "x=ADMIN")...)
	c.refused("not a role", append(set, "--role-claim", "groups", "--role", "x=BOSS")...)
	c.refused("GROUP=ROLE", append(set, "--role-claim", "groups", "--role", "ADMIN")...)
	c.refused(
		"not an issuer",
		"sso",
		"set",
		"--company",
		"Acme",
		"--issuer",
		"http://login.example.com",
		"--client-id",
		"fleet",
	)
	c.refused(
		"not the secret itself",
		"sso",
		"set",
		"--company",
		"Acme",
		"--issuer",
		"https://login.example.com",
		"--client-id",
		"fleet",
		"--client-secret",
		"plain",
	)
	c.refused("linked to nobody", "user", "unlink", "--email", "ada@example.com")
	if _, err := c.store.Identity().UserByIdentity(
		t.Context(),
		company.ID,
		"https://login.example.com",
		"ada",
		"ada@example.com",
		"",
	); err != nil {
		t.Fatal(err)
	}
	c.run("user", "unlink", "--email", "Ada@example.com")
	c.refused("linked to nobody", "user", "unlink", "--email", "ada@example.com")
	c.run("sso", "remove", "--company", "Acme")
	c.refused("no single sign-on", "sso", "show", "--company", "Acme")
}
