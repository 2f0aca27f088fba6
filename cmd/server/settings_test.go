package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"bitcorp.dev/fleet/internal/app"
)

// parse reads arguments as run does, without running a command.
func parse(t *testing.T, args ...string) (commands, error) {
	t.Helper()
	c := grammar()
	parser, err := kong.New(&c, options(new(bytes.Buffer), new(bytes.Buffer))...)
	if err != nil {
		t.Fatal(err)
	}
	_, err = parser.Parse(args)
	return c, err
}

// TestSettingsNotGivenAreTheDefaults compares what the command line leaves
// alone with app.Default, setting by setting.
func TestSettingsNotGivenAreTheDefaults(t *testing.T) {
	t.Parallel()
	c, err := parse(t, "serve")
	if err != nil {
		t.Fatal(err)
	}
	got, want := c.Serve.Config, app.Default()
	want.Pages, want.Log, want.Hashing, want.Database = nil, nil, got.Hashing, got.Database
	got.Pages, got.Log = nil, nil
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if c.Database != app.DefaultDatabase() {
		t.Errorf("the database's settings are %+v", c.Database)
	}
	if c.Serve.Pages == nil || c.Serve.Log == nil || c.Serve.Hashing != app.Default().Hashing {
		t.Error("parsing has lost what is no flag")
	}
}

func TestSettingsThatAreGiven(t *testing.T) {
	t.Parallel()
	c, err := parse(
		t,
		"--body-timeout=7s",
		"--rate-limit=0",
		"--max-sockets=3",
		"--no-report-cost",
		"--max-conns=9",
		"--stats-ttl=0",
	)
	if err != nil {
		t.Fatal(err)
	}
	s := c.Serve
	if s.BodyTimeout != 7*time.Second || *s.RateLimit != 0 || *s.MaxSockets != 3 || s.MaxSubscriptions != nil ||
		s.ReportCost ||
		c.MaxConns != 9 ||
		s.StatsTTL != 0 {
		t.Errorf("%+v", s)
	}
}

// TestHelpHasTheDefaults looks for those that stand in the help of serve.
func TestHelpHasTheDefaults(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	c := grammar()
	parser, err := kong.New(&c, append(options(&out, &out), kong.Exit(func(int) { panic("exit") }))...)
	if err != nil {
		t.Fatal(err)
	}
	func() {
		defer func() { _ = recover() }()
		_, _ = parser.Parse([]string{"serve", "--help"})
	}()
	help := strings.Join(strings.Fields(out.String()), " ")
	for _, part := range []string{
		"--stats-ttl=30m ", "--session-max=336h ", "--body-timeout=30s ", "--max-body-bytes=1048576 ", "Not given: 10, and", "Not given: 200, and", "Not given: 50, and",
	} {
		if !strings.Contains(help, part) {
			t.Errorf("--help has no %q", part)
		}
	}
}
