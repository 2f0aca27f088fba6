// Command bench measures the server beside a handler written by hand (package
// ceiling), on the same data, over real HTTP on the loopback interface: the same
// requests in turns, a round each, so that whatever else the machine does
// meets both. It writes ratios, not promises, into docs/benchmarks.md:
//
//	go run ./bench -doc docs/benchmarks.md
//	go run ./bench peers -doc docs/benchmarks.md # beside servers of others too
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
	"unicode"

	"bitcorp.dev/fleet/internal/app"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/localpg"
	"bitcorp.dev/fleet/internal/seed"
	"bitcorp.dev/fleet/internal/store"
)

// settings are the flags.
type settings struct {
	dir                string
	equipment, records int
	rounds             int
	each               time.Duration
	only, beside, doc  string
	program            string // of the second fleet
	connections        []int
	peers              bool // measure the servers of others too
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	switch {
	case len(os.Args) == 4 && os.Args[1] == "ceiling":
		err = serveCeiling(ctx, os.Args[2], os.Args[3])
	case len(os.Args) > 1 && os.Args[1] == "live":
		err = runLive(ctx, os.Args[2:])
	case len(os.Args) > 1 && os.Args[1] == "dashboards":
		err = runDashboards(ctx, os.Args[2:])
	case len(os.Args) > 1 && os.Args[1] == "feed":
		err = runFeed(ctx, os.Args[2:])
	case len(os.Args) > 1 && os.Args[1] == "attack":
		err = runAttack(ctx, os.Args[2:])
	case len(os.Args) > 1 && os.Args[1] == "migrations":
		err = runMigrations(ctx, os.Args[2:])
	case len(os.Args) > 1 && os.Args[1] == "signin":
		err = runSignIn(ctx, os.Args[2:])
	case len(os.Args) > 1 && os.Args[1] == "attackers":
		err = runAttackers(ctx, os.Args[2:])
	default:
		s, args := settings{connections: []int{16, 1}}, os.Args[1:]
		if s.peers = len(args) > 0 && args[0] == "peers"; s.peers {
			s.connections, args = []int{1, 16, 64}, args[1:]
		}
		flag.StringVar(
			&s.dir,
			"data-dir",
			".cache/bench",
			"folder of the benchmark's own PostgreSQL; kept, so that a second run need not seed",
		)
		flag.IntVar(&s.equipment, "equipment", 100_000, "machines")
		flag.IntVar(&s.records, "records", 1_000_000, "maintenance records")
		flag.IntVar(&s.rounds, "rounds", 5, "rounds of each measurement; medians of them are reported")
		flag.DurationVar(&s.each, "each", 2*time.Second, "length of a round of one server")
		flag.StringVar(&s.only, "only", "", "measure only the queries whose name contains this")
		flag.StringVar(&s.program, "program", "",
			"measure a second fleet too, of this program, such as a build of an earlier version")
		flag.StringVar(
			&s.beside,
			"beside",
			"",
			"measure a second fleet too, with these settings, such as 'GOGC=100 GOMEMLIMIT=off'",
		)
		flag.StringVar(
			&s.doc,
			"doc",
			"",
			"Markdown file whose part between the markers is written anew; standard output if not given",
		)
		_ = flag.CommandLine.Parse(args) // ends the program on an error
		err = run(ctx, s)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run prepares the data, starts the servers, measures and reports.
func run(ctx context.Context, s settings) (err error) {
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	dir, err := filepath.Abs(s.dir)
	if err != nil {
		return err
	}
	pg, err := localpg.Start(
		ctx,
		localpg.Options{Dir: dir, Log: log, Settings: map[string]string{"shared_buffers": "1GB", "max_connections": "300"}},
	)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pg.Stop(context.WithoutCancel(ctx))) }()
	data, err := prepare(ctx, pg.URL(), s, log)
	if err != nil {
		return err
	}
	defer data.store.Close()
	if s.peers {
		if err := preparePeers(ctx, pg.URL(), data.viewer.CompanyID); err != nil {
			return err
		}
	}
	program, remove, err := build(ctx)
	if err != nil {
		return err
	}
	defer remove()
	contenders, stop, err := startAll(ctx, program, pg.URL(), data, s)
	defer stop()
	if err != nil {
		return err
	}
	asked := slices.DeleteFunc(data.scenarios(), func(q scenario) bool { return !strings.Contains(q.name, s.only) })
	for _, q := range asked {
		if err := sameAnswers(ctx, q, contenders); err != nil {
			return err
		}
	}
	var list []measured
	for _, q := range asked {
		statements, err := data.statements(ctx, q)
		if err != nil {
			return err
		}
		for _, connections := range s.connections {
			m, err := compare(ctx, s, q, contenders, connections)
			if err != nil {
				return err
			}
			m.statements = statements
			fmt.Fprintln(os.Stderr, m.line())
			list = append(list, m)
		}
	}
	text := report(ctx, s, pg.Version(), contenders, list)
	if s.doc == "" {
		_, err = io.WriteString(os.Stdout, text)
		return err
	}
	kind := "bench"
	if s.peers {
		kind = "peers"
	}
	return between(s.doc, kind, text)
}

