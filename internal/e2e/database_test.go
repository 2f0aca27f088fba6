package e2e_test

import (
	"net/http"
	"strings"
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
	s.adjust = func(c *app.Config) { c.Database.StatementTimeout = 200 * time.Millisecond }
	s.serveAs("ours@example.com")
	release := s.lock(`LOCK TABLE equipment, operators IN ACCESS EXCLUSIVE MODE`)
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
