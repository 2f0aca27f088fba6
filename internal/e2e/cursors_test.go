package e2e_test

import (
	"fmt"
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
)

// TestForgedCursorsAreBadInputOrAPage: the checksum of a cursor has no secret, so every list gets keys
// that a client made up. Each is refused, or is a position in the list, and never reaches the database
// as text that it cannot read.
func TestForgedCursorsAreBadInputOrAPage(t *testing.T) {
	t.Parallel()
	s := emptyService(t)
	s.people()
	s.exec(`UPDATE users SET role = 'ADMIN'`)
	s.serveAs("ours@example.com")
	s.fill(3)
	company := s.viewer.CompanyID
	lists := map[string][]fleet.List{"history": {fleet.HistoryList(company)}}
	for _, o := range fleet.EquipmentOrders() {
		lists["equipmentList"] = append(lists["equipmentList"], o.List(company))
	}
	for _, o := range fleet.OperatorOrders() {
		lists["operators"] = append(lists["operators"], o.List(company))
	}
	for _, o := range fleet.MaintenanceOrders() {
		lists["maintenanceRecords"] = append(lists["maintenanceRecords"], o.List(company))
	}
	for _, o := range fleet.UserOrders() {
		lists["users"] = append(lists["users"], o.List(company))
	}
	keys := []string{
		"",
		"x",
		"-",
		".",
		"NaN",
		"Infinity",
		"-1",
		"-0",
		"1e3",
		strings.Repeat("9", 40),
		"-" + strings.Repeat("9", 39),
		"0." + strings.Repeat("1", 38),
		strings.Repeat("\U0010ffff", 300),
		"\ufeff",
		"%",
		`\`,
		"0000-01-01",
		"0000-01-01T00:00:00Z",
		"0001-01-01",
		"0001-01-01T00:00:00Z",
		"9999-12-31",
		"9999-12-31T23:59:59.999999999Z",
		"9999-12-31T23:59:59.999999999+23:59",
		"0001-01-01T00:00:00+23:59",
		"2024-01-01T00:00:00,5Z",
		"2024-01-01T00:00:00+24:00",
		"2024-01-01T00:00:00-23:59",
		"2024-01-01T00:00:60Z",
		"10000-01-01",
		"infinity",
	}
	accepted := 0
	for field, of := range lists {
		for _, l := range of {
			for _, key := range keys {
				cursor := l.Cursor(fleet.Position{Key: key, ID: fleet.UUID{1}})
				order := fmt.Sprintf("orderBy: %s, ", l.Order)
				if field == "history" {
					order = ""
				}
				for _, argument := range []string{"after", "before"} {
					a := s.ask(fmt.Sprintf(`{ %s(%s%s: %q) { nodes { id } } }`, field, order, argument, cursor), nil)
					if len(a.Errors) == 0 {
						accepted++
					} else if e := a.Errors[0]; e.Extensions["code"] != string(fleet.BadInput) {
						t.Errorf("%s ordered by %s, %s the key %q: %v %v", field, l.Order, argument, key, e.Message, e.Extensions)
					}
				}
			}
		}
	}
	if accepted < 100 {
		t.Errorf("only %d cursors were accepted", accepted)
	}
}
