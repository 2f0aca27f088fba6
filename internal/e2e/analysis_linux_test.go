package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/app"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/localpg"
	"bitcorp.dev/fleet/internal/localpg/pgtest"
	"bitcorp.dev/fleet/internal/store/storetest"
	"bitcorp.dev/fleet/internal/telemetry"
	"bitcorp.dev/fleet/migrations"
)

// analyse sends a query and returns its analysis.
func (s *service) analyse(query string, variables map[string]any) (answer, telemetry.AnalysisReport) {
	s.t.Helper()
	asking := *s
	asking.header = s.header.Clone()
	if asking.header == nil {
		asking.header = http.Header{}
	}
	asking.header.Set("Fleet-Analyze", "true")
	a := asking.ask(query, variables)
	var sent struct{ QueryAnalysis telemetry.AnalysisReport }
	if err := json.Unmarshal(a.Extensions, &sent); err != nil && len(a.Errors) == 0 {
		s.t.Errorf("%s: extensions %s: %v", query, a.Extensions, err)
	}
	return a, sent.QueryAnalysis
}

// TestTheAnalysisTellsWhatTheServerOfTheDatabaseLogs holds the analyses of 16 clients at once against
// PostgreSQL's own log: the same statements, as often, and no faster than they were executed.
func TestTheAnalysisTellsWhatTheServerOfTheDatabaseLogs(t *testing.T) {
	t.Parallel()
	server := pgtest.Server(t, localpg.Options{Trust: true, Settings: map[string]string{
		"log_min_duration_statement": "0", "log_parameter_max_length": "0", "log_line_prefix": "%m [%p] "}})
	if _, err := migrations.Up(t.Context(), server.URL()); err != nil {
		t.Fatal(err)
	}
	db, url := storetest.Open(t, server.URL())
	s := &service{t: t, store: db, url: url}
	s.people()
	s.serveAs("ours@example.com")
	s.fill(20)
	var mu sync.Mutex
	told := map[string]int{}
	took := map[string]float64{}
	var clients sync.WaitGroup
	for i := range 16 {
		clients.Go(func() {
			for n := range 3 {
				shape := shapes[(i+n)%len(shapes)]
				a, report := s.analyse(shape.query, map[string]any{"n": 20})
				if len(a.Errors) > 0 || report.TotalQueries != shape.statements || len(report.Queries) != shape.statements {
					t.Errorf("%s: %d statements, want %d; %+v", shape.name, report.TotalQueries, shape.statements, a.Errors)
				}
				mu.Lock()
				for _, q := range report.Queries {
					told[q.Statement]++
					took[q.Statement] += q.Duration
				}
				mu.Unlock()
			}
		})
	}
	clients.Wait()
	var logged map[string]int
	var duration map[string]float64
	s.eventually(func() bool { // the log is written behind the answers
		logged, duration = s.logged(server.PID())
		for text, n := range told {
			if logged[text] < n {
				return false
			}
		}
		return true
	})
	all, executed := 0.0, 0.0
	for text, n := range told {
		if logged[text] != n {
			t.Errorf("told %d times, logged %d times: %s", n, logged[text], text)
		}
		all, executed = all+took[text], executed+duration[text]
	}
	// Of statements that are sent together the first may count what the next has taken meanwhile.
	if all < executed {
		t.Errorf("told %.3f ms in all, logged %.3f ms", all, executed)
	}
}

var (
	executed = regexp.MustCompile(`(?s)\[(\d+)\].*?LOG:  duration: ([0-9.]+) ms  (?:execute [^:]*|statement): (.*)`)
	entry    = regexp.MustCompile(`(?m)^\d{4}-\d\d-\d\d `)
	spaces   = regexp.MustCompile(`\s+`)
	holder   = regexp.MustCompile(`\$\d+`)
)

// logged returns how often, and how long in all, in milliseconds, each statement was executed by the log of
// the server with that process id. Those of connections that have ended are left out.
func (s *service) logged(postmaster int) (times map[string]int, durations map[string]float64) {
	s.t.Helper()
	var processes []int
	s.row(`SELECT array_agg(pid) FROM pg_stat_activity WHERE datname = current_database()`, []any{&processes})
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(postmaster), "fd", "2"))
	if err != nil {
		s.t.Fatal(err)
	}
	ours := map[string]bool{}
	for _, p := range processes {
		ours[strconv.Itoa(p)] = true
	}
	times, durations = map[string]int{}, map[string]float64{}
	starts := append(entry.FindAllIndex(text, -1), []int{len(text)})
	for i := range len(starts) - 1 {
		m := executed.FindSubmatch(text[starts[i][0]:starts[i+1][0]])
		if m == nil || !ours[string(m[1])] {
			continue
		}
		statement := holder.ReplaceAllString(strings.TrimSpace(spaces.ReplaceAllString(string(m[3]), " ")), "$$")
		took, err := strconv.ParseFloat(string(m[2]), 64)
		if err != nil {
			s.t.Fatal(err)
		}
		times[statement]++
		durations[statement] += took
	}
	return times, durations
}

