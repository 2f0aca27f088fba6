package app

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"slices"
	"time"

	"bitcorp.dev/fleet/internal/store"
	"bitcorp.dev/fleet/migrations"
)

// Doctor examines an installation.
type Doctor struct {
	Database  Database
	PublicURL string
	// Instances is how many instances share the database.
	Instances int
	// Folder is where the server keeps files, for the space on its disk; "" for none.
	Folder string
	Log    *slog.Logger
}

// Result says how serious a finding is.
type Result string

// The results.
const (
	Fine    Result = "ok"
	Warning Result = "WARN"
	Failed  Result = "FAIL"
)

// Finding is what the doctor has found about one subject, and what to do.
type Finding struct {
	Result              Result
	Subject, Text, ToDo string
}

// What the doctor expects.
const (
	leastVersion     = 150000 // server_version_num
	clockTolerance   = time.Second
	feedTolerance    = 2 * time.Second
	certificateWarns = 21 * 24 * time.Hour
	leastFree        = 1 << 30 // bytes
	connectionsOfOne = 2       // beside the pool: the feed, and one that migrates or finds out about a pooler
	estimateWarnsAt  = 10_000  // rows
)

// Examine examines the database and what is around it. It changes nothing.
func (d Doctor) Examine(ctx context.Context) []Finding {
	d.Instances = max(d.Instances, 1)
	findings := []Finding{d.settings()}
	findings = append(findings, d.database(ctx)...)
	if d.Folder != "" {
		findings = append(findings, disk(d.Folder))
	}
	return append(findings, d.publicCertificate(ctx)...)
}