// build builds the server in a folder of its own.
func build(ctx context.Context) (program string, remove func(), err error) {
	dir, err := os.MkdirTemp("", "fleet-bench-")
	if err != nil {
		return "", nil, err
	}
	program, remove = filepath.Join(dir, "server"), func() { _ = os.RemoveAll(dir) }
	if out, err := exec.CommandContext(
		ctx,
		"go",
		"build",
		"-trimpath",
		"-o",
		program,
		"./cmd/server",
	).CombinedOutput(); err != nil {
		remove()
		return "", nil, fmt.Errorf("build the server: %w\n%s", err, out)
	}
	return program, remove, nil
}

// data is what the measurements ask for.
type data struct {
	url    string
	store  *store.DB
	viewer fleet.Viewer
	ids    []string // of machines
	words  []string // of searches
}

// prepare fills the database, unless a run before has.
func prepare(ctx context.Context, url string, s settings, log *slog.Logger) (*data, error) {
	db, err := app.OpenStore(ctx, app.Database{URL: url, MaxConns: 4, KeepConns: 1}, log)
	if err != nil {
		return nil, err
	}
	p := seed.Large()
	p.Equipment, p.Records, p.Operators = s.equipment, s.records, max(1, s.equipment*2/25)
	// As the demo's manager, so that `serve --demo` answers on behalf of them.
	p.Lead = seed.Lead{Name: "Dana Reyes", Email: seed.DemoManager}
	d := &data{url: url, store: db}
	d.viewer, err = db.Identity().ViewerByEmail(ctx, seed.DemoManager)
	switch {
	case fleet.CodeOf(err) == fleet.NotFound:
		log.Info("seeding, which takes a minute or two", "machines", p.Equipment, "records", p.Records)
		if _, err = seed.Run(ctx, db.Bulk(), p, seed.Hooks{}); err == nil {
			d.viewer, err = db.Identity().ViewerByEmail(ctx, seed.DemoManager)
		}
	case err == nil:
		var machines, records int
		if machines, err = db.Fleet().EquipmentCount(ctx, d.viewer, nil); err == nil {
			records, err = db.Fleet().MaintenanceCount(ctx, d.viewer, nil)
		}
		if err == nil && (machines != s.equipment || records != s.records) {
			err = fmt.Errorf(
				"%s has %d machines and %d records: give another -data-dir for another size",
				s.dir,
				machines,
				records,
			)
		}
	}
	if err == nil {
		err = d.sample(ctx)
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	return d, nil
}

// isASCII reports whether a search finds the word without folding accents, which only the fleet does.
func isASCII(word string) bool {
	return strings.IndexFunc(word, func(r rune) bool { return r > unicode.MaxASCII }) < 0
}

// sample takes machines from all over the fleet, and words that are frequent in it.
func (d *data) sample(ctx context.Context) error {
	words := map[string]bool{}
	for _, order := range []fleet.EquipmentOrder{fleet.EquipmentNameAsc, fleet.EquipmentNameDesc, fleet.EquipmentCostAsc, fleet.EquipmentCostDesc, fleet.EquipmentCreatedAtAsc} {
		page, err := d.store.Fleet().EquipmentPage(ctx, d.viewer, nil, order, fleet.Window{Limit: fleet.MaxPage})
		if err != nil {
			return err
		}
		for _, e := range page.Items {
			d.ids = append(d.ids, e.GlobalID())
			word := strings.ToLower(strings.Fields(e.Name)[0])
			if len(word) > 3 && isASCII(word) && len(words) < 10 && !words[word] {
				words[word] = true
				d.words = append(d.words, word)
			}
		}
	}
	if len(d.words) == 0 {
		return errors.New("no machine's name begins with a word to search for")
	}
	return nil
}
