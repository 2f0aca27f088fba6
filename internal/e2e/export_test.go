package e2e_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/ingest"
)

// export asks for a file.
func (s *service) export(file string, parameters map[string]string) *httptest.ResponseRecorder {
	s.t.Helper()
	values := url.Values{}
	for name, value := range parameters {
		values.Set(name, value)
	}
	r := httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/export/"+file+"?"+values.Encode(), nil)
	maps.Copy(r.Header, s.header)
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

// exported asks for a file of a document.
func (s *service) exported(mediaType, query string, variables map[string]any) *httptest.ResponseRecorder {
	s.t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		s.t.Fatal(err)
	}
	return s.post("application/json", mediaType, string(body))
}

// table reads a CSV file as rows by the names of their columns.
func (s *service) table(w *httptest.ResponseRecorder) (rows []map[string]string) {
	s.t.Helper()
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/csv;") {
		s.t.Fatalf("%d %v\n%s", w.Code, w.Header(), w.Body)
	}
	lines, err := csv.NewReader(w.Body).ReadAll()
	if err != nil {
		s.t.Fatal(err)
	}
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// odd gives the fleet texts that are hard for files, and work of all kinds.
func (s *service) odd() {
	s.t.Helper()
	for i, text := range []string{"=1+1", "+1+cmd|x", "-2+3", "@SUM(A1)", "'=1", "''-a", `say "hi", twice`, "two\nlines", "Grúa «ß» 起重機", "-12.50"} {
		s.exec(
			`UPDATE equipment SET description = $1, name = $1, serial_number = CASE WHEN $2::int % 2 = 0 THEN $1 END, cost = NULL
			WHERE name = 'Machine ' || $2::int`,
			text,
			i+1,
		)
		s.exec(`UPDATE maintenance_records SET description = $1, performed_by = $1, cost = -12.5 WHERE id = (SELECT id FROM
			maintenance_records ORDER BY maintenance_date, id OFFSET $2::int LIMIT 1)`, text, 10*i)
	}
	s.exec(`UPDATE equipment SET name = 'Twin' WHERE name IN ('Machine 20', 'Machine 21')`)
	s.exec(`UPDATE maintenance_records SET source_kind = 'PM01', source_ref = 'sap:' || id WHERE kind = 'CORRECTIVE'`)
	s.exec(`UPDATE maintenance_records SET started_at = '2025-12-31 23:30:00+00', completed_at = '2026-01-01 01:02:03+00',
		labour_cost = 10, parts_cost = cost - 10, meter_hours = 8130.5 WHERE maintenance_date = '2025-12-31' AND cost > 10`)
	s.exec(
		`UPDATE maintenance_records SET status = 'PLANNED', due_date = maintenance_date, first_due_date = maintenance_date,
		cost = NULL WHERE maintenance_date = '2025-12-30'`,
	)
	s.exec(`UPDATE companies SET time_zone = 'America/La_Paz'`)
}

// TestAnExportHasTheRowsOfTheListAndComesInAgain exports every list, compares it with the pages of the API, and imports
// it: nothing changes. Then it changes a value in the file.
func TestAnExportHasTheRowsOfTheListAndComesInAgain(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.fill(230) // more records than a page of an export
	s.odd()
	for _, list := range []struct {
		name, field, selection, order string
		entity                        ingest.Entity
		mapping, column, value        string
	}{
		{"equipment", "equipmentList", "id name serialNumber description category status cost version createdAt", "NAME_ASC",
			ingest.Equipment, "export-equipment", "description", "=NOW()"},
		{"operators", "operators", "id firstName lastName licenseNumber status version updatedAt", "NAME_DESC",
			ingest.Operators, "export-operators", "lastName", "O'Neil"},
		{"sites", "sites", "id name code address timeZone version updatedAt", "NAME_DESC",
			ingest.Sites, "export-sites", "address", "-Road 7"},
		{"papers", "papers", "id kind number issuedOn validUntil note version createdAt", "VALID_UNTIL_DESC",
			ingest.Papers, "export-papers", "note", "=NOW()"},
		{"maintenanceRecords", "maintenanceRecords", "id kind sourceKind status dueDate firstDueDate startedAt completedAt " +
			"maintenanceDate description cost labourCost partsCost performedBy downToExpected meterHours sourceRef version",
			"COST_DESC", ingest.Maintenance, "export-maintenance", "performedBy", "-Workshop"},
	} {
		w := s.export(list.name+".csv", map[string]string{"orderBy": list.order})
		file := w.Body.Bytes()
		rows := s.table(w)
		if diff := cmp.Diff(s.pages(list.field, list.selection, list.order), columnsOf(rows, list.selection)); diff != "" {
			t.Fatalf("%s: %s", list.name, diff)
		}
		mapping, err := ingest.LoadMapping(list.mapping)
		if err != nil {
			t.Fatal(err)
		}
		options := ingest.Options{Entity: list.entity, Mapping: mapping}
		for _, format := range []string{"csv", "xlsx"} {
			content := s.export(list.name+"."+format, map[string]string{"orderBy": list.order}).Body.Bytes()
			report, err := ingest.Run(t.Context(), s.store.Bulk(), s.viewer, options, bytes.NewReader(content))
			if err != nil {
				t.Fatalf("%s.%s: %v", list.name, format, err)
			}
			if report.Unchanged != int64(len(rows)) {
				t.Errorf("%s.%s: of %d rows %d are unchanged, %d new, %d changed, %d rejected: %v", list.name, format, len(rows),
					report.Unchanged, report.Created, report.Updated, report.Rejected, report.Reasons)
			}
		}
		changed := rows[len(rows)/2]["id"]
		report, err := ingest.Run(
			t.Context(),
			s.store.Bulk(),
			s.viewer,
			options,
			edited(t, file, changed, list.column, list.value),
		)
		if err != nil || report.Updated != 1 || report.Unchanged != int64(len(rows)-1) {
			t.Errorf("%s with one other value: %+v %v", list.name, report, err)
		}
		for _, row := range s.table(s.export(list.name+".csv", nil)) {
			shielded := list.value
			if strings.ContainsAny(list.value[:1], "=-") {
				shielded = "'" + shielded
			}
			if row["id"] == changed && row[list.column] != shielded {
				t.Errorf("%s: the changed value is %q, want %q", list.name, row[list.column], shielded)
			}
		}
	}
}

