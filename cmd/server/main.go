// Command server is Bitcorp Fleet: it serves the API and the pages, and its
// subcommands prepare the database and bring data in. `server --help` lists
// them with every setting.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"bitcorp.dev/fleet/internal/app"
	"bitcorp.dev/fleet/internal/telemetry"
)

// commands are the subcommands of the server.
type commands struct {
	globals
	Serve   serveCmd   `cmd:"" default:"withargs" help:"Serve the API and the pages (the default)."`
	Migrate migrateCmd `cmd:"" help:"Bring the database's schema up to date, step back, or show where it stands."`
	Seed    seedCmd    `cmd:"" help:"Generate a fleet with its history, for demonstrations and measurements."`
	Import  importCmd  `cmd:"" help:"Bring equipment, operators or maintenance records in from a CSV file or an Excel workbook."`
	User    userCmd    `cmd:"" help:"Add, list, disable and enable the users of a company, set passwords, and unlink from single sign-on."`
	Token   tokenCmd   `cmd:"" help:"Make, list and revoke access tokens."`
	SSO     ssoCmd     `cmd:"" name:"sso" help:"Set, show and remove a company's single sign-on."`
	Doctor  doctorCmd  `cmd:"" help:"Examine an installation: database, connections, clock, disk, change feed, sums, certificates; and say what to do."`
	Recount recountCmd `cmd:"" help:"Make the sums behind the statistics of dashboards anew from the machines, when doctor finds that they differ."`
	Schema  schemaCmd  `cmd:"" help:"Print the GraphQL schema."`
	Explain explainCmd `cmd:"" help:"Print how the fields of a GraphQL query are answered: the plans as a tree, with their SQL."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

func main() {
	// A second signal ends the process at once: stop restores the default.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if ended := (interruption{}); errors.As(err, &ended) {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(signalStatus(context.Cause(ctx)))
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1)
	}
}

// signalStatus is the exit status of a command that a signal has ended, as shells count them.
func signalStatus(cause error) int {
	if cause != nil && strings.HasPrefix(cause.Error(), syscall.SIGTERM.String()) {
		return 128 + int(syscall.SIGTERM)
	}
	return 128 + int(syscall.SIGINT)
}

// grammar returns the commands with the defaults of their settings.
func grammar() commands {
	return commands{globals: globals{Database: app.DefaultDatabase()}, Serve: serveCmd{Config: app.Default()}}
}

func options(stdout, stderr io.Writer) []kong.Option {
	return []kong.Option{
		kong.Name("server"),
		kong.Description(
			"Bitcorp Fleet: equipment, operators and maintenance history over GraphQL. Every setting is a flag or the environment variable named beside it.",
		),
		kong.Writers(stdout, stderr),
		kong.BindTo(stdout, (*io.Writer)(nil)),
		kong.UsageOnError(),
		kong.Vars(app.HelpVars()),
		kong.PostBuild(useDefaults),
	}
}

// run parses the arguments and runs the command they name. Tests call it too.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	c := grammar()
	parser, err := kong.New(&c, append(options(stdout, stderr), kong.BindTo(ctx, (*context.Context)(nil)))...)
	if err != nil {
		return err
	}
	if err := checkEnvironment(parser.Model.Node, os.Environ()); err != nil {
		return errors.Join(err, c.Serve.Check(), c.Database.Check()) // all mistakes at once
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		return err
	}
	c.log = slog.New(telemetry.Handler(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: c.LogLevel})))
	slog.SetDefault(c.log)
	return parsed.Run(&c.globals)
}

// useDefaults makes the values that are in the grammar the defaults of its
// flags. Kong itself overwrites them with zero values.
func useDefaults(k *kong.Kong) error {
	return kong.Visit(k.Model, func(node kong.Visitable, next kong.Next) error {
		if f, ok := node.(*kong.Flag); ok && !f.HasDefault && !f.Target.IsZero() {
			f.Default, f.HasDefault = fmt.Sprint(f.Target.Interface()), true
			if _, ok := f.Target.Interface().(time.Duration); ok { // 30m, not 30m0s
				f.Default = wholeUnits.ReplaceAllString(f.Default, "$1")
			}
		}
		return next(nil)
	})
}

// wholeUnits finds the zeros after the unit of a round duration.
var wholeUnits = regexp.MustCompile(`([hm])(0m)?0s$`)
