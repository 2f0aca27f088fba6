package e2e_test

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/store/storetest"
	"bitcorp.dev/fleet/migrations"
)

// namesBy reads a list of machines in pages of two, and returns what text is in each.
func (s *service) namesBy(order, field string) (list []string) {
	s.t.Helper()
	after := ""
	for {
		var page struct {
			EquipmentList struct {
				Nodes    []map[string]*string
				PageInfo struct {
					HasNextPage bool
					EndCursor   string
				}
			}
		}
		args := "first: 2, orderBy: " + order
		if after != "" {
			args += fmt.Sprintf(", after: %q", after)
		}
		s.data(&page, `{ equipmentList(`+args+`) { nodes { `+field+` } pageInfo { hasNextPage endCursor } } }`, nil)
		for _, n := range page.EquipmentList.Nodes {
			list = append(list, text(n[field]))
		}
		if !page.EquipmentList.PageInfo.HasNextPage {
			return list
		}
		after = page.EquipmentList.PageInfo.EndCursor
	}
}

// locales are databases with orders of their own.
var locales = []string{
	`LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'`,
	`LOCALE_PROVIDER libc LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'`,
	`LOCALE_PROVIDER icu ICU_LOCALE 'sv' LC_COLLATE 'C' LC_CTYPE 'C'`,
}

// TestNamesSortAlikeInEveryDatabase whatever its locale, forward, backward and across pages; searches
// find the same too.
func TestNamesSortAlikeInEveryDatabase(t *testing.T) {
	t.Parallel()
	for i, locale := range locales {
		s := emptyService(t)
		conn, err := pgx.Connect(t.Context(), s.url)
		if err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(s.url)
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("%s_%d", strings.TrimPrefix(u.Path, "/"), i)
		if _, err := conn.Exec(t.Context(), `CREATE DATABASE `+pgx.Identifier{name}.Sanitize()+
			` TEMPLATE template0 ENCODING 'UTF8' `+locale); err != nil {
			t.Fatal(locale, err)
		}
		t.Cleanup(func() {
			_, _ = conn.Exec(context.Background(), `DROP DATABASE `+pgx.Identifier{name}.Sanitize()+` WITH (FORCE)`)
			_ = conn.Close(context.Background())
		})
		query := u.Query()
		u.Path = "/" + name
		if host := query.Get("dbname"); host != "" {
			query.Set("dbname", name)
			u.RawQuery = query.Encode()
		}
		s.url = u.String()
		if _, err := migrations.Up(t.Context(), s.url); err != nil {
			t.Fatal(locale, err)
		}
		s.store, _ = storetest.Open(t, s.url)
		s.people()
		s.serveAs("ours@example.com")

		want := []string{"digger", "Éclair", "Excavadora 2", "excavadora 10", "Ñandú", "ñandú 3", "Übung", "zeppelin"}
		serials := []string{"SN-2", "sn-10", "sn-100"}
		for n, name := range []string{"zeppelin", "Éclair", "excavadora 10", "Übung", "ñandú 3", "digger", "Ñandú",
			"Excavadora 2"} {
			in := vars{"name": name}
			if n < len(serials) {
				in["serialNumber"] = serials[(n+1)%len(serials)]
			}
			s.machine(in)
		}
		back := slices.Clone(want)
		slices.Reverse(back)
		if got := s.namesBy("NAME_ASC", "name"); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", locale, got, want)
		}
		if got := s.namesBy("NAME_DESC", "name"); !slices.Equal(got, back) {
			t.Errorf("%s: descending %q, want %q", locale, got, back)
		}
		if got := s.namesBy("SERIAL_NUMBER_ASC", "serialNumber"); !slices.Equal(got[len(got)-3:], serials) {
			t.Errorf("%s: %q, want %q at the end", locale, got, serials)
		}
		for search, found := range map[string]int{"nandu": 2, "ÑANDÚ": 2, "ub": 1, "eclair": 1, "EXCAVADORA": 2} {
			if got := s.found("equipmentList", search); got != found {
				t.Errorf("%s: %q finds %d, want %d", locale, search, got, found)
			}
		}
	}
}

// found is the number of rows of a list that a search finds.
func (s *service) found(list, search string) int {
	s.t.Helper()
	var got struct{ List struct{ TotalCount int } }
	s.data(&got, `query($s: String!) { list: `+list+`(filter: { search: $s }) { totalCount } }`, vars{"s": search})
	return got.List.TotalCount
}