// pages reads a list of the API page by page, as an export writes its values.
func (s *service) pages(field, selection, order string) (rows []map[string]string) {
	s.t.Helper()
	for after := (*string)(nil); ; {
		var d map[string]struct {
			Nodes    []map[string]any
			PageInfo struct {
				HasNextPage bool
				EndCursor   *string
			}
		}
		s.data(&d, fmt.Sprintf(`query ($after: String) { %s(first: 100, after: $after, orderBy: %s) {
			nodes { %s } pageInfo { hasNextPage endCursor } } }`, field, order, selection), vars{"after": after})
		for _, node := range d[field].Nodes {
			row := map[string]string{}
			for name, value := range node {
				row[name] = ""
				if value != nil {
					row[name] = fmt.Sprint(value)
				}
				if text, is := value.(string); is && strings.ContainsAny(text[:min(1, len(text))], "=+-@'") && text != "-12.50" {
					row[name] = "'" + text
				}
			}
			rows = append(rows, row)
		}
		if !d[field].PageInfo.HasNextPage {
			return rows
		}
		after = d[field].PageInfo.EndCursor
	}
}

// columnsOf returns the columns of a selection.
func columnsOf(rows []map[string]string, selection string) (list []map[string]string) {
	for _, row := range rows {
		some := map[string]string{}
		for _, name := range strings.Fields(selection) {
			some[name] = row[name]
		}
		list = append(list, some)
	}
	return list
}

// edited returns a CSV file with one other value.
func edited(t *testing.T, file []byte, id, column, value string) io.Reader {
	t.Helper()
	lines, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at, ids := slices.Index(lines[0], column), slices.Index(lines[0], "id")
	for _, line := range lines {
		if line[ids] == id {
			line[at] = value
		}
	}
	var out bytes.Buffer
	if err := csv.NewWriter(&out).WriteAll(lines); err != nil {
		t.Fatal(err)
	}
	return &out
}

