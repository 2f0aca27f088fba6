package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"bitcorp.dev/fleet/bench/queries"
	"bitcorp.dev/fleet/internal/app"
	"bitcorp.dev/fleet/internal/store"
)

// scenario is a question that is asked again and again.
type scenario struct {
	name  string
	path  string // of the ceiling's answer
	query string // the file of the document
	// variable is the document's only variable, "" for none; values are taken in turn.
	variable string
	values   []string
	// cold asks the fleet that keeps no statistics.
	cold bool
	// byHand is how many statements the ceiling sends.
	byHand int
}

func (d *data) scenarios() []scenario {
	return []scenario{
		{"page: 50 machines, operator, 3 latest records", "/page", "page", "", nil, false, 3},
		{"deep: 50 machines, operator, its machines, latest record", "/deep", "deep", "", nil, false, 3},
		{"one machine by id, operator", "/one", "one", "id", d.ids, false, 1},
		{"statistics, cold", "/stats", "stats", "", nil, true, 1},
		{"statistics, cached", "/kept", "stats", "", nil, false, 0},
		{"search, 20 rows", "/search", "search", "search", d.words, false, 1},
	}
}

// bodies are the requests that ask the contender.
func (q scenario) bodies(c *contender) (list [][]byte) {
	document := c.documents + q.query
	if q.variable == "" {
		return [][]byte{queries.Body(document, "", "")}
	}
	for _, value := range q.values {
		if c.peer {
			value = plain(value)
		}
		list = append(list, queries.Body(document, q.variable, value))
	}
	return list
}

// statements counts the SQL statements of the fleet's answer, in this process.
func (d *data) statements(ctx context.Context, q scenario) (int, error) {
	c := inProcess(d.url)
	if q.cold {
		c.StatsTTL = 0
	}
	a, err := app.New(ctx, c)
	if err != nil {
		return 0, err
	}
	stop := runInProcess(ctx, a)
	defer stop()
	body, n := q.bodies(new(contender))[0], 0
	for range 2 { // the second time with a cache that is as warm as it gets
		counted, statements := store.CountStatements(ctx)
		r := httptest.NewRequestWithContext(counted, http.MethodPost, "/graphql", bytes.NewReader(body))
		r.Host = "localhost" // as demo mode is reached
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		if a.Server.Handler().ServeHTTP(w, r); w.Code != http.StatusOK {
			return 0, fmt.Errorf("%s: %d %s", q.name, w.Code, w.Body)
		}
		n = statements.Count()
	}
	return n, nil
}

// sameAnswers fails unless all contenders answer each request alike, without errors: otherwise there is nothing to
// compare.
func sameAnswers(ctx context.Context, q scenario, contenders []*contender) error {
	asked := make([][][]byte, len(contenders))
	for i, c := range contenders {
		asked[i] = q.bodies(c)
	}
	for n := range asked[0] {
		var first []byte
		for i, c := range contenders {
			got, err := ask(ctx, c.url(q), asked[i][n])
			if err != nil {
				return err
			}
			if i == 0 {
				first = got
			}
			if !c.answersAs(first, got) || bytes.Contains(got, []byte(`"errors"`)) {
				return fmt.Errorf(
					"%s: %s and %s do not answer alike:\n%.600s\n%.600s",
					q.name,
					contenders[0].name,
					c.name,
					first,
					got,
				)
			}
		}
	}
	return nil
}

func ask(ctx context.Context, url string, body []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	return io.ReadAll(response.Body)
}
