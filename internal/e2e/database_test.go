package e2e_test

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/app"
	"bitcorp.dev/fleet/internal/fleet"
)

// TestAStatementThatTakesTooLongIsTIMEOUT locks the tables for longer than a
// statement may take.
func TestAStatementThatTakesTooLongIsTIMEOUT(t *testing.T) {
	t.Parallel()
	s := emptyService(t)
	s.people()
	s.adjust = func(c *app.Config) { c.Database.StatementTimeout = time.Second }
	s.serveAs("ours@example.com")
	release := s.lock(`LOCK TABLE equipment, equipment_sums, operators IN ACCESS EXCLUSIVE MODE`)
	for _, query := range []string{
		askStats, `{ equipmentList(first: 1) { nodes { name } } }`, `{ operators(first: 1) { nodes { lastName } } }`,
		`mutation { createEquipment(input: { name: "Crane", category: "Crane" }) { errors { message } } }`,
	} {
		a := s.ask(query, nil)
		if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != string(fleet.Timeout) ||
			!strings.Contains(a.Errors[0].Message, "took too long") || a.status != http.StatusOK {
			t.Errorf("%s: %d %+v", query, a.status, a.Errors)
		}
	}
	release()
	if got := s.total(); got != 0 {
		t.Errorf("%d machines, want none", got)
	}
}

// TestNoReadFailsWhileConnectionsAreEnded ends all connections of the database
// again and again while 16 clients read, in every way that takes a statement.
func TestNoReadFailsWhileConnectionsAreEnded(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.fill(30)
	readsSurvive(t, s, 15, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = current_database() AND pid <> pg_backend_pid()`)
}

// readsSurvive has 16 clients read while end runs rounds times, each time after
// as many answers as there are clients.
func readsSurvive(t *testing.T, s *service, rounds int, end string) {
	t.Helper()
	const clients = 16
	queries := []string{
		`{ equipmentList(first: 20) { totalCount nodes { name assignedOperator { lastName } latestMaintenance { description }
			maintenanceRecords(first: 2) { totalCount nodes { cost } } } } }`,
		askStats,
		`{ maintenanceSummary(groupBy: [KIND, YEAR]) { kind year records totalCost } }`,
		`{ operators(first: 5, filter: { search: "last" }) { nodes { firstName } } }`,
	}
	var answered atomic.Int64
	var clientsAsk sync.WaitGroup
	ended := make(chan struct{})
	defer clientsAsk.Wait()
	defer close(ended)
	for n := range clients {
		clientsAsk.Go(func() {
			for i := n; ; i++ {
				select {
				case <-ended:
					return
				default:
				}
				if a := s.ask(queries[i%len(queries)], nil); len(a.Errors) > 0 {
					t.Errorf("%s: %+v", queries[i%len(queries)], a.Errors)
				}
				answered.Add(1)
			}
		})
	}
	for range rounds {
		before := answered.Load()
		s.eventually(func() bool { return answered.Load() >= before+clients })
		s.exec(end)
	}
	last := answered.Load()
	s.eventually(func() bool { return answered.Load() >= last+clients })
}
