package e2e_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"bitcorp.dev/fleet/internal/app"
	"bitcorp.dev/fleet/internal/fleet"
)

// post sends a body as it is.
func (s *service) post(contentType, accept, body string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/graphql", strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("Accept", accept)
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

// refusedWith sends a query and expects one refusal, before any statement.
func (s *service) refusedWith(query string, variables map[string]any, code fleet.Code, says string) {
	s.t.Helper()
	a := s.ask(query, variables)
	if len(a.Errors) == 0 || a.Errors[0].Extensions["code"] != string(code) ||
		!strings.Contains(a.Errors[0].Message, says) ||
		a.statements != 0 {
		s.t.Errorf("%.80s…: %d statements, %+v; want %s that says %q", query, a.statements, a.Errors, code, says)
	}
	size := 0
	for _, e := range a.Errors {
		size += len(e.Message)
	}
	// A fault found at the field itself leaves null in its place.
	if size > 3000 || !regexp.MustCompile(`^(null|\{"\w+":null\})?$`).Match(a.Data) {
		s.t.Errorf("%.80s…: the refusal has %d bytes, data %s", query, size, a.Data)
	}
}

// TestGraphQLCop sends what https://github.com/dolevf/graphql-cop sends.
func TestGraphQLCop(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.exec(`UPDATE users SET role = 'OPERATOR' WHERE email = 'ours@example.com'`)
	s.serveAs("ours@example.com")
	t.Run("alias overloading", func(*testing.T) {
		q := "query cop {"
		for i := range 101 {
			q += fmt.Sprintf(" alias%d: __typename", i)
		}
		s.refusedWith(q+" }", nil, fleet.LimitExceeded, "101 aliases, at most 50")
	})
	t.Run("array-based query batching", func(t *testing.T) {
		one := `{"query":"query cop { __typename }"}`
		w := s.post("application/json", "application/json", "["+strings.Repeat(one+",", 9)+one+"]")
		if w.Code != 400 || strings.Contains(w.Body.String(), "__typename\":") {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
	t.Run("directive overloading", func(*testing.T) {
		s.refusedWith(
			"query cop { __typename "+strings.Repeat("@aa", 51)+" }",
			nil,
			fleet.LimitExceeded,
			"51 directives, at most 50",
		)
	})
	t.Run("circular fragments", func(*testing.T) {
		s.refusedWith(
			"query cop { ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
			nil,
			fleet.BadInput,
			"contains itself",
		)
	})
	t.Run("circular introspection", func(*testing.T) {
		s.exec(`UPDATE users SET role = 'MANAGER' WHERE email = 'ours@example.com'`)
		manager := *s
		manager.serveAs("ours@example.com")
		manager.refusedWith(
			"query cop { __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }",
			nil,
			fleet.BadInput,
			"introspection depth",
		)
	})
	t.Run("field duplication", func(*testing.T) {
		s.refusedWith(
			"query cop { "+strings.Repeat("__typename ", 500)+"}",
			nil,
			fleet.LimitExceeded,
			"500 fields at its root, at most 50",
		)
		s.refusedWith(
			"query cop { viewer { "+strings.Repeat("id ", 500)+"} }",
			nil,
			fleet.LimitExceeded,
			"repeats 499 fields, at most 200",
		)
	})
	t.Run("field suggestions", func(*testing.T) {
		a := s.ask(
			"query cop { __schema { directive } viewer { nam } equipmentLis { id } equipmentList(frist: 1) { totalCount } }",
			nil,
		)
		if text := fmt.Sprint(a.Errors); len(a.Errors) == 0 || strings.Contains(text, "Did you mean") {
			t.Errorf("the schema is told by its errors: %s", text)
		}
	})
	t.Run("introspection", func(*testing.T) {
		a := s.ask("query cop { __schema { types { name } } }", nil)
		if len(a.Errors) == 0 || strings.Contains(string(a.Data), "Equipment") {
			t.Errorf("%s %+v", a.Data, a.Errors)
		}
	})
	t.Run("mutation by GET", func(t *testing.T) {
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/graphql?query=mutation+cop+%7B__typename%7D", nil))
		if w.Code != 405 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
	t.Run("urlencoded POST", func(t *testing.T) {
		if w := s.post(
			"application/x-www-form-urlencoded",
			"application/json",
			"query=query+cop+%7B__typename%7D",
		); w.Code != 415 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
	t.Run("trace mode and errors", func(t *testing.T) {
		w := s.post("application/json", "application/json", `{"query":"qwerty cop { abc }"}`)
		for _, leak := range []string{"tracing", "stack", "goroutine", ".go:", "panic"} {
			if strings.Contains(strings.ToLower(w.Body.String()), leak) {
				t.Errorf("the answer has %q: %s", leak, w.Body)
			}
		}
	})
}

// TestOWASPCheatSheet goes through the headings of OWASP's GraphQL cheat sheet.
func TestOWASPCheatSheet(t *testing.T) {
	t.Parallel()
	s := newService(t)
	t.Run("injection", func(*testing.T) {
		s.machine(vars{"name": "Digger"})
		for _, search := range []string{`' OR 1=1 --`, `D%r`, `%x%`, `D_gger`, `Digge\r`, `"; DROP TABLE equipment; --`, `') UNION SELECT password FROM users --`} {
			a := s.ask(`query($s: String) { equipmentList(filter: { search: $s }) { totalCount } }`, vars{"s": search})
			if strings.Contains(string(a.Data), ":1") ||
				len(a.Errors) > 0 && a.Errors[0].Extensions["code"] != string(fleet.BadInput) {
				t.Errorf("%s: %s %+v", search, a.Data, a.Errors)
			}
		}
		for _, wildcard := range []string{`%`, `_`, `\`} { // a word without a letter or digit is ignored
			var all struct{ EquipmentList struct{ TotalCount int } }
			s.data(
				&all,
				`query($s: String) { equipmentList(filter: { search: $s }) { totalCount } }`,
				vars{"s": wildcard + " digger"},
			)
			if all.EquipmentList.TotalCount != 1 {
				t.Errorf("%s beside a word: %+v", wildcard, all)
			}
		}
	})
	t.Run("depth limiting", func(*testing.T) {
		q := "id"
		for range 11 {
			q = "assignedOperator { assignedEquipment(first: 1) { nodes { " + q + " } } }"
		}
		s.refusedWith("{ equipmentList(first: 1) { nodes { "+q+" } } }", nil, fleet.LimitExceeded, "deep, at most 20")
	})
	t.Run("amount limiting", func(*testing.T) {
		s.refusedWith(`{ equipmentList(first: 1000000) { nodes { id } } }`, nil, fleet.BadInput, "100")
	})
	t.Run("query cost analysis", func(*testing.T) {
		s.refusedWith(
			`{ equipmentList(first: 100) { nodes { maintenanceRecords(first: 100) { nodes { equipment { maintenanceRecords(first: 100) { nodes { id } } } } } } } }`,
			nil,
			fleet.LimitExceeded,
			"may cost",
		)
	})
	t.Run("request size", func(t *testing.T) {
		w := s.post(
			"application/json",
			"application/json",
			`{"query":"{ viewer { id } }","variables":{"a":"`+strings.Repeat("x", 2<<20)+`"}}`,
		)
		if w.Code != 413 {
			t.Errorf("%d %.200s", w.Code, w.Body)
		}
		s.refusedWith("{ viewer { id } } #"+strings.Repeat("x", 100_000), nil, fleet.LimitExceeded, "at most 100000")
		list := make([]int, 30_000)
		s.refusedWith("query($a: [Int]) { viewer { id } }", vars{"a": list}, fleet.LimitExceeded, "more than 20000 values")
	})
	t.Run("batching of root fields", func(*testing.T) {
		q := ""
		for range 60 {
			q += " ... { viewer { id } }"
		}
		s.refusedWith("{"+q+" }", nil, fleet.LimitExceeded, "60 fields at its root, at most 50")
	})
	t.Run("excessive errors", func(*testing.T) {
		q := ""
		for i := range 500 {
			q += fmt.Sprintf(" nothing%d", i)
		}
		a := s.ask("{ viewer {"+q+" } }", nil)
		if len(a.Errors) > 5 {
			t.Errorf("%d errors", len(a.Errors))
		}
	})
	t.Run("a field's name of 100,000 bytes", func(*testing.T) {
		s.refusedWith(
			"{ viewer { "+strings.Repeat("x", 90_000)+" } }",
			nil,
			fleet.LimitExceeded,
			"a name has 90000 bytes, at most 200",
		)
	})
}

// TestGraphQLArmor has the guards of https://escape.tech/graphql-armor: what
// the tests above do not.
func TestGraphQLArmor(t *testing.T) {
	t.Parallel()
	s := newService(t)
	t.Run("max tokens", func(*testing.T) {
		s.refusedWith("{ viewer { "+strings.Repeat("id ", 6000)+"} }", nil, fleet.LimitExceeded, "token limit of 5000")
	})
	t.Run("fragments that grow", func(*testing.T) { // 2^24 fields
		q := "query { ...F0 }"
		for i := range 24 {
			q += fmt.Sprintf(" fragment F%d on Query { a%d: viewer { id } ...F%d ...F%d }", i, i, i+1, i+1)
		}
		s.refusedWith(
			q+" fragment F24 on Query { viewer { id } }",
			nil,
			fleet.LimitExceeded,
			"once its fragments are written out",
		)
	})
	t.Run("fields that have to be compared", func(*testing.T) { // merging them is quadratic
		q := ""
		for i := range 600 {
			q += fmt.Sprintf(" a%d: viewer { id }", i%40)
		}
		s.refusedWith("{"+q+" }", nil, fleet.LimitExceeded, "at most")
	})
}

// TestCostIsTold asks for an answer, an estimate, and nothing of the kind.
func TestCostIsTold(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.adjust = func(c *app.Config) { c.ReportCost = true }
	s.serveAs("ours@example.com")
	s.fill(3)
	send := func(estimate bool) (cost struct {
		Requested, Limit int
		Actual           *int
	}, data string, statements int) {
		body, _ := json.Marshal(vars{"query": `{ equipmentList(first: 10) { nodes { name status } } }`})
		r := s.request(context.Background(), body)
		if estimate {
			r.Header.Set("Fleet-Estimate", "true")
		}
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		var a struct {
			Data       json.RawMessage
			Extensions struct{ Cost json.RawMessage }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(a.Extensions.Cost, &cost); err != nil {
			t.Fatalf("%s: %v", w.Body, err)
		}
		return cost, string(a.Data), 0
	}
	told, data, _ := send(false)
	// equipmentList, and ten times nodes with two fields; the answer has
	// equipmentList, nodes, and three times name and status.
	if told.Requested != 31 || told.Limit != 500_000 || told.Actual == nil || *told.Actual != 8 ||
		!strings.Contains(data, "Machine") {
		t.Errorf("%+v %s", told, data)
	}
	if estimated, data, _ := send(true); estimated.Requested != 31 || estimated.Actual != nil || data != "null" {
		t.Errorf("%+v %s", estimated, data)
	}
}

// TestTooManyRequestsWait counts the requests that each client may send at once.
func TestTooManyRequestsWait(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.adjust = func(c *app.Config) { c.RateLimit, c.RateBurst = of(0.001), 20 }
	s.serveAs("ours@example.com")
	ask := func(from, query string) *httptest.ResponseRecorder {
		body, _ := json.Marshal(vars{"query": query})
		r := s.request(context.Background(), body)
		r.RemoteAddr = from + ":1234"
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		return w
	}
	const cheap = `{ viewer { id } }`
	for i := range 5 {
		w := ask("192.0.2.1", cheap)
		if want := fmt.Sprintf(
			`"requests";r=%d;t=%d`,
			19-i,
			1000*(i+1),
		); w.Code != 200 || w.Header().Get("RateLimit") != want ||
			w.Header().Get("RateLimit-Policy") != `"requests";q=20;w=20000` {
			t.Errorf("%d %v, want %s", w.Code, w.Header(), want)
		}
	}
	// 25,111 count as five requests; 15 are left, then 10.
	dear := `{ equipmentList(first: 10) { nodes { maintenanceRecords(first: 100) { nodes { id kind cost status description performedBy maintenanceDate createdAt updatedAt version sourceKind downtimeFrom: createdAt a: id b: id c: id d: id e: id f: id g: id h: id i: id j: id } } } } }`
	w := ask("192.0.2.1", dear)
	if w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	left := 0
	for ; ask("192.0.2.1", cheap).Code == 200; left++ {
	}
	if left != 10 {
		t.Errorf("a dear query counted as %d, want 5", 15-left)
	}
	w = ask("192.0.2.1", cheap)
	var a answer
	_ = json.Unmarshal(w.Body.Bytes(), &a)
	if w.Code != 429 || w.Header().Get("Retry-After") == "" || len(a.Errors) != 1 ||
		a.Errors[0].Extensions["code"] != string(fleet.RateLimited) {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	// What costs more than the bucket holds takes all of a full one.
	if w := ask("192.0.2.3", strings.Replace(dear, "first: 10)", "first: 100)", 1)); w.Code != 200 {
		t.Errorf("the whole bucket: %d %s", w.Code, w.Body)
	}
	if w := ask("192.0.2.3", cheap); w.Code != 429 {
		t.Errorf("after it: %d %s", w.Code, w.Body)
	}
	if w := ask("192.0.2.2", cheap); w.Code != 200 { // another client
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// TestSubscriptionsAndSocketsAreBounded opens as many as may be, and one more.
func TestSubscriptionsAndSocketsAreBounded(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.adjust = func(c *app.Config) { c.MaxSubscriptions, c.MaxSockets, c.MaxConnections = of(2), of(3), 4 }
	s.serveAs("ours@example.com")
	for range 2 {
		one := s.overSocket(watchStats, nil)
		s.eventually(func() bool { return len(all[statistics](t, one)) > 0 })
	}
	third := s.overSocket(watchStats, nil)
	s.eventually(func() bool { return strings.Contains(third.why(), "2 subscriptions are open") })
	s.eventually(func() bool { return s.metric("fleet_sockets") == 3 })
	stream := s.overStream(watchStats)
	s.eventually(func() bool { return stream.why() != "" })
	if strings.Contains(fmt.Sprint(stream.events), "totalEquipment") {
		t.Error("the third subscription was answered")
	}
}

// TestSocketsOfAUserAreBounded opens as many sockets as one user may, and one more.
func TestSocketsOfAUserAreBounded(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.adjust = func(c *app.Config) { c.MaxSockets = of(2) }
	s.serveAs("ours@example.com")
	for range 2 {
		one := s.overSocket(watchStats, nil)
		s.eventually(func() bool { return len(all[statistics](t, one)) > 0 })
	}
	conn, _, err := websocket.Dial( //nolint:bodyclose // it says that it needs no closing
		t.Context(),
		s.listen(),
		&websocket.DialOptions{
			Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: s.header,
		},
	)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.CloseNow() }()
	if err := wsjson.Write(t.Context(), conn, message{Type: "connection_init"}); err != nil {
		t.Fatal(err)
	}
	var m message
	err = wsjson.Read(t.Context(), conn, &m)
	var closed websocket.CloseError
	if !errors.As(err, &closed) || closed.Code != 4403 || !strings.Contains(closed.Reason, "2 sockets are open") {
		t.Errorf("the third socket of a user got %+v, %v", m, err)
	}
	if n := s.metric("fleet_sockets"); n > 3 {
		t.Errorf("%v sockets are open", n)
	}
}