// TestExportsOfDocuments asks for what the API has, in all formats, and for what no export can hold.
func TestExportsOfDocuments(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.fill(40)
	const query = `query Ours($f: EquipmentFilter, $first: Int) { equipmentList(filter: $f, first: $first, orderBy: NAME_ASC) {
		nodes { n: name cost assignedOperator { lastName } maintenanceRecords(first: 1) { nodes { cost } } } } }`
	var d struct {
		EquipmentList struct{ Nodes []json.RawMessage }
	}
	s.data(&d, query, nil)
	w := s.exported("application/x-ndjson", query, nil)
	if lines := strings.Split(strings.TrimSpace(w.Body.String()), "\n"); w.Code != http.StatusOK || len(lines) != 40 ||
		lines[7] != string(d.EquipmentList.Nodes[7]) {
		t.Errorf("lines of JSON: %d %.300s", w.Code, w.Body)
	}
	if got := w.Header().Get("Content-Disposition"); got != `attachment; filename="Ours.jsonl"` {
		t.Errorf("the name of the file: %s", got)
	}
	rows := s.table(s.exported("text/csv", query, vars{"f": vars{"search": "Machine 1"}, "first": 3}))
	if len(rows) != 3 || rows[1]["n"] != "Machine 10" || rows[1]["assignedOperator.lastName"] == "" ||
		rows[1]["maintenanceRecords.nodes"] != `[{"cost":"10.00"}]` {
		t.Errorf("the first 3: %v", rows)
	}
	var sums struct {
		MaintenanceAggregates []struct {
			Keys  []struct{ Label string }
			Count int
			Cost  struct{ Sum string }
		}
	}
	s.data(&sums, `{ maintenanceAggregates(groupBy: [KIND, YEAR]) { keys { label } count cost { sum } } }`, nil)
	rows = s.table(s.export("maintenanceAggregates.csv", map[string]string{"groupBy": `["KIND","YEAR"]`}))
	for i, want := range sums.MaintenanceAggregates {
		if got := rows[i]; got["keys.2.label"] != want.Keys[1].Label || got["cost.sum"] != want.Cost.Sum ||
			got["count"] != fmt.Sprint(want.Count) {
			t.Errorf("group %d: %v, want %+v", i, got, want)
		}
	}
	if _, more := rows[0]["keys.3.label"]; more || len(rows) != len(sums.MaintenanceAggregates) {
		t.Errorf("%d groups with columns %v", len(rows), rows[0])
	}
	var machine struct {
		EquipmentList struct{ Nodes []struct{ ID string } }
	}
	s.data(&machine, `{ equipmentList(first: 1) { nodes { id } } }`, nil)
	id := machine.EquipmentList.Nodes[0].ID
	if rows := s.table(s.export("siteMoves.csv", map[string]string{"equipmentId": id})); len(rows) != 1 ||
		rows[0]["site.name"] == "" || rows[0]["leftAt"] != "" {
		t.Errorf("moves of a machine: %v", rows)
	}
	if rows := s.table(s.export("equipmentAssignments.csv", map[string]string{"equipmentId": id})); len(rows) != 1 {
		t.Errorf("assignments: %v", rows)
	}
	of := map[string]string{"equipmentId": id}
	if rows := s.table(s.export("equipmentAssignmentPlans.csv", of)); len(rows) != 3 || rows[0]["status"] != "PLANNED" ||
		rows[0]["operator.lastName"] == "" || rows[0]["startsAt"] >= rows[1]["startsAt"] {
		t.Errorf("assignment plans: %v", rows)
	}
	if rows := s.table(s.export("statusPeriods.csv", of)); len(rows) != 1 || rows[0]["status"] == "" ||
		rows[0]["until"] != "" {
		t.Errorf("status periods: %v", rows)
	}
	for name, parameters := range map[string]map[string]string{"serviceSchedules": nil, "dueMaintenance": nil, "services": of} {
		if rows := s.table(s.export(name+".csv", parameters)); len(rows) != 0 {
			t.Errorf("%s without a schedule: %v", name, rows)
		}
	}
	if p := change[schedulePayload](
		s,
		createSchedule,
		vars{"in": vars{"equipmentId": id, "title": "Oil", "intervalDays": 10,
			"firstDueOn": "2026-01-02"}},
	); len(
		p.Errors,
	) > 0 {
		t.Fatalf("%+v", p.Errors)
	}
	for name, c := range map[string]struct {
		parameters  map[string]string
		column, has string
	}{
		"serviceSchedules": {nil, "title", "Oil"},
		"dueMaintenance":   {nil, "service.serviceSchedule.title", "Oil"},
		"services":         {of, "status", "OVERDUE"},
	} {
		if rows := s.table(s.export(name+".csv", c.parameters)); len(rows) != 1 || rows[0][c.column] != c.has {
			t.Errorf("%s: %v", name, rows)
		}
	}
	if rows := s.table(s.export("meterReadings.csv", map[string]string{"equipmentId": id})); len(rows) != 0 {
		t.Errorf("meter readings: %v", rows)
	}

	none := fleet.GlobalID(fleet.KindEquipment, fleet.UUID{})
	for _, c := range []struct {
		w      *httptest.ResponseRecorder
		status int
		code   fleet.Code
		says   string
	}{
		{s.export("machines.csv", nil), 404, fleet.NotFound, "maintenanceRecords"},
		{s.export("equipment.pdf", nil), 404, fleet.NotFound, "equipment.pdf"},
		{s.export("equipment.csv", map[string]string{"sort": "x"}), 400, fleet.BadInput, "no parameter \"sort\""},
		{s.export("equipment.csv", map[string]string{"filter": "{"}), 400, fleet.BadInput, "no JSON"},
		{s.export("equipment.csv", map[string]string{"filter": `{"status":["BROKEN"]}`}), 400, fleet.BadInput, "BROKEN"},
		{s.export("equipment.csv", map[string]string{"filter": `{"search":"` + strings.Repeat("a", 300) + `"}`}), 400, fleet.BadInput, "200"},
		{s.export("equipment.csv", map[string]string{"orderBy": "PRICE"}), 400, fleet.BadInput, "PRICE"},
		{s.export("equipment.csv", map[string]string{"first": "many"}), 400, fleet.BadInput, "many"},
		{s.export("equipment.csv", map[string]string{"first": "101"}), 400, fleet.BadInput, "100"},
		{s.export("meterReadings.csv", nil), 400, fleet.BadInput, "equipmentId"},
		{s.export("meterReadings.csv", map[string]string{"equipmentId": none}), 404, fleet.NotFound, "no row"},
		{s.exported("text/csv", `{ viewer { name } }`, nil), 400, fleet.BadInput, "selects none"},
		{s.exported("text/csv", `{ equipmentList { totalCount nodes { id } } }`, nil), 400, fleet.BadInput, "totalCount"},
		{s.exported("text/csv", `{ equipmentList { nodes { price } } }`, nil), 400, fleet.BadInput, "price"},
		{s.exported("text/csv", `mutation { purgeEquipment(input: { equipmentId: "x" }) { deletedId } }`, nil), 406, fleet.BadInput, "query"},
	} {
		var a answer
		if err := json.Unmarshal(c.w.Body.Bytes(), &a); err != nil || len(a.Errors) == 0 {
			t.Errorf("%d %.200s, want an error that says %q", c.w.Code, c.w.Body, c.says)
			continue
		}
		if e := a.Errors[0]; c.w.Code != c.status || e.Extensions["code"] != string(c.code) ||
			!strings.Contains(e.Message, c.says) ||
			c.w.Header().Get("Content-Type") != "application/json; charset=utf-8" ||
			c.w.Header().Get("Content-Disposition") != "" {
			t.Errorf("%d %v, want %d %s %q", c.w.Code, e, c.status, c.code, c.says)
		}
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodHead, "/export/equipment.xlsx", nil)
	head := httptest.NewRecorder()
	s.handler.ServeHTTP(head, r)
	if head.Code != http.StatusOK || head.Body.Len() > 0 ||
		!strings.Contains(head.Header().Get("Content-Type"), "spreadsheetml") {
		t.Errorf("HEAD: %d %v", head.Code, head.Header())
	}
}

