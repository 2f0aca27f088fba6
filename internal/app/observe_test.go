package app_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/app"
	"bitcorp.dev/fleet/internal/testlog"
)

// lines is a log in which tests look for lines.
type lines struct{ testlog.Buffer }

// with waits for a line that has all the parts.
func (l *lines) with(t *testing.T, parts ...string) string {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		text := l.String()
	search:
		for line := range strings.Lines(text) {
			for _, part := range parts {
				if !strings.Contains(line, part) {
					continue search
				}
			}
			return line
		}
		if time.Now().After(deadline) {
			t.Errorf("no line has %q:\n%s", parts, text)
			return ""
		}
	}
}

// demo runs an App with the demo's fleet; it logs into lines.
func demo(t *testing.T, set func(*app.Config)) (url string, log *lines, c app.Config) {
	t.Helper()
	c = onDatabase(t)
	log = new(lines)
	c.Demo, c.Log = true, slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	set(&c)
	return "http://" + run(t, &c, false), log, c
}

// send sends a request with headers, name and value in turn.
func send(t *testing.T, method, url, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Body.Close() }()
	text, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return w, string(text)
}

const someMachines = `{"query":"query Some { equipmentList(first: 3) { nodes { name assignedOperator { lastName } } } }"}`

var (
	responseTime = regexp.MustCompile(`^\d+\.\d{3}ms$`)
	serverTiming = regexp.MustCompile(`^queue;dur=\d+\.\d{3}, parse;dur=\d+\.\d{3}, validate;dur=\d+\.\d{3}, ` +
		`sql;dur=(\d+\.\d{3});desc="statements: (\d+)", total;dur=\d+\.\d{3}$`)
)

func TestAnswersSayWhatTheyHaveTaken(t *testing.T) {
	t.Parallel()
	url, _, _ := demo(t, func(*app.Config) {})
	w, body := send(t, "POST", url+"/graphql", someMachines)
	timing := serverTiming.FindStringSubmatch(w.Header.Get("Server-Timing"))
	if w.StatusCode != 200 || timing == nil || timing[1] == "0.000" || timing[2] != "2" ||
		!responseTime.MatchString(w.Header.Get("X-Response-Time")) || w.Header.Get("X-Memory-Used") != "" {
		t.Errorf("%s, %v:\n%s", w.Status, w.Header, body)
	}
	for _, path := range []string{"/healthz", "/sign-in", "/nowhere.js"} {
		w, _ := send(t, "GET", url+path, "")
		if !responseTime.MatchString(w.Header.Get("X-Response-Time")) ||
			!regexp.MustCompile(`^total;dur=\d+\.\d{3}$`).MatchString(w.Header.Get("Server-Timing")) {
			t.Errorf("%s: %v", path, w.Header)
		}
	}
}

func TestMemoryIsReportedWhereThatIsSet(t *testing.T) {
	t.Parallel()
	url, _, _ := demo(t, func(c *app.Config) { c.ReportMemory = true })
	if w, _ := send(t, "POST", url+"/graphql", someMachines); !regexp.MustCompile(`^[1-9]\d*$`).MatchString(
		w.Header.Get("X-Memory-Used")) {
		t.Errorf("%v", w.Header)
	}
}

// TestAWellFormedRequestIDIsKept and any other is replaced.
func TestAWellFormedRequestIDIsKept(t *testing.T) {
	t.Parallel()
	url, _, _ := demo(t, func(*app.Config) {})
	for _, id := range []string{"0123456789abcdef0123456789abcdef", "018f-A_b.c", strings.Repeat("x", 64)} {
		if w, _ := send(t, "GET", url+"/healthz", "", "X-Request-Id", id); w.Header.Get("X-Request-Id") != id {
			t.Errorf("%q became %q", id, w.Header.Get("X-Request-Id"))
		}
	}
	own := regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	for _, id := range []string{"", "short", "-12345678", "with space", "a\"b=c45678", "ümlaut-1234", strings.Repeat("x", 65)} {
		if w, _ := send(t, "GET", url+"/healthz", "", "X-Request-Id", id); !own.MatchString(w.Header.Get("X-Request-Id")) {
			t.Errorf("%q became %q", id, w.Header.Get("X-Request-Id"))
		}
	}
	w, _ := send(t, "GET", url+"/healthz", "", "X-Request-Id", "11111111", "X-Request-Id", "22222222")
	if !own.MatchString(w.Header.Get("X-Request-Id")) {
		t.Errorf("two became %q", w.Header.Get("X-Request-Id"))
	}
}

