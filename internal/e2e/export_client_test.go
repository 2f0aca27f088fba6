package e2e_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/app"
)

// tooMuch fills the fleet with more than the buffers of a connection hold: 40 MB of machines, the oldest one first.
func (s *service) tooMuch() {
	s.t.Helper()
	s.exec(`INSERT INTO equipment (company_id, name, category, description, created_at)
		SELECT $1, 'Machine ' || i, 'Crane', repeat(md5(i::text), 300),
			timestamptz '2026-01-01' + i * interval '1 minute' FROM generate_series(1, 4200) i`, [16]byte(s.viewer.CompanyID))
}

// begin begins a download and reads its headers alone.
func (s *service) begin(server *httptest.Server) *http.Response {
	s.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet,
		server.URL+"/export/equipment.csv?orderBy=CREATED_AT_ASC", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	answer, err := server.Client().Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = answer.Body.Close() })
	if answer.StatusCode != http.StatusOK {
		s.t.Fatal(answer.Status)
	}
	return answer
}

// snapshots counts the transactions of exports.
func (s *service) snapshots() (n int) {
	s.t.Helper()
	s.row(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'fleet'
		AND state LIKE 'idle in transaction%'`, []any{&n})
	return n
}

// TestAnExportIsOfOneMomentAndWaitsForItsClient writes while a download stands still, and counts what slow and lost
// clients hold.
func TestAnExportIsOfOneMomentAndWaitsForItsClient(t *testing.T) {
	t.Parallel()
	s := emptyService(t)
	s.people()
	s.adjust = func(c *app.Config) { c.MaxExports, c.ExportStall = 4, time.Hour }
	s.serveAs("ours@example.com")
	s.tooMuch()
	server := httptest.NewServer(s.handler)
	t.Cleanup(server.Close)

	slow := s.begin(server) //nolint:bodyclose // begin has it closed
	s.eventually(func() bool { return s.snapshots() == 1 })
	second, err := server.Client().Get(server.URL + "/export/operators.csv") //nolint:noctx // ends with the server
	if err != nil {
		t.Fatal(err)
	}
	said, _ := io.ReadAll(second.Body)
	_ = second.Body.Close()
	if second.StatusCode != http.StatusBadRequest || !bytes.Contains(said, []byte("LIMIT_EXCEEDED")) {
		t.Errorf("one more export of the same user: %s %.200s", second.Status, said)
	}
	// What is read last: the first pages may be on their way.
	s.exec(`UPDATE equipment SET name = 'changed since' WHERE company_id = $1 AND created_at > '2026-01-03'`,
		[16]byte(s.viewer.CompanyID))
	s.exec(
		`INSERT INTO equipment (company_id, name, category) SELECT $1, 'New ' || i, 'Crane' FROM generate_series(1, 50) i`,
		[16]byte(s.viewer.CompanyID),
	)
	s.exec(`DELETE FROM equipment WHERE company_id = $1 AND created_at > '2026-01-03 20:00'`, [16]byte(s.viewer.CompanyID))
	rows, err := csv.NewReader(slow.Body).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 4201 {
		t.Errorf("the file has %d rows", len(rows)-1)
	}
	for i, row := range rows[1:] {
		if row[1] != fmt.Sprint("Machine ", i+1) || len(row[3]) != 9600 {
			t.Fatalf("row %d is of another moment: %.200s", i+1, row)
		}
	}
	s.eventually(func() bool { return s.snapshots() == 0 && s.metric("fleet_export_rows_total") == 4200 })

	gone := s.begin(server)
	s.eventually(func() bool { return s.snapshots() == 1 })
	_ = gone.Body.Close()
	s.eventually(func() bool { return s.snapshots() == 0 })

	s.adjust = func(c *app.Config) { c.ExportStall = 200 * time.Millisecond }
	impatient := s.another()
	server = httptest.NewServer(impatient.handler)
	t.Cleanup(server.Close)
	still := s.begin(server)                                               //nolint:bodyclose // begin has it closed
	impatient.eventually(func() bool { return impatient.canceled() == 1 }) // though the client is there
	s.eventually(func() bool { return s.snapshots() == 0 })
	if _, err := io.Copy(io.Discard, still.Body); err == nil {
		t.Error("half a file ends as a whole one does")
	}
	s.eventually(func() bool { return s.canceled() == 1 })
}

// canceled counts the exports whose clients have gone or did not read.
func (s *service) canceled() float64 {
	return s.counters("fleet_exports_total", "outcome")["canceled"]
}

// TestOneExportAfterTheOther asks for the next one as soon as it has the end of the one before: none is refused as one
// too many.
func TestOneExportAfterTheOther(t *testing.T) {
	t.Parallel()
	s := emptyService(t)
	s.people()
	s.adjust = func(c *app.Config) { c.MaxExports = 1 }
	s.serveAs("ours@example.com")
	for i := range 50 {
		if w := s.export("equipment.csv", nil); w.Code != http.StatusOK {
			t.Fatalf("the %dth: %d %s", i+1, w.Code, w.Body)
		}
	}
}