// TestAnExportHasTheRowsThatItsRoleSees compares the ids of each export with those of its list.
func TestAnExportHasTheRowsThatItsRoleSees(t *testing.T) {
	t.Parallel()
	h := newAccessFixture(t)
	lists := map[string]string{
		"equipment":          "equipmentList",
		"operators":          "operators",
		"maintenanceRecords": "maintenanceRecords",
		"history":            "history",
	}
	for _, who := range []string{"admin", "manager", "analyst", "operator", "chief", "driver"} {
		s := h.by(who).service
		for name, field := range lists {
			a := s.ask(`{ `+field+` { nodes { id } } }`, nil)
			w := s.export(name+".csv", nil)
			if len(a.Errors) > 0 {
				if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "FORBIDDEN") {
					t.Errorf("%s, %s: %d %s, and the list says %v", who, name, w.Code, w.Body, a.Errors)
				}
				continue
			}
			var d map[string]struct{ Nodes []struct{ ID string } }
			if err := json.Unmarshal(a.Data, &d); err != nil {
				t.Fatal(err)
			}
			var want, got []string
			for _, node := range d[field].Nodes {
				want = append(want, node.ID)
			}
			for _, row := range s.table(w) {
				got = append(got, row["id"])
			}
			slices.Sort(want) // the orders of the lists differ by their defaults
			slices.Sort(got)
			if len(want) == 0 || !slices.Equal(got, want) {
				t.Errorf("%s, %s: %v, want %v", who, name, got, want)
			}
		}
		deleted := s.export("equipment.csv", map[string]string{"filter": `{"deleted":"ONLY"}`})
		if manages := who == "admin" || who == "manager" || who == "chief"; manages != (deleted.Code == http.StatusOK) {
			t.Errorf("%s, deleted machines: %d %.200s", who, deleted.Code, deleted.Body)
		}
		other := theirs
		if who == "chief" || who == "driver" {
			other = mine
		}
		if w := s.export(
			"meterReadings.csv",
			map[string]string{"equipmentId": other.id(fleet.KindEquipment)},
		); w.Code != http.StatusNotFound {
			t.Errorf("%s, readings of another company: %d %s", who, w.Code, w.Body)
		}
	}
	if w := h.as(
		anonymous,
	).export(
		"equipment.csv",
		nil,
	); w.Code != http.StatusUnauthorized ||
		strings.Contains(w.Body.String(), "id,") {
		t.Errorf("without credentials: %d %s", w.Code, w.Body)
	}
}