func TestEachRequestHasALine(t *testing.T) {
	t.Parallel()
	url, log, _ := demo(t, func(c *app.Config) { c.SlowRequest = time.Hour })
	send(t, "POST", url+"/graphql", someMachines, "X-Request-Id", "id-of-query")
	log.with(t, "level=INFO msg=request method=POST endpoint=/graphql status=200", "operation=Some", "type=query",
		"outcome=ok", "cost=", "duration_ms=", "statements=2 ", "sql_ms=", "request=id-of-query", "user=")
	send(
		t,
		"POST",
		url+"/graphql",
		`{"query":"query Bad { equipmentList(first: 0) { totalCount } }"}`,
		"X-Request-Id",
		"id-of-bad",
	)
	log.with(t, "msg=request", "operation=Bad type=query outcome=bad_input", "request=id-of-bad")
	send(t, "POST", url+"/graphql", `{"query":"{ nothing }"}`, "X-Request-Id", "id-of-unknown")
	log.with(t, "msg=request", "outcome=bad_input", "request=id-of-unknown")
	send(t, "POST", url+"/sign-in", `{"email":"a@example.com","password":"wrong"}`, "X-Request-Id", "id-of-sign-in")
	log.with(t, `msg="sign-in refused"`, "request=id-of-sign-in")
	log.with(t, "msg=request method=POST endpoint=/sign-in status=401", "request=id-of-sign-in")
	send(t, "GET", url+"/nowhere.js", "", "X-Request-Id", "id-of-nothing")
	log.with(t, "msg=request method=GET endpoint=/ status=404", "request=id-of-nothing")

	text := log.String()
	for _, secret := range []string{"wrong", "a@example.com"} {
		if strings.Contains(text, secret) {
			t.Errorf("the log has %q", secret)
		}
	}
}

