package main

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"bitcorp.dev/fleet/bench/ceiling"
	"bitcorp.dev/fleet/internal/app"
	"bitcorp.dev/fleet/internal/localpg/pgtest"
	"bitcorp.dev/fleet/internal/seed"
	"bitcorp.dev/fleet/internal/store"
	"bitcorp.dev/fleet/internal/store/storetest"
)

// pair is the fleet and the ceiling on the same small data, without a network.
type pair struct {
	data      *data
	fleet     http.Handler
	resolvers http.Handler // the fleet without plans
	ceiling   http.Handler
}

func newPair(t testing.TB) pair {
	t.Helper()
	db, url := storetest.Open(t, pgtest.Clone(t, storetest.Template()))
	p := seed.Large()
	p.Equipment, p.Operators, p.Records = 1000, 80, 10_000
	p.Lead = seed.Lead{Name: "Dana Reyes", Email: seed.DemoManager}
	if _, err := seed.Run(t.Context(), db.Bulk(), p, seed.Hooks{}); err != nil {
		t.Fatal(err)
	}
	viewer, err := db.Identity().ViewerByEmail(t.Context(), seed.DemoManager)
	if err != nil {
		t.Fatal(err)
	}
	d := &data{store: db, viewer: viewer}
	if err := d.sample(t.Context()); err != nil {
		t.Fatal(err)
	}
	byHand, err := ceiling.New(t.Context(), url, viewer.CompanyID, 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(byHand.Close)
	serve := func(plans string) http.Handler {
		c := inProcess(url)
		c.Plans = plans
		a, err := app.New(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(runInProcess(context.Background(), a))
		return a.Server.Handler()
	}
	return pair{d, serve("on"), serve("off"), byHand}
}

func post(t testing.TB, h http.Handler, path string, body []byte) []byte {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, bytes.NewReader(body))
	r.Host = "localhost" // as demo mode is reached
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	return w.Body.Bytes()
}

// TestTheCeilingAnswersTheSame keeps the comparison honest: what is written by
// hand must do the same work, to the byte.
func TestTheCeilingAnswersTheSame(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	for _, q := range p.data.scenarios() {
		bodies := q.bodies(new(contender))
		for _, body := range bodies[:min(len(bodies), 50)] {
			want, got := post(t, p.fleet, "/graphql", body), post(t, p.ceiling, q.path, body)
			if !bytes.Equal(got, want) || len(want) < 200 {
				t.Errorf("%s:\nfleet %.500s\nceiling %.500s", q.name, want, got)
			}
		}
	}
}

func BenchmarkAnswer(b *testing.B) {
	p := newPair(b)
	for _, q := range p.data.scenarios() {
		if q.cold {
			continue
		}
		bodies := q.bodies(new(contender))
		for name, target := range map[string]struct {
			h    http.Handler
			path string
		}{"fleet": {p.fleet, "/graphql"}, "resolvers": {p.resolvers, "/graphql"}, "by hand": {p.ceiling, q.path}} {
			b.Run(q.path[1:]+"/"+name, func(b *testing.B) {
				ctx, statements := store.CountStatements(b.Context())
				b.ReportAllocs()
				for n := 0; b.Loop(); n++ {
					r := httptest.NewRequestWithContext(ctx, http.MethodPost, target.path, bytes.NewReader(bodies[n%len(bodies)]))
					r.Host = "localhost"
					r.Header.Set("Content-Type", "application/json")
					w := httptest.NewRecorder()
					target.h.ServeHTTP(w, r)
					if w.Code != http.StatusOK {
						b.Fatal(w.Body)
					}
				}
				if name != "by hand" {
					b.ReportMetric(float64(statements.Count())/float64(b.N), "statements/op")
				}
			})
		}
	}
}