// Print writes findings, and returns an error if one of them has failed.
func Print(out io.Writer, findings []Finding) error {
	failed := 0
	for _, f := range findings {
		if f.Result == Failed {
			failed++
		}
		if _, err := fmt.Fprintf(out, "%-4s  %-22s %s\n", f.Result, f.Subject, f.Text); err != nil {
			return err
		}
		if f.ToDo != "" {
			if _, err := fmt.Fprintf(out, "      %-22s -> %s\n", "", f.ToDo); err != nil {
				return err
			}
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d checks have failed", failed, len(findings))
	}
	return nil
}

func (d Doctor) settings() Finding {
	_, err := ParsePublicURL(d.PublicURL)
	if err = cmp.Or(d.Database.Check(), err); err != nil {
		return Finding{Failed, "settings", err.Error(), "correct them; `server serve --help` describes each"}
	}
	return Finding{Fine, "settings", "every value is allowed", ""}
}

// database returns the findings about the database and the connections to it.
func (d Doctor) database(ctx context.Context) []Finding {
	c := d.Database
	db, err := store.Open(ctx, store.Config{
		URL: c.URL, ListenURL: c.ListenURL, Pooler: c.Pooler, MaxConns: 2, KeepConns: 1,
		StatementTimeout: c.StatementTimeout, ConnWait: c.ConnWait, SlowStatement: time.Hour, Log: d.Log,
	})
	if err != nil {
		return []Finding{{Failed, "database", err.Error(),
			"check DATABASE_URL, that PostgreSQL runs and listens there, and that pg_hba.conf lets this machine in"}}
	}
	defer db.Close()
	e, err := db.Examine(ctx)
	if err != nil {
		return []Finding{{Failed, "database", err.Error(), "check the rights of the role: it should own the schema"}}
	}
	return slices.Concat([]Finding{versionOf(e), schemaOf(e), extensionsOf(e)}, settingsOf(e),
		[]Finding{d.poolOf(e), clockOf(e), d.encryptionOf(e), feedOf(ctx, db)}, estimatesOf(e), sumsOf(e))
}

func versionOf(e store.Examination) Finding {
	f := Finding{Fine, "database version", fmt.Sprintf("PostgreSQL %d.%d, %d MiB of data",
		e.Version/10_000, e.Version%10_000, e.Size>>20), ""}
	if e.Version < leastVersion {
		f.Result, f.ToDo = Failed, "upgrade PostgreSQL to 15 or later"
	}
	return f
}

func schemaOf(e store.Examination) Finding {
	newest := migrations.Newest()
	f := Finding{Fine, "schema", fmt.Sprintf("migration %d, which is the newest of this release", e.Schema), ""}
	switch {
	case e.Schema < newest:
		f.Result, f.Text = Warning, fmt.Sprintf("migration %d, this release has %d", e.Schema, newest)
		f.ToDo = "run `server migrate`; the next start of `server serve` does it too"
	case e.Schema > newest:
		f.Result, f.Text = Failed, fmt.Sprintf("migration %d of a newer release, this one knows %d", e.Schema, newest)
		f.ToDo = "install the newer release, or set FLEET_ALLOW_NEWER_DATABASE=true"
	}
	return f
}

func extensionsOf(e store.Examination) Finding {
	var missing []string
	for _, name := range []string{"btree_gin", "btree_gist", "pg_trgm"} {
		if !slices.Contains(e.Extensions, name) {
			missing = append(missing, name)
		}
	}
	switch {
	case len(missing) == 0:
		return Finding{Fine, "extensions", "btree_gin, btree_gist and pg_trgm are there", ""}
	case e.Schema == 0:
		return Finding{Fine, "extensions", fmt.Sprintf("%v will be made by the first migration", missing), ""}
	}
	return Finding{Failed, "extensions", fmt.Sprintf("%v are missing", missing),
		"install PostgreSQL's contrib package and run CREATE EXTENSION for each"}
}

// settingsOf returns a finding for each setting of PostgreSQL that loses data or time, or a single one.
func settingsOf(e store.Examination) (findings []Finding) {
	for _, want := range []struct {
		name, value string
		result      Result
		why         string
	}{
		{"fsync", "on", Failed, "a crash of the machine destroys the database without it"},
		{"full_page_writes", "on", Failed, "a crash of the machine destroys pages without it"},
		{"synchronous_commit", "on", Warning, "a crash loses changes that were confirmed without it"},
		{"autovacuum", "on", Warning, "tables grow and plans get worse without it"},
		{"default_transaction_read_only", "off", Failed, "nothing can be changed: this may be a replica"},
	} {
		if got := e.Settings[want.name]; got != want.value {
			findings = append(findings, Finding{want.result, "database settings",
				fmt.Sprintf("%s is %s: %s", want.name, got, want.why), fmt.Sprintf("set %s = %s", want.name, want.value)})
		}
	}
	if len(findings) == 0 {
		findings = []Finding{{Fine, "database settings", "nothing that is confirmed is lost by a crash", ""}}
	}
	return findings
}

func (d Doctor) poolOf(e store.Examination) Finding {
	each := cmp.Or(d.Database.MaxConns, store.DefaultMaxConns) + connectionsOfOne
	need := d.Instances * each
	f := Finding{Fine, "connections", fmt.Sprintf("%d instances take at most %d of %d; %d are in use now",
		d.Instances, need, e.MaxConnections, e.Connections), ""}
	if need > e.MaxConnections {
		f.Result = Failed
		f.ToDo = fmt.Sprintf("set FLEET_MAX_CONNS to %d, raise max_connections to %d or more, or put a pooler in front",
			max(e.MaxConnections/d.Instances-connectionsOfOne, 1), need+10)
	}
	return f
}

func clockOf(e store.Examination) Finding {
	f := Finding{Fine, "clock", fmt.Sprintf("the database's is %s ahead of this machine's",
		e.ClockAhead.Round(time.Millisecond)), ""}
	if e.ClockAhead.Abs() > clockTolerance {
		f.Result, f.ToDo = Warning, "let both machines take the time from the same source (chrony, systemd-timesyncd)"
	}
	return f
}

func (d Doctor) encryptionOf(e store.Examination) Finding {
	f := Finding{Fine, "database encryption", "the connection stays on this machine", ""}
	if e.Encrypted {
		f.Text = "the connection is encrypted and the server's certificate is checked"
	}
	if !store.EncryptsAndVerifies(d.Database.URL) || !store.EncryptsAndVerifies(d.Database.ListenURL) {
		f.Result, f.Text = Warning, "others on the network can read or answer the connection"
		f.ToDo = "add sslmode=verify-full and sslrootcert=FILE to DATABASE_URL and FLEET_LISTEN_URL"
	}
	return f
}

func feedOf(ctx context.Context, db *store.DB) Finding {
	took, err := db.HearChange(ctx)
	switch {
	case err != nil:
		return Finding{Failed, "change feed", err.Error(), "set FLEET_LISTEN_URL to reach PostgreSQL without a pooler"}
	case took > feedTolerance:
		return Finding{Warning, "change feed", fmt.Sprintf("a notification takes %s", took.Round(time.Millisecond)),
			"look at the load of the database and at the network"}
	}
	return Finding{Fine, "change feed", fmt.Sprintf("connected and heard a notification within %s",
		took.Round(time.Millisecond)), ""}
}

// estimatesOf returns a finding for each table of which the planner believes something else than it has.
func estimatesOf(e store.Examination) (findings []Finding) {
	for _, t := range e.Tables {
		if t.Rows >= estimateWarnsAt && (t.Estimated < t.Rows/2 || t.Estimated > 2*t.Rows) {
			findings = append(findings, Finding{Warning, "statistics",
				fmt.Sprintf("PostgreSQL expects %d rows in %s, there are %d: plans may be bad", t.Estimated, t.Name, t.Rows),
				"run ANALYZE " + t.Name + ", and see that autovacuum keeps up"})
		}
	}
	if len(findings) == 0 && len(e.Tables) > 0 {
		text := ""
		for _, t := range e.Tables {
			text += fmt.Sprintf(", %d in %s", t.Rows, t.Name)
		}
		findings = []Finding{{Fine, "statistics", "rows: " + text[2:], ""}}
	}
	return findings
}

// sumsOf compares the sums behind the statistics of dashboards with a count.
func sumsOf(e store.Examination) []Finding {
	switch {
	case len(e.Tables) == 0:
		return nil
	case e.WrongSums > 0:
		return []Finding{
			{Failed, "sums", fmt.Sprintf("%d sums of machines differ from a count: dashboards are wrong", e.WrongSums),
				"run `server recount`, and find out what has changed rows without triggers (session_replication_role, a restore)"},
		}
	}
	return []Finding{{Fine, "sums", "the statistics of dashboards equal a count of the machines", ""}}
}

// publicCertificate examines the certificate that browsers see.
func (d Doctor) publicCertificate(ctx context.Context) []Finding {
	u, err := url.Parse(d.PublicURL)
	if err != nil || u.Scheme != "https" {
		return nil
	}
	address := u.Host
	if u.Port() == "" {
		address = net.JoinHostPort(u.Hostname(), "443")
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	conn, err := new(tls.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return []Finding{{Failed, "certificate", fmt.Sprintf("%s: %v", address, err),
			"check that the proxy runs, and that its certificate is valid for that name and signed by a known authority"}}
	}
	defer func() { _ = conn.Close() }()
	secure, ok := conn.(*tls.Conn)
	if !ok {
		return nil
	}
	until := secure.ConnectionState().PeerCertificates[0].NotAfter
	f := Finding{Fine, "certificate", fmt.Sprintf("of %s, valid until %s", address, until.Format(time.DateOnly)), ""}
	if time.Until(until) < certificateWarns {
		f.Result, f.ToDo = Warning, "renew it"
	}
	return []Finding{f}
}