// TestEachOperationOfASocketHasALine beside that of the handshake.
func TestEachOperationOfASocketHasALine(t *testing.T) {
	t.Parallel()
	url, log, _ := demo(t, func(c *app.Config) { c.SlowRequest = time.Hour })
	conn, _, err := websocket.Dial(t.Context(), url+"/graphql", &websocket.DialOptions{
		Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: http.Header{"X-Request-Id": {"id-of-socket"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.CloseNow() }()
	log.with(t, "msg=request method=GET endpoint=/graphql status=101", "request=id-of-socket")
	for _, message := range []string{
		`{"type":"connection_init"}`,
		`{"id":"1","type":"subscribe","payload":` + someMachines + `}`,
		`{"id":"2","type":"subscribe","payload":{"query":"subscription Live { dashboardStats { totalEquipment } }"}}`,
		`{"id":"3","type":"subscribe","payload":{"query":"{ nothing }"}}`,
	} {
		if err := conn.Write(t.Context(), websocket.MessageText, []byte(message)); err != nil {
			t.Fatal(err)
		}
	}
	log.with(
		t,
		"msg=request method=SOCKET endpoint=/graphql",
		"operation=Some type=query outcome=ok",
		"statements=2 ",
		"request=id-of-socket",
		"user=",
	)
	log.with(t, "msg=request method=SOCKET", "operation=Live type=subscription outcome=ok", "request=id-of-socket")
	log.with(t, "msg=request method=SOCKET", "outcome=bad_input", "request=id-of-socket")
}

// hold locks a table until release is called.
func hold(t *testing.T, url, table string) (release func(), waiters func() int) {
	t.Helper()
	connect := func() *pgx.Conn {
		conn, err := pgx.Connect(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		return conn
	}
	conn, watcher := connect(), connect()
	tx, err := conn.Begin(t.Context())
	if err == nil {
		_, err = tx.Exec(t.Context(), "LOCK TABLE "+table+" IN ACCESS EXCLUSIVE MODE")
	}
	if err != nil {
		t.Fatal(err)
	}
	release = sync.OnceFunc(func() { _ = conn.Close(context.Background()) })
	t.Cleanup(func() { _ = watcher.Close(context.Background()) })
	t.Cleanup(release)
	return release, func() (n int) {
		err := watcher.QueryRow(context.Background(), `SELECT count(*) FROM pg_locks WHERE NOT granted
			AND relation = $1::regclass AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
			table).Scan(&n)
		if err != nil {
			t.Error(err)
		}
		return n
	}
}

func until(t *testing.T, what string, come func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !come(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within a minute: %s", what)
		}
	}
}

// TestASlowRequestSaysWhy: it waits for a table that is locked.
func TestASlowRequestSaysWhy(t *testing.T) {
	t.Parallel()
	url, log, c := demo(t, func(c *app.Config) {
		c.SlowRequest, c.Database.SlowStatement = 200*time.Millisecond, 200*time.Millisecond
	})
	release, waiters := hold(t, c.Database.URL, "equipment")
	answered := make(chan string, 1)
	go func() {
		_, body := send(t, "POST", url+"/graphql", someMachines, "X-Request-Id", "id-of-slow")
		answered <- body
	}()
	until(t, "the request waits", func() bool { return waiters() > 0 })
	time.Sleep(c.SlowRequest) // then it is slow, however fast the machine is
	release()
	if body := <-answered; !strings.Contains(body, `"nodes"`) {
		t.Errorf("%s", body)
	}
	log.with(
		t,
		`level=WARN msg="slow request" method=POST`,
		"operation=Some",
		"why=sql",
		"queue_ms=",
		"request=id-of-slow",
	)
	log.with(t, `level=WARN msg="slow statement"`, "rows=3 ", "failed=false", "fingerprint=", `statement="SELECT `,
		"operation=Some", "request=id-of-slow")
}

// TestMetricsOfOperations compares them with what was sent.
func TestMetricsOfOperations(t *testing.T) {
	t.Parallel()
	var started *app.App
	c := onDatabase(t)
	c.Demo = true
	url := "http://" + run(t, &c, false, func(a *app.App) { started = a })
	for range 3 {
		send(t, "POST", url+"/graphql", someMachines)
	}
	send(t, "POST", url+"/graphql", `{"query":"mutation EndSession { nothing }"}`)
	send(t, "POST", url+"/graphql", `{"query":"query EquipmentRows { equipmentList(first: 0) { totalCount } }"}`)
	got := map[string]float64{}
	families, err := started.Registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			name := f.GetName()
			for _, l := range m.GetLabel() {
				name += " " + l.GetValue()
			}
			got[name] = m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	for name, want := range map[string]float64{
		"graphql_operations_total other ok query": 3, "graphql_operations_total other bad_input other": 1,
		"graphql_operations_total other bad_input query": 1, "graphql_operation_duration_seconds other query": 4,
		"http_requests_total /graphql POST 200": 5, "http_request_duration_seconds /graphql POST": 5,
		"graphql_operation_statements query": 4, "fleet_database_up": 1, "fleet_db_pool_max_connections": 50,
	} {
		if got[name] != want {
			t.Errorf("%s is %v, want %v", name, got[name], want)
		}
	}
	if got["fleet_db_statement_duration_seconds"] < 4 || got["fleet_db_pool_acquires_total"] < 4 ||
		got["graphql_phase_seconds_total sql"] <= 0 || got["graphql_phase_seconds_total validate"] <= 0 {
		encoded, _ := json.MarshalIndent(got, "", " ")
		t.Errorf("%s", encoded)
	}
}