// TestTheAnalysisNamesFieldsAndBatches compares places, batches and equal keys with what the query is known
// to take.
func TestTheAnalysisNamesFieldsAndBatches(t *testing.T) {
	t.Parallel()
	s := emptyService(t)
	s.people()
	s.serveAs("ours@example.com")
	s.fill(10)
	s.exec(`UPDATE equipment SET user_id = NULL WHERE name = 'Machine 1'`) // which queues no key
	s.analysed(t, nil)
	s.adjust = func(c *app.Config) { c.Plans = "off" }
	s.another().analysed(t, map[string]telemetry.AnalysedLoader{
		"list.nodes.assignedOperator": {Name: "list.nodes.assignedOperator", Keys: 5, Batches: 1, CacheHits: 5},
		"list.nodes.user":             {Name: "list.nodes.user", Keys: 1, Batches: 1, CacheHits: 8},
	})
}

// analysed checks the analysis of a query whose fields have loaded what wanted says.
func (s *service) analysed(t *testing.T, wanted map[string]telemetry.AnalysedLoader) {
	t.Helper()
	_, report := s.analyse(`{ list: equipmentList { nodes { name assignedOperator { lastName } user { name } } } }`, nil)
	places := map[string]int{}
	for _, q := range report.Queries {
		places[q.Place]++
		if q.Statement == "" || q.Duration <= 0 {
			t.Errorf("a statement is %+v", q)
		}
	}
	want := map[string]int{"list": 1, "list.nodes.assignedOperator": 1, "list.nodes.user": 1}
	if fmt.Sprint(places) != fmt.Sprint(want) {
		t.Errorf("the places are %v, want %v", places, want)
	}
	loaders := map[string]telemetry.AnalysedLoader{}
	for _, l := range report.Loaders {
		loaders[l.Name] = *l
	}
	if fmt.Sprint(loaders) != fmt.Sprint(wanted) {
		t.Errorf("got %v, want %v", loaders, wanted)
	}
	if average := report.AverageTime; average == nil || *average*3 < report.TotalTime*0.999 {
		t.Errorf("the average is %v of %v", average, report.TotalTime)
	}
	if a, none := s.analyse(
		`{ __typename }`,
		nil,
	); none.AverageTime != nil || none.TotalQueries != 0 ||
		none.Queries == nil {
		t.Errorf("nothing was sent: %s", a.Extensions)
	}
	if a := s.ask(`{ viewer { name } }`, nil); strings.Contains(string(a.Extensions), "queryAnalysis") {
		t.Errorf("an analysis that was not requested: %s", a.Extensions)
	}
}

// TestSlowStatementsAreCounted makes every statement slow.
func TestSlowStatementsAreCounted(t *testing.T) {
	t.Parallel()
	s := emptyService(t)
	s.people()
	s.adjust = func(c *app.Config) { c.Database.SlowStatement = time.Nanosecond }
	s.serveAs("ours@example.com")
	if _, report := s.analyse(`{ equipmentList { nodes { id } } }`, nil); report.SlowQueries != 1 {
		t.Errorf("%d of %d are slow", report.SlowQueries, report.TotalQueries)
	}
}

// TestAnalysesAreForThoseThatMayExploreTheSchema tries roles.
func TestAnalysesAreForThoseThatMayExploreTheSchema(t *testing.T) {
	t.Parallel()
	h := newAccessFixture(t)
	for role, want := range map[string]fleet.Code{"analyst": "", "manager": "", "operator": fleet.Forbidden} {
		a, report := h.by(role).analyse(`{ viewer { name } }`, nil)
		if code := codeOf(a); code != want || (code == "") != (report.Queries != nil) {
			t.Errorf("%s: code %q, %d statements", role, code, report.TotalQueries)
		}
	}
}

// codeOf returns the code of the first error; "" without one.
func codeOf(a answer) fleet.Code {
	if len(a.Errors) == 0 {
		return ""
	}
	code, _ := a.Errors[0].Extensions["code"].(string)
	return fleet.Code(code)
}
