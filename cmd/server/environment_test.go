package main

import (
	"io"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

func checked(t *testing.T, environment ...string) (commands, error) {
	t.Helper()
	c := grammar()
	parser, err := kong.New(&c, options(io.Discard, io.Discard)...)
	if err != nil {
		t.Fatal(err)
	}
	return c, checkEnvironment(parser.Model.Node, environment)
}

// TestEveryMistakeOfTheEnvironmentIsListed in one message, a line for each.
func TestEveryMistakeOfTheEnvironmentIsListed(t *testing.T) {
	t.Parallel()
	_, err := checked(
		t,
		"FLEET_BODY_TIMEOUT=soon",
		"FLEET_MAX_DEPTH=many",
		"FLEET_POOLER=perhaps",
		"FLEET_DEMO=2",
		"FLEET_TRUSTED_PROXIES=10.0.0.0/8,nowhere",
		"FLEET_RATE_LIMITS=3",
		"FLEET_SERVICE_HOST=10.0.0.1",
		"FLEET_RATE_LIMIT=x",
		"PATH=/bin",
		"HOME=x",
		"FLEETING=1",
		"FLEET_TEST_LOGS=/tmp",
		"FLEET_ADDR=:80",
	)
	if err == nil {
		t.Fatal("nothing is wrong")
	}
	lines := strings.Split(err.Error(), "\n")
	for i, want := range []string{
		`FLEET_BODY_TIMEOUT is "soon": `, `FLEET_DEMO is "2": `, `FLEET_MAX_DEPTH is "many": `,
		`FLEET_POOLER is "perhaps": it must be one of auto, yes, no`,
		"FLEET_RATE_LIMIT is \"x\": ",
		"FLEET_RATE_LIMITS is not a setting, FLEET_RATE_LIMIT is: unset it",
		"FLEET_SERVICE_HOST is not a setting: unset it", `FLEET_TRUSTED_PROXIES is "10.0.0.0/8,nowhere": `,
	} {
		if i >= len(lines) || !strings.HasPrefix(lines[i], want) {
			t.Errorf("line %d should begin with %q:\n%v", i, want, err)
		}
	}
	if len(lines) != 8 {
		t.Errorf("%d lines, want 8:\n%v", len(lines), err)
	}
}

// TestOutOfRangeIsListedBesideWhatCannotBeRead: the values that can be read are judged too.
func TestOutOfRangeIsListedBesideWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	c, err := checked(t, "FLEET_BODY_TIMEOUT=soon", "FLEET_MAX_DEPTH=0", "FLEET_MAX_CONNS=-3", "FLEET_PUBLIC_URL=x")
	if err == nil || c.Serve.MaxDepth != 0 || c.MaxConns != -3 || c.Serve.PublicURL != "x" {
		t.Errorf("%v, depth %d, %d connections", err, c.Serve.MaxDepth, c.MaxConns)
	}
	judged := c.Serve.Check()
	if judged == nil || !strings.Contains(judged.Error(), "FLEET_MAX_DEPTH is 0: it must be at least 1\n") ||
		!strings.Contains(judged.Error(), `FLEET_PUBLIC_URL is "x"`) {
		t.Errorf("%v", judged)
	}
	if judged := c.Database.Check(); judged == nil || judged.Error() != "FLEET_MAX_CONNS is -3: it must be at least 0" {
		t.Errorf("%v", judged)
	}
}

func TestAnEnvironmentWithoutMistakes(t *testing.T) {
	t.Parallel()
	if _, err := checked(
		t,
		"FLEET_ADDR=:8080",
		"FLEET_RATE_LIMIT=2.5",
		"FLEET_MAX_SOCKETS=0",
		"FLEET_LOG_LEVEL=WARN",
		"FLEET_URL=http://x",
		"FLEET_MEMORY_LIMIT=100",
		"DATABASE_URL=postgres:///x",
		"FLEET_TRUSTED_PROXIES=10.0.0.0/8,::1/128",
		"FLEET_REPORT_COST=false",
	); err != nil {
		t.Error(err)
	}
}