// TestSearchesIgnoreAccents in every list that can be searched, in the data and in the search, and words
// without letters.
func TestSearchesIgnoreAccents(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.exec(`UPDATE users SET role = 'ADMIN', name = 'José Núñez' WHERE email = 'ours@example.com'`)
	s.serveAs("ours@example.com")
	e := s.machine(vars{"name": "Grúa torre", "category": "Grúas", "description": "Smith & Sons"})
	s.exec(`INSERT INTO operators (company_id, first_name, last_name) SELECT id, 'José', 'Núñez' FROM companies
		WHERE name = 'Ours'`)
	s.work(recordWork, vars{"equipmentId": e.ID, "kind": "OTHER", "description": "Cambio de batería",
		"performedBy": "José"})
	for list, searches := range map[string][]string{
		"equipmentList":      {"grua", "GRÚA", "Gru\u0301a", "gruas", "gr", "smith & sons", "Smith — Sons"},
		"operators":          {"nunez", "jose", "NÚÑEZ", "jo"},
		"maintenanceRecords": {"bateria", "BATERÍA", "jose", "ba"},
		"users":              {"nunez", "jose", "nu"},
	} {
		for _, search := range searches {
			if n := s.found(list, search); n != 1 {
				t.Errorf("%s: %q finds %d", list, search, n)
			}
		}
		if n := s.found(list, "gruax"); n != 0 {
			t.Errorf("%s: %d rows of a word that is nowhere", list, n)
		}
	}
}

// TestBlanksAndCaseMakeNoNewMachine and no new category; leading zeros do.
func TestBlanksAndCaseMakeNoNewMachine(t *testing.T) {
	t.Parallel()
	s := newService(t)
	a := s.machine(vars{"name": "  Big   digger ", "serialNumber": " S7-100 ", "category": "Test excavator"})
	if a.Name != "Big digger" || *a.SerialNumber != "S7-100" {
		t.Errorf("stored as %+v", a)
	}
	for _, serial := range []string{"S7-100", "s7-100", " S7 - 100", "Ś7-100"} {
		p := change[equipmentPayload](s, createOne, vars{"in": vars{"name": "b", "category": "c", "serialNumber": serial}})
		if len(p.Errors) != 1 || p.Errors[0].Reason != "TAKEN" || p.Errors[0].Field != "input.serialNumber" {
			t.Errorf("%q: %+v", serial, p)
		}
	}
	for _, serial := range []string{"12", "012", "S7-1000"} {
		s.machine(vars{"serialNumber": serial, "category": " test EXCAVATOR "})
	}
	var got struct {
		Categories         []struct{ Category string }
		Two, Three, Serial struct{ TotalCount int }
	}
	look := func() {
		t.Helper()
		s.data(&got, `{ categories { category }
			two: equipmentList(filter: { category: ["TEST éxcavator"] }) { totalCount }
			three: equipmentList(filter: { category: ["testexcavator", "none"] }) { totalCount }
			serial: equipmentList(filter: { serialNumber: { in: ["s7 - 100", "012"] } }) { totalCount } }`, nil)
	}
	if look(); len(got.Categories) != 1 || got.Categories[0].Category != "Test excavator" || got.Two.TotalCount != 4 ||
		got.Three.TotalCount != 4 || got.Serial.TotalCount != 2 {
		t.Errorf("%+v", got)
	}
	// Another spelling of a category that others have changes nothing; of one's own it does.
	p := change[equipmentPayload](s, updateOne, vars{"in": vars{"equipmentId": a.ID, "expectedVersion": 1,
		"category": "TEST excavator"}})
	if len(p.Errors) > 0 || p.Equipment.Version != 1 {
		t.Errorf("%+v", p)
	}
	only := s.machine(vars{"category": "crane"})
	p = change[equipmentPayload](s, updateOne, vars{"in": vars{"equipmentId": only.ID, "expectedVersion": 1,
		"category": "Crane"}})
	if len(p.Errors) > 0 || s.count(`SELECT count(*)::int FROM equipment WHERE category = 'Crane'`) != 1 {
		t.Errorf("%+v", p)
	}
	var summary struct {
		MaintenanceSummary []struct{ Records int }
	}
	s.work(recordWork, vars{"equipmentId": a.ID, "kind": "OTHER"})
	s.data(&summary, `{ maintenanceSummary(filter: { category: ["test  Excavator"] }, groupBy: [CATEGORY]) { records } }`,
		nil)
	if len(summary.MaintenanceSummary) != 1 || summary.MaintenanceSummary[0].Records != 1 {
		t.Errorf("%+v", summary)
	}
}
